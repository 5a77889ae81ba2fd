import Hillock

/// Exponential integrate-and-fire neurons.
///
///     τ dV/dt = −(V − V_rest) + Δ_T·exp((V − V_T)/Δ_T) + R·I
///
/// A neuron fires when V reaches V_th; then V is V_reset, and held there for τ_ref.
/// (Fourcaud-Trocmé, Hansel, van Vreeswijk and Brunel, J. Neurosci. 23, 2003.)
///
/// With potentials near V_th the exponential is evaluated at V_th at most, so that nothing overflows.
///
/// V in mV, I (`input`) in nA, R in MΩ, times in ms. Parameters are numbers, arrays of the group's shape, or Variables
/// (``GroupParameter``).
///
/// ```swift
/// let group = ExpIF(3)
/// group.input[...] = NDArray([0.0, 5, 10])
/// let record = try group.run(100, monitors: ["spike": group.spike])
/// ```
public final class ExpIF: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// Where the upstroke begins, in mV.
  public let V_T: GroupParameter
  /// The sharpness of the upstroke, in mV.
  public let delta_T: GroupParameter
  /// The resistance of the membrane, in MΩ.
  public let R: GroupParameter
  /// The time constant of the membrane, in ms.
  public let tau: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -55.0, V_T: some ParameterConvertible = -59.9, delta_T: some ParameterConvertible = 3.48,
    R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.init(
      size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, V_T: V_T, delta_T: delta_T, R: R, tau: tau, tau_ref: tau_ref,
      V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -55.0, V_T: some ParameterConvertible = -59.9, delta_T: some ParameterConvertible = 3.48,
    R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_T = V_T.parameter("V_T", size: size, dtype: dtype)
    self.delta_T = delta_T.parameter("delta_T", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    self.method = method
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: tau_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let next = try method.step(V.value, t: step.t, dt: step.dt) { [self] V, t in
      let upstroke = delta_T * exp((minimum(V, V_th) - V_T) / delta_T)
      return (V_rest - V + upstroke + R * drive.current(at: V)) / tau
    }
    finish(next, step, drive)
  }
}
