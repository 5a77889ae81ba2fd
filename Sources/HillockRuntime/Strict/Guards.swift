/// Bytes that nothing may write, at both ends of all memory that a strict run plans, and what its memory holds before
/// anything is stored there: not a number as f32 and as f64, no bool, and no index of anything.
enum Guards {
  /// Bytes at each end of a piece of memory. A multiple of a cache line: alignment stays.
  static let length = 128

  private static let pattern: UInt64 = 0xfff7_a5a5_fff7_a5a5

  /// A byte is told by its address: guards may begin anywhere.
  private static func byte(at address: Int) -> UInt8 { UInt8(truncatingIfNeeded: pattern >> UInt64((address & 7) * 8)) }

  static func fill(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
    var offset = 0
    while offset < byteCount, Int(bitPattern: base + offset) & 7 != 0 {
      base.storeBytes(of: byte(at: Int(bitPattern: base + offset)), toByteOffset: offset, as: UInt8.self)
      offset += 1
    }
    let words = max(byteCount - offset, 0) / 8
    (base + offset).initializeMemory(as: UInt64.self, repeating: pattern, count: words)
    offset += words * 8
    while offset < byteCount {
      base.storeBytes(of: byte(at: Int(bitPattern: base + offset)), toByteOffset: offset, as: UInt8.self)
      offset += 1
    }
  }

  /// The first byte that is no longer the guard's; nil where all are.
  static func firstChange(_ base: UnsafeRawPointer, _ byteCount: Int) -> Int? {
    for offset in 0..<max(byteCount, 0)
    where base.load(fromByteOffset: offset, as: UInt8.self) != byte(at: Int(bitPattern: base + offset)) {
      return offset
    }
    return nil
  }

  /// Changes in two places may cancel out once in 2^64: enough to notice a store that should not have been.
  static func checksum(_ base: UnsafeRawPointer, _ byteCount: Int) -> UInt64 {
    var sum: UInt64 = 0x9e37_79b9_7f4a_7c15
    func mix(_ word: UInt64) {
      sum = (sum ^ word) &* 0xbf58_476d_1ce4_e5b9
      sum ^= sum >> 29
    }
    let words = byteCount / 8
    for word in 0..<words { mix(base.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)) }
    for offset in words * 8..<byteCount { mix(UInt64(base.load(fromByteOffset: offset, as: UInt8.self))) }
    return sum
  }
}

/// A guard in a run's workspace, or the memory between two pieces of it.
struct WorkspaceGuard {
  var offset: Int
  var byteCount: Int
  /// What it stands behind: `buffer 3`, `the partials of reductions`.
  var name: String
}
