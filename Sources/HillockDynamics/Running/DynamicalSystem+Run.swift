import Hillock

extension DynamicalSystem {
  /// The length of a step in ms where a run gives none: 0.1.
  public static let defaultTimeStep = 0.1

  /// Advances the system by a duration, as a compiled loop, and records what the monitors see after each step.
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
  /// Monitors that record lists of spikes, or fewer values than steps, or to a file, are emptied after each block of steps, so that memory
  /// follows what they keep. So is a run with `until`.
  ///
  /// - Parameters:
  ///   - duration: in ms; a whole number of steps, within 10⁻⁶ of a step.
  ///   - dt: the length of a step in ms.
  ///   - monitors: what is recorded, by names of your choice: Variables, and ``Monitor``s.
  ///   - inputs: called at the beginning of each step, for example to set inputs or to send currents. It is traced once.
  ///   - until: the run ends after the first step for which this is true, `bool[]`.
  ///   - progress: called about a hundred times, with what is done and how long the rest may take.
  /// - Returns: the times at the end of each step, and for each monitor its values with a leading axis of steps.
  /// - Throws: an `argument` error if the duration is negative or misses the grid of steps, dt is not above 0, or there are too many
  ///   steps; and what the updates and `inputs` throw. A run in one block changes no Variable then; of a run in blocks the finished blocks
  ///   stay.
  @discardableResult
  public final func run(
    _ duration: Double, dt: Double = defaultTimeStep, monitors: [String: any Monitored] = [:],
    inputs: ((_ step: TimeStep) throws -> Void)? = nil, until: (() throws -> NDArray)? = nil,
    progress: ((RunProgress) -> Void)? = nil, file: String = #fileID, line: Int = #line
  ) throws -> Recording {
    let steps = try DynamicalSystem.steps(duration, dt: dt)
    shareClock()
    for (_, system) in try nodes().subset(DynamicalSystem.self) { try system.prepare(dt: dt) }
    var recorder = try Recorder(monitors, dt: dt)
    let clock = clock, start = ContinuousClock.now
    // Not known where the run is part of a program that is traced.
    let known = try? clock.steps.value.item(as: Int.self)
    let extent: Range<Int>? = known.flatMap { (first: Int) -> Range<Int>? in
      first >= 0 && first <= 1 << 62 ? first..<first + steps : nil
    }
    let run = RunOfSteps(
      system: self, clock: clock, dt: dt, extent: extent, inputs: inputs, until: until, file: file, line: line)
    let isWhole = !recorder.isReduced && until == nil && progress == nil
    let block = isWhole ? steps : try RunOfSteps.block(of: steps, bytesOfAStep: recorder.bytesOfAStep(), reports: progress != nil)
    let first = clock.steps.value
    var finished = 0
    // All blocks but the last have one length, and so one program: it is traced once.
    let whole: Jitted<[NDArray]>? =
      block < steps ? jit({ [recorder] in try run.loop(block, recorder) }, name: "run", file: file, line: line) : nil
    repeat {
      let count = min(block, steps - finished)
      let part = try run.advance(count, recorder, count == block ? whole : nil)
      try recorder.take(part.rows, first: finished, times: part.times)
      finished += part.steps
      progress?(RunProgress(finished: finished, steps: steps, elapsed: .now - start))
      if part.hasEnded { break }
    } while finished < steps
    return recorder.recording(
      RecordedSteps(origin: clock.since.value[0], first: first - clock.changedAfter.value, count: finished, dt: dt))
  }

  /// The number of steps of a run.
  static func steps(_ duration: Double, dt: Double) throws(HillockError) -> Int {
    guard duration >= 0, duration.isFinite, dt > 0, dt.isFinite, duration / dt <= 0x1p40 else {
      throw HillockError(
        .argument,
        "a run takes a duration of 0 ms or more and a dt above 0 ms, of which it has at most 2^40 steps; not \(duration) ms and "
          + "\(dt) ms")
    }
    let exact = duration / dt, steps = exact.rounded()
    // A quotient of two decimals is off by its own rounding.
    guard (exact - steps).magnitude <= max(1e-6, steps * 1e-12) else {
      throw HillockError(
        .argument, "a run of \(duration) ms is \(exact) steps of \(dt) ms; give a whole number of steps, or another dt")
    }
    return Int(steps)
  }
}

/// Blocks of steps of one run.
private struct RunOfSteps {
  let system: DynamicalSystem
  let clock: Clock
  let dt: Double
  let extent: Range<Int>?
  let inputs: ((TimeStep) throws -> Void)?
  let until: (() throws -> NDArray)?
  let file: String
  let line: Int

  /// What a block of steps has done.
  struct Part {
    let steps: Int
    let times: NDArray
    let rows: [NDArray]
    /// Whether the run's condition has become true in its last step.
    let hasEnded: Bool
  }

  /// How many steps a block has: what it records takes at most 4 MB, which stay in the caches, and progress is reported about a hundred times.
  static func block(of steps: Int, bytesOfAStep: Int, reports: Bool) -> Int {
    let fitting = max(1, (4 << 20) / max(1, bytesOfAStep))
    return max(1, min(steps, fitting, reports ? (steps + 99) / 100 : 1 << 20))
  }

  /// `compiled`: the loop over so many steps, if there is one already.
  func advance(_ steps: Int, _ recorder: Recorder, _ compiled: Jitted<[NDArray]>?) throws -> Part {
    let before = until == nil ? nil : (try system.vars().unique().map(\.value) + [random]).map { ($0, $0.value) }
    let origin = (clock.since.value, clock.changedAfter.value)
    let first = clock.steps.value
    var rows: [NDArray], count = steps
    do {
      clock.set(dt: dt)
      rows = try compiled.map { try $0() } ?? loop(steps, recorder)
      if let before, let hit = try firstTrue(rows.removeLast()), hit + 1 < steps {
        // The steps behind the hit are taken back: the state is that of the block's beginning, and the block is shorter.
        for (variable, value) in before { variable.value = value }
        clock.set(dt: dt)
        count = hit + 1
        rows = Array(try loop(count, recorder).dropLast())
        return finish(count, rows, first, hasEnded: true)
      } else if before != nil {
        return finish(count, rows, first, hasEnded: try lastIsTrue)
      }
    } catch {
      (clock.since.value, clock.changedAfter.value) = origin
      throw error
    }
    return finish(count, rows, first, hasEnded: false)
  }

  private var lastIsTrue: Bool { get throws { try until?().item(as: Bool.self) ?? false } }

  private func firstTrue(_ row: NDArray) throws -> Int? { try row.scalars(as: Bool.self).firstIndex(of: true) }

  private func finish(_ count: Int, _ rows: [NDArray], _ first: NDArray, hasEnded: Bool) -> Part {
    clock.steps.value = first + count
    let times = clock.time(after: first + 1 + arange(count, dtype: .i64), dt: dt)
    return Part(steps: count, times: times, rows: rows, hasEnded: hasEnded)
  }

  /// Traces and runs so many steps: what each records, with a leading axis of steps.
  func loop(_ steps: Int, _ recorder: Recorder) throws -> [NDArray] {
    try forLoop(0..<steps, file: file, line: line) { i in
      // Read here, so that the next run has the same program: they are Variables, not constants of it.
      let index = clock.steps.value + i
      var step = TimeStep(index: index, t: try clock.time(after: index, dt: dt).weakened(), dt: dt)
      step.extent = extent
      try inputs?(step)
      try step.propagate(system)
      try step.advance(system)
      return try recorder.sample() + (until.map { [try $0()] } ?? [])
    }
  }
}
