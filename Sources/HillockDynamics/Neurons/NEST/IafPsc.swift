import Hillock

/// The models `iaf_psc_exp`, `iaf_psc_alpha` and `iaf_psc_delta` of NEST: leaky integrate-and-fire neurons in NEST's units.
///
///     dV/dt = −(V − E_L)/τ_m + (I + I_e)/C_m
///
/// The three differ in their synapses, which a projection names: `Synapse.exponential(tau: 2)`, `Synapse.alpha(tau: 2)` (weights in pA) and
/// `Synapse.delta` (weights in mV). Steps are exact for currents that are constant during them. A neuron fires when V reaches V_th; then V
/// is V_reset, and held there for t_ref. (NEST 3.10, `models/iaf_psc_*.cpp`; Rotter and Diesmann, Biol. Cybern. 81, 1999.)
///
/// V in mV, I (`input`) and I_e in pA, C_m in pF, conductances in nS, times in ms. A change of `input` acts in the step in which it is made;
/// NEST's generators act one step later.
///
/// ```swift
/// let neuron = IafPsc(1, I_e: 1000, dtype: .f64)
/// let record = try neuron.run(5, monitors: ["V": neuron.V])      // −69.602, −69.208, …
/// ```
public final class IafPsc: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let E_L: GroupParameter
  /// The capacitance of the membrane, in pF.
  public let C_m: GroupParameter
  /// The time constant of the membrane, in ms.
  public let tau_m: GroupParameter
  /// A constant current, in pA.
  public let I_e: GroupParameter

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., E_L: some ParameterConvertible = -70.0, C_m: some ParameterConvertible = 250.0,
    tau_m: some ParameterConvertible = 10.0, t_ref: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -55.0,
    V_reset: some ParameterConvertible = -70.0, I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0,
    dtype: DType = .f32
  ) {
    self.init(
      size: size, E_L: E_L, C_m: C_m, tau_m: tau_m, t_ref: t_ref, V_th: V_th, V_reset: V_reset, I_e: I_e, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], E_L: some ParameterConvertible = -70.0, C_m: some ParameterConvertible = 250.0,
    tau_m: some ParameterConvertible = 10.0, t_ref: some ParameterConvertible = 2.0, V_th: some ParameterConvertible = -55.0,
    V_reset: some ParameterConvertible = -70.0, I_e: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0,
    dtype: DType = .f32
  ) {
    self.E_L = E_L.parameter("E_L", size: size, dtype: dtype)
    self.C_m = C_m.parameter("C_m", size: size, dtype: dtype)
    self.tau_m = tau_m.parameter("tau_m", size: size, dtype: dtype)
    self.I_e = I_e.parameter("I_e", size: size, dtype: dtype)
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: t_ref, dtype: dtype)
  }

  public override var membraneTau: GroupParameter? { tau_m }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let before = V.value, leak = drive.conductance.map { 1 + tau_m / C_m * $0 } ?? NDArray(1.0)
    let settled = (E_L + tau_m / C_m * (drive.current + I_e)) / leak
    finish(before + (before - settled) * expm1(-step.dt / tau_m * leak), step, drive)
  }
}
