/// The derivatives of scatters: of what is replaced or added, of extremes, and of products.
enum ScatterDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    guard tangents[0] != nil || tangents[2] != nil else { return [nil] }
    if kind(use) == .multiply {
      let given = [tangents[0], nil, tangents[2]], loop = try product(use, use.operands.map { builder.type($0) })
      return try ForwardMode.inline(loop, into: &builder, use.operands, tangents: given).tangents
    }
    var base = try builder.change(tangents[0], of: use.operands[0])
    var updates = try builder.change(tangents[2], of: use.operands[2])
    switch kind(use) {
    case .set, .add: return [try builder.array(.scatter, [base, use.operands[1], updates], use.attributes)]
    case .min, .max, .multiply:
      let extremes = try Extremes(&builder, use), zero = try builder.number(0, builder.type(base).dtype)
      base = try builder.elementwise(.select, [extremes.isBase, base, zero])
      updates = try builder.elementwise(.select, [extremes.isUpdate, updates, zero])
      let sum = try builder.scatter(base, use.operands[1], updates, .add, batch: batch(use), axis: axis(use))
      return [try builder.elementwise(.mul, [sum, extremes.part])]
    }
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, wanted) throws(HillockError) in
    guard let cotangent = cotangents[0] else { return [nil, nil, nil] }
    let zero = try builder.number(0, builder.type(cotangent).dtype)
    switch kind(use) {
    case .set:
      let none = try builder.zeros(builder.type(use.operands[2]))
      let ofBase = wanted[0] ? try builder.array(.scatter, [cotangent, use.operands[1], none], use.attributes) : nil
      return [ofBase, nil, try taken(&builder, use, cotangent, where: try isLast(&builder, use), wanted)]
    case .add: return [cotangent, nil, try taken(&builder, use, cotangent, where: try isInside(&builder, use), wanted)]
    case .min, .max:
      let extremes = try Extremes(&builder, use)
      let parts = try builder.elementwise(.mul, [cotangent, extremes.part])
      let ofBase = wanted[0] ? try builder.elementwise(.select, [extremes.isBase, parts, zero]) : nil
      return [ofBase, nil, try taken(&builder, use, parts, where: extremes.isUpdate, wanted)]
    case .multiply:
      let loop = try product(use, use.operands.map { builder.type($0) })
      let mode = try ReverseMode(loop, into: &builder, use.operands, isActive: [wanted[0], false, wanted[2]])
      return try mode.pullback([cotangent], &builder)
    }
  }

  private static func kind(_ use: ArrayDerivative.Use) -> ScatterKind { ScatterKind.allCases[use.attributes.number(0)] }
  private static func batch(_ use: ArrayDerivative.Use) -> Int { use.attributes.number(1) }
  private static func axis(_ use: ArrayDerivative.Use) -> Int { use.attributes.number(2) }

  /// What the updates that count get of a cotangent.
  private static func taken(
    _ builder: inout GraphBuilder, _ use: ArrayDerivative.Use, _ cotangent: ValueID, where counts: ValueID, _ wanted: [Bool]
  ) throws(HillockError) -> ValueID? {
    guard wanted[2] else { return nil }
    let all = try builder.gather(cotangent, use.operands[1], batch: batch(use), axis: axis(use))
    return try builder.elementwise(.select, [counts, all, try builder.number(0, builder.type(cotangent).dtype)])
  }

  /// Which updates are the last at their place: each place keeps the number of the one that wrote it last.
  private static func isLast(
    _ builder: inout GraphBuilder, _ use: ArrayDerivative.Use
  ) throws(HillockError) -> ValueID {
    let base = builder.type(use.operands[0]), updates = builder.type(use.operands[2])
    let numbers = try builder.reshape(try builder.iota(.i64, shape: [updates.count], axis: 0), to: updates.shape)
    let nobody = try builder.broadcast(try builder.integer(-1), to: base.shape)
    let last = try builder.scatter(nobody, use.operands[1], numbers, batch: batch(use), axis: axis(use))
    return try builder.elementwise(
      .eq, [try builder.gather(last, use.operands[1], batch: batch(use), axis: axis(use)), numbers])
  }

  /// Which updates have a place within the ends.
  private static func isInside(
    _ builder: inout GraphBuilder, _ use: ArrayDerivative.Use
  ) throws(HillockError) -> ValueID {
    let (batch, axis) = (batch(use), axis(use))
    let base = builder.type(use.operands[0]), updates = builder.type(use.operands[2])
    let extent = base.shape[axis], indices = builder.type(use.operands[1])
    let isAbove = try builder.elementwise(.ge, [use.operands[1], try builder.integer(-extent)])
    let isBelow = try builder.elementwise(.lt, [use.operands[1], try builder.integer(extent)])
    let isInside = try builder.elementwise(.and, [isAbove, isBelow])
    // The axes that come between the batch axes and the indices, and after them, see the same.
    let between = updates.shape[batch..<axis].map { _ in 1 }, behind = base.shape[(axis + 1)...].map { _ in 1 }
    let shape = indices.shape[..<batch] + between + indices.shape[batch...] + behind
    return try builder.broadcast(try builder.reshape(isInside, to: Array(shape)), to: updates.shape)
  }

  /// Of a scatter of extremes: what the result is, which may be several.
  private struct Extremes {
    let isBase: ValueID
    let isUpdate: ValueID
    /// What each of them gets: all get the same. (Nobody is NaN.)
    let part: ValueID

    init(_ builder: inout GraphBuilder, _ use: ArrayDerivative.Use) throws(HillockError) {
      let (batch, axis) = (ScatterDerivative.batch(use), ScatterDerivative.axis(use))
      let dtype = builder.type(use.operands[0]).dtype
      isBase = try builder.elementwise(.eq, [use.operands[0], use.results[0]])
      let found = try builder.gather(use.results[0], use.operands[1], batch: batch, axis: axis)
      isUpdate = try builder.elementwise(
        .and, [try builder.elementwise(.eq, [use.operands[2], found]), try isInside(&builder, use)])
      let count = try builder.scatter(
        try builder.convert(isBase, to: dtype), use.operands[1], try builder.convert(isUpdate, to: dtype), .add, batch: batch,
        axis: axis)
      part = try builder.elementwise(
        .reciprocal, [try builder.elementwise(.max, [count, try builder.number(1, dtype)])])
    }
  }

  /// A scatter of products, one index after the other: its derivative is that of the loop, which never divides.
  private static func product(
    _ use: ArrayDerivative.Use, _ types: [ArrayType]
  ) throws(HillockError) -> Graph {
    let (batch, axis) = (batch(use), axis(use))
    let indices = types[1].shape, count = indices[batch...].reduce(1, *)
    var builder = GraphBuilder(name: "scatter.multiply")
    let base = builder.argument(types[0]), places = builder.argument(types[1]), updates = builder.argument(types[2])
    let flat = try builder.reshape(places, to: indices[..<batch] + [count])
    let before = Array(types[0].shape[..<axis]), behind = Array(types[0].shape[(axis + 1)...])
    let rows = try builder.reshape(updates, to: before + [count] + behind)

    var body = GraphBuilder(name: "a step of scatter.multiply")
    _ = body.argument(ArrayType(.i64, []))
    let product = body.argument(types[0]), place = body.argument(ArrayType(.i64, Array(indices[..<batch])))
    let factor = body.argument(ArrayType(types[0].dtype, before + behind))
    let old = try body.gather(product, place, batch: batch, axis: axis)
    body.result(
      try body.scatter(product, place, try body.elementwise(.mul, [old, factor]), batch: batch, axis: axis))
    let loop = try builder.loop(
      body.graph, trips: count, carried: [base],
      sliced: [try builder.movingAxis(flat, from: batch, to: 0), try builder.movingAxis(rows, from: axis, to: 0)])
    builder.result(try builder.element(of: loop, 0))
    return builder.graph
  }
}
