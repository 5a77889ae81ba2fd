extension ArrayOpRow {
  /// A window whose place is known when the program runs.
  static let dynamicSlice = ArrayOpRow(
    "dynamicslice",
    "(source, starts): for each index of the batch axes the window of these sizes that begins at its row of starts, i64 [batch…, "
      + "axes…]; a window that would leave the source is shifted until it fits.",
    operands: 2...2, attributes: [.numbers("sizes"), .number("batch", default: 0)], reason: .byIndex,
    narrow: { _, _ in .moves },
    derivative: .linear(.dynamicSlice) { (builder, use, cotangent) throws(HillockError) in
      try builder.dynamicUpdate(
        try builder.zeros(builder.type(use.operands[0])), cotangent, use.operands[1], batch: use.attributes.number(1))
    },
    fit: { (builder, operands, _) throws(HillockError) in
      [operands[0], try builder.positions(operands[1])]
    },
    types: { (operands, attributes) throws(HillockError) in
      let source = operands[0], sizes = attributes[0], batch = attributes.number(1)
      try checkWindow("dynamicslice", source, batch: batch, sizes: sizes, starts: operands[1])
      return [ArrayType(source.dtype, source.shape[..<batch] + sizes)]
    })

  /// Whether windows of these sizes lie in the array, and whether there is a start for each of its axes behind the batch ones.
  static func checkWindow(
    _ name: String, _ array: ArrayType, batch: Int, sizes: [Int], starts: ArrayType
  ) throws(HillockError) {
    guard (0...array.rank).contains(batch) else {
      throw HillockError(.index, "\(name): \(array) does not have \(batch) batch axes")
    }
    let extents = array.shape[batch...]
    guard sizes.count == extents.count, zip(sizes, extents).allSatisfy({ $0 >= 0 && $0 <= $1 }) else {
      throw HillockError(
        .shape, "\(name): a window of \(sizes) does not fit the axes \(Array(extents)) of \(array)")
    }
    guard starts.dtype == .i64 else {
      throw HillockError(.dtype, "\(name): starts of a program are i64, not \(starts.dtype.name)")
    }
    let wanted = Array(array.shape[..<batch]) + [extents.count]
    guard starts.shape == wanted else {
      throw HillockError(.shape, "\(name): starts have shape \(wanted) for \(array), not \(starts.shape)")
    }
  }
}

extension GraphBuilder {
  package mutating func dynamicSlice(
    _ source: ValueID, _ starts: ValueID, sizes: [Int], batch: Int = 0
  ) throws(HillockError) -> ValueID {
    try array(.dynamicSlice, [source, starts], [sizes, [batch]])
  }
}
