import Hillock

/// A projection whose connections are stored nowhere: each pair is connected with one probability, and the targets of a neuron are drawn again
/// from the seed whenever it fires. So a million neurons with a thousand synapses each fit into memory.
///
/// The connections are those of ``Connections/fixedProbability(_:from:to:includeSelf:seed:)`` with the same seed. All have one weight and one
/// delay. Drawing costs a few nanoseconds for each synapse of a spike.
///
/// ```swift
/// let E = LIF(80), I = LIF(20)
/// let excite = try DrawnProjection(from: E, to: I, probability: 0.1, weight: 0.5, synapse: .exponential(tau: 5), seed: 1)
/// ```
public final class DrawnProjection: DynamicalSystem {
  /// Where the spikes come from.
  public let source: any SpikeSource
  /// Where they go.
  public let target: NeuGroup
  /// The weight of all connections, in the unit that ``Projection/weight`` has.
  public let weight: GroupParameter
  /// The state at the target that it shares with projections of equal synapses.
  public let receptor: Receptor

  private let probability: Double
  private let isHollow: Bool
  private let seed: UInt64
  private let delay: Double?
  private var later = 0

  /// - Parameters:
  ///   - source: a group of neurons or another source of spikes.
  ///   - target: the group that receives.
  ///   - probability: of each pair, from 0 to 1.
  ///   - includeSelf: whether an element may be connected with the one of its own number.
  ///   - weight: a number, or a Variable of one element.
  ///   - delay: in ms, a whole number of steps of at least one. Without, one step.
  ///   - synapse: the course of the conductance or current.
  ///   - output: how a conductance becomes a current.
  ///   - seed: of the draw.
  /// - Throws: an `argument` error for a probability or constants out of range, and a `shape` error for more weights than one.
  public init(
    from source: any SpikeSource, to target: NeuGroup, probability: Double, includeSelf: Bool = true,
    weight: some ParameterConvertible = 1.0, delay: Double? = nil, synapse: Synapse, output: SynapticOutput = .current,
    seed: UInt64 = 0
  ) throws {
    try synapse.check()
    self.source = source
    self.target = target
    self.weight = weight.parameter("weight", size: [1], dtype: target.dtype)
    if let error = self.weight.array.error { throw error }
    self.probability = probability
    isHollow = !includeSelf
    self.seed = seed
    self.delay = delay
    receptor = try target.receptor(synapse, output)
    super.init()
    _ = try matrix
  }

  private var matrix: DrawnMatrix {
    get throws {
      try DrawnMatrix(
        source.size.elementCount, target.count, probability: probability, value: weight.array.asType(target.dtype),
        hollow: isHollow,
        seed: seed)
    }
  }

  override var ends: [DynamicalSystem] { [source, target] }

  public override func prepare(dt: Double) throws {
    let steps = try TimeStep.delay(delay, dt: dt)
    try receptor.reserve(steps: steps, dt: dt, clock: clock)
    later = steps - 1
  }

  public override func propagate(_ step: TimeStep) throws {
    let all = source.spike.value, matrix = try matrix
    let spikes = all.reshaped(Array(all.shape.dropLast(source.size.count)) + [matrix.shape[0]])
    receptor.receive(spikes, along: .drawn(matrix), delay: later, delays: nil, step)
  }

  public override func update(_ step: TimeStep) throws {}

  public override func reset(batch: Int? = nil) throws { clock.reset() }
}
