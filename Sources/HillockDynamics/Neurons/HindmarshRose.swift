import Hillock

/// Hindmarsh and Rose's neurons, which burst.
///
///     dV/dt = y − a·V³ + b·V² − z + I
///     dy/dt = c − d·V² − y
///     dz/dt = r·(s·(V − V_rest) − z)
///
/// A neuron fires in the step in which V rises to V_th. (Hindmarsh and Rose, Proc. R. Soc. Lond. B 221, 1984.)
///
/// The variables have no units. The group begins at the resting point of the default parameters.
///
/// ```swift
/// let group = HindmarshRose(1, r: 0.006)
/// group.input[...] = 3
/// let record = try group.run(1000, monitors: ["V": group.V])
/// ```
public final class HindmarshRose: NeuGroup {
  /// The coefficient of V³.
  public let a: GroupParameter
  /// The coefficient of V².
  public let b: GroupParameter
  /// The constant of y.
  public let c: GroupParameter
  /// The coefficient of V² in y.
  public let d: GroupParameter
  /// How slow z is.
  public let r: GroupParameter
  /// How z follows V.
  public let s: GroupParameter
  /// The potential at which z is 0.
  public let V_rest: GroupParameter
  /// The threshold.
  public let V_th: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The fast recovery; at the beginning in its steady state.
  public private(set) var y: Variable
  /// The slow adaptation; at the beginning in its steady state.
  public private(set) var z: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 3.0, c: some ParameterConvertible = 1.0,
    d: some ParameterConvertible = 5.0, r: some ParameterConvertible = 0.01, s: some ParameterConvertible = 4.0,
    V_rest: some ParameterConvertible = -1.6, V_th: some ParameterConvertible = 1.0, V: some ParameterConvertible = -1.6045345328,
    method: ODEMethod = .rk4, dtype: DType = .f32
  ) {
    self.init(size: size, a: a, b: b, c: c, d: d, r: r, s: s, V_rest: V_rest, V_th: V_th, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], a: some ParameterConvertible = 1.0, b: some ParameterConvertible = 3.0, c: some ParameterConvertible = 1.0,
    d: some ParameterConvertible = 5.0, r: some ParameterConvertible = 0.01, s: some ParameterConvertible = 4.0,
    V_rest: some ParameterConvertible = -1.6, V_th: some ParameterConvertible = 1.0, V: some ParameterConvertible = -1.6045345328,
    method: ODEMethod = .rk4, dtype: DType = .f32
  ) {
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.c = c.parameter("c", size: size, dtype: dtype)
    self.d = d.parameter("d", size: size, dtype: dtype)
    self.r = r.parameter("r", size: size, dtype: dtype)
    self.s = s.parameter("s", size: size, dtype: dtype)
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    self.method = method
    let start = V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
    y = Variable(self.c - self.d * start * start, name: "y")
    z = Variable(self.s * (start - self.V_rest), name: "z")
    super.init(size: size, V: V, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, fast, slow) = try method.step(V.value, y.value, z.value, t: step.t, dt: step.dt) { [self] V, y, z, t in
      let square = V * V, rise = b * square - a * (square * V)
      return (y + rise - z + drive.current(at: V), c - d * square - y, r * (s * (V - V_rest) - z))
    }
    y.value = fast
    z.value = slow
    finish(next, drive, crossing: V_th)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let start = V.value
    renew(&y, self.c - self.d * start * start)
    renew(&z, self.s * (start - self.V_rest))
  }
}
