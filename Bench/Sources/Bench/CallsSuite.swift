import Hillock

/// What a call costs that computes next to nothing: the mean of a thousand in a row. The limit is what its result alone needs:
/// an object that is made and given back.
enum CallsSuite {
  static let suite = Suite(name: "calls") { context in
    let peer = try context.peer?.prepare("calls", "one element")
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: context.machine.threads) {
        let x = NDArray([Float(1)])
        let increment = jit { (x: NDArray) in x + 1 }
        try row("one element", tier, context, peer) { _ = try increment(x) }
        let counter = Counter()
        let count = jit(counter)
        try row("one Variable", tier, context, nil) { try count() }
        // What else lives makes no difference.
        let others = (0..<10_000).map { _ in Counter() }
        try row("one Variable, 10⁴ other objects", tier, context, nil) { try count() }
        withExtendedLifetime(others) {}
        let owner = Counter()
        try row("a method of its object", tier, context, nil) { try owner.count() }
      }
    }
    try Timing.configured(.auto, threads: context.machine.threads) {
      let x = NDArray([Float(1)])
      try row("one element, no jit", .auto, context, nil) { _ = try (x + 1).checked() }
    }
  }

  private static func row(
    _ name: String, _ tier: Engine.TierChoice, _ context: Context, _ peer: String?, _ call: () throws -> Void
  ) throws {
    let times = try Timing.alternate(peer: context.peer, prepared: peer != nil) {
      try Timing.microseconds { for _ in 0..<1000 { try call() } } / 1000
    }
    try context.report.add(
      Row(
        suite: "calls", name: name, tier: tier.rawValue, threads: context.machine.threads, us: times.ours,
        limit: context.machine.allocation, peer: peer,
        peerUs: times.theirs))
  }

  private final class Counter: Base, Callable0 {
    let n = Variable(zeros(1))
    func callAsFunction() { n += 1 }
    func count() throws { try compiledMethod(of: self, "count") { $0.callAsFunction }() }
  }
}
