extension ArrayOpRow {
  /// What indices take along an axis, for each index of the batch axes and of those between them and the axis.
  static let gather = ArrayOpRow(
    "gather",
    "(source, indices): [batch…, outer…, extent, inner…] at [batch…, k…] gives [batch…, outer…, k…, inner…]; an index beyond the ends "
      + "is clamped, a negative one counts from the end.",
    operands: 2...2, attributes: [.number("batch", default: 0), .number("axis", default: 0)], reason: .byIndex,
    narrow: { _, _ in .moves },
    derivative: .linear(.gather) { (builder, use, cotangent) throws(HillockError) in
      // An index beyond the ends took the element at the end, which the cotangent goes to.
      let source = builder.type(use.operands[0]), axis = use.attributes.number(1)
      let taken = try builder.clamped(use.operands[1], source.shape[axis])
      return try builder.scatter(
        try builder.zeros(source), taken, cotangent, .add, batch: use.attributes.number(0), axis: axis)
    },
    fit: { (builder, operands, _) throws(HillockError) in
      [operands[0], try builder.positions(operands[1])]
    },
    types: { (operands, attributes) throws(HillockError) in
      let (source, indices) = (operands[0], operands[1])
      let indexed = try IndexedAxis("gather", source, by: indices, batch: attributes.number(0), axis: attributes.number(1))
      guard source.shape[indexed.axis] > 0 || indices.count == 0 else {
        throw HillockError(.index, "an empty axis has no element to take")
      }
      return [ArrayType(source.dtype, indexed.takenShape(source, indices))]
    })
}

/// The axis that a gather or a scatter goes along, and the leading axes that array and indices share.
package struct IndexedAxis: Equatable, Sendable {
  package let batch: Int
  package let axis: Int

  /// Checks that the indices fit the array.
  init(_ name: String, _ array: ArrayType, by indices: ArrayType, batch: Int, axis: Int) throws(HillockError) {
    guard array.rank >= 1 else { throw HillockError(.shape, "an array without axes cannot be indexed") }
    guard indices.dtype == .i64 else { throw HillockError(.dtype, "indices of a program are i64, not \(indices.dtype.name)") }
    guard batch >= 0, batch <= indices.rank, batch <= axis, axis < array.rank else {
      throw HillockError(
        .index,
        "\(name): \(array) at indices of type \(indices) has no axis \(axis) behind \(batch) batch axes")
    }
    guard array.shape.prefix(batch) == indices.shape.prefix(batch) else {
      throw HillockError(
        .shape, "\(name): \(array) and indices of type \(indices) have different extents along the \(batch) batch axes")
    }
    (self.batch, self.axis) = (batch, axis)
  }

  /// The shape of what a gather takes, and of a scatter's updates.
  func takenShape(_ array: ArrayType, _ indices: ArrayType) -> [Int] {
    Array(array.shape[..<axis] + indices.shape[batch...] + array.shape[(axis + 1)...])
  }
}

extension GraphBuilder {
  /// Indices of an axis with these many elements as a gather takes them: from 0 to the last.
  mutating func clamped(_ indices: ValueID, _ extent: Int) throws(HillockError) -> ValueID {
    let counted = try elementwise(.add, [indices, try integer(extent)])
    let isNegative = try elementwise(.lt, [indices, try integer(0)])
    let position = try elementwise(.select, [isNegative, counted, indices])
    let atLeast = try elementwise(.max, [position, try integer(0)])
    return try elementwise(.min, [atLeast, try integer(Swift.max(extent - 1, 0))])
  }

  /// Indices as i64. Those of u64 that it does not hold stay beyond the end: converted alone they would count from it.
  mutating func positions(_ indices: ValueID) throws(HillockError) -> ValueID {
    let dtype = type(indices).dtype
    guard dtype.isInteger else { throw HillockError(.dtype, "indices are integers, not \(dtype.name)") }
    guard dtype == .u64 else { return try convert(indices, to: .i64) }
    return try convert(try elementwise(.min, [indices, try scalar(UInt64(Int64.max), .u64)]), to: .i64)
  }

  package mutating func gather(
    _ source: ValueID, _ indices: ValueID, batch: Int = 0, axis: Int = 0
  ) throws(HillockError) -> ValueID {
    try array(.gather, [source, indices], [[batch], [axis]])
  }
}
