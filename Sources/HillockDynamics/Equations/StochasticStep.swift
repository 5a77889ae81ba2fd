import Hillock

/// What a step of a stochastic equation draws for one array of the state.
package struct Increment {
  /// ΔW over the step.
  package var dW: NDArray
  /// ∫(W(s) − W(t)) ds over the step, where the method needs it.
  package var integral: NDArray?

  package init(dW: NDArray, integral: NDArray?) {
    self.dW = dW
    self.integral = integral
  }
}

/// One step of a stochastic method.
package struct StochasticStep {
  package typealias Drift = ([NDArray], NDArray) throws -> [NDArray]
  /// nil for an array without noise.
  package typealias Noise = ([NDArray], NDArray) throws -> [NDArray?]

  private let method: SDEMethod
  let f: Drift
  let g: Noise
  let h: Double
  /// The increments for the arrays that have noise; called once in a step.
  private let increments: ([NDArray?]) throws -> [Increment?]

  /// A step with these increments.
  package init(
    _ method: SDEMethod, _ f: @escaping Drift, _ g: @escaping Noise, h: Double,
    increments: @escaping ([NDArray?]) throws -> [Increment?]
  ) throws {
    guard h > 0, h.isFinite else { throw HillockError(.argument, "\(method): dt is above 0, not \(h)") }
    self.method = method
    self.f = f
    self.g = g
    self.h = h
    self.increments = increments
  }

  /// A step with increments that are drawn.
  init(_ method: SDEMethod, _ f: @escaping Drift, _ g: @escaping Noise, h: Double, _ generator: RandomState) throws {
    try self.init(method, f, g, h: h) { noise in
      noise.map { noise in
        guard let noise else { return nil }
        let dW = h.squareRoot() * generator.normal(noise.shape, dtype: noise.dtype)
        guard method.needsIntegral else { return Increment(dW: dW, integral: nil) }
        // ΔW and the integral are normal with variances h and h³/3 and covariance h²/2.
        let other = (h / 3).squareRoot() * generator.normal(noise.shape, dtype: noise.dtype)
        return Increment(dW: dW, integral: 0.5 * h * (dW + other))
      }
    }
  }

  package func advance(_ x: [NDArray], _ t: NDArray) throws -> [NDArray] {
    let noise = try g(x, t), drawn = try increments(noise)
    switch method.kind {
    case .eulerMaruyama: return added(x, [try f(x, t)], [h], noise, drawn)
    case .exponentialEuler:
      let moved = try ExponentialEuler.step(f, x, t, NDArray(h))
      return added(moved, [], [], noise, drawn)
    case .heun: return try heun(x, t, noise, drawn)
    case .milstein: return try milstein(x, t, noise, drawn)
    case .derivativeFreeMilstein: return try derivativeFreeMilstein(x, t, noise, drawn)
    case .srk1w1: return try srk1w1(x, t, noise, drawn)
    }
  }

  /// x + Σ weightᵢ·driftᵢ + noise·ΔW.
  private func added(
    _ x: [NDArray], _ drifts: [[NDArray]], _ weights: [Double], _ noise: [NDArray?], _ drawn: [Increment?]
  ) -> [NDArray] {
    x.indices.map { i in
      let sum = RungeKutta.combined(weights, drifts.map { $0[i] })
      let moved = sum.map { x[i] + $0 } ?? x[i]
      guard let noise = noise[i], let dW = drawn[i]?.dW else { return moved }
      return moved + noise * dW
    }
  }

  private func heun(_ x: [NDArray], _ t: NDArray, _ noise: [NDArray?], _ drawn: [Increment?]) throws -> [NDArray] {
    let drift = try f(x, t), predicted = added(x, [drift], [h], noise, drawn)
    let later = try g(predicted, t + h), mean = zip(noise, later).map { half($0, $1) }
    return added(x, [drift, try f(predicted, t + h)], [h / 2, h / 2], mean, drawn)
  }

  private func half(_ a: NDArray?, _ b: NDArray?) -> NDArray? {
    guard let a else { return b.map { 0.5 * $0 } }
    return b.map { 0.5 * (a + $0) } ?? 0.5 * a
  }

  private func milstein(_ x: [NDArray], _ t: NDArray, _ noise: [NDArray?], _ drawn: [Increment?]) throws -> [NDArray] {
    let moved = added(x, [try f(x, t)], [h], noise, drawn)
    return try x.indices.map { i in
      guard let noise = noise[i], let dW = drawn[i]?.dW else { return moved[i] }
      let change = try jvp(
        { (own: NDArray) in
          var there = x
          there[i] = own
          return try g(there, t)[i] ?? zerosLike(own)
        }, at: x[i], along: noise
      ).tangent
      return moved[i] + 0.5 * change * (square(dW) - h)
    }
  }

  private func derivativeFreeMilstein(
    _ x: [NDArray], _ t: NDArray, _ noise: [NDArray?], _ drawn: [Increment?]
  ) throws -> [NDArray] {
    let drift = try f(x, t), root = h.squareRoot(), moved = added(x, [drift], [h], noise, drawn)
    let beside = x.indices.map { i in (noise[i].map { x[i] + h * drift[i] + root * $0 }) ?? x[i] + h * drift[i] }
    let other = try g(beside, t)
    return x.indices.map { i in
      guard let noise = noise[i], let dW = drawn[i]?.dW, let other = other[i] else { return moved[i] }
      return moved[i] + (other - noise) / (2 * root) * (square(dW) - h)
    }
  }
}
