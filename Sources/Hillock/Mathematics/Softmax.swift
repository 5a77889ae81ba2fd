import HillockIR

/// The logarithm of the sum of exponentials along an axis, for elements of any size.
///
/// ```swift
/// logSumExp(NDArray([1000.0, 1000.0]))           // 1000 + log 2
/// ```
///
/// Where all elements are −∞ it is −∞, with a slope of 0.
///
/// - Parameters:
///   - x: floats.
///   - axis: the axis that is summed over.
///   - keepDims: whether the axis stays, with extent 1.
/// - Returns: the shape of x without the axis. An axis that does not exist gives an `index` error.
public func logSumExp(_ x: some ArrayConvertible, axis: Int = -1, keepDims: Bool = false) -> NDArray {
  x.array.settled.computedWide { x in
    let largest = stopGradient(x.max(axis: axis, keepDims: true))
    // ∞ − ∞ would be NaN.
    let shift = select(isFinite(largest), largest, 0)
    let sum = exp(x - shift).sum(axis: axis, keepDims: true)
    let result = select(sum .== 0, -Double.infinity, log(select(sum .== 0, 1, sum)) + shift)
    return keepDims ? result : result.squeezed(axis: axis)
  }
}

/// Probabilities from scores: e^x divided by its sum along an axis.
///
/// ```swift
/// softmax(NDArray([0.0, 0.0]))                   // [0.5, 0.5]
/// ```
///
/// Parameters are those of `logSumExp`; the result has the shape of x.
public func softmax(_ x: some ArrayConvertible, axis: Int = -1) -> NDArray {
  x.array.settled.computedWide { x in
    let e = exp(x - stopGradient(x.max(axis: axis, keepDims: true)))
    return e / e.sum(axis: axis, keepDims: true)
  }
}

/// The logarithm of `softmax`, without its rounding: x less `logSumExp`.
public func logSoftmax(_ x: some ArrayConvertible, axis: Int = -1) -> NDArray {
  x.array.settled.computedWide { x in x - logSumExp(x, axis: axis, keepDims: true) }
}

/// Rows of zeros with a one at the label.
///
/// ```swift
/// oneHot(NDArray([2, 0]), classes: 3)            // [[0, 0, 1], [1, 0, 0]]
/// ```
///
/// - Parameters:
///   - labels: integers of any shape. A label below 0 or beyond the classes gives a row of zeros.
///   - classes: how many there are.
///   - dtype: of the result.
/// - Returns: the labels' shape with an axis of classes at the end.
public func oneHot(_ labels: some ArrayConvertible, classes: Int, dtype: DType = .f32) -> NDArray {
  let labels = labels.array.settled
  return (labels.expandingDims(axis: -1) .== arange(classes)).asType(dtype)
}
