import Hillock

/// One step of a simulation: what ``DynamicalSystem/update(_:)`` is told.
///
/// ```swift
/// final class Oscillator: DynamicalSystem {
///   let x = Variable(ones(1)), v = Variable(zeros(1))
///
///   override func update(_ step: TimeStep) {
///     v -= step.dt * x
///     x += step.dt * v
///   }
/// }
/// ```
public struct TimeStep {
  /// How many steps the system's clock has counted before this one, `i64[]`.
  public let index: NDArray
  /// The time at the beginning of the step in ms. It is computed in `f64` and has no dtype: it takes that of the array that it meets.
  public let t: NDArray
  /// The length of the step in ms: a constant of the compiled program.
  public let dt: Double

  /// The steps of the run, by their numbers; nil where they are not known, in a step of your own or a run that is traced.
  var extent: Range<Int>?

  /// What the parts of this step have told each other.
  private let exchange = Exchange()

  /// - Parameters:
  ///   - index: the number of steps before this one, an integer.
  ///   - t: the time at its beginning in ms.
  ///   - dt: its length in ms.
  public init(index: some ArrayConvertible, t: some ArrayConvertible, dt: Double) {
    self.index = index.array.asType(.i64)
    self.t = t.array
    self.dt = dt
  }

  /// Advances a part of the system in this step, unless that has been done: a part that two systems hold is advanced once.
  public func advance(_ part: DynamicalSystem) throws {
    if exchange.advanced.insert(ObjectIdentifier(part)).inserted { try part.update(self) }
  }

  /// Lets a part send what it sends in this step, unless that has been done.
  public func propagate(_ part: DynamicalSystem) throws {
    if exchange.propagated.insert(ObjectIdentifier(part)).inserted { try part.propagate(self) }
  }

  /// Adds a current to what a group receives in this step alone, in the unit of the group's ``NeuGroup/input``. Whoever sends one does so
  /// in ``DynamicalSystem/propagate(_:)``, before any group is advanced.
  ///
  /// - Parameters:
  ///   - current: a number, or an array that is broadcast to the group's shape.
  ///   - group: the group that receives it.
  public func send(current: some ArrayConvertible, to group: NeuGroup) { send(.current(current.array), to: group) }

  /// Adds a conductance g with the current g·(E − V) to what a group receives in this step alone.
  ///
  /// - Parameters:
  ///   - conductance: in the unit of the group's `input` per mV.
  ///   - reversal: E, in mV.
  public func send(conductance: some ArrayConvertible, reversal: Double, to group: NeuGroup) {
    send(.conductance(conductance.array, reversal), to: group)
  }

  func send(_ effect: Effect, to group: NeuGroup) { exchange.effects[ObjectIdentifier(group), default: []].append(effect) }

  /// What a group has received in this step.
  func effects(on group: NeuGroup) -> [Effect] { exchange.effects[ObjectIdentifier(group)] ?? [] }

  /// What arrives at a receptor at the end of this step.
  func arrivals(at receptor: Receptor) -> Arrivals {
    if let known = exchange.arrivals[ObjectIdentifier(receptor)] { return known }
    let arrivals = Arrivals()
    exchange.arrivals[ObjectIdentifier(receptor)] = arrivals
    return arrivals
  }

  final class Arrivals {
    /// What projections without delay lines send, and along which connections.
    var deliveries: [(rows: NDArray, matrix: SynapticMatrix)] = []
    /// What was given to the group itself; nil if there is nothing.
    var direct: NDArray?
  }

  /// A duration as a number of steps of this length.
  ///
  /// - Parameter name: what the duration is, for the error.
  /// - Throws: an `argument` error if it is not a whole number of steps of 0 or more, within 10⁻⁶ of a step.
  public func count(_ duration: Double, _ name: String) throws(HillockError) -> Int {
    try TimeStep.count(duration, dt: dt, name)
  }

  static func count(_ duration: Double, dt: Double, _ name: String) throws(HillockError) -> Int {
    let steps = duration / dt, whole = steps.rounded()
    guard let count = Int(exactly: whole), count >= 0, count <= Int(Int32.max), (steps - whole).magnitude <= 1e-6 else {
      throw HillockError(
        .argument,
        "\(name) of \(duration) ms is \(steps) steps of \(dt) ms; give a whole number of steps, of 0 or more, or another dt")
    }
    return count
  }

  /// The delay of a projection that has one for all connections, in steps of this length; nil is one step.
  static func delay(_ delay: Double?, dt: Double) throws(HillockError) -> Int {
    guard let delay else { return 1 }
    let steps = try count(delay, dt: dt, "a delay")
    guard steps >= 1 else { throw HillockError(.argument, "a delay is at least one step, \(dt) ms") }
    return steps
  }

  private final class Exchange {
    var advanced: Set<ObjectIdentifier> = []
    var propagated: Set<ObjectIdentifier> = []
    var effects: [ObjectIdentifier: [Effect]] = [:]
    var arrivals: [ObjectIdentifier: Arrivals] = [:]
  }
}

extension TimeStep: ArrayTree {
  public func visit(_ visitor: inout TreeVisitor) {
    index.visit(&visitor)
    t.visit(&visitor)
    dt.visit(&visitor)
  }

  /// A step with other arrays; nothing has been advanced or sent in it.
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> TimeStep {
    var step = TimeStep(index: try index.map(transform), t: try t.map(transform), dt: dt)
    step.extent = extent
    return step
  }
}
