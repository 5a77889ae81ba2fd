import Hillock

/// Electrical synapses: each connection carries the current w·(V_pre − V_post) into its target, at the potentials of the step's beginning.
///
/// A junction that conducts both ways is a connection each way, as in ``Connections/symmetric``. Nothing is mirrored silently.
public final class GapJunctions: DynamicalSystem {
  public let source: NeuGroup
  public let target: NeuGroup
  public let connections: Connections
  /// The conductance of each junction, or of all, in the unit of the target's `input` per mV.
  public let weight: GroupParameter

  /// - Throws: a `shape` error if connections or weights do not fit the groups.
  public init(
    from source: NeuGroup, to target: NeuGroup, _ connections: Connections, weight: some ParameterConvertible
  ) throws {
    try Projection.check(connections, source, target)
    self.source = source
    self.target = target
    self.connections = connections
    self.weight = weight.parameter("weight", size: [connections.count], dtype: target.dtype)
    if let error = self.weight.array.error { throw error }
    super.init()
  }

  override var ends: [DynamicalSystem] { [source, target] }

  public override func propagate(_ step: TimeStep) throws {
    let matrix = try connections.matrix(weight.array.asType(target.dtype))
    let lanes = Array(source.V.shape.dropLast(source.size.count))
    let V = source.V.value.reshaped(lanes + [connections.preCount])
    let into = dot(V, matrix).reshaped(target.V.shape)
    // Σ w·V_pre − V_post·Σ w: the second sum is a conductance.
    let total = dot(onesLike(V), matrix).reshaped(target.V.shape)
    step.send(current: into, to: target)
    step.send(conductance: total, reversal: 0, to: target)
  }

  public override func update(_ step: TimeStep) throws {}
  public override func reset(batch: Int? = nil) throws { clock.reset() }
}
