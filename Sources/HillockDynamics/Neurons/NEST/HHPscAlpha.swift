import Hillock

/// The model `hh_psc_alpha` of NEST: Hodgkin–Huxley neurons in NEST's units.
///
/// The equations and rates are those of ``HH``. A spike is a local maximum of V at 0 mV or above; none is counted in the refractory period
/// after one. Its synapses are `Synapse.alpha(tau: 0.2)` for excitation and `Synapse.alpha(tau: 2)` for inhibition, as currents in pA.
///
/// V in mV, I (`input`) and I_e in pA, conductances in nS, C in pF, times in ms. (NEST 3.10, `models/hh_psc_alpha.cpp`, which solves the
/// equations by an adaptive method; here they are solved by the exponential Euler method.)
///
/// ```swift
/// let neuron = HHPscAlpha(1, I_e: 650)
/// let record = try neuron.run(100, dt: 0.01, monitors: ["V": neuron.V])
/// ```
public final class HHPscAlpha: ThreeGateNeuron {
  /// A group of this many neurons, or of this shape. It begins at V with the gates at their steady state.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 12_000.0,
    E_K: some ParameterConvertible = -77.0, g_K: some ParameterConvertible = 3600.0, E_L: some ParameterConvertible = -54.402,
    g_L: some ParameterConvertible = 30.0, C: some ParameterConvertible = 100.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 2.0, V: some ParameterConvertible = -65.0,
    dtype: DType = .f32
  ) {
    self.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 12_000.0,
    E_K: some ParameterConvertible = -77.0, g_K: some ParameterConvertible = 3600.0, E_L: some ParameterConvertible = -54.402,
    g_L: some ParameterConvertible = 30.0, C: some ParameterConvertible = 100.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 2.0, V: some ParameterConvertible = -65.0,
    dtype: DType = .f32
  ) {
    super.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      dtype: dtype,
      rates: { (.m($0), .h($0), .n($0)) })
  }

  /// A local maximum above 0.
  override func fires(from before: NDArray, to next: NDArray) -> NDArray { (next .>= 0) .& (next .< before) }
}
