import Hillock

/// While training, each element is 0 with a probability, and the others are scaled so that the mean stays. Otherwise nothing is done.
/// (Srivastava et al., Journal of Machine Learning Research 15, 2014.)
///
/// ```swift
/// let layer = Dropout(0.5, seed: 1)
/// _ = try layer(ones(8), training: true)         // zeros and twos
/// _ = try layer(ones(8))                         // ones
/// ```
public final class Dropout: Layer {
  private let rate: Double
  /// Its own generator, saved with the model.
  public let generator: RandomState

  /// - Parameters:
  ///   - rate: the probability of 0, from 0 to below 1; otherwise a call while training throws an `argument` error.
  ///   - seed: where its random numbers begin; by default they follow from the default generator.
  public init(_ rate: Double, seed: UInt64? = nil) {
    self.rate = rate
    generator = RandomState(seed: seed ?? 0)
    if seed == nil { generator.value = random.split() }
    super.init()
  }

  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    guard training else { return x }
    guard rate >= 0, rate < 1 else {
      throw HillockError(.argument, "a dropout rate is 0 or more and below 1, not \(rate)")
    }
    let x = try x.checked()
    return select(generator.bernoulli(1 - rate, x.shape), x * (1 / (1 - rate)), 0)
  }
}
