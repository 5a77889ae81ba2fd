/// A counted loop with what its pullback needs.
///
/// The forward loop stacks what each step begins with, as far as the pullback reads it. The pullback is a loop over the steps from the
/// last to the first: each computes its step again, and takes the cotangents of what the step carries back to what it was given.
/// Those of what all steps share are summed over the steps, in the order in which they are met.
struct LoopPullback {
  private let loop: Operation.Loop
  private let operands: [ValueID]
  /// The shapes of the operands as they were given.
  private let shapes: [[Int]]
  /// The body's arguments that are active, by their places among the operands.
  private let carried: [Int]
  private let sliced: [Int]
  private let captured: [Int]
  /// The stacked results that are active.
  private let stacked: [Int]
  /// A step backwards, the carried values that it reads, and where they are stacked.
  private let step: Graph
  private let savedPlaces: [Int]
  private let saved: [ValueID]
  /// What the loop's results are: carried values, then what is stacked.
  let values: [ValueID]

  /// Appends the forward loop.
  ///
  /// - Parameter isActive: of the body's arguments, the index first.
  init(
    _ original: Operation.Loop, _ body: Graph, _ given: [ValueID], isActive: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let (body, operands) = try SpreadCaptures.run(original, body, given, isActive, &builder)
    shapes = given.map { builder.type($0).shape }
    loop = original
    self.operands = operands
    let firstCaptured = loop.carried + loop.sliced
    carried = (0..<loop.carried).filter { isActive[1 + $0] }
    sliced = (original.carried..<firstCaptured).filter { isActive[1 + $0] }
    captured = (firstCaptured..<operands.count).filter { isActive[1 + $0] }
    let results = Activity(body, arguments: isActive).results
    stacked = (original.carried..<body.results.count).filter { results[$0] }

    // What a step backwards reads of the carried values is known when it is written.
    let shape = Shape(
      loop: loop, body: body, isActive: isActive, carried: carried, sliced: sliced, captured: captured, stacked: stacked)
    let all = Array(0..<loop.carried)
    let read = try shape.step(saving: all).read
    savedPlaces = all.filter { read.contains($0) }
    step = try shape.step(saving: savedPlaces).graph

    var inner = GraphBuilder(name: body.name)
    let arguments = body.arguments.map { inner.argument($0) }
    for result in try inner.inline(body, arguments) { inner.result(result) }
    for place in savedPlaces { inner.result(arguments[1 + place]) }
    let node = try builder.loop(
      inner.graph, trips: loop.trips, carried: Array(operands[..<loop.carried]),
      sliced: Array(operands[loop.carried..<firstCaptured]), captured: Array(operands[firstCaptured...]),
      isReversed: loop.isReversed)
    let elements = builder.elements(of: node)
    values = Array(elements[..<body.results.count])
    saved = Array(elements[body.results.count...])
  }

  /// The cotangents of the operands.
  func pullback(_ changes: [ValueID?], _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID?] {
    var initial: [ValueID] = []
    for place in carried { initial.append(try builder.change(changes[place], of: values[place])) }
    for place in captured { initial.append(try builder.zeros(builder.type(operands[place]))) }
    var rows = saved + operands[loop.carried..<loop.carried + loop.sliced]
    for place in stacked { rows.append(try builder.change(changes[place], of: values[place])) }
    let node = try builder.loop(
      step, trips: loop.trips, carried: initial, sliced: rows, captured: Array(operands[(loop.carried + loop.sliced)...]),
      isReversed: !loop.isReversed)
    let elements = builder.elements(of: node)
    var result = [ValueID?](repeating: nil, count: operands.count)
    for (offset, place) in (carried + captured + sliced).enumerated() {
      result[place] = try builder.sum(elements[offset], to: shapes[place])
    }
    return result
  }

  /// What a step backwards is written from.
  private struct Shape {
    let loop: Operation.Loop
    let body: Graph
    let isActive: [Bool]
    let carried, sliced, captured, stacked: [Int]

    /// (index; cotangents of carried values, sums of captured ones; saved carried values, sliced rows, cotangents of stacked rows;
    /// captured values) → (the first two; cotangents of sliced rows). What is not saved is not read.
    func step(saving places: [Int]) throws(HillockError) -> (graph: Graph, read: Set<Int>) {
      var inner = GraphBuilder(name: "the pullback of \(body.name)")
      func argument(_ place: Int) -> ValueID { inner.argument(body.arguments[1 + place]) }
      let index = inner.argument(body.arguments[0])
      var changes = [ValueID?](repeating: nil, count: body.results.count)
      for place in carried { changes[place] = argument(place) }
      let sums = captured.map(argument)
      var arguments = [ValueID?](repeating: nil, count: body.arguments.count)
      arguments[0] = index
      for place in places { arguments[1 + place] = argument(place) }
      for place in loop.carried..<loop.carried + loop.sliced { arguments[1 + place] = argument(place) }
      for place in stacked { changes[place] = inner.argument(body.type(body.results[place])) }
      for place in (loop.carried + loop.sliced)..<body.arguments.count - 1 { arguments[1 + place] = argument(place) }
      var given: [ValueID] = []
      for (place, argument) in arguments.enumerated() {
        if let argument { given.append(argument) } else { given.append(try inner.zeros(body.arguments[place])) }
      }
      let mode = try ReverseMode(body, into: &inner, given, isActive: isActive, isAgain: true)
      let result = try mode.pullback(changes, &inner)
      for place in carried { inner.result(try inner.change(result[1 + place], of: given[1 + place])) }
      for (place, sum) in zip(captured, sums) { inner.result(try inner.sum(sum, result[1 + place]) ?? sum) }
      for place in sliced { inner.result(try inner.change(result[1 + place], of: given[1 + place])) }
      let graph = DeadCode.eliminate(inner.graph)
      var read: Set<Int> = []
      let first = 1 + carried.count + captured.count
      for node in graph.nodes {
        if case .argument(let position) = node.operation, (first..<first + places.count).contains(position) {
          read.insert(places[position - first])
        }
      }
      return (graph, read)
    }
  }
}

/// What all positions of a loop's body share and is broadcast in each step is broadcast once, before the loop: then its cotangents are
/// summed for each position while the loop runs backwards, which stays a loop of positionwise steps, and over the positions after it.
private enum SpreadCaptures {
  static func run(
    _ loop: Operation.Loop, _ body: Graph, _ operands: [ValueID], _ isActive: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) -> (body: Graph, operands: [ValueID]) {
    var shapes: [Int: [Int]] = [:]
    for argument in (1 + loop.carried + loop.sliced)..<body.arguments.count where isActive[argument] {
      shapes[argument] = shape(argument, body)
    }
    guard !shapes.isEmpty else { return (body, operands) }
    var operands = operands
    for (argument, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      operands[argument - 1] = try builder.broadcast(operands[argument - 1], to: shape)
    }
    var inner = GraphBuilder(name: body.name)
    let arguments = body.arguments.enumerated().map { position, type in
      inner.argument(ArrayType(type.dtype, shapes[position] ?? type.shape))
    }
    var copier = NodeCopier(body)
    let map = body.walk { (_, node, given) in
      if case .argument(let position) = node.operation { return .one(arguments[position]) }
      if case .broadcast = node.operation, inner.type(given[0]) == node.type { return .one(given[0]) }
      return .one(copier.copy(node, given, into: &inner))
    }
    for result in body.results { inner.result(map[result]) }
    return (inner.graph, operands)
  }

  /// The one shape to which an argument is broadcast by everything that reads it.
  private static func shape(_ argument: Int, _ body: Graph) -> [Int]? {
    let places = Set(body.nodes.indices.filter { body.nodes[$0].operation == .argument(argument) }.map(ValueID.init))
    guard !body.results.contains(where: places.contains) else { return nil }
    var shape: [Int]?
    for node in body.nodes where node.operands.contains(where: places.contains) {
      guard case .broadcast = node.operation, shape == nil || shape == node.type.shape else { return nil }
      shape = node.type.shape
    }
    return shape
  }
}
