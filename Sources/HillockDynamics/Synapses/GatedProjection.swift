import Hillock

/// Connections whose synapses have gates of their own (``GatedSynapse``): AMPA, GABA-A and NMDA receptors that saturate.
///
/// The open fraction s is a state of the sender; a target gets the conductance Σ w·s of its senders. All synapses of a sender share one
/// delay. A step costs as much as there are connections; a ``Projection`` costs as much as there are spikes. Where all are connected with all
/// by one weight, it costs as much as there are neurons.
///
/// ```swift
/// let E = LIF(80), I = LIF(20)
/// let toAll = try Connections.allToAll(from: 80, to: 20)
/// let excite = try GatedProjection(
///   from: E, to: I, toAll, weight: 0.01, synapse: .nmda(), output: .magnesiumBlock(reversal: 0))
/// ```
public final class GatedProjection: DynamicalSystem {
  /// Where the spikes come from.
  public let source: any SpikeSource
  /// Where they go.
  public let target: NeuGroup
  /// Who is connected with whom.
  public let connections: Connections
  /// A weight for all connections, or one for each: a conductance per open fraction.
  public let weight: GroupParameter
  /// The open fraction of the channels of each sender, 0 to 1.
  public var s: Variable { gates.s }

  private let output: SynapticOutput
  private let delay: Double?
  private let line = SpikeDelay()
  private let gates: Gates
  private let release: Release?

  /// - Parameters:
  ///   - delay: in ms, a whole number of steps of at least one. Without, one step.
  ///   - weight, release: as for ``Projection``.
  ///   - synapse: the equations of the gates.
  ///   - output: how the conductance becomes a current.
  /// - Throws: as for ``Projection``. A batch of the groups is not supported, and an error in a run.
  public init(
    from source: any SpikeSource, to target: NeuGroup, _ connections: Connections, weight: some ParameterConvertible = 1.0,
    delay: Double? = nil, synapse: GatedSynapse, output: SynapticOutput = .conductance(reversal: 0),
    release: ShortTermPlasticity? = nil
  ) throws {
    try Projection.check(connections, source, target)
    try synapse.check()
    try release?.check()
    if release != nil, case .pulse = synapse.kinetics {
      throw HillockError(
        .argument, "the pulses of AMPA and GABA-A receptors are on or off and take no release; use .nmda, or a Projection")
    }
    self.source = source
    self.target = target
    self.connections = connections
    self.weight = weight.parameter("weight", size: [connections.count], dtype: target.dtype)
    if let error = self.weight.array.error { throw error }
    self.output = output
    self.delay = delay
    gates = Gates(synapse, count: connections.preCount, dtype: target.dtype)
    self.release = release.map { Release($0, count: connections.preCount, dtype: target.dtype) }
    super.init()
  }

  override var ends: [DynamicalSystem] { [source, target] }

  public override func prepare(dt: Double) throws {
    try gates.prepare(dt: dt)
    let steps = try TimeStep.delay(delay, dt: dt)
    guard source.spike.rank == source.size.count else {
      throw HillockError(.argument, "a GatedProjection has no batch axis; reset its groups without one, or use a Projection")
    }
    try line.reserve(steps: steps, shape: [connections.preCount])
  }

  public override func propagate(_ step: TimeStep) throws {
    step.send(output.effect(of: try conductance(), at: target.V.value), to: target)
    arriving = line.exchange(source.spike.value.reshaped([connections.preCount]), step)
  }

  /// Σ w·s of each target.
  private func conductance() throws -> NDArray {
    let w = weight.array.asType(target.dtype)
    guard connections.isComplete, w.count == 1 else { return try dot(gates.s.value, connections.matrix(w)).reshaped(target.size) }
    return (gates.s.value.sum() * w.reshaped([])).broadcast(to: target.size)
  }

  /// The spikes that arrive at the end of the step, between its two phases.
  private var arriving: NDArray?

  public override func update(_ step: TimeStep) throws {
    guard let arriving else { return }
    self.arriving = nil
    gates.advance(arriving, amount: release.map { $0.release(arriving) }, dt: step.dt)
    release?.advance(dt: step.dt)
  }

  public override func reset(batch: Int? = nil) throws {
    clock.reset()
    line.reset()
    gates.reset()
    release?.reset()
  }
}
