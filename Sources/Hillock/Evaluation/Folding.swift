import HillockBytecode
import HillockIR
import HillockRuntime

/// Evaluates nodes of a graph whose operands are constants, with the interpreter itself: the bits are those the program
/// would compute.
enum Folding {
  /// Larger constants are read where they lie; folding them would copy them.
  static let maximumBytes = 64 << 10

  static func evaluate(_ node: Node, _ operands: [ConstantData]) -> ConstantData? {
    guard operands.allSatisfy({ $0.bytes.count <= maximumBytes }) else { return nil }
    var graph = Graph(name: "fold")
    for (index, operand) in operands.enumerated() {
      graph.constants.append(operand)
      graph.nodes.append(Node(operation: .constant(index), operands: [], type: operand.type))
    }
    graph.nodes.append(
      Node(operation: node.operation, operands: operands.indices.map { ValueID($0) }, type: node.type))
    graph.results = [ValueID(operands.count)]
    // What cannot be evaluated here is left to the program, which says why.
    guard let program = try? VerifiedProgram(Lowering.lower(graph)) else { return nil }
    var options = ExecutionOptions(tier: .interpreter, workers: 1)
    options.isListed = false
    let executable = Executable(program, options: options)
    let frame = executable.makeFrame()
    guard (try? executable.run(frame)) != nil else { return nil }
    let result = frame.takeResult(0)
    return ConstantData(
      type: node.type, bytes: Array(UnsafeRawBufferPointer(start: result.base, count: node.type.byteCount)))
  }
}
