import Hillock

extension DynamicalSystem {
  /// Advances the system by a duration, as one compiled loop, and records Variables after each step.
  ///
  /// A run begins at the time at which the last one ended, also with another dt. Afterwards the systems that this one holds have the
  /// same time as this one. Two runs in a row are one long run, in every bit.
  ///
  /// ```swift
  /// let group = LIF(100)
  /// group.input[...] = 20                                        // nA
  /// let record = try group.run(100, monitors: ["V": group.V])    // 100 ms
  /// record["V"]?.shape                                           // [1000, 100]
  /// ```
  ///
  /// - Parameters:
  ///   - duration: in ms; a whole number of steps, within 10⁻⁶ of a step.
  ///   - dt: the length of a step in ms.
  ///   - monitors: what is recorded, by names of your choice.
  ///   - inputs: called at the beginning of each step, for example to set inputs or to send currents.
  ///   - progress: called with the number of finished steps; see `forLoop`.
  /// - Returns: the times at the end of each step, and for each monitor its values with a leading axis of steps.
  /// - Throws: an `argument` error if the duration is negative or misses the grid of steps, dt is not above 0, or there are too many
  ///   steps; and what the updates and `inputs` throw. No Variable is changed then (with `progress`, finished blocks stay).
  @discardableResult
  public final func run(
    _ duration: Double, dt: Double = 0.1, monitors: [String: Variable] = [:],
    inputs: ((_ step: TimeStep) throws -> Void)? = nil, progress: ((Int) -> Void)? = nil, file: String = #fileID,
    line: Int = #line
  ) throws -> Recording {
    guard duration >= 0, duration.isFinite, dt > 0, dt.isFinite, duration / dt <= 0x1p40 else {
      throw HillockError(
        .argument,
        "a run takes a duration of 0 ms or more and a dt above 0 ms, of which it has at most 2^40 steps; not \(duration) ms and "
          + "\(dt) ms")
    }
    let steps = Int((duration / dt).rounded())
    guard (duration / dt - Double(steps)).magnitude <= 1e-6 * max(1, Double(steps) * 1e-6) else {
      throw HillockError(
        .argument,
        "a run of \(duration) ms is \(duration / dt) steps of \(dt) ms; give a whole number of steps, or another dt")
    }
    shareClock()
    for (_, system) in try nodes().subset(DynamicalSystem.self) { try system.prepare(dt: dt) }
    let timeline = clock.timeline(dt: dt), before = clock.steps.value
    let values = try forLoop(0..<steps, progress: progress, file: file, line: line) { i in
      let index = before + i
      let step = TimeStep(index: index, t: try timeline.time(after: index).weakened(), dt: dt)
      try inputs?(step)
      try step.propagate(self)
      try step.advance(self)
      return monitors.mapValues(\.value)
    }
    clock.advance(steps, on: timeline)
    return Recording(times: timeline.time(after: before + 1 + arange(steps, dtype: .i64)), values: values)
  }
}
