extension ArrayOpRow {
  /// Arrays one behind the other along an axis.
  static let concatenate = ArrayOpRow(
    "concatenate", "One array or more that differ at most along the axis, one behind the other.",
    operands: 1...Int.max, attributes: [.number("axis")], reason: .concatenation,
    narrow: { _, _ in .moves },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents.contains(where: { $0 != nil }) else { return [nil] }
        var changes: [ValueID] = []
        for (tangent, operand) in zip(tangents, use.operands) {
          if let tangent { changes.append(tangent) } else { changes.append(try builder.zeros(builder.type(operand))) }
        }
        return [try builder.array(.concatenate, changes, use.attributes)]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        let axis = use.attributes.number(0)
        var starts = builder.type(cotangent).shape.map { _ in 0 }
        var parts: [ValueID?] = []
        for (operand, isWanted) in zip(use.operands, wanted) {
          let shape = builder.type(operand).shape
          parts.append(isWanted ? try builder.slice(cotangent, starts: starts, steps: shape.map { _ in 1 }, sizes: shape) : nil)
          starts[axis] += shape[axis]
        }
        return parts
      }),
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
