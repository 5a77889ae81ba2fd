import Hillock

/// The one stepping function of all explicit Runge–Kutta methods.
enum RungeKutta {
  /// The derivatives k at the first `count` stages of a step from x at t of length h.
  ///
  /// - Parameter first: the derivatives at the beginning, where they are known.
  static func slopes(
    _ tableau: ButcherTableau, count: Int, _ field: VectorField, _ x: [NDArray], _ t: NDArray, _ h: NDArray,
    first: [NDArray]? = nil
  ) throws -> [[NDArray]] {
    var slopes: [[NDArray]] = first.map { [$0] } ?? []
    for stage in slopes.count..<count {
      let node = tableau.nodes[stage]
      slopes.append(try field(moved(x, h, tableau.matrix[stage], slopes), node == 0 ? t : t + node * h))
    }
    return slopes
  }

  /// x + h·Σ weightᵢ·kᵢ. The sum comes first: then x is rounded once.
  static func moved(_ x: [NDArray], _ h: NDArray, _ weights: [Double], _ slopes: [[NDArray]]) -> [NDArray] {
    x.indices.map { part in combined(weights, slopes.map { $0[part] }).map { x[part] + h * $0 } ?? x[part] }
  }

  /// Σ weightᵢ·kᵢ; nil if all weights are 0.
  static func combined(_ weights: [Double], _ slopes: [NDArray]) -> NDArray? {
    var sum: NDArray?
    for (weight, slope) in zip(weights, slopes) where weight != 0 {
      let term = weight == 1 ? slope : weight * slope
      sum = sum.map { $0 + term } ?? term
    }
    return sum
  }
}
