import Foundation
import Hillock
import HillockDynamics
import Testing

/// Orders of convergence against exact solutions along the same paths, with fixed seeds.
@Suite struct SDETests {
  /// An equation with the solution that a path W gives.
  struct Problem: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var start: Double
    var drift: @Sendable (NDArray) -> NDArray
    var diffusion: @Sendable (NDArray) -> NDArray
    /// From the time and W there.
    var exact: @Sendable (NDArray, NDArray) -> NDArray

    /// Geometric Brownian motion, x₀·exp((μ − σ²/2)·t + σ·W) in the sense of Itô, x₀·exp(μ·t + σ·W) in that of Stratonovich.
    static func geometric(isIto: Bool) -> Problem {
      let mu = 1.5, sigma = 0.8
      return Problem(
        testDescription: "geometric", start: 1, drift: { mu * $0 }, diffusion: { sigma * $0 },
        exact: { t, W in exp((mu - (isIto ? sigma * sigma / 2 : 0)) * t + sigma * W) })
    }

    /// dx = −a²·x·(1 − x²) dt + a·(1 − x²) dW, x = tanh(a·W + artanh x₀); without its drift in the sense of Stratonovich.
    /// (Kloeden and Platen, 1992, eq. 4.4.46.)
    static func tanh(isIto: Bool) -> Problem {
      let a = 0.5, start = 0.3
      return Problem(
        testDescription: "tanh", start: start, drift: { x in isIto ? -a * a * x * (1 - square(x)) : 0 * x },
        diffusion: { x in a * (1 - square(x)) },
        exact: { t, W in Hillock.tanh(a * W + Foundation.atanh(start)) })
    }
  }

  private static let paths = 4000, fine = 256

  /// ΔW and ∫W of `steps` equal steps of [0, 1], of all paths: made of `fine` ones, the same for any number of steps.
  private static func increments(seed: UInt64, steps: Int) throws -> (dW: NDArray, integral: NDArray) {
    let generator = RandomState(seed: seed), h = 1 / Double(fine), each = fine / steps
    let a = generator.normal(fine, paths, dtype: .f64), b = generator.normal(fine, paths, dtype: .f64)
    let dW = (h.squareRoot() * a).reshaped(steps, each, paths)
    let integral = (0.5 * h * h.squareRoot() * (a + b / 3.0.squareRoot())).reshaped(steps, each, paths)
    // W at the beginning of each fine step, from the beginning of its coarse one.
    let before = dW.cumsum(axis: 1) - dW
    return (dW.sum(axis: 1), (integral + h * before).sum(axis: 1))
  }

  /// The solution at 1 in steps of these increments.
  private static func solve(_ method: SDEMethod, _ problem: Problem, seed: UInt64, steps: Int) throws -> NDArray {
    let (dW, integral) = try increments(seed: seed, steps: steps), start = full([paths], problem.start, dtype: .f64)
    let (end, _) = try scan([dW, integral], init: start) { x, row in
      let step = try StochasticStep(
        method, { x, t in [problem.drift(x[0])] }, { x, t in [problem.diffusion(x[0])] }, h: 1 / Double(steps)
      ) { _ in [Increment(dW: row[0], integral: row[1])] }
      return (try step.advance([x], NDArray(0.0))[0], [NDArray]())
    }
    return end
  }

  private static func exact(_ problem: Problem, seed: UInt64) throws -> NDArray {
    problem.exact(NDArray(1.0), try increments(seed: seed, steps: 1).dW[0])
  }

  /// Expected strong orders: a straight line through the logarithms of the mean errors.
  @Test(arguments: [
    (SDEMethod.eulerMaruyama, 0.5, true), (.exponentialEuler, 0.5, true), (.milstein, 1, true),
    (.derivativeFreeMilstein, 1, true),
    (.heun, 1, false), (.srk1w1, 1.5, true),
  ])
  func strongOrders(_ method: SDEMethod, _ order: Double, _ isIto: Bool) throws {
    for problem in [Problem.geometric(isIto: isIto), .tanh(isIto: isIto)] {
      let exact = try Self.exact(problem, seed: 11), counts = [8, 16, 32, 64]
      let errors = try counts.map { steps in
        try abs(Self.solve(method, problem, seed: 11, steps: steps) - exact).mean().item(as: Double.self)
      }
      let found = slope(counts.map { -log2(Double($0)) }, errors.map { log2($0) })
      #expect((found - order).magnitude < 0.2, "\(method), \(problem.testDescription): \(found) of \(errors)")
    }
  }

  /// Weak orders, of the mean of geometric Brownian motion, x₀·exp(μ): the paths of the exact solution are subtracted, which leaves
  /// little noise.
  @Test(
    arguments: [
      (SDEMethod.eulerMaruyama, 1.0, true), (.exponentialEuler, nil, true), (.milstein, 1, true),
      (.derivativeFreeMilstein, 1, true),
      (.srk1w1, 2, true),
    ] as [(SDEMethod, Double?, Bool)])
  func weakOrders(_ method: SDEMethod, _ order: Double?, _ isIto: Bool) throws {
    let problem = Problem.geometric(isIto: isIto), counts = [2, 4, 8, 16]
    let exact = try Self.exact(problem, seed: 5)
    let errors = try counts.map { steps in
      try (Self.solve(method, problem, seed: 5, steps: steps) - exact).mean().item(as: Double.self).magnitude
    }
    guard let order else {
      // Its drift is exact for this equation, and so is the mean, but for the error of the sample.
      return #expect(errors.allSatisfy { $0 < 0.1 }, "\(errors)")
    }
    let found = slope(counts.map { -log2(Double($0)) }, errors.map { log2($0) })
    #expect((found - order).magnitude < 0.35, "\(method): \(found) of \(errors)")
  }

  /// The slope of the line of least squares.
  private func slope(_ x: [Double], _ y: [Double]) -> Double {
    let mx = x.reduce(0, +) / Double(x.count), my = y.reduce(0, +) / Double(y.count)
    return zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
  }

  /// Ornstein–Uhlenbeck: mean and variance after n steps of each scheme by hand. With additive noise all of these are linear.
  @Test(arguments: SDEMethod.all)
  func theNoiseHasItsVariance(_ method: SDEMethod) throws {
    let tau = 2.0, sigma = 0.7, dt = 0.25, n = 40, count = 200_000
    let generator = RandomState(seed: 3)
    let (t, x) = try sdeint(
      full([count], 2.0, dtype: .f64), for: Double(n) * dt, dt: dt, method: method, generator: generator
    ) { x, t in
      -x / tau
    } diffusion: { x, t in
      NDArray(sigma)
    }
    #expect(t.shape == [n + 1] && x.shape == [n + 1, count])
    let z = dt / tau
    // x ← factor·x + noise of this variance.
    let factor: Double, noise: Double
    switch method {
    case .eulerMaruyama, .milstein, .derivativeFreeMilstein: (factor, noise) = (1 - z, sigma * sigma * dt)
    case .exponentialEuler: (factor, noise) = (exp(-z), sigma * sigma * dt)
    case .heun: (factor, noise) = (1 - z + z * z / 2, sigma * sigma * dt * pow(1 - z / 2, 2))
    default:
      // σ·ΔW − (σ/τ)·I with I = ∫W, whose variances are h and h³/3 and whose covariance is h²/2.
      (factor, noise) = (1 - z + z * z / 2, sigma * sigma * dt * (1 - z + z * z / 3))
    }
    let variance = noise * (1 - pow(factor, 2 * Double(n))) / (1 - factor * factor)
    let mean: Double = try x[-1].mean().item(), found: Double = try x[-1].variance().item()
    #expect((mean - 2 * pow(factor, Double(n))).magnitude < 5 * (variance / Double(count)).squareRoot())
    #expect((found / variance - 1).magnitude < 5 * (2 / Double(count)).squareRoot(), "\(method): \(found), \(variance)")
    // Different elements and different steps are independent.
    let a = x[-1, 0..<100_000] - mean, b = x[-1, 100_000...] - mean
    #expect((try (a * b).mean().item(as: Double.self) / variance).magnitude < 5 / 100_000.0.squareRoot())
  }

  /// ΔW of successive steps are independent, and ΔW with ∫W has the covariance h²/2: the increments that SRK draws.
  @Test func pathsOfOneSeedAreTheSameEverywhere() throws {
    for method in SDEMethod.all {
      func run() throws -> [Float] {
        let generator = RandomState(seed: 17)
        return try sdeint([ones(3), zeros(3)], for: 1, dt: 0.125, method: method, generator: generator) { s, t in
          [-s[0], s[0] - s[1]]
        } diffusion: { s, t in
          [0.3 * s[0], NDArray(0.1)]
        }.states[1].floats()
      }
      let compiled = try run()
      #expect(try compiled == withoutJIT { try run() })
      let generator = RandomState(seed: 17)
      var s = [ones(3), zeros(3)]
      for step in 0..<8 {
        s = try method.step(s, t: 0.125 * Double(step), dt: 0.125, generator: generator) { s, t -> [NDArray] in
          [-s[0], s[0] - s[1]]
        } diffusion: { s, t -> [NDArray] in
          [0.3 * s[0], NDArray(0.1)]
        }
      }
      #expect(try s[1].floats() == Array(compiled.suffix(3)), "\(method)")
    }
  }

  @Test(arguments: SDEMethod.all)
  func aVariableWithoutNoiseDrawsNothing(_ method: SDEMethod) throws {
    let generator = RandomState(seed: 1), before = try generator.value.scalars(as: UInt32.self)
    let (_, (x, y)) = try sdeint(ones(2), ones(2), for: 1, dt: 0.5, method: method, generator: generator) { x, y, t in
      (-x, -y)
    } diffusion: { x, y, t in
      (0, 0)
    }
    #expect(try generator.value.scalars(as: UInt32.self) == before)
    #expect(try x.floats() == y.floats())
    // Noise on one variable alone leaves the other's path as it is.
    let (_, (_, quiet, _)) = try sdeint(ones(2), ones(2), zeros(2), for: 1, dt: 0.5, method: method, generator: generator) {
      x, y, z, t in
      (-x, -y, x)
    } diffusion: { x, y, z, t in
      (0.5, 0, 0)
    }
    #expect(try quiet.floats() == y.floats())
    #expect(try generator.value.scalars(as: UInt32.self) != before)
  }

  @Test func lanesDrawNumbersOfTheirOwn() throws {
    let generator = RandomState(seed: 4)
    let solve = { (sigma: NDArray) in
      try sdeint(zeros(50), for: 1, dt: 0.25, generator: generator) { x, t in
        -x
      } diffusion: { x, t in
        sigma
      }.states[-1]
    }
    let ends = try vmap(solve)(NDArray([1.0, 1, 0]))
    #expect(try ends[0].floats() != ends[1].floats())
    #expect(try ends[2].floats().allSatisfy { $0 == 0 })
  }

  /// d/dσ of x(1) along a path of the Ornstein–Uhlenbeck process from 0 is x(1)/σ.
  @Test func aPathIsDifferentiated() throws {
    let end = { (sigma: NDArray) in
      try sdeint(zeros(1, dtype: .f64), for: 1, dt: 0.125, method: .milstein, generator: RandomState(seed: 8)) { x, t in
        -x
      } diffusion: { x, t in
        sigma
      }.states[-1].sum()
    }
    let sigma = NDArray(0.4, dtype: .f64), (value, slope) = try valueAndGrad(end)(sigma)
    #expect((try slope.item(as: Double.self) * 0.4 / value.item(as: Double.self) - 1).magnitude < 1e-12)
  }

  @Test func mixedDTypesAndBadStepsAreErrors() throws {
    let wide = NDArray([0.1], dtype: .f64)
    let error = #expect(throws: HillockError.self) {
      try sdeint(ones(1), for: 1, dt: 0.5) { x, t in
        -x
      } diffusion: { x, t in
        wide
      }
    }
    #expect(error?.message.contains("the diffusion is f64, and the state is f32") == true)
    for dt in [0, -1, .nan] {
      #expect(throws: HillockError.self) {
        try SDEMethod.srk1w1.step(ones(1), t: 0, dt: dt) { x, t in
          x
        } diffusion: { x, t in
          x
        }
      }
    }
    #expect(throws: HillockError.self) {
      try sdeint(ones(1), for: 1, dt: 0.3) { x, t in
        -x
      } diffusion: { x, t in
        1
      }
    }
  }
}
