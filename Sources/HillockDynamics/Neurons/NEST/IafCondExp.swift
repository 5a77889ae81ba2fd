import Hillock

/// The model `iaf_cond_exp` of NEST: leaky integrate-and-fire neurons with synaptic conductances.
///
///     C_m dV/dt = −g_L·(V − E_L) + g_ex·(E_ex − V) + g_in·(E_in − V) + I + I_e
///
/// A neuron fires when V reaches V_th; then V is V_reset, and held there for t_ref. NEST's synapses are `Synapse.exponential(tau: 0.2)` with
/// the reversal potential 0 mV and `Synapse.exponential(tau: 2)` with −85 mV, weights in nS. Conductances keep the value of a step's beginning
/// during it, so the error of V is of the first order in dt; NEST solves by an adaptive method. (NEST 3.10, `models/iaf_cond_exp.cpp`.)
///
/// V in mV, I (`input`) and I_e in pA, C_m in pF, conductances in nS, times in ms.
///
/// ```swift
/// let group = IafCondExp(10, I_e: 300)
/// let record = try group.run(100, monitors: ["V": group.V])
/// ```
public final class IafCondExp: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let E_L: GroupParameter
  /// The capacitance of the membrane, in pF.
  public let C_m: GroupParameter
  /// The conductance of the leak, in nS.
  public let g_L: GroupParameter
  /// A constant current, in pA.
  public let I_e: GroupParameter

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_L: some ParameterConvertible = -70.0, C_m: some ParameterConvertible = 250.0,
    g_L: some ParameterConvertible = 16.6667, t_ref: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -55.0,
    V_reset: some ParameterConvertible = -60.0, I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0,
    dtype: DType = .f32
  ) {
    self.init(size: size, E_L: E_L, C_m: C_m, g_L: g_L, t_ref: t_ref, V_th: V_th, V_reset: V_reset, I_e: I_e, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_L: some ParameterConvertible = -70.0, C_m: some ParameterConvertible = 250.0,
    g_L: some ParameterConvertible = 16.6667, t_ref: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -55.0,
    V_reset: some ParameterConvertible = -60.0, I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0,
    dtype: DType = .f32
  ) {
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.C_m = C_m.parameter("C_m", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.I_e = I_e.parameter("I_e", size: size, dtype: dtype)
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: t_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let before = V.value, g = drive.conductance.map { g_L + $0 } ?? g_L.array, perCapacity = step.dt / C_m
    let current = g_L * (E_L - before) + drive.current(at: before) + I_e
    finish(before + perCapacity * current * exprel(-perCapacity * g), step, drive)
  }
}
