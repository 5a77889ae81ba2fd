import Foundation
import Hillock
import HillockTraining
import Testing

@Suite struct ScheduleTests {
  static let schedules: [String: Schedule] = [
    "step": .step(from: 0.5, by: 0.3, every: 7), "multiStep": .multiStep(from: 0.5, by: 0.2, at: [5, 9, 30]),
    "exponential": .exponential(from: 0.5, by: 0.9), "polynomial": .polynomial(from: 0.5, over: 25, power: 2),
    "cosine": .cosine(from: 0.5, to: 0.01, over: 30), "restarts": .cosineRestarts(from: 0.5, to: 0.02, period: 6),
    "growing restarts": .cosineRestarts(from: 0.5, to: 0.02, period: 5, growth: 2),
    "warmUp": .warmUp(from: 0.05, over: 10, then: .constant(0.5)),
  ]

  @Test(arguments: schedules.keys.sorted()) func theNumbersArePyTorchs(_ name: String) throws {
    let known = try #require(try Oracle.read("schedules.json", as: [String: [Double]].self)[name])
    let schedule = try #require(Self.schedules[name])
    for (step, rate) in known.enumerated() { try expectClose(schedule(step), [rate], "step \(step)") }
    // As the rates of compiled updates.
    let w = TrainVar(doubles([0])), optimizer = try SGD([w], rate: schedule), step = optimizer.minimize { -w.sum() }
    var sum = 0.0
    for rate in known {
      _ = try step()
      sum += rate
      try expectClose(w.value, [sum], "sum")
    }
  }

  @Test func othersByHand() throws {
    try expectClose(Schedule.constant(0.1)(NDArray(1000)), [0.1])
    let rates = Schedule.piecewise([1, 2, 3], at: [10, 20])
    for (step, rate) in [(0, 1.0), (9, 1), (10, 2), (19, 2), (20, 3), (1000, 3)] { try expectClose(rates(step), [rate]) }
    let warm = Schedule.warmUp(over: 4, then: .exponential(from: 8, by: 0.5))
    for (step, rate) in [(0, 0.0), (1, 2), (3, 6), (4, 8), (5, 4), (7, 1)] { try expectClose(warm(step), [rate]) }
    // A restart at exactly 5 · (2^k − 1) is the start of a wave, for every k.
    let growing = Schedule.cosineRestarts(from: 1, period: 5, growth: 2)
    for k in 0..<20 { try expectClose(growing(5 * ((1 << k) - 1)), [1]) }
    #expect(Schedule.piecewise([1], at: [2])(0).error?.code == .argument)
  }
}
