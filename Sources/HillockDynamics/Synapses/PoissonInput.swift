import Hillock

/// Spikes from many sources outside the network: each neuron of a group gets its own Poisson train, the sum of `sources` trains of one
/// rate.
///
/// ```swift
/// let group = LIF(100)
/// let background = try PoissonInput(to: group, sources: 1000, rate: 5, weight: 0.1, synapse: .delta)
/// ```
public final class PoissonInput: DynamicalSystem {
  /// The group that gets the spikes.
  public let target: NeuGroup
  /// The rate of all sources together in spikes per second.
  public let rate: GroupParameter
  /// The weight of a spike, in the unit of the synapse.
  public let weight: GroupParameter
  private let receptor: Receptor
  private let generator: RandomState

  /// - Parameters:
  ///   - sources: the number of sources of each neuron.
  ///   - rate: of each source, in Hz: a number or an array of the group's shape.
  ///   - weight: of each spike.
  ///   - seed: of the input's own generator.
  /// - Throws: an `argument` error for a negative number or rate, or constants of the synapse out of range.
  public init(
    to target: NeuGroup, sources: Int = 1, rate: some ParameterConvertible, weight: some ParameterConvertible = 1.0,
    synapse: Synapse, output: SynapticOutput = .current, seed: UInt64 = 0
  ) throws {
    try synapse.check()
    guard sources >= 0 else { throw HillockError(.argument, "a neuron has 0 sources of input or more, not \(sources)") }
    self.target = target
    self.sources = sources
    self.rate = rate.parameter("rate", size: target.size, dtype: target.dtype)
    self.weight = weight.parameter("weight", size: target.size, dtype: target.dtype)
    for error in [self.rate.array.error, self.weight.array.error] { if let error { throw error } }
    guard self.rate.variable == nil else {
      throw HillockError(.argument, "the rate of a PoissonInput is a number or an array, not a Variable")
    }
    largestRate = try self.rate.array.max().item(as: Double.self)
    guard try self.rate.array.min().item(as: Double.self) >= 0, largestRate.isFinite else {
      throw HillockError(.argument, "the rate of a PoissonInput is 0 Hz or more")
    }
    receptor = target.receptor(synapse, output)
    generator = RandomState(seed: seed)
    super.init()
  }

  private let sources: Int
  private let largestRate: Double

  override var ends: [DynamicalSystem] { [target] }

  /// The mean number of spikes of a step per Hz.
  private func share(_ dt: Double) -> Double { Double(sources) * dt / 1000 }

  public override func prepare(dt: Double) throws {
    guard largestRate * share(dt) <= 100 else {
      throw HillockError(
        .argument,
        "a PoissonInput gives up to 100 spikes a step on average, not \(largestRate * share(dt)); take a smaller dt, or a current"
      )
    }
    try receptor.reserve(steps: 1, dt: dt, clock: clock)
  }

  public override func propagate(_ step: TimeStep) throws {
    let mean = rate.array.asType(.f64) * share(step.dt)
    let u = generator.random(target.stateShape, dtype: .f64)
    receptor.receive(weight * PoissonInput.count(u, mean, largest: largestRate * share(step.dt)).asType(target.dtype), step)
  }

  /// How many of the Poisson distribution's cumulative probabilities lie below u: a Poisson number, by inversion.
  private static func count(_ u: NDArray, _ mean: NDArray, largest: Double) -> NDArray {
    var term = exp(-mean), cumulative = term, count = (u .>= cumulative).asType(.f64)
    // Beyond twelve standard deviations and some there is less than the last digit of u.
    for k in 1...Int(largest + 12 * largest.squareRoot() + 16) {
      term = term * mean / Double(k)
      cumulative = cumulative + term
      count = count + (u .>= cumulative).asType(.f64)
    }
    return count
  }

  public override func update(_ step: TimeStep) throws {}
  public override func reset(batch: Int? = nil) throws { clock.reset() }
}
