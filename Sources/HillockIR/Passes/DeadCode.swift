/// Removes nodes, constants and regions that no root needs, and what nobody reads of loops and branches; nodes that have an effect are
/// roots. Arguments, Variable slots and functions keep their positions.
package enum DeadCode {
  package static func eliminate(_ graph: Graph) -> Graph {
    let graph = UnreadValues.drop(graph)
    let effects = graph.nodes.indices.filter { graph.hasEffect(graph.nodes[$0]) }.map(ValueID.init)
    return GraphRewriter.run(graph, only: graph.needed(for: graph.roots + effects)) { _, _ in nil }
  }
}
