extension ArrayOpRow {
  /// What lowering makes of those `reduce` nodes that are no part of a kernel: a reduction over adjacent axes.
  static let reduce = ArrayOpRow(
    "reduce",
    "The source seen as [outer…, extent, inner…], reduced over the middle: bool for any and all, no bool for the others.",
    in: .programs, operands: 1...1,
    attributes: [
      .choice("kind", ReduceKind.allCases.map(\.name)), .numbers("outer"), .number("extent"), .numbers("inner"),
    ],
    reason: .axisReduction, narrow: { _, _ in .widens }, derivative: .none("programs are not differentiated"),
    types: { (operands, attributes) throws(HillockError) in
      let source = operands[0], kind = ReduceKind.allCases[attributes.number(0)]
      guard kind.exists(at: source.dtype) else {
        throw HillockError(.dtype, "reduce.\(kind.name) of \(source.dtype.name) is not defined")
      }
      let outer = attributes[1], extent = attributes.number(2), inner = attributes[3]
      guard let count = Shape.checkedCount(outer + [extent] + inner), count == source.count else {
        throw HillockError(.shape, "reduce.\(kind.name): \(outer), \(extent), \(inner) does not fit \(source)")
      }
      return [ArrayType(source.dtype, outer + inner)]
    },
    work: { operands, _, _ in operands[0].count })
}

extension ReduceKind {
  /// `any` and `all` are of bool, the others of numbers.
  package func exists(at dtype: DType) -> Bool {
    switch self {
    case .any, .all: dtype == .bool
    case .sum, .max, .min, .product: dtype != .bool
    }
  }

  /// Whether the result of narrow integers has the dtype in which they are computed: a sum of many leaves a narrow one soon.
  package func widens(_ dtype: DType) -> Bool {
    switch self {
    case .sum, .product: dtype.isInteger && dtype.isNarrow
    case .max, .min, .any, .all: false
    }
  }
}
