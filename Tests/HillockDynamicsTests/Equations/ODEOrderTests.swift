import Foundation
import Hillock
import HillockDynamics
import Testing

/// Orders of convergence in f64, against closed forms.
@Suite struct ODEOrderTests {
  /// x′ = x·cos t, x = exp(sin t); y′ = −y², y = 1/(1 + t); coupled by nothing but the step.
  private func error(_ method: ODEMethod, dt: Double) throws -> Double {
    let one = NDArray([1.0], dtype: .f64)
    let (_, (x, y)) = try odeint(one, one, for: 2, dt: dt, method: method) { x, y, t in (x * cos(t), -square(y)) }
    let xs: [Double] = try x.scalars(), ys: [Double] = try y.scalars()
    return max((xs[xs.count - 1] - exp(sin(2))).magnitude, (ys[ys.count - 1] - 1.0 / 3).magnitude)
  }

  @Test(arguments: ODEMethod.all.filter { if case .rungeKutta = $0.scheme { true } else { false } })
  func halvingTheStepDividesTheError(_ method: ODEMethod) throws {
    let errors = try [0.0625, 0.03125, 0.015625].map { try error(method, dt: $0) }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      let order = log2(coarse / fine)
      // A method may do better at first, not worse.
      #expect((-0.35...0.75).contains(order - Double(method.order)), "\(method): \(order) from \(coarse) to \(fine)")
    }
  }

  /// A coupled nonlinear system without the time, Lotka and Volterra's, against a fine solution by another method.
  private func predators(_ method: ODEMethod, dt: Double) throws -> (Double, Double) {
    let x = NDArray([1.0], dtype: .f64), y = NDArray([0.5], dtype: .f64)
    let (_, end) = try odeint(x, y, for: 4, dt: dt, method: method) { x, y, t in (x * (1 - y), y * (x - 1)) }
    return (try end.0[-1].item(), try end.1[-1].item())
  }

  @Test(arguments: [ODEMethod.exponentialEuler, .coupledExponentialEuler])
  func exponentialMethodsHaveTheirOrder(_ method: ODEMethod) throws {
    let exact = try predators(.dormandPrince, dt: 1.0 / 512)
    let errors = try [1.0 / 32, 1.0 / 64, 1.0 / 128].map { dt in
      let end = try predators(method, dt: dt)
      return hypot(end.0 - exact.0, end.1 - exact.1)
    }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      let order = log2(coarse / fine)
      #expect((order - Double(method.order)).magnitude < 0.15, "\(method): \(order) from \(coarse) to \(fine)")
    }
  }

  /// Lotka and Volterra's constant of motion, x − ln x + y − ln y, over several turns.
  @Test func aConstantOfMotionStays() throws {
    let x = NDArray([1.0], dtype: .f64), y = NDArray([0.5], dtype: .f64)
    let (_, (xs, ys)) = try odeint(x, y, for: 30, dt: 0.01) { x, y, t in (x * (1 - y), y * (x - 1)) }
    let constant: [Double] = try (xs - log(xs) + ys - log(ys)).scalars()
    #expect(constant.allSatisfy { ($0 - constant[0]).magnitude < 1e-8 })
  }

  /// Exact for x′ = −x/τ + I, for any step, also where the rate is 0.
  @Test(arguments: [0.01, 1, 30, 1e4])
  func exponentialEulerIsExactForALinearEquation(dt: Double) throws {
    let rate = NDArray([0.1, 1, 7, 0], dtype: .f64)
    let x = try ODEMethod.exponentialEuler.step(ones(4, dtype: .f64), t: 0, dt: dt) { x, t in 3 - rate * x }
    let values: [Double] = try x.scalars()
    for (value, rate) in zip(values, [0.1, 1, 7, 0]) {
      let exact = rate == 0 ? 1 + 3 * dt : 3 / rate + (1 - 3 / rate) * exp(-rate * dt)
      #expect((value / exact - 1).magnitude < 1e-14)
    }
  }

  /// A damped oscillator, x″ = −x − γ·x′ + 2, from (1, 0): exact for steps of any length, over, under and critically damped.
  @Test(arguments: [0.01, 0.5, 3, 20])
  func theCoupledMethodIsExactForALinearSystem(dt: Double) throws {
    for gamma in [0.3, 2, 5] {
      let (x, _) = try ODEMethod.coupledExponentialEuler.step(
        NDArray([1.0], dtype: .f64), NDArray([0.0], dtype: .f64), t: 0, dt: dt
      ) { x, v, t in (v, 2 - x - gamma * v) }
      // Around the resting point 2, from −1: with the roots λ = −γ/2 ± √(γ²/4 − 1).
      let half = gamma / 2, root = (half * half - 1).magnitude.squareRoot()
      let shape =
        half > 1
        ? cosh(root * dt) + half / root * sinh(root * dt)
        : half < 1 ? cos(root * dt) + half / root * sin(root * dt) : 1 + dt
      let exact = 2 - exp(-half * dt) * shape
      #expect((try x.item(as: Double.self) - exact).magnitude < 1e-13, "γ = \(gamma)")
    }
  }

  /// Three variables, stiff: a chain with rates 100, 1 and 0.01 against its closed form.
  @Test func theCoupledMethodTakesSeveralVariables() throws {
    let a = 100.0, b = 1.0, c = 0.01, dt = 2.0
    let start = [NDArray([1.0], dtype: .f64), NDArray([0.0], dtype: .f64), NDArray([0.0], dtype: .f64)]
    let end = try ODEMethod.coupledExponentialEuler.step(start, t: 0, dt: dt) { s, t in
      let first = a * s[0], second = b * s[1], third = c * s[2]
      return [-first, first - second, second - third]
    }
    let fast = exp(-a * dt), slow = exp(-b * dt), second = a / (a - b) * (slow - fast)
    // (Bateman, Proc. Cambridge Philos. Soc. 15, 1910.)
    let first = fast / ((b - a) * (c - a)), middle = slow / ((a - b) * (c - b))
    let last = exp(-c * dt) / ((a - c) * (b - c)), third = a * b * (first + middle + last)
    #expect((try end[1].item(as: Double.self) / second - 1).magnitude < 1e-11)
    #expect((try end[2].item(as: Double.self) / third - 1).magnitude < 1e-11)
  }

  /// Of a pair, a single step has the order of its better result and does not evaluate the stages of the estimate alone.
  @Test func aStepOfAPairIsThatOfItsBetterResult() throws {
    var evaluations = 0
    _ = try ODEMethod.dormandPrince.step(NDArray(1.0), t: 0, dt: 0.1) { x, t in
      evaluations += 1
      return -x
    }
    #expect(evaluations == 6)
  }
}
