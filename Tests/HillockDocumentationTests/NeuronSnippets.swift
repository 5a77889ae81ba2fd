// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockDynamics
import Testing

/// The snippets of Sources/HillockDynamics/Neurons.
@Suite struct NeuronSnippets {
  @Test func integrators() throws {
    let membrane = IF(2)
    membrane.input[...] = 3
    try membrane.run(100)                                      // V is 3
    #expect(try membrane.V.value.floats().allSatisfy { abs($0 - 3) < 1e-3 })
  }

  @Test func exponential() throws {
    let group = ExpIF(3)
    group.input[...] = NDArray([0.0, 5, 10])
    let record = try group.run(100, monitors: ["spike": group.spike])
    let counts = try record["spike"]?.sum(axis: 0).ints()
    #expect(counts?[0] == 0 && (counts?[2] ?? 0) > 0)
  }

  @Test func adaptiveExponential() throws {
    let group = AdExIF(3)
    group.input[...] = 65
    let record = try group.run(200, monitors: ["w": group.w])
    #expect(record["w"]?.shape == [2000, 3])
  }

  @Test func quadratic() throws {
    let group = QuaIF(3)
    group.input[...] = NDArray([0.0, 5, 10])
    let record = try group.run(100, monitors: ["spike": group.spike])
    #expect(record["spike"]?.shape == [1000, 3])
  }

  @Test func adaptiveQuadratic() throws {
    let group = AdQuaIF(3)
    group.input[...] = 30
    let record = try group.run(200, monitors: ["w": group.w])
    #expect(record["w"]?.shape == [2000, 3])
  }

  @Test func generalised() throws {
    let group = GIF(2, a: 0.005, A1: 5.0)
    group.input[...] = 2
    let record = try group.run(200, monitors: ["threshold": group.threshold])
    #expect(record["threshold"]?.shape == [2000, 2])
  }

  @Test func izhikevich() throws {
    let group = Izhikevich(.fastSpiking, 10)
    group.input[...] = 10
    let record = try group.run(100, dt: 0.5, monitors: ["spike": group.spike])
    #expect((try record["spike"]?.any().item(as: Bool.self)) == true)
  }

  @Test func morrisLecar() throws {
    let group = MorrisLecar(1)
    group.input[...] = 100
    let record = try group.run(500, monitors: ["V": group.V])
    #expect(record["V"]?.shape == [5000, 1])
  }

  @Test func fitzHughNagumo() throws {
    let group = FHN(1)
    group.input[...] = 0.5
    let record = try group.run(200, monitors: ["V": group.V])
    #expect((try record["V"]?.max().item(as: Float.self) ?? 0) > 1.5)
  }

  @Test func hindmarshRose() throws {
    let group = HindmarshRose(1, r: 0.006)
    group.input[...] = 3
    let record = try group.run(1000, monitors: ["V": group.V])
    #expect((try record["V"]?.max().item(as: Float.self) ?? 0) > 1)
  }

  @Test func wangBuzsaki() throws {
    let group = WangBuzsaki(1)
    group.input[...] = 1
    let record = try group.run(200, dt: 0.05, monitors: ["V": group.V])
    #expect((try record["V"]?.max().item(as: Float.self) ?? 0) > 0)
  }

  @Test func traubMiles() throws {
    let group = TraubMiles(3)
    group.input[...] = NDArray([0.0, 2, 4])
    let record = try group.run(100, dt: 0.05, monitors: ["spike": group.spike])
    let counts = try record["spike"]?.sum(axis: 0).ints() ?? []
    #expect(counts[1] > 0 && counts[2] > counts[1])
  }

  @Test func neuronsOfNEST() throws {
    do {
      let neuron = IafPsc(1, I_e: 1000, dtype: .f64)
      let record = try neuron.run(5, monitors: ["V": neuron.V])      // −69.602, −69.208, …
      let V: [Double] = try record["V"]?.scalars() ?? []
      #expect(abs(V[0] + 69.602) < 1e-3 && abs(V[1] + 69.208) < 1e-3)
    }
    do {
      let group = IafCondExp(10, I_e: 300)
      let record = try group.run(100, monitors: ["V": group.V])
      #expect(record["V"]?.shape == [1000, 10])
    }
    do {
      let neuron = AeifCondExp(1, I_e: 700)
      let record = try neuron.run(200, monitors: ["V": neuron.V, "w": neuron.w])
      #expect(record["w"]?.shape == [2000, 1])
    }
    do {
      let neuron = HHPscAlpha(1, I_e: 650)
      let record = try neuron.run(100, dt: 0.01, monitors: ["V": neuron.V])
      #expect((try record["V"]?.max().item(as: Float.self) ?? 0) > 0)
    }
    do {
      let neuron = HHCondExpTraub(1, I_e: 500)
      let record = try neuron.run(100, dt: 0.01, monitors: ["V": neuron.V])
      #expect((try record["V"]?.max().item(as: Float.self) ?? 0) > 0)
    }
  }

  @Test func sources() throws {
    do {
      let inputs = PoissonGroup(1000, rates: 15)
      let record = try inputs.run(1000, monitors: ["spike": inputs.spike])
      #expect(record["spike"]?.shape == [10_000, 1000])
    }
    let source = try SpikeTimeGroup(2, times: [1, 2.5, 2.5], indices: [0, 0, 1])
    let record = try source.run(5, monitors: ["spike": source.spike])
    #expect(try record["spike"]?.sum(axis: 0).ints() == [2, 1])
  }
}
