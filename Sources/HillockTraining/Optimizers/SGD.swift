import Hillock

/// Gradient descent, with momentum on request.
///
///     b ← μ·b + g,   w ← w − rate·b            with Nesterov's momentum: w ← w − rate·(g + μ·b)
///
/// (Sutskever et al., On the importance of initialization and momentum in deep learning, ICML 2013, in the form that PyTorch uses.)
///
/// ```swift
/// let w = TrainVar(NDArray([1.0]))
/// let optimizer = try SGD([w], rate: 0.1, momentum: 0.9)
/// try optimizer.update(grad({ square(w).sum() }, of: [w])())
/// try w.floats()                                     // [0.8]
/// ```
public final class SGD: Optimizer {
  private let momentum: Double
  private let nesterov: Bool
  /// b of each Variable; none without momentum.
  public let velocity: [Variable]

  /// - Parameters:
  ///   - momentum: μ, from 0 to below 1.
  ///   - nesterov: whether the gradient looks ahead.
  ///
  /// The others, and the errors, are those of ``Optimizer``.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double = 0
  ) throws(HillockError) {
    guard momentum >= 0, momentum < 1 else {
      throw HillockError(.argument, "a momentum is 0 or more and below 1, not \(momentum)")
    }
    self.momentum = momentum
    self.nesterov = nesterov
    velocity = momentum > 0 ? Optimizer.zeros(like: variables, name: "velocity") : []
    try super.init(variables, rate: rate, weightDecay: weightDecay)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let rate = rate.asType(gradient.dtype)
    guard momentum > 0 else { return rate * gradient }
    let next = momentum * velocity[position] + gradient
    velocity[position].value = next
    return rate * (nesterov ? gradient + momentum * next : next)
  }
}
