extension ArrayOpRow {
  /// The largest elements, without putting the others in order.
  static let topK = ArrayOpRow(
    "topk",
    "The first `count` elements along the axis that a descending `sort` would give, and their places as i64.",
    operands: 1...1, attributes: [.number("axis"), .number("count")], hasSeveralResults: true, reason: .wholeLines,
    narrow: { _, _ in .refuses },
    derivative: .rules(pushforward: TopKDerivative.pushforward, pullback: TopKDerivative.pullback),
    types: { (operands, attributes) throws(HillockError) in
      let source = operands[0], axis = attributes.number(0), count = attributes.number(1)
      try checkAxis(axis, of: source, "topk")
      guard (0...source.shape[axis]).contains(count) else {
        throw HillockError(
          .index, "topk: axis \(axis) of an array of shape \(source.shape) has \(source.shape[axis]) elements, not \(count)")
      }
      var shape = source.shape
      shape[axis] = count
      return [ArrayType(source.dtype, shape), ArrayType(.i64, shape)]
    },
    work: { operands, _, _ in 2 &* operands[0].count })
}

private enum TopKDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    guard let tangent = tangents[0] else { return [nil, nil] }
    return [try elements(&builder, use).taken(tangent, &builder), nil]
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, _) throws(HillockError) in
    guard let cotangent = cotangents[0] else { return [nil] }
    return [try elements(&builder, use).put(cotangent, &builder)]
  }

  private static func elements(_ builder: inout GraphBuilder, _ use: ArrayDerivative.Use) throws(HillockError) -> TakenElements {
    try TakenElements(use.results[1], of: builder.type(use.operands[0]), axis: use.attributes.number(0), &builder)
  }
}
