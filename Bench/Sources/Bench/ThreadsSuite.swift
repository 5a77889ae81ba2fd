import Foundation
import Hillock

/// What more threads bring: GELU over 10⁷ floats with one worker and with all, several callers at once, twice as many
/// workers as processors, and loops whose steps need what all workers have done.
///
/// `speed-up` is against the row named after it. What memory allows is the ratio of the two rows' limits, which are measured in
/// this run with as many threads (copy bandwidth, vector operations): where one thread nearly fills the memory, two cannot be
/// twice as fast.
enum ThreadsSuite {
  static let count = 10_000_000
  static let callers = 4
  static let callerCount = 1_000_000

  static let suite = Suite(name: "threads") { context in
    try Timing.configured(.native, threads: context.machine.threads) {
      let all = context.machine.threads
      let alone = try workers(1, context, against: nil)
      let together = try workers(all, context, against: alone)
      if all > 1 {
        let linear = alone.us / together.us / Double(all), allowed = alone.limit / together.limit
        context.report.note(
          String(
            format: "%d workers: %.2f of linear; memory and arithmetic allow a speed-up of %.2f, of which %.0f %% are reached",
            all, linear,
            allowed, 100 * alone.us / together.us / allowed))
      }
      _ = try workers(2 * all, context, against: alone)
      try callersAtOnce(context)
      if all > 1 { for count in [1000, 4000, 16_000, 64_000] { try steps(count, context) } }
    }
  }

  /// A loop whose steps are several kernels: a sum, and what uses it. One worker, then all; never slower, and from 5 µs a step on half as
  /// fast again.
  private static func steps(_ count: Int, _ context: Context) throws {
    let steps = 400, x = try random.random(count).checked()
    func loop(_ threads: Int) throws -> () throws -> Void {
      try Timing.configured(.native, threads: threads) {
        let f = jit { (x: NDArray) in
          try forLoop(0..<steps, carry: x) { _, x in
            let y = x * 0.9 + 0.1 / (1 + x * x)
            return y - 0.01 * y.mean()
          }
        }
        _ = try f(x)
        return { try Timing.configured(.native, threads: threads) { _ = try f(x) } }
      }
    }
    let alone = try loop(1), together = try loop(context.machine.threads)
    let times = try Timing.pairs(pairs: 101, alone, together)
    for (threads, us, against) in [(1, times.first, nil), (context.machine.threads, times.second, times.ratio)] {
      var row = Row(suite: "threads", name: "steps of a sum \(count)", tier: "native", threads: threads, us: us / Double(steps))
      row.speedUp = against
      try context.report.add(row)
    }
  }

  private static func limit(_ count: Int, _ threads: Int, _ context: Context) -> Double {
    max(
      Machine.copy(bytes: count * 4, threads: threads),
      context.machine.arithmetic(count, operations: GELUSuite.operations, threads: threads))
  }

  /// `threads` may be more than there are processors; the limit is that of the processors.
  private static func workers(
    _ threads: Int, _ context: Context, against: (us: Double, limit: Double)?
  ) throws -> (us: Double, limit: Double) {
    let x = try random.random(count).checked()
    let used = min(threads, context.machine.threads)
    let limit = limit(count, used, context)
    return try Timing.configured(.native, threads: threads) {
      let fast = jit(gelu)
      let times = try Timing.alternate(peer: nil, prepared: false) { try Timing.microseconds { _ = try fast(x) } }
      var row = Row(suite: "threads", name: "gelu \(count)", tier: "native", threads: threads, us: times.ours, limit: limit)
      row.speedUp = against.map { $0.us / times.ours }
      try context.report.add(row)
      return (times.ours, limit)
    }
  }

  /// Threads that call their own functions at the same time, against one thread that makes the same calls one after the other.
  private static func callersAtOnce(_ context: Context) throws {
    let x = try random.random(callerCount).checked()
    let functions = (0..<callers).map { _ in jit(gelu) }
    for function in functions { _ = try function(x) }
    let limit = limit(callers * callerCount, context.machine.threads, context)
    let one = try Timing.alternate(peer: nil, prepared: false) {
      try Timing.microseconds { for function in functions { _ = try function(x) } }
    }
    try context.report.add(
      Row(
        suite: "threads", name: "\(callers) calls in a row", tier: "native", threads: context.machine.threads, us: one.ours,
        limit: limit))
    let many = try Timing.alternate(peer: nil, prepared: false) {
      Timing.microseconds {
        DispatchQueue.concurrentPerform(iterations: callers) { caller in _ = try? functions[caller](x) }
      }
    }
    var row = Row(
      suite: "threads", name: "\(callers) callers at once", tier: "native", threads: context.machine.threads, us: many.ours,
      limit: limit)
    row.speedUp = one.ours / many.ours
    try context.report.add(row)
  }
}
