extension ArrayOpRow {
  /// Where the largest or smallest element stands.
  static let argReduce = ArrayOpRow(
    "argreduce",
    "Numbers: the place along the axis, which disappears, of the largest or smallest element as i64: of equals the first, of NaN the first before all others.",
    operands: 1...1, attributes: [.choice("kind", ArgReduceKind.allCases.map(\.name)), .number("axis")], reason: .axisReduction,
    narrow: { _, _ in .widens },
    derivative: .none("places are no floats"),
    fit: { (builder, operands, _) throws(HillockError) in
      builder.type(operands[0]).dtype == .bool ? [try builder.convert(operands[0], to: .i32)] : operands
    },
    types: { (operands, attributes) throws(HillockError) in
      let source = operands[0], kind = ArgReduceKind.allCases[attributes.number(0)], axis = attributes.number(1)
      try checkAxis(axis, of: source, "argreduce.\(kind.name)")
      guard source.dtype != .bool else {
        throw HillockError(.dtype, "argreduce.\(kind.name) of bool is not defined; convert it to i32")
      }
      guard source.shape[axis] > 0 else {
        throw HillockError(
          .shape, "argreduce.\(kind.name) over axis \(axis) of an array of shape \(source.shape) has no elements")
      }
      var shape = source.shape
      shape.remove(at: axis)
      return [ArrayType(.i64, shape)]
    },
    work: { operands, _, _ in operands[0].count })

  static func checkAxis(_ axis: Int, of type: ArrayType, _ name: String) throws(HillockError) {
    guard type.shape.indices.contains(axis) else {
      throw HillockError(.index, "\(name): an array of shape \(type.shape) has no axis \(axis)")
    }
  }
}

/// The raw values are part of the encoding.
package enum ArgReduceKind: Int, CaseIterable, Sendable {
  case max = 0
  case min = 1

  package var name: String { String(describing: self) }

  /// The reduction that gives the element.
  package var reduction: ReduceKind {
    switch self {
    case .max: .max
    case .min: .min
    }
  }
}

extension GraphBuilder {
  package mutating func argReduce(_ kind: ArgReduceKind, _ operand: ValueID, axis: Int) throws(HillockError) -> ValueID {
    try array(.argReduce, [operand], [[kind.rawValue], [axis]])
  }
}
