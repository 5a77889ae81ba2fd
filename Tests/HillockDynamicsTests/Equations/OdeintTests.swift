import Foundation
import Hillock
import HillockDynamics
import Testing

/// A state with names.
private struct Oscillator: ArrayTree {
  var x: NDArray, v: NDArray
  func visit(_ visitor: inout TreeVisitor) {
    x.visit(&visitor)
    v.visit(&visitor)
  }
  func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Oscillator {
    Oscillator(x: try x.map(transform), v: try v.map(transform))
  }
}

@Suite struct OdeintTests {
  @Test func theTrajectoryBeginsWithWhatWasGiven() throws {
    let (t, x) = try odeint(NDArray([1.0, 2]), for: 1, dt: 0.25, from: 3) { x, t in -x }
    #expect(try t.scalars() == [3, 3.25, 3.5, 3.75, 4])
    #expect(t.dtype == .f64 && x.dtype == .f32 && x.shape == [5, 2])
    #expect(try x[0].floats() == [1, 2])
    let (none, start) = try odeint(NDArray(1.5), for: 0, dt: 0.1) { x, t in -x }
    #expect(none.shape == [1] && start.shape == [1])
  }

  @Test func structuresListsAndDictionariesAreStates() throws {
    let times = linspace(0, 1, count: 5)
    let one = NDArray([1.0]), zero = NDArray([0.0])
    let byName = try odeint(Oscillator(x: one, v: zero), at: times) { s, t in Oscillator(x: s.v, v: -s.x) }
    let list = try odeint([one, zero], at: times) { s, t in [s[1], -s[0]] }
    let dictionary = try odeint(["x": one, "v": zero], at: times) { s, t in ["x": s["v"]!, "v": -s["x"]!] }
    let (x, _) = try odeint(one, zero, at: times) { x, v, t in (v, -x) }
    let (a, _, _) = try odeint(one, zero, zero, at: times) { x, v, u, t in (v, -x, -u) }
    let (b, _, _, _) = try odeint(one, zero, zero, zero, at: times) { x, v, u, w, t in (v, -x, -u, -w) }
    let expected = try byName.x.floats()
    for (value, t) in zip(expected, try times.floats()) { #expect((value - cos(t)).magnitude < 1e-4) }
    for other in [list[0], dictionary["x"], x, a, b] { #expect(try other?.floats() == expected) }
    for steps in try [
      odeint(one, zero, for: 1, dt: 0.25) { x, v, t in (v, -x) }.states.0,
      odeint(one, zero, zero, for: 1, dt: 0.25) { x, v, u, t in (v, -x, -u) }.states.0,
      odeint(one, zero, zero, zero, for: 1, dt: 0.25) { x, v, u, w, t in (v, -x, -u, -w) }.states.0,
    ] { #expect(try steps.floats() == odeint([one, zero], for: 1, dt: 0.25) { s, t in [s[1], -s[0]] }.states[0].floats()) }
  }

  /// With dt, each interval is divided into the least number of equal steps that are no longer than dt.
  @Test func intervalsAreDividedIntoEqualSteps() throws {
    let start = NDArray([1.0], dtype: .f64)
    let x: [Double] = try odeint(start, at: NDArray([0, 0.3, 0.3, 0.5], dtype: .f64), method: .euler, dt: 0.1) { x, t in -x }
      .scalars()
    let tenths = 0.9 * 0.9 * 0.9, short = 1 - 0.2 / 3
    let expected: [Double] = [1, tenths, tenths, tenths * short * short * short]
    for (value, exact) in zip(x, expected) { #expect((value - exact).magnitude < 1e-15) }
    // The times of an f32 array are rounded, by more than 10⁻⁶ of a step late in time; the number of steps is the same.
    let late: [Double] = try odeint(start, at: linspace(1000, 1001, count: 11), method: .euler, dt: 0.1) { x, t in -x }.scalars()
    #expect((late[10] - 0.34867844010).magnitude < 1e-4)  // 0.9¹⁰; 0.95²⁰ would be 0.358
  }

  /// One step, the whole and its parts agree bit by bit, for every method.
  @Test(arguments: ODEMethod.all)
  func stepsMakeTheTrajectory(_ method: ODEMethod) throws {
    let field = { (s: [NDArray], t: NDArray) in [s[1], (1 - square(s[0])) * s[1] - s[0] + cos(t)] }
    var s = [NDArray([1.5, 0.5]), NDArray([0.0, 1.0])]
    let (_, states) = try odeint(s, for: 0.5, dt: 0.125, method: method, field)
    for i in 0..<4 {
      s = try method.step(s, t: Double(i) * 0.125, dt: 0.125, field)
      #expect(try s[0].floats() == states[0][i + 1].floats())
      #expect(try s[1].floats() == states[1][i + 1].floats())
    }
    let plain = try withoutJIT {
      try odeint([NDArray([1.5, 0.5]), NDArray([0.0, 1.0])], for: 0.5, dt: 0.125, method: method, field)
    }
    #expect(try plain.states[0].floats() == states[0].floats())
    let traced = jit { (x: NDArray) in
      try odeint([x, NDArray([0.0, 1.0])], for: 0.5, dt: 0.125, method: method, field).states[0]
    }
    #expect(try traced(NDArray([1.5, 0.5])).floats() == states[0].floats())
  }

  /// After an hour of milliseconds f32 resolves a quarter of one; the equations get the time in double.
  @Test func theTimeHasAllItsDigitsInF32() throws {
    let start = 3_600_000.0
    let (_, x) = try odeint(NDArray([0.0]), for: 1, dt: 0.125, from: start, method: .midpoint) { x, t in t - start }
    #expect((try x[-1].item(as: Double.self) - 0.5).magnitude < 1e-6)
    let y = try ODEMethod.midpoint.step(NDArray([0.0]), t: NDArray(start, dtype: .f64), dt: 0.125) { x, t in t - start }
    #expect((try y.item(as: Double.self) - 0.125 * 0.0625).magnitude < 1e-9)
    let z = try odeint(NDArray([0.0]), at: NDArray([start, start + 1], dtype: .f64)) { x, t in t - start }
    #expect((try z[-1].item(as: Double.self) - 0.5).magnitude < 1e-5)
  }

  @Test func theDTypeOfTheStateRules() throws {
    for dtype in [DType.f32, .f64] {
      let rate = NDArray([2.0], dtype: dtype)
      for method in ODEMethod.all {
        #expect(
          try odeint(ones(1, dtype: dtype), for: 1, dt: 0.5, method: method) { x, t in -rate * x + sin(t) }.states.dtype == dtype)
      }
      #expect(try odeint(ones(1, dtype: dtype), at: linspace(0, 1, count: 3)) { x, t in -rate * x + sin(t) }.dtype == dtype)
    }
    func message(_ body: () throws -> Void) -> String {
      let error = #expect(throws: HillockError.self) { try body() }
      return error.map { "\($0.code): \($0.message)" } ?? ""
    }
    let wide = NDArray([2.0], dtype: .f64)
    #expect(
      message { _ = try odeint(ones(1), for: 1, dt: 0.5) { x, t in -wide * x } }
        == "dtype: odeint: the derivative is f64, and the state is f32; make the parameters of the equations f32")
    #expect(
      message { _ = try odeint(Oscillator(x: ones(1), v: wide), for: 1, dt: 0.5) { s, t in s } }
        == "dtype: odeint: the state.x is f32 and the state.v is f64; a state has one dtype, convert with .asType")
    #expect(message { _ = try odeint(NDArray([1, 2]), for: 1, dt: 0.5) { x, t in x } }.contains("the state is i32"))
    #expect(
      message { _ = try ODEMethod.rk4.step(["a": ones(2)], t: 0, dt: 1) { x, t in ["b": ones(2)] } }
        == "argument: rk4: the derivative has the structure of the state, but the derivative.a is missing; the state has no b")
    #expect(
      message { _ = try odeint(ones(2), for: 1, dt: 0.5) { x, t in ones(3) } }
        == "shape: odeint: the derivative has shape [3], and the state has shape [2]; give the state the shape of its derivative")
    #expect(message { _ = try odeint([NDArray](), for: 1, dt: 0.5) { x, t in x } }.contains("has no arrays"))
    #expect(
      message { _ = try ODEMethod.coupledExponentialEuler.step([ones(2), ones(3)], t: 0, dt: 1) { x, t in x } }
        .contains("the arrays of the state have shapes [2], [3]"))
  }

  @Test func numbersAreDerivativesAndStates() throws {
    let (_, (x, y)) = try odeint(NDArray(0.0), ones(2, dtype: .f64), for: 2, dt: 1) { x, y, t in (1, NDArray(0.5)) }
    #expect(x.dtype == .f64)
    for (value, exact) in zip(try x.scalars() as [Double], [0.0, 1.0, 2.0]) { #expect((value - exact).magnitude < 1e-15) }
    for (value, exact) in zip(try y.scalars() as [Double], [1.0, 1.0, 1.5, 1.5, 2.0, 2.0]) {
      #expect((value - exact).magnitude < 1e-15)
    }
  }

  @Test func badDurationsStepsAndTimesAreErrors() throws {
    for (duration, dt) in [(1, 0.3), (-1, 0.1), (1, 0), (1, -0.1), (.nan, 0.1), (.infinity, 0.1), (1, .nan), (1e300, 0.1)] {
      let error = #expect(throws: HillockError.self) { try odeint(ones(1), for: duration, dt: dt) { x, t in x } }
      #expect(error?.code == .argument)
    }
    for times in [NDArray([1.0, 0.5]), NDArray([0, .nan]), NDArray([0, .infinity]), NDArray(1.0), zeros(0), ones(2, 2)] {
      #expect(throws: HillockError.self) { try odeint(ones(1), at: times) { x, t in x } }
      #expect(throws: HillockError.self) { try odeint(ones(1), at: times, dt: 0.1) { x, t in x } }
    }
    for dt in [0, -1, .nan, 1e-300] {
      #expect(throws: HillockError.self) { try odeint(ones(1), at: NDArray([0.0, 1]), dt: dt) { x, t in x } }
    }
    let solve = jit { (times: NDArray) in try odeint(ones(1), at: times, dt: 0.1) { x, t in x } }
    let error = #expect(throws: HillockError.self) { try solve(NDArray([0.0, 1])) }
    #expect(error?.message.contains("known only at run time") == true)
    #expect(throws: CancellationError.self) { try odeint(ones(1), for: 1, dt: 0.5) { x, t in throw CancellationError() } }
  }

  // MARK: Derivatives and lanes

  /// x(T) = x₀·exp(−k·T): its slope in k is −T·x₀·exp(−k·T), in x₀ it is exp(−k·T).
  @Test func aSolutionIsDifferentiated() throws {
    let T = 2.0, k = NDArray(0.7, dtype: .f64), x0 = NDArray(3.0, dtype: .f64)
    func slopes(_ solve: @escaping (NDArray, NDArray) throws -> NDArray) throws -> (Double, Double) {
      let gradient = grad { (parameters: [NDArray]) in try solve(parameters[0], parameters[1])[-1] }
      let both = try gradient([k, x0])
      return (try both[0].item(), try both[1].item())
    }
    let exact = (-T * 3 * exp(-0.7 * T), exp(-0.7 * T))
    let times = NDArray([0, 1, T], dtype: .f64), tight = StepControl(relative: 1e-10, absolute: 1e-10)
    for solve in [
      { k, x in try odeint(x, for: T, dt: 0.0625) { x, t in -k * x }.states },
      { k, x in try odeint(x, for: T, dt: 0.0625, method: .exponentialEuler) { x, t in -k * x }.states },
      { k, x in try odeint(x, for: T, dt: 0.0625, method: .coupledExponentialEuler) { x, t in -k * x }.states },
      { k, x in try odeint(x, at: times, dt: 0.0625) { x, t in -k * x } },
      { k, x in try odeint(x, at: times, control: tight) { x, t in -k * x } },
      { k, x in
        try odeint(x, at: times, method: .bogackiShampine, control: StepControl(relative: 1e-8, absolute: 1e-8)) { x, t in -k * x
        }
      },
    ] as [(NDArray, NDArray) throws -> NDArray] {
      let found = try slopes(solve)
      #expect((found.0 / exact.0 - 1).magnitude < 1e-6, "\(found.0)")
      #expect((found.1 / exact.1 - 1).magnitude < 1e-6, "\(found.1)")
    }
  }

  @Test func aVariableInTheEquationsIsDifferentiated() throws {
    final class Decay: Base {
      let rate = TrainVar(NDArray(0.5, dtype: .f64))
      func loss() throws -> NDArray {
        try odeint(ones(1, dtype: .f64), for: 1, dt: 0.125) { x, t in -self.rate * x }.states[-1].sum()
      }
    }
    let decay = Decay()
    let (_, gradients) = try valueAndGrad(decay.loss, of: decay.trainVars())()
    let slope: Double = try #require(gradients[decay.rate]).item()
    #expect((slope + exp(-0.5)).magnitude < 1e-6)
  }

  @Test(arguments: ODEMethod.all)
  func lanesAreSolvedTogether(_ method: ODEMethod) throws {
    let solve = { (k: NDArray) in
      try odeint([ones(3), zeros(3)], for: 1, dt: 0.125, method: method) { s, t in [-k * s[0], s[0]] }.states[1]
    }
    let rates = NDArray([0.5, 1, 2])
    let lanes = try vmap(solve)(rates)
    #expect(lanes.shape == [3, 9, 3])
    for lane in 0..<3 { #expect(try lanes[lane].floats() == solve(rates[lane]).floats()) }
  }

  @Test func aSolutionWithinALoop() throws {
    let ends = try forLoop(over: NDArray([0.5, 1, 2])) { k in
      try odeint(NDArray(1.0), at: NDArray([0.0, 1])) { x, t in -k * x }[-1]
    }
    for (end, k) in zip(try ends.floats(), [0.5, 1, 2] as [Float]) { #expect((end - exp(-k)).magnitude < 1e-4) }
  }
}
