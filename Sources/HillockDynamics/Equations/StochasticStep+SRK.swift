import Hillock

/// The coefficients of a stochastic Runge–Kutta method for one Wiener process, in Rößler's notation: stages H⁰ for f, H¹ for g.
private struct StochasticTableau {
  var c0: [Double], c1: [Double]
  var a0: [[Double]], b0: [[Double]]
  var a1: [[Double]], b1: [[Double]]
  var alpha: [Double]
  var beta1: [Double], beta2: [Double], beta3: [Double], beta4: [Double]

  /// Rößler, SIAM J. Numer. Anal. 48, 2010, table 6.2.
  static let sri1w1 = StochasticTableau(
    c0: [0, 3 / 4, 0, 0], c1: [0, 1 / 4, 1, 1 / 4],
    a0: [[], [3 / 4], [0, 0], [0, 0, 0]], b0: [[], [3 / 2], [0, 0], [0, 0, 0]],
    a1: [[], [1 / 4], [1, 0], [0, 0, 1 / 4]], b1: [[], [1 / 2], [-1, 0], [-5, 3, 1 / 2]],
    alpha: [1 / 3, 2 / 3, 0, 0],
    beta1: [-1, 4 / 3, 2 / 3, 0], beta2: [-1, 4 / 3, -1 / 3, 0], beta3: [2, -4 / 3, -2 / 3, 0], beta4: [-2, 5 / 3, -2 / 3, 1])
}

extension StochasticStep {
  /// (Rößler, 2010, scheme 6.1.)
  func srk1w1(_ x: [NDArray], _ t: NDArray, _ noise: [NDArray?], _ drawn: [Increment?]) throws -> [NDArray] {
    let table = StochasticTableau.sri1w1, root = h.squareRoot()
    var drifts: [[NDArray]] = [], noises: [[NDArray?]] = []
    /// Σ weightᵢ·gᵢ for an array of the state; nil if it has no noise.
    func noiseSum(_ weights: [Double], _ i: Int) -> NDArray? {
      let terms = zip(weights, noises).compactMap { weight, noise in noise[i].map { (weight, $0) } }
      return RungeKutta.combined(terms.map(\.0), terms.map(\.1))
    }
    func moved(_ a: [Double], _ noiseTerm: (Int) -> NDArray?) -> [NDArray] {
      x.indices.map { i in
        let terms = [RungeKutta.combined(a, drifts.map { $0[i] }).map { h * $0 }, noiseTerm(i)].compactMap { $0 }
        return terms.reduce(x[i]) { $0 + $1 }
      }
    }
    for stage in table.alpha.indices {
      let forNoise = moved(table.a1[stage]) { i in noiseSum(table.b1[stage], i).map { root * $0 } }
      let forDrift = moved(table.a0[stage]) { i in
        guard let integral = drawn[i]?.integral else { return nil }
        return noiseSum(table.b0[stage], i).map { $0 * (integral / h) }
      }
      drifts.append(try f(forDrift, t + table.c0[stage] * h))
      noises.append(stage == 0 ? noise : try g(forNoise, t + table.c1[stage] * h))
    }
    let drifted = moved(table.alpha) { _ in nil }
    return x.indices.map { i in
      guard let dW = drawn[i]?.dW, let integral = drawn[i]?.integral else { return drifted[i] }
      // The iterated integrals of W alone.
      let twice = 0.5 * (square(dW) - h), thrice = dW * (square(dW) - 3 * h) / 6
      let terms = [
        (table.beta1, dW), (table.beta2, twice / root), (table.beta3, integral / h), (table.beta4, thrice / h),
      ].compactMap { weights, factor in noiseSum(weights, i).map { $0 * factor } }
      return terms.reduce(drifted[i]) { $0 + $1 }
    }
  }
}
