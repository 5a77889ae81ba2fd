import Hillock

/// Neurons with the channels of Hodgkin and Huxley, and rates of a subclass's own:
///
///     C dV/dt = −g_Na·m³·h·(V − E_Na) − g_K·n⁴·(V − E_K) − g_L·(V − E_L) + I
///     dx/dt   = α_x(V)·(1 − x) − β_x(V)·x      for x = m, h, n
///
/// Each variable is integrated by the exponential Euler method, as in ``HH``. A spike has no reset; for `tau_ref` after it, none is
/// counted.
public class ThreeGateNeuron: NeuGroup {
  /// The reversal potential (mV) and the maximal conductance of the sodium channels.
  public final let E_Na: GroupParameter, g_Na: GroupParameter
  /// The same of the potassium channels.
  public final let E_K: GroupParameter, g_K: GroupParameter
  /// The same of the leak.
  public final let E_L: GroupParameter, g_L: GroupParameter
  /// The capacitance of the membrane.
  public final let C: GroupParameter
  /// A constant current, in the unit of `input`.
  public final let I_e: GroupParameter
  /// For how long after a spike none is counted, in ms; rounded to whole steps.
  public final let tau_ref: GroupParameter

  /// The activation of the sodium channels, their inactivation, and the activation of the potassium channels: 0 to 1.
  public private(set) final var m: Variable, h: Variable, n: Variable
  /// For how many steps no spike is counted, `i32`.
  public private(set) final var refractorySteps: Variable

  init(
    size: [Int], E_Na: some ParameterConvertible, g_Na: some ParameterConvertible, E_K: some ParameterConvertible,
    g_K: some ParameterConvertible, E_L: some ParameterConvertible, g_L: some ParameterConvertible, C: some ParameterConvertible,
    I_e: some ParameterConvertible, tau_ref: some ParameterConvertible, V: some ParameterConvertible, dtype: DType,
    rates: (NDArray) -> Rates
  ) {
    self.E_Na = E_Na.parameter("E_Na", size: size, dtype: dtype)
    self.g_Na = g_Na.parameter("g_Na", size: size, dtype: dtype)
    self.E_K = E_K.parameter("E_K", size: size, dtype: dtype)
    self.g_K = g_K.parameter("g_K", size: size, dtype: dtype)
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.C = C.parameter("C", size: size, dtype: dtype)
    self.I_e = I_e.parameter("I_e", size: size, dtype: dtype)
    self.tau_ref = tau_ref.parameter("tau_ref", size: size, dtype: dtype)
    let V = V.parameter("V", size: size, dtype: dtype), gates = rates(V.array.asType(dtype).broadcast(to: size))
    m = Variable(gates.m.steadyState, name: "m")
    h = Variable(gates.h.steadyState, name: "h")
    n = Variable(gates.n.steadyState, name: "n")
    refractorySteps = Variable(zeros(size, dtype: .i32), name: "refractorySteps")
    super.init(size: size, V: V, dtype: dtype)
  }

  typealias Rates = (m: Gate, h: Gate, n: Gate)

  /// The rates of the gates at a potential.
  func rates(_ V: NDArray) -> Rates { (.m(V), .h(V), .n(V)) }

  /// Whether a neuron that went from one potential to another in a step fires.
  func fires(from before: NDArray, to next: NDArray) -> NDArray { zerosLike(before, dtype: .bool) }

  public override func advance(_ step: TimeStep, _ drive: Drive) {
    let V = self.V.value, (m, h, n) = (self.m.value, self.h.value, self.n.value), gates = rates(V)
    let gNa = g_Na * m * m * m * h, n2 = n * n, gK = g_K * (n2 * n2)
    let channels = gNa + gK + g_L, g = drive.conductance.map { channels + $0 } ?? channels
    let ions = gNa * (E_Na - V) + gK * (E_K - V) + g_L * (E_L - V), current = ions + drive.current(at: V) + I_e
    let perCapacity = step.dt / C, next = drive.afterJump(V + perCapacity * current * exprel(-perCapacity * g))
    self.m.value = gates.m.step(m, step.dt)
    self.h.value = gates.h.step(h, step.dt)
    self.n.value = gates.n.step(n, step.dt)
    let heldFor = refractorySteps.value, fires = fires(from: V, to: next) .& (heldFor .== 0)
    spike.value = fires
    let held = round(tau_ref.array.asType(.f32).asType(.f64) / step.dt).asType(.i32)
    refractorySteps.value = select(fires, held, maximum(heldFor - 1, 0))
    self.V.value = next
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let gates = rates(V.value)
    renew(&m, gates.m.steadyState)
    renew(&h, gates.h.steadyState)
    renew(&n, gates.n.steadyState)
    renew(&refractorySteps, zeros(size, dtype: .i32))
  }
}
