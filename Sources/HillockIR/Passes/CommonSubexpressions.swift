/// Computes each value once: nodes that do the same to the same operands become one, equal constants too. Nodes with an effect
/// stay.
enum CommonSubexpressions {
  static func eliminate(_ graph: Graph) -> Graph {
    var known: [Node: ValueID] = [:]
    var constants: [ConstantData: ValueID] = [:]
    return GraphRewriter.run(graph) { rewriter, node in
      if case .constant(let index) = node.operation {
        let data = graph.constants[index]
        if let earlier = constants[data] { return .one(earlier) }
        let id = rewriter.keep(node)
        constants[data] = id
        return .one(id)
      }
      if graph.hasEffect(node) { return nil }
      var key = node
      if case .elementwise(let op) = node.operation, op.row.commutes { key.operands.sort() }
      if let earlier = known[key] { return .one(earlier) }
      let id = rewriter.keep(node)
      known[key] = id
      return .one(id)
    }
  }
}
