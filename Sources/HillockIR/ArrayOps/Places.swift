extension ArrayOpRow {
  /// Where bools hold.
  static let places = ArrayOpRow(
    "places",
    "A mask: along the last axis the places that hold, in order, as i64; the axis gets `size` elements, and what is left over is -1.",
    operands: 1...1, attributes: [.number("size")], reason: .wholeLines, narrow: { _, _ in .refuses },
    derivative: .none("places are no floats"),
    fit: { (builder, operands, _) throws(HillockError) in [try builder.convert(operands[0], to: .bool)] },
    types: { (operands, attributes) throws(HillockError) in
      let mask = operands[0], size = attributes.number(0)
      guard mask.dtype == .bool else { throw HillockError(.dtype, "places takes a mask of bool, not \(mask)") }
      guard !mask.shape.isEmpty else { throw HillockError(.index, "places: an array of shape [] has no axis") }
      guard size >= 0 else { throw HillockError(.argument, "places: the size \(size) is below 0") }
      return [ArrayType(.i64, mask.shape.dropLast() + [size])]
    },
    work: { operands, results, _ in operands[0].count &+ results[0].count })
}
