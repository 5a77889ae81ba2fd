import Hillock

/// A group of neurons of one kind.
///
/// A model is a subclass that overrides ``advance(_:_:)``: it reads V, integrates it over the step with the ``Drive``, and sets V and
/// `spike`. The group sums the inputs before, and lets its synapses decay and receive after.
///
/// The order of a step is NEST's: V is integrated with the synaptic currents of the step's beginning; jumps of delta synapses are added;
/// neurons at the threshold fire, and are reset; synapses decay and take in what arrives at the end of the step.
open class NeuGroup: DynamicalSystem, SpikeSource {
  /// The shape of the group: `[100]` for a hundred neurons, `[10, 10]` for a sheet of them.
  public final let size: [Int]

  /// The dtype of its state, `f32` or `f64`.
  public final let dtype: DType

  /// The membrane potential in mV, of the group's dtype.
  public private(set) final var V: Variable

  /// Which neurons fired in the last step, `bool`.
  public private(set) final var spike: Variable

  /// The external input, in the model's unit. It stays until it is set again, or the group is reset: then it is 0.
  public private(set) final var input: Variable

  /// What receives spikes for this group: one for each kind of synapse, however many projections end in it.
  public internal(set) final var receptors: [Receptor] = []

  /// How many copies of the group there are; nil if there is no batch axis.
  public private(set) final var batch: Int?

  /// The membrane potential at the beginning.
  private final let initialV: NDArray

  /// - Parameters:
  ///   - size: the shape of the group.
  ///   - V: the initial membrane potential in mV: a number, or an array of the group's shape.
  ///   - dtype: the dtype of its state and its parameters, `f32` or `f64`.
  public init(size: [Int], V: some ParameterConvertible, dtype: DType = .f32) {
    self.size = size
    self.dtype = dtype
    initialV =
      dtype == .f32 || dtype == .f64
      ? V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
      : NDArray(failing: HillockError(.dtype, "a group computes in f32 or f64, not in \(dtype.name)"))
    self.V = Variable(initialV, name: "V")
    spike = Variable(zeros(size, dtype: .bool), name: "spike")
    input = Variable(zeros(size, dtype: dtype), name: "input")
    super.init()
  }

  /// The number of neurons; 0 if the shape is invalid.
  public final var count: Int { size.elementCount }

  /// The shape of the state: that of the group, behind the batch axis if there is one.
  public final var stateShape: [Int] { (batch.map { [$0] } ?? []) + size }

  /// Integrates the group over a step, and sets `V` and `spike`. Subclasses override it.
  ///
  /// - Parameters:
  ///   - step: the step's index, time and length.
  ///   - drive: the sum of what the group receives.
  open func advance(_ step: TimeStep, _ drive: Drive) throws {}

  /// The time constant in ms of a model whose membrane is linear and settles at a potential that grows with the current: for it, currents
  /// of synapses are exact over a step. Other models have nil, and get the current of the step's beginning.
  open var membraneTau: GroupParameter? { nil }

  public final override func propagate(_ step: TimeStep) throws {}

  public final override func update(_ step: TimeStep) throws {
    let potential = V.value
    var current = input.value
    var conductance: NDArray?
    var jump: NDArray?
    for effect in try step.effects(on: self) + receptors.map({ try $0.drive(at: potential, membrane: membraneTau, step) }) {
      switch effect {
      case .current(let value): current = current + value
      case .conductance(let g, let reversal):
        if reversal != 0 { current = current + g * reversal }
        conductance = conductance.map { $0 + g } ?? g
      case .jump(let value): jump = jump.map { $0 + value } ?? value
      }
    }
    try advance(step, Drive(current: current, conductance: conductance, jump: jump))
    for receptor in receptors { receptor.advance(step) }
  }

  /// Fires and resets the neurons that reach the threshold, in the usual way of integrate-and-fire models: sets `spike`, and V to the
  /// reset potential where a neuron fires.
  ///
  /// - Parameters:
  ///   - potential: V after the integration.
  ///   - isActive: which neurons are not refractory; nil for all.
  public final func fire(
    _ potential: NDArray, threshold: some ArrayConvertible, reset: some ArrayConvertible, isActive: NDArray? = nil
  ) {
    let reaches = potential .>= threshold.array
    let fires = isActive.map { $0 .& reaches } ?? reaches
    V.value = select(fires, reset.array, potential)
    spike.value = fires
  }

  open override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    if let batch, initialV.error == nil { try initialV.broadcast(to: [batch] + size).checked() }
    self.batch = batch
    renew(&V, initialV)
    renew(&spike, zeros(size, dtype: .bool))
    renew(&input, zeros(size, dtype: dtype))
    for receptor in receptors { try receptor.reset(batch: batch) }
  }

  /// Sets a state Variable to a value of the group's shape, for each copy of a batch. With another batch than before, there is a new
  /// Variable. Subclasses call it for their own state when they are reset.
  public final func renew(_ variable: inout Variable, _ value: NDArray) {
    let value = value.broadcast(to: stateShape)
    if variable.shape == stateShape {
      variable.value = value
    } else {
      variable = Variable(value, name: variable.name)
    }
  }
}
