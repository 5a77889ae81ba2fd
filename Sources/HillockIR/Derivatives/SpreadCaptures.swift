/// What all positions of a loop's body share and is broadcast in each step is broadcast once, before the loop: then its cotangents are
/// summed for each position while the loop runs backwards, which stays a loop of positionwise steps, and over the positions after it.
enum SpreadCaptures {
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
