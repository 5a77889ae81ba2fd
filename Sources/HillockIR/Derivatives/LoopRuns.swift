/// Runs of a loop's steps, forward and back, as a schedule says. Each level of blocks is a loop whose steps are loops.
struct LoopRuns {
  /// Whether the loop goes from the last index to the first.
  let isReversed: Bool
  /// Backwards: (index; cotangents of carried values and sums; carried values at the step's beginning, those at its end, rows, cotangents of
  /// stacked rows; captured values) → (the first two; cotangents of rows).
  let back: Graph

  /// A step forward: (index, carried…, rows…, captured…) → (carried…, outputs…).
  struct Forward {
    let graph: Graph
    let carried: Int
    /// The carried values that a step backwards reads: as the step begins with them, and as it ends with them.
    let saved: [Int]
    let ends: [Int]
    /// Those that a run of steps begins with.
    let starts: [Int]
  }

  /// What a run forward kept for the way back.
  indirect enum Kept {
    case steps([ValueID])
    case blocks([ValueID], rest: Kept?)
  }

  /// What the steps of a run work on, in the graph that is under construction: rows of the first axis, in the order of the index; what
  /// all steps share; and the index of the first row, where it is not 0.
  struct Range {
    var rows: [ValueID]
    var captured: [ValueID]
    var first: ValueID?

    /// A step of a graph (index, carried…, rows…, captured…) at this position, whose rows are at hand.
    fileprivate func inline(
      _ step: Graph, _ position: ValueID, _ carried: [ValueID], _ builder: inout GraphBuilder
    ) throws(HillockError) -> [ValueID] {
      let index = try builder.sum(first, position) ?? position
      return try builder.inline(step, [index] + carried + rows + captured)
    }

    /// The range of a block, whose rows are at hand.
    fileprivate func block(_ number: ValueID, of size: Int, _ builder: inout GraphBuilder) throws(HillockError) -> Range {
      var range = self
      range.first = try builder.sum(first, try builder.elementwise(.mul, [number, try builder.integer(size)]))
      return range
    }
  }

  // MARK: Forward

  func forward(
    _ step: Forward, _ schedule: LoopSchedule, _ carried: [ValueID], _ range: Range, _ builder: inout GraphBuilder
  ) throws(HillockError) -> (carried: [ValueID], outputs: [ValueID], kept: Kept) {
    switch schedule {
    case .steps(let trips):
      let run = try loop(step.graph.name, trips, carried, range, isReversed, &builder) {
        (inner, position, carried, range) throws(HillockError) in
        let results = try range.inline(step.graph, position, carried, &inner)
        return results + step.saved.map { carried[$0] } + step.ends.map { results[$0] }
      }
      let count = step.graph.results.count
      return (
        Array(run[..<step.carried]), Array(run[step.carried..<count]), .steps(Array(run[count...]))
      )
    case .blocks(let count, let each, let rest):
      let parts = try split(range, count, each, rest, &builder)
      let run = try loop("blocks of \(step.graph.name)", count, carried, parts.blocks, isReversed, &builder) {
        (inner, block, carried, range) throws(HillockError) in
        let own = try range.block(block, of: each.trips, &inner)
        let all = try loop(step.graph.name, each.trips, carried, own, isReversed, &inner) {
          (inner, position, carried, range) throws(HillockError) in
          try range.inline(step.graph, position, carried, &inner)
        }
        return all + step.starts.map { carried[$0] }
      }
      let resultCount = step.graph.results.count
      var last = Array(run[..<step.carried]), outputs: [ValueID] = []
      for output in run[step.carried..<resultCount] { outputs.append(try joined(output, &builder)) }
      var keptOfRest: Kept?
      if let rest, let range = parts.rest {
        let end = try forward(step, rest, last, range, &builder)
        last = end.carried
        keptOfRest = end.kept
        outputs = try concatenated(outputs, end.outputs, &builder)
      }
      return (last, outputs, .blocks(Array(run[resultCount...]), rest: keptOfRest))
    }
  }

  // MARK: Back

  /// The state, cotangents of carried values and sums, before the steps; and the cotangents of rows.
  ///
  /// - Parameters:
  ///   - again: the step forward, computed a second time.
  ///   - range: with the loop's rows, then the cotangents of what it stacks.
  func backward(
    _ again: Forward, _ schedule: LoopSchedule, _ kept: Kept, _ state: [ValueID], _ range: Range, rows: Int,
    _ builder: inout GraphBuilder
  ) throws(HillockError) -> (state: [ValueID], rows: [ValueID]) {
    switch (schedule, kept) {
    case (.steps(let trips), .steps(let saved)):
      var whole = range
      whole.rows = saved + range.rows
      let run = try loop(back.name, trips, state, whole, !isReversed, &builder) {
        (inner, position, state, range) throws(HillockError) in
        try range.inline(back, position, state, &inner)
      }
      return (Array(run[..<state.count]), Array(run[state.count...]))
    case (.blocks(let count, let each, let rest), .blocks(let starts, let keptOfRest)):
      let parts = try split(range, count, each, rest, &builder)
      var state = state, ofRest: [ValueID]?
      if let rest, let keptOfRest, let range = parts.rest {
        let end = try backward(again, rest, keptOfRest, state, range, rows: rows, &builder)
        state = end.state
        ofRest = end.rows
      }
      var blocks = parts.blocks
      blocks.rows = starts + blocks.rows
      let run = try loop("blocks of \(back.name)", count, state, blocks, !isReversed, &builder) {
        (inner, block, state, range) throws(HillockError) in
        var own = try range.block(block, of: each.trips, &inner)
        let carried = Array(own.rows[..<starts.count])
        own.rows = Array(own.rows[starts.count...])
        var forwards = own
        forwards.rows = Array(own.rows[..<rows])
        let kept = try forward(again, each, carried, forwards, &inner).kept
        let result = try backward(again, each, kept, state, own, rows: rows, &inner)
        return result.state + result.rows
      }
      var changes: [ValueID] = []
      for change in run[state.count...] { changes.append(try joined(change, &builder)) }
      if let ofRest { changes = try concatenated(changes, ofRest, &builder) }
      return (Array(run[..<state.count]), changes)
    case (.steps, .blocks), (.blocks, .steps): preconditionFailure("what was kept is not what the schedule says")
    }
  }

  // MARK: Parts

  /// Adds a loop. The body gets the position among the range's rows, the carried values, and the range with a row of each of its rows.
  private func loop(
    _ name: String, _ trips: Int, _ carried: [ValueID], _ range: Range, _ isReversed: Bool, _ builder: inout GraphBuilder,
    _ body: (inout GraphBuilder, _ position: ValueID, _ carried: [ValueID], _ range: Range) throws(HillockError) -> [ValueID]
  ) throws(HillockError) -> [ValueID] {
    var inner = GraphBuilder(name: name)
    let position = inner.argument(ArrayType(.i64, []))
    let given = carried.map { inner.argument(builder.type($0)) }
    let rows = range.rows.map { whole in
      let type = builder.type(whole)
      return inner.argument(ArrayType(type.dtype, Array(type.shape.dropFirst())))
    }
    let captured = range.captured.map { inner.argument(builder.type($0)) }
    let first = range.first.map { inner.argument(builder.type($0)) }
    for result in try body(&inner, position, given, Range(rows: rows, captured: captured, first: first)) { inner.result(result) }
    let node = try builder.loop(
      inner.graph, trips: trips, carried: carried, sliced: range.rows,
      captured: range.captured + (range.first.map { [$0] } ?? []),
      isReversed: isReversed)
    return builder.elements(of: node)
  }

  /// The rows of the blocks, block by block, and those of the steps behind them.
  private func split(
    _ range: Range, _ count: Int, _ each: LoopSchedule, _ rest: LoopSchedule?, _ builder: inout GraphBuilder
  ) throws(HillockError) -> (blocks: Range, rest: Range?) {
    let main = count * each.trips, left = rest?.trips ?? 0
    // The steps behind the blocks have the last rows, or the first where the loop is reversed.
    let starts = isReversed ? (blocks: left, rest: 0) : (blocks: 0, rest: main)
    var blocks = range, end = range
    for (position, whole) in range.rows.enumerated() {
      let own = try rows(whole, starts.blocks, main, &builder)
      blocks.rows[position] = try builder.reshape(own, to: [count, each.trips] + builder.type(whole).shape.dropFirst())
      if rest != nil { end.rows[position] = try rows(whole, starts.rest, left, &builder) }
    }
    blocks.first = try moved(range.first, starts.blocks, &builder)
    if rest != nil { end.first = try moved(range.first, starts.rest, &builder) }
    return (blocks, rest == nil ? nil : end)
  }

  private func moved(_ first: ValueID?, _ by: Int, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID? {
    guard by > 0 else { return first }
    return try builder.sum(first, try builder.integer(by))
  }

  private func rows(
    _ whole: ValueID, _ start: Int, _ count: Int, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let shape = builder.type(whole).shape
    guard count != shape[0] else { return whole }
    return try builder.slice(
      whole, starts: [start] + shape.dropFirst().map { _ in 0 }, steps: shape.map { _ in 1 }, sizes: [count] + shape.dropFirst())
  }

  /// Rows of blocks as rows.
  private func joined(_ blocks: ValueID, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    let shape = builder.type(blocks).shape
    return try builder.reshape(blocks, to: [shape[0] * shape[1]] + shape.dropFirst(2))
  }

  /// Rows of the blocks and of the steps behind them.
  private func concatenated(
    _ blocks: [ValueID], _ rest: [ValueID], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID] {
    var all: [ValueID] = []
    for (block, rest) in zip(blocks, rest) {
      all.append(try builder.concatenate(isReversed ? [rest, block] : [block, rest], axis: 0))
    }
    return all
  }
}
