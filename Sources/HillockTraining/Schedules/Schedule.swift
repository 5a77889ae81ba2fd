import Hillock

/// What an optimiser takes as its learning rate: a number, a ``Schedule``, or a Variable that you set yourself.
///
/// ```swift
/// let w = TrainVar(zeros(2)), rate = Variable(NDArray(0.1))
/// _ = try SGD([w], rate: 0.1)
/// _ = try SGD([w], rate: .cosine(from: 0.1, over: 1000))
/// _ = try SGD([w], rate: rate)                    // rate.value = 0.01 later
/// ```
public protocol LearningRate {
  /// The rate of an update.
  ///
  /// - Parameter step: how many updates came before, a scalar `f64`.
  /// - Returns: a scalar.
  func rate(at step: NDArray) -> NDArray
}

extension Double: LearningRate {
  public func rate(at step: NDArray) -> NDArray { array }
}

extension Float: LearningRate {
  public func rate(at step: NDArray) -> NDArray { array }
}

extension Int: LearningRate {
  public func rate(at step: NDArray) -> NDArray { array }
}

extension Variable: LearningRate {
  public func rate(at step: NDArray) -> NDArray { value }
}

/// A learning rate that depends on the number of updates so far. It is computed in double precision.
///
/// ```swift
/// let rate = Schedule.warmUp(over: 10, then: .exponential(from: 0.1, by: 0.5, every: 100))
/// rate(5)                                        // 0.05
/// rate(110)                                      // 0.05
/// ```
public struct Schedule: LearningRate, Sendable {
  private let function: @Sendable (NDArray) -> NDArray

  /// A schedule of your own.
  ///
  /// - Parameter function: takes the number of updates so far, a scalar `f64`, and gives a scalar. It is traced with the update, so branch
  ///   with `select`.
  public init(_ function: @escaping @Sendable (NDArray) -> NDArray) { self.function = function }

  /// The rate after so many updates.
  public func callAsFunction(_ step: some ArrayConvertible) -> NDArray { function(step.array.asType(.f64)) }

  public func rate(at step: NDArray) -> NDArray { self(step) }
}
