/// Writes the bodies of parts in their places. Derivatives have been taken when the passes run, so their rules are of no use any more.
package enum PartInlining {
  package static func run(_ graph: Graph) -> Graph {
    GraphRewriter.run(graph) { rewriter, node in
      guard case .part(let part) = node.operation else { return nil }
      return .several(rewriter.append(run(graph.regions[part.body]), node.operands))
    }
  }

  /// In regions as well.
  package static func runEverywhere(_ graph: Graph) -> Graph {
    guard graph.hasParts else { return graph }
    var graph = run(graph)
    graph.regions = graph.regions.map(runEverywhere)
    return graph
  }
}

extension Graph {
  /// Whether it has a part with a derivative of its own, in a region too.
  fileprivate var hasParts: Bool {
    nodes.contains { if case .part = $0.operation { true } else { false } } || regions.contains(where: \.hasParts)
  }
}
