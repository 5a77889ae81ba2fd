import Hillock

/// The synapses of one kind at a group of neurons: the sum of their conductances, and the spikes that are under way to them.
///
/// Projections with an equal ``Synapse`` and ``SynapticOutput`` share one, which is exact, since the kinetics are linear.
public final class Receptor: Base {
  /// The kinetics.
  public let synapse: Synapse
  /// How g becomes a current.
  public let output: SynapticOutput

  /// g, of the group's shape and dtype: a conductance, a current, or nothing of meaning for delta synapses.
  public let g: Variable
  /// The second state of synapses that rise.
  let h: Variable
  /// The weights that arrive in the coming steps, `[slots, neurons]`: those of step i in slot i mod slots.
  private(set) var ring: Variable
  /// The step's length for which the slots were counted; 0 before.
  private var dt = 0.0
  private let shape: [Int]

  init(_ synapse: Synapse, _ output: SynapticOutput, group: NeuGroup) {
    self.synapse = synapse
    self.output = output
    shape = group.size
    g = Variable(zeros(group.size, dtype: group.dtype), name: "g")
    h = Variable(zeros(group.size, dtype: group.dtype), name: "h")
    ring = Variable(zeros([1, group.count], dtype: group.dtype), name: "ring")
    super.init()
  }

  /// The number of slots of the ring: one more than the steps by which the longest delay exceeds one step.
  var slots: Int { ring.shape[0] }

  /// Makes room for delays of so many steps of a length.
  ///
  /// - Throws: an `argument` error if spikes are under way and a step gets another length, or the program is being traced.
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
      // Slot (i + k) mod slots holds what arrives k steps from now.
      var rows = zeros([needed, ring.shape[1]], dtype: ring.dtype)
      if !isEmpty {
        let now = try clock.steps.value.item(as: Int.self)
        for k in 0..<slots { rows = rows.at[(now + k) % needed].set(pending[(now + k) % slots]) }
      }
      ring = Variable(rows, name: "ring")
    }
    self.dt = dt
  }

  /// What the synapses do to the group in this step, at the membrane potential of its beginning.
  enum Effect {
    case current(NDArray)
    /// g and the reversal potential.
    case conductance(NDArray, Double)
    case jump(NDArray)
  }

  func drive(at V: NDArray, _ step: TimeStep) -> Effect {
    if synapse == .delta { return .jump(arrivals(step)) }
    switch output {
    case .current: return .current(g.value)
    case .conductance(let reversal): return .conductance(g.value, reversal)
    case .magnesiumBlock(let reversal, let magnesium, let alpha, let beta):
      return .conductance(g.value / (1 + (magnesium / beta) * exp(-alpha * V)), reversal)
    }
  }

  /// Decays over a step, then takes in what arrives at its end.
  func advance(_ step: TimeStep) {
    switch synapse.kinetics {
    case .delta: break
    case .exponential(let tau): g.value = g.value * Scalar.exp(-step.dt / tau) + arrivals(step)
    case .dual(let rise, let decay, let scale):
      let old = h.value
      g.value = g.value * Scalar.exp(-step.dt / decay) + old * Synapse.response(step.dt, rise: rise, decay: decay)
      h.value = old * Scalar.exp(-step.dt / rise) + scale * arrivals(step)
    }
  }

  /// Takes what arrives in this step out of the ring.
  private func arrivals(_ step: TimeStep) -> NDArray {
    let slot = step.index % slots
    let arriving = ring.value[slot]
    ring[slot] = 0
    return arriving.reshaped(shape)
  }

  func reset() {
    g.value = zerosLike(g.value)
    h.value = zerosLike(h.value)
    ring.value = zerosLike(ring.value)
  }
}
