/// Evaluates nodes whose operands are constants. The folder runs them as the program would, so the bits are the same.
enum ConstantFolding {
  /// Larger results are left to the program: they would only make it bigger.
  static let maximumCount = 4096

  static func run(_ graph: Graph, _ fold: ConstantFolder) -> Graph {
    GraphRewriter.run(graph) { rewriter, node in
      guard !node.operands.isEmpty, node.type.count <= maximumCount, isWorthFolding(node) else { return nil }
      var operands: [ConstantData] = []
      for operand in node.operands {
        guard let data = rewriter.constant(operand) else { return nil }
        operands.append(data)
      }
      guard let value = fold(node, operands) else { return nil }
      return .one(rewriter.addConstant(value))
    }
  }

  /// A broadcast or reshaped constant costs nothing as it is: kernels read it through its strides.
  private static func isWorthFolding(_ node: Node) -> Bool {
    switch node.operation {
    case .broadcast, .reshape: node.type.count == 1
    case .element: false
    default: !node.operation.hasElements
    }
  }
}
