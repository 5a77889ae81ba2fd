import HillockIR

extension ArrayValue {
  /// How many elements differ from 0, along the axis or of all, as `i64`.
  ///
  /// ```swift
  /// NDArray([[0, 3], [4, 5]]).countNonzero(axis: 0)         // [1, 2]
  /// ```
  public func countNonzero(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.asType(.bool).asType(.i64).sum(axis: axis, keepDims: keepDims)
  }
  /// The same over several axes.
  public func countNonzero(axes: [Int], keepDims: Bool = false) -> NDArray {
    array.asType(.bool).asType(.i64).sum(axes: axes, keepDims: keepDims)
  }

  /// The largest element less the smallest: NumPy's `ptp` ("peak to peak").
  public func ptp(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.max(axis: axis, keepDims: keepDims) - array.min(axis: axis, keepDims: keepDims)
  }

  /// The mean with weights, which have the array's shape or, beside an axis, one element for each place along it.
  ///
  /// ```swift
  /// NDArray([1.0, 2, 4]).average(weights: NDArray([3.0, 0, 1]))      // 1.75
  /// ```
  /// Weights of another shape give a `shape` error. Where they add up to 0 the result is NaN or infinite.
  public func average(weights: some ArrayConvertible, axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    let values = array, weights = weights.array
    if case .failure = values.content { return values }
    if case .failure = weights.content { return weights }
    let shape = values.type.shape
    return values.with(axes: axis.map { [$0] } ?? []) { axes in
      var spread = weights
      if weights.type.shape != shape {
        guard let axis = axes.first, weights.type.shape == [shape[axis]] else {
          return NDArray(
            failing: HillockError(
              .shape,
              "weights of shape \(weights.type.shape) for an array of shape \(shape): "
                + "give it the array's shape, or one number for each place along an axis"))
        }
        spread = weights.reshaped(shape.indices.map { $0 == axis ? shape[axis] : 1 }).broadcast(to: shape)
      }
      let products = NDArray.floats(values, spread) { $0 * $1 }
      return products.sum(axis: axis, keepDims: keepDims) / NDArray.floats(spread) { $0 }.sum(axis: axis, keepDims: keepDims)
    }
  }
}

/// The length of vectors along the axis, or of all elements as one vector: (Σ |x|ᵖ)^(1/p), for p = ∞ the largest |x|, for -∞ the
/// smallest, for 0 how many differ from 0. The squares for p = 2 neither overflow nor vanish, and the slope at 0 is 0.
///
/// ```swift
/// vectorNorm(NDArray([[3.0, 4], [0, 0]]), axis: 1)        // [5, 0]
/// ```
public func vectorNorm(
  _ x: some ArrayConvertible, order p: Double = 2, axis: Int? = nil, keepDims: Bool = false
) -> NDArray {
  let a = NDArray.floats(x) { abs($0) }.settled
  if a.dtype.isNarrow { return a.computedWide { vectorNorm($0, order: p, axis: axis, keepDims: keepDims) } }
  switch p {
  case .infinity: return a.max(axis: axis, keepDims: keepDims, initial: 0)
  case -.infinity: return a.min(axis: axis, keepDims: keepDims)
  case 0: return a.countNonzero(axis: axis, keepDims: keepDims).asType(a.dtype)
  case 1: return a.sum(axis: axis, keepDims: keepDims)
  case 2 where a.dtype == .f32:
    // In f64 the squares neither overflow nor vanish, so one pass is enough: nobody has to find the largest element first.
    let wide = a.asType(.f64), sum = (wide * wide).sum(axis: axis, keepDims: keepDims), isZero = sum .== 0
    return select(isZero, 0, sqrt(select(isZero, 1, sum))).asType(.f32)
  default:
    let largest = stopGradient(a.max(axis: axis, keepDims: true, initial: 0))
    let scale = select((largest .> 0) .& isFinite(largest), largest, 1)
    let parts = a / scale, isEmpty = largest .== 0
    let isZero = parts .== 0
    let terms = p == 2 ? parts * parts : select(isZero, p > 0 ? 0 : Double.infinity, pow(select(isZero, 1, parts), p))
    let sum = terms.sum(axis: axis, keepDims: true), safe = select(isEmpty, 1, sum)
    let root = p == 2 ? sqrt(safe) : pow(safe, 1 / p)
    let length = select(isEmpty, 0, root * scale)
    guard !keepDims else { return length }
    return axis.map { length.squeezed(axis: $0) } ?? length.reshaped([])
  }
}

/// The covariances of variables, whose observations are the rows of x: a matrix with the variances on its diagonal. With one axis there
/// is one variable. The sums are divided by the number of observations less `ddof`.
///
/// ```swift
/// cov(NDArray([[0.0, 1, 2], [2, 1, 0]]))                  // [[1, -1], [-1, 1]]
/// ```
public func cov(_ x: some ArrayConvertible, ddof: Int = 1) -> NDArray {
  let x = NDArray.floats(x) { $0 }.settled
  guard x.errorCode == nil else { return x }
  guard (1...2).contains(x.type.rank) else {
    return NDArray(failing: HillockError(.shape, "cov takes observations in rows, not an array of shape \(x.type.shape)"))
  }
  let distance = x - x.mean(axis: -1, keepDims: true)
  let divisor = Double(x.type.shape[x.type.rank - 1]) - Double(ddof)
  return dot(distance, distance.T) / divisor
}

/// The correlations of variables, whose observations are the rows of x.
public func corrcoef(_ x: some ArrayConvertible) -> NDArray {
  let matrix = cov(x, ddof: 0)
  guard matrix.errorCode == nil, matrix.type.rank == 2 else { return matrix / matrix }
  let deviation = sqrt(diagonal(matrix))
  return clip(matrix / deviation.expandingDims(axis: 1) / deviation, -1, 1)
}
