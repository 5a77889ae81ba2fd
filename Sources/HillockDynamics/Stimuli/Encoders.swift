import Hillock

/// Values as random spikes: in each step with a probability that grows with the value.
///
/// ```swift
/// let encoder = PoissonEncoder(range: 0...255, largest: 0.5)
/// let spikes = encoder(NDArray([0.0, 128, 255]), steps: 100)     // bool[100, 3]
/// ```
public struct PoissonEncoder: Sendable {
  /// The values of the probabilities 0 and `largest`. What lies outside is cut.
  public var range: ClosedRange<Double>
  /// The probability of a spike in a step for the largest value.
  public var largest: Double

  public init(range: ClosedRange<Double> = 0...1, largest: Double = 1) { (self.range, self.largest) = (range, largest) }

  /// The spikes, `bool[steps] + x.shape`. An `argument` error for a probability outside 0 to 1.
  public func callAsFunction(_ x: NDArray, steps: Int, generator: RandomState = random) -> NDArray {
    guard largest >= 0, largest <= 1 else {
      return NDArray(failing: HillockError(.argument, "the largest probability of a PoissonEncoder is 0 to 1, not \(largest)"))
    }
    let part = x.normalized(range)
    return generator.bernoulli((part * largest).broadcast(to: [steps] + x.shape), [steps] + x.shape)
  }
}

/// Values as the times of single spikes: the larger, the earlier.
///
/// ```swift
/// let encoder = LatencyEncoder()
/// let spikes = encoder(NDArray([1.0, 0.5, 0]), steps: 11)        // in the steps 0, 5 and 10
/// ```
public struct LatencyEncoder: Sendable {
  public enum Method: Sendable, Hashable {
    /// The time falls in proportion to the value: the largest at once, the smallest in the last step.
    case linear
    /// τ·ln(x/(x − θ)) steps, the time that a leaky neuron with the current x takes to its threshold θ, for x from 0 to 1. What is not above θ
    /// never fires.
    case logarithmic(tau: Double, threshold: Double)
  }
  public var method: Method
  /// The values of 0 and 1. What lies outside is cut.
  public var range: ClosedRange<Double>

  public init(_ method: Method = .linear, range: ClosedRange<Double> = 0...1) { (self.method, self.range) = (method, range) }

  /// The spikes, `bool[steps] + x.shape`: at most one for each value, in the nearest step. One that would come after the last step
  /// does not come.
  public func callAsFunction(_ x: NDArray, steps: Int) -> NDArray {
    let x = x.normalized(range)
    let time: NDArray
    switch method {
    case .linear: time = (1 - x) * (Double(steps) - 1)
    case .logarithmic(let tau, let threshold):
      let above = x .> threshold
      time = select(above, tau * log(x / select(above, x - threshold, 1)), Double(steps))
    }
    let clock = arange(steps).reshaped([steps] + x.shape.map { _ in 1 })
    return clock .== minimum(round(time), Double(steps)).asType(.i32)
  }
}

/// Values as binary fractions: the spike of phase k weighs 2⁻¹⁻ᵏ, and all phases follow each other in every period. (Kim et al.,
/// Neurocomputing 311, 2018.)
///
/// ```swift
/// let encoder = WeightedPhaseEncoder(phases: 4)
/// let spikes = encoder(NDArray([0.5, 0.3125]), steps: 4)         // 1000 and 0101
/// let weights = encoder.weights(steps: 4)                        // [0.5, 0.25, 0.125, 0.0625]
/// ```
public struct WeightedPhaseEncoder: Sendable {
  /// The number of phases of a period, 1 to 24.
  public var phases: Int
  /// The values of 0 and 1. What lies outside is cut.
  public var range: ClosedRange<Double>

  public init(phases: Int = 8, range: ClosedRange<Double> = 0...1) { (self.phases, self.range) = (phases, range) }

  /// The spikes, `bool[steps] + x.shape`. The value is rounded down to a multiple of 2^−phases; 1 has spikes in all phases.
  public func callAsFunction(_ x: NDArray, steps: Int) -> NDArray {
    guard (1...24).contains(phases) else {
      return NDArray(failing: HillockError(.argument, "a WeightedPhaseEncoder has 1 to 24 phases, not \(phases)"))
    }
    let whole = Double(1 << phases), bits = minimum(floor(x.normalized(range) * whole), whole - 1).asType(.i32)
    let place = (arange(steps) % phases).reshaped([steps] + x.shape.map { _ in 1 })
    let shifted = floor(bits.asType(.f64) / exp2((phases - 1 - place).asType(.f64))).asType(.i32)
    return (shifted % 2) .== 1
  }

  /// What a spike weighs in each step, `f32[steps]`. The sum over a period of weights times spikes is the value.
  public func weights(steps: Int) -> NDArray { exp2(-1 - (arange(steps) % max(phases, 1)).asType(.f32)) }
}

/// Values as activities of a population whose elements prefer different values: exp(−(x − cᵢ)²/2σ²).
///
/// ```swift
/// let encoder = PopulationEncoder(5, range: 0...1)
/// let activities = encoder(NDArray([0.25, 0.6]))                 // f32[2, 5], 1 for the preferred value
/// let rates = 100 * activities                                   // Hz, for a PoissonGroup
/// ```
public struct PopulationEncoder: Sendable {
  /// The preferred values, at equal distances.
  public let centers: NDArray
  /// σ, in the unit of the values.
  public let width: Double

  /// - Parameters:
  ///   - count: the number of elements, 2 or more.
  ///   - range: the preferred values of the first and the last.
  ///   - width: σ; nil for the distance of two neighbours.
  public init(_ count: Int, range: ClosedRange<Double>, width: Double? = nil) {
    centers = linspace(range.lowerBound, range.upperBound, count: count)
    self.width = width ?? (range.upperBound - range.lowerBound) / Double(max(count, 2) - 1)
  }

  /// The activities, 0 to 1, of shape `x.shape + [count]`.
  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard width > 0 else {
      return NDArray(failing: HillockError(.argument, "the width of a PopulationEncoder is above 0, not \(width)"))
    }
    let distance = (x.asType(x.dtype.isFloating ? x.dtype : .f32).reshaped(x.shape + [1]) - centers) / width
    return exp(-0.5 * distance * distance)
  }
}

extension NDArray {
  /// From 0 at the beginning of a range to 1 at its end, cut there.
  fileprivate func normalized(_ range: ClosedRange<Double>) -> NDArray {
    guard range.lowerBound < range.upperBound else {
      return NDArray(failing: HillockError(.argument, "an encoder has a range of values with a length, not \(range)"))
    }
    let x = dtype.isFloating ? self : asType(.f32)
    return minimum(maximum((x - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1)
  }
}
