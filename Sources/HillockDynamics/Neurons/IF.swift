import Hillock

/// Leaky integrators: a membrane that follows its input and never fires.
///
///     τ dV/dt = −(V − V_rest) + R·I
///
/// Each step is exact for an input that is constant during it. (Abbott, Brain Res. Bull. 50, 1999.)
///
/// V in mV, I (`input`) in nA, R in MΩ, times in ms. Parameters are numbers, arrays of the group's shape, or Variables
/// (``GroupParameter``).
///
/// ```swift
/// let membrane = IF(2)
/// membrane.input[...] = 3
/// try membrane.run(100)                                      // V is 3
/// ```
public final class IF: NeuGroup {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// The resistance of the membrane, in MΩ.
  public let R: GroupParameter
  /// The time constant of the membrane, in ms.
  public let tau: GroupParameter

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_rest: some ParameterConvertible = 0.0, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, V: some ParameterConvertible = 0.0, dtype: DType = .f32
  ) {
    self.init(size: size, V_rest: V_rest, R: R, tau: tau, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = 0.0, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, V: some ParameterConvertible = 0.0, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    super.init(size: size, V: V, dtype: dtype)
  }

  public override var membraneTau: GroupParameter? { tau }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let leak = drive.conductance.map { 1 + R * $0 } ?? NDArray(1.0)
    let before = V.value, settled = (V_rest + R * drive.current) / leak
    V.value = drive.afterJump(before + (before - settled) * expm1(-step.dt / tau * leak))
  }
}
