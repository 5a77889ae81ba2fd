// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockDynamics
import Testing

/// The page Tutorial of HillockDynamics.
@Suite struct TutorialGuide {
  /// From rest to −50 mV it takes 20·ln(20/5) ms, and a spike ends its own step: one spike every 29.9 ms.
  @Test func oneNeuron() throws {
    let neuron = LIF(1, V_rest: -65, V_reset: -65, V_th: -50, tau: 20, tau_ref: 2)
    neuron.input[...] = 20                                    // nA, times 1 MΩ: 20 mV
    let record = try neuron.run(200, monitors: ["V": neuron.V, "spikes": Monitor(spikesOf: neuron)])
    let potential = record["V"]                               // f32[2000, 1]: after each step
    let spikes = record.spikes("spikes")                      // the times in ms, and which neuron fired
    #expect(potential?.shape == [2000, 1] && spikes?.count == 6)
  }

  @Test func manyNeurons() throws {
    let group = LIF(50, V_rest: -65, V_reset: -65, V_th: -50, tau: 20, tau_ref: 2)
    group.input.value = linspace(0, 50, count: 50)
    let curve = try group.run(1000, monitors: ["spike": group.spike])["spike"]?.sum(axis: 0)      // spikes a second
    let rates = try #require(curve).scalars(as: Int.self)
    #expect(rates.count == 50 && rates[14] == 0 && rates[49] > 60 && zip(rates, rates.dropFirst()).allSatisfy { $0 <= $1 })
  }

  final class Driven: DynamicalSystem {
    let neuron = LIF(1)
    let excite: Projection

    init(weight: NDArray) throws {
      excite = try Projection(
        from: PoissonGroup(100, rates: 20, seed: 1), to: neuron, .allToAll(from: 100, to: 1), weight: weight,
        synapse: .exponential(tau: 5))
      super.init()
    }
  }

  @Test func aSweep() throws {
    let rates = try vmap(
      { (weight: NDArray) in
        let model = try Driven(weight: weight)
        let record = try model.run(500, monitors: ["spike": model.neuron.spike])
        return record["spike"]!.sum() * 2
      }, draws: .same)(linspace(0, 5, count: 20))             // 20 networks, a weight each
    let found = try rates.scalars(as: Int.self)
    #expect(found.count == 20 && found[0] == 0 && found[19] > found[10])
  }

  @Test func networks() throws {
    random.seed(1)
    let network = try Balanced(seed: 1)
    let record = try network.run(300, monitors: ["E": Monitor(spikesOf: network.E), "I": Monitor(spikesOf: network.I)])
    let spikes = record.spikes("E")
    let rate = Double(spikes?.count ?? 0) / 320 / 0.3         // a neuron and second
    #expect(rate > 1 && rate < 60, "\(rate)")
    try lookInside(network)
  }

  private func lookInside(_ network: Balanced) throws {
    let receptor = network.E.receptors[0]
    let inside = try network.run(200, monitors: ["g": Monitor(every: 1, window: 400...500) { receptor.g.value[..<10].mean() }])
    let g = inside["g"]                                       // f32[101]
    #expect(g?.shape == [101])
  }

  final class Balanced: DynamicalSystem {
    let E: LIF, I: LIF
    let projections: [DynamicalSystem]

    init(seed: UInt64) throws {
      E = LIF(320, V_rest: -65, V_reset: -65, V_th: -50, tau: 20, tau_ref: 2, V: Distribution.uniform(-65, -50))
      I = LIF(80, V_rest: -65, V_reset: -65, V_th: -50, tau: 20, tau_ref: 2, V: Distribution.uniform(-65, -50))
      var projections: [DynamicalSystem] = []
      for target in [E, I] {
        projections.append(
          try Projection(
            from: E, to: target, .fixedProbability(0.1, from: 320, to: target.count, seed: seed + UInt64(projections.count)),
            weight: 0.5, delay: 1.5, synapse: .exponential(tau: 5)))
        projections.append(
          try Projection(
            from: I, to: target, .fixedProbability(0.1, from: 80, to: target.count, seed: seed + UInt64(projections.count)),
            weight: -4, delay: 1, synapse: .exponential(tau: 10)))
        projections.append(
          try PoissonInput(
            to: target, sources: 100, rate: 15, weight: 0.6, synapse: .delta, seed: seed + UInt64(projections.count)))
      }
      self.projections = projections
      super.init()
    }
  }

  @Test func learning() throws {
    let learner = try Learner(volleys: 40)
    let before = try learner.run(100, monitors: ["spikes": Monitor(spikesOf: learner.neuron)]).spikes("spikes")
    try learner.run(3800)
    let after = try learner.run(100, monitors: ["spikes": Monitor(spikesOf: learner.neuron)]).spikes("spikes")
    let weights = learner.learn.weight.value                  // the early sources are strong now, the late ones weak
    let first = try #require(before).times.scalars(as: Double.self)[0], last = try #require(after).times.scalars(as: Double.self)[0]
    #expect(last - 3900 < first, "\(last), \(first)")
    let w = try weights.scalars(as: Double.self)
    #expect(w[0] > 0.9 && w[19] < 0.5, "\(w)")
  }
  final class Learner: DynamicalSystem {
    let inputs: SpikeTimeGroup
    let neuron = LIF(1, V_reset: 0, V_th: 1.2)
    let learn: PlasticProjection

    init(volleys: Int) throws {
      let times = (0..<volleys).flatMap { volley in (0..<20).map { Double(100 * volley + 1 + $0) } }
      inputs = try SpikeTimeGroup(20, times: times, indices: times.indices.map { $0 % 20 })
      learn = try PlasticProjection(
        from: inputs, to: neuron, .allToAll(from: 20, to: 1), weight: 0.5,
        rule: STDP(potentiation: 0.02, depression: 0.021, bounds: 0...1), synapse: .exponential(tau: 5))
      super.init()
    }
  }
}
