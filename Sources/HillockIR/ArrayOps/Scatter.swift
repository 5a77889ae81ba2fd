/// What a scatter makes of an element and the update for it. The raw values are `hk_scatter`'s.
package enum ScatterKind: Int, CaseIterable, Hashable, Sendable {
  case set, add, multiply, min, max

  package var name: String { "\(self)" }

  /// Bools are replaced, or combined by `min` (and) and `max` (or).
  package func exists(at dtype: DType) -> Bool {
    switch self {
    case .set, .min, .max: true
    case .add, .multiply: dtype != .bool
    }
  }
}

extension ArrayOpRow {
  /// Changes what a gather would take.
  static let scatter = ArrayOpRow(
    "scatter",
    "(base, indices, updates): base with the elements that `gather` would take replaced by the updates, which have the shape that "
      + "it gives, or combined with them: one after the other in the order of the indices. An index beyond the ends is dropped, a "
      + "negative one counts from the end. Bool has no `add` and `multiply`.",
    operands: 3...3,
    attributes: [
      .choice("kind", ScatterKind.allCases.map(\.name), default: 0), .number("batch", default: 0), .number("axis", default: 0),
    ],
    overwrites: 0, reason: .byIndex,
    derivative: .rules(pushforward: ScatterDerivative.pushforward, pullback: ScatterDerivative.pullback),
    fit: { (builder, operands, attributes) throws(HillockError) in
      let base = builder.type(operands[0]), positions = try builder.positions(operands[1]), indices = builder.type(positions)
      let indexed = try IndexedAxis("scatter", base, by: indices, batch: attributes.number(1), axis: attributes.number(2))
      let updates = try builder.broadcast(
        try builder.convert(operands[2], to: base.dtype), to: indexed.takenShape(base, indices))
      return [operands[0], positions, updates]
    },
    types: { (operands, attributes) throws(HillockError) in
      let (base, indices, updates) = (operands[0], operands[1], operands[2])
      let kind = ScatterKind.allCases[attributes.number(0)]
      guard kind.exists(at: base.dtype) else {
        throw HillockError(
          .dtype,
          "scatter.\(kind.name) of bool is not defined; use scatter.max (or), scatter.min (and), or convert the array to i32")
      }
      let indexed = try IndexedAxis("scatter", base, by: indices, batch: attributes.number(1), axis: attributes.number(2))
      guard updates == ArrayType(base.dtype, indexed.takenShape(base, indices)) else {
        throw HillockError(.shape, "scatter: updates of type \(updates) do not fit \(base) at \(indices)")
      }
      return [base]
    },
    // Updates, and the copy of the base where it is not overwritten.
    work: { operands, results, _ in results[0].count &+ operands[2].count })
}

extension GraphBuilder {
  /// Updates are converted to the base's dtype and broadcast.
  package mutating func scatter(
    _ base: ValueID, _ indices: ValueID, _ updates: ValueID, _ kind: ScatterKind = .set, batch: Int = 0, axis: Int = 0
  ) throws(HillockError) -> ValueID {
    try array(.scatter, [base, indices, updates], [[kind.rawValue], [batch], [axis]])
  }
}

/// The derivatives of `scatter` and `scatter.add`.
private enum ScatterDerivative {
  static let pushforward: ArrayDerivative.Pushforward = { (builder, use, tangents) throws(HillockError) in
    guard tangents[0] != nil || tangents[2] != nil else { return [nil] }
    _ = try kind(use)
    let base = try builder.change(tangents[0], of: use.operands[0])
    let updates = try builder.change(tangents[2], of: use.operands[2])
    return [try builder.array(.scatter, [base, use.operands[1], updates], use.attributes)]
  }

  static let pullback: ArrayDerivative.Pullback = { (builder, use, cotangents, wanted) throws(HillockError) in
    guard let cotangent = cotangents[0] else { return [nil, nil, nil] }
    let kind = try kind(use), zero = try builder.number(0, builder.type(cotangent).dtype)
    let batch = use.attributes.number(1), axis = use.attributes.number(2)
    var ofBase: ValueID? = cotangent
    if kind == .set {
      let none = try builder.zeros(builder.type(use.operands[2]))
      ofBase = wanted[0] ? try builder.array(.scatter, [cotangent, use.operands[1], none], use.attributes) : nil
    }
    guard wanted[2] else { return [ofBase, nil, nil] }
    let taken = try builder.gather(cotangent, use.operands[1], batch: batch, axis: axis)
    let arrived = try arrived(&builder, use, kind)
    return [ofBase, nil, try builder.elementwise(.select, [arrived, taken, zero])]
  }

  /// Which updates are in the result: where each place keeps the number of the last update that wrote it, those that find their own;
  /// of added ones, all within the ends.
  private static func arrived(
    _ builder: inout GraphBuilder, _ use: ArrayDerivative.Use, _ kind: ScatterKind
  ) throws(HillockError) -> ValueID {
    let batch = use.attributes.number(1), axis = use.attributes.number(2)
    let base = builder.type(use.operands[0]), updates = builder.type(use.operands[2])
    let numbers = try builder.reshape(try builder.iota(.i64, shape: [updates.count], axis: 0), to: updates.shape)
    let nobody = try builder.broadcast(try builder.integer(-1), to: base.shape)
    guard kind == .add else {
      let last = try builder.scatter(nobody, use.operands[1], numbers, batch: batch, axis: axis)
      return try builder.elementwise(.eq, [try builder.gather(last, use.operands[1], batch: batch, axis: axis), numbers])
    }
    let extent = base.shape[axis], indices = builder.type(use.operands[1])
    let isAbove = try builder.elementwise(.ge, [use.operands[1], try builder.integer(-extent)])
    let isBelow = try builder.elementwise(.lt, [use.operands[1], try builder.integer(extent)])
    let isInside = try builder.elementwise(.and, [isAbove, isBelow])
    // The axes that come between the batch axes and the indices, and after them, see the same.
    let between = updates.shape[batch..<axis].map { _ in 1 }, behind = base.shape[(axis + 1)...].map { _ in 1 }
    let shape = indices.shape[..<batch] + between + indices.shape[batch...] + behind
    return try builder.broadcast(try builder.reshape(isInside, to: Array(shape)), to: updates.shape)
  }

  private static func kind(_ use: ArrayDerivative.Use) throws(HillockError) -> ScatterKind {
    let kind = ScatterKind.allCases[use.attributes.number(0)]
    guard kind == .set || kind == .add else {
      throw HillockError(
        .argument, "scatter.\(kind.name) has no derivative: which update is in the result depends on the others; use set or add")
    }
    return kind
  }
}
