import Hillock

/// Connections from a source of spikes to a group of neurons: each spike takes its delay, and then acts on its targets with their weights.
///
///     source → (release) → delay → connections → synapse → output → group
///
/// ```swift
/// let E = LIF(80), I = LIF(20)
/// let toAll = try Connections.fixedProbability(0.1, from: 80, to: 20, seed: 1)
/// let excite = try Projection(from: E, to: I, toAll, weight: 0.5, delay: 1.5, synapse: .exponential(tau: 5))
/// ```
///
/// A spike found in step i with a delay of d steps is taken in at the end of step i + d; a current or a conductance acts on V in the step
/// after. The cost of a step follows the number of spikes, not the number of connections.
///
/// Projections with equal synapse and output share a state at the group (``Receptor``).
public final class Projection: DynamicalSystem {
  /// Where the spikes come from.
  public let source: any SpikeSource
  /// Where they go.
  public let target: NeuGroup
  /// Who is connected with whom.
  public let connections: Connections
  /// A weight for all connections, or one for each in the order of the connections: in the unit of the target's `input`, in that per mV for a
  /// conductance, in mV for delta synapses.
  public let weight: GroupParameter
  /// The state at the target that it shares with projections of equal synapses.
  public let receptor: Receptor

  /// nil for one step.
  private var delay: SynapticDelays?
  private let release: Release?
  /// The connections with a row for each of the spikes that `propagate` reads: those of the whole group where the source is a part of one.
  /// A part of the spikes would be a copy in each step.
  private let rows: Connections
  /// The delays in steps less 1, of each connection; nil if all have one.
  private var delaySteps: NDArray?
  private var commonDelay = 0

  /// - Parameters:
  ///   - source: a group of neurons or another source of spikes.
  ///   - target: the group that receives.
  ///   - connections: from the source's elements to the target's, counted in row-major order.
  ///   - weight: a number, an array with a weight for each connection, or a Variable.
  ///   - delay: in ms, a whole number of steps of at least one: a number or an array with a delay for each connection. Without, one step.
  ///   - synapse: the course of the conductance or current.
  ///   - output: how a conductance becomes a current.
  ///   - release: facilitation and depression, if any.
  /// - Throws: a `shape` error if the connections are not between groups of these sizes, or weights or delays are not one for each of
  ///   them; an `argument` error for constants out of range.
  public init(
    from source: any SpikeSource, to target: NeuGroup, _ connections: Connections, weight: some ParameterConvertible = 1.0,
    delay: (any ParameterConvertible)? = nil, synapse: Synapse, output: SynapticOutput = .current,
    release: ShortTermPlasticity? = nil
  ) throws {
    try Projection.check(connections, source, target)
    try synapse.check()
    try release?.check()
    self.source = source
    self.target = target
    self.connections = connections
    self.weight = weight.parameter("weight", size: [connections.count], dtype: target.dtype)
    self.delay = try delay.map { try SynapticDelays($0, count: connections.count) }
    for error in [self.weight.array.error, self.delay?.error] { if let error { throw error } }
    self.release = release.map { Release($0, count: connections.preCount, dtype: target.dtype) }
    if release == nil, let part = source as? Subgroup {
      rows = try connections.placed(at: part.range.lowerBound, of: part.group.size.elementCount)
    } else {
      rows = connections
    }
    receptor = try target.receptor(synapse, output)
    super.init()
  }

  static func check(_ connections: Connections, _ source: any SpikeSource, _ target: NeuGroup) throws(HillockError) {
    let sizes = [source.size.elementCount, target.size.elementCount]
    guard [connections.preCount, connections.postCount] == sizes else {
      throw HillockError(
        .shape,
        "the connections go from \(connections.preCount) to \(connections.postCount) elements, the projection from \(sizes[0]) to "
          + "\(sizes[1]); make them for these sizes")
    }
  }

  override var ends: [DynamicalSystem] { [source, target] }

  public override func prepare(dt: Double) throws {
    let (longest, common, each) = try delay?.prepare(dt: dt) ?? (1, 0, nil)
    try receptor.reserve(steps: longest, dt: dt, clock: clock)
    (commonDelay, delaySteps) = (common, each)
  }

  public override func propagate(_ step: TimeStep) throws {
    let sender = release == nil ? (source as? Subgroup)?.group ?? source : source, all = sender.spike
    let spikes = all.value.reshaped(Array(all.shape.dropLast(sender.size.count)) + [rows.preCount])
    let sent = release.map { $0.release(spikes) } ?? spikes
    try receptor.receive(
      sent, along: .stored(rows.matrix(weight.array.asType(target.dtype))), delay: commonDelay, delays: delaySteps, step)
  }

  public override func update(_ step: TimeStep) throws { release?.advance(dt: step.dt) }

  public override func reset(batch: Int? = nil) throws {
    clock.reset()
    release?.reset()
  }
}

extension NeuGroup {
  /// The receptor for synapses of this kind, made if there is none.
  ///
  /// - Throws: the error of a group whose shape is invalid or too large.
  func receptor(_ synapse: Synapse, _ output: SynapticOutput) throws(HillockError) -> Receptor {
    // A delta synapse adds to V, whatever its output is.
    let output = synapse == .delta ? .current : output
    if let known = receptors.first(where: { $0.synapse == synapse && $0.output == output }) { return known }
    let receptor = Receptor(synapse, output, group: self)
    try receptor.ring.value.checked()
    receptors.append(receptor)
    return receptor
  }
}
