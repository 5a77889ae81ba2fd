import Hillock
import HillockDynamics

/// A network of the suite `networks`: what runs, and the group whose rate is printed.
final class MeasuredNetwork: DynamicalSystem {
  let counted: NeuGroup
  private let parts: [DynamicalSystem]

  init(_ counted: NeuGroup, _ parts: [DynamicalSystem]) {
    self.counted = counted
    self.parts = parts
    super.init()
  }
}

/// How the networks are made. Their equations are those of `peers/brian2_networks.py`.
enum NetworkModels {
  static func make(_ name: String, _ count: Int) throws -> MeasuredNetwork {
    switch name {
    case "coba": try coba(count)
    case "coba-euler": try cobaByEuler(count)
    case "cuba": try cuba(count)
    case "cobahh": try cobahh(count)
    case "stdp": try stdp()
    case "drawn": try drawn(count)
    case "brunel": try brunel(count, learns: false)
    case "plastic": try brunel(count, learns: true)
    default: throw BenchError("there is no network '\(name)'")
    }
  }

  private static func coba(_ count: Int) throws -> MeasuredNetwork {
    let neurons = LIF(
      count, V_rest: -40.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0,
      V: RandomState(seed: 1).normal(count, mean: -55.0, std: 2.0))
    return try balanced(neurons, weights: (0.6, 6.7), (.conductance(reversal: 0), .conductance(reversal: -80)))
  }

  /// By Euler's method, as a model of one's own: what Brian2's users mostly take for this network.
  private static func cobaByEuler(_ count: Int) throws -> MeasuredNetwork {
    try balanced(
      EulerLIF(count), weights: (0.6, 6.7), (.conductance(reversal: 0), .conductance(reversal: -80)))
  }

  private static func cuba(_ count: Int) throws -> MeasuredNetwork {
    try balanced(neuronsAboveThreshold(count), weights: (1.62, -9), (.current, .current))
  }

  /// Neurons that fire without input, since they rest above their threshold.
  private static func neuronsAboveThreshold(_ count: Int) -> LIF {
    LIF(
      count, V_rest: -49.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0,
      V: RandomState(seed: 1).uniform(count, low: -60.0, high: -50.0))
  }

  private static func cobahh(_ count: Int) throws -> MeasuredNetwork {
    // Conductances in nS of a neuron with 20 000 µm² of membrane, as mS/cm².
    let nS = 0.005, generator = RandomState(seed: 1)
    let neurons = TraubMiles(count, V: generator.normal(count, mean: -60.0, std: 5.0))
    return try balanced(
      neurons, weights: (6 * nS, 67 * nS), (.conductance(reversal: 0), .conductance(reversal: -80)))
  }

  /// 80 % of the neurons are excitatory, and each gets 80 inputs.
  private static func balanced(
    _ neurons: NeuGroup, weights: (Double, Double), _ outputs: (SynapticOutput, SynapticOutput)
  ) throws -> MeasuredNetwork {
    let count = neurons.count, excitatory = count * 4 / 5, p = 80.0 / Double(count)
    return MeasuredNetwork(
      neurons,
      [
        try Projection(
          from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
          .fixedProbability(p, from: excitatory, to: count, seed: 2), weight: weights.0, synapse: .exponential(tau: 5),
          output: outputs.0),
        try Projection(
          from: Subgroup(of: neurons, excitatory..<count), to: neurons,
          .fixedProbability(p, from: count - excitatory, to: count, seed: 3), weight: weights.1,
          synapse: .exponential(tau: 10), output: outputs.1),
      ])
  }

  private static func stdp() throws -> MeasuredNetwork {
    let most = 0.01, inputs = PoissonGroup(1000, rates: 15, seed: 4)
    let neuron = LIF(1, V_rest: -74.0, V_reset: -60.0, V_th: -54.0, tau: 10.0, tau_ref: 0.0, V: -60.0)
    let learn = try PlasticProjection(
      from: inputs, to: neuron, .allToAll(from: 1000, to: 1), weight: Distribution.uniform(0, most),
      rule: STDP(potentiation: 0.01 * most, depression: 0.0105 * most, bounds: 0...most), synapse: .exponential(tau: 5),
      output: .conductance(reversal: 0))
    return MeasuredNetwork(neuron, [inputs, learn])
  }

  /// Leaky neurons with 1000 inputs each, which are stored nowhere.
  private static func drawn(_ count: Int) throws -> MeasuredNetwork {
    let excitatory = count * 4 / 5, p = 1000.0 / Double(count), neurons = neuronsAboveThreshold(count)
    return MeasuredNetwork(
      neurons,
      [
        try DrawnProjection(
          from: Subgroup(of: neurons, 0..<excitatory), to: neurons, probability: p, weight: 0.13, synapse: .exponential(tau: 5),
          seed: 2),
        try DrawnProjection(
          from: Subgroup(of: neurons, excitatory..<count), to: neurons, probability: p, weight: -0.72,
          synapse: .exponential(tau: 10), seed: 3),
      ])
  }

  /// A tenth of all pairs is connected. J is 0.1 mV for 1000 excitatory inputs, and more for fewer; each neuron gets twice the input that would
  /// hold it at its threshold.
  private static func brunel(_ count: Int, learns: Bool) throws -> MeasuredNetwork {
    let excitatory = count * 4 / 5, incoming = 0.1 * Double(excitatory), J = 0.1 * (1000 / incoming).squareRoot()
    let neurons = LIF(count, V_rest: 0.0, V_reset: 10.0, V_th: 20.0, tau: 20.0, tau_ref: 2.0, V: 0.0)
    let E = try Subgroup(of: neurons, 0..<excitatory), I = try Subgroup(of: neurons, excitatory..<count)
    func connect(_ from: Int, _ to: Int, _ seed: UInt64) throws -> Connections {
      try .fixedProbability(0.1, from: from, to: to, seed: seed)
    }
    var parts: [DynamicalSystem] = [
      try PoissonInput(
        to: neurons, sources: Int(incoming), rate: 2 * 20 / (J * incoming * 0.02), weight: J, synapse: .delta, seed: 5),
      try Projection(
        from: I, to: neurons, connect(count - excitatory, count, 6), weight: -5 * J, delay: 1.5, synapse: .delta),
    ]
    if learns {
      parts += [
        try PlasticProjection(
          from: E, to: neurons, connect(excitatory, count, 7), weight: J, delay: 1.5,
          rule: STDP(potentiation: 0.001 * J, depression: 0.00105 * J, bounds: 0...2 * J), synapse: .delta)
      ]
    } else {
      parts += [try Projection(from: E, to: neurons, connect(excitatory, count, 7), weight: J, delay: 1.5, synapse: .delta)]
    }
    return MeasuredNetwork(neurons, parts)
  }
}

/// The equation of `coba`, by Euler's method.
private final class EulerLIF: IntegrateAndFire {
  init(_ count: Int) {
    super.init(
      size: [count], V: RandomState(seed: 1).normal(count, mean: -55.0, std: 2.0), V_reset: -60.0, V_th: -50.0, tau_ref: 5.0,
      dtype: .f32)
  }

  override func advance(_ step: TimeStep, _ drive: Drive) {
    let before = V.value
    finish(before + step.dt / 20 * (-40 - before + drive.current(at: before)), step, drive)
  }
}
