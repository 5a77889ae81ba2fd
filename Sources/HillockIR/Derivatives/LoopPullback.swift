/// A counted loop with what its pullback needs.
///
/// The forward loop keeps what steps begin with, as far as it is read and as a `LoopSchedule` says. The pullback goes over the steps from
/// the last to the first: each computes its step again, and takes the cotangents of what the step carries back to what it was given.
/// Those of what all steps share are summed over the steps, in the order in which they are met, whatever the schedule.
///
/// Where a step's own results spare the pullback a product or a loop of that step, they are kept too: of h' = tanh(x·W + h·U) the slope
/// needs h', not the products.
struct LoopPullback {
  private let loop: Operation.Loop
  private let operands: [ValueID]
  /// The shapes of the operands as they were given.
  private let shapes: [[Int]]
  private let places: Places
  private let schedule: LoopSchedule
  private let runs: LoopRuns
  private let again: LoopRuns.Forward
  private let kept: LoopRuns.Kept
  /// What the loop's results are: carried values, then what is stacked.
  let values: [ValueID]

  /// Appends the forward loop.
  ///
  /// - Parameter isActive: of the body's arguments, the index first.
  init(
    _ loop: Operation.Loop, _ original: Graph, _ given: [ValueID], isActive: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let (body, operands) = try SpreadCaptures.run(loop, original, given, isActive, &builder)
    shapes = given.map { builder.type($0).shape }
    self.loop = loop
    self.operands = operands
    let repeated = try body.again()
    places = Places(loop, repeated, isActive)
    let back = try places.back(repeated)
    let starts = Self.starts(of: repeated, loop, for: back.read + back.ends)
    runs = LoopRuns(isReversed: loop.isReversed, back: back.graph)
    schedule = try LoopSchedule(
      trips: loop.trips, bytes: (starts + back.ends).reduce(0) { $0 + body.arguments[1 + $1].byteCount }, slots: loop.slots)

    let forward = LoopRuns.Forward(graph: body, carried: loop.carried, saved: back.read, ends: back.ends, starts: starts)
    again = LoopRuns.Forward(
      graph: Self.pruned(repeated, loop, to: starts), carried: starts.count,
      saved: back.read.compactMap { starts.firstIndex(of: $0) }, ends: back.ends.compactMap { starts.firstIndex(of: $0) },
      starts: Array(starts.indices))
    let run = try runs.forward(forward, schedule, Array(operands[..<loop.carried]), places.range(operands), &builder)
    values = run.carried + run.outputs
    kept = run.kept
  }

  /// The cotangents of the operands.
  func pullback(_ changes: [ValueID?], _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID?] {
    var state: [ValueID] = []
    for place in places.carried { state.append(try builder.change(changes[place], of: values[place])) }
    for place in places.captured { state.append(try builder.zeros(builder.type(operands[place]))) }
    var range = places.range(operands)
    for place in places.stacked { range.rows.append(try builder.change(changes[place], of: values[place])) }
    let outcome = try runs.backward(again, schedule, kept, state, range, rows: loop.sliced, &builder)
    var result = [ValueID?](repeating: nil, count: operands.count)
    for (place, change) in zip(places.carried + places.captured + places.sliced, outcome.state + outcome.rows) {
      result[place] = try builder.sum(change, to: shapes[place])
    }
    return result
  }

  /// The carried values, by their places, from which those that a step backwards reads can be computed again.
  private static func starts(of body: Graph, _ loop: Operation.Loop, for read: [Int]) -> [Int] {
    var starts = Set(read)
    while true {
      let isNeeded = body.needed(for: starts.map { body.results[$0] })
      var all = starts
      for (node, isNeeded) in zip(body.nodes, isNeeded) {
        if isNeeded, case .argument(let position) = node.operation, (1...loop.carried).contains(position) {
          all.insert(position - 1)
        }
      }
      if all == starts { return starts.sorted() }
      starts = all
    }
  }

  /// A step of these carried values alone.
  private static func pruned(_ body: Graph, _ loop: Operation.Loop, to starts: [Int]) -> Graph {
    var step = body
    step.results = starts.map { body.results[$0] }
    step = GraphRewriter.run(step, only: step.needed(for: step.results)) { _, _ in nil }
    return step.dropping((0..<loop.carried).filter { !starts.contains($0) }.map { 1 + $0 })
  }

  /// The operands, and the stacked results, of which there are cotangents, by their places.
  private struct Places {
    let loop: Operation.Loop
    let isActive: [Bool]
    let carried, sliced, captured, stacked: [Int]

    init(_ loop: Operation.Loop, _ body: Graph, _ isActive: [Bool]) {
      self.loop = loop
      self.isActive = isActive
      let firstCaptured = loop.carried + loop.sliced, isOutput = Activity(body, arguments: isActive).results
      carried = (0..<loop.carried).filter { isActive[1 + $0] }
      sliced = (loop.carried..<firstCaptured).filter { isActive[1 + $0] }
      captured = (firstCaptured..<isActive.count - 1).filter { isActive[1 + $0] }
      stacked = (loop.carried..<body.results.count).filter { isOutput[$0] }
    }

    /// The rows and the shared values among the operands.
    func range(_ operands: [ValueID]) -> LoopRuns.Range {
      let firstCaptured = loop.carried + loop.sliced
      return LoopRuns.Range(rows: Array(operands[loop.carried..<firstCaptured]), captured: Array(operands[firstCaptured...]))
    }

    /// A step backwards, and the carried values that it reads: as the step begins with them, and as it ends with them.
    typealias Back = (graph: Graph, read: [Int], ends: [Int])

    func back(_ body: Graph) throws(HillockError) -> Back {
      let plain = try back(body, knowsEnds: false)
      guard plain.graph.heavyNodes > 0 else { return plain }
      let knowing = try back(body, knowsEnds: true)
      return knowing.graph.heavyNodes < plain.graph.heavyNodes ? knowing : plain
    }

    private func back(_ body: Graph, knowsEnds: Bool) throws(HillockError) -> Back {
      var inner = GraphBuilder(name: "the pullback of \(body.name)")
      func argument(_ place: Int) -> ValueID { inner.argument(body.arguments[1 + place]) }
      let firstCaptured = loop.carried + loop.sliced
      let index = inner.argument(body.arguments[0])
      var changes = [ValueID?](repeating: nil, count: body.results.count)
      for place in carried { changes[place] = argument(place) }
      let sums = captured.map(argument)
      let starts = (0..<loop.carried).map(argument), ends = (0..<loop.carried).map(argument)
      let rows = (loop.carried..<firstCaptured).map(argument)
      for place in stacked { changes[place] = inner.argument(body.type(body.results[place])) }
      let all = [index] + starts + rows + (firstCaptured..<body.arguments.count - 1).map(argument)
      var known: [ValueID: ValueID] = [:]
      if knowsEnds {
        for (result, end) in zip(body.results, ends) {
          if case .argument = body.nodes[Int(result.index)].operation { continue }
          known[result] = end
        }
      }
      let mode = try ReverseMode(body, into: &inner, all, isActive: isActive, known: known)
      let result = try mode.pullback(changes, &inner)
      for place in carried { inner.result(try inner.change(result[1 + place], of: all[1 + place])) }
      for (place, sum) in zip(captured, sums) { inner.result(try inner.sum(sum, result[1 + place]) ?? sum) }
      for place in sliced { inner.result(try inner.change(result[1 + place], of: all[1 + place])) }
      let graph = DeadCode.eliminate(inner.graph), read = graph.argumentsRead
      let firstStart = 1 + carried.count + captured.count, firstEnd = firstStart + loop.carried
      let places = 0..<loop.carried, unread = places.filter { !read.contains(firstStart + $0) }
      let unknown = places.filter { !read.contains(firstEnd + $0) }
      return (
        graph.dropping(unread.map { firstStart + $0 } + unknown.map { firstEnd + $0 }), places.filter { !unread.contains($0) },
        places.filter { !unknown.contains($0) }
      )
    }
  }
}

extension Graph {
  /// How many of its nodes cost more than a pass over their elements: products, loops, and array ops.
  fileprivate var heavyNodes: Int {
    nodes.count { node in
      switch node.operation {
      case .dot, .array, .loop, .whileLoop, .call, .branch, .part: true
      case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .iota,
        .randomBits, .element:
        false
      }
    }
  }
}
