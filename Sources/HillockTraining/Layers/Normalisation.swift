import Hillock

/// The features of each example moved and scaled to mean 0 and variance 1, then scaled and moved as was learned: γ·(x − m)/√(v + ε) + β.
/// (Ba, Kiros and Hinton, arXiv 1607.06450.)
///
/// ```swift
/// let y = try LayerNorm(4)(NDArray([1.0, 2.0, 3.0, 4.0]))       // [-1.34, -0.45, 0.45, 1.34]
/// ```
public final class LayerNorm: Layer {
  /// γ and β, [features].
  public let scale: TrainVar, shift: TrainVar
  private let epsilon: Double

  /// - Parameters:
  ///   - features: the extent of the last axis.
  ///   - epsilon: ε.
  ///   - dtype: of γ and β.
  public init(_ features: Int, epsilon: Double = 1e-5, dtype: DType = .f32) {
    scale = TrainVar(ones([features], dtype: dtype), name: "scale")
    shift = TrainVar(zeros([features], dtype: dtype), name: "shift")
    self.epsilon = epsilon
    super.init()
  }

  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    let centred = x - x.mean(axis: -1, keepDims: true)
    return centred * rsqrt(square(centred).mean(axis: -1, keepDims: true) + epsilon) * scale + shift
  }
}

/// The features of each example scaled to mean square 1, then scaled as was learned: γ·x/√(mean x² + ε). (Zhang and Sennrich, NeurIPS 2019.)
public final class RMSNorm: Layer {
  /// γ, [features].
  public let scale: TrainVar
  private let epsilon: Double

  /// Parameters are those of ``LayerNorm``.
  public init(_ features: Int, epsilon: Double = 1e-6, dtype: DType = .f32) {
    scale = TrainVar(ones([features], dtype: dtype), name: "scale")
    self.epsilon = epsilon
    super.init()
  }

  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    x * rsqrt(square(x).mean(axis: -1, keepDims: true) + epsilon) * scale
  }
}

/// Each feature moved and scaled to mean 0 and variance 1 over the batch, then scaled and moved as was learned. (Ioffe and Szegedy, ICML
/// 2015.)
///
/// While training, mean and variance are those of the batch, and what has been seen goes into running ones: Variables that are saved with the
/// model. Otherwise the running ones are used.
///
/// ```swift
/// let layer = BatchNorm(2)
/// _ = try layer(random.normal(32, 2), training: true)
/// try layer.mean.floats()                            // a tenth of the batch's mean
/// ```
///
/// Inside `vmap`, where each lane would have another mean, training is an error that names the Variable.
public final class BatchNorm: Layer {
  /// γ and β, [features].
  public let scale: TrainVar, shift: TrainVar
  /// The running mean and variance, [features]. The variance is the one with n − 1 in the denominator, as in PyTorch.
  public let mean: Variable, variance: Variable
  private let epsilon: Double, momentum: Double

  /// - Parameters:
  ///   - features: the extent of the last axis; mean and variance are over all others.
  ///   - epsilon: ε.
  ///   - momentum: the share of a batch in the running mean and variance.
  ///   - dtype: of all four.
  public init(_ features: Int, epsilon: Double = 1e-5, momentum: Double = 0.1, dtype: DType = .f32) {
    scale = TrainVar(ones([features], dtype: dtype), name: "scale")
    shift = TrainVar(zeros([features], dtype: dtype), name: "shift")
    mean = Variable(zeros([features], dtype: dtype), name: "mean")
    variance = Variable(ones([features], dtype: dtype), name: "variance")
    self.epsilon = epsilon
    self.momentum = momentum
    super.init()
  }

  /// - Throws: an `argument` error while training with a batch of fewer than two examples, which has no variance.
  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    let x = try x.checked()
    guard training else { return (x - mean) * rsqrt(variance + epsilon) * scale + shift }
    let axes = Array(x.shape.indices.dropLast()), count = axes.reduce(1) { $0 * x.shape[$1] }
    guard count > 1 else {
      throw HillockError(.argument, "BatchNorm is trained with two examples or more, not with an array of shape \(x.shape)")
    }
    let centre = x.mean(axes: axes), distance = x - centre, spread = square(distance).mean(axes: axes)
    mean.value = (1 - momentum) * mean + momentum * stopGradient(centre)
    let unbiased = stopGradient(spread) * (Double(count) / Double(count - 1))
    variance.value = (1 - momentum) * variance + momentum * unbiased
    return distance * rsqrt(spread + epsilon) * scale + shift
  }
}
