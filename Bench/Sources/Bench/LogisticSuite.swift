import Hillock

final class LogisticRegression: Base, Callable2 {
  let w: Variable

  init(dimension: Int) {
    w = Variable(2.0 * ones(dimension) - 1.3)
    super.init()
  }

  func callAsFunction(_ X: NDArray, _ Y: NDArray) {
    let u = dot(((1.0 / (1.0 + exp(-Y * dot(X, w))) - 1.0) * Y), X)
    w.value = w - u
  }
}

/// Thirty steps of logistic regression: each must read all points once, and that is its limit.
enum LogisticSuite {
  static let steps = 30
  static let dimension = 10

  static let suite = Suite(name: "logistic") { context in
    let count = context.points, name = "\(count)x\(dimension)x\(steps)"
    let X = try random.random(count, dimension).checked(), Y = try random.random(count).checked()
    let peer = try context.peer?.prepare("logistic", name)
    let bytes = Double(count * (dimension + 1) * 4 * steps)
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: context.machine.threads) {
        let step = jit(LogisticRegression(dimension: dimension))
        let probe = Machine.ReadProbe(threads: context.machine.threads)
        let times = try Timing.alternate(rounds: 3, peer: context.peer, prepared: peer != nil) {
          probe.measure()
          return try Timing.microseconds { for _ in 0..<steps { try step(X, Y) } }
        }
        try context.report.add(
          Row(
            suite: "logistic", name: name, tier: tier.rawValue, threads: context.machine.threads, us: times.ours,
            limit: bytes / probe.bandwidth, peer: peer, peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }
}
