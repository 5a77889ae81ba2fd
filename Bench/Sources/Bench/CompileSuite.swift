import Hillock

/// The first call of a function never seen before, result included: traced, lowered, verified, and compiled where the tier
/// is native.
enum CompileSuite {
  static let suite = Suite(name: "compile") { context in
    let x = try random.random(100_000).checked()
    let peer = try context.peer?.prepare("compile", "gelu")
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: context.machine.threads) {
        let times = try Timing.alternate(rounds: 3, peer: context.peer, prepared: peer != nil) {
          let fresh = jit(gelu)
          return try Timing.microseconds { _ = try fresh(x) }
        }
        try context.report.add(
          Row(
            suite: "compile", name: "gelu, first result", tier: tier.rawValue, threads: context.machine.threads, us: times.ours,
            peer: peer, peerUs: times.theirs))
      }
    }
  }
}
