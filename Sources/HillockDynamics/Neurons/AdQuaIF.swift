import Hillock

/// Adaptive quadratic integrate-and-fire neurons.
///
///     τ   dV/dt = c·(V − V_rest)·(V − V_c) − R·w + R·I
///     τ_w dw/dt = a·(V − V_rest) − w
///
/// A neuron fires when V reaches V_th; then V is V_reset, held there for τ_ref, and w grows by b.
/// (Izhikevich, IEEE Trans. Neural Netw. 15, 2004; Touboul and Brette, SIAM J. Appl. Dyn. Syst. 8, 2009.)
///
/// V in mV, I (`input`), w and b in nA, R in MΩ, a in µS, times in ms.
///
/// ```swift
/// let group = AdQuaIF(3)
/// group.input[...] = 30
/// let record = try group.run(200, monitors: ["w": group.w])
/// ```
public final class AdQuaIF: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// The potential from which V rises by itself, in mV.
  public let V_c: GroupParameter
  /// The strength of the upstroke, in 1/mV.
  public let c: GroupParameter
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
    V_th: some ParameterConvertible = -30.0, V_c: some ParameterConvertible = -50.0, c: some ParameterConvertible = 0.07,
    a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 0.1, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, tau_w: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.init(
      size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, V_c: V_c, c: c, a: a, b: b, R: R, tau: tau, tau_w: tau_w,
      tau_ref: tau_ref, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = -65.0, V_reset: some ParameterConvertible = -68.0,
    V_th: some ParameterConvertible = -30.0, V_c: some ParameterConvertible = -50.0, c: some ParameterConvertible = 0.07,
    a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 0.1, R: some ParameterConvertible = 1.0,
    tau: some ParameterConvertible = 10.0, tau_w: some ParameterConvertible = 10.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -65.0, method: ODEMethod = .exponentialEuler, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_c = V_c.parameter("V_c", size: size, dtype: dtype)
    self.c = c.parameter("c", size: size, dtype: dtype)
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
      let rise = c * (V - V_rest) * (V - V_c)
      return ((rise + R * (drive.current(at: V) - w)) / tau, (a * (V - V_rest) - w) / tau_w)
    }
    w.value = select(finish(next, step, drive), adapted + b, adapted)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&w, zeros(size, dtype: dtype))
  }
}
