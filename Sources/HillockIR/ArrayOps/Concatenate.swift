extension ArrayOpRow {
  /// Arrays one behind the other along an axis.
  static let concatenate = ArrayOpRow(
    "concatenate", "One array or more that differ at most along the axis, one behind the other.",
    operands: 1...Int.max, attributes: [.number("axis")], reason: .concatenation,
    fit: { (builder, operands, _) throws(HillockError) in
      let dtypes = operands.map { builder.type($0).dtype }
      let dtype = dtypes.reduce(dtypes[0], DType.promote)
      var converted: [ValueID] = []
      for operand in operands { converted.append(try builder.convert(operand, to: dtype)) }
      return converted
    },
    types: { (operands, attributes) throws(HillockError) in
      let first = operands[0], axis = attributes.number(0)
      guard first.shape.indices.contains(axis) else {
        throw HillockError(.index, "concatenate needs at least one array that has axis \(axis)")
      }
      var shape = first.shape
      shape[axis] = 0
      for operand in operands {
        var other = operand.shape
        guard other.count == shape.count else {
          throw HillockError(.shape, "arrays of shapes \(first.shape) and \(other) cannot be concatenated: their ranks differ")
        }
        let (extent, overflow) = shape[axis].addingReportingOverflow(other[axis])
        shape[axis] = extent
        other[axis] = extent
        guard !overflow, extent <= Shape.maximumCount else {
          throw HillockError(.shape, "the result of concatenate is too large")
        }
        guard other == shape else {
          throw HillockError(
            .shape, "arrays of shapes \(first.shape) and \(operand.shape) cannot be concatenated along axis \(axis)")
        }
        guard operand.dtype == first.dtype else {
          throw HillockError(.dtype, "concatenate: \(operand) and \(first) have different dtypes")
        }
      }
      return [ArrayType(first.dtype, shape)]
    })
}

extension GraphBuilder {
  package mutating func concatenate(_ operands: [ValueID], axis: Int) throws(HillockError) -> ValueID {
    guard !operands.isEmpty else {
      throw HillockError(.index, "concatenate needs at least one array that has axis \(axis)")
    }
    return try array(.concatenate, operands, [[axis]])
  }
}
