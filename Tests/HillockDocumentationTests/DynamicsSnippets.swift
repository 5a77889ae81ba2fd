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
}
