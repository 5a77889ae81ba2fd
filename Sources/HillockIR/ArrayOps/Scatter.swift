extension ArrayOpRow {
  /// Replaces rows of an array by their indices.
  static let scatter = ArrayOpRow(
    "scatter",
    "(base, indices, updates): base with rows replaced, later updates win; an index beyond the ends is dropped.",
    operands: 3...3, overwrites: 0, reason: .byIndex, derivative: .none("rows by index are not differentiated yet"),
    fit: { (builder, operands, _) throws(HillockError) in
      let (base, indices) = (builder.type(operands[0]), builder.type(operands[1]))
      guard base.rank >= 1 else { throw HillockError(.shape, "an array without axes cannot be indexed") }
      let updates = try builder.broadcast(
        try builder.convert(operands[2], to: base.dtype), to: indices.shape + base.shape.dropFirst())
      return [operands[0], try builder.positions(operands[1]), updates]
    },
    types: { (operands, _) throws(HillockError) in
      let (base, indices, updates) = (operands[0], operands[1], operands[2])
      try checkIndexed(base, by: indices)
      guard updates == ArrayType(base.dtype, indices.shape + base.shape.dropFirst()) else {
        throw HillockError(.shape, "scatter: updates of type \(updates) do not fit \(base) at \(indices)")
      }
      return [base]
    })
}

extension GraphBuilder {
  /// Updates are converted to the base's dtype and broadcast.
  package mutating func scatter(_ base: ValueID, _ indices: ValueID, _ updates: ValueID) throws(HillockError) -> ValueID {
    try array(.scatter, [base, indices, updates])
  }
}
