/// The coefficients of a Runge–Kutta method: for x′ = f(x, t) and a step h,
///
///     kᵢ      = f(x + h·Σⱼ aᵢⱼ·kⱼ, t + cᵢ·h)
///     x(t+h) ≈ x + h·Σᵢ bᵢ·kᵢ
///
/// (Butcher, J. Austral. Math. Soc. 4, 1964.)
package struct ButcherTableau: Hashable, Sendable {
  /// c: when each stage is evaluated, in steps.
  package let nodes: [Double]
  /// a: row i has i entries.
  package let matrix: [[Double]]
  /// b.
  package let weights: [Double]
  /// The order of the result.
  package let order: Int
  /// The error estimate, for methods that have one.
  package let estimate: ErrorEstimate?

  /// What an embedded pair adds: a second result, of a lower order, from the same stages.
  package struct ErrorEstimate: Hashable, Sendable {
    /// The weights of the second result.
    package let weights: [Double]
    /// Its order.
    package let order: Int
    /// The weights of what the interpolation between two steps adds to a cubic; empty for the cubic alone. See `Interpolant`.
    package let correction: [Double]
  }

  /// - Parameter rows: the stages from the second on, as tableaux are printed: a node, and its row of a, whose sum is the node.
  init(
    order: Int, _ rows: [(node: Double, [Double])], weights: [Double], second: (order: Int, weights: [Double])? = nil,
    correction: [Double] = []
  ) {
    matrix = [[]] + rows.map(\.1)
    nodes = [0] + rows.map(\.node)
    self.weights = weights
    self.order = order
    estimate = second.map { ErrorEstimate(weights: $0.weights, order: $0.order, correction: correction) }
  }

  /// How many stages the result needs. Of a pair, the last stage may serve the estimate alone.
  var stageCount: Int { (weights.lastIndex { $0 != 0 } ?? 0) + 1 }

  /// Whether the last stage is evaluated at the result, and so is the first stage of the next step.
  var isFirstSameAsLast: Bool { matrix[matrix.count - 1] == Array(weights.dropLast()) && weights.last == 0 }
}
