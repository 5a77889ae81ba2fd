import Hillock

/// The synapses of one kind at a group of neurons: the sum of their conductances, and the spikes that are under way to them.
///
/// Projections with an equal ``Synapse`` and ``SynapticOutput`` share one, which is exact, since the kinetics are linear.
public final class Receptor: Base {
  /// The kinetics.
  public let synapse: Synapse
  /// How g becomes a current.
  public let output: SynapticOutput

  /// g, of the group's shape and dtype: a conductance or a current. Delta synapses leave it at 0.
  public private(set) var g: Variable
  /// The second state of synapses that rise, in the unit of the weights.
  private(set) var h: Variable
  /// The weights that arrive in the coming steps, `[slots, neurons]`: those of step i in slot i mod slots.
  private(set) var ring: Variable
  /// The step's length for which the slots were counted; 0 before.
  private var dt = 0.0
  private let shape: [Int]

  init(_ synapse: Synapse, _ output: SynapticOutput, group: NeuGroup) {
    self.synapse = synapse
    self.output = output
    shape = group.size
    g = Variable(zeros(group.stateShape, dtype: group.dtype), name: "g")
    h = Variable(zeros(group.stateShape, dtype: group.dtype), name: "h")
    ring = Variable(zeros((group.batch.map { [$0] } ?? []) + [1, group.count], dtype: group.dtype), name: "ring")
    super.init()
  }

  /// The number of slots of the ring: the steps of the longest delay.
  var slots: Int { ring.shape[ring.rank - 2] }

  private var hasLanes: Bool { ring.rank > 2 }

  /// Makes room for delays of so many steps of a length.
  ///
  /// - Throws: an `argument` error if spikes are under way and a step gets another length.
  func reserve(steps: Int, dt: Double, clock: Clock) throws {
    let needed = max(steps, dt == self.dt ? slots : 1)
    guard needed != slots || dt != self.dt else { return }
    let pending = ring.value
    let isEmpty = try self.dt == 0 || !(pending .!= 0).any().item(as: Bool.self)
    if dt != self.dt, !isEmpty {
      throw HillockError(
        .argument,
        "spikes are under way to a group, counted in steps of \(self.dt) ms, and the run has steps of \(dt) ms; let them arrive first, "
          + "or reset the system")
    }
    if needed != slots {
      let lanes = Array(ring.shape.dropLast(2))
      let none = try zeros(lanes + [needed, ring.shape[ring.rank - 1]], dtype: ring.dtype).checked()
      var rows = none.swappingAxes(0, -2)
      if !isEmpty {
        // Slot (i + k) mod slots holds what arrives k steps from now.
        let now = try clock.steps.value.item(as: Int.self), old = pending.swappingAxes(0, -2)
        for k in 0..<slots { rows = rows.at[(now % needed + k) % needed].set(old[(now % slots + k) % slots]) }
      }
      ring = Variable(try rows.swappingAxes(0, -2).checked(), name: "ring")
    }
    self.dt = dt
  }

  /// What the synapses do to the group in a step, at the membrane potential of its beginning.
  ///
  /// - Parameter membrane: the time constant of a membrane that is linear, if it has one.
  func drive(at V: NDArray, membrane: GroupParameter?, _ step: TimeStep) throws -> Effect {
    if synapse == .delta { return .jump(arriving(at: zerosLike(g.value), step)) }
    if output == .current, let membrane { return .current(try constantCurrent(membrane, step)) }
    return output.effect(of: g.value, at: V)
  }

  /// The constant current that does to a linear membrane during a step what the synapses' own course does: so a step is exact. (Rotter and
  /// Diesmann, Biol. Cybern. 81, 1999.)
  ///
  /// Where the membrane's time constant is a Variable, or a value of the program that is traced, it is the current of the step's beginning,
  /// which is of first order.
  private func constantCurrent(_ membrane: GroupParameter, _ step: TimeStep) throws -> NDArray {
    guard membrane.variable == nil,
      let taus = try membrane.array.checked().known({ try $0.asType(.f64).flattened().scalars(as: Double.self) })
    else { return g.value }
    var known: [Double: [Double]] = [:], weights: [[Double]] = []
    for tau in taus {
      let pair = try known[tau] ?? constantWeights(tau: tau, dt: step.dt)
      known[tau] = pair
      weights.append(pair)
    }
    let states = [g.value, h.value].prefix(weights.first?.count ?? 0)
    let terms = states.enumerated().map { position, state in
      let factors = weights.map { $0[position] }
      return taus.count == 1 ? factors[0] * state : NDArray(factors, dtype: g.dtype).reshaped(membrane.array.shape) * state
    }
    return terms.dropFirst().reduce(terms.first ?? g.value) { $0 + $1 }
  }

  /// What g and h count in the constant current: their part of V after the step, over what a constant current of 1 makes of it.
  private func constantWeights(tau: Double, dt: Double) throws(HillockError) -> [Double] {
    let matrix: [[Double]]
    switch synapse.kinetics {
    case .delta: return []
    case .exponential(let decay): matrix = [[-1 / tau, 1 / tau], [0, -1 / decay]]
    case .dual(let rise, let decay, let scale): matrix = [[-1 / tau, 1 / tau, 0], [0, -1 / decay, scale], [0, 0, -1 / rise]]
    }
    let propagator = try Propagator(matrix, dt: dt)
    return propagator.state[0].dropFirst().map { $0 / (propagator.input[0][0] / tau) }
  }

  /// Takes in what rows of connections send, at the end of the step and later.
  ///
  /// - Parameters:
  ///   - rows: spikes, or floats that multiply the weights, for each sender.
  ///   - delay: in steps, less 1, where all have one.
  ///   - delays: the same for each synapse; nil where all have one.
  func receive(_ rows: NDArray, along matrix: SynapticMatrix, delay: Int, delays: NDArray?, _ step: TimeStep) {
    if slots == 1 {
      step.arrivals(at: self).deliveries.append((rows, matrix))
    } else {
      ring.value = matrix.delivered(rows, to: ring.value, slot: (step.index + delay) % slots, delays: delays)
    }
  }

  /// Takes in weights for the group itself at the end of this step.
  func receive(_ weights: NDArray, _ step: TimeStep) {
    let own = step.arrivals(at: self), flat = weights.broadcast(to: g.shape)
    own.direct = own.direct.map { $0 + flat } ?? flat
  }

  /// Decays over a step, then takes in what arrives at its end.
  func advance(_ step: TimeStep) {
    switch synapse.kinetics {
    case .delta: break
    case .exponential(let tau): g.value = arriving(at: g.value * Scalar.exp(-step.dt / tau), step)
    case .dual(let rise, let decay, let scale):
      let old = h.value
      g.value = g.value * Scalar.exp(-step.dt / decay) + old * (scale * Synapse.response(step.dt, rise: rise, decay: decay))
      h.value = arriving(at: old * Scalar.exp(-step.dt / rise), step)
    }
  }

  /// A state, with what arrives at the end of this step added.
  private func arriving(at state: NDArray, _ step: TimeStep) -> NDArray {
    let own = step.arrivals(at: self), lanes = Array(ring.shape.dropLast(2))
    var state = own.direct.map { state + $0 } ?? state
    if slots > 1 { return state + due(step) }
    // Additions go to the state itself: a sum of their own would cost as much as the step of the group.
    for (rows, matrix) in own.deliveries {
      state = matrix.added(rows, to: state.reshaped(lanes + [ring.shape[ring.rank - 1]])).reshaped(g.shape)
    }
    return state
  }

  /// What the ring has for the end of this step, which is taken out of it.
  private func due(_ step: TimeStep) -> NDArray {
    let slot = step.index % slots
    let due = hasLanes ? ring.value[.all, slot] : ring.value[slot]
    if hasLanes { ring[.all, slot] = 0 } else { ring[slot] = 0 }
    return due.reshaped(g.shape)
  }

  /// Empties everything; with a batch, each copy has a state of its own.
  func reset(batch: Int?) throws(HillockError) {
    let lanes = batch.map { [$0] } ?? []
    try renew(\.ring, lanes + ring.shape.suffix(2))
    try renew(\.g, lanes + shape)
    try renew(\.h, lanes + shape)
  }

  private func renew(_ path: ReferenceWritableKeyPath<Receptor, Variable>, _ shape: [Int]) throws(HillockError) {
    let old = self[keyPath: path], value = try zeros(shape, dtype: old.dtype).checked()
    if old.shape == shape { old.value = value } else { self[keyPath: path] = Variable(value, name: old.name) }
  }
}
