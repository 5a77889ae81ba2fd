/// Writes a graph for many lanes at once. What is the same for all lanes stays as it is; the rest has a leading axis of lanes.
package struct Batching {
  package let size: Int
  package let draws: LaneDraws

  package init(size: Int, draws: LaneDraws = .perLane) {
    self.size = size
    self.draws = draws
  }

  /// Appends the graph with these values in place of its arguments.
  ///
  /// - Parameter isRegion: whether its results are handed on by a control-flow node.
  package func run(
    _ graph: Graph, _ arguments: [LaneValue], isRegion: Bool, _ builder: inout GraphBuilder
  ) throws(HillockError) -> (results: [LaneValue], stores: [LaneValue]) {
    let splits = graph.keySplits(isRegion: isRegion)
    var copier = NodeCopier(graph)
    let map = try graph.walk { (id, node, operands: [LaneValue]) throws(HillockError) -> NodeImage<LaneValue> in
      if case .argument(let position) = node.operation { return .one(arguments[position]) }
      let isDraw = draws == .perLane && graph.draws(node) && !splits.contains(id)
      guard isDraw || operands.contains(where: \.isBatched) else {
        let copy = copier.copy(node, operands.map(\.id), into: &builder)
        guard node.operation.hasElements else { return .one(LaneValue(copy, isBatched: false)) }
        return .several(builder.elements(of: copy).map { LaneValue($0, isBatched: false) })
      }
      return try image(of: node, in: graph, operands, &builder)
    }
    return (graph.results.map { map[$0] }, graph.stores.map { map[$0.value] })
  }

  /// What a node becomes of which an operand is batched, or that draws numbers for each lane.
  private func image(
    of node: Node, in graph: Graph, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> NodeImage<LaneValue> {
    func batched(_ value: ValueID) -> NodeImage<LaneValue> { .one(LaneValue(value, isBatched: true)) }
    let first = operands.first?.id, shape = [size] + node.type.shape
    switch node.operation {
    case .elementwise(let op):
      // Operands have the node's shape: those without lanes are aligned at the right.
      return batched(try builder.elementwise(op, operands.map(\.id)))
    case .convert: return batched(try builder.convert(first!, to: node.type.dtype))
    case .broadcast:
      let own = builder.type(first!).shape.dropFirst()
      let ones = Array(repeating: 1, count: node.type.rank - own.count)
      return batched(try builder.broadcast(try builder.reshape(first!, to: [size] + ones + own), to: shape))
    case .reshape: return batched(try builder.reshape(first!, to: shape))
    case .transpose(let permutation): return batched(try builder.transpose(first!, [0] + permutation.map { $0 + 1 }))
    case .slice(let starts, let steps):
      return batched(try builder.slice(first!, starts: [0] + starts, steps: [1] + steps, sizes: shape))
    case .reduce(let kind, let axes): return batched(try builder.reduce(kind, first!, axes: axes.map { $0 + 1 }))
    case .dot(let batch): return batched(try product(operands[0], operands[1], batch: batch, &builder))
    case .randomBits(let first):
      return batched(try randomBits(operands[0], node.type, first: first, &builder))
    case .array(let op, let attributes):
      let values = try array(op, attributes, operands, &builder).map { LaneValue($0, isBatched: true) }
      return op.row.hasSeveralResults ? .several(values) : .one(values[0])
    case .loop(let loop): return .several(try self.loop(loop, graph.regions[loop.region], operands, &builder))
    case .whileLoop(let condition, let body, let carried):
      return .several(
        try whileLoop(graph.regions[condition], graph.regions[body], carried: carried, operands, &builder))
    case .branch(let regions): return .several(try branch(regions.map { graph.regions[$0] }, operands, &builder))
    case .part(let part): return .several(try self.part(part, graph, operands, &builder))
    case .call(let call):
      guard call.isPure else { throw Self.called(call.function) }
      return .several(try self.call(call, operands, &builder))
    case .argument, .variable, .constant, .iota, .element:
      // Leaves and elements are taken before an operation is asked for its rule.
      preconditionFailure("\(node.operation.name) has no operands that differ from lane to lane")
    }
  }

  static func called(_ function: Int) -> HillockError {
    HillockError(
      .call,
      "function \(function) is called with values that differ from lane to lane, or in some lanes only; a call is made once for all "
        + "lanes: call it outside vmap, or declare it pure where it does nothing but give values")
  }
}
