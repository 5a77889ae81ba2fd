import Hillock

import HillockDynamics

/// The first call of a function never seen before, result included: traced, lowered, verified, and compiled where the tier
/// is native.
enum CompileSuite {
  static let suite = Suite(name: "compile") { context in
    let x = try random.random(100_000).checked()
    try measure("gelu", context) {
      let fresh = jit(gelu)
      return try Timing.microseconds { _ = try fresh(x) }
    }
    try measure("hh", context) {
      let group = HH(100)
      let fresh = jit { () -> Void in try group.run(1) }
      return try Timing.microseconds { try fresh() }
    }
  }

  private static func measure(_ name: String, _ context: Context, _ once: () throws -> Double) throws {
    let peer = try context.peer?.prepare("compile", name)
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: context.machine.threads) {
        let times = try Timing.alternate(rounds: 3, peer: context.peer, prepared: peer != nil, once)
        try context.report.add(
          Row(
            suite: "compile", name: "\(name), first result", tier: tier.rawValue, threads: context.machine.threads,
            us: times.ours, peer: peer, peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }
}
