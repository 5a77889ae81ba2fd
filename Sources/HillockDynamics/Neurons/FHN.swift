import Hillock

/// FitzHugh and Nagumo's neurons.
///
///     dV/dt = V − V³/3 − w + I
///     dw/dt = (V + a − b·w)/τ
///
/// A neuron fires in the step in which V rises to V_th. (FitzHugh, Biophys. J. 1, 1961; Nagumo, Arimoto and Yoshizawa, Proc. IRE 50, 1962.)
///
/// The variables have no units. At the beginning they are at rest for the default parameters.
///
/// ```swift
/// let group = FHN(1)
/// group.input[...] = 0.5
/// let record = try group.run(200, monitors: ["V": group.V])
/// ```
public final class FHN: NeuGroup {
  /// The offset of the recovery.
  public let a: GroupParameter
  /// The decay of the recovery.
  public let b: GroupParameter
  /// The time constant of the recovery.
  public let tau: GroupParameter
  /// The threshold.
  public let V_th: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The recovery variable; at the beginning where V is at rest without input.
  public private(set) var w: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., a: some ParameterConvertible = 0.7, b: some ParameterConvertible = 0.8, tau: some ParameterConvertible = 12.5,
    V_th: some ParameterConvertible = 1.8, V: some ParameterConvertible = -1.199408035244, method: ODEMethod = .rk4,
    dtype: DType = .f32
  ) {
    self.init(size: size, a: a, b: b, tau: tau, V_th: V_th, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], a: some ParameterConvertible = 0.7, b: some ParameterConvertible = 0.8, tau: some ParameterConvertible = 12.5,
    V_th: some ParameterConvertible = 1.8, V: some ParameterConvertible = -1.199408035244, method: ODEMethod = .rk4,
    dtype: DType = .f32
  ) {
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    self.method = method
    let start = V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
    w = Variable(start - start * start * start / 3, name: "w")
    super.init(size: size, V: V, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, recovered) = try method.step(V.value, w.value, t: step.t, dt: step.dt) { [self] V, w, t in
      (V - V * V * V / 3 - w + drive.current(at: V), (V + a - b * w) / tau)
    }
    w.value = recovered
    finish(next, drive, crossing: V_th)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let start = V.value
    renew(&w, start - start * start * start / 3)
  }
}
