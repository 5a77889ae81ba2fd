extension ArrayOpRow {
  /// Keys in order along an axis, and other arrays in the order of the keys.
  static let sort = ArrayOpRow(
    "sort",
    "(keys, payloads…), all of one shape: all in the order of the keys along the axis, equal keys as they were; NaN last, in descending order too, zeros of both signs equal.",
    operands: 1...Int.max, attributes: [.number("axis"), .flag("descending")], hasSeveralResults: true, reason: .wholeLines,
    narrow: { _, _ in .refuses },
    derivative: .rules(pushforward: SortDerivative.pushforward, pullback: SortDerivative.pullback),
    types: { (operands, attributes) throws(HillockError) in
      try checkAxis(attributes.number(0), of: operands[0], "sort")
      for operand in operands where operand.shape != operands[0].shape {
        throw HillockError(
          .shape, "sort: a payload of shape \(operand.shape) does not fit keys of shape \(operands[0].shape); broadcast it")
      }
      return operands
    },
    work: { operands, _, _ in
      // A pass for each byte of a key, and one for each payload.
      operands[0].count &* (operands[0].dtype.size &+ operands.count)
    })
}

extension GraphBuilder {
  /// The keys in order, then the payloads in the order of the keys.
  package mutating func sort(
    _ operands: [ValueID], axis: Int, isDescending: Bool = false
  ) throws(HillockError) -> [ValueID] {
    elements(of: try array(.sort, operands, [[axis], [isDescending ? 1 : 0]]))
  }
}
