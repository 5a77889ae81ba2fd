import Hillock

/// Generalised integrate-and-fire neurons, with two internal currents and a threshold that moves.
///
///     τ dV/dt    = −(V − V_rest) + R·(I + I₁ + I₂)
///     dIᵢ/dt     = −kᵢ·Iᵢ
///     dV_th/dt   = a·(V − V_rest) − b·(V_th − V_th∞)
///
/// A neuron fires when V reaches the threshold of the same time. Then V is V_reset, held there for τ_ref, Iᵢ becomes Rᵢ·Iᵢ + Aᵢ, and the
/// threshold is at least V_threset. (Mihalas and Niebur, Neural Comput. 21, 2009.)
///
/// V in mV, I (`input`), Iᵢ and Aᵢ in nA, R in MΩ, a, b and kᵢ in 1/ms, times in ms. `V_th` is V_th∞.
///
/// ```swift
/// let group = GIF(2, a: 0.005, A1: 5.0)
/// group.input[...] = 2
/// let record = try group.run(200, monitors: ["threshold": group.threshold])
/// ```
public final class GIF: IntegrateAndFire {
  /// The potential at rest, in mV.
  public let V_rest: GroupParameter
  /// The lowest threshold after a spike, in mV.
  public let V_threset: GroupParameter
  /// The resistance of the membrane, in MΩ.
  public let R: GroupParameter
  /// The time constant of the membrane, in ms.
  public let tau: GroupParameter
  /// How the threshold follows V, in 1/ms.
  public let a: GroupParameter
  /// How the threshold returns, in 1/ms.
  public let b: GroupParameter
  /// The decay of the first current, in 1/ms.
  public let k1: GroupParameter
  /// The decay of the second current, in 1/ms.
  public let k2: GroupParameter
  /// What a spike leaves of the first current.
  public let R1: GroupParameter
  /// What a spike leaves of the second current.
  public let R2: GroupParameter
  /// What a spike adds to the first current, in nA.
  public let A1: GroupParameter
  /// What a spike adds to the second current, in nA.
  public let A2: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The first internal current, in nA.
  public private(set) var I1: Variable
  /// The second internal current, in nA.
  public private(set) var I2: Variable
  /// The threshold, in mV.
  public private(set) var threshold: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_rest: some ParameterConvertible = -70.0, V_reset: some ParameterConvertible = -70.0,
    V_th: some ParameterConvertible = -50.0, V_threset: some ParameterConvertible = -60.0, R: some ParameterConvertible = 20.0,
    tau: some ParameterConvertible = 20.0, a: some ParameterConvertible = 0.0, b: some ParameterConvertible = 0.01,
    k1: some ParameterConvertible = 0.2, k2: some ParameterConvertible = 0.02, R1: some ParameterConvertible = 0.0,
    R2: some ParameterConvertible = 1.0, A1: some ParameterConvertible = 0.0, A2: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0, method: ODEMethod = .exponentialEuler,
    dtype: DType = .f32
  ) {
    self.init(
      size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, V_threset: V_threset, R: R, tau: tau, a: a, b: b, k1: k1, k2: k2,
      R1: R1, R2: R2, A1: A1, A2: A2, tau_ref: tau_ref, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = -70.0, V_reset: some ParameterConvertible = -70.0,
    V_th: some ParameterConvertible = -50.0, V_threset: some ParameterConvertible = -60.0, R: some ParameterConvertible = 20.0,
    tau: some ParameterConvertible = 20.0, a: some ParameterConvertible = 0.0, b: some ParameterConvertible = 0.01,
    k1: some ParameterConvertible = 0.2, k2: some ParameterConvertible = 0.02, R1: some ParameterConvertible = 0.0,
    R2: some ParameterConvertible = 1.0, A1: some ParameterConvertible = 0.0, A2: some ParameterConvertible = 0.0,
    tau_ref: some ParameterConvertible = 0.0, V: some ParameterConvertible = -70.0, method: ODEMethod = .exponentialEuler,
    dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_threset = V_threset.parameter("V_threset", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.k1 = k1.parameter("k1", size: size, dtype: dtype)
    self.k2 = k2.parameter("k2", size: size, dtype: dtype)
    self.R1 = R1.parameter("R1", size: size, dtype: dtype)
    self.R2 = R2.parameter("R2", size: size, dtype: dtype)
    self.A1 = A1.parameter("A1", size: size, dtype: dtype)
    self.A2 = A2.parameter("A2", size: size, dtype: dtype)
    self.method = method
    I1 = Variable(zeros(size, dtype: dtype), name: "I1")
    I2 = Variable(zeros(size, dtype: dtype), name: "I2")
    threshold = Variable(
      V_th.parameter("V_th", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size), name: "threshold")
    super.init(size: size, V: V, V_reset: V_reset, V_th: V_th, tau_ref: tau_ref, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, first, second, moved) = try method.step(V.value, I1.value, I2.value, threshold.value, t: step.t, dt: step.dt) {
      [self] V, I1, I2, threshold, t in
      let leak = V_rest - V, current = drive.current(at: V) + I1 + I2
      return ((leak + R * current) / tau, -k1 * I1, -k2 * I2, -a * leak - b * (threshold - V_th))
    }
    let fires = finish(next, step, drive, threshold: moved)
    I1.value = select(fires, R1 * first + A1, first)
    I2.value = select(fires, R2 * second + A2, second)
    threshold.value = select(fires, maximum(moved, V_threset), moved)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&I1, zeros(size, dtype: dtype))
    renew(&I2, zeros(size, dtype: dtype))
    renew(&threshold, V_th.array.asType(dtype).broadcast(to: size))
  }
}
