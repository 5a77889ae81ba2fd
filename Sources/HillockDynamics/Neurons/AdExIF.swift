import Hillock

/// Adaptive exponential integrate-and-fire neurons.
///
///     τ   dV/dt = −(V − V_rest) + Δ_T·exp((V − V_T)/Δ_T) − R·w + R·I
///     τ_w dw/dt = a·(V − V_rest) − w
///
/// A neuron fires when V reaches V_th; then V is V_reset, held there for τ_ref, and w grows by b.
/// (Brette and Gerstner, J. Neurophysiol. 94, 2005.)
///
/// With potentials near V_th the exponential is evaluated at V_th at most, so that nothing overflows. In units of pF, nS and pA it is ``AeifCondExp``.
///
/// V in mV, I (`input`), w and b in nA, R in MΩ, a in µS, times in ms.
///
/// ```swift
/// let group = AdExIF(3)
/// group.input[...] = 65
/// let record = try group.run(200, monitors: ["w": group.w])
/// ```
public final class AdExIF: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// Where the upstroke begins, in mV.
  public let V_T: GroupParameter
  /// The sharpness of the upstroke, in mV.
  public let delta_T: GroupParameter
  /// How the adaptation follows V, in µS.
  public let a: GroupParameter
  /// How much a spike adds to the adaptation, in nA.
  public let b: GroupParameter
  /// The resistance of the membrane, in MΩ.
  public let R: GroupParameter
  /// The time constant of the membrane, in ms.
  public let tau: GroupParameter
  /// The time constant of the adaptation, in ms.
  public let tau_w: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The adaptation current, in nA.
  public private(set) var w: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -55.0, V_T: some ParameterConvertible = -59.9, delta_T: some ParameterConvertible = 3.48,
    a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 1.0, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, tau_w: some ParameterConvertible = 30.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.init(
      size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, V_T: V_T, delta_T: delta_T, a: a, b: b, R: R, tau: tau,
      tau_w: tau_w, tau_ref: tau_ref, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -55.0, V_T: some ParameterConvertible = -59.9, delta_T: some ParameterConvertible = 3.48,
    a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 1.0, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, tau_w: some ParameterConvertible = 30.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_T = V_T.parameter("V_T", size: size, dtype: dtype)
    self.delta_T = delta_T.parameter("delta_T", size: size, dtype: dtype)
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    self.tau_w = tau_w.parameter("tau_w", size: size, dtype: dtype)
    self.method = method
    w = Variable(zeros(size, dtype: dtype), name: "w")
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: tau_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, adapted) = try method.step(V.value, w.value, t: step.t, dt: step.dt) { [self] V, w, t in
      let upstroke = delta_T * exp((minimum(V, V_th) - V_T) / delta_T)
      return ((V_rest - V + upstroke + R * (drive.current(at: V) - w)) / tau, (a * (V - V_rest) - w) / tau_w)
    }
    w.value = select(finish(next, step, drive), adapted + b, adapted)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&w, zeros(size, dtype: dtype))
  }
}
