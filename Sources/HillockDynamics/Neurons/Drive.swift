import Hillock

/// What drives a group of neurons during one step: everything that it receives, at the values of the step's beginning.
///
/// Together the inputs make the current `current − conductance · V`: currents count in the first part, and a synaptic conductance g with
/// the reversal potential E counts as g·E in the first and as g in the second. So a model that is linear in V solves its step exactly.
public struct Drive {
  /// The current at V = 0, in the unit of the group's `input`.
  public let current: NDArray
  /// The sum of the synaptic conductances, in the unit of `input` per mV; nil if the group receives none.
  public let conductance: NDArray?
  /// What spikes add to V in this step, in mV, after the integration and before the threshold; nil if there is nothing.
  public let jump: NDArray?

  /// The current at a membrane potential.
  public func current(at V: some ArrayConvertible) -> NDArray { conductance.map { current - $0 * V.array } ?? current }

  /// A membrane potential after the jumps of this step.
  public func afterJump(_ V: NDArray) -> NDArray { jump.map { V + $0 } ?? V }
}
