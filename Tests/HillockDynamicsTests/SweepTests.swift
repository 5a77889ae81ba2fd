import Foundation
import Hillock
import HillockDynamics
import Testing

/// A model that is made and run inside `vmap`: many values of a parameter in one program.
@Suite struct SweepTests {
  /// How often a leaky neuron fires in 100 ms, by its equation: from V_reset it reaches V_th after τ·ln((I − V_reset)/(I − V_th)).
  private func expected(_ I: Double) -> Int {
    func steps(from V: Double) -> Int { Int((10 / 0.1 * log((I - V) / (I - 20))).rounded(.up)) }
    guard I > 20 else { return 0 }
    let first = steps(from: 0), rest = 1000 - first
    return rest < 0 ? 0 : 1 + rest / (20 + steps(from: -5))
  }

  @Test func aCurveOfRatesOverTheCurrent() throws {
    let currents = linspace(0, 60, count: 50, dtype: .f64)
    let counts = try vmap { (current: NDArray) in
      let neuron = LIF(1, tau: 10, tau_ref: 2, dtype: .f64)
      neuron.input.value = current.reshaped(1)
      let record = try neuron.run(100, monitors: ["spike": neuron.spike])
      return try #require(record["spike"]).sum()
    }(currents)
    #expect(try counts.scalars(as: Int.self) == currents.scalars(as: Double.self).map(expected))
  }

  @Test func aParameterOfANeuronWithChannels() throws {
    let conductances = linspace(20, 50, count: 7)
    func trace(_ g_K: NDArray) throws -> NDArray {
      let neuron = HH(1, g_K: g_K)
      neuron.input[...] = 10
      return try #require(neuron.run(20, dt: 0.02, monitors: ["V": neuron.V])["V"])
    }
    let all = try vmap(trace)(conductances)
    #expect(all.shape == [7, 1000, 1])
    for lane in 0..<7 { #expect(try all[lane].floats() == trace(conductances[lane]).floats(), "lane \(lane)") }
    #expect(try all[0].floats() != all[6].floats())
  }

  private final class Network: DynamicalSystem {
    let E = LIF(40), I = LIF(10)
    let excite: Projection, inhibit: Projection
    let background: PoissonInput

    init(_ weight: NDArray) throws {
      excite = try Projection(
        from: E, to: I, .fixedProbability(0.3, from: 40, to: 10, seed: 1), weight: weight, delay: 1.5,
        synapse: .exponential(tau: 5))
      inhibit = try Projection(
        from: I, to: E, .fixedProbability(0.3, from: 10, to: 40, seed: 2), weight: weight * 0.02, delay: 1,
        synapse: .alpha(tau: 5), output: .conductance(reversal: -20))
      background = try PoissonInput(to: E, sources: 10, rate: 50, weight: 2, synapse: .delta, seed: 3)
      super.init()
      E.input[...] = 22
    }
  }

  private func counts(_ weight: NDArray) throws -> NDArray {
    let network = try Network(weight)
    let record = try network.run(60, monitors: ["E": network.E.spike, "I": network.I.spike])
    return try concatenate([#require(record["E"]).sum(axis: 0), #require(record["I"]).sum(axis: 0)])
  }

  /// The draws are the same in all lanes, so each is what the network alone is.
  @Test func aNetworkOverItsWeight() throws {
    let weights = NDArray([0.0, 2, 5, 10, 20])
    let all = try vmap(counts, draws: .same)(weights)
    #expect(all.shape == [5, 50])
    for lane in 0..<5 {
      #expect(try all[lane].scalars(as: Int.self) == counts(weights[lane]).scalars(as: Int.self), "lane \(lane)")
    }
    let inhibitory = try all[.all, 40...].sum(axis: 1).scalars(as: Int.self)
    #expect(inhibitory[0] == 0 && inhibitory[4] > inhibitory[2])
  }

  /// A time constant of the membrane: its currents are those of the step's beginning then.
  @Test func aNetworkOverATimeConstant() throws {
    func end(_ tau: NDArray) throws -> NDArray {
      final class Net: DynamicalSystem {
        let neuron: LIF
        let projection: Projection
        init(_ tau: NDArray) throws {
          neuron = LIF(1, V_th: 1e9, tau: tau, dtype: .f64)
          projection = try Projection(
            from: SpikeTimeGroup(1, times: [1], indices: [0]), to: neuron, .oneToOne(1), weight: 10, synapse: .exponential(tau: 5)
          )
          super.init()
        }
      }
      let net = try Net(tau)
      try net.run(11.1, dt: 0.01)
      return net.neuron.V.value.sum()
    }
    let ends = try vmap(end)(NDArray([10.0, 20], dtype: .f64)).scalars(as: Double.self)
    // From 1.01 ms on V is 10·τ_s/(τ − τ_s)·(exp(−t/τ) − exp(−t/τ_s)).
    for (V, tau) in zip(ends, [10.0, 20]) {
      let exact = 10 * 5 / (tau - 5) * (exp(-10.09 / tau) - exp(-10.09 / 5))
      #expect((V - exact).magnitude < 0.01, "\(tau)")
    }
  }

  @Test func whatMustBeKnownIsAnError() throws {
    func run(_ delay: NDArray) throws -> NDArray {
      let E = LIF(2)
      let projection = try Projection(from: E, to: E, .oneToOne(2), delay: delay, synapse: .delta)
      try projection.run(1)
      return E.V.value
    }
    #expect(throws: HillockError.self) { try vmap(run)(NDArray([1.0, 2])) }
    #expect(throws: HillockError.self) {
      try jit { LIF(3, tau: Distribution.normal(mean: 10, std: 1, between: 9...11)).tau.array }()
    }
  }
}
