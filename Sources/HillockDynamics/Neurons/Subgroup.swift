import Hillock

/// Neighbours in a group, as a source of spikes: the first 3 200 of 4 000 neurons, say, which are excitatory.
///
/// ```swift
/// let neurons = LIF(100)
/// let excitatory = try Subgroup(of: neurons, 0..<80), inhibitory = try Subgroup(of: neurons, 80..<100)
/// ```
public final class Subgroup: DynamicalSystem, SpikeSource {
  /// The group that they belong to.
  public let group: any SpikeSource
  public let size: [Int]
  public var spike: Variable { VariableView(group.spike, ..., range) }
  let range: Range<Int>

  /// The elements of a group of one axis at these positions.
  ///
  /// - Throws: a `shape` error if the group has more axes than one, or not these positions.
  public init(of group: any SpikeSource, _ range: Range<Int>) throws {
    guard group.size.count == 1, range.lowerBound >= 0, range.upperBound <= group.size[0] else {
      throw HillockError(
        .shape, "a group of shape \(group.size) has no neurons \(range); a subgroup is a range of a group of one axis")
    }
    self.group = group
    size = [range.count]
    self.range = range
    super.init()
  }

  override var ends: [DynamicalSystem] { [group] }
  public override func propagate(_ step: TimeStep) throws {}
  public override func update(_ step: TimeStep) throws {}
  public override func reset(batch: Int? = nil) throws { clock.reset() }
}
