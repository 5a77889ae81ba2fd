import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A caching allocator: freed blocks wait in a list for each size class until they are used again, or until idle memory
/// exceeds the limit; then blocks of the class that has been left alone longest go back to the system.
package final class MemoryPool: Sendable {
  package static let shared = MemoryPool(idleLimit: nil, limit: nil)

  /// A block handed out. Its memory is uninitialised and 64-byte aligned, large ones 2 MiB aligned.
  struct Block {
    let base: UnsafeMutableRawPointer
    let sizeClass: SizeClass
  }

  package struct Usage: Sendable {
    package var liveBytes = 0
    package var idleBytes = 0
    /// The most live and idle bytes there were at once since the start, or since `resetPeak`.
    package var peakBytes = 0

    fileprivate mutating func notePeak() { peakBytes = max(peakBytes, liveBytes + idleBytes) }
  }

  private struct State: ~Copyable {
    /// The first idle block of each class; a block's first word is the address of the next.
    let heads: UnsafeMutablePointer<UInt>
    /// When each class was last used, in uses of the pool.
    let lastUse: UnsafeMutablePointer<UInt64>
    var clock: UInt64 = 0
    var usage = Usage()

    init() {
      heads = .allocate(capacity: SizeClass.count)
      heads.initialize(repeating: 0, count: SizeClass.count)
      lastUse = .allocate(capacity: SizeClass.count)
      lastUse.initialize(repeating: 0, count: SizeClass.count)
    }

    deinit {
      heads.deallocate()
      lastUse.deallocate()
    }
  }

  private let state = Mutex(State())
  /// nil: the process's setting; so for both.
  private let idleLimit: Int?
  private let limit: Int?

  init(idleLimit: Int?, limit: Int? = .max) {
    self.idleLimit = idleLimit
    self.limit = limit
  }

  deinit { trim(to: 0) }

  package var usage: Usage { state.withLock { $0.usage } }

  package func resetPeak() { state.withLock { $0.usage.peakBytes = $0.usage.liveBytes + $0.usage.idleBytes } }

  func take(byteCount: Int) throws(HillockError) -> Block {
    guard byteCount >= 0, byteCount <= SizeClass.maximumByteCount else { throw Self.refusal(byteCount) }
    let sizeClass = SizeClass(fitting: byteCount)
    let limit = limit ?? Configuration.memoryLimit
    var isRefused = false, live = 0
    let cached = state.withLock { state -> UInt in
      live = state.usage.liveBytes
      // (no overflow: a class is at most 2⁵² bytes)
      isRefused = live + sizeClass.byteCount > limit
      if isRefused { return 0 }
      state.clock += 1
      state.lastUse[sizeClass.index] = state.clock
      state.usage.liveBytes += sizeClass.byteCount
      let head = state.heads[sizeClass.index]
      guard let block = UnsafeMutableRawPointer(bitPattern: head) else { return 0 }
      state.heads[sizeClass.index] = block.load(as: UInt.self)
      state.usage.idleBytes -= sizeClass.byteCount
      return head
    }
    if let base = UnsafeMutableRawPointer(bitPattern: cached) { return Block(base: base, sizeClass: sizeClass) }
    if isRefused { throw Self.refusal(byteCount, live: live, limit: limit) }
    if sizeClass.isLarge { makeRoom(for: sizeClass.byteCount, limit) }
    state.withLock { $0.usage.notePeak() }
    if let base = SystemMemory.allocate(sizeClass) { return Block(base: base, sizeClass: sizeClass) }
    // The idle blocks of other sizes may be what is missing.
    trim(to: 0)
    if let base = SystemMemory.allocate(sizeClass) { return Block(base: base, sizeClass: sizeClass) }
    state.withLock { $0.usage.liveBytes -= sizeClass.byteCount }
    throw Self.refusal(byteCount)
  }

  /// Before the system is asked for a large block, which is live already, as many idle bytes of other sizes go back to it, down to a
  /// floor; and all that are beyond the limit. So the pool never has more than what was live at once and the floor: arrays of many
  /// sizes, one after the other, would otherwise leave idle blocks of each.
  private func makeRoom(for byteCount: Int, _ limit: Int) {
    let usage = usage
    let kept = min(max(usage.idleBytes - byteCount, Parameters.idleMemoryFloor), max(limit - usage.liveBytes, 0))
    if usage.idleBytes > kept { trim(to: kept) }
  }

  func give(_ block: Block) {
    let limit = idleLimit ?? Configuration.idleMemoryLimit
    let size = block.sizeClass.byteCount
    let address = UInt(bitPattern: block.base)
    let index = block.sizeClass.index
    let isOverLimit = state.withLock { state -> Bool in
      state.clock += 1
      state.lastUse[index] = state.clock
      state.usage.liveBytes -= size
      let pointer = UnsafeMutableRawPointer(bitPattern: address)
      pointer?.storeBytes(of: state.heads[index], as: UInt.self)
      state.heads[index] = address
      state.usage.idleBytes += size
      return state.usage.idleBytes > limit
    }
    if isOverLimit { trim(to: limit) }
  }

  /// Gives idle memory back to the system until at most `limit` bytes are idle.
  package func trim(to limit: Int) {
    while true {
      // One block at a time, freed outside the lock: unmapping is slow.
      let (address, size) = state.withLock { state -> (UInt, Int) in
        guard state.usage.idleBytes > limit else { return (0, 0) }
        var oldest = -1
        for index in 0..<SizeClass.count where state.heads[index] != 0 {
          if oldest < 0 || state.lastUse[index] < state.lastUse[oldest] { oldest = index }
        }
        guard oldest >= 0, let block = UnsafeMutableRawPointer(bitPattern: state.heads[oldest]) else { return (0, 0) }
        let size = SizeClass.byteCount(at: oldest)
        state.heads[oldest] = block.load(as: UInt.self)
        state.usage.idleBytes -= size
        return (UInt(bitPattern: block), size)
      }
      guard let base = UnsafeMutableRawPointer(bitPattern: address) else { return }
      SystemMemory.free(base, byteCount: size)
    }
  }

  private static func refusal(_ byteCount: Int, live: Int, limit: Int) -> HillockError {
    HillockError(
      .system,
      "an array of \(byteCount) bytes beside the \(live) in use would be more than the limit of \(limit) bytes; use smaller arrays, or "
        + "raise the limit (Engine.memoryLimit, HILLOCK_MEMORY)")
  }

  private static func refusal(_ byteCount: Int) -> HillockError {
    HillockError(.system, "the system has no \(byteCount) bytes of memory for an array; use smaller arrays or free some")
  }
}

/// Memory from the system: the C heap for small blocks, mappings of their own for large ones.
enum SystemMemory {
  static func allocate(_ sizeClass: SizeClass) -> UnsafeMutableRawPointer? {
    sizeClass.isLarge ? map(sizeClass.byteCount) : heap(sizeClass.byteCount)
  }

  static func free(_ base: UnsafeMutableRawPointer, byteCount: Int) {
    if byteCount >= Parameters.largeAllocation {
      munmap(base, byteCount)
    } else {
      #if canImport(Glibc)
        Glibc.free(base)
      #else
        Darwin.free(base)
      #endif
    }
  }

  private static func heap(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var base: UnsafeMutableRawPointer?
    return posix_memalign(&base, 64, byteCount) == 0 ? base : nil
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let alignment = Parameters.largeAllocation
    let (length, overflow) = byteCount.addingReportingOverflow(alignment)
    guard !overflow else { return nil }
    let flags = MAP_PRIVATE | MAP_ANON
    guard let start = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else { return nil }
    let head = -Int(bitPattern: start) & (alignment - 1)
    let base = start + head
    if head > 0 { munmap(start, head) }
    if alignment - head > 0 { munmap(base + byteCount, alignment - head) }
    #if os(Linux)
      // A request only: without huge pages everything works, with more misses of the translation cache.
      let hugePages: Int32 = 14  // MADV_HUGEPAGE, which is not imported
      madvise(base, byteCount, hugePages)
    #endif
    return base
  }
}
