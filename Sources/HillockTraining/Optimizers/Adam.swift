import Hillock

/// Gradients averaged, divided by their recent size.
///
///     m ← β₁·m + (1 − β₁)·g,   v ← β₂·v + (1 − β₂)·g²
///     w ← w − rate·m̂/(√v̂ + ε)      with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) at update t
///
/// (Kingma and Ba, ICLR 2015.)
///
/// ```swift
/// let w = TrainVar(NDArray([1.0]))
/// let optimizer = try Adam([w], rate: 0.1)
/// try optimizer.update(grad({ square(w).sum() }, of: [w])())
/// try w.floats()                                     // [0.9], the first step is the rate
/// ```
public class Adam: Optimizer {
  private final let beta1: Double, beta2: Double, epsilon: Double
  /// m of each Variable.
  public final let means: [Variable]
  /// v of each Variable.
  public final let squares: [Variable]

  /// - Parameters:
  ///   - beta1: β₁, how slowly the mean changes.
  ///   - beta2: β₂, how slowly the mean square changes.
  ///   - epsilon: ε.
  ///
  /// The others, and the errors, are those of ``Optimizer``.
  public convenience init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) throws(HillockError) {
    try self.init(variables, rate, beta1, beta2, epsilon, weightDecay, decoupled: false)
  }

  fileprivate init(
    _ variables: some VariableSequence, _ rate: some LearningRate, _ beta1: Double, _ beta2: Double, _ epsilon: Double,
    _ weightDecay: Double, decoupled: Bool
  ) throws(HillockError) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    means = Optimizer.zeros(like: variables, name: "means")
    squares = Optimizer.zeros(like: variables, name: "squares")
    try super.init(variables, rate: rate, weightDecay: weightDecay, decoupled: decoupled)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let mean = beta1 * means[position] + (1 - beta1) * gradient
    let size = beta2 * squares[position] + (1 - beta2) * square(gradient)
    means[position].value = mean
    squares[position].value = size
    // What the averages lack because they began at 0, in double precision: 1 − β₂ᵗ is small at first.
    let perMean = (rate / (1 - pow(beta1, step))).asType(gradient.dtype)
    let perSize = (1 / sqrt(1 - pow(beta2, step))).asType(gradient.dtype)
    return perMean * mean / (sqrt(size) * perSize + epsilon)
  }
}

/// ``Adam`` with decoupled weight decay: w shrinks by rate·λ·w in each update, whatever the gradients were. (Loshchilov and Hutter, ICLR
/// 2019.)
public final class AdamW: Adam {
  /// Parameters and errors are those of ``Adam``, with another default of `weightDecay`.
  public convenience init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) throws(HillockError) {
    try self.init(variables, rate, beta1, beta2, epsilon, weightDecay, decoupled: true)
  }
}
