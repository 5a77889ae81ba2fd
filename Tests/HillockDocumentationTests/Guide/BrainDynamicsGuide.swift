// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockDynamics
import HillockTestSupport
import Testing

/// The snippets of Sources/HillockDynamics/HillockDynamics.docc/BrainDynamics.md.
@Suite(.serialized) struct BrainDynamicsGuide {
  @Test func first() throws {
    let neurons = LIF(3)                                     // leaky integrate-and-fire
    neurons.input.value = NDArray([10.0, 25, 40])            // nA
    let record = try neurons.run(100, monitors: ["V": neurons.V, "spike": neurons.spike])    // 100 ms in steps of 0.1 ms
    let potential = record["V"]                              // f32[1000, 3], mV
    let spikes = record["spike"]?.sum(axis: 0)               // how often each has fired
    #expect(potential?.shape == [1000, 3])
    let counts = try #require(spikes).ints()
    // τ·ln(RI / (RI − V_th)) from rest, then τ·ln((RI + 5) / (RI − V_th)) + 1 ms a spike
    #expect(counts[0] == 0 && counts[1] == 5 && counts[2] == 11)
  }

  @Test func parameters() throws {
    let group = LIF(2, V_th: 15, tau: NDArray([10.0, 20.0]))
    #expect(try group.tau.floats() == [10, 20])
  }

  @Test func input() throws {
    let pulsed = LIF(1)
    let response = try pulsed.run(60, monitors: ["V": pulsed.V]) { step in
      pulsed.input[...] = select((step.t .>= 20) .& (step.t .< 40), 15, 0)
    }
    let V = try #require(response["V"]).floats()
    // 15·(1 − e^(−2)) = 12.97 mV at the end of the pulse, 20 ms later e^(−2) of that
    #expect(abs(V[399] - 12.97) < 0.05 && abs(V[599] - 12.97 * 0.1353) < 0.05 && V[150] == 0)
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
    try oscillator.run(6.283, dt: 0.001)                     // once around: x is 1 again
    #expect(try abs(oscillator.x.value.item(as: Double.self) - 1) < 1e-3)
  }

  @Test func networks() throws {
    final class Network: DynamicalSystem {
      let E = LIF(80), I = LIF(20)
      let excite: Projection, inhibit: Projection

      init(seed: UInt64) throws {
        excite = try Projection(
          from: E, to: I, .fixedProbability(0.2, from: 80, to: 20, seed: seed), weight: 15, delay: 1.5,
          synapse: .exponential(tau: 5))
        inhibit = try Projection(
          from: I, to: E, .fixedProbability(0.2, from: 20, to: 80, seed: seed + 1), weight: 0.2, delay: 1,
          synapse: .alpha(tau: 10), output: .conductance(reversal: -20))
        super.init()
      }
    }

    let network = try Network(seed: 1)
    network.E.input.value = linspace(15, 40, count: 80)
    let record = try network.run(
      200,
      monitors: [
        "E": Monitor(spikesOf: network.E), "I": Monitor(spikesOf: network.I), "g": Monitor(every: 1) { network.E.receptors[0].g.value },
      ])
    let spikes = record.spikes("E")                // times and neurons of each spike
    let g = record["g"]                            // f32[200, 80]: one row a millisecond
    #expect(spikes!.count > 100 && record.spikes("I")!.count > 10)
    #expect(g?.shape == [200, 80])
  }
}
