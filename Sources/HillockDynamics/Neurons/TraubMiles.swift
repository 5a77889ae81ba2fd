import Hillock

/// Neurons with the fast sodium and potassium channels of Traub and Miles, as in the third benchmark of Brette et al.: the equations of
/// ``ThreeGateNeuron`` with v = V − V_T and
///
///     α_m = 0.32·(13 − v)/(exp((13 − v)/4) − 1)      β_m = 0.28·(v − 40)/(exp((v − 40)/5) − 1)
///     α_h = 0.128·exp((17 − v)/18)                   β_h = 4/(1 + exp((40 − v)/5))
///     α_n = 0.032·(15 − v)/(exp((15 − v)/5) − 1)     β_n = 0.5·exp((10 − v)/40)
///
/// A neuron fires when V is at `V_th` or above, and not within τ_ref after a spike. (Traub and Miles, *Neuronal Networks of the Hippocampus*,
/// 1991; Brette et al., J. Comput. Neurosci. 23, 2007.)
///
/// V in mV, I (`input`) and I_e in µA/cm², conductances in mS/cm², C in µF/cm², times in ms.
///
/// ```swift
/// let group = TraubMiles(3)
/// group.input[...] = NDArray([0.0, 2, 4])
/// let record = try group.run(100, dt: 0.05, monitors: ["spike": group.spike])
/// ```
public final class TraubMiles: ThreeGateNeuron {
  /// What the rates are shifted by, in mV.
  public let V_T: Double
  /// The threshold, in mV.
  public let V_th: GroupParameter

  /// A group of this many neurons, or of this shape. It begins at V with the gates at their steady state.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 100.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 30.0, E_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 0.05, C: some ParameterConvertible = 1.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 3.0, V: some ParameterConvertible = -60.0,
    V_th: some ParameterConvertible = -20.0, V_T: Double = -63, dtype: DType = .f32
  ) {
    self.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      V_th: V_th, V_T: V_T, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_Na: some ParameterConvertible = 50.0, g_Na: some ParameterConvertible = 100.0,
    E_K: some ParameterConvertible = -90.0, g_K: some ParameterConvertible = 30.0, E_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 0.05, C: some ParameterConvertible = 1.0, I_e: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 3.0, V: some ParameterConvertible = -60.0,
    V_th: some ParameterConvertible = -20.0, V_T: Double = -63, dtype: DType = .f32
  ) {
    self.V_T = V_T
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    super.init(
      size: size, E_Na: E_Na, g_Na: g_Na, E_K: E_K, g_K: g_K, E_L: E_L, g_L: g_L, C: C, I_e: I_e, tau_ref: tau_ref, V: V,
      dtype: dtype,
      rates: { Gate.traubMiles($0 - V_T) })
  }

  override func rates(_ V: NDArray) -> Rates { Gate.traubMiles(V - V_T) }

  override func fires(from before: NDArray, to next: NDArray) -> NDArray { next .>= V_th }
}

extension Gate {
  /// The rates of Traub and Miles, at a potential that counts from V_T.
  static func traubMiles(_ v: NDArray) -> ThreeGateNeuron.Rates {
    (
      Gate(alpha: 1.28 * rexprel((13 - v) / 4), beta: 1.4 * rexprel((v - 40) / 5)),
      Gate(alpha: 0.128 * exp((17 - v) / 18), beta: 4 / (1 + exp((40 - v) / 5))),
      Gate(alpha: 0.16 * rexprel((15 - v) / 5), beta: 0.5 * exp((10 - v) / 40))
    )
  }
}
