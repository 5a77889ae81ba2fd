import HillockIR
import HillockRuntime

extension NDArray {
  /// An array of one axis whose elements the body writes, all of them, where they stay.
  package static func written<Element: ArrayElement & BitwiseCopyable>(
    _ count: Int, of _: Element.Type = Element.self, _ body: (_ elements: UnsafeMutableBufferPointer<Element>) throws -> Void
  ) throws -> NDArray {
    let (storage, type) = try Creation.allocate([count], Element.defaultDType)
    try body(UnsafeMutableBufferPointer(start: storage.base.assumingMemoryBound(to: Element.self), count: count))
    return NDArray(storage, type)
  }

  /// What the body makes of the elements, which have the dtype of `Element`. The pointer is valid only during the call.
  package func withElements<Element: ArrayElement & BitwiseCopyable, Result>(
    of _: Element.Type = Element.self, _ body: (_ elements: UnsafeBufferPointer<Element>) throws -> Result
  ) throws -> Result {
    let (storage, type) = try concrete()
    guard NDArray.isSameLayout(Element.self, type.dtype) else {
      throw HillockError(.dtype, "elements of \(type) are not those of \(Element.self); convert the array with .asType first")
    }
    return try body(
      UnsafeBufferPointer(start: UnsafePointer(storage.base.assumingMemoryBound(to: Element.self)), count: type.count))
  }
}

/// An array of one axis that is written piece by piece where it stays, so that what is large is in memory once.
package struct GrowingArray<Element: ArrayElement & BitwiseCopyable>: ~Copyable {
  package private(set) var count = 0
  private var storage: Storage

  /// An empty array with room for so many elements. Room that is never written takes no memory if it is large.
  package init(capacity: Int) throws(HillockError) {
    storage = try Creation.allocate([max(capacity, 0)], Element.defaultDType).0
  }

  /// Adds elements; where there is no room, all of them move.
  package mutating func append(_ elements: [Element]) throws(HillockError) {
    try append { room in
      if elements.count <= room.count { _ = room.update(fromContentsOf: elements) }
      return elements.count
    }
  }

  /// Adds the elements that a body writes. It says how many there are, and is called again where there was no room for all.
  package mutating func append(_ body: (_ room: UnsafeMutableBufferPointer<Element>) -> Int) throws(HillockError) {
    let added = body(room)
    if added > room.count {
      let stride = MemoryLayout<Element>.stride, needed = count + added
      let larger = try Creation.allocate([needed + needed / 2], Element.defaultDType).0
      larger.base.copyMemory(from: storage.base, byteCount: count * stride)
      storage = larger
      _ = body(room)
    }
    count += added
  }

  private var room: UnsafeMutableBufferPointer<Element> {
    let base = storage.base.assumingMemoryBound(to: Element.self)
    return UnsafeMutableBufferPointer(start: base + count, count: storage.byteCount / MemoryLayout<Element>.stride - count)
  }

  /// The array of all elements.
  package consuming func finished() -> NDArray {
    let type = ArrayType(Element.defaultDType, [count])
    storage.shorten(to: type.byteCount)
    return NDArray(storage, type)
  }
}
