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
  ///   - rate: of each source, in Hz: a number, an array of the group's shape, or a Variable.
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
    if let least = try self.rate.array.known({ try $0.min().item(as: Double.self) }), least < 0 {
      throw HillockError(.argument, "the rate of a PoissonInput is 0 Hz or more")
    }
    receptor = try target.receptor(synapse, output)
    generator = RandomState(seed: seed)
    super.init()
  }

  private let sources: Int

  override var ends: [DynamicalSystem] { [target] }

  public override func prepare(dt: Double) throws { try receptor.reserve(steps: 1, dt: dt, clock: clock) }

  public override func propagate(_ step: TimeStep) throws {
    let mean = rate * (Double(sources) * step.dt / 1000)
    receptor.receive(weight * generator.poisson(mean, target.stateShape).asType(target.dtype), step)
  }

  public override func update(_ step: TimeStep) throws {}
  public override func reset(batch: Int? = nil) throws { clock.reset() }
}
