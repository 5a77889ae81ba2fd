import Hillock

/// A system that fires: a group of neurons, or a source of spikes.
public protocol SpikeSource: DynamicalSystem {
  /// The shape of the source.
  var size: [Int] { get }
  /// Which elements fired in the last step, `bool`.
  var spike: Variable { get }
}

extension [Int] {
  /// The number of elements of an array of this shape; 0 if the shape is invalid.
  var elementCount: Int {
    reduce(1) { (count: Int, extent: Int) -> Int in
      let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(extent, 0))
      return overflow ? 0 : product
    }
  }
}
