import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct HHTests {
  /// Written by tools/oracle/dynamics.py.
  struct Reference: Decodable {
    var currents: [Double]
    var every: Int
    var V: [[Double]]
    var spikes: [[Double]]

    static func load() throws -> Reference {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: folder.appendingPathComponent("Oracle/hh.json")))
    }
  }

  @Test func potentialsAreThoseOfTheSchemeInDouble() throws {
    let reference = try Reference.load()
    let group = HH(reference.currents.count)
    group.input[...] = NDArray(reference.currents)
    let record = try group.run(50, dt: 0.01, monitors: ["V": group.V])
    let V: [Float] = try #require(record["V"]).scalars()
    let count = reference.currents.count
    // Single precision: an error of 1e-6 in a gate moves an upstroke of 300 mV/ms by microseconds.
    for (row, expected) in reference.V.enumerated() {
      for neuron in 0..<count {
        let value = Double(V[((row + 1) * reference.every - 1) * count + neuron])
        #expect((value - expected[neuron]).magnitude < 0.25, "\(row + 1) ms, \(reference.currents[neuron]) µA/cm²")
      }
    }
  }

  @Test func spikesComeAtTheTimesOfAFineRungeKuttaSolution() throws {
    let reference = try Reference.load()
    let group = HH(reference.currents.count)
    group.input[...] = NDArray(reference.currents)
    let record = try group.run(50, dt: 0.0025, monitors: ["spike": group.spike])
    let spikes: [Bool] = try #require(record["spike"]).scalars()
    let times: [Double] = try record.times.scalars()
    for (neuron, expected) in reference.spikes.enumerated() {
      let found = times.indices.filter { spikes[$0 * reference.spikes.count + neuron] }.map { times[$0] }
      #expect(found.count == expected.count)
      for (time, exact) in zip(found, expected) { #expect((time - exact).magnitude < 0.1) }
    }
  }

  @Test func theRatesHaveNoHoles() throws {
    // α_m is 0/0 at -40 mV and α_n at -55 mV.
    let group = HH(2, V: NDArray([-40, -55]))
    try group.run(1)
    let state: [Float] = try group.V.value.floats() + group.m.value.floats() + group.h.value.floats() + group.n.value.floats()
    #expect(state.allSatisfy { $0.isFinite })
    let fresh = HH(2, V: NDArray([-40, -55]))
    let m = Double(try fresh.m.value.floats()[0]), n = Double(try fresh.n.value.floats()[1])
    #expect((m - ClosedForms.sodiumActivationAtMinus40).magnitude < 1e-6)
    #expect((n - ClosedForms.potassiumActivationAtMinus55).magnitude < 1e-6)
  }

  /// Without conductances dV/dt = I/C; with the leak alone V = E_L + I/g·(1 − exp(−g t/C)) from E_L on.
  @Test(arguments: [0, 1e-6, 1e-3, 0.3, 20])
  func aMembraneWithALeakAloneIsTheSolution(g: Double) throws {
    let neuron = HH(1, g_Na: 0.0, g_K: 0.0, E_L: -65.0, g_L: g, C: 2.0)
    neuron.input[...] = 3
    try neuron.run(10, dt: 0.01)
    let exact = ClosedForms.leakPotential(10, E: -65, I: 3, g: g, C: 2)
    #expect((try neuron.V.value.item(as: Double.self) - exact).magnitude < 1e-3)
  }

  @Test func atRestNothingMoves() throws {
    let group = HH(3)
    try group.run(100)
    let V = try group.V.value.floats()
    #expect(V.allSatisfy { ($0 + 65).magnitude < 0.05 })
  }
}
