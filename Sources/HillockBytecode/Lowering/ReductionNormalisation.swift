import HillockIR

/// Rewrites reductions over axes that do not lie side by side: the reduced axes are moved to the end first. Afterwards
/// every reduction is one of the two shapes that Spec/numerics.md gives a tree to.
enum ReductionNormalisation {
  static func run(_ graph: Graph) -> Graph {
    guard graph.nodes.contains(where: needsTranspose(graph)) else { return graph }
    var result = graph
    result.nodes = []
    var moved: [ValueID] = []
    for node in graph.nodes {
      var node = node
      node.operands = node.operands.map { moved[Int($0.index)] }
      if case .reduce(let kind, let axes) = node.operation {
        let from = result.type(node.operands[0])
        if !ReductionShape(from.shape, axes: axes).isBlock {
          let kept = from.shape.indices.filter { !axes.contains($0) }
          let permutation = kept + axes
          result.nodes.append(
            Node(
              operation: .transpose(permutation), operands: node.operands,
              type: ArrayType(from.dtype, permutation.map { from.shape[$0] })))
          node.operands = [ValueID(result.nodes.count - 1)]
          node.operation = .reduce(kind, axes: Array(kept.count..<from.rank))
        }
      }
      result.nodes.append(node)
      moved.append(ValueID(result.nodes.count - 1))
    }
    result.results = graph.results.map { moved[Int($0.index)] }
    result.stores = graph.stores.map { Graph.Store(slot: $0.slot, value: moved[Int($0.value.index)]) }
    return result
  }

  private static func needsTranspose(_ graph: Graph) -> (Node) -> Bool {
    { node in
      guard case .reduce(_, let axes) = node.operation else { return false }
      return !ReductionShape(graph.type(node.operands[0]).shape, axes: axes).isBlock
    }
  }
}
