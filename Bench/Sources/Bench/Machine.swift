import CBench
import Foundation
import Hillock

/// What this machine can do at best, measured in the same run.
struct Machine {
  let threads = Engine.threads
  /// Vector operations on floats in a microsecond, of one thread: 16, 8 or 4 floats each.
  let vectorOperations: Double
  let vectorFloats = Int(cb_vector_floats())
  /// The time of making an object and giving it back, in µs.
  let allocation: Double
  /// Bytes read in a microsecond by all threads, from memory.
  let readBandwidth: Double

  init() {
    let rounds: Int64 = 200_000
    let times = (0..<9).map { _ in Timing.microseconds { Self.sink += Double(cb_fma_rounds(rounds, 0.5)) } }
    vectorOperations = Double(rounds * Int64(CB_CHAINS)) / Timing.median(times)
    allocation = Self.measureAllocation()
    let probe = ReadProbe(threads: Engine.threads)
    probe.measure()
    readBandwidth = probe.bandwidth
  }

  var summary: String {
    "\(threads) threads; a thread does \(Int(vectorOperations)) vector operations on \(vectorFloats) floats in a µs; "
      + "memory is read at \(String(format: "%.1f", readBandwidth / 1000)) GB/s"
  }

  /// The time of `operations` vector operations an element over `count` floats.
  func arithmetic(_ count: Int, operations: Double, threads: Int) -> Double {
    Double(count) / Double(vectorFloats) * operations / vectorOperations / Double(threads)
  }

  /// The time of copying this many bytes with this many threads, wherever a block of that size lies.
  static func copy(bytes: Int, threads: Int) -> Double {
    let from = Block(bytes), to = Block(bytes)
    func once() -> Double {
      Timing.microseconds {
        split(bytes, threads) { start, count in cb_copy(to.base + start, from.base + start, Int64(count)) }
      }
    }
    _ = once()
    let count = min(Timing.repetitions(once()), 100)
    return Timing.median((0..<max(count, 3)).map { _ in once() })
  }

  /// Reads memory: its bandwidth changes from second to second where others use it, so a row that is measured against it asks
  /// again beside each of its rounds.
  final class ReadProbe {
    private let from: Block
    private let bytes: Int
    private let threads: Int
    private var seen: [Double] = []

    init(bytes: Int = 512 << 20, threads: Int) {
      (self.bytes, self.threads) = (bytes, threads)
      from = Block(bytes)
    }

    /// Bytes in a microsecond, the best of a few passes.
    func measure() {
      let times = (0..<5).map { _ in
        Timing.microseconds {
          Machine.split(bytes, threads) { [from] start, count in
            if cb_read(from.base + start, Int64(count)) == 1 { print("", terminator: "") }
          }
        }
      }
      seen.append(Double(bytes) / (times.min() ?? 1))
    }

    var bandwidth: Double { Timing.median(seen) }
  }

  private final class Object {}

  private static func measureAllocation() -> Double {
    @inline(never)  // or the compiler would see that nobody needs them
    func make() -> Object { Object() }
    var last: Object?
    let count = 10_000
    let times = (0..<9).map { _ in Timing.microseconds { for _ in 0..<count { last = make() } } / Double(count) }
    withExtendedLifetime(last) {}
    return Timing.median(times)
  }

  private static func split(_ bytes: Int, _ threads: Int, _ body: @Sendable (Int, Int) -> Void) {
    if threads == 1 { return body(0, bytes) }
    let share = (bytes / threads + 4095) & ~4095
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let start = min(thread * share, bytes)
      body(start, min(share, bytes - start))
    }
  }

  nonisolated(unsafe) private static var sink = 0.0
}

/// Touched memory on 2 MiB boundaries.
private final class Block: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  init(_ bytes: Int) {
    base = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 2 << 20)
    #if os(Linux)
      let hugePages: Int32 = 14  // MADV_HUGEPAGE, which is not imported
      madvise(base, max(bytes, 1), hugePages)
    #endif
    base.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
  }

  deinit { base.deallocate() }
}
