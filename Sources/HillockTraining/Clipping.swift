import Hillock

extension Gradients {
  /// The gradients with each element limited to −limit … limit.
  ///
  /// ```swift
  /// let w = TrainVar(NDArray([3.0, -4.0]))
  /// let gradients = try grad({ square(w).sum() }, of: [w])()       // [6, -8]
  /// gradients.clipped(toValue: 7)[w]!                              // [6, -7]
  /// gradients.globalNorm                                           // 10
  /// gradients.clipped(toNorm: 5)[w]!                               // [3, -4]
  /// ```
  public func clipped(toValue limit: Double) -> Gradients { map { clip($0, -limit, limit) } }

  /// The gradients, all multiplied by one factor where their norm is above this one, so that it is this one. Gradients of zeros stay.
  /// (Pascanu, Mikolov and Bengio, ICML 2013.)
  public func clipped(toNorm limit: Double) -> Gradients {
    let norm = globalNorm, factor = select(norm .> limit, limit / norm, 1)
    return map { $0 * factor.asType($0.dtype) }
  }

  /// The square root of the sum of squares of all elements of all gradients, a scalar `f64`; it is summed in double precision, so that large
  /// gradients do not overflow.
  public var globalNorm: NDArray {
    sqrt(reduce(zeros(dtype: .f64)) { $0 + square($1.gradient.asType(.f64)).sum() })
  }
}
