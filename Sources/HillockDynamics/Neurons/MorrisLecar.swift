import Hillock

/// Morris and Lecar's neurons, of barnacle muscle.
///
///     C dV/dt = −g_Ca·M∞·(V − V_Ca) − g_K·W·(V − V_K) − g_L·(V − V_L) + I
///     dW/dt   = (W∞ − W)/τ_W
///     M∞ = ½·(1 + tanh((V − V1)/V2))   W∞ = ½·(1 + tanh((V − V3)/V4))   τ_W = 1/(φ·cosh((V − V3)/(2·V4)))
///
/// A neuron fires in the step in which V rises to V_th. (Morris and Lecar, Biophys. J. 35, 1981.)
///
/// V in mV, I (`input`) in µA/cm², conductances in mS/cm², C in µF/cm², φ in 1/ms, times in ms.
///
/// ```swift
/// let group = MorrisLecar(1)
/// group.input[...] = 100
/// let record = try group.run(500, monitors: ["V": group.V])
/// ```
public final class MorrisLecar: NeuGroup {
  /// The reversal potential of calcium, in mV.
  public let V_Ca: GroupParameter
  /// The maximal conductance of calcium channels.
  public let g_Ca: GroupParameter
  /// The reversal potential of potassium, in mV.
  public let V_K: GroupParameter
  /// The maximal conductance of potassium channels.
  public let g_K: GroupParameter
  /// The reversal potential of the leak, in mV.
  public let V_L: GroupParameter
  /// The conductance of the leak.
  public let g_L: GroupParameter
  /// The capacitance.
  public let C: GroupParameter
  /// Where half of the calcium channels are open, in mV.
  public let V1: GroupParameter
  /// The slope of their activation, in mV.
  public let V2: GroupParameter
  /// Where half of the potassium channels are open, in mV.
  public let V3: GroupParameter
  /// The slope of their activation, in mV.
  public let V4: GroupParameter
  /// The rate of the potassium channels, in 1/ms.
  public let phi: GroupParameter
  /// The threshold, in mV.
  public let V_th: GroupParameter
  /// How the equations are integrated.
  public let method: ODEMethod

  /// The part of the potassium channels that is open; at the beginning in its steady state.
  public private(set) var W: Variable

  /// A group of this many neurons, or of this shape. It begins at V with the channels at their steady state: with the defaults, at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_Ca: some ParameterConvertible = 130.0, g_Ca: some ParameterConvertible = 4.4,
    V_K: some ParameterConvertible = -84.0, g_K: some ParameterConvertible = 8.0, V_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 2.0, C: some ParameterConvertible = 20.0, V1: some ParameterConvertible = -1.2,
    V2: some ParameterConvertible = 18.0, V3: some ParameterConvertible = 2.0, V4: some ParameterConvertible = 30.0,
    phi: some ParameterConvertible = 0.04, V_th: some ParameterConvertible = 10.0, V: some ParameterConvertible = -60.82877308,
    method: ODEMethod = .rk4, dtype: DType = .f32
  ) {
    self.init(
      size: size, V_Ca: V_Ca, g_Ca: g_Ca, V_K: V_K, g_K: g_K, V_L: V_L, g_L: g_L, C: C, V1: V1, V2: V2, V3: V3, V4: V4, phi: phi,
      V_th: V_th, V: V, method: method, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_Ca: some ParameterConvertible = 130.0, g_Ca: some ParameterConvertible = 4.4,
    V_K: some ParameterConvertible = -84.0, g_K: some ParameterConvertible = 8.0, V_L: some ParameterConvertible = -60.0,
    g_L: some ParameterConvertible = 2.0, C: some ParameterConvertible = 20.0, V1: some ParameterConvertible = -1.2,
    V2: some ParameterConvertible = 18.0, V3: some ParameterConvertible = 2.0, V4: some ParameterConvertible = 30.0,
    phi: some ParameterConvertible = 0.04, V_th: some ParameterConvertible = 10.0, V: some ParameterConvertible = -60.82877308,
    method: ODEMethod = .rk4, dtype: DType = .f32
  ) {
    self.V_Ca = V_Ca.parameter("V_Ca", size: size, dtype: dtype)
    self.g_Ca = g_Ca.parameter("g_Ca", size: size, dtype: dtype)
    self.V_K = V_K.parameter("V_K", size: size, dtype: dtype)
    self.g_K = g_K.parameter("g_K", size: size, dtype: dtype)
    self.V_L = V_L.parameter("V_L", size: size, dtype: dtype)
    self.g_L = g_L.parameter("g_L", size: size, dtype: dtype)
    self.C = C.parameter("C", size: size, dtype: dtype)
    self.V1 = V1.parameter("V1", size: size, dtype: dtype)
    self.V2 = V2.parameter("V2", size: size, dtype: dtype)
    self.V3 = V3.parameter("V3", size: size, dtype: dtype)
    self.V4 = V4.parameter("V4", size: size, dtype: dtype)
    self.phi = phi.parameter("phi", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    self.method = method
    let start = V.parameter("V", size: size, dtype: dtype).array.asType(dtype).broadcast(to: size)
    W = Variable(MorrisLecar.openPart(start, self.V3, self.V4), name: "W")
    super.init(size: size, V: V, dtype: dtype)
  }

  private static func openPart(_ V: NDArray, _ half: GroupParameter, _ slope: GroupParameter) -> NDArray {
    0.5 * (1 + tanh((V - half) / slope))
  }

  public override func advance(_ step: TimeStep, _ drive: Drive) throws {
    let (next, W) = try method.step(V.value, W.value, t: step.t, dt: step.dt) { [self] V, W, t in
      let calcium = g_Ca * Self.openPart(V, V1, V2) * (V_Ca - V), potassium = g_K * W * (V_K - V), leak = g_L * (V_L - V)
      let rate = phi * cosh((V - V3) / (2 * V4))
      return ((calcium + potassium + leak + drive.current(at: V)) / C, rate * (Self.openPart(V, V3, V4) - W))
    }
    self.W.value = W
    finish(next, drive, crossing: V_th)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let start = V.value
    renew(&W, MorrisLecar.openPart(start, self.V3, self.V4))
  }
}
