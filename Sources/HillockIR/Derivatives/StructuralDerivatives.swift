/// The derivatives of operations on whole arrays. What runs regions is differentiated by `ForwardMode` and `ReverseMode` themselves.
extension Operation {
  /// The node's own derivative. `type` is that of its result.
  func derivative(_ type: ArrayType) -> ArrayDerivative {
    switch self {
    case .argument, .variable, .constant: .none("a leaf")
    case .iota: .none("it counts")
    case .randomBits: .none("random bits do not depend on anything in a smooth way")
    case .loop, .whileLoop, .branch, .part, .element, .elementwise: .none("it is differentiated by its parts")
    case .call: .none("what is called lies outside the program")
    case .array(let op, _): op.row.derivative
    case .convert:
      Self.linear(self, type) { (builder, from, change) throws(HillockError) in try builder.convert(change, to: from.dtype) }
    case .broadcast:
      Self.linear(self, type) { (builder, from, change) throws(HillockError) in try builder.sum(change, to: from.shape) }
    case .reshape:
      Self.linear(self, type) { (builder, from, change) throws(HillockError) in try builder.reshape(change, to: from.shape) }
    case .transpose(let permutation):
      Self.linear(self, type) { (builder, _, change) throws(HillockError) in
        try builder.transpose(change, permutation.indices.map { permutation.firstIndex(of: $0) ?? 0 })
      }
    case .slice(let starts, let steps):
      Self.linear(self, type) { (builder, from, change) throws(HillockError) in
        try builder.updateSlice(try builder.zeros(from), change, starts: starts, steps: steps, sizes: type.shape)
      }
    case .reduce(.sum, let axes):
      Self.linear(self, type) { (builder, from, change) throws(HillockError) in
        try builder.spread(change, over: axes, of: from.shape)
      }
    case .reduce(.max, let axes), .reduce(.min, let axes): Self.extremum(axes)
    case .reduce(.product, let axes): Self.product(axes)
    case .reduce(.any, _), .reduce(.all, _): .none("a comparison")
    case .dot(let batch): Self.product(batch: batch)
    }
  }

  /// Of an operation that is linear in its only operand: itself on the tangent, and its transpose.
  private static func linear(
    _ operation: Operation, _ type: ArrayType,
    transpose:
      @escaping @Sendable (_ builder: inout GraphBuilder, _ from: ArrayType, _ change: ValueID) throws(HillockError)
      -> ValueID
  ) -> ArrayDerivative {
    .rules(
      pushforward: { (builder, _, tangents) throws(HillockError) in
        guard let tangent = tangents[0] else { return [nil] }
        return [try builder.apply(operation, [tangent], type: type)]
      },
      pullback: { (builder, use, cotangents, _) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil] }
        return [try transpose(&builder, builder.type(use.operands[0]), cotangent)]
      })
  }

  /// A maximum or minimum hands a change to the elements that are it, in equal parts.
  private static func extremum(_ axes: [Int]) -> ArrayDerivative {
    @Sendable func weights(_ builder: inout GraphBuilder, _ use: ArrayDerivative.Use) throws(HillockError) -> ValueID {
      let from = builder.type(use.operands[0])
      let isIt = try builder.elementwise(.eq, [use.operands[0], try builder.spread(use.results[0], over: axes, of: from.shape)])
      let ones = try builder.convert(isIt, to: from.dtype)
      let count = try builder.spread(try builder.reduce(.sum, ones, axes: axes), over: axes, of: from.shape)
      let part = try builder.elementwise(.reciprocal, [count])
      return try builder.elementwise(.select, [isIt, part, try builder.number(0, from.dtype)])
    }
    return .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard let tangent = tangents[0] else { return [nil] }
        return [try builder.reduce(.sum, try builder.elementwise(.mul, [tangent, try weights(&builder, use)]), axes: axes)]
      },
      pullback: { (builder, use, cotangents, _) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil] }
        let spread = try builder.spread(cotangent, over: axes, of: builder.type(use.operands[0]).shape)
        return [try builder.elementwise(.mul, [spread, try weights(&builder, use)])]
      })
  }

  /// A product changes with each factor by the product of the others: what stands before it times what stands behind it. There is no
  /// division, so zeros do no harm. Each half is a loop over the factors.
  private static func product(_ axes: [Int]) -> ArrayDerivative {
    @Sendable func others(_ builder: inout GraphBuilder, _ operand: ValueID) throws(HillockError) -> ValueID {
      let from = builder.type(operand), kept = from.shape.indices.filter { !axes.contains($0) }
      let order = axes + kept, rest = kept.map { from.shape[$0] }, count = axes.reduce(1) { $0 * from.shape[$1] }
      let rows = try builder.reshape(try builder.transpose(operand, order), to: [count] + rest)
      let before = try exclusiveProducts(&builder, rows, isReversed: false)
      let behind = try exclusiveProducts(&builder, rows, isReversed: true)
      let all = try builder.elementwise(.mul, [before, behind])
      let shaped = try builder.reshape(all, to: order.map { from.shape[$0] })
      return try builder.transpose(shaped, order.indices.map { order.firstIndex(of: $0) ?? 0 })
    }
    return .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard let tangent = tangents[0] else { return [nil] }
        let changes = try builder.elementwise(.mul, [tangent, try others(&builder, use.operands[0])])
        return [try builder.reduce(.sum, changes, axes: axes)]
      },
      pullback: { (builder, use, cotangents, _) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil] }
        let spread = try builder.spread(cotangent, over: axes, of: builder.type(use.operands[0]).shape)
        return [try builder.elementwise(.mul, [spread, try others(&builder, use.operands[0])])]
      })
  }

  /// For each row the product of the rows before it (behind it).
  private static func exclusiveProducts(
    _ builder: inout GraphBuilder, _ rows: ValueID, isReversed: Bool
  ) throws(HillockError) -> ValueID {
    let type = builder.type(rows), row = ArrayType(type.dtype, Array(type.shape.dropFirst()))
    var body = GraphBuilder(name: "exclusive product")
    _ = body.argument(ArrayType(.i64, []))
    let product = body.argument(row), factor = body.argument(row)
    body.result(try body.elementwise(.mul, [product, factor]))
    body.result(product)
    let one = try builder.broadcast(try builder.number(1, type.dtype), to: row.shape)
    let loop = try builder.loop(body.graph, trips: type.shape[0], carried: [one], sliced: [rows], isReversed: isReversed)
    return try builder.element(of: loop, 1)
  }

  /// Of a sum of products a[batch…, rows…, k] · b[batch…, k, columns…]: the cotangent of a goes through the columns of b, that of b
  /// through the rows of a.
  private static func product(batch: Int) -> ArrayDerivative {
    .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        let (a, b) = (use.operands[0], use.operands[1])
        let left = if let tangent = tangents[0] { try builder.dot(tangent, b, batch: batch) } else { ValueID?.none }
        let right = if let tangent = tangents[1] { try builder.dot(a, tangent, batch: batch) } else { ValueID?.none }
        return [try builder.sum(left, right)]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil, nil] }
        let (a, b) = (use.operands[0], use.operands[1])
        return [
          wanted[0] ? try builder.cotangentOfLeft(a, b, cotangent, batch) : nil,
          wanted[1] ? try builder.cotangentOfRight(a, b, cotangent, batch) : nil,
        ]
      })
  }
}

extension GraphBuilder {
  /// The sum of what a broadcast from `shape` would repeat.
  mutating func sum(_ value: ValueID, to shape: [Int]) throws(HillockError) -> ValueID {
    let from = type(value).shape, added = from.count - shape.count
    let axes = from.indices.filter { $0 < added || (shape[$0 - added] == 1 && from[$0] != 1) }
    return try reshape(try reduce(.sum, value, axes: axes), to: shape)
  }

  /// The result of a reduction over these axes at all positions of what was reduced.
  mutating func spread(_ value: ValueID, over axes: [Int], of shape: [Int]) throws(HillockError) -> ValueID {
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    return try broadcast(try reshape(value, to: kept), to: shape)
  }

  /// The cotangent of a is c · bᵀ.
  fileprivate mutating func cotangentOfLeft(
    _ a: ValueID, _ b: ValueID, _ change: ValueID, _ batch: Int
  ) throws(HillockError) -> ValueID {
    switch (batch, type(a).rank, type(b).rank) {
    case (0, 1, 1): return try elementwise(.mul, [change, b])
    case (0, 2, 1): return try outer(change, b)
    case (_, _, _):
      let rows = type(a).rank - 1, columns = type(b).rank - batch - 1
      let pairs = (0..<columns).map { (rows + $0, batch + 1 + $0) }
      return try contract(change, b, batch: (0..<batch).map { ($0, $0) }, contracted: pairs)
    }
  }

  /// The cotangent of b is aᵀ · c.
  fileprivate mutating func cotangentOfRight(
    _ a: ValueID, _ b: ValueID, _ change: ValueID, _ batch: Int
  ) throws(HillockError) -> ValueID {
    switch (batch, type(a).rank, type(b).rank) {
    case (0, 1, 1): return try elementwise(.mul, [change, a])
    case (0, 1, _) where type(b).rank == 2: return try outer(a, change)
    // (The vector on the left takes a as it lies.)
    case (0, 2, 1): return try dot(change, a)
    case (_, _, _):
      let pairs = (batch..<(type(a).rank - 1)).map { ($0, $0) }
      return try contract(a, change, batch: (0..<batch).map { ($0, $0) }, contracted: pairs)
    }
  }

  private mutating func outer(_ a: ValueID, _ b: ValueID) throws(HillockError) -> ValueID {
    try elementwise(.mul, [try reshape(a, to: [type(a).count, 1]), try reshape(b, to: [1, type(b).count])])
  }
}
