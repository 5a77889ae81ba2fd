/// Replaces nodes by simpler ones that give the same bits for every input (NaN payloads aside).
///
/// `x + 0` is not among them for floats (-0 + 0 is +0), nor is `x * 0` (NaN and infinity stay what they are).
enum AlgebraicIdentities {
  static func run(_ graph: Graph) -> Graph {
    GraphRewriter.run(graph) { rewriter, node in
      switch node.operation {
      case .elementwise(let op): elementwise(&rewriter, op, node).map(NodeImage.one)
      case .reshape, .broadcast, .transpose: view(&rewriter, node).map(NodeImage.one)
      default: nil
      }
    }
  }

  private static func elementwise(_ rewriter: inout GraphRewriter, _ op: ElementwiseOp, _ node: Node) -> ValueID? {
    let dtype = node.type.dtype
    func constant(_ position: Int) -> UInt64? { rewriter.scalarBits(node.operands[position]) }
    func isOne(_ position: Int) -> Bool { constant(position) == DType.bits(1, dtype) }
    func isZero(_ position: Int) -> Bool { constant(position) == DType.bits(0, dtype) }
    switch op.row.name {
    case "mul":
      if isOne(1) { return node.operands[0] }
      if isOne(0) { return node.operands[1] }
    case "div":
      if isOne(1) { return node.operands[0] }
      if let reciprocal = constant(1).flatMap({ exactReciprocal($0, dtype) }) {
        return multiply(&rewriter, node, by: reciprocal)
      }
    case "sub":
      // x - (+0) is x, -0 included.
      if isZero(1) { return node.operands[0] }
    case "add":
      if !dtype.isFloating, isZero(1) { return node.operands[0] }
      if !dtype.isFloating, isZero(0) { return node.operands[1] }
    case "neg", "not":
      let inner = rewriter[node.operands[0]]
      if inner.operation == node.operation { return inner.operands[0] }
    case "select":
      if node.operands[1] == node.operands[2] { return node.operands[1] }
      if let condition = constant(0) { return node.operands[condition != 0 ? 1 : 2] }
    // Derivatives have been taken when the passes run.
    case "stopgradient", "customslope": return node.operands[0]
    case "and", "or":
      if node.operands[0] == node.operands[1] { return node.operands[0] }
    default:
      break
    }
    return nil
  }

  /// Division by a power of two is multiplication by its reciprocal, exactly.
  private static func exactReciprocal(_ bits: UInt64, _ dtype: DType) -> Double? {
    let value: Double
    switch dtype {
    case .f32: value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .f64: value = Double(bitPattern: bits)
    default: return nil
    }
    // Both the divisor and its reciprocal must be normal numbers of the dtype.
    let limit = dtype == .f32 ? 126.0 : 1022.0
    guard value.isNormal, value.magnitude.significand == 1, Double(value.exponent).magnitude < limit else { return nil }
    return 1 / value
  }

  private static func multiply(_ rewriter: inout GraphRewriter, _ node: Node, by factor: Double) -> ValueID? {
    guard let mul = ElementwiseOp.named("mul") else { return nil }
    let bits = DType.bits(factor, node.type.dtype)
    let bytes = (0..<node.type.dtype.size).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    var constant = rewriter.addConstant(ConstantData(type: ArrayType(node.type.dtype, []), bytes: bytes))
    if !node.type.shape.isEmpty {
      constant = rewriter.add(Node(operation: .broadcast, operands: [constant], type: node.type))
    }
    return rewriter.add(Node(operation: .elementwise(mul), operands: [node.operands[0], constant], type: node.type))
  }

  /// Views of views become one view, and views that change nothing disappear.
  private static func view(_ rewriter: inout GraphRewriter, _ node: Node) -> ValueID? {
    let inner = rewriter[node.operands[0]]
    if node.type == inner.type, node.operation == .reshape || node.operation == .broadcast { return node.operands[0] }
    switch (node.operation, inner.operation) {
    case (.reshape, .reshape):
      if rewriter.type(inner.operands[0]) == node.type { return inner.operands[0] }
      return rewriter.add(Node(operation: .reshape, operands: inner.operands, type: node.type))
    case (.broadcast, .broadcast):
      return rewriter.add(Node(operation: .broadcast, operands: inner.operands, type: node.type))
    case (.transpose(let outer), .transpose(let first)):
      let both = outer.map { first[$0] }
      if both == Array(both.indices) { return inner.operands[0] }
      return rewriter.add(Node(operation: .transpose(both), operands: inner.operands, type: node.type))
    case (.transpose(let permutation), _) where permutation == Array(permutation.indices):
      return node.operands[0]
    default:
      return nil
    }
  }
}
