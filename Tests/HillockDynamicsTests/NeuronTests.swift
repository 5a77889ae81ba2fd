import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct NeuronTests {
  /// One neuron of each model, with its defaults, that rests without input.
  static func resting(_ dtype: DType) -> [NeuGroup] {
    [
      IF(1, dtype: dtype), LIF(1, dtype: dtype), ExpIF(1, dtype: dtype), AdExIF(1, dtype: dtype), QuaIF(1, dtype: dtype),
      AdQuaIF(1, dtype: dtype), GIF(1, dtype: dtype), Izhikevich(1, dtype: dtype), HH(1, dtype: dtype),
      MorrisLecar(1, dtype: dtype),
      WangBuzsaki(1, dtype: dtype), FHN(1, dtype: dtype), HindmarshRose(1, dtype: dtype), IafPsc(1, dtype: dtype),
      IafCondExp(1, dtype: dtype), AeifCondExp(1, dtype: dtype), HHPscAlpha(1, dtype: dtype),
    ]
  }

  private func potentials(_ group: NeuGroup, _ duration: Double, dt: Double = 0.1) throws -> [Double] {
    try #require(try group.run(duration, dt: dt, monitors: ["V": group.V])["V"]).scalars()
  }

  private func spikes(_ group: NeuGroup, _ duration: Double, dt: Double = 0.1) throws -> [Bool] {
    try #require(try group.run(duration, dt: dt, monitors: ["spike": group.spike])["spike"]).bools()
  }

  /// Defaults begin below the threshold, and nothing fires or runs away.
  @Test(arguments: [DType.f32, .f64])
  func restingNeuronsRest(_ dtype: DType) throws {
    for group in Self.resting(dtype) {
      let record = try group.run(200, dt: 0.05, monitors: ["V": group.V, "spike": group.spike])
      let V: [Double] = try #require(record["V"]).scalars()
      #expect(try #require(record["spike"]).bools().allSatisfy { !$0 }, "\(type(of: group))")
      // ExpIF and AdExIF rest where the exponential's small current does: up to 1.5 mV above the leak's potential.
      #expect((V[V.count - 1] - V[0]).magnitude < 1.5, "\(type(of: group)): \(V[0]) to \(V[V.count - 1])")
      #expect((V[V.count - 1] - V[V.count - 1000]).magnitude < 0.05, "\(type(of: group)): moves at the end")
    }
  }

  /// Resting points that were solved for from the papers' equations.
  @Test func channelModelsBeginAtTheirRestingPoint() throws {
    for group in [MorrisLecar(1, dtype: .f64), WangBuzsaki(1, dtype: .f64), FHN(1, dtype: .f64), HindmarshRose(1, dtype: .f64)] {
      let V = try potentials(group, 100)
      #expect(V.allSatisfy { ($0 - V[0]).magnitude < 1e-5 }, "\(type(of: group)): \(V[0]) to \(V[V.count - 1])")
    }
    #expect(try HH(1).g_L.array.item(as: Float.self) == 0.3)
  }

  /// Every integrate-and-fire model: held for tau_ref/dt steps after a spike, and firing in each step without tau_ref.
  @Test(arguments: [(0.0, 1), (2, 21), (0.35, 4)])
  func refractoryPeriodsAreWholeSteps(_ tau: Double, _ interval: Int) throws {
    let groups: [(NeuGroup, Double)] = [
      (ExpIF(1, tau_ref: tau), 1e5), (AdExIF(1, b: 0.0, tau_ref: tau), 1e6), (QuaIF(1, tau_ref: tau), 1e6),
      (AdQuaIF(1, b: 0.0, tau_ref: tau), 1e6), (GIF(1, tau_ref: tau), 1e5), (Izhikevich(1, d: 0.0, tau_ref: tau), 1e6),
      (IafPsc(1, t_ref: tau), 1e7), (IafCondExp(1, t_ref: tau), 1e7), (AeifCondExp(1, b: 0.0, t_ref: tau), 1e8),
    ]
    for (group, input) in groups {
      group.input[...] = NDArray(input)
      let fired = try spikes(group, 10)
      #expect(fired == fired.indices.map { $0 % interval == 0 }, "\(type(of: group)): \(fired.prefix(30))")
    }
  }

  /// f32 does not overflow where the exponential rises.
  @Test func strongInputsStayFinite() throws {
    for group in [ExpIF(1), AdExIF(1), AeifCondExp(1)] as [NeuGroup] {
      group.input[...] = 5000
      #expect(try potentials(group, 50).allSatisfy(\.isFinite), "\(type(of: group))")
    }
    let adapting = AeifCondExp(1, I_e: 700)
    let record = try adapting.run(300, monitors: ["w": adapting.w, "spike": adapting.spike])
    #expect(try #require(record["w"]).floats().allSatisfy { $0.isFinite && $0 < 2000 })
    let times = try #require(record["spike"]).bools().enumerated().filter(\.element).map(\.offset)
    // It adapts: the intervals grow.
    let intervals = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(times.count > 3 && (intervals.last ?? 0) > (intervals.first ?? 0), "\(times)")
  }

  @Test func adaptationGrowsByBAtASpike() throws {
    for group in [AdExIF(1, tau_w: 1e9), AdQuaIF(1, b: 1.0, tau_w: 1e9)] as [NeuGroup] {
      group.input[...] = 200
      let w = (group as? AdExIF)?.w ?? (group as? AdQuaIF)?.w
      let record = try group.run(20, monitors: ["w": try #require(w), "spike": group.spike])
      let count = try #require(record["spike"]).bools().count { $0 }
      let last: Double = try #require(record["w"])[-1].item()
      #expect(count > 2 && (last - Double(count)).magnitude < 1e-3, "\(type(of: group)): \(last) after \(count)")
    }
  }

  /// R counts for the input and the adaptation: one step of Euler's method by hand.
  @Test func theResistanceCountsInAllModels() throws {
    let quadratic = AdQuaIF(1, R: 2.0, method: .euler, dtype: .f64)
    quadratic.input[...] = 3
    quadratic.w.value = NDArray([1.0], dtype: .f64)
    #expect((try potentials(quadratic, 0.1)[0] - (-65 + 0.01 * 2 * (3 - 1))).magnitude < 1e-12)
    let exponential = AdExIF(1, R: 2.0, method: .euler, dtype: .f64)
    exponential.input[...] = 3
    let upstroke = 3.48 * exp((-65 + 59.9) / 3.48)
    #expect((try potentials(exponential, 0.1)[0] - (-65 + 0.01 * (upstroke + 6))).magnitude < 1e-12)
  }

  /// The threshold that counts is that of the step's end, as is V.
  @Test func theMovingThresholdHasNoLag() throws {
    // It returns to −50 within a step, and V is above that.
    let group = GIF(1, b: 1000.0, V: -40.0, dtype: .f64)
    group.threshold.value = NDArray([0.0], dtype: .f64)
    #expect(try spikes(group, 0.1) == [true])
  }

  /// k, R and A of the internal currents after one spike, by hand.
  @Test func internalCurrentsFollowTheirRules() throws {
    let group = GIF(1, R1: 0.5, R2: 0.25, A1: 3.0, A2: -2.0, V: 0.0, dtype: .f64)
    group.I1.value = NDArray([10.0], dtype: .f64)
    group.I2.value = NDArray([20.0], dtype: .f64)
    #expect(try spikes(group, 0.1) == [true])
    #expect((try group.I1.value.item(as: Double.self) - (0.5 * 10 * exp(-0.02) + 3)).magnitude < 1e-12)
    #expect((try group.I2.value.item(as: Double.self) - (0.25 * 20 * exp(-0.002) - 2)).magnitude < 1e-12)
  }

  // MARK: Izhikevich's own program

  /// The paper's program, line by line, in double: the steps of 1 ms in which it finds a spike.
  private func published(_ kind: Izhikevich.Kind, input: Double, steps: Int) -> (spikes: [Int], v: [Double]) {
    let (a, b, c, d) = kind.parameters
    var v = -65.0, u = b * v, spikes: [Int] = [], potentials: [Double] = []
    for t in 0..<steps {
      if v >= 30 {
        spikes.append(t)
        v = c
        u += d
      }
      potentials.append(v)
      for _ in 0..<2 {
        let square = 0.04 * v * v
        v += 0.5 * (square + 5 * v + 140 - u + input)
      }
      u += a * (b * v - u)
    }
    return (spikes, potentials)
  }

  @Test(arguments: Izhikevich.Kind.allCases)
  func theSpikesOfThePublishedProgram(_ kind: Izhikevich.Kind) throws {
    let (a, b, c, d) = kind.parameters
    for input in [4.0, 10, 15] {
      let group = Izhikevich(1, a: a, b: b, c: c, d: d, V: -65.0, dtype: .f64)
      group.input[...] = NDArray(input)
      let expected = published(kind, input: input, steps: 500)
      let record = try group.run(499, dt: 1, monitors: ["spike": group.spike, "V": group.V])
      // A spike of the step before is found at the beginning of a step.
      let found = try #require(record["spike"]).bools().enumerated().filter(\.element).map { $0.offset + 1 }
      #expect(found == expected.spikes, "\(kind), \(input)")
      let V: [Double] = try #require(record["V"]).scalars()
      for (value, exact) in zip(V, expected.v.dropFirst()) where (value - exact).magnitude > 1e-6 {
        Issue.record("\(kind), \(input): \(value) for \(exact)")
        break
      }
    }
  }

  @Test(arguments: Izhikevich.Kind.allCases)
  func kindsBeginAtRest(_ kind: Izhikevich.Kind) throws {
    let group = Izhikevich(kind, 3, dtype: .f64)
    let V = try potentials(group, 5)
    #expect(V.allSatisfy { ($0 - V[0]).magnitude < 1e-9 }, "\(kind)")
  }

  // MARK: Against equations as they stand in the papers, solved by odeint

  @Test func smoothModelsAreTheirEquations() throws {
    let one = NDArray([1.0], dtype: .f64)
    let fhn = FHN(1, dtype: .f64)
    fhn.input[...] = 0.5
    let (_, (x, _)) = try odeint(-1.1994080352439838 * one, -0.6242600440547979 * one, for: 50, dt: 0.01) { V, w, t in
      (V - V ** 3 / 3 - w + 0.5, 0.08 * (V + 0.7 - 0.8 * w))
    }
    #expect((try potentials(fhn, 50, dt: 0.01)[4999] - x[-1].item(as: Double.self)).magnitude < 1e-6)

    let rose = HindmarshRose(1, dtype: .f64)
    rose.input[...] = 3
    let start: Double = try rose.V.value.item()
    let (_, (V, _, _)) = try odeint(start * one, (1 - 5 * start * start) * one, 4 * (start + 1.6) * one, for: 20, dt: 0.01) {
      V, y, z, t in
      let rise = 3 * V ** 2 - V ** 3
      return (y + rise - z + 3, 1 - 5 * V ** 2 - y, 0.01 * (4 * (V + 1.6) - z))
    }
    #expect((try potentials(rose, 20, dt: 0.01)[1999] - V[-1].item(as: Double.self)).magnitude < 1e-6)
  }

  /// Traub and Miles's neurons against Runge and Kutta's solution of the equations with the rates as they are printed.
  @Test func theChannelsOfTraubAndMiles() throws {
    let group = TraubMiles(1, V: -65.0, dtype: .f64)
    group.input[...] = 1
    let gates = [group.m, group.h, group.n].map(\.value)
    let s = try odeint([group.V.value] + gates, for: 4, dt: 0.01) { s, t in
      let v = s[0] + 63
      let am = 0.32 * (13 - v) / (exp((13 - v) / 4) - 1), bm = 0.28 * (v - 40) / (exp((v - 40) / 5) - 1)
      let ah = 0.128 * exp((17 - v) / 18), bh = 4 / (1 + exp((40 - v) / 5))
      let an = 0.032 * (15 - v) / (exp((15 - v) / 5) - 1), bn = 0.5 * exp((10 - v) / 40)
      let sodium = 100 * s[1] ** 3 * s[2] * (50 - s[0]), potassium = 30 * s[3] ** 4 * (-90 - s[0])
      let leak = 0.05 * (-60 - s[0])
      return [
        sodium + potassium + leak + 1, am * (1 - s[1]) - bm * s[1], ah * (1 - s[2]) - bh * s[2], an * (1 - s[3]) - bn * s[3],
      ]
    }.states
    let V = try potentials(group, 4, dt: 0.001)
    #expect((V[3999] - (try s[0][-1].item(as: Double.self))).magnitude < 0.01)
    // In NEST's units it is the same neuron, 200 pF in place of 1 µF/cm².
    let nest = HHCondExpTraub(1, V: -65.0, dtype: .f64)
    nest.input[...] = 200
    #expect((try potentials(nest, 4, dt: 0.001)[3999] - V[3999]).magnitude < 1e-9)
    let spikes = try spikes(TraubMiles(1, I_e: 3.0), 100, dt: 0.05),
      peaks = try self.spikes(HHCondExpTraub(1, I_e: 600.0), 100, dt: 0.05)
    #expect(spikes.count { $0 } > 3 && spikes.count { $0 } == peaks.count { $0 })
  }

  /// NEST's Hodgkin–Huxley neuron is the library's in other units; its spikes are maxima.
  @Test func hodgkinAndHuxleyInNESTsUnits() throws {
    let here = HH(1, E_L: -54.402, dtype: .f64), there = HHPscAlpha(1, dtype: .f64)
    here.input[...] = 10
    there.input[...] = 1000
    let V = try potentials(here, 50, dt: 0.01)
    let record = try there.run(50, dt: 0.01, monitors: ["V": there.V, "spike": there.spike])
    let W: [Double] = try #require(record["V"]).scalars(), spikes = try #require(record["spike"]).bools()
    #expect(zip(V, W).allSatisfy { ($0 - $1).magnitude < 1e-6 })
    let peaks = W.indices.filter { $0 > 1 && W[$0 - 1] >= W[$0 - 2] && W[$0] < W[$0 - 1] && W[$0] >= 0 }
    #expect(spikes.indices.filter { spikes[$0] } == peaks && peaks.count > 2)
  }

  // MARK: Sources, batches, Variables

  @Test func batchesHaveStatesOfTheirOwn() throws {
    for group in Self.resting(.f32) + [TraubMiles(1), HHCondExpTraub(1)] as [NeuGroup] {
      try group.reset(batch: 3)
      group.input[...] = NDArray([[0.0], [1], [2]])
      let record = try group.run(1, monitors: ["V": group.V])
      #expect(record["V"]?.shape == [10, 3, 1], "\(type(of: group))")
      let V: [Double] = try #require(record["V"])[-1].scalars()
      #expect(V[0] < V[1] && V[1] < V[2], "\(type(of: group)): \(V)")
      try group.reset()
      #expect(group.V.shape == [1])
    }
  }

  @Test func parametersAreNumbersArraysOrVariables() throws {
    let group = AdExIF(2, tau: TrainVar(NDArray([10.0, 20])), tau_w: NDArray([30.0, 60]))
    #expect(try group.trainVars().count == 1)
    group.input[...] = 30
    try group.run(1)
    let V = try group.V.value.floats()
    #expect(V[0] > V[1])
    let error = #expect(throws: HillockError.self) { try QuaIF(3, c: ones(2)).run(1) }
    #expect(error?.message.contains("the parameter c of a group of shape [3] has shape [2]") == true)
  }

  @Test func poissonSourcesHaveTheirRates() throws {
    let group = PoissonGroup(
      3000, rates: NDArray([0.0, 15, 200]).expandingDims(axis: 1).broadcast(to: 3, 1000).reshaped(3000), seed: 7)
    let record = try group.run(500, monitors: ["spike": group.spike])
    let counts: [Double] = try #require(record["spike"]).asType(.f32).sum(axis: 0).reshaped(3, 1000).sum(axis: 1).scalars()
    for (count, rate) in zip(counts, [0.0, 15, 200]) {
      let p = -expm1(-rate * 0.0001), mean = 5_000_000 * p
      #expect((count - mean).magnitude <= 5 * (mean * (1 - p)).squareRoot(), "\(rate) Hz: \(count) for \(mean)")
    }
    let twin = PoissonGroup(5, rates: 500, seed: 3), other = PoissonGroup(5, rates: 500, seed: 3)
    #expect(
      try #require(try twin.run(20, monitors: ["s": twin.spike])["s"]).bools()
        == #require(try other.run(20, monitors: ["s": other.spike])["s"]).bools())
  }

  @Test func sourcesFireAtGivenTimes() throws {
    let source = try SpikeTimeGroup(3, times: [2.0, 0.1, 1, 1, 1.5, 99], indices: [0, 1, 0, 2, 2, 1])
    let record = try source.run(2, monitors: ["spike": source.spike])
    let spikes = try #require(record["spike"]).bools()
    let fired = spikes.indices.filter { spikes[$0] }.map { [$0 / 3 + 1, $0 % 3] }
    // The times are those of the steps' ends.
    #expect(fired == [[1, 1], [10, 0], [10, 2], [15, 2], [20, 0]])
    // Another dt goes on with the time.
    let rest = try source.run(97, dt: 0.5, monitors: ["spike": source.spike])
    let late = try #require(rest["spike"]).bools()
    #expect(late.indices.filter { late[$0] } == [193 * 3 + 1])
    for (times, indices) in [([0.0], [0]), ([1], [3]), ([1], [-1]), ([1, 2], [0]), ([.nan], [0])] as [([Double], [Int])] {
      #expect(throws: HillockError.self) { try SpikeTimeGroup(3, times: times, indices: indices) }
    }
    let none = try SpikeTimeGroup(2, times: [], indices: [])
    #expect(try #require(try none.run(1, monitors: ["s": none.spike])["s"]).bools().allSatisfy { !$0 })
  }
}
