import HillockIR
import HillockRuntime

/// A counted loop as the public functions ask for it.
struct CountedLoop {
  typealias Body = (_ index: NDArray, _ carried: [NDArray], _ rows: [NDArray]) throws -> Trace.StepResult

  let name: String
  /// The name and the place of the call, for messages of conflicts.
  let site: String
  let steps: LoopSteps
  let isReversed: Bool
  let unroll: Int
  let progress: ((Int) -> Void)?

  init(
    _ name: String, _ steps: LoopSteps, reverse: Bool, unroll: Int, progress: ((Int) -> Void)?, _ site: Site
  ) throws(HillockError) {
    guard unroll >= 1 else { throw HillockError(.argument, "\(name): unroll is 1 or more, not \(unroll)") }
    self.name = name
    self.site = site.text
    self.steps = steps
    isReversed = reverse
    self.unroll = unroll
    self.progress = progress
  }

  /// A loop over the rows of operands; all of them have the same number of rows.
  init(
    _ name: String, over operands: [NDArray], paths: () -> [String], reverse: Bool, unroll: Int, progress: ((Int) -> Void)?,
    _ site: Site
  ) throws(HillockError) {
    for operand in operands { try operand.checked() }
    guard let trips = operands.first?.type.shape.first, operands.allSatisfy({ $0.type.shape.first == trips }) else {
      let list = zip(paths(), operands).map { "\($0): \($1.type)" }
      throw HillockError(
        .shape,
        "\(name) steps over the first axis of its operands, which must have one and the same extent; "
          + (list.isEmpty ? "there is no array among them" : "they are \(list.joined(separator: ", "))"))
    }
    try self.init(name, LoopSteps(first: 0, count: trips), reverse: reverse, unroll: unroll, progress: progress, site)
  }

  /// The carried values after the loop, and the outputs stacked.
  func run(carried: [NDArray], operands: [NDArray], _ body: Body) throws -> Trace.StepResult {
    guard steps.count <= Shape.maximumCount else {
      throw HillockError(.argument, "\(name): a loop has at most 2^40 steps, not the \(steps.count) from \(steps.first)")
    }
    let isOutermost = Trace.current == nil
    if isOutermost, PlainMode.isOn, steps.count > 0 { return try runPlainly(carried, operands, body) }
    if isOutermost, let progress, steps.count > 1 { return try runInBlocks(carried, operands, progress, body) }
    let inputs = carried + operands
    let results = try ImplicitProgram.evaluate(name, site, inputs) { inputs in
      try emit(
        0..<steps.count, first: NDArray(weak: steps.first), carried: Array(inputs.prefix(carried.count)),
        operands: Array(inputs.dropFirst(carried.count)), body)
    }
    if isOutermost { progress?(steps.count) }
    return (Array(results.prefix(carried.count)), Array(results.dropFirst(carried.count)))
  }

  // MARK: Traced

  /// The steps at these positions; the first has the index `first`. Operands have one row for each. Results are the carried values, then the
  /// outputs.
  private func emit(
    _ positions: Range<Int>, first: NDArray, carried: [NDArray], operands: [NDArray], _ body: Body
  ) throws -> [NDArray] {
    guard let trace = Trace.current else { throw HillockError(.trace, "\(name) is not being traced") }
    let whole = unroll == 1 ? positions.count : positions.count / unroll
    if unroll == 1 || whole < 2 {
      let result = try trace.loop(name, trips: positions.count, isReversed: isReversed, carried: carried, sliced: operands) {
        try body(index($0, first), $1, $2)
      }
      return result.carried + result.outputs
    }
    // `unroll` steps in each trip. The remaining steps are a second loop: after the first, or in reverse before it.
    let split = whole * unroll
    var carried = carried
    var outputs: [[NDArray]] = []
    for isMain in isReversed ? [false, true] : [true, false] {
      if !isMain, split == positions.count { continue }
      let result =
        try isMain
        ? unrolled(trace, whole, first, carried, operands.map { $0[0..<split] }, body)
        : trace.loop(
          name, trips: positions.count - split, isReversed: isReversed, carried: carried, sliced: operands.map { $0[split...] }
        ) { try body(index($0 + split, first), $1, $2) }
      carried = result.carried
      outputs.insert(result.outputs, at: isMain ? 0 : outputs.count)
    }
    guard let first = outputs.first else { return carried }
    return carried + first.indices.map { position in concatenate(outputs.map { $0[position] }) }
  }

  /// Each trip does `unroll` steps. Operands are passed as that many strided ones, and outputs are interleaved afterwards. So
  /// each step still reads and writes rows.
  private func unrolled(
    _ trace: Trace, _ trips: Int, _ first: NDArray, _ carried: [NDArray], _ operands: [NDArray], _ body: Body
  ) throws -> Trace.StepResult {
    let order = isReversed ? Array((0..<unroll).reversed()) : Array(0..<unroll)
    let strided = order.flatMap { part in operands.map { $0.reshaped([trips, unroll] + $0.type.shape.dropFirst())[.all, part] } }
    var outputCount = 0
    let result = try trace.loop(name, trips: trips, isReversed: isReversed, carried: carried, sliced: strided) {
      index, carried, rows in
      var carried = carried
      var outputs: [NDArray] = []
      for (position, part) in order.enumerated() {
        let own = Array(rows[position * operands.count..<(position + 1) * operands.count])
        let step = try body(self.index(index * unroll + part, first), carried, own)
        carried = step.carried
        outputs += step.outputs
        outputCount = step.outputs.count
      }
      return (carried, outputs)
    }
    let outputs = (0..<outputCount).map { output in
      let parts = (0..<unroll).map { part in
        result.outputs[(isReversed ? unroll - 1 - part : part) * outputCount + output]
      }
      return stack(parts, axis: 1).reshaped([trips * unroll] + parts[0].type.shape.dropFirst())
    }
    return (result.carried, outputs)
  }

  // MARK: In blocks

  /// About a hundred runs of one program, with a report after each. The position of a block is an argument of the program.
  private func runInBlocks(
    _ carried: [NDArray], _ operands: [NDArray], _ progress: (Int) -> Void, _ body: Body
  ) throws -> Trace.StepResult {
    let size = max(1, (steps.count + 99) / 100)
    var blocks = stride(from: 0, to: steps.count, by: size).map { $0..<min($0 + size, steps.count) }
    if isReversed { blocks.reverse() }
    var programs: [Int: ImplicitProgram] = [:]
    var carried = carried
    var outputs: [[NDArray]] = []
    var finished = 0
    for block in blocks {
      let inputs = [NDArray(weak: steps[block.lowerBound])] + carried + operands.map { $0[block] }
      var done: [NDArray]?
      while done == nil {
        let program =
          try programs[block.count]
          ?? ImplicitProgram(name, site, inputs) { inputs in
            try emit(
              0..<block.count, first: inputs[0], carried: Array(inputs[1..<1 + carried.count]),
              operands: Array(inputs[(1 + carried.count)...]), body)
          }
        done = try program.run(inputs)
        programs[block.count] = done == nil ? nil : program
      }
      let results = done ?? []
      carried = Array(results.prefix(carried.count))
      outputs.append(Array(results.dropFirst(carried.count)))
      finished += block.count
      progress(finished)
    }
    if isReversed { outputs.reverse() }
    let stacked = (outputs.first ?? []).indices.map { position in concatenate(outputs.map { $0[position] }) }
    return (carried, try stacked.map { try $0.checked() })
  }

  // MARK: Plainly

  /// A Swift loop over eager steps, for debugging.
  private func runPlainly(_ carried: [NDArray], _ operands: [NDArray], _ body: Body) throws -> Trace.StepResult {
    var carried = carried
    var outputs: [[NDArray]] = []
    for number in 0..<steps.count {
      let position = isReversed ? steps.count - 1 - number : number
      try Cancellation.check()
      let step = try body(NDArray(index: steps[position], in: steps.bounds), carried, operands.map { $0[position] })
      carried = try step.carried.map { try $0.checked() }
      outputs.append(try step.outputs.map { try $0.checked() })
      progress?(outputs.count)
    }
    if isReversed { outputs.reverse() }
    let stacked = (outputs.first ?? []).indices.map { position in stack(outputs.map { $0[position] }) }
    return (carried, try stacked.map { try $0.checked() })
  }

  // MARK: Indices

  /// The index of a step from its position; all are numbers without a dtype.
  private func index(_ position: NDArray, _ first: NDArray) -> NDArray {
    let scaled = steps.stride == 1 ? position : position * steps.stride
    if case .weak(.int(0)) = first.content { return scaled.bounded(steps.bounds) }
    return (scaled + first).bounded(steps.bounds)
  }
}
