import Hillock

/// The model `hh_cond_exp_traub` of NEST: the neurons of ``TraubMiles`` in NEST's units.
///
/// A spike is a local maximum of V at V_T + 30 mV or above; none is counted in the refractory period after one. Its synapses are
/// `Synapse.exponential(tau: 5)` with the reversal potential 0 mV for excitation and `Synapse.exponential(tau: 10)` with −80 mV for inhibition.
///
/// V in mV, I (`input`) and I_e in pA, conductances in nS, C in pF, times in ms. (NEST 3.10, `models/hh_cond_exp_traub.cpp`, which solves the
/// equations by an adaptive method; here they are solved by the exponential Euler method.)
///
/// ```swift
/// let neuron = HHCondExpTraub(1, I_e: 500)
/// let record = try neuron.run(100, dt: 0.01, monitors: ["V": neuron.V])
/// ```
public final class HHCondExpTraub: ThreeGateNeuron {
  /// What the rates are shifted by, in mV.
  public let V_T: Double

  /// A group of this many neurons, or of this shape. It begins at V with the gates at their steady state.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 20_000.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 6000.0, E_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 10.0, C: some ParameterConvertible = 200.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 2.0, V: some ParameterConvertible = -60.0,
    V_T: Double = -63, dtype: DType = .f32
  ) {
    self.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      V_T: V_T, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 20_000.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 6000.0, E_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 10.0, C: some ParameterConvertible = 200.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 2.0, V: some ParameterConvertible = -60.0,
    V_T: Double = -63, dtype: DType = .f32
  ) {
    self.V_T = V_T
    super.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      dtype: dtype,
      rates: { Gate.traubMiles($0 - V_T) })
  }

  override func rates(_ V: NDArray) -> Rates { Gate.traubMiles(V - V_T) }

  override func fires(from before: NDArray, to next: NDArray) -> NDArray { (next .>= V_T + 30) .& (next .< before) }
}
