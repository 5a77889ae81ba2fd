extension ArrayOpRow {
  /// Where values belong in ascending lines.
  static let search = ArrayOpRow(
    "search",
    "(lines, values), numbers of one type: for each value the elements of its ascending line that are less, or not greater where it "
      + "is `right`, as i64; NaN is greater than all numbers. Lines are [batch…, n], values [batch…, k…].",
    operands: 2...2, attributes: [.number("batch", default: 0), .flag("right")], reason: .byIndex, narrow: { _, _ in .widens },
    derivative: .none("places are no floats"),
    fit: { (builder, operands, _) throws(HillockError) in
      let promoted = DType.promote(builder.type(operands[0]).dtype, builder.type(operands[1]).dtype)
      let dtype: DType = promoted == .bool ? .i32 : promoted
      return [try builder.convert(operands[0], to: dtype), try builder.convert(operands[1], to: dtype)]
    },
    types: { (operands, attributes) throws(HillockError) in
      let lines = operands[0], values = operands[1], batch = attributes.number(0)
      guard lines.dtype == values.dtype, lines.dtype != .bool else {
        throw HillockError(.dtype, "search takes lines and values as numbers of one type, not \(lines) and \(values)")
      }
      guard batch >= 0, batch <= values.rank else {
        throw HillockError(.index, "search: values of shape \(values.shape) have no \(batch) batch axes")
      }
      guard lines.rank == batch + 1, lines.shape.dropLast() == values.shape.prefix(batch) else {
        throw HillockError(
          .shape, "search: lines of shape \(lines.shape) do not fit values of shape \(values.shape) with \(batch) batch axes")
      }
      return [ArrayType(.i64, values.shape)]
    },
    work: { operands, results, _ in
      let extent = operands[0].shape.last ?? 0
      return results[0].count &* (Int.bitWidth - extent.leadingZeroBitCount + 1)
    })
}
