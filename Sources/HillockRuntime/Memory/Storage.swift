import HillockIR

/// The memory of one array: 64-byte aligned, immutable once it is published, given back to the pool with its last owner.
package final class Storage: @unchecked Sendable {
  package let base: UnsafeMutableRawPointer
  package private(set) var byteCount: Int
  /// nil for memory that belongs to nobody.
  private let sizeClass: SizeClass?
  /// Bytes of the block before `base`.
  private let offset: Int

  private init(base: UnsafeMutableRawPointer, byteCount: Int, sizeClass: SizeClass?, offset: Int = 0) {
    self.base = base
    self.byteCount = byteCount
    self.sizeClass = sizeClass
    self.offset = offset
  }

  /// Uninitialised memory of this many bytes; zero is fine. Throws `.system` where the system has no more.
  package static func allocate(byteCount: Int) throws(HillockError) -> Storage {
    let block = try MemoryPool.shared.take(byteCount: byteCount)
    return Storage(base: block.base, byteCount: byteCount, sizeClass: block.sizeClass)
  }

  /// The same between two guards, filled as guards are.
  static func allocateGuarded(byteCount: Int) throws(HillockError) -> Storage {
    let block = try MemoryPool.shared.take(byteCount: byteCount + 2 * Guards.length)
    Guards.fill(block.base, byteCount + 2 * Guards.length)
    return Storage(
      base: block.base + Guards.length, byteCount: byteCount, sizeClass: block.sizeClass, offset: Guards.length)
  }

  /// Whether the guards of a guarded storage are whole.
  var isIntact: Bool {
    Guards.firstChange(base - Guards.length, Guards.length) == nil && Guards.firstChange(base + byteCount, Guards.length) == nil
  }

  /// A copy of these bytes.
  package static func copy(_ bytes: UnsafeRawBufferPointer) throws(HillockError) -> Storage {
    let storage = try allocate(byteCount: bytes.count)
    if let source = bytes.baseAddress { storage.base.copyMemory(from: source, byteCount: bytes.count) }
    return storage
  }

  /// Leaves the bytes after these out, before the storage is published. What was never written there takes no memory if it is large.
  package func shorten(to byteCount: Int) { self.byteCount = min(byteCount, self.byteCount) }

  /// The storage of arrays without elements.
  package static let empty: Storage = {
    let base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    return Storage(base: base, byteCount: 0, sizeClass: nil)
  }()

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }

  deinit {
    if let sizeClass { MemoryPool.shared.give(MemoryPool.Block(base: base - offset, sizeClass: sizeClass)) }
  }
}
