import Hillock

/// The model `aeif_cond_exp` of NEST: adaptive exponential integrate-and-fire neurons with synaptic conductances.
///
///     C_m dV/dt = −g_L·(V − E_L) + g_L·Δ_T·exp((V − V_th)/Δ_T) − w + g_ex·(E_ex − V) + g_in·(E_in − V) + I + I_e
///     τ_w dw/dt = a·(V − E_L) − w
///
/// A neuron fires when V reaches V_peak; then V is V_reset, held there for t_ref, and w grows by b. The exponential is evaluated at V_peak at
/// most. NEST's synapses are `Synapse.exponential(tau: 0.2)` with the reversal potential 0 mV and `Synapse.exponential(tau: 2)` with −85 mV, weights
/// in nS. NEST solves by an adaptive method, and may reset within a step; here V is at V_peak at the end of a step.
/// (NEST 3.10, `models/aeif_cond_exp.cpp`; Brette and Gerstner, J. Neurophysiol. 94, 2005.)
///
/// V in mV, I (`input`) and I_e in pA, C_m in pF, conductances in nS, times in ms. w and b in pA, a in nS.
///
/// ```swift
/// let neuron = AeifCondExp(1, I_e: 700)
/// let record = try neuron.run(200, monitors: ["V": neuron.V, "w": neuron.w])
/// ```
public final class AeifCondExp: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let E_L: GroupParameter
  /// The capacitance of the membrane, in pF.
  public let C_m: GroupParameter
  /// The conductance of the leak, in nS.
  public let g_L: GroupParameter
  /// The sharpness of the upstroke, in mV.
  public let delta_T: GroupParameter
  /// Where the upstroke begins, in mV: NEST's V_th. `V_th`, where neurons fire, is V_peak.
  public let V_T: GroupParameter
  /// How the adaptation follows V, in nS.
  public let a: GroupParameter
  /// What a spike adds to the adaptation, in pA.
  public let b: GroupParameter
  /// The time constant of the adaptation, in ms.
  public let tau_w: GroupParameter
  /// A constant current, in pA.
  public let I_e: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The adaptation current, in pA.
  public private(set) var w: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_L: some ParameterConvertible = -70.6, C_m: some ParameterConvertible = 281.0,
    g_L: some ParameterConvertible = 30.0, delta_T: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -50.4,
    V_peak: some ParameterConvertible = 0.0, V_reset: some ParameterConvertible = -60.0, a: some ParameterConvertible = 4.0,
    b: some ParameterConvertible = 80.5, tau_w: some ParameterConvertible = 144.0, t_ref: some ParameterConvertible = 0.0,
    I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.6, method: ODEMethod = .exponentialEuler,
    dtype: DType = .f32
  ) {
    self.init(
      size: size, E_L: E_L, C_m: C_m, g_L: g_L, delta_T: delta_T, V_th: V_th, V_peak: V_peak, V_reset: V_reset, a: a, b: b,
      tau_w: tau_w, t_ref: t_ref, I_e: I_e, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_L: some ParameterConvertible = -70.6, C_m: some ParameterConvertible = 281.0,
    g_L: some ParameterConvertible = 30.0, delta_T: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -50.4,
    V_peak: some ParameterConvertible = 0.0, V_reset: some ParameterConvertible = -60.0, a: some ParameterConvertible = 4.0,
    b: some ParameterConvertible = 80.5, tau_w: some ParameterConvertible = 144.0, t_ref: some ParameterConvertible = 0.0,
    I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.6, method: ODEMethod = .exponentialEuler,
    dtype: DType = .f32
  ) {
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.C_m = C_m.parameter("C_m", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.delta_T = delta_T.parameter("delta_T", size: size, dtype: dtype)
    self.V_T = V_th.parameter("V_th", size: size, dtype: dtype)
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.tau_w = tau_w.parameter("tau_w", size: size, dtype: dtype)
    self.I_e = I_e.parameter("I_e", size: size, dtype: dtype)
    self.method = method
    w = Variable(zeros(size, dtype: dtype), name: "w")
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_peak, tau_ref: t_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, adapted) = try method.step(V.value, w.value, t: step.t, dt: step.dt) { [self] V, w, t in
      let bounded = minimum(V, V_th)
      let upstroke = delta_T * exp((bounded - V_T) / delta_T)
      return ((g_L * (E_L - V + upstroke) - w + drive.current(at: V) + I_e) / C_m, (a * (V - E_L) - w) / tau_w)
    }
    w.value = select(finish(next, step, drive), adapted + b, adapted)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&w, zeros(size, dtype: dtype))
  }
}
