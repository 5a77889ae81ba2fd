import HillockIR

/// Rewrites reductions over axes that do not lie side by side: the reduced axes are moved to the end first. Afterwards
/// every reduction, in regions too, is one of the two shapes that Spec/numerics.md gives a tree to.
enum ReductionNormalisation {
  static func run(_ graph: Graph) -> Graph {
    GraphRewriter.run(graph, intoRegions: true) { rewriter, node in
      guard case .reduce(let kind, let axes) = node.operation else { return nil }
      let from = rewriter.type(node.operands[0])
      guard !ReductionShape(from.shape, axes: axes).isBlock else { return nil }
      let kept = from.shape.indices.filter { !axes.contains($0) }
      let permutation = kept + axes
      let moved = rewriter.add(
        Node(
          operation: .transpose(permutation), operands: node.operands,
          type: ArrayType(from.dtype, permutation.map { from.shape[$0] })))
      let last = Array(kept.count..<from.rank)
      return .one(rewriter.add(Node(operation: .reduce(kind, axes: last), operands: [moved], type: node.type)))
    }
  }
}
