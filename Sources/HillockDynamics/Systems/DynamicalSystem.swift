@_exported import Hillock

/// A system whose state advances in time: the base class of neuron groups, projections and networks. Its state is in `Variable`s.
///
/// A step has two phases. In the first, ``propagate(_:)``, the parts read the state of the step's beginning and send to others what they
/// send: projections their spikes and currents. In the second, ``update(_:)``, each part advances its own state by dt. So the order in
/// which parts are declared makes no difference.
///
/// A system that overrides neither passes both on to the systems that it holds. So a network only needs its parts as properties.
///
/// Times are in ms.
open class DynamicalSystem: Base {
  /// The clock: one for this system and all that it holds, or that of the system which holds this one.
  public private(set) final var clock = Clock()

  public override init() {
    super.init()
    shareClock()
  }

  public override init(name: String) throws(HillockError) {
    try super.init(name: name)
    shareClock()
  }

  /// Sends to other parts what this one sends in a step, from the state at the step's beginning. It changes no state that others read.
  open func propagate(_ step: TimeStep) throws {
    for part in try parts { try step.propagate(part) }
  }

  /// Advances the state from t to t + dt.
  open func update(_ step: TimeStep) throws {
    for part in try parts { try step.advance(part) }
  }

  /// Makes ready for steps of this length, before a run is traced: durations become numbers of steps here. A subclass that needs it
  /// overrides this. A run calls it for each system that it reaches.
  ///
  /// - Throws: an `argument` error if a duration is no whole number of steps.
  open func prepare(dt: Double) throws {}

  /// Sets the state to what it was at the beginning. A subclass with additional state overrides this and calls `super`.
  ///
  /// - Parameter batch: with a number, the state gets a leading axis of that many independent copies. Inputs may then differ from copy to
  ///   copy; parameters are shared. Without one, there is no such axis.
  /// - Throws: an `argument` error for a negative number, or if a property holds state that discovery cannot see; a `shape` or `system`
  ///   error if the state would be too large.
  open func reset(batch: Int? = nil) throws {
    if let batch, batch < 0 { throw HillockError(.argument, "a batch has 0 copies or more, not \(batch)") }
    clock.reset()
    for part in try parts { try part.reset(batch: batch) }
  }

  /// The systems that this one advances: those that it holds directly, and what those connect.
  private final var parts: [DynamicalSystem] {
    get throws {
      var found = try nodes(level: 1, includeSelf: false).subset(DynamicalSystem.self).values
      var seen = Set((found + [self]).map { ObjectIdentifier($0) }), next = 0
      while next < found.count {
        for end in found[next].ends where seen.insert(ObjectIdentifier(end)).inserted { found.append(end) }
        next += 1
      }
      return found
    }
  }

  /// The systems that this one connects without holding them as parts.
  var ends: [DynamicalSystem] { [] }

  /// Gives everything that this system holds its clock.
  final func shareClock() {
    guard let nodes = try? nodes(includeSelf: false).subset(DynamicalSystem.self) else { return }
    for (_, node) in nodes { node.clock = clock }
  }
}
