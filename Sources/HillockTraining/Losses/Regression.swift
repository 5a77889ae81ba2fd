import Hillock

/// The squared error (p − t)².
///
/// ```swift
/// squaredError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0]))         // 2, the mean of 0 and 4
/// ```
///
/// - Parameters:
///   - prediction: floats of any shape.
///   - target: of the same shape, or a number.
///   - reduction: what becomes of the elements' losses.
/// - Returns: a scalar, or with `.none` the shape of the prediction. If the shapes differ, it carries a `shape` error; if the prediction has
///   no floats, a `dtype` error.
public func squaredError(
  _ prediction: some ArrayConvertible, _ target: some ArrayConvertible, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let pair = try Comparison("squaredError", prediction, target)
    return reduction(square(pair.prediction - pair.target))
  }
}

/// The absolute error |p − t|. Where they are equal, the slope is 0.
///
/// ```swift
/// absoluteError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0]))        // 1, the mean of 0 and 2
/// ```
///
/// Parameters and result are those of `squaredError`.
public func absoluteError(
  _ prediction: some ArrayConvertible, _ target: some ArrayConvertible, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let pair = try Comparison("absoluteError", prediction, target)
    let error = pair.prediction - pair.target
    // The slope of abs at 0 is 1.
    return reduction(select(error .== 0, 0, abs(error)))
  }
}

/// Huber's loss of e = p − t: e²/2 for |e| ≤ δ, δ·(|e| − δ/2) beyond, where outliers count less than their square. (Huber, Annals of
/// Mathematical Statistics 35, 1964.)
///
/// ```swift
/// huberLoss(NDArray([1.5, 4.0]), 1, reduction: .none)            // [0.125, 2.5]
/// ```
///
/// - Parameter delta: where the square ends, above 0; otherwise the result carries an `argument` error.
///
/// Other parameters and the result are those of `squaredError`.
public func huberLoss(
  _ prediction: some ArrayConvertible, _ target: some ArrayConvertible, delta: Double = 1, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    guard delta > 0 else { throw HillockError(.argument, "the delta of a Huber loss is above 0, not \(delta)") }
    let pair = try Comparison("huberLoss", prediction, target)
    let error = pair.prediction - pair.target, distance = abs(error)
    return reduction(select(distance .<= delta, 0.5 * square(error), delta * (distance - 0.5 * delta)))
  }
}
