extension ArrayOpRow {
  /// Replaces a window whose place is known when the program runs.
  static let dynamicUpdate = ArrayOpRow(
    "dynamicupdate",
    "(base, update, starts): base with the window that `dynamicslice` would take at these starts replaced by the update.",
    operands: 3...3, attributes: [.number("batch", default: 0)], overwrites: 0, reason: .partialUpdate,
    narrow: { _, _ in .moves },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents[0] != nil || tangents[1] != nil else { return [nil] }
        let base = try builder.change(tangents[0], of: use.operands[0])
        let update = try builder.change(tangents[1], of: use.operands[1])
        return [try builder.array(.dynamicUpdate, [base, update, use.operands[2]], use.attributes)]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil, nil, nil] }
        let update = builder.type(use.operands[1]), starts = use.operands[2], batch = use.attributes.number(0)
        let kept =
          wanted[0] ? try builder.dynamicUpdate(cotangent, try builder.zeros(update), starts, batch: batch) : nil
        let taken =
          wanted[1]
          ? try builder.dynamicSlice(cotangent, starts, sizes: Array(update.shape[batch...]), batch: batch) : nil
        return [kept, taken, nil]
      }),
    fit: { (builder, operands, _) throws(HillockError) in
      let update = try builder.convert(operands[1], to: builder.type(operands[0]).dtype)
      return [operands[0], update, try builder.positions(operands[2])]
    },
    types: { (operands, attributes) throws(HillockError) in
      let (base, update, starts) = (operands[0], operands[1], operands[2]), batch = attributes.number(0)
      guard update.dtype == base.dtype, update.rank == base.rank, (0...base.rank).contains(batch),
        update.shape[..<batch] == base.shape[..<batch]
      else {
        throw HillockError(.shape, "dynamicupdate: an update of type \(update) does not fit \(base) with \(batch) batch axes")
      }
      try checkWindow("dynamicupdate", base, batch: batch, sizes: Array(update.shape[batch...]), starts: starts)
      return [base]
    })
}

extension GraphBuilder {
  /// The update is converted to the base's dtype; its extents are those of the window.
  package mutating func dynamicUpdate(
    _ base: ValueID, _ update: ValueID, _ starts: ValueID, batch: Int = 0
  ) throws(HillockError) -> ValueID {
    try array(.dynamicUpdate, [base, update, starts], [[batch]])
  }
}
