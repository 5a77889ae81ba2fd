import Hillock

/// Wang and Buzsáki's interneurons.
///
///     C dV/dt = −g_Na·m∞³·h·(V − E_Na) − g_K·n⁴·(V − E_K) − g_L·(V − E_L) + I
///     dx/dt   = φ·(α_x·(1 − x) − β_x·x)      for x = h, n;  m∞ = α_m/(α_m + β_m)
///
///     α_m = 0.1·(V + 35)/(1 − exp(−0.1·(V + 35)))      β_m = 4·exp(−(V + 60)/18)
///     α_h = 0.07·exp(−(V + 58)/20)                      β_h = 1/(1 + exp(−0.1·(V + 28)))
///     α_n = 0.01·(V + 34)/(1 − exp(−0.1·(V + 34)))     β_n = 0.125·exp(−(V + 44)/80)
///
/// A neuron fires in the step in which V rises to V_th. Each variable is integrated by the exponential Euler method, as in ``HH``.
/// (Wang and Buzsáki, J. Neurosci. 16, 1996.)
///
/// V in mV, I (`input`) in µA/cm², conductances in mS/cm², C in µF/cm², times in ms.
///
/// ```swift
/// let group = WangBuzsaki(1)
/// group.input[...] = 1
/// let record = try group.run(200, dt: 0.05, monitors: ["V": group.V])
/// ```
public final class WangBuzsaki: NeuGroup {
  /// The reversal potential of sodium, in mV.
  public let E_Na: GroupParameter
  /// The maximal conductance of the sodium channels.
  public let g_Na: GroupParameter
  /// The reversal potential of potassium, in mV.
  public let E_K: GroupParameter
  /// The maximal conductance of the potassium channels.
  public let g_K: GroupParameter
  /// The reversal potential of the leak, in mV.
  public let E_L: GroupParameter
  /// The conductance of the leak.
  public let g_L: GroupParameter
  /// The capacitance.
  public let C: GroupParameter
  /// How much faster the gates are.
  public let phi: GroupParameter
  /// The threshold, in mV.
  public let V_th: GroupParameter

  /// The inactivation of the sodium channels; at the beginning in its steady state.
  public private(set) var h: Variable
  /// The activation of the potassium channels; at the beginning in its steady state.
  public private(set) var n: Variable

  /// A group of this many neurons, or of this shape. It begins at V with the gates at their steady state: with the defaults, at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_Na: some ParameterConvertible = 55.0, g_Na: some ParameterConvertible = 35.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 9.0, E_L: some ParameterConvertible = -65.0,
    g_L: some ParameterConvertible = 0.1, C: some ParameterConvertible = 1.0, phi: some ParameterConvertible = 5.0,
    V_th: some ParameterConvertible = 20.0, V: some ParameterConvertible = -64.01756491, dtype: DType = .f32
  ) {
    self.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, phi: phi, V_th: V_th, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_Na: some ParameterConvertible = 55.0, g_Na: some ParameterConvertible = 35.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 9.0, E_L: some ParameterConvertible = -65.0,
    g_L: some ParameterConvertible = 0.1, C: some ParameterConvertible = 1.0, phi: some ParameterConvertible = 5.0,
    V_th: some ParameterConvertible = 20.0, V: some ParameterConvertible = -64.01756491, dtype: DType = .f32
  ) {
    self.E_Na = E_Na.parameter("E_Na", size: size, dtype: dtype)
    self.g_Na = g_Na.parameter("g_Na", size: size, dtype: dtype)
    self.E_K = E_K.parameter("E_K", size: size, dtype: dtype)
    self.g_K = g_K.parameter("g_K", size: size, dtype: dtype)
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.C = C.parameter("C", size: size, dtype: dtype)
    self.phi = phi.parameter("phi", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    let start = V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
    h = Variable(WangBuzsaki.inactivation(start).steadyState, name: "h")
    n = Variable(WangBuzsaki.potassium(start).steadyState, name: "n")
    super.init(size: size, V: V, dtype: dtype)
  }

  private static func activation(_ V: NDArray) -> Gate {
    Gate(alpha: rexprel((V + 35) * -0.1), beta: 4 * exp((V + 60) * (-1.0 / 18)))
  }

  private static func inactivation(_ V: NDArray) -> Gate {
    Gate(alpha: 0.07 * exp((V + 58) * -0.05), beta: 1 / (1 + exp((V + 28) * -0.1)))
  }

  private static func potassium(_ V: NDArray) -> Gate {
    Gate(alpha: 0.1 * rexprel((V + 34) * -0.1), beta: 0.125 * exp((V + 44) * -0.0125))
  }

  private func step(_ gate: Gate, _ x: NDArray, _ dt: Double) -> NDArray {
    Gate(alpha: phi * gate.alpha, beta: phi * gate.beta).step(x, dt)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let V = self.V.value, (h, n) = (self.h.value, self.n.value), m = Self.activation(V).steadyState, n2 = n * n
    let gNa = g_Na * m * m * m * h, gK = g_K * (n2 * n2), channels = gNa + gK + g_L
    let g = drive.conductance.map { channels + $0 } ?? channels
    let current = gNa * (E_Na - V) + gK * (E_K - V) + g_L * (E_L - V) + drive.current(at: V)
    let perCapacity = step.dt / C
    self.h.value = self.step(Self.inactivation(V), h, step.dt)
    self.n.value = self.step(Self.potassium(V), n, step.dt)
    finish(V + perCapacity * current * exprel(-perCapacity * g), drive, crossing: V_th)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let start = V.value
    renew(&h, WangBuzsaki.inactivation(start).steadyState)
    renew(&n, WangBuzsaki.potassium(start).steadyState)
  }
}
