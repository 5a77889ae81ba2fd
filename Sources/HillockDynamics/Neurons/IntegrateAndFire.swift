import Hillock

/// What integrate-and-fire models have in common: a threshold, a reset, and a refractory period.
///
/// A neuron that reaches V_th fires. V is then V_reset, and stays so for the refractory period, counted in whole steps. What arrives in
/// this time is lost for V; other variables go on. With `tau_ref` 0 (the default) there is none.
open class IntegrateAndFire: NeuGroup {
  /// The potential after a spike, in mV.
  public final let V_reset: GroupParameter
  /// The threshold, in mV.
  public final let V_th: GroupParameter
  /// The refractory period, in ms; rounded to whole steps.
  public final let tau_ref: GroupParameter

  /// For how many steps each neuron is still held, `i32`.
  public private(set) final var refractorySteps: Variable

  /// - Parameters:
  ///   - V: the potential at the beginning, in mV.
  public init(
    size: [Int], V: some ParameterConvertible, V_reset: some ParameterConvertible, V_th: some ParameterConvertible,
    tau_ref: some ParameterConvertible, dtype: DType
  ) {
    self.V_reset = V_reset.parameter("V_reset", size: size, dtype: dtype)
    self.V_th = V_th.parameter("V_th", size: size, dtype: dtype)
    self.tau_ref = tau_ref.parameter("tau_ref", size: size, dtype: dtype)
    refractorySteps = Variable(zeros(size, dtype: .i32), name: "refractorySteps")
    super.init(size: size, V: V, dtype: dtype)
  }

  /// Ends a step: jumps of delta synapses, threshold, reset, refractory period.
  ///
  /// - Parameters:
  ///   - potential: V after the integration, of neurons that are not held.
  ///   - threshold: where neurons fire, if it is not V_th.
  /// - Returns: which neurons fire.
  @discardableResult
  public final func finish(
    _ potential: NDArray, _ step: TimeStep, _ drive: Drive, threshold: NDArray? = nil
  ) -> NDArray {
    let threshold = threshold ?? V_th.array
    guard tau_ref.array.knownNumber != 0 else {
      fire(drive.afterJump(potential), threshold: threshold, reset: V_reset)
      return spike.value
    }
    let heldFor = refractorySteps.value, isActive = heldFor .== 0
    fire(select(isActive, drive.afterJump(potential), V.value), threshold: threshold, reset: V_reset, isActive: isActive)
    let held = round(tau_ref.array.asType(.f32).asType(.f64) / step.dt).asType(.i32)
    refractorySteps.value = select(spike, held, maximum(heldFor - 1, 0))
    return spike.value
  }

  open override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    renew(&refractorySteps, zeros(size, dtype: .i32))
  }
}

extension NeuGroup {
  /// Ends a step of a model without a reset: a neuron fires in the step in which V rises to the threshold.
  final func finish(_ potential: NDArray, _ drive: Drive, crossing threshold: GroupParameter) {
    let before = V.value, next = drive.afterJump(potential)
    spike.value = (before .< threshold) .& (next .>= threshold)
    V.value = next
  }
}
