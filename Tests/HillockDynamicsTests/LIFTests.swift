import Hillock
import HillockDynamics
import Testing

@Suite struct LIFTests {
  /// V(t) = R·I·(1 − exp(−t/τ)) from rest at 0, until the threshold.
  @Test func belowThresholdTheStepsAreTheSolution() throws {
    let group = LIF(2, R: 2.0, tau: 10.0)
    group.input[...] = NDArray([3, 9])
    let record = try group.run(50, monitors: ["V": group.V])
    let V = try #require(record["V"])
    #expect(V.shape == [500, 2])
    let times: [Double] = try record.times.scalars()
    let values: [Double] = try V.scalars()
    for (step, t) in times.enumerated() {
      #expect((t - Double(step + 1) * 0.1).magnitude < 1e-9)
      for (neuron, I) in [3.0, 9.0].enumerated() {
        let exact = ClosedForms.lifPotential(t, drive: 2 * I, tau: 10)
        #expect((values[step * 2 + neuron] - exact).magnitude < 2e-5 * exact)
      }
    }
  }

  /// From V_reset the threshold is reached after τ·ln((RI − V_reset)/(RI − V_th)), then the neuron is held for τ_ref.
  @Test func spikesComeAtTheTimesOfTheFormula() throws {
    let currents = [10.0, 21, 30, 60, 200]
    let group = LIF(5)
    group.input[...] = NDArray(currents)
    let record = try group.run(300, monitors: ["spike": group.spike])
    let spikes: [Bool] = try #require(record["spike"]).scalars()
    for (neuron, I) in currents.enumerated() {
      let found = (0..<3000).filter { spikes[$0 * 5 + neuron] }
      guard I > 20 else {
        #expect(found.isEmpty)
        continue
      }
      func stepsToThreshold(from V: Double) -> Int {
        ClosedForms.lifSteps(from: V, to: 20, drive: I, tau: 10, dt: 0.1)
      }
      var expected: [Int] = []
      var step = stepsToThreshold(from: 0) - 1
      while step < 3000 {
        expected.append(step)
        step += 10 + stepsToThreshold(from: -5)
      }
      #expect(found == expected, "I = \(I)")
    }
  }

  @Test func aNeuronIsHeldAtTheResetPotentialForTheRefractoryPeriod() throws {
    let group = LIF(1, tau_ref: 2.0)
    group.input[...] = 400
    let record = try group.run(10, monitors: ["V": group.V, "spike": group.spike])
    let V: [Float] = try #require(record["V"]).scalars()
    let spike: [Bool] = try #require(record["spike"]).scalars()
    let first = try #require(spike.firstIndex(of: true))
    #expect(V[first...first + 20].allSatisfy { $0 == -5 })
    #expect(!spike[first + 1...first + 20].contains(true))
    #expect(V[first + 21] > -5)
  }

  @Test func aRunGoesOnWhereTheLastOneEnded() throws {
    let a = LIF(3), b = LIF(3)
    for group in [a, b] { group.input[...] = NDArray([15, 25, 40]) }
    let whole = try a.run(60, monitors: ["V": a.V])
    let first = try b.run(25, monitors: ["V": b.V]), second = try b.run(35, monitors: ["V": b.V])
    let parts = try #require(first["V"]).floats() + #require(second["V"]).floats()
    #expect(try #require(whole["V"]).floats() == parts)
    let times: [Double] = try second.times.scalars()
    #expect((times[0] - 25.1).magnitude < 1e-9)
    try b.reset()
    let again = try b.run(25, monitors: ["V": b.V])
    #expect(try #require(again["V"]).floats().allSatisfy { $0 >= 0 && $0 < 1e-6 }, "reset clears the input as well")
  }

  @Test func timeGoesOnWhereTheStepChanges() throws {
    let group = LIF(1)
    var times: [Double] = []
    for (duration, dt) in [(10, 0.1), (1, 0.05), (0.5, 0.25), (1, 0.1)] {
      let record = try group.run(duration, dt: dt, monitors: ["I": group.input]) { step in
        group.input[...] = step.t
      }
      times += try record.times.scalars() as [Double]
      // The inputs' times are those of the beginnings of the steps.
      let starts: [Double] = try #require(record["I"]).scalars(), ends: [Double] = try record.times.scalars()
      for (start, end) in zip(starts, ends) { #expect((start - (end - dt)).magnitude < 1e-5) }
    }
    var expected: [Double] = (1...100).map { n in 0.1 * Double(n) }
    expected += (1...20).map { n in 10 + 0.05 * Double(n) }
    expected += [11.25, 11.5]
    expected += (1...10).map { n in 11.5 + 0.1 * Double(n) }
    for (time, exact) in zip(times, expected) { #expect((time - exact).magnitude < 1e-12) }
    #expect(times.count == 132)
    try group.reset()
    #expect(try group.run(1, dt: 0.5).times.scalars() == [0.5, 1.0])
  }

  @Test func aNetworkHasOneClock() throws {
    final class Pair: DynamicalSystem {
      let first = LIF(1), second = LIF(1)
    }
    let pair = Pair()
    try pair.run(10)
    #expect(try pair.first.clock.steps.value.item(as: Int.self) == 100)
    #expect(try pair.first.run(0.2, dt: 0.1).times.scalars() == [101 * 0.1, 102 * 0.1])
    #expect(try pair.second.run(1, dt: 0.5).times.scalars() == [102 * 0.1 + 0.5, 102 * 0.1 + 1.0])
    try pair.reset()
    #expect(try pair.first.clock.steps.value.item(as: Int.self) == 0)
  }

  /// V = R·I·(1 − exp(−t/τ)) after one τ, in a million steps of 10⁻⁶ τ. Each step rounds V to f32, which leaves an error of 7·10⁻⁴ in
  /// any program (NumPy's float32 in the same steps: 9.475267 for 9.481808); V∞ + (V − V∞)·exp(−dt/τ) would be off by 5.5·10⁻³.
  @Test func aSlowMembraneKeepsItsDigits() throws {
    let number = LIF(1, tau: 10_000.0), array = LIF(1, tau: NDArray([10_000.0]))
    for group in [number, array] {
      group.input[...] = 15
      try group.run(10_000, dt: 0.01)
      let exact = ClosedForms.lifPotential(10_000, drive: 15, tau: 10_000)
      #expect((try group.V.value.item(as: Double.self) / exact - 1).magnitude < 1e-3)
    }
  }

  /// The number of steps is τ_ref / dt rounded, of the f32 nearest to τ_ref: 0.35 / 0.1 is below 3.5, 0.15 / 0.1 above 1.5.
  @Test(arguments: [(0.35, 3), (0.15, 2), (0.45, 4), (0.3, 3), (1, 10), (0.04, 0), (0.26, 3), (0.24, 2)])
  func aRefractoryPeriodIsTheSameAsANumberAndAsAnArray(_ period: Double, _ steps: Int) throws {
    for group in [LIF(1, tau_ref: period), LIF(1, tau_ref: NDArray([period])), LIF(1, tau_ref: NDArray([period], dtype: .f64))] {
      group.input[...] = 10_000  // fires in each step in which it is not held
      let record = try group.run(5, monitors: ["spike": group.spike])
      let spikes: [Bool] = try #require(record["spike"]).scalars()
      #expect(spikes == (0..<50).map { $0 % (steps + 1) == 0 })
    }
  }

  @Test func aDurationIsRoundedToWholeSteps() throws {
    let group = LIF(1)
    #expect(try group.run(0.3, dt: 0.1).times.count == 3)
    #expect(try group.run(0).times.count == 0)
    #expect(throws: HillockError.self) { try group.run(0.25) }
    #expect(throws: HillockError.self) { try group.run(-1) }
    #expect(throws: HillockError.self) { try group.run(1, dt: 0) }
    #expect(throws: HillockError.self) { try group.run(.nan) }
    #expect(throws: HillockError.self) { try group.run(.infinity) }
  }

  @Test func inputsAreSetFromTheTimeOfEachStep() throws {
    let group = LIF(2)
    let record = try group.run(20, monitors: ["I": group.input]) { step in
      let isOn = (step.t .< 5).asType(.f32)
      group.input[...] = isOn * NDArray([30, 60])
    }
    let I: [Float] = try #require(record["I"]).scalars()
    #expect(I[2 * 49] == 30 && I[2 * 49 + 1] == 60)
    #expect(I[2 * 51] == 0)
  }

  @Test func theSameBitsCompiledAndPlainly() throws {
    func run() throws -> ([Float], [Bool]) {
      let group = LIF(size: [4, 3], tau: linspace(5, 20, count: 12).reshaped(4, 3))
      group.input[...] = 35
      let record = try group.run(20, monitors: ["V": group.V, "spike": group.spike])
      return try (#require(record["V"]).scalars(), #require(record["spike"]).scalars())
    }
    let compiled = try run(), plain = try withoutJIT { try run() }
    #expect(compiled.0 == plain.0)
    #expect(compiled.1 == plain.1)
    #expect(compiled.1.contains(true))
  }

  @Test func aNetworkAdvancesItsParts() throws {
    final class Pair: DynamicalSystem {
      let first = LIF(1), second = LIF(1)
    }
    let pair = Pair()
    pair.first.input[...] = 50
    try pair.run(10)
    #expect(try pair.first.V.value.item(as: Float.self) != 0)
    #expect(try pair.second.V.value.item(as: Float.self) == 0)
    #expect(try pair.clock.steps.value.item(as: Int.self) == 100)
  }

  @Test func aParameterOfAnotherShapeIsNamed() throws {
    let error = #expect(throws: HillockError.self) { try LIF(4, tau: ones(3)).run(1) }
    #expect(error?.message.contains("the parameter tau of a group of shape [4] has shape [3]") == true)
    let other = #expect(throws: HillockError.self) { try HH(3, V: ones(2)).run(1) }
    #expect(other?.message.contains("the parameter V of a group of shape [3] has shape [2]") == true)
  }

  /// dR of V = R·I·(1 − exp(−t/τ)) is I·(1 − exp(−t/τ)).
  @Test func aParameterThatIsAVariableStaysOne() throws {
    let R = TrainVar(NDArray(2.0))
    let group = LIF(3, R: R)
    #expect(try group.trainVars().keys == ["\(group.name).R"])
    let membrane = {
      group.V.value = zeros(3)
      group.input[...] = 5
      for i in 0..<10 { try group.update(TimeStep(index: i, t: 0.1 * Double(i), dt: 0.1)) }
      return group.V.value.sum()
    }
    let slope = try grad(membrane, of: [R])()
    let exact = 3 * ClosedForms.lifPotential(1, drive: 5, tau: 10)
    #expect((try #require(slope[R]).item(as: Double.self) - exact).magnitude < 1e-5)
    R.value = NDArray(4.0)
    try group.reset()
    group.input[...] = 5
    try group.run(1)
    #expect((try group.V.value[0].item(as: Double.self) - ClosedForms.lifPotential(1, drive: 20, tau: 10)).magnitude < 1e-4)
    let wrong = LIF(3, tau: Variable(ones(3, dtype: .f64)))
    #expect(throws: HillockError.self) { try wrong.run(1) }
  }

  @Test func aGroupOfDoubles() throws {
    let group = LIF(2, tau: NDArray([10.0, 20.0], dtype: .f64), dtype: .f64)
    group.input[...] = 15
    try group.run(30)
    for (V, tau) in zip(try group.V.value.scalars(as: Double.self), [10.0, 20]) {
      #expect((V - ClosedForms.lifPotential(30, drive: 15, tau: tau)).magnitude < 1e-11)
    }
    #expect(throws: HillockError.self) { try LIF(2, dtype: .i32).run(1) }
  }

  @Test func aBatchIsItsCopies() throws {
    let group = LIF(2)
    try group.reset(batch: 3)
    #expect(group.V.shape == [3, 2])
    group.input.value = NDArray([[0.0, 10], [20, 30], [40, 50]])
    let record = try group.run(30, monitors: ["V": group.V])
    for copy in 0..<3 {
      let single = LIF(2)
      single.input.value = NDArray([0.0, 10]) + Double(20 * copy)
      let expected = try single.run(30, monitors: ["V": single.V])
      #expect(try record["V"]?[.all, copy].floats() == expected["V"]?.floats())
    }
    try group.reset()
    #expect(group.V.shape == [2])
  }

  /// An hour of steps: t is exact to its last digits, and a refractory period is as long as in the first second.
  @Test func anHourLaterNothingHasDrifted() throws {
    let group = LIF(1, tau_ref: 2.0)
    group.input[...] = 10_000
    try group.run(1)
    group.clock.steps.value = NDArray(36_000_000, dtype: .i64)
    try group.run(0.1)
    let record = try group.run(21, monitors: ["spike": group.spike])
    let spikes: [Bool] = try #require(record["spike"]).scalars()
    let found = spikes.indices.filter { spikes[$0] }
    #expect(zip(found, found.dropFirst()).allSatisfy { $1 - $0 == 21 } && found.count == 10)
    #expect(try record.times.scalars(as: Double.self).first.map { ($0 - 3_600_000.2).magnitude < 1e-9 } == true)
  }

  @Test func parametersAreF32() throws {
    let group = LIF(2, tau: NDArray([10.0, 20.0], dtype: .f64)), same = LIF(2, tau: NDArray([10.0, 20.0]))
    for group in [group, same] {
      group.input[...] = 10
      try group.run(1)
    }
    #expect(try group.V.value.floats() == same.V.value.floats())
  }

  @Test func aGroupOfAShapeThatIsNone() {
    #expect(LIF(.max, 2).count == 0)
    #expect(LIF(4, V_rest: ones(3)).count == 4)
    let error = #expect(throws: HillockError.self) { try LIF(.max, 2).run(1) }
    #expect(error?.code == .shape)
  }

  @Test(arguments: [(-1, 0.1), (.nan, 0.1), (.infinity, 0.1), (1, 0), (1, .nan), (1, -1), (1e300, 0.1), (1, 1e-300)])
  func aDurationThatIsNone(_ duration: Double, _ dt: Double) {
    let error = #expect(throws: HillockError.self) { try LIF(1).run(duration, dt: dt) }
    #expect(error?.code == .argument)
  }

  private static let noise = RandomState(seed: 9)
  private static let calls = Variable(NDArray(0))

  /// Swift creates them when the closure is traced; they are what they would have been before.
  @Test func globalsFirstUsedInTheInputsOfARunAreWhole() throws {
    let group = LIF(3), input = Variable(zeros(3))
    let record = try group.run(
      1, monitors: ["I": input],
      inputs: { _ in
        input.value = Self.noise.random(3)
        Self.calls += 1
      })
    let twin = RandomState(seed: 9)
    let expected = try (0..<10).flatMap { _ in try twin.random(3).floats() }
    #expect(try record["I"]?.floats() == expected)
    #expect(try Self.calls.value.ints() == [10])
    try group.run(0.5, inputs: { _ in Self.calls += 1 })
    #expect(try Self.calls.value.ints() == [15])
  }
}
