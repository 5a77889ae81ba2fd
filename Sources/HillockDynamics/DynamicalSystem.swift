@_exported import Hillock

/// A system whose state advances in time: the base class of neuron groups, synapses and networks. Its state is in `Variable`s.
///
/// A subclass does one step in ``update(t:dt:)``. A system that does not override it advances the systems that it holds, in the order
/// of their declaration. So a network only needs its parts as properties.
///
/// Times are in ms.
open class DynamicalSystem: Base {
  /// The number of steps done so far. It is a Variable, so that the next run can use the same program again.
  public final let step = Variable(zeros([], dtype: .i64), name: "step")

  /// The offset in time = number of steps · dt + offset, and dt, as `f64[2]` in ms. The offset lets time go on if a run has another
  /// dt than the one before.
  final let clock = Variable(zeros([2], dtype: .f64), name: "clock")

  /// Advances the state from t to t + dt.
  ///
  /// - Parameters:
  ///   - t: the time at the beginning of the step, `f32[]`, in ms.
  ///   - dt: the length of the step in ms; a constant of the compiled program.
  open func update(t: NDArray, dt: Double) throws {
    for (_, part) in try parts { try part.update(t: t, dt: dt) }
  }

  /// Sets the state to what it was at the beginning. A subclass with additional state overrides this and calls `super`.
  ///
  /// - Throws: an `argument` error if a property holds state that discovery cannot see.
  open func reset() throws {
    step.value = zeros([], dtype: .i64)
    clock.value = zeros([2], dtype: .f64)
    for (_, part) in try parts { try part.reset() }
  }

  /// The systems that this one holds directly.
  private var parts: Collector<DynamicalSystem> {
    get throws { try nodes(level: 1, includeSelf: false).subset(DynamicalSystem.self) }
  }

  /// Advances the system by a duration, as one compiled loop, and records Variables after each step.
  ///
  /// A run begins at the time at which the last one ended, also with another dt. Afterwards the systems that this one holds have the
  /// same time as this one.
  ///
  /// ```swift
  /// let group = LIF(100)
  /// group.input[...] = 20                                        // nA
  /// let record = try group.run(100, monitors: ["V": group.V])    // 100 ms
  /// record["V"]?.shape                                           // [1000, 100]
  /// ```
  ///
  /// - Parameters:
  ///   - duration: in ms; rounded to a whole number of steps.
  ///   - dt: the length of a step in ms.
  ///   - monitors: what is recorded, by names of your choice.
  ///   - inputs: called before each step with its time, for example to set inputs.
  ///   - progress: called with the number of finished steps; see `forLoop`.
  /// - Returns: the times at the end of each step, and for each monitor its values with a leading axis of steps.
  /// - Throws: an `argument` error if the duration is negative, dt is not above 0, or there are too many steps; and what the updates
  ///   and `inputs` throw. No Variable is changed then (with `progress`, finished blocks stay).
  @discardableResult
  public final func run(
    _ duration: Double, dt: Double = 0.1, monitors: [String: Variable] = [:],
    inputs: ((_ t: NDArray) throws -> Void)? = nil, progress: ((Int) -> Void)? = nil, file: String = #fileID, line: Int = #line
  ) throws -> Recording {
    guard duration >= 0, dt > 0, dt.isFinite, let steps = Int(exactly: (duration / dt).rounded()) else {
      throw HillockError(
        .argument,
        "a run takes a duration of 0 ms or more and a dt above 0 ms, of which it has at most 2^40 steps; not \(duration) ms and "
          + "\(dt) ms")
    }
    let before = step.value, last = clock.value
    // The same in each run with one dt, so that a run in parts has the same times as a whole run.
    let offset = select(last[1] .== dt, last[0], last[0] + before.asType(.f64) * (last[1] - dt))
    let values = try forLoop(0..<steps, progress: progress, file: file, line: line) { i in
      let t = (offset + (before + i).asType(.f64) * dt).asType(.f32)
      try inputs?(t)
      try update(t: t, dt: dt)
      return monitors.mapValues(\.value)
    }
    for (_, system) in try nodes().subset(DynamicalSystem.self) {
      system.step.value = before + steps
      system.clock.value = stack([offset, full([], dt, dtype: .f64)])
    }
    let times = offset + ((before + 1).asType(.f64) + arange(steps, dtype: .f64)) * dt
    return Recording(times: times, values: values)
  }
}

/// What a run has recorded.
public struct Recording: Sendable {
  /// The time at the end of each step, `f64[steps]`, in ms.
  public let times: NDArray
  /// The values of each monitor after each step: `[steps] + shape`.
  public let values: [String: NDArray]

  /// The values of a monitor.
  public subscript(_ name: String) -> NDArray? { values[name] }
}
