import Hillock
import HillockDynamics
import Testing

@Suite struct RunTests {
  private func group() -> LIF {
    let group = LIF(3)
    group.input.value = NDArray([0.0, 30, 60])
    return group
  }

  @Test func aListOfSpikesIsWhatTheDenseRecordHas() throws {
    let a = group(), b = group()
    let dense = try a.run(50, monitors: ["spike": a.spike]), list = try b.run(50, monitors: ["spike": Monitor(spikesOf: b)])
    let fired: [Bool] = try #require(dense["spike"]).scalars(), ends: [Double] = try dense.times.scalars()
    let spikes = try #require(list.spikes("spike"))
    let expected = fired.indices.filter { fired[$0] }.map { ($0 % 3, ends[$0 / 3]) }
    #expect(spikes.count > 10 && list["spike"] == nil)
    #expect(try spikes.neurons.scalars(as: Int.self) == expected.map(\.0))
    #expect(try spikes.times.scalars(as: Double.self) == expected.map(\.1))
  }

  @Test func valuesAreRecordedAtTheirInterval() throws {
    let a = group(), b = group()
    let whole = try a.run(20, monitors: ["V": a.V]), some = try b.run(20, monitors: ["V": Monitor(every: 0.5) { b.V.value }])
    #expect(some["V"]?.shape == [40, 3])
    let steps = NDArray((0..<40).map { $0 * 5 + 4 })
    #expect(try some["V"]?.floats() == whole["V"]?[steps].floats())
    #expect(try some.times(of: "V")?.scalars(as: Double.self) == whole.times[steps].scalars(as: Double.self))
    let late = try b.run(20, monitors: ["V": Monitor(every: 1, window: 25...30) { b.V.value.sum() }])
    #expect(try late.times(of: "V")?.scalars(as: Double.self).map { ($0 * 10).rounded() / 10 } == [25, 26, 27, 28, 29, 30])
    #expect(throws: HillockError.self) { try b.run(1, monitors: ["V": Monitor(every: 0.25) { b.V.value }]) }
  }

  @Test func aRunEndsAfterTheStepOfItsCondition() throws {
    let a = group(), b = group()
    let record = try a.run(50, monitors: ["V": a.V], until: { a.spike.value.any() })
    let steps = record.times.count
    #expect(steps > 10 && steps < 500 && record["V"]?.shape == [steps, 3])
    try b.run(Double(steps) * 0.1)
    #expect(try a.V.value.floats() == b.V.value.floats())
    #expect(try a.spike.value.any().item(as: Bool.self))
    #expect(try a.clock.steps.value.item(as: Int.self) == steps)
    // It goes on as if nothing had been tried beyond.
    try a.run(10)
    try b.run(10)
    #expect(try a.V.value.floats() == b.V.value.floats())
    let never = try a.run(5, until: { a.V.value.max() .> 1e6 })
    #expect(never.times.count == 50)
  }

  @Test func progressSaysHowFarItIs() throws {
    let group = group()
    var reports: [RunProgress] = []
    try group.run(50, progress: { reports.append($0) })
    #expect(reports.last?.finished == 500 && reports.last?.steps == 500)
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.finished < $1.finished })
    #expect(reports.first?.remaining != nil && reports.last?.remaining == .zero)
  }

  /// τ dV/dt = −V + g(E − V) from 0 goes to gE/(1 + g) with the time constant τ/(1 + g).
  @Test func currentsAndConductancesAreSentForOneStep() throws {
    let group = LIF(1, V_th: 1e9, dtype: .f64)
    try group.run(10) { step in step.send(conductance: 0.5, reversal: 30, to: group) }
    let exact = 15 / 1.5 * (1 - exp(-10 * 1.5 / 10))
    #expect((try group.V.value.item(as: Double.self) - exact).magnitude < 1e-10)
    let other = LIF(1, V_th: 1e9, dtype: .f64)
    try other.run(10) { step in step.send(current: 4, to: other) }
    #expect((try other.V.value.item(as: Double.self) - 4 * (1 - exp(-1.0))).magnitude < 1e-10)
    try other.run(1000)
    #expect(try other.V.value.item(as: Double.self).magnitude < 1e-10)
  }

  /// What is saved after a run goes on in another object as in this one.
  @Test func aStoredStateGoesOn() throws {
    let a = group(), b = group()
    try a.run(12.3)
    for (key, variable) in try a.vars(method: .relative) { try #require(b.vars(method: .relative)[key]).value = variable.value }
    try a.run(10)
    try b.run(10)
    #expect(try a.V.value.floats() == b.V.value.floats())
    #expect(try b.clock.time.item(as: Double.self) == a.clock.time.item(as: Double.self))
  }

  /// d/dI of V = I·(1 − exp(−t/τ)) below the threshold, recorded in each step of a run inside a function that is differentiated.
  @Test func aRunIsPartOfADerivative() throws {
    let current = TrainVar(NDArray(3.0)), group = LIF(1)
    let slope = try grad(
      {
        let record = try group.run(10, monitors: ["V": group.V], inputs: { step in step.send(current: current, to: group) })
        return try #require(record["V"])[99].sum()
      }, of: [current])()
    #expect((try #require(slope[current]).item(as: Double.self) - (1 - exp(-1.0))).magnitude < 1e-5)
  }
}
