import Hillock

/// Hodgkin–Huxley neurons.
///
///     C dV/dt = −g_Na·m³·h·(V − E_Na) − g_K·n⁴·(V − E_K) − g_L·(V − E_L) + I
///     dx/dt   = α_x(V)·(1 − x) − β_x(V)·x      for x = m, h, n
///
///     α_m = 0.1·(V + 40) / (1 − exp(−(V + 40)/10))      β_m = 4·exp(−(V + 65)/18)
///     α_h = 0.07·exp(−(V + 65)/20)                       β_h = 1 / (1 + exp(−(V + 35)/10))
///     α_n = 0.01·(V + 55) / (1 − exp(−(V + 55)/10))     β_n = 0.125·exp(−(V + 65)/80)
///
/// (Hodgkin and Huxley, J. Physiol. 117, 1952, eqs. 26, 12, 13, 15, 16, 20, 21, 23, 24; with today's sign and resting
/// potential of −65 mV, as in Gerstner et al., Neuronal Dynamics, 2014, table 2.1.)
///
/// α_m and α_n are 0/0 at −40 and −55 mV. Up to a factor, both are u/(1 − e^(−u)) = rexprel(−u), which is defined there too.
///
/// Each variable is integrated by the exponential Euler method: its equation is linear in the variable itself, and the step is exact if
/// the other variables keep the values that they had at its beginning. (Rush and Larsen, IEEE Trans. Biomed. Eng. 25, 1978.)
///
/// V in mV, time in ms, I (`input`) in µA/cm², conductances in mS/cm², C in µF/cm². A neuron fires in the step in which V
/// rises above V_th. Parameters are numbers, arrays of the group's shape, or Variables (``GroupParameter``).
///
/// ```swift
/// let neuron = HH(1)
/// neuron.input[...] = 10
/// let record = try neuron.run(50, dt: 0.01, monitors: ["V": neuron.V])
/// ```
public final class HH: NeuGroup {
  /// The reversal potential (mV) and the maximal conductance (mS/cm²) of the sodium channels.
  public let E_Na: GroupParameter, g_Na: GroupParameter
  /// The same of the potassium channels.
  public let E_K: GroupParameter, g_K: GroupParameter
  /// The same of the leak.
  public let E_L: GroupParameter, g_L: GroupParameter
  /// The capacitance of the membrane, in µF/cm².
  public let C: GroupParameter
  /// The threshold: V rises above it in a spike, in mV.
  public let V_th: GroupParameter

  /// The activation of the sodium channels, their inactivation, and the activation of the potassium channels: 0 to 1.
  public private(set) var m: Variable, h: Variable, n: Variable

  /// A group of this many neurons, or of this shape. It begins at V with the gates at their steady state.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 120.0,
    E_K: some ParameterConvertible = -77.0, g_K: some ParameterConvertible = 36.0, E_L: some ParameterConvertible = -54.387,
    g_L: some ParameterConvertible = 0.3, C: some ParameterConvertible = 1.0, V_th: some ParameterConvertible = 20.0,
    V: some ParameterConvertible = -65.0, dtype: DType = .f32
  ) {
    self.init(size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, V_th: V_th, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 120.0,
    E_K: some ParameterConvertible = -77.0, g_K: some ParameterConvertible = 36.0, E_L: some ParameterConvertible = -54.387,
    g_L: some ParameterConvertible = 0.3, C: some ParameterConvertible = 1.0, V_th: some ParameterConvertible = 20.0,
    V: some ParameterConvertible = -65.0, dtype: DType = .f32
  ) {
    self.E_Na = E_Na.parameter("E_Na", size: size, dtype: dtype)
    self.g_Na = g_Na.parameter("g_Na", size: size, dtype: dtype)
    self.E_K = E_K.parameter("E_K", size: size, dtype: dtype)
    self.g_K = g_K.parameter("g_K", size: size, dtype: dtype)
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.C = C.parameter("C", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    let V = V.parameter("V", size: size, dtype: dtype), start = V.array.asType(dtype).broadcast(to: size)
    m = Variable(Gate.m(start).steadyState, name: "m")
    h = Variable(Gate.h(start).steadyState, name: "h")
    n = Variable(Gate.n(start).steadyState, name: "n")
    super.init(size: size, V: V, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) {
    let dt = step.dt
    let (V, m, h, n) = (self.V.value, self.m.value, self.h.value, self.n.value)
    let gNa = g_Na * m * m * m * h, n2 = n * n, gK = g_K * (n2 * n2)
    let channels = gNa + gK + g_L, g = drive.conductance.map { channels + $0 } ?? channels
    let current = gNa * (E_Na - V) + gK * (E_K - V) + g_L * (E_L - V) + drive.current(at: V)
    // Exact for constant conductances. If they are all 0, V_∞ = V + current / g would be infinite; this form stays finite.
    let perCapacity = dt / C, next = drive.afterJump(V + perCapacity * current * exprel(-perCapacity * g))
    self.m.value = Gate.m(V).step(m, dt)
    self.h.value = Gate.h(V).step(h, dt)
    self.n.value = Gate.n(V).step(n, dt)
    spike.value = (V .< V_th) .& (next .>= V_th)
    self.V.value = next
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&m, Gate.m(V.value).steadyState)
    renew(&h, Gate.h(V.value).steadyState)
    renew(&n, Gate.n(V.value).steadyState)
  }
}

/// The opening and closing rates of a gate, in 1/ms, at a membrane potential in mV.
struct Gate {
  let alpha: NDArray
  let beta: NDArray

  // Multiplying by the reciprocals of the slopes, since a division takes as long as several multiplications.
  static func m(_ V: NDArray) -> Gate { Gate(alpha: rexprel((V + 40) * -0.1), beta: 4 * exp((V + 65) * (-1.0 / 18))) }
  static func h(_ V: NDArray) -> Gate { Gate(alpha: 0.07 * exp((V + 65) * -0.05), beta: 1 / (1 + exp((V + 35) * -0.1))) }
  static func n(_ V: NDArray) -> Gate { Gate(alpha: 0.1 * rexprel((V + 55) * -0.1), beta: 0.125 * exp((V + 65) * -0.0125)) }

  /// The value to which the gate tends.
  var steadyState: NDArray { alpha / (alpha + beta) }

  /// The gate's value after a step. Exact if the rates are constant.
  func step(_ x: NDArray, _ dt: Double) -> NDArray {
    let steady = steadyState
    return steady + (x - steady) * exp(-dt * (alpha + beta))
  }
}
