import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct ControlledStepsTests {
  static let pairs = ODEMethod.all.filter(\.controlsSteps)

  /// Kepler's ellipse of eccentricity 0.5, from the pericentre: after whole turns it is where it began.
  private func ellipse(_ method: ODEMethod, _ times: NDArray, _ tolerance: Double) throws -> [[Double]] {
    let start = [0.5, 0, 0, 3.0.squareRoot()].map { NDArray([$0], dtype: .f64) }
    let control = StepControl(relative: tolerance, absolute: tolerance)
    let s = try odeint(start, at: times, method: method, control: control) { s, t in
      let r3 = (square(s[0]) + square(s[1])) ** 1.5
      return [s[2], s[3], -s[0] / r3, -s[1] / r3]
    }
    return try s.map { try $0.scalars() }
  }

  @Test(arguments: pairs)
  func theErrorFollowsTheTolerance(_ method: ODEMethod) throws {
    let times = NDArray([0, 2 * Double.pi], dtype: .f64)
    var errors: [Double] = []
    for tolerance in [1e-4, 1e-6] {
      let end = try ellipse(method, times, tolerance)
      errors.append(hypot(end[0][1] - 0.5, end[1][1]))
    }
    #expect(errors[0] < 0.3 && errors[1] < 3e-3, "\(method): \(errors)")
    // An error per step of order p + 1 in h, over T/h steps: the whole error falls with the tolerance to the power of p/(p + 1).
    #expect(errors[1] < errors[0] / 10, "\(method): \(errors)")
  }

  /// Between steps the interpolation is about as exact as the steps: against closely spaced times, of which the last step is taken too.
  @Test(arguments: pairs)
  func theSolutionBetweenStepsIsAsExact(_ method: ODEMethod) throws {
    let times = linspace(0, 6, count: 241, dtype: .f64)
    let control = StepControl(relative: 1e-7, absolute: 1e-7)
    let x: [Double] = try odeint(NDArray([1.0], dtype: .f64), at: times, method: method, control: control) { x, t in
      x * cos(t)
    }.scalars()
    let at: [Double] = try times.scalars()
    let worst = zip(at, x).map { ($1 - exp(sin($0))).magnitude }.max() ?? .nan
    #expect(worst < 1e-5, "\(method): \(worst)")
  }

  /// x′ jumps at t = 5: the step there is rejected until it is short, and the result is right behind it.
  @Test(arguments: pairs)
  func aStepThatIsTooLongIsRejected(_ method: ODEMethod) throws {
    let control = StepControl(relative: 1e-6, absolute: 1e-6)
    let x: [Double] = try odeint(
      NDArray([1.0], dtype: .f64), at: NDArray([0.0, 4, 6, 20], dtype: .f64), method: method, control: control
    ) {
      x, t in select(t .< 5, -0.1 * x, 10 - 2 * x)
    }.scalars()
    let after = { (t: Double) in 5 + (exp(-0.5) - 5) * exp(-2 * (t - 5)) }
    #expect((x[1] - exp(-0.4)).magnitude < 1e-5)
    #expect((x[2] - after(6)).magnitude < 2e-5, "\(x[2]), \(after(6))")
    #expect((x[3] - 5).magnitude < 2e-5)
  }

  /// How many steps are tried and accepted is counted in the program.
  @Test func rejectionsAreCounted() throws {
    let pair = try ControlledSteps(.dormandPrince, StepControl(relative: 1e-6, absolute: 1e-6), .f64) { x, t in
      [select(t .< 5, -0.1 * x[0], 10 - 2 * x[0])]
    }
    let solution = try pair.solve([NDArray([1.0], dtype: .f64)], at: NDArray([0.0, 20], dtype: .f64))
    let trials: Int = try solution.trials.item(), accepted: Int = try solution.accepted.item()
    #expect(accepted < trials && accepted > 10 && trials < 200, "\(accepted) of \(trials)")
    let smooth = try ControlledSteps(.dormandPrince, StepControl(relative: 1e-6, absolute: 1e-6), .f64) { x, t in [-x[0]] }
    let quiet = try smooth.solve([NDArray([1.0], dtype: .f64)], at: NDArray([0.0, 20], dtype: .f64))
    let few: Int = try quiet.trials.item()
    #expect(few < 60)
  }

  /// A pulse of 0.01 in a solution at rest is missed by long steps, unless none is longer than the pulse.
  @Test func theLongestStepCatchesAPulse() throws {
    func end(_ control: StepControl) throws -> Double {
      try odeint(NDArray([0.0], dtype: .f64), at: NDArray([0.0, 100], dtype: .f64), control: control) { x, t in
        select((t .> 70) .& (t .< 70.01), 100, 0) + 0 * x
      }[-1].item()
    }
    #expect(try end(StepControl()) == 0)
    let caught = try end(StepControl(longestStep: 0.005))
    #expect((caught - 1).magnitude < 1e-3, "\(caught)")
  }

  /// The largest error of all elements counts: a thousand elements at rest do not hide the one that moves.
  @Test func anElementThatMovesIsNotHiddenByOthersAtRest() throws {
    let rates = concatenate([ones(1, dtype: .f64), zeros(1000, dtype: .f64)])
    let control = StepControl(relative: 1e-8, absolute: 1e-8)
    let alone: [Double] = try odeint(ones(1, dtype: .f64), at: NDArray([0.0, 3], dtype: .f64), control: control) { x, t in
      x * cos(3 * t)
    }.scalars()
    let together: [Double] = try odeint(ones(1001, dtype: .f64), at: NDArray([0.0, 3], dtype: .f64), control: control) { x, t in
      rates * x * cos(3 * t)
    }[-1].scalars()
    #expect(alone[1] == together[0])
  }

  @Test func aTimeThatIsNotReachedIsAnErrorOrNaN() throws {
    // x = 1/(1 − t)
    let blowUp = { (x: NDArray, t: NDArray) in x * x }
    let times = NDArray([0.0, 0.5, 2], dtype: .f64), start = NDArray([1.0], dtype: .f64)
    let error = #expect(throws: HillockError.self) { try odeint(start, at: times, blowUp) }
    #expect(error?.message.contains("the time 2.0 was not reached") == true)
    let traced = jit { (x: NDArray) in try odeint(x, at: times, blowUp) }
    let x: [Double] = try traced(start).scalars()
    #expect((x[1] - 2).magnitude < 1e-4 && x[2].isNaN)
    let nan = #expect(throws: HillockError.self) { try odeint(start, at: times) { x, t in x / 0 * 0 } }
    #expect(nan?.code == .argument)
    let few = StepControl(trials: 3)
    #expect(throws: HillockError.self) {
      try odeint(start, at: NDArray([0, 100], dtype: .f64), control: few) { x, t in cos(t) * x }
    }
  }

  @Test func theTimesMayBeArgumentsAndRepeat() throws {
    let solve = jit { (times: NDArray) in try odeint(NDArray([1.0], dtype: .f64), at: times) { x, t in -x } }
    let x: [Double] = try solve(NDArray([0.0, 1, 1, 3], dtype: .f64)).scalars()
    #expect(x[0] == 1 && x[1] == x[2])
    #expect((x[3] - exp(-3)).magnitude < 1e-4)
    let one: [Double] = try solve(NDArray([4.0], dtype: .f64)).scalars()
    #expect(one == [1])
  }

  @Test func aToleranceThatRoundingCannotMeetIsRefused() throws {
    for control in [
      StepControl(relative: 1e-9), StepControl(absolute: 0), StepControl(relative: .nan), StepControl(longestStep: 0),
      StepControl(trials: 0),
    ] {
      let error = #expect(throws: HillockError.self) {
        try odeint(ones(1), at: NDArray([0.0, 1]), control: control) { x, t in -x }
      }
      #expect(error?.code == .argument)
    }
    let error = #expect(throws: HillockError.self) { try odeint(ones(1), at: NDArray([0.0, 1]), method: .rk4) { x, t in -x } }
    #expect(error?.message.contains("bogackiShampine") == true)
  }

  /// Each lane has its own steps, and the bits of the lane alone.
  @Test func lanesChooseTheirOwnSteps() throws {
    let times = NDArray([0.0, 1, 2, 3], dtype: .f64)
    let solve = { (rate: NDArray) in try odeint(ones(2, dtype: .f64), at: times) { x, t in x * rate * cos(rate * t) } }
    let rates = NDArray([0.5, 3, 20], dtype: .f64)
    let lanes: [Double] = try vmap(solve)(rates).scalars()
    for lane in 0..<3 {
      let alone: [Double] = try solve(rates[lane]).scalars()
      #expect(Array(lanes[lane * 8..<lane * 8 + 8]) == alone)
    }
  }
}
