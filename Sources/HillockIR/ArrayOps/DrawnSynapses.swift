/// Random connections that are drawn again whenever they are needed, as `deliverdrawn` and `drawnproducts` take them: the synapses of
/// row r lead to each target by itself with one probability, and have one weight. They are those of `hk_bernoulli_rows` under the key.
///
/// The two ops are each other's transposes.
package struct DrawnSynapses: Equatable, Sendable {
  package let dtype: DType
  /// How many lanes there are; nil where no operand has any.
  package let lanes: Int?
  package let slots: Int
  package let post: Int
  package let pre: Int

  /// Where each operand stands: the ring is the first.
  package struct Places: Equatable, Sendable {
    package let rows: Int?
    package let slot: Int
    package let key: Int
    package let probability: Int
    package let weight: Int

    package init(_ op: ArrayOp) {
      rows = op == .deliverDrawn ? 1 : nil
      slot = op == .deliverDrawn ? 2 : 1
      (key, probability, weight) = (slot + 1, slot + 2, slot + 3)
    }
  }

  /// Checks that the operands fit each other.
  package init(_ op: ArrayOp, _ operands: [ArrayType], _ attributes: Attributes) throws(HillockError) {
    let name = op.row.name, places = Places(op)
    var types = operands
    lanes = try LaneFlags.strip(name, &types, attributes[0])
    let ring = types[0]
    guard ring.rank == 2, ring.dtype.isFloating else {
      throw HillockError(.shape, "\(name) takes floats of shape [slots, targets], not \(ring)")
    }
    dtype = ring.dtype
    (slots, post) = (ring.shape[0], ring.shape[1])
    if let rows = places.rows {
      guard types[rows].rank == 1, types[rows].dtype == .bool || types[rows].dtype == dtype else {
        throw HillockError(.shape, "\(name): what rows send should be bool or \(dtype.name) of one axis, not \(types[rows])")
      }
      pre = types[rows].count
    } else {
      pre = attributes.number(2)
    }
    guard pre >= 0, max(pre, slots, post) <= Int(Int32.max) else {
      throw HillockError(.shape, "\(name): \(pre) rows, or \(slots) slots of \(post) targets, are not what i32 counts")
    }
    for (place, what, expected) in [
      (places.slot, "a slot", ArrayType(.i64, [])), (places.key, "a key", ArrayType(.u32, [2])),
      (places.probability, "a probability", ArrayType(.f64, [])), (places.weight, "a weight", ArrayType(dtype, [1])),
    ] where types[place] != expected {
      throw HillockError(
        types[place].dtype == expected.dtype ? .shape : .dtype, "\(name): \(what) of type \(types[place]) should be \(expected)")
    }
  }

  /// The type of a result of this shape, which has lanes where the operands have some.
  func type(_ shape: [Int]) -> ArrayType { ArrayType(dtype, (lanes.map { [$0] } ?? []) + shape) }
}

extension ArrayOpRow {
  /// Spikes to targets that are drawn as they are needed.
  static let deliverDrawn = ArrayOpRow(
    "deliverdrawn",
    "(ring, rows, slot, key, probability, weight): as `deliver`, along random connections that are stored nowhere. Row r has a synapse to "
      + "each target by itself with this probability, f64, drawn under the key, u32[2]; all have the weight, [1], and no delay. "
      + "`hollow`: target r of row r is left out.",
    operands: 6...6, attributes: [.numbers("lanes", default: []), .flag("hollow")], overwrites: 0, reason: .byIndex,
    narrow: { _, _ in .refuses },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents[0] != nil || tangents[1] != nil || tangents[5] != nil else { return [nil] }
        var operands = use.operands
        operands[0] = try builder.change(tangents[0], of: use.operands[0])
        for place in [1, 5] {
          guard let tangent = tangents[place] else { continue }
          var moved = operands
          moved[place] = tangent
          operands[0] = try builder.array(.deliverDrawn, moved, use.attributes)
        }
        return [operands[0]]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        var results: [ValueID?] = use.operands.map { _ in nil }
        results[0] = cotangent
        let flags = use.attributes[0], rows = builder.type(use.operands[1])
        let attributes = Attributes([flags.isEmpty ? [] : [flags[0]] + flags[2...], use.attributes[1], [rows.shape.last ?? 0]])
        if wanted[1], rows.dtype.isFloating {
          let products = try builder.array(.drawnProducts, [cotangent] + use.operands[2...], attributes)
          results[1] = try builder.shared(products, like: 1, flags)
        }
        if wanted[5] {
          results[5] = try builder.ofDrawnWeight(
            [cotangent] + use.operands[2...], attributes, times: use.operands[1], like: flags.isEmpty || flags[5] == 1)
        }
        return results
      }),
    fit: { (builder, operands, _) throws(HillockError) in try builder.drawn(.deliverDrawn, operands) },
    types: { (operands, attributes) throws(HillockError) in
      _ = try DrawnSynapses(.deliverDrawn, operands, attributes)
      return [operands[0]]
    },
    work: { operands, _, _ in operands[1].count })

  /// Products of a random matrix, which is drawn as it is needed, and a vector.
  static let drawnProducts = ArrayOpRow(
    "drawnproducts",
    "(ring, slot, key, probability, weight): for each of so many rows the sum of the weight times what `deliverdrawn` would add to.",
    operands: 5...5, attributes: [.numbers("lanes", default: []), .flag("hollow"), .number("rows")], reason: .byIndex,
    narrow: { _, _ in .refuses },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        var change: ValueID?
        for place in [0, 4] {
          guard let tangent = tangents[place] else { continue }
          var moved = use.operands
          moved[place] = tangent
          change = try builder.sum(change, try builder.array(.drawnProducts, moved, use.attributes))
        }
        return [change]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        var results: [ValueID?] = use.operands.map { _ in nil }
        let flags = use.attributes[0]
        if wanted[0] {
          let zeros = try builder.zeros(builder.type(use.operands[0]))
          results[0] = try builder.array(
            .deliverDrawn, [zeros, cotangent] + use.operands[1...],
            [flags.isEmpty ? [] : [1, 1] + flags[1...], use.attributes[1]])
        }
        if wanted[4] {
          results[4] = try builder.ofDrawnWeight(
            use.operands, use.attributes, times: cotangent, like: flags.isEmpty || flags[4] == 1)
        }
        return results
      }),
    fit: { (builder, operands, _) throws(HillockError) in try builder.drawn(.drawnProducts, operands) },
    types: { (operands, attributes) throws(HillockError) in
      let shape = try DrawnSynapses(.drawnProducts, operands, attributes)
      return [shape.type([shape.pre])]
    },
    work: { operands, results, _ in operands[0].count &+ results[0].count })
}

extension GraphBuilder {
  fileprivate mutating func drawn(_ op: ArrayOp, _ operands: [ValueID]) throws(HillockError) -> [ValueID] {
    let places = DrawnSynapses.Places(op), dtype = type(operands[0]).dtype
    var fitted = operands
    fitted[places.slot] = try positions(operands[places.slot])
    fitted[places.probability] = try convert(operands[places.probability], to: .f64)
    fitted[places.weight] = try convert(operands[places.weight], to: dtype)
    if let rows = places.rows, type(operands[rows]).dtype != .bool { fitted[rows] = try convert(operands[rows], to: dtype) }
    return fitted
  }

  /// A cotangent with lanes, for an operand that may have none.
  fileprivate mutating func shared(_ id: ValueID, like place: Int, _ flags: [Int]) throws(HillockError) -> ValueID {
    flags.isEmpty || flags[place] == 1 ? id : try reduce(.sum, id, axes: [0])
  }

  /// What the one weight gets: the sum over rows of a factor times what a weight of 1 makes of them.
  fileprivate mutating func ofDrawnWeight(
    _ operands: [ValueID], _ attributes: Attributes, times factors: ValueID, like hasLanes: Bool
  ) throws(HillockError) -> ValueID {
    var unit = operands, given = attributes
    unit[4] = try reshape(try number(1, type(operands[0]).dtype), to: [1])
    if !given[0].isEmpty { given.values[0][4] = 0 }
    let sums = try array(.drawnProducts, unit, given)
    let products = try elementwise(.mul, [sums, try convert(factors, to: type(sums).dtype)])
    let total = try reduce(.sum, products, axes: [type(products).rank - 1])
    let shaped = try reshape(total, to: type(total).shape + [1])
    return hasLanes ? shaped : try reduce(.sum, shaped, axes: [0])
  }
}
