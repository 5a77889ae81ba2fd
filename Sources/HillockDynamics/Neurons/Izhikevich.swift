import Hillock

/// Izhikevich's neurons.
///
///     dV/dt = p1·V² + p2·V + p3 − u + I
///     du/dt = a·(b·V − u)
///
/// A neuron fires when V reaches V_th; then V is c, held there for τ_ref, and u grows by d. (Izhikevich, IEEE Trans. Neural Netw. 14, 2003.)
///
/// Without a `method`, steps are those of the paper's program: V in two half steps of Euler's method, then u in a whole one with the new V.
/// With dt = 1 they give the paper's spikes. The program resets a neuron at the beginning of the next step, here it is reset at the end of
/// the step in which it fires: the same potentials from there on.
///
/// V in mV, u and I (`input`) in mV/ms, times in ms. ``Izhikevich/Kind`` has the paper's kinds of neurons.
///
/// ```swift
/// let group = Izhikevich(.fastSpiking, 10)
/// group.input[...] = 10
/// let record = try group.run(100, dt: 0.5, monitors: ["spike": group.spike])
/// ```
public final class Izhikevich: IntegrateAndFire {
  /// How fast u follows, in 1/ms.
  public let a: GroupParameter
  /// How u follows V, in 1/ms.
  public let b: GroupParameter
  /// The potential after a spike, in mV.
  public let c: GroupParameter
  /// What a spike adds to u, in mV/ms.
  public let d: GroupParameter
  /// The coefficient of V², in 1/(mV·ms).
  public let p1: GroupParameter
  /// The coefficient of V, in 1/ms.
  public let p2: GroupParameter
  /// The constant, in mV/ms.
  public let p3: GroupParameter
  /// How the equations are integrated; nil for the paper's way.
  public let method: ODEMethod?

  /// The recovery variable, in mV/ms; at the beginning b·V.
  public private(set) var u: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., a: some ParameterConvertible = 0.02, b: some ParameterConvertible = 0.2, c: some ParameterConvertible = -65.0,
    d: some ParameterConvertible = 8.0, p1: some ParameterConvertible = 0.04, p2: some ParameterConvertible = 5.0,
    p3: some ParameterConvertible = 140.0, V_th: some ParameterConvertible = 30.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -70.0, method: ODEMethod? = nil, dtype: DType = .f32
  ) {
    self.init(
      size: size, a: a, b: b, c: c, d: d, p1: p1, p2: p2, p3: p3, V_th: V_th, tau_ref: tau_ref, V: V, method: method, dtype: dtype
    )
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], a: some ParameterConvertible = 0.02, b: some ParameterConvertible = 0.2, c: some ParameterConvertible = -65.0,
    d: some ParameterConvertible = 8.0, p1: some ParameterConvertible = 0.04, p2: some ParameterConvertible = 5.0,
    p3: some ParameterConvertible = 140.0, V_th: some ParameterConvertible = 30.0, tau_ref: some ParameterConvertible = 0.0,
    V: some ParameterConvertible = -70.0, method: ODEMethod? = nil, dtype: DType = .f32
  ) {
    self.a = a.parameter("a", size: size, dtype: dtype)
    self.b = b.parameter("b", size: size, dtype: dtype)
    self.c = c.parameter("c", size: size, dtype: dtype)
    self.d = d.parameter("d", size: size, dtype: dtype)
    self.p1 = p1.parameter("p1", size: size, dtype: dtype)
    self.p2 = p2.parameter("p2", size: size, dtype: dtype)
    self.p3 = p3.parameter("p3", size: size, dtype: dtype)
    self.method = method
    let start = V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
    u = Variable(self.b * start, name: "u")
    super.init(size: size, V: V, V_reset: c, V_th: V_th, tau_ref: tau_ref, dtype: dtype)
  }

  private func slope(_ V: NDArray, _ u: NDArray, _ drive: Drive) -> NDArray {
    p1 * V * V + p2 * V + p3 - u + drive.current(at: V)
  }

  /// Kinds of neurons of the paper's figure 2.
  public enum Kind: Hashable, Sendable, CaseIterable {
    case regularSpiking, intrinsicallyBursting, chattering, fastSpiking, lowThresholdSpiking, resonator

    /// a, b, c and d.
    public var parameters: (a: Double, b: Double, c: Double, d: Double) {
      switch self {
      case .regularSpiking: (0.02, 0.2, -65, 8)
      case .intrinsicallyBursting: (0.02, 0.2, -55, 4)
      case .chattering: (0.02, 0.2, -50, 2)
      case .fastSpiking: (0.1, 0.2, -65, 2)
      case .lowThresholdSpiking: (0.02, 0.25, -65, 2)
      case .resonator: (0.1, 0.26, -65, 2)
      }
    }
  }

  /// A group of neurons of one kind. It begins where it rests.
  public convenience init(_ kind: Kind, _ size: Int..., method: ODEMethod? = nil, dtype: DType = .f32) {
    let (a, b, c, d) = kind.parameters
    // Where 0.04·V² + (5 − b)·V + 140 = 0, the lower root.
    let V = (-(5 - b) - ((5 - b) * (5 - b) - 4 * 0.04 * 140).squareRoot()) / (2 * 0.04)
    self.init(size: size, a: a, b: b, c: c, d: d, V: V, method: method, dtype: dtype)
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let next: NDArray, recovered: NDArray
    if let method {
      (next, recovered) = try method.step(V.value, u.value, t: step.t, dt: step.dt) { [self] V, u, t in
        (slope(V, u, drive), a * (b * V - u))
      }
    } else {
      let before = V.value, u = self.u.value
      let middle = before + 0.5 * step.dt * slope(before, u, drive)
      next = middle + 0.5 * step.dt * slope(middle, u, drive)
      recovered = u + step.dt * (a * (b * next - u))
    }
    u.value = select(finish(next, step, drive), recovered + d, recovered)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let start = V.value
    renew(&u, self.b * start)
  }
}
