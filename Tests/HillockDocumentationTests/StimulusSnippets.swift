// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockDynamics
import Testing

/// Snippets of inputs and measures.
@Suite struct StimulusSnippets {
  @Test func stimuli() throws {
    let group = LIF(10)
    let steps = Stimulus.sections([0, 25, 0], durations: [20, 60, 20])
    let drive = steps + .sinusoid(amplitude: 5, frequency: 40).within(20...80) + .ou(std: 2, tau: 5, size: [10], seed: 1)
    let record = try group.run(100, monitors: ["V": group.V]) { step in try step.send(drive, to: group) }
    let pulse = Stimulus.sections([0, 20, 0], durations: [10, 30, 10])
    try group.run(10) { step in try step.send(pulse, to: group) }
    #expect(record["V"]?.shape == [1000, 10])
  }

  @Test func rows() throws {
    let group = LIF(3)
    let current = Stimulus.rows(20 * random.uniform(500, 3), name: "current")
    try group.run(50) { step in try step.send(current, to: group) }     // 500 steps
    #expect(try group.V.value.max().item(as: Float.self) > 0)
  }

  @Test func parts() throws {
    final class Driven: DynamicalSystem {
      let neurons = LIF(10)
      let noise: StimulusInput

      override init() {
        noise = StimulusInput(to: neurons, .ou(mean: 20, std: 4, tau: 5, size: [10], seed: 2))
        super.init()
      }
    }
    let network = Driven()
    try network.run(50)
    try network.reset()                              // the noise begins where it began, too
    #expect(try network.neurons.V.value.max().item(as: Float.self) == 0)
  }

  @Test func poissonEncoder() throws {
    let encoder = PoissonEncoder(range: 0...255, largest: 0.5)
    let spikes = encoder(NDArray([0.0, 128, 255]), steps: 100)     // bool[100, 3]
    #expect(spikes.shape == [100, 3] && spikes.dtype == .bool)
  }

  @Test func latencyEncoder() throws {
    let encoder = LatencyEncoder()
    let spikes = encoder(NDArray([1.0, 0.5, 0]), steps: 11)        // in the steps 0, 5 and 10
    #expect(try (spikes.asType(.i32) * arange(11)[.all, .newAxis]).sum(axis: 0).ints() == [0, 5, 10])
  }

  @Test func phaseEncoder() throws {
    let encoder = WeightedPhaseEncoder(phases: 4)
    let spikes = encoder(NDArray([0.5, 0.3125]), steps: 4)         // 1000 and 0101
    let weights = encoder.weights(steps: 4)                        // [0.5, 0.25, 0.125, 0.0625]
    #expect(try spikes.T.bools() == [true, false, false, false, false, true, false, true])
    #expect(try weights.floats() == [0.5, 0.25, 0.125, 0.0625])
  }

  @Test func populationEncoder() throws {
    let encoder = PopulationEncoder(5, range: 0...1)
    let activities = encoder(NDArray([0.25, 0.6]))                 // f32[2, 5], 1 for the preferred value
    let rates = 100 * activities                                   // Hz, for a PoissonGroup
    #expect(rates.shape == [2, 5] && rates.dtype == .f32)
    #expect(try activities[0, 1].item(as: Float.self) == 1)
  }

  @Test func measures() throws {
    let sources = PoissonGroup(200, rates: 20, seed: 4)
    let result = try sources.run(2000, monitors: ["spikes": Monitor(spikesOf: sources)])
    let spikes = result.spikes("spikes") ?? SpikeList()
    let mean = try spikes.rate(of: 0..<200, over: 500...2000)                  // about 20 Hz; the first 500 ms are left out
    let curve = try spikes.rate(of: 0..<200, over: 0...2000, bin: 1, smoothing: .gaussian(sigma: 10))
    let irregularity = try spikes.cv(of: 0..<200, over: 500...2000)            // about 1 for each: f64[200]
    let correlation = try spikes.meanCorrelation(of: 0..<200, over: 500...2000, bin: 5)      // about 0
    #expect((mean - 20).magnitude < 1 && curve.values.count == 2000 && correlation.magnitude < 0.02)
    #expect((try irregularity.mean().item(as: Double.self) - 1).magnitude < 0.1)
  }

  @Test func denseSpikes() throws {
    let group = LIF(3)
    group.input[...] = 30
    let record = try group.run(100, monitors: ["spike": group.spike])
    let spikes = try SpikeList(record["spike"] ?? zeros(0), times: record.times)
    _ = try spikes.rate(of: 0..<3, over: 0...100)         // Hz
    #expect(spikes.count > 3)
  }

  @Test func rates() throws {
    let inputs = PoissonGroup(100, rates: 40)
    let record = try inputs.run(500, monitors: ["spikes": Monitor(spikesOf: inputs)])
    if let spikes = record.spikes("spikes") {
      _ = try spikes.rate(of: 0..<100, over: 0...500)            // about 40
      _ = try spikes.rates(of: 0..<100, over: 0...500)           // f64[100]
      _ = try spikes.rate(of: 0..<100, over: 0...500, bin: 1, smoothing: .gaussian(sigma: 5)).values     // f64[500]
    }
    let mean = try record.spikes("spikes")?.rate(of: 0..<100, over: 0...500)
    #expect((try #require(mean) - 40).magnitude < 3)
  }

  @Test func synchronyOfPotentials() throws {
    let group = HH(4)
    group.input.value = NDArray([8.0, 9, 10, 11])
    let record = try group.run(50, dt: 0.01, monitors: ["V": group.V])
    let chi2 = record["V"].map(synchrony)
    #expect(try (0...1).contains(#require(chi2).item(as: Double.self)))
  }

  @Test func spectra() throws {
    let neurons = LIF(10)
    neurons.input[...] = 30
    let record = try neurons.run(1000, monitors: ["spikes": Monitor(spikesOf: neurons)])
    let spectrum = try record.spikes("spikes")?.spectrum(of: 0..<10, over: 0...1000, upTo: 200, segment: 500)
    #expect(spectrum?.frequencies.count == 100)
  }
}
