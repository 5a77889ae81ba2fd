import Hillock

/// Leaky integrate-and-fire neurons.
///
///     τ dV/dt = −(V − V_rest) + R·I
///
/// A neuron fires when V reaches V_th. Then V is set to V_reset and held there for the refractory period τ_ref.
/// (Abbott, Lapicque's introduction of the integrate-and-fire model neuron, Brain Res. Bull. 50, 1999.)
///
/// The equation is linear in V, so each step is exact for an input that is constant during it:
///
///     V(t + dt) = V(t) + (V_∞ − V(t))·(1 − exp(−dt/τ)),   V_∞ = V_rest + R·I
///
/// V in mV, I (`input`) in nA, R in MΩ, τ and τ_ref in ms. τ_ref, as an `f32`, is rounded to a whole number of steps: so many steps
/// after a spike the neuron is held. Parameters are numbers, or arrays of the group's shape. They are constants of a compiled run.
///
/// ```swift
/// let group = LIF(4)
/// group.input[...] = NDArray([0, 10, 20, 30])
/// let record = try group.run(200, monitors: ["spike": group.spike])
/// let rate = record["spike"]?.sum(axis: 0)      // spikes in 200 ms
/// ```
public final class LIF: NeuGroup {
  /// The potential at rest, in mV.
  public let V_rest: NDArray
  /// The potential after a spike, in mV.
  public let V_reset: NDArray
  /// The threshold, in mV.
  public let V_th: NDArray
  /// The resistance of the membrane, in MΩ.
  public let R: NDArray
  /// The time constant of the membrane, in ms.
  public let tau: NDArray
  /// The refractory period, in ms.
  public let tau_ref: NDArray

  /// For how many steps each neuron is still held, `i32`.
  public let refractorySteps: Variable

  /// A group of this many neurons, or of this shape. It begins at rest.
  ///
  /// With a parameter of another shape, or an invalid shape, a run of the group throws the `shape` error.
  public convenience init(
    _ size: Int..., V_rest: some ArrayConvertible = 0.0, V_reset: some ArrayConvertible = -5.0,
    V_th: some ArrayConvertible = 20.0, R: some ArrayConvertible = 1.0, tau: some ArrayConvertible = 10.0,
    tau_ref: some ArrayConvertible = 1.0
  ) {
    self.init(size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, R: R, tau: tau, tau_ref: tau_ref)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ArrayConvertible = 0.0, V_reset: some ArrayConvertible = -5.0,
    V_th: some ArrayConvertible = 20.0, R: some ArrayConvertible = 1.0, tau: some ArrayConvertible = 10.0,
    tau_ref: some ArrayConvertible = 1.0
  ) {
    self.V_rest = NeuGroup.parameter(V_rest, "V_rest", size: size)
    self.V_reset = NeuGroup.parameter(V_reset, "V_reset", size: size)
    self.V_th = NeuGroup.parameter(V_th, "V_th", size: size)
    self.R = NeuGroup.parameter(R, "R", size: size)
    self.tau = NeuGroup.parameter(tau, "tau", size: size)
    self.tau_ref = NeuGroup.parameter(tau_ref, "tau_ref", size: size)
    refractorySteps = Variable(zeros(size, dtype: .i32), name: "refractorySteps")
    super.init(size: size, V: self.V_rest)
  }

  public override func update(t: NDArray, dt: Double) {
    let heldFor = refractorySteps.value
    let isActive = heldFor .== 0
    let V_inf = V_rest + R * input.value
    // If dt is much smaller than τ, the change is small. A difference of exponentials would lose its digits.
    let integrated = V.value + (V.value - V_inf) * expm1(-dt / tau)
    let next = select(isActive, integrated, V.value)
    let fires = isActive .& (next .>= V_th)
    V.value = select(fires, V_reset, next)
    spike.value = fires
    let held = round(tau_ref.asType(.f32).asType(.f64) / dt).asType(.i32)
    refractorySteps.value = select(fires, held, maximum(heldFor - 1, 0))
  }

  public override func reset() throws {
    try super.reset()
    refractorySteps.value = zeros(size, dtype: .i32)
  }
}
