/// The derivatives of prefix scans. A sum is linear: its transpose is the sum from the other end. The others are those of the loop that
/// computes the same, which never divides.
enum ScanDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    guard let tangent = tangents[0] else { return [nil] }
    if kind(use) == .sum { return [try builder.array(.scan, [tangent], use.attributes)] }
    let loop = try loop(use, builder.type(tangent))
    return try ForwardMode.inline(loop, into: &builder, use.operands, tangents: [tangent]).tangents
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, _) throws(HillockError) in
    guard let cotangent = cotangents[0] else { return [nil] }
    if kind(use) == .sum {
      var attributes = use.attributes
      attributes.values[2] = [1 - attributes.number(2)]
      return [try builder.array(.scan, [cotangent], attributes)]
    }
    let mode = try ReverseMode(
      try loop(use, builder.type(cotangent)), into: &builder, use.operands, isActive: [true])
    return try mode.pullback([cotangent], &builder)
  }

  private static func kind(_ use: ArrayDerivative.Use) -> ScanKind { ScanKind.allCases[use.attributes.number(0)] }

  /// (array) → (scan), as a loop over the axis.
  private static func loop(_ use: ArrayDerivative.Use, _ type: ArrayType) throws(HillockError) -> Graph {
    let kind = kind(use), axis = use.attributes.number(1)
    var builder = GraphBuilder(name: "scan.\(kind.name)")
    let operand = builder.argument(type)
    let order = [axis] + type.shape.indices.filter { $0 != axis }
    let rows = try builder.transpose(operand, order), row = ArrayType(type.dtype, order.dropFirst().map { type.shape[$0] })
    var body = GraphBuilder(name: "a step of scan.\(kind.name)")
    _ = body.argument(ArrayType(.i64, []))
    let sum = body.argument(row), term = body.argument(row)
    let next =
      switch kind {
      case .sum: try body.elementwise(.add, [sum, term])
      case .product: try body.elementwise(.mul, [sum, term])
      case .max: try body.elementwise(.max, [sum, term])
      case .min: try body.elementwise(.min, [sum, term])
      // log(eᵃ + eᵇ) = b + log(1 + eᵃ⁻ᵇ)
      case .logaddexp:
        try body.elementwise(.add, [term, try body.elementwise(.softplus, [try body.elementwise(.sub, [sum, term])])])
      }
    body.result(next)
    body.result(use.attributes.number(3) == 1 ? sum : next)
    let identity: Double =
      switch kind {
      case .sum: 0
      case .product: 1
      case .max, .logaddexp: -.infinity
      case .min: .infinity
      }
    let first = try builder.broadcast(try builder.number(identity, type.dtype), to: row.shape)
    let loop = try builder.loop(
      body.graph, trips: type.shape[axis], carried: [first], sliced: [rows], isReversed: use.attributes.number(2) == 1)
    let back = order.indices.map { order.firstIndex(of: $0) ?? 0 }
    builder.result(try builder.transpose(try builder.element(of: loop, 1), back))
    return builder.graph
  }
}

/// The derivatives of sorts: changes go where their elements go.
enum SortDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    let elements = try elements(&builder, use)
    var result: [ValueID?] = []
    for tangent in tangents {
      guard let tangent else {
        result.append(nil)
        continue
      }
      result.append(try elements.taken(tangent, &builder))
    }
    return result
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, wanted) throws(HillockError) in
    let elements = try elements(&builder, use)
    var result: [ValueID?] = []
    for (cotangent, isWanted) in zip(cotangents, wanted) {
      guard let cotangent, isWanted else {
        result.append(nil)
        continue
      }
      result.append(try elements.put(cotangent, &builder))
    }
    return result
  }

  /// What the results are taken from: the keys are sorted again, with their places.
  private static func elements(_ builder: inout GraphBuilder, _ use: ArrayDerivative.Use) throws(HillockError) -> TakenElements {
    let type = builder.type(use.operands[0]), axis = use.attributes.number(0)
    let numbers = try builder.iota(.i64, shape: type.shape, axis: axis)
    let sorted = try builder.array(.sort, [use.operands[0], numbers], use.attributes)
    return try TakenElements(try builder.element(of: sorted, 1), of: type, axis: axis, &builder)
  }
}
