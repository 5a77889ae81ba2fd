import Hillock

/// A linear map and a shift: x·W + b.
///
/// ```swift
/// let layer = Dense(3, 2)
/// let y = try layer(ones(5, 3))                  // f32[5, 2]
/// ```
public final class Dense: Layer {
  /// [inputs, outputs].
  public let W: TrainVar
  /// [outputs]; nil without a shift.
  public let b: TrainVar?

  /// - Parameters:
  ///   - inputs: the features of what comes in.
  ///   - outputs: the features of what comes out.
  ///   - weights: how W begins.
  ///   - bias: how b begins; nil for no b.
  ///   - generator: where the random numbers come from.
  ///   - dtype: of both.
  ///
  /// A size below 0 gives a `shape` error, which is thrown when the layer is used.
  public init(
    _ inputs: Int, _ outputs: Int, weights: Initializer = .xavierUniform(), bias: Initializer? = .zeros,
    using generator: RandomState = random, dtype: DType = .f32
  ) {
    W = TrainVar(weights([inputs, outputs], using: generator, dtype: dtype), name: "W")
    b = bias.map { TrainVar($0([outputs], using: generator, dtype: dtype), name: "b") }
    super.init()
  }

  /// - Parameter x: [inputs], or with axes in front, [batch, inputs]. Other features give a `shape` error.
  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    let y = dot(x, W)
    guard let b else { return y }
    return y + b
  }
}
