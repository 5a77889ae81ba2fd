/// Computes before broadcasting: an elementwise node whose operands are all broadcasts from one smaller shape works at that
/// shape, and its result is broadcast. Scalar arithmetic is then done once, not for each element.
enum BroadcastHoisting {
  static func run(_ graph: Graph) -> Graph {
    GraphRewriter.run(graph) { rewriter, node in
      switch node.operation {
      case .elementwise, .convert: break
      default: return nil
      }
      var sources: [ValueID] = []
      for operand in node.operands {
        let producer = rewriter[operand]
        guard case .broadcast = producer.operation else { return nil }
        sources.append(producer.operands[0])
      }
      let shapes = Set(sources.map { rewriter.type($0).shape })
      guard shapes.count == 1, let shape = shapes.first else { return nil }
      let small = rewriter.add(
        Node(operation: node.operation, operands: sources, type: ArrayType(node.type.dtype, shape)))
      return .one(rewriter.add(Node(operation: .broadcast, operands: [small], type: node.type)))
    }
  }
}
