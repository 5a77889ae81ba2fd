/// How a change of a weight depends on the weight. The raw values are part of the encoding.
package enum AdaptKind: Int, CaseIterable, Hashable, Sendable {
  /// It does not.
  case add = 0
  /// On its distance to the upper bound, raised to a power.
  case up
  /// On its distance to the lower bound, raised to a power.
  case down

  package var name: String { "\(self)" }
}

extension ArrayOpRow {
  /// The changes of weights at spikes: what pair rules of plasticity consist of.
  static let adapt = ArrayOpRow(
    "adapt",
    "(weights, rows, trace, starts, targets, rule, places…): the weights [synapses] where for each row r that is not zero and each of its "
      + "synapses k, as `deliver` has them, w[p] becomes w[p] + a · d · rows[r] · trace[targets[k]], at least `low` and at most `high`; "
      + "p is places[k], i32, or k without. The rule is [a, low, high, power]; d is 1, of `up` (high - w[p]) and of `down` (w[p] - low) "
      + "to the power. A target or a place that is not there is left out. `lanes` as in `deliver`.",
    operands: 6...7,
    attributes: [.choice("kind", AdaptKind.allCases.map(\.name)), .numbers("lanes", default: [])], overwrites: 0,
    reason: .byIndex,
    narrow: { _, _ in .refuses },
    derivative: .none("weights that change at spikes are kept between bounds; write the rule with elementwise operations"),
    fit: { (builder, operands, _) throws(HillockError) in
      let dtype = builder.type(operands[0]).dtype
      var fitted = operands
      if builder.type(operands[1]).dtype != .bool { fitted[1] = try builder.convert(operands[1], to: dtype) }
      fitted[2] = try builder.convert(operands[2], to: dtype)
      fitted[3] = try builder.positions(operands[3])
      fitted[5] = try builder.convert(operands[5], to: dtype)
      return fitted
    },
    types: { (operands, attributes) throws(HillockError) in
      _ = try AdaptShape(operands, lanes: attributes[1])
      return [operands[0]]
    },
    work: { operands, _, _ in operands[1].count &+ operands[4].count / expectedSilence })
}

/// The sizes of an `adapt`.
package struct AdaptShape: Equatable, Sendable {
  package let dtype: DType
  package let lanes: Int?
  package let pre: Int
  package let post: Int
  package let synapses: Int

  package init(_ operands: [ArrayType], lanes flags: [Int]) throws(HillockError) {
    var types = operands
    lanes = try LaneFlags.strip("adapt", &types, flags)
    let weights = types[0], rows = types[1], trace = types[2]
    guard weights.dtype.isFloating, weights.rank == 1, rows.rank == 1, trace.rank == 1 else {
      throw HillockError(
        .shape, "adapt takes floats of one axis, a weight for each synapse, and rows and traces of one axis, not \(types)")
    }
    dtype = weights.dtype
    (pre, post, synapses) = (rows.count, trace.count, weights.count)
    guard max(pre, post, types.count > 6 ? synapses : 0) <= Int(Int32.max) else {
      throw HillockError(.shape, "adapt: \(pre) rows, \(post) targets and \(synapses) places are more than i32 counts")
    }
    var expected = [
      (1, "what rows send", ArrayType(rows.dtype == .bool ? .bool : dtype, [pre])), (2, "a trace", ArrayType(dtype, [post])),
      (3, "the starts of rows", ArrayType(.i64, [pre + 1])), (4, "targets", ArrayType(.i32, [synapses])),
      (5, "a rule", ArrayType(dtype, [4])),
    ]
    if types.count > 6 { expected.append((6, "places", ArrayType(.i32, [synapses]))) }
    for (place, what, type) in expected where types[place] != type {
      throw HillockError(
        types[place].dtype == type.dtype ? .shape : .dtype, "adapt: \(what) of type \(types[place]) should be \(type)")
    }
  }
}
