import Dispatch
import Hillock
import HillockDynamics

/// The first call of a function never seen before, result included: traced, lowered, verified, and compiled where the tier
/// is native. Its limit is a later call, which only computes. Then the promotion: how long a program that is hot waits for its
/// machine code, which is made in the background while calls go on.
enum CompileSuite {
  static let suite = Suite(name: "compile") { context in
    let x = try random.random(100_000).checked()
    try measure("gelu", context) {
      let fresh = jit(gelu)
      let first = try Timing.microseconds { _ = try fresh(x) }
      return (first, try Timing.microseconds { _ = try fresh(x) })
    }
    try measure("hh", context) {
      let group = HH(100)
      let fresh = jit { () -> Void in try group.run(1) }
      let first = try Timing.microseconds { try fresh() }
      return (first, try Timing.microseconds { try fresh() })
    }
    try promotion("gelu", context) {
      let fresh = jit(gelu)
      return try untilNative({ fresh.statistics }) { _ = try fresh(x) }
    }
    try promotion("hh", context) {
      let group = HH(100)
      let fresh = jit { () -> Void in try group.run(1) }
      return try untilNative({ fresh.statistics }) { try fresh() }
    }
  }

  /// Calls until the program is native, for a second at most; the latency of its promotion in µs.
  private static func untilNative(_ statistics: () -> [ProgramReport], _ call: () throws -> Void) throws -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    while DispatchTime.now().uptimeNanoseconds - start < 1_000_000_000 {
      try call()
      if let program = statistics().first, program.isNative { return program.promotionMicroseconds }
    }
    throw BenchError("a program was not promoted within a second")
  }

  private static func promotion(_ name: String, _ context: Context, _ once: () throws -> Double) throws {
    try Timing.configured(.auto, threads: context.machine.threads) {
      let times = try (0..<15).map { _ in try once() }
      try context.report.add(
        Row(
          suite: "compile", name: "\(name), promotion", tier: "auto", threads: context.machine.threads, us: Timing.median(times)))
    }
  }

  private static func measure(_ name: String, _ context: Context, _ once: () throws -> (first: Double, later: Double)) throws {
    let peer = try context.peer?.prepare("compile", name)
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: context.machine.threads) {
        var later: [Double] = []
        let times = try Timing.alternate(rounds: 3, peer: context.peer, prepared: peer != nil) {
          let times = try once()
          later.append(times.later)
          return times.first
        }
        try context.report.add(
          Row(
            suite: "compile", name: "\(name), first result", tier: tier.rawValue, threads: context.machine.threads,
            us: times.ours, limit: Timing.median(later), peer: peer, peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }
}
