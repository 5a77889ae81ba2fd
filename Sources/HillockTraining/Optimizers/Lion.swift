import Hillock

/// Steps of one size, in the direction of the sign of an averaged gradient.
///
///     w ← w − rate·(sign(β₁·m + (1 − β₁)·g) + λ·w),   m ← β₂·m + (1 − β₂)·g
///
/// (Chen et al., Symbolic discovery of optimization algorithms, NeurIPS 2023, algorithm 2.) Its rate is three to ten times smaller than
/// Adam's, and its weight decay so much larger.
public final class Lion: Optimizer {
  private let beta1: Double, beta2: Double
  /// m of each Variable.
  public let means: [Variable]

  /// - Parameters:
  ///   - beta1: β₁, the share of the mean in a step.
  ///   - beta2: β₂, how slowly the mean changes.
  ///   - weightDecay: λ, decoupled.
  ///
  /// The others, and the errors, are those of ``Optimizer``.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.0001, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double = 0
  ) throws(HillockError) {
    self.beta1 = beta1
    self.beta2 = beta2
    means = Optimizer.zeros(like: variables, name: "means")
    try super.init(variables, rate: rate, weightDecay: weightDecay, decoupled: true)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let mean = means[position].value
    means[position].value = beta2 * mean + (1 - beta2) * gradient
    return rate.asType(gradient.dtype) * sign(beta1 * mean + (1 - beta1) * gradient)
  }
}
