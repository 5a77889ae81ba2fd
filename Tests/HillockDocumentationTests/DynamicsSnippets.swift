// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockDynamics
import Testing

/// The snippets of Sources/HillockDynamics.
@Suite struct DynamicsSnippets {
  @Test func runs() throws {
    let group = LIF(100)
    group.input[...] = 20                                        // nA
    let record = try group.run(100, monitors: ["V": group.V])    // 100 ms
    _ = record["V"]?.shape                                           // [1000, 100]
    #expect(record["V"]?.shape == [1000, 100])
  }

  @Test func leakyIntegrateAndFire() throws {
    let group = LIF(4)
    group.input[...] = NDArray([0, 10, 20, 30])
    let record = try group.run(200, monitors: ["spike": group.spike])
    let rate = record["spike"]?.sum(axis: 0)      // spikes in 200 ms
    #expect(rate?.shape == [4])
  }

  @Test func hodgkinHuxley() throws {
    let neuron = HH(1)
    neuron.input[...] = 10
    let record = try neuron.run(50, dt: 0.01, monitors: ["V": neuron.V])
    #expect(record["V"]?.shape == [5000, 1])
  }

  @Test func parameters() throws {
    let gain = TrainVar(NDArray(2.0))
    let group = LIF(10, R: gain, tau: 15)
    _ = try group.trainVars().keys               // ["LIF0.R"]
    #expect(try group.trainVars().keys == ["\(group.name).R"])
  }

  @Test func systems() throws {
    final class Oscillator: DynamicalSystem {
      let x = Variable(ones(1)), v = Variable(zeros(1))

      override func update(_ step: TimeStep) {
        v -= step.dt * x
        x += step.dt * v
      }
    }
    let oscillator = Oscillator()
    try oscillator.run(1)
    #expect(try oscillator.x.value.item(as: Float.self) < 1)
  }

  @Test func connections() throws {
    let connections = try Connections.fixedProbability(0.1, from: 80, to: 20, seed: 1)
    _ = connections.count                          // about 160
    let matrix = connections.dense             // bool[80, 20]
    let back = try connections.transposed          // from the 20 to the 80
    #expect(matrix.shape == [80, 20] && back.preCount == 20)
  }

  @Test func connectionsSideBySide() throws {
    let layers = try [Connections.oneToOne(50), .fixedProbability(0.1, from: 50, to: 20, seed: 1)]
    let toBoth = try Connections(sideBySide: layers)       // from 50 to 70
    #expect(toBoth.preCount == 50 && toBoth.postCount == 70)
  }

  @Test func projections() throws {
    let E = LIF(80), I = LIF(20)
    let toAll = try Connections.fixedProbability(0.1, from: 80, to: 20, seed: 1)
    let excite = try Projection(from: E, to: I, toAll, weight: 0.5, delay: 1.5, synapse: .exponential(tau: 5))
    #expect(excite.receptor === I.receptors[0])
  }

  @Test func drawnProjections() throws {
    let E = LIF(80), I = LIF(20)
    let excite = try DrawnProjection(from: E, to: I, probability: 0.1, weight: 0.5, synapse: .exponential(tau: 5), seed: 1)
    #expect(excite.receptor === I.receptors[0])
  }

  @Test func gatedProjections() throws {
    let E = LIF(80), I = LIF(20)
    let toAll = try Connections.allToAll(from: 80, to: 20)
    let excite = try GatedProjection(
      from: E, to: I, toAll, weight: 0.01, synapse: .nmda(), output: .magnesiumBlock(reversal: 0))
    #expect(excite.s.shape == [80])
  }

  @Test func poissonInput() throws {
    let group = LIF(100)
    let background = try PoissonInput(to: group, sources: 1000, rate: 5, weight: 0.1, synapse: .delta)
    #expect(background.target === group)
  }

  @Test func subgroups() throws {
    let neurons = LIF(100)
    let excitatory = try Subgroup(of: neurons, 0..<80), inhibitory = try Subgroup(of: neurons, 80..<100)
    #expect(excitatory.size == [80] && inhibitory.size == [20])
  }

  @Test func distributions() throws {
    random.seed(3)
    let group = LIF(1000, tau: Distribution.normal(mean: 10, std: 1, between: 5...15))
    #expect(group.tau.array.shape == [1000])
  }

  @Test func monitors() throws {
    let group = LIF(100)
    group.input[...] = linspace(10, 40, count: 100)
    let record = try group.run(
      50, monitors: ["V": group.V, "mean": Monitor(every: 1) { group.V.value.mean() }, "fired": Monitor(spikesOf: group)])
    _ = record["mean"]?.shape                    // [50]
    _ = record.spikes("fired")?.count            // as many as there were spikes
    #expect(record["mean"]?.shape == [50] && record.spikes("fired")!.count > 0)
  }

  @Test func plasticProjections() throws {
    let inputs = LIF(1000), neuron = LIF(1)
    let learn = try PlasticProjection(
      from: inputs, to: neuron, .allToAll(from: 1000, to: 1), weight: 0.5,
      rule: STDP(potentiation: 0.01, depression: 0.0105, bounds: 0...1), synapse: .exponential(tau: 5))
    _ = learn.weight.shape                       // [1000]
    #expect(learn.weight.shape == [1000])
  }
}
