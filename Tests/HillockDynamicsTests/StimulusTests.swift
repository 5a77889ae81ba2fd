import Foundation
import Hillock
import HillockDynamics
import Testing

/// What a stimulus sends in each step, recorded by a group that does nothing but add it up.
@Suite struct StimulusTests {
  /// The values of a stimulus in each step of a run.
  private func values(_ stimulus: Stimulus, _ duration: Double, dt: Double = 0.1, shape: [Int] = []) throws -> [Double] {
    let now = Variable(zeros(shape, dtype: .f64)), clock = DynamicalSystem()
    let record = try clock.run(duration, dt: dt, monitors: ["x": now]) { step in
      now.value = try stimulus(step).asType(.f64).broadcast(to: shape)
    }
    return try #require(record["x"]).scalars()
  }

  private func expect(_ values: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
    #expect(values.count == expected.count, sourceLocation: location)
    for (step, (value, expected)) in zip(values, expected).enumerated() where (value - expected).magnitude > 1e-9 {
      Issue.record("step \(step): \(value), not \(expected)", sourceLocation: location)
      return
    }
  }

  /// 0.7 is 7 · 0.1 less a rounding: the change is in step 7 all the same.
  @Test func sectionsChangeOnTheGrid() throws {
    let sections = Stimulus.sections([1, 5, -2], durations: [0.3, 0.4, 0.5])
    expect(
      try values(sections, 2),
      [Double](repeating: 1, count: 3) + .init(repeating: 5, count: 4) + .init(repeating: -2, count: 5)
        + .init(repeating: 0, count: 8))
    // Another length of steps gives the same function of time.
    expect(try values(sections, 2, dt: 0.05), try values(sections, 2).flatMap { [$0, $0] })
    let each = Stimulus.sections(NDArray([[1.0, 2], [3, 4]]), durations: [0.1, 0.2])
    expect(try values(each, 0.4, shape: [2]), [1, 2, 3, 4, 3, 4, 0, 0])
  }

  @Test func pulsesAddUpWhereTheyMeet() throws {
    expect(try values(.pulses(at: [0.5, 0.2], width: 0.4, heights: [10, 1]), 1.2), [0, 0, 1, 1, 1, 11, 10, 10, 10, 0, 0, 0])
    expect(try values(.pulses(at: [], width: 1), 0.3), [0, 0, 0])
  }

  @Test func rampsSinusoidsAndSquaresAreTheirFormulas() throws {
    expect(try values(.ramp(from: 2, to: 4, over: 0.2...0.6), 0.8), [0, 0, 2, 2.5, 3, 3.5, 0, 0])
    expect(
      try values(.sinusoid(amplitude: 3, frequency: 40, phase: 0.5), 50),
      (0..<500).map { 3 * Foundation.sin(2 * Double.pi * 0.04 * Double($0) * 0.1 + 0.5) })
    expect(
      try values(.square(low: -1, high: 2, frequency: 1000, duty: 0.3), 2),
      (0..<20).map { $0 % 10 < 3 ? 2 : -1 })
    // An hour later the phase is the same to nine digits: 40 Hz has whole periods there.
    let late = try Stimulus.sinusoid(amplitude: 1, frequency: 40)(TimeStep(index: 36_000_000, t: 3_600_003.0, dt: 0.1))
    #expect((try late.asType(.f64).item(as: Double.self) - Foundation.sin(2 * Double.pi * 0.12)).magnitude < 1e-7)
  }

  @Test func stimuliAreComposed() throws {
    let one = Stimulus.constant(1.0), ramp = Stimulus.ramp(from: 0, to: 1, over: 0...1)
    let t = (0..<10).map { Double($0) * 0.1 }
    expect(try values(2 * one + ramp * 3.0 - ramp * ramp + 0.5, 1), t.map { 2 + 3 * $0 - $0 * $0 + 0.5 })
    expect(try values(ramp.within(0.2...0.5), 1), t.enumerated().map { (2..<5).contains($0.offset) ? $0.element : 0 })
    expect(try values(ramp.delayed(by: 0.4), 1), t.enumerated().map { $0.offset < 4 ? 0 : t[$0.offset - 4] })
    expect(try values(one.then(ramp * 2.0, after: 0.3), 1), (0..<10).map { $0 < 3 ? 1 : 2 * t[$0 - 3] })
    expect(try values(one.then(.constant(2), after: 0.2).then(.constant(3), after: 0.5), 1), [1, 1, 2, 2, 2, 3, 3, 3, 3, 3])
  }

  @Test func twoRunsAreOneLongRun() throws {
    func drive() -> Stimulus { .ou(mean: 20, std: 5, tau: 3, size: [4], seed: 5) + .sinusoid(amplitude: 4, frequency: 80) }
    let a = LIF(4), b = LIF(4), first = drive(), second = drive()
    try a.run(30) { step in try step.send(first, to: a) }
    try b.run(12) { step in try step.send(second, to: b) }
    try b.run(18) { step in try step.send(second, to: b) }
    #expect(try a.V.value.floats() == b.V.value.floats())
    #expect(try a.V.value.floats() != LIF(4).V.value.floats())
  }

  // MARK: Arrays

  @Test func rowsAreTakenByTheNumberOfTheStep() throws {
    let table = NDArray((0..<30).map(Double.init), dtype: .f64).reshaped(10, 3)
    expect(try values(.rows(table, name: "table"), 1, shape: [3]), (0..<30).map(Double.init))
    let group = LIF(3), rows = Stimulus.rows(table, name: "table")
    try group.run(0.4) { step in try step.send(rows, to: group) }
    var seen = zeros(3)
    let record = try group.run(0.6, monitors: ["input": group.input]) { step in group.input.value = try rows(step).asType(.f32) }
    seen = try #require(record["input"])
    #expect(try seen.floats() == (12..<30).map(Float.init))
  }

  @Test func anArrayThatIsTooShortIsAnErrorThatNamesIt() throws {
    let group = LIF(3), rows = Stimulus.rows(ones(10, 3), name: "current of the retina")
    try group.run(0.6) { step in try step.send(rows, to: group) }
    let before = try group.V.value.floats()
    for until in [false, true] {
      let error = #expect(throws: HillockError.self) {
        try group.run(
          0.5, inputs: { step in try step.send(rows, to: group) }, until: until ? { group.V.value.max() .> 1e9 } : nil)
      }
      #expect(
        error.map { "\($0)".contains("current of the retina has 10 rows, and the run needs 11") } == true,
        "\(String(describing: error))")
    }
    // Nothing has changed, and the rest still fits.
    #expect(try group.V.value.floats() == before)
    try group.run(0.4) { step in try step.send(rows, to: group) }
    #expect(throws: HillockError.self) { try group.run(0.1) { step in try step.send(rows, to: group) } }
    // Delayed, it lasts longer; cut off, it need not last.
    let late = LIF(3), delayed = rows.delayed(by: 0.5), cut = rows.then(.constant(0), after: 1)
    try late.run(1.5) { step in try step.send(delayed, to: late) }
    #expect(throws: HillockError.self) { try late.run(0.1) { step in try step.send(delayed, to: late) } }
    try late.reset()
    try late.run(5) { step in try step.send(cut, to: late) }
  }

  /// A run inside a function that is traced does not know its first step.
  @Test func beyondTheRowsOfATracedRunIsNaN() throws {
    let group = LIF(2), rows = Stimulus.rows(ones(5, 2), name: "x")
    let f = jit { () -> NDArray in
      let record = try group.run(0.8, monitors: ["V": group.V]) { step in try step.send(rows, to: group) }
      return record["V"] ?? zeros(0)
    }
    let V = try f().floats()
    #expect(V[..<10].allSatisfy { !$0.isNaN } && V[10...].allSatisfy(\.isNaN))
  }

  // MARK: Noise

  /// σ·W: after t the sum of dt·I has the variance σ²·t, for two lengths of steps.
  @Test func whiteNoiseGrowsAsAWienerProcess() throws {
    for dt in [0.1, 0.5] {
      let seed: UInt64 = 11, count = 4000
      let noise = Stimulus.whiteNoise(sigma: 2.0, size: [count], seed: seed, dtype: .f64)
      let all = try values(noise, 10, dt: dt, shape: [count])
      let steps = all.count / count
      let sums = (0..<count).map { neuron in (0..<steps).reduce(0) { $0 + all[$1 * count + neuron] * dt } }
      let variance = sums.reduce(0) { $0 + $1 * $1 } / Double(count)
      // Standard error of a variance of 4000 normal numbers: 40 · √(2/4000) = 0.9.
      #expect((variance - 40).magnitude < 4, "\(variance) with seed \(seed)")
    }
  }

  /// Mean, variance and autocovariance std²·exp(−s/τ), also with steps as long as τ.
  @Test func theOrnsteinUhlenbeckProcessHasItsAutocovariance() throws {
    for dt in [0.5, 4.0] {
      let seed: UInt64 = 3, count = 500, noise = Stimulus.ou(mean: 10, std: 3, tau: 4, size: [count], seed: seed, dtype: .f64)
      let all = try values(noise, 40 * dt, dt: dt, shape: [count]).map { $0 - 10 }
      let total = Double(all.count), lag = 2
      let mean = all.reduce(0, +) / total, variance = all.reduce(0) { $0 + $1 * $1 } / total
      let covariance =
        (0..<all.count - lag * count).reduce(0) { $0 + all[$1] * all[$1 + lag * count] } / Double(all.count - lag * count)
      // Some 1000 independent values at least, of variance 9: standard errors 0.1 and 0.4.
      #expect(mean.magnitude < 0.5, "\(mean) with seed \(seed)")
      #expect((variance - 9).magnitude < 1.5, "\(variance) with seed \(seed)")
      #expect((covariance - 9 * Foundation.exp(-Double(lag) * dt / 4)).magnitude < 1.5, "\(covariance) with seed \(seed)")
    }
  }

  @Test func aPartOfANetworkIsResetAndSavedWithIt() throws {
    final class Driven: DynamicalSystem {
      let neurons = LIF(3)
      let noise: StimulusInput
      override init() {
        noise = StimulusInput(to: neurons, .ou(mean: 5, std: 4, tau: 5, size: [3], seed: 2), reversal: 30)
        super.init()
      }
    }
    let a = Driven(), start = try a.neurons.V.value.floats()
    #expect(try a.vars(method: .relative).keys.filter { $0.hasPrefix("noise") }.count >= 2)
    var kept: [String: NDArray] = [:]
    for (key, variable) in try a.vars(method: .relative) { kept[key] = variable.value }
    try a.run(10)
    let end = try a.neurons.V.value.floats()
    #expect(start != end)
    let b = Driven()
    for (key, variable) in try b.vars(method: .relative) { variable.value = try #require(kept[key]) }
    try b.run(10)
    #expect(try b.neurons.V.value.floats() == end)
    let state = try a.noise.stimulus(TimeStep(index: 0, t: 0, dt: 0.1)).floats()
    try a.reset()
    let fresh = try Driven().noise.stimulus(TimeStep(index: 0, t: 0, dt: 0.1)).floats()
    #expect(try a.noise.stimulus(TimeStep(index: 0, t: 0, dt: 0.1)).floats() == fresh && state != fresh)
  }

  @Test func whatCannotBeSentIsAnError() throws {
    let group = LIF(2)
    for (message, stimulus) in [
      ("give one for each", .sections([1, 2], durations: [1])), ("finite, and 0 ms", .sections([1], durations: [-1])),
      ("one height for each time", .pulses(at: [1], width: 1, heights: [])), ("width of 0.0", .pulses(at: [1], width: 0)),
      ("a finite length", .ramp(from: 0, to: 1, over: 1...1)), ("tau above 0", .ou(std: 1, tau: 0, seed: 1)),
      ("the delay of a stimulus", Stimulus.constant(1).delayed(by: 0.05)), ("row of floating", .rows(arange(5), name: "x")),
    ] as [(String, Stimulus)] {
      let error = #expect(throws: HillockError.self, "\(message)") {
        try group.run(1) { step in try step.send(stimulus, to: group) }
      }
      #expect(error.map { "\($0)".contains(message) } == true, "\(message): \(error.map { "\($0)" } ?? "none")")
    }
  }

  // MARK: Encoders

  @Test func poissonSpikesHaveTheirProbability() throws {
    let generator = RandomState(seed: 4)
    let spikes = PoissonEncoder(range: 10...20, largest: 0.8)(
      NDArray([0.0, 10, 12.5, 20, 30]), steps: 10_000, generator: generator)
    #expect(spikes.dtype == .bool && spikes.shape == [10_000, 5])
    let parts = try spikes.asType(.f64).mean(axis: 0).scalars(as: Double.self)
    for (part, expected) in zip(parts, [0, 0, 0.2, 0.8, 0.8]) {
      #expect((part - expected).magnitude < 0.02, "\(parts) with seed 4")
    }
  }

  @Test func largerValuesFireEarlier() throws {
    let linear = LatencyEncoder(range: 0...10)(NDArray([10.0, 7.5, 0, 12]), steps: 21)
    #expect(try (linear.asType(.i32) * arange(21)[.all, .newAxis]).sum(axis: 0).ints() == [0, 5, 20, 0])
    #expect(try linear.asType(.i32).sum(axis: 0).ints() == [1, 1, 1, 1])
    let x = [1, 0.5, 0.25, 0.2, 0.1]
    let logarithmic = LatencyEncoder(.logarithmic(tau: 10, threshold: 0.2))(NDArray(x), steps: 12)
    // 10 ln(x / (x − 0.2)): 2.2, 5.1, 16.1 (too late), never, never.
    let expected = (0..<12).flatMap { step in [step == 2, step == 5, false, false, false] }
    #expect(try logarithmic.bools() == expected)
  }

  @Test func phasesAreBinaryDigits() throws {
    let encoder = WeightedPhaseEncoder(phases: 4)
    let spikes = encoder(NDArray([0, 0.5, 0.3125, 0.99, 1]), steps: 8)
    let digits: [Int] = try spikes.T.asType(.i32).ints()
    let expected: [Int] = ["0000", "1000", "0101", "1111", "1111"].flatMap { (word: String) -> [Int] in
      let bits: [Int] = word.map { $0 == "1" ? 1 : 0 }
      return bits + bits
    }
    #expect(digits == expected)
    let values = try (spikes[0..<4].asType(.f32) * encoder.weights(steps: 4)[.all, .newAxis]).sum(axis: 0).floats()
    #expect(values == [0, 0.5, 0.3125, 0.9375, 0.9375])
  }

  @Test func populationsPreferTheirValues() throws {
    let encoder = PopulationEncoder(3, range: 0...2, width: 0.5)
    let activities = try encoder(NDArray([0.0, 1.5])).scalars(as: Double.self)
    let expected = [0, 1, 2, 1.5, 0.5, 0.5].map { Foundation.exp(-0.5 * $0 * $0 / 0.25) }
    for (a, b) in zip(activities, expected) { #expect((a - b).magnitude < 1e-6) }
    #expect(throws: HillockError.self) { try PopulationEncoder(3, range: 0...2, width: 0)(zeros(1)).checked() }
    #expect(throws: HillockError.self) { try PoissonEncoder(range: 1...1)(zeros(1), steps: 2).checked() }
    #expect(throws: HillockError.self) { try PoissonEncoder(largest: 2)(zeros(1), steps: 2).checked() }
    #expect(throws: HillockError.self) { try WeightedPhaseEncoder(phases: 0)(zeros(1), steps: 2).checked() }
  }
}
