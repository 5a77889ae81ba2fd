/// What is counted. The raw values are part of the encoding.
package enum CountKind: Int, CaseIterable, Hashable, Sendable {
  /// Events of a mean number.
  case poisson = 0
  /// Tries that succeed with a chance.
  case binomial

  package var name: String { "\(self)" }
}

extension ArrayOpRow {
  /// Random whole numbers, each with a mean of its own.
  static let randomCounts = ArrayOpRow(
    "randomcounts",
    "(means, key) of `poisson`, (chances, key, tries) of `binomial`: for each float a random number as i32, drawn under the key, u32[2], "
      + "from the blocks whose counter is the element's number plus `first` in its low 40 bits. Tries are i64, as many as chances.",
    operands: 2...3, attributes: [.choice("kind", CountKind.allCases.map(\.name)), .number("first", default: 0)],
    reason: .byIndex, narrow: { _, _ in .widens }, derivative: .none("draws are whole numbers"),
    fit: { (builder, operands, _) throws(HillockError) in
      var fitted = operands
      if !builder.type(operands[0]).dtype.isFloating { fitted[0] = try builder.convert(operands[0], to: .f32) }
      guard operands.count > 2 else { return fitted }
      let shape = Shape.broadcast(builder.type(operands[0]).shape, builder.type(operands[2]).shape)
      guard let shape else { return operands }
      fitted[0] = try builder.broadcast(fitted[0], to: shape)
      fitted[2] = try builder.broadcast(try builder.convert(operands[2], to: .i64), to: shape)
      return fitted
    },
    types: { (operands, attributes) throws(HillockError) in
      let kind = CountKind.allCases[attributes.number(0)], means = operands[0]
      guard means.dtype.isFloating, operands[1] == ArrayType(.u32, [2]) else {
        throw HillockError(.dtype, "randomcounts.\(kind.name) takes floats and a key u32[2], not \(means) and \(operands[1])")
      }
      guard operands.count == (kind == .binomial ? 3 : 2) else {
        throw HillockError(
          .format, "randomcounts.\(kind.name) takes \(kind == .binomial ? 3 : 2) operands, found \(operands.count)")
      }
      guard operands.count == 2 || operands[2] == ArrayType(.i64, means.shape) else {
        throw HillockError(.shape, "randomcounts.binomial: tries of type \(operands[2]) do not fit chances of type \(means)")
      }
      guard Operation.randomBlocks.contains(attributes.number(1)) else {
        throw HillockError(.argument, "random blocks are counted from a number below 2⁴⁰ - 1, not \(attributes.number(1))")
      }
      return [ArrayType(.i32, means.shape)]
    },
    work: { operands, _, _ in 16 &* operands[0].count })
}
