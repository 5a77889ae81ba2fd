#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The memory of one array: 64-byte aligned, immutable once it is published, given back to the pool with its last owner.
package final class Storage: @unchecked Sendable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  private init(base: UnsafeMutableRawPointer, byteCount: Int) {
    self.base = base
    self.byteCount = byteCount
  }

  /// Uninitialised memory of at least this many bytes.
  package static func allocate(byteCount: Int) -> Storage {
    Storage(base: aligned_alloc(64, (byteCount + 127) & ~63)!, byteCount: byteCount)
  }

  deinit { free(base) }
}
