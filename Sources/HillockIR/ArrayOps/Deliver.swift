extension ArrayOpRow {
  /// Spikes to their targets: what rows send is added to the ring, at a cost in proportion to the rows that send something.
  static let deliver = ArrayOpRow(
    "deliver",
    "(ring, rows, slot, starts, targets, weights, delays…): the ring [slots, post] of floats, or [post] with one slot, with "
      + "rows[r] · weights[k] added at [(slot + delays[k]) mod slots, targets[k]] for each row r that is not zero, in ascending "
      + "order, and each synapse k from starts[r] up to starts[r + 1]. Rows [pre] are bool or floats, the slot and starts [pre + 1] i64, "
      + "targets i32, weights floats, one or one for each synapse; delays u8, u16 or i32, or none. Starts are clamped to the "
      + "synapses; a target or a delay that the ring does not have is dropped. `lanes`: for each operand 1 where it has a leading "
      + "axis of lanes.",
    operands: 6...7, attributes: [.numbers("lanes", default: [])], overwrites: 0, reason: .byIndex,
    narrow: { _, _ in .places },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        var operands = try SynapseOperands(.deliver, use, builder)
        let (rows, weights) = (operands.rows, operands.weights)
        guard tangents[0] != nil || tangents[1] != nil || tangents[5] != nil else { return [nil] }
        operands.ring = try operands.zeros(&builder)
        if let tangent = tangents[0] { operands.ring = operands.result(tangent) }
        if let tangent = tangents[1], let rows {
          operands.rows = LaneValue(tangent, isBatched: rows.isBatched)
          operands.ring = operands.result(try operands.emit(.deliver, &builder))
        }
        if let tangent = tangents[5], let weights {
          operands.rows = rows
          operands.weights = LaneValue(tangent, isBatched: weights.isBatched)
          operands.ring = operands.result(try operands.emit(.deliver, &builder))
        }
        return [operands.ring.id]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        var operands = try SynapseOperands(.deliver, use, builder)
        var results: [ValueID?] = use.operands.map { _ in nil }
        operands.ring = operands.result(cotangent)
        results[0] = cotangent
        if wanted[1], builder.type(use.operands[1]).dtype.isFloating {
          results[1] = try operands.shared(try operands.emit(.rowProducts, &builder), like: operands.rows, &builder)
        }
        if wanted[5] { results[5] = try operands.ofWeights(&builder) }
        return results
      }),
    fit: { (builder, operands, _) throws(HillockError) in try builder.synapses(.deliver, operands) },
    types: { (operands, attributes) throws(HillockError) in
      _ = try SynapseShape(.deliver, operands, lanes: attributes[0])
      return [operands[0]]
    },
    work: { operands, _, _ in operands[1].count &+ operands[4].count / expectedSilence })

  /// Of so many rows about one sends something: how many do is known only in a run. (20 Hz in steps of 0.1 ms.)
  package static let expectedSilence = 512
}
