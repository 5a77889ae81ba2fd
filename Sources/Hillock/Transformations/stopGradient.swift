import HillockIR

/// The same array; to derivatives it is a constant.
///
/// ```swift
/// try grad { (x: NDArray) in (x * stopGradient(x)).sum() }(NDArray([3.0]))      // [3], where x * x would give [6]
/// ```
/// Arrays without floats are constants anyway.
public func stopGradient(_ x: NDArray) -> NDArray {
  x.dtype.isFloating ? NDArray.apply(ElementwiseOp.stopgradient, [x]) : x
}

/// The same structure with each array a constant to derivatives.
public func stopGradient<Tree: ArrayTree>(_ tree: Tree) -> Tree { tree.map { stopGradient($0) } }

/// The value of a function that is computed in one way and differentiated in another: `value`, whose slope with respect to `x` is `slope`
/// at each position. Forward and reverse mode follow it, and the slope may be differentiated again.
///
/// ```swift
/// // A step that learns: its slope is a sigmoid's.
/// func spike(_ v: NDArray) -> NDArray {
///   let s = sigmoid(4 * v)
///   return withSlope((v .>= 0).asType(.f32), 4 * s * (1 - s), of: v)
/// }
/// try grad { (v: NDArray) in spike(v).sum() }(NDArray([0.0]))      // [1]
/// ```
///
/// - Parameters:
///   - value: floats of any shape; it counts as constant itself.
///   - slope: of the same shape and dtype.
///   - x: what the value is a function of, position by position.
public func withSlope(_ value: NDArray, _ slope: NDArray, of x: NDArray) -> NDArray {
  NDArray.apply(ElementwiseOp.customslope, [value, x, slope])
}
