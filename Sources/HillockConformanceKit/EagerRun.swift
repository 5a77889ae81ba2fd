import HillockBytecode
import HillockIR
import HillockRuntime

/// Runs a graph node by node, each node as a program of one node: what fused execution is tested against.
enum EagerRun {
  static func run(
    _ graph: Graph, arguments: [ConstantData], variables: [ConstantData], options: ExecutionOptions
  ) throws(HillockError) -> Outputs {
    var values: [ConstantData] = []
    for node in graph.nodes {
      switch node.operation {
      case .argument(let index): values.append(arguments[index])
      case .variable(let slot): values.append(variables[slot])
      case .constant(let index): values.append(graph.constants[index])
      default:
        let operands = node.operands.map { values[Int($0.index)] }
        values.append(try evaluate(node, operands, options))
      }
    }
    var stored: [Int: ConstantData] = [:]
    for store in graph.stores { stored[store.slot] = values[Int(store.value.index)] }
    return Outputs(results: graph.results.map { values[Int($0.index)] }, stored: stored)
  }

  /// One node, its operands the arguments of a program.
  static func evaluate(
    _ node: Node, _ operands: [ConstantData], _ options: ExecutionOptions = ExecutionOptions(tier: .interpreter, workers: 1)
  ) throws(HillockError) -> ConstantData {
    var graph = Graph(name: node.operation.name)
    graph.arguments = operands.map(\.type)
    graph.nodes = operands.enumerated().map { Node(operation: .argument($0.offset), operands: [], type: $0.element.type) }
    graph.nodes.append(Node(operation: node.operation, operands: operands.indices.map(ValueID.init), type: node.type))
    graph.results = [ValueID(graph.nodes.count - 1)]
    let program = try VerifiedProgram(try Lowering.lower(graph))
    let outputs = try ProgramRun.run(program, arguments: operands, variables: [], options: options)
    guard let value = outputs.results.first else { throw HillockError(.verification, "a program of one node without a result") }
    return value
  }
}
