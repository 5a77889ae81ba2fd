/// Replaces nodes by simpler ones that give the same bits for every input (NaN payloads aside): elementwise ones by the identities of
/// their rows.
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
    for identity in op.row.identities {
      if let value = apply(identity, &rewriter, node) { return value }
    }
    return nil
  }

  private static func apply(_ identity: Identity, _ rewriter: inout GraphRewriter, _ node: Node) -> ValueID? {
    let dtype = node.type.dtype, operands = node.operands
    switch identity {
    case .neutral(let number, let places, let ofFloats):
      guard ofFloats || !dtype.isFloating else { return nil }
      let place = places.first { rewriter.scalarBits(operands[$0]) == DType.bits(number, dtype) }
      return place.map { operands[1 - $0] }
    case .involution:
      let inner = rewriter[operands[0]]
      return inner.operation == node.operation ? inner.operands[0] : nil
    case .idempotence: return operands[0] == operands[1] ? operands[0] : nil
    case .choice:
      if operands[1] == operands[2] { return operands[1] }
      return rewriter.scalarBits(operands[0]).map { operands[$0 != 0 ? 1 : 2] }
    case .firstOperand: return operands[0]
    case .productWithReciprocal:
      let reciprocal = rewriter.scalarBits(operands[1]).flatMap { exactReciprocal($0, dtype) }
      return reciprocal.flatMap { multiply(&rewriter, node, by: $0) }
    }
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
    let bits = DType.bits(factor, node.type.dtype)
    let bytes = (0..<node.type.dtype.size).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    var constant = rewriter.addConstant(ConstantData(type: ArrayType(node.type.dtype, []), bytes: bytes))
    if !node.type.shape.isEmpty {
      constant = rewriter.add(Node(operation: .broadcast, operands: [constant], type: node.type))
    }
    return rewriter.add(Node(operation: .elementwise(.mul), operands: [node.operands[0], constant], type: node.type))
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
