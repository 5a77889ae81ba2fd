import Hillock

/// Quadratic integrate-and-fire neurons.
///
///     τ dV/dt = c·(V − V_rest)·(V − V_c) + R·I
///
/// A neuron fires when V reaches V_th; then V is V_reset, and held there for τ_ref.
/// (Latham, Richmond, Nelson and Nirenberg, J. Neurophysiol. 83, 2000.)
///
/// V in mV, I (`input`) in nA, R in MΩ, times in ms. Parameters are numbers, arrays of the group's shape, or Variables
/// (``GroupParameter``).
///
/// ```swift
/// let group = QuaIF(3)
/// group.input[...] = NDArray([0.0, 5, 10])
/// let record = try group.run(100, monitors: ["spike": group.spike])
/// ```
public final class QuaIF: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// The potential from which V rises by itself, in mV.
  public let V_c: GroupParameter
  /// The strength of the upstroke, in 1/mV.
  public let c: GroupParameter
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
    V_th: some ParameterConvertible = -30.0, V_c: some ParameterConvertible = -50.0, c: some ParameterConvertible = 0.07,
    R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.init(
      size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, V_c: V_c, c: c, R: R, tau: tau, tau_ref: tau_ref, V: V,
      method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -30.0, V_c: some ParameterConvertible = -50.0, c: some ParameterConvertible = 0.07,
    R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_c = V_c.parameter("V_c", size: size, dtype: dtype)
    self.c = c.parameter("c", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    self.method = method
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: tau_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let next = try method.step(V.value, t: step.t, dt: step.dt) { [self] V, t in
      (c * (V - V_rest) * (V - V_c) + R * drive.current(at: V)) / tau
    }
    finish(next, step, drive)
  }
}
