import Hillock

/// A spike that can be learned from: a step, which to derivatives is a smooth function.
///
/// A neuron that fires where x ≥ 0 is a step, whose slope is 0 or infinite. With a surrogate the value stays the step, while forward and
/// reverse mode take the slope of another function: the surrogate's *primitive*. (Neftci, Mostafa and Zenke, IEEE Signal Processing
/// Magazine 36, 2019.)
///
/// ```swift
/// let spike = Surrogate.arctan()
/// let v = NDArray([-1.0, 0.0, 2.0])
/// spike(v)                                       // [0, 1, 1]
/// try grad { (v: NDArray) in spike(v).sum() }(v) // 1/2 / (1 + (π/2 · v)²) at each
/// ```
///
/// The surrogates have the names, parameters and defaults of BrainPy's `brainpy.math.surrogate`. Where its code and its formula differ, the
/// formula counts, and so the slope is the derivative of the primitive.
///
/// A surrogate of your own takes its slope:
///
/// ```swift
/// let triangle = Surrogate("triangle") { x in maximum(1 - abs(x), 0) }
/// try grad { (v: NDArray) in triangle(v).sum() }(NDArray([0.25, 3.0]))      // [0.75, 0]
/// ```
public struct Surrogate: Sendable, CustomStringConvertible {
  /// The name and the parameters, as in `arctan(alpha: 1.0)`.
  public let description: String
  private let slopeFunction: @Sendable (NDArray) -> NDArray

  /// A surrogate with this slope.
  ///
  /// - Parameters:
  ///   - name: the name in messages; two surrogates with other slopes should have other names.
  ///   - slope: the slope at each element of an array of floats; the result has the array's shape and dtype.
  public init(_ name: String, slope: @escaping @Sendable (NDArray) -> NDArray) {
    description = name
    slopeFunction = slope
  }

  /// 1 where x ≥ 0, else 0 (also where x is NaN), in the dtype of x, with the surrogate's slope.
  ///
  /// For spikes as `bool`, which have no derivative, write `x .>= 0`.
  ///
  /// - Parameter x: floats of any shape, such as the membrane potential minus the threshold. Another dtype gives a `dtype` error.
  public func callAsFunction(_ x: some ArrayConvertible) -> NDArray {
    let x = x.array.settled
    guard x.dtype.isFloating else {
      return NDArray(
        failing: x.error
          ?? HillockError(
            .dtype, "the surrogate \(description) takes floats, not \(x.dtype.name); convert them with .asType(.f32)"))
    }
    return withSlope((x .>= 0).asType(x.dtype), slopeFunction(x), of: x)
  }

  /// The slope that derivatives use, at each element of x.
  public func slope(at x: some ArrayConvertible) -> NDArray { slopeFunction(x.array.settled) }
}
