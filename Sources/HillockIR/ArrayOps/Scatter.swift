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
    narrow: { attributes, _ in ScatterKind.allCases[attributes.number(0)] == .set ? .moves : .computes },
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
