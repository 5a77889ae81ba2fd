import Hillock

/// A system that fires: a group of neurons, or a source of spikes.
public protocol SpikeSource: DynamicalSystem {
  /// The shape of the source.
  var size: [Int] { get }
  /// Which elements fired in the last step, `bool`.
  var spike: Variable { get }
}
