import Hillock

/// Spike-timing-dependent plasticity by pairs: how a weight changes with the times of the spikes on both sides.
///
/// Each pair of a spike that arrives at the synapse and a spike of the target, Δ = t_post − t_arrival apart, changes the weight by
///
///     +A₊·exp(−Δ/τ₊)   for Δ > 0,      −A₋·exp(Δ/τ₋)   for Δ < 0
///
/// Spikes of one step do not see each other. All pairs count. (Song, Miller and Abbott, Nat. Neurosci. 3, 2000; with changes that depend on
/// the weight: Gütig, Aharonov, Rotter and Sompolinsky, J. Neurosci. 23, 2003.)
public struct STDP: Sendable, Hashable {
  let tauPlus: Double, tauMinus: Double
  let potentiation: Double, depression: Double
  let bounds: ClosedRange<Double>
  let powers: (plus: Double, minus: Double)?

  public static func == (a: STDP, b: STDP) -> Bool { a.key == b.key }
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
  private var key: [Double] {
    [tauPlus, tauMinus, potentiation, depression, bounds.lowerBound, bounds.upperBound, powers?.plus ?? -1, powers?.minus ?? -1]
  }

  /// - Parameters:
  ///   - tauPlus, tauMinus: the time constants in ms, above 0.
  ///   - potentiation, depression: A₊ and A₋, in the unit of the weight.
  ///   - bounds: weights are kept within these.
  ///   - powers: if given, a potentiation is times (high − w)^plus and a depression times (w − low)^minus; nil for neither.
  public init(
    tauPlus: Double = 20, tauMinus: Double = 20, potentiation: Double, depression: Double,
    bounds: ClosedRange<Double> = -.infinity ... .infinity, powers: (plus: Double, minus: Double)? = nil
  ) {
    self.tauPlus = tauPlus
    self.tauMinus = tauMinus
    self.potentiation = potentiation
    self.depression = depression
    self.bounds = bounds
    self.powers = powers
  }

  func check() throws(HillockError) {
    guard [tauPlus, tauMinus].allSatisfy({ $0 > 0 && $0.isFinite }), [potentiation, depression].allSatisfy(\.isFinite) else {
      throw HillockError(
        .argument,
        "STDP takes time constants above 0 ms and finite amplitudes, not \(tauPlus), \(tauMinus), \(potentiation), \(depression)")
    }
    if powers != nil, !(bounds.lowerBound.isFinite && bounds.upperBound.isFinite) {
      throw HillockError(.argument, "STDP whose changes depend on the distance to the bounds takes finite bounds, not \(bounds)")
    }
  }

  /// The change when a spike of the target meets traces of arrivals, and when an arrival meets traces of the target.
  var up: WeightChange {
    WeightChange(potentiation, bounds: bounds, dependence: powers.map { .toUpperBound(power: $0.plus) } ?? .additive)
  }
  var down: WeightChange {
    WeightChange(-depression, bounds: bounds, dependence: powers.map { .toLowerBound(power: $0.minus) } ?? .additive)
  }
}

/// A projection whose weights learn by ``STDP``.
///
/// All connections have one delay, which lies before the synapse: a spike acts on the weight when it arrives. In the step of an arrival the
/// weight is changed first, and then delivered, as in NEST. A step costs what the connections of the spiking neurons on both sides cost.
///
/// ```swift
/// let inputs = LIF(1000), neuron = LIF(1)
/// let learn = try PlasticProjection(
///   from: inputs, to: neuron, .allToAll(from: 1000, to: 1), weight: 0.5,
///   rule: STDP(potentiation: 0.01, depression: 0.0105, bounds: 0...1), synapse: .exponential(tau: 5))
/// learn.weight.shape                       // [1000]
/// ```
public final class PlasticProjection: DynamicalSystem {
  public let source: any SpikeSource
  public let target: NeuGroup
  public let connections: Connections
  /// The weight of each connection, in the order of the connections.
  public let weight: Variable
  /// The state at the target that it shares with projections of equal synapses.
  public let receptor: Receptor

  /// The traces of arrivals, and of the target's spikes: they grow by 1 with each, and decay with τ₊ and τ₋.
  let arrived: Variable, fired: Variable
  private let initial: NDArray
  private let rule: STDP
  private let delay: Double?
  private let line = SpikeDelay()
  private let back: Connections
  private let places: NDArray

  /// - Parameters:
  ///   - weight: the weights at the beginning: a number, an array with one for each connection, or a distribution.
  ///   - delay: in ms, a whole number of steps of at least one. Without, one step.
  ///   - rule: how the weights change.
  ///   - synapse, output: as for ``Projection``.
  /// - Throws: as for ``Projection``. A batch of the groups is an error in a run.
  public init(
    from source: any SpikeSource, to target: NeuGroup, _ connections: Connections, weight: some ParameterConvertible,
    delay: Double? = nil, rule: STDP, synapse: Synapse, output: SynapticOutput = .current
  ) throws {
    try Projection.check(connections, source, target)
    try synapse.check()
    try rule.check()
    self.source = source
    self.target = target
    self.connections = connections
    self.rule = rule
    self.delay = delay
    initial = try weight.parameter("weight", size: [connections.count], dtype: target.dtype).array.asType(target.dtype)
      .broadcast(to: connections.count).checked()
    self.weight = Variable(initial, name: "weight")
    arrived = Variable(zeros([connections.preCount], dtype: target.dtype), name: "arrived")
    fired = Variable(zeros([connections.postCount], dtype: target.dtype), name: "fired")
    (back, places) = try connections.transposedWithPlaces()
    receptor = try target.receptor(synapse, output)
    super.init()
  }

  override var ends: [DynamicalSystem] { [source, target] }

  public override func prepare(dt: Double) throws {
    let steps = try TimeStep.delay(delay, dt: dt)
    guard source.spike.rank == source.size.count, target.spike.rank == target.size.count else {
      throw HillockError(.argument, "a PlasticProjection has no batch axis; reset its groups without one")
    }
    try line.reserve(steps: steps, shape: [connections.preCount])
    try receptor.reserve(steps: 1, dt: dt, clock: clock)
  }

  public override func propagate(_ step: TimeStep) throws {
    let arriving = line.exchange(source.spike.value.reshaped([connections.preCount]), step)
    let firing = target.spike.value.reshaped([connections.postCount])
    let forward = try connections.matrix(weight.value)
    let backward = try back.matrix(NDArray(1.0).asType(target.dtype))
    weight.change(at: firing, trace: arrived, along: backward, rule.up, places: places)
    weight.change(at: arriving, trace: fired, along: forward, rule.down)
    // Both traces are those of before this step's spikes: these do not see each other.
    arrived.value = arrived + arriving.asType(target.dtype)
    fired.value = fired + firing.asType(target.dtype)
    receptor.receive(arriving, along: .stored(forward.with(values: weight.value)), delay: 0, delays: nil, step)
  }

  public override func update(_ step: TimeStep) throws {
    arrived.value = arrived * Scalar.exp(-step.dt / rule.tauPlus)
    fired.value = fired * Scalar.exp(-step.dt / rule.tauMinus)
  }

  public override func reset(batch: Int? = nil) throws {
    clock.reset()
    line.reset()
    weight.value = initial
    arrived.value = zerosLike(arrived.value)
    fired.value = zerosLike(fired.value)
  }
}
