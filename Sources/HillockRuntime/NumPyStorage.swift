import HillockIR

/// `.npy` files read into array storage and written from it, without a copy of the file in between.
package enum NumPyStorage {
  /// Reads the file at a path; the errors begin with it.
  package static func read(path: String, takesComplex: Bool = false) throws(HillockError) -> (
    storage: Storage, header: NumPyHeader
  ) {
    do throws(HillockError) {
      return try read(ByteSource(path: path), takesComplex: takesComplex)
    } catch {
      throw error.message.hasPrefix(path) ? error : error.about(path)
    }
  }

  /// Reads a whole source.
  package static func read(_ source: ByteSource, takesComplex: Bool = false) throws(HillockError) -> (
    storage: Storage, header: NumPyHeader
  ) {
    let head = try NumPyFile.head(size: source.count) { (count) throws(HillockError) in try source.bytes(at: 0, count: count) }
    let header = try NumPyFile.header(head, size: source.count, takesComplex: takesComplex)
    let storage = try read(header) { (buffer) throws(HillockError) in try source.read(at: head.count, into: buffer) }
    return (storage, header)
  }

  /// Reads the elements that follow a header; `fill` gives their bytes.
  package static func read(
    _ header: NumPyHeader, _ fill: (UnsafeMutableRawBufferPointer) throws(HillockError) -> Void
  ) throws(HillockError) -> Storage {
    let storage = try Storage.allocate(byteCount: header.type.byteCount)
    try fill(storage.mutableBytes)
    guard !header.isPlain else {
      NumPyFile.normalize(storage.mutableBytes, header)
      return storage
    }
    let arranged = try Storage.allocate(byteCount: storage.byteCount)
    withExtendedLifetime(storage) { NumPyFile.arrange(storage.bytes, header, into: arranged.mutableBytes) }
    return arranged
  }

  /// Writes a file that appears complete or not at all; see ``AtomicFile``.
  package static func write(_ storage: Storage, _ type: ArrayType, to path: String) throws(HillockError) {
    try write(NumPyFile.head(of: type), storage, byteCount: type.byteCount, to: path)
  }

  /// The same with a head of the caller's.
  package static func write(
    _ head: [UInt8], _ storage: Storage, byteCount: Int, to path: String
  ) throws(HillockError) {
    var file = try AtomicFile(path)
    try file.write(head)
    try file.write(UnsafeRawBufferPointer(start: storage.base, count: byteCount))
    try file.commit()
  }
}

extension Storage {
  fileprivate var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: byteCount) }
}
