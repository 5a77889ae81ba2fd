import Hillock

/// An input over time: a current, a conductance or a rate, for one step after another.
///
/// Static functions make the usual ones; sums, products and sequences of them are stimuli again. The value in a step is that of the step's
/// beginning. Times are those of the run's clock in ms, so a second run goes on where the first one ended.
///
/// ```swift
/// let group = LIF(10)
/// let steps = Stimulus.sections([0, 25, 0], durations: [20, 60, 20])
/// let drive = steps + .sinusoid(amplitude: 5, frequency: 40).within(20...80) + .ou(std: 2, tau: 5, size: [10], seed: 1)
/// let record = try group.run(100, monitors: ["V": group.V]) { step in try step.send(drive, to: group) }
/// ```
///
/// A stimulus of numbers is one number for all neurons. With arrays, its values have their shape, which is broadcast to the group's.
///
/// Noise is drawn anew wherever a stimulus is used: to give two groups the same, evaluate it once, `let I = try drive(step)`. To have its state
/// saved, and reset with a network, hold the stimulus in a property, or use a ``StimulusInput``.
public struct Stimulus {
  let body: (TimeStep) throws -> NDArray
  /// What it changes, found where an object holds the stimulus.
  let state: [Variable]
  /// The values of its state at the beginning. Generators are not among them: they go on.
  let initial: [NDArray?]

  /// A stimulus of your own: a function of the step's beginning. It is traced as a part of the run's loop.
  public init(_ body: @escaping (_ step: TimeStep) throws -> NDArray) {
    self.init(state: [], initial: [], body)
  }

  init(state: [Variable], initial: [NDArray?], _ body: @escaping (TimeStep) throws -> NDArray) {
    (self.body, self.state, self.initial) = (body, state, initial)
  }

  /// The value in a step. A number has no dtype, and takes that of the array that it meets.
  public func callAsFunction(_ step: TimeStep) throws -> NDArray {
    let value = try body(step).checked()
    return value.shape.isEmpty && value.dtype.isFloating && !value.isWeak ? try value.weakened() : value
  }

  /// Sets its state to what it was at the beginning. Generators go on.
  public func reset() {
    for (variable, value) in zip(state, initial) { if let value { variable.value = value } }
  }

  /// A stimulus made of this one and another.
  private func combined(_ other: Stimulus, _ combine: @escaping (NDArray, NDArray) throws -> NDArray) -> Stimulus {
    Stimulus(state: state + other.state, initial: initial + other.initial) { step in try combine(self(step), other(step)) }
  }

  private func mapped(_ transform: @escaping (TimeStep, NDArray) throws -> NDArray) -> Stimulus {
    Stimulus(state: state, initial: initial) { step in try transform(step, self(step)) }
  }

  /// One of two values. Numbers stay numbers without a dtype, exact in `f64`.
  private static func choose(_ condition: NDArray, _ a: NDArray, _ b: NDArray) throws -> NDArray {
    guard a.isWeak || a.shape.isEmpty, b.isWeak || b.shape.isEmpty else { return select(condition, a, b) }
    return try select(condition, a.asType(.f64), b.asType(.f64)).weakened()
  }

  // MARK: Combining

  public static func + (a: Stimulus, b: Stimulus) -> Stimulus { a.combined(b) { $0 + $1 } }
  public static func - (a: Stimulus, b: Stimulus) -> Stimulus { a.combined(b) { $0 - $1 } }
  public static func * (a: Stimulus, b: Stimulus) -> Stimulus { a.combined(b) { $0 * $1 } }
  public static func + (a: Stimulus, b: some ArrayConvertible) -> Stimulus { a + .constant(b) }
  /// The stimulus times a number, or times an array: for example a weight for each neuron.
  public static func * (a: Stimulus, b: some ArrayConvertible) -> Stimulus { a * .constant(b) }
  public static func * (a: some ArrayConvertible, b: Stimulus) -> Stimulus { .constant(a) * b }

  /// The stimulus in these times, 0 outside. The range is open at its end.
  public func within(_ range: ClosedRange<Double>) -> Stimulus {
    mapped { step, value in
      let t = step.grid
      return try Stimulus.choose((t .>= range.lowerBound) .& (t .< range.upperBound), value, NDArray(0.0))
    }
  }

  /// The stimulus that many ms later, and 0 before.
  public func delayed(by delay: Double) -> Stimulus {
    Stimulus(state: state, initial: initial) { step in
      let steps = try step.count(delay, "the delay of a stimulus")
      return try Stimulus.choose(step.grid .>= delay, self(step.shifted(by: steps, delay, until: nil)), NDArray(0.0))
    }
  }

  /// The stimulus for that many ms, then another one, from its beginning.
  public func then(_ next: Stimulus, after duration: Double) -> Stimulus {
    Stimulus(state: state + next.state, initial: initial + next.initial) { step in
      let steps = try step.count(duration, "the duration of a stimulus")
      let first = try self(step.shifted(by: 0, 0, until: steps)), second = try next(step.shifted(by: steps, duration, until: nil))
      return try Stimulus.choose(step.grid .< duration, first, second)
    }
  }
}

extension TimeStep {
  /// The time at the beginning of the step in ms, `f64[]`, a millionth of a step later: at a limit that lies on the grid it is not before.
  var grid: NDArray { t.asType(.f64) + 1e-6 * dt }

  /// The same step on a clock that began later.
  func shifted(by steps: Int, _ time: Double, until end: Int?) -> TimeStep {
    var step = TimeStep(index: index - steps, t: t - time, dt: dt)
    step.extent = extent.map { extent in
      let low = extent.lowerBound - steps, high = extent.upperBound - steps
      return min(low, end ?? low)..<max(min(low, end ?? low), min(high, end ?? high))
    }
    return step
  }

  /// Adds a current to what a group receives in this step alone, in the unit of the group's ``NeuGroup/input`` and in its dtype.
  ///
  /// - Throws: what the stimulus throws, for example an `argument` error if an array of inputs is too short for the run.
  public func send(_ stimulus: Stimulus, to group: NeuGroup) throws {
    send(current: try stimulus(self).asType(group.dtype), to: group)
  }
}
