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
/// With synaptic conductances g, I is I − g·V and the equation is linear in V as well; g keeps the value of the step's beginning.
///
/// V in mV, I (`input`) in nA, R in MΩ, τ and τ_ref in ms. τ_ref, as an `f32`, is rounded to a whole number of steps: so many steps
/// after a spike the neuron is held. Parameters are numbers, arrays of the group's shape, or Variables (``GroupParameter``).
///
/// ```swift
/// let group = LIF(4)
/// group.input[...] = NDArray([0, 10, 20, 30])
/// let record = try group.run(200, monitors: ["spike": group.spike])
/// let rate = record["spike"]?.sum(axis: 0)      // spikes in 200 ms
/// ```
public final class LIF: IntegrateAndFire {
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
    _ size: Int..., V_rest: some ParameterConvertible = 0.0, V_reset: some ParameterConvertible = -5.0,
    V_th: some ParameterConvertible = 20.0, R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0,
    tau_ref: some ParameterConvertible = 1.0, V: (any ParameterConvertible)? = nil, dtype: DType = .f32
  ) {
    self.init(size: size, V_rest: V_rest, V_reset: V_reset, V_th: V_th, R: R, tau: tau, tau_ref: tau_ref, V: V, dtype: dtype)
  }

  /// A group of this shape, as an array.
  public init(
    size: [Int], V_rest: some ParameterConvertible = 0.0, V_reset: some ParameterConvertible = -5.0,
    V_th: some ParameterConvertible = 20.0, R: some ParameterConvertible = 1.0, tau: some ParameterConvertible = 10.0,
    tau_ref: some ParameterConvertible = 1.0, V: (any ParameterConvertible)? = nil, dtype: DType = .f32
  ) {
    self.V_rest = V_rest.parameter("V_rest", size: size, dtype: dtype)
    self.R = R.parameter("R", size: size, dtype: dtype)
    self.tau = tau.parameter("tau", size: size, dtype: dtype)
    super.init(
      size: size, V: V?.parameter("V", size: size, dtype: dtype) ?? self.V_rest, V_reset: V_reset, V_th: V_th, tau_ref: tau_ref,
      dtype: dtype)
  }

  public override var membraneTau: GroupParameter? { tau }

  public override func advance(_ step: TimeStep, _ drive: Drive) {
    let before = V.value
    // If dt is much smaller than τ, the change is small. A difference of exponentials would lose its digits.
    let integrated: NDArray
    if let g = drive.conductance {
      let leak = 1 + R * g
      let settled = (V_rest + R * drive.current) / leak
      integrated = before + (before - settled) * expm1(-step.dt / tau * leak)
    } else {
      let settled = V_rest + R * drive.current
      integrated = before + (before - settled) * expm1(-step.dt / tau)
    }
    finish(integrated, step, drive)
  }
}
