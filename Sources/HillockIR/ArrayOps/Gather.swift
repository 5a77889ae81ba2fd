extension ArrayOpRow {
  /// Rows of an array by their indices.
  static let gather = ArrayOpRow(
    "gather",
    "(source, indices): rows of the source's first axis; an index beyond the ends is clamped, a negative one counts from the end.",
    operands: 2...2, reason: .byIndex,
    derivative: .none("rows by index are not differentiated yet"),
    fit: { (builder, operands, _) throws(HillockError) in
      [operands[0], try builder.positions(operands[1])]
    },
    types: { (operands, _) throws(HillockError) in
      let (source, indices) = (operands[0], operands[1])
      try checkIndexed(source, by: indices)
      guard source.shape[0] > 0 || indices.count == 0 else { throw HillockError(.index, "an empty axis has no element to take") }
      return [ArrayType(source.dtype, indices.shape + source.shape.dropFirst())]
    })

  static func checkIndexed(_ source: ArrayType, by indices: ArrayType) throws(HillockError) {
    guard source.rank >= 1 else { throw HillockError(.shape, "an array without axes cannot be indexed") }
    guard indices.dtype == .i64 else { throw HillockError(.dtype, "indices of a program are i64, not \(indices.dtype.name)") }
  }
}

extension GraphBuilder {
  /// Indices as i64. Those of u64 that it does not hold stay beyond the end: converted alone they would count from it.
  mutating func positions(_ indices: ValueID) throws(HillockError) -> ValueID {
    let dtype = type(indices).dtype
    guard dtype.isInteger else { throw HillockError(.dtype, "indices are integers, not \(dtype.name)") }
    guard dtype == .u64 else { return try convert(indices, to: .i64) }
    return try convert(try elementwise(.min, [indices, try scalar(UInt64(Int64.max), .u64)]), to: .i64)
  }

  package mutating func gather(_ source: ValueID, _ indices: ValueID) throws(HillockError) -> ValueID {
    try array(.gather, [source, indices])
  }
}
