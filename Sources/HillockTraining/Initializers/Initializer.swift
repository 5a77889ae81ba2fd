import Hillock

/// How the weights of a layer begin.
///
/// ```swift
/// let start = Initializer.xavierUniform()
/// let W = start([784, 512], using: RandomState(seed: 1))
/// let layer = Dense(784, 512, weights: .kaimingNormal(), bias: .constant(0.1))
/// ```
///
/// The same generator state gives the same numbers. A matrix of weights is [inputs, outputs]; further axes in front, as those of a convolution's
/// kernel, multiply both.
public struct Initializer: Sendable {
  private let function: @Sendable (_ shape: [Int], _ dtype: DType, _ generator: RandomState) -> NDArray

  /// An initialiser of your own.
  public init(_ function: @escaping @Sendable (_ shape: [Int], _ dtype: DType, _ generator: RandomState) -> NDArray) {
    self.function = function
  }

  /// An array of this shape. An invalid shape gives a `shape` error, a dtype without fractions a `dtype` error where numbers are drawn.
  public func callAsFunction(_ shape: [Int], using generator: RandomState = random, dtype: DType = .f32) -> NDArray {
    function(shape, dtype, generator)
  }
}

/// How many numbers a weight's results are made from, and how many results each number goes into.
struct Fans {
  let inputs: Double
  let outputs: Double

  init(_ shape: [Int]) {
    let field = shape.dropLast(2).reduce(1.0) { $0 * Double($1) }
    inputs = max(1, Double(shape.count > 1 ? shape[shape.count - 2] : shape.first ?? 1) * field)
    outputs = max(1, Double(shape.last ?? 1) * field)
  }
}
