/// Removes nodes, constants and regions that no root needs; nodes that have an effect are roots. Arguments, Variable slots and
/// functions keep their positions.
package enum DeadCode {
  package static func eliminate(_ graph: Graph) -> Graph {
    var isLive = Array(repeating: false, count: graph.nodes.count)
    for root in graph.roots { isLive[Int(root.index)] = true }
    for index in graph.nodes.indices.reversed() where isLive[index] || graph.hasEffect(graph.nodes[index]) {
      isLive[index] = true
      for operand in graph.nodes[index].operands { isLive[Int(operand.index)] = true }
    }
    var result = graph
    result.nodes = []
    result.constants = []
    result.regions = []
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
      node.operation = node.operation.mapRegions { region in
        result.regions.append(graph.regions[region])
        return result.regions.count - 1
      }
      moved[index] = ValueID(result.nodes.count)
      result.nodes.append(node)
    }
    result.results = graph.results.map { moved[Int($0.index)] }
    result.stores = graph.stores.map { Graph.Store(slot: $0.slot, value: moved[Int($0.value.index)]) }
    return result
  }
}

extension Operation {
  /// The same with its regions, if it has any, under other numbers. A region belongs to one node.
  func mapRegions(_ number: (Int) -> Int) -> Operation {
    switch self {
    case .loop(var loop):
      loop.region = number(loop.region)
      return .loop(loop)
    case .whileLoop(let condition, let body, let carried):
      return .whileLoop(condition: number(condition), body: number(body), carried: carried)
    case .branch(let regions): return .branch(regions: regions.map(number))
    default: return self
    }
  }
}
