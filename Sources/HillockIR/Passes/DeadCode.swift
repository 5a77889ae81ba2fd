/// Removes nodes and constants that no root needs. Arguments and Variable slots keep their positions.
package enum DeadCode {
  package static func eliminate(_ graph: Graph) -> Graph {
    var isLive = Array(repeating: false, count: graph.nodes.count)
    for root in graph.roots { isLive[Int(root.index)] = true }
    for index in graph.nodes.indices.reversed() where isLive[index] {
      for operand in graph.nodes[index].operands { isLive[Int(operand.index)] = true }
    }
    var result = graph
    result.nodes = []
    result.constants = []
    var moved = Array(repeating: ValueID(0), count: graph.nodes.count)
    var movedConstants: [Int: Int] = [:]
    for (index, var node) in graph.nodes.enumerated() where isLive[index] {
      node.operands = node.operands.map { moved[Int($0.index)] }
      if case .constant(let position) = node.operation {
        if movedConstants[position] == nil {
          result.constants.append(graph.constants[position])
          movedConstants[position] = result.constants.count - 1
        }
        node.operation = .constant(movedConstants[position]!)
      }
      moved[index] = ValueID(result.nodes.count)
      result.nodes.append(node)
    }
    result.results = graph.results.map { moved[Int($0.index)] }
    result.stores = graph.stores.map { Graph.Store(slot: $0.slot, value: moved[Int($0.value.index)]) }
    return result
  }
}
