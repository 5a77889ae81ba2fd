/// Evaluates a node whose operands are all constants, exactly as the program would; nil where it would rather not.
package typealias ConstantFolder = (_ node: Node, _ operands: [ConstantData]) -> ConstantData?

/// The graph passes, in the order in which they run. Each takes a graph to one that computes the same bits.
package enum Passes {
  package static func run(_ graph: Graph, folding: ConstantFolder? = nil) -> Graph {
    var graph = PartInlining.run(graph)
    graph.regions = graph.regions.map { run($0, folding: folding) }
    graph = DeadCode.eliminate(graph)
    graph = BroadcastHoisting.run(graph)
    if let folding { graph = ConstantFolding.run(graph, folding) }
    graph = AlgebraicIdentities.run(graph)
    graph = CommonSubexpressions.eliminate(graph)
    graph = LoopDistribution.run(graph)
    return DeadCode.eliminate(graph)
  }
}
