/// Removes nodes, constants and regions that no root needs, and what nobody reads of loops and branches; nodes that have an effect are
/// roots. Arguments, Variable slots and functions keep their positions.
package enum DeadCode {
  package static func eliminate(_ graph: Graph) -> Graph {
    let (narrowed, isNeeded) = UnreadValues.drop(graph)
    return GraphRewriter.run(narrowed, only: isNeeded) { _, _ in nil }
  }
}
