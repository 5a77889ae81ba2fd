extension ArrayOpRow {
  /// An array with a value around and between its elements.
  static let pad = ArrayOpRow(
    "pad",
    "(operand, value): along each axis `low` elements of the value, the operand's with `interior` between any two, then `high`; where "
      + "`low` or `high` is negative, so many are cut from that end. The value has no axes.",
    operands: 2...2, attributes: [.numbers("low"), .numbers("high"), .numbers("interior")], reason: .concatenation,
    narrow: { _, _ in .moves },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents[0] != nil || tangents[1] != nil else { return [nil] }
        let operand = try builder.change(tangents[0], of: use.operands[0])
        let value = try builder.change(tangents[1], of: use.operands[1])
        return [try builder.array(.pad, [operand, value], use.attributes)]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil, nil] }
        let operand = builder.type(use.operands[0]), zero = try builder.number(0, operand.dtype)
        let (low, high, interior) = (use.attributes[0], use.attributes[1], use.attributes[2])
        var ofOperand: ValueID?, ofValue: ValueID?
        if wanted[0] {
          let cut = try builder.pad(cotangent, zero, low: low.map { -$0 }, high: high.map { -$0 }, interior: low.map { _ in 0 })
          ofOperand = try builder.slice(
            cut, starts: low.map { _ in 0 }, steps: interior.map { $0 + 1 }, sizes: operand.shape)
        }
        if wanted[1] {
          let inner = try builder.broadcast(try builder.scalar(0, .bool), to: operand.shape)
          let isValue = try builder.array(.pad, [inner, try builder.scalar(1, .bool)], use.attributes)
          let parts = try builder.elementwise(.select, [isValue, cotangent, zero])
          ofValue = try builder.reduce(.sum, parts, axes: Array(builder.type(parts).shape.indices))
        }
        return [ofOperand, ofValue]
      }),
    fit: { (builder, operands, _) throws(HillockError) in
      [operands[0], try builder.convert(operands[1], to: builder.type(operands[0]).dtype)]
    },
    types: { (operands, attributes) throws(HillockError) in
      let (operand, value) = (operands[0], operands[1])
      let (low, high, interior) = (attributes[0], attributes[1], attributes[2])
      guard value == ArrayType(operand.dtype, []) else {
        throw HillockError(.shape, "pad: the value is one element of \(operand.dtype.name) without axes, not \(value)")
      }
      guard [low.count, high.count, interior.count].allSatisfy({ $0 == operand.rank }) else {
        throw HillockError(
          .argument, "pad: low \(low), high \(high) and interior \(interior) give one number for each axis of \(operand)")
      }
      var shape: [Int] = []
      for (axis, extent) in operand.shape.enumerated() {
        // So no sum below overflows: an extent is at most the largest count.
        let range = -Shape.maximumCount...Shape.maximumCount
        guard range.contains(low[axis]), range.contains(high[axis]), (0...Shape.maximumCount).contains(interior[axis]) else {
          throw HillockError(
            .argument,
            "pad: axis \(axis) of \(operand): low \(low[axis]), high \(high[axis]), interior \(interior[axis]) are out of range; "
              + "interior is not negative")
        }
        let (between, overflow) = interior[axis].multipliedReportingOverflow(by: Swift.max(extent - 1, 0))
        guard !overflow, between <= Shape.maximumCount else {
          throw HillockError(.shape, "pad: the result is too large along axis \(axis)")
        }
        let padded = low[axis] + extent + between + high[axis]
        guard padded >= 0 else {
          throw HillockError(
            .shape, "pad: low \(low[axis]) and high \(high[axis]) cut more than axis \(axis) of \(operand) has")
        }
        shape.append(padded)
      }
      return [ArrayType(operand.dtype, shape)]
    })
}

extension GraphBuilder {
  /// The value is converted to the operand's dtype.
  package mutating func pad(
    _ operand: ValueID, _ value: ValueID, low: [Int], high: [Int], interior: [Int]
  ) throws(HillockError) -> ValueID {
    try array(.pad, [operand, value], [low, high, interior])
  }
}
