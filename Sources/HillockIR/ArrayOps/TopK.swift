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

/// Changes go where their elements go.
private enum TopKDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    guard let tangent = tangents[0] else { return [nil, nil] }
    let lines = try Lines(&builder, use)
    let taken = try builder.gather(
      try builder.transpose(tangent, lines.order), lines.places, batch: lines.batch, axis: lines.batch)
    return [try builder.transpose(taken, lines.back), nil]
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, _) throws(HillockError) in
    guard let cotangent = cotangents[0] else { return [nil] }
    let lines = try Lines(&builder, use), source = builder.type(use.operands[0])
    let base = try builder.zeros(ArrayType(builder.type(cotangent).dtype, lines.order.map { source.shape[$0] }))
    let put = try builder.scatter(
      base, lines.places, try builder.transpose(cotangent, lines.order), batch: lines.batch, axis: lines.batch)
    return [try builder.transpose(put, lines.back)]
  }

  /// The order of axes in which that of the lines is the last, and where the elements of the result come from.
  private struct Lines {
    let order: [Int]
    let back: [Int]
    let batch: Int
    let places: ValueID

    init(_ builder: inout GraphBuilder, _ use: ArrayDerivative.Use) throws(HillockError) {
      let type = builder.type(use.operands[0]), axis = use.attributes.number(0)
      let order = type.shape.indices.filter { $0 != axis } + [axis]
      self.order = order
      back = order.indices.map { order.firstIndex(of: $0) ?? 0 }
      batch = type.rank - 1
      places = try builder.transpose(use.results[1], order)
    }
  }
}
