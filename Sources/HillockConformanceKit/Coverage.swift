import HillockIR

/// Which operations the cases exercise, against the op table: an op without cases is not done.
package struct Coverage: Sendable {
  /// `name dtype` of each elementwise op at its operation dtype, `name` of each structural operation.
  package private(set) var covered: Set<String> = []

  package init() {}

  /// Counts the operations of a case's graph.
  package mutating func add(_ graph: Graph) {
    for node in graph.nodes {
      covered.insert(Self.key(node, in: graph))
    }
    for region in graph.regions { add(region) }
  }

  private static func key(_ node: Node, in graph: Graph) -> String {
    switch node.operation {
    case .elementwise(let op):
      // The last operand has the operation dtype in every typing rule; the first of a select is its condition.
      guard let last = node.operands.last else { return op.row.name }
      return "\(op.row.name) \(graph.type(last).dtype.name)"
    default: return node.operation.name
    }
  }

  /// Everything that a case must exercise.
  package static var wanted: [String] {
    let elementwise = OpTable.rows.flatMap { row in row.dtypes.map { "\(row.name) \($0.name)" } }
    let structural = [
      "argument", "variable", "constant", "convert", "broadcast", "reshape", "transpose", "slice", "dot", "iota", "randombits",
      "loop",
      "while", "branch", "call", "element",
    ]
    let array = ArrayOp.allCases.filter { $0.row.languages == .both }.flatMap(\.names)
    return elementwise + structural + array + ReduceKind.allCases.map { "reduce.\($0.name)" }
  }

  package var missing: [String] { Self.wanted.filter { !covered.contains($0) } }
}
