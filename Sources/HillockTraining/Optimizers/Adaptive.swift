import Hillock

/// Steps that get smaller where gradients have been large.
///
///     s ← s + g²,   w ← w − rate·g/(√s + ε)
///
/// (Duchi, Hazan and Singer, Journal of Machine Learning Research 12, 2011.)
public final class Adagrad: Optimizer {
  private let epsilon: Double
  /// s of each Variable.
  public let squares: [Variable]

  /// - Parameter epsilon: ε. The others, and the errors, are those of ``Optimizer``.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.01, epsilon: Double = 1e-10, weightDecay: Double = 0
  ) throws(HillockError) {
    self.epsilon = epsilon
    squares = Optimizer.zeros(like: variables, name: "squares")
    try super.init(variables, rate: rate, weightDecay: weightDecay)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let sum = squares[position] + square(gradient)
    squares[position].value = sum
    return rate.asType(gradient.dtype) * gradient / (sqrt(sum) + epsilon)
  }
}

/// Steps whose size follows from earlier steps and gradients.
///
///     s ← ρ·s + (1 − ρ)·g²,   d = √(u + ε)/√(s + ε)·g,   u ← ρ·u + (1 − ρ)·d²,   w ← w − rate·d
///
/// (Zeiler, arXiv 1212.5701.)
public final class Adadelta: Optimizer {
  private let rho: Double, epsilon: Double
  /// s of each Variable.
  public let squares: [Variable]
  /// u of each Variable.
  public let changes: [Variable]

  /// - Parameters:
  ///   - rho: ρ, how slowly the means change.
  ///   - epsilon: ε.
  ///
  /// The others, and the errors, are those of ``Optimizer``.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate = 1.0, rho: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: Double = 0
  ) throws(HillockError) {
    self.rho = rho
    self.epsilon = epsilon
    squares = Optimizer.zeros(like: variables, name: "squares")
    changes = Optimizer.zeros(like: variables, name: "changes")
    try super.init(variables, rate: rate, weightDecay: weightDecay)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let mean = rho * squares[position] + (1 - rho) * square(gradient)
    let change = sqrt(changes[position] + epsilon) / sqrt(mean + epsilon) * gradient
    squares[position].value = mean
    changes[position].value = rho * changes[position] + (1 - rho) * square(change)
    return rate.asType(gradient.dtype) * change
  }
}

/// Gradients divided by their recent size.
///
///     s ← α·s + (1 − α)·g²,   d = g/(√s + ε),   w ← w − rate·d        with momentum: b ← μ·b + d,   w ← w − rate·b
///
/// (Tieleman and Hinton, lecture 6.5 of Neural Networks for Machine Learning, 2012.) Centred, √(s − m²) takes the place of √s, with
/// m ← α·m + (1 − α)·g. (Graves, arXiv 1308.0850.)
public final class RMSProp: Optimizer {
  private let alpha: Double, epsilon: Double, momentum: Double
  /// s of each Variable.
  public let squares: [Variable]
  /// m of each Variable; none where it is not centred.
  public let means: [Variable]
  /// b of each Variable; none without momentum.
  public let velocity: [Variable]

  /// - Parameters:
  ///   - alpha: α, how slowly the means change.
  ///   - epsilon: ε.
  ///   - momentum: μ, from 0 to below 1.
  ///   - centered: whether the variance takes the place of the mean square.
  ///
  /// The others, and the errors, are those of ``Optimizer``.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate = 0.01, alpha: Double = 0.99, epsilon: Double = 1e-8,
    momentum: Double = 0, centered: Bool = false, weightDecay: Double = 0
  ) throws(HillockError) {
    self.alpha = alpha
    self.epsilon = epsilon
    self.momentum = momentum
    squares = Optimizer.zeros(like: variables, name: "squares")
    means = centered ? Optimizer.zeros(like: variables, name: "means") : []
    velocity = momentum > 0 ? Optimizer.zeros(like: variables, name: "velocity") : []
    try super.init(variables, rate: rate, weightDecay: weightDecay)
  }

  public override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    let mean = alpha * squares[position] + (1 - alpha) * square(gradient)
    squares[position].value = mean
    var size = mean
    if !means.isEmpty {
      let centre = alpha * means[position] + (1 - alpha) * gradient
      means[position].value = centre
      // By rounding it may be below 0, where it is 0.
      size = maximum(mean - square(centre), 0)
    }
    var change = gradient / (sqrt(size) + epsilon)
    if momentum > 0 {
      change = momentum * velocity[position] + change
      velocity[position].value = change
    }
    return rate.asType(gradient.dtype) * change
  }
}
