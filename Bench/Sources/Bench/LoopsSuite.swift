import Hillock
import HillockDynamics

/// Groups of LIF and Hodgkin–Huxley neurons, and of LIF neurons with noise, many steps in one compiled call. A case is
/// `MODEL NEURONSxSTEPS`; its time is that of all steps.
enum LoopsSuite {
  struct Model: Sendable {
    let name: String
    /// Vector operations on a neuron in a step at least. An exponential counts twelve (reduction, polynomial, scaling),
    /// rexprel sixteen, a division one; a normal number ninety for its random bits, thirty-five for logarithm, root and cosine.
    let operations: Double
    let make: @Sendable (Int) -> NeuGroup
  }

  static let models = [
    Model(name: "lif", operations: 13) { LIF($0) },
    Model(name: "hh", operations: 184) { HH($0) },
    Model(name: "noisy-lif", operations: 133) { NoisyLIF($0) },
  ]

  /// Neurons and steps: a call takes from a tenth of a millisecond on.
  static let sizes = [(1, 10_000), (100, 10_000), (4000, 1000), (100_000, 100)]

  static let suite = Suite(name: "loops") { context in
    for model in models {
      for (count, steps) in sizes { try measure(model, count, steps, context) }
    }
  }

  private static func measure(_ model: Model, _ count: Int, _ steps: Int, _ context: Context) throws {
    let name = "\(model.name) \(count)x\(steps)", threads = context.machine.threads
    let peer = try context.peer?.prepare("loops", name)
    let used = min(threads, (count + 63) / 64)
    let limit =
      context.machine.arithmetic(
        max(count, context.machine.vectorFloats), operations: model.operations, threads: used) * Double(steps)
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: threads) {
        let group = model.make(count)
        group.input[...] = linspace(0, 40, count: count)
        let run = jit { () -> Void in try group.run(Double(steps) * 0.1) }
        let times = try Timing.alternate(peer: context.peer, prepared: peer != nil) {
          try Timing.microseconds { try run() }
        }
        try context.report.add(
          Row(
            suite: "loops", name: name, tier: tier.rawValue, threads: threads, us: times.ours, limit: limit, peer: peer,
            peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }
}

/// Leaky neurons with noise of their own in every step, by Euler and Maruyama's method: as `noisy_lif` of the peer.
private final class NoisyLIF: NeuGroup {
  private let noise = RandomState(seed: 1)

  init(_ count: Int) { super.init(size: [count], V: 0.0) }

  override func advance(_ step: TimeStep, _ drive: Drive) {
    let next = V.value + (drive.current - V.value) * (step.dt / 10) + noise.normal(size) * step.dt.squareRoot()
    fire(next, threshold: 20, reset: -5.0)
  }
}
