extension ArrayOpRow {
  /// An outer product at the places of a sparse matrix: how the weights of `deliver` change its result.
  static let synapseProducts = ArrayOpRow(
    "synapseproducts",
    "(ring, rows, slot, starts, targets, delays…): for each synapse what its row has times what `deliver` would add to, and 0 where "
      + "it would add nothing.",
    operands: 5...6, attributes: [.numbers("lanes", default: [])], reason: .byIndex,
    narrow: { _, _ in .places },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        let operands = try SynapseOperands(.synapseProducts, use, builder)
        var change: ValueID?
        if let tangent = tangents[0] {
          var moved = operands
          moved.ring = LaneValue(tangent, isBatched: operands.ring.isBatched)
          change = try moved.emit(.synapseProducts, &builder)
        }
        if let tangent = tangents[1], let rows = operands.rows {
          var moved = operands
          moved.rows = LaneValue(tangent, isBatched: rows.isBatched)
          change = try builder.sum(change, try moved.emit(.synapseProducts, &builder))
        }
        return [change]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        var operands = try SynapseOperands(.synapseProducts, use, builder)
        var results: [ValueID?] = use.operands.map { _ in nil }
        operands.weights = operands.result(cotangent)
        if wanted[1], builder.type(use.operands[1]).dtype.isFloating {
          results[1] = try operands.shared(try operands.emit(.rowProducts, &builder), like: operands.rows, &builder)
        }
        if wanted[0] {
          operands.ring = try operands.zeros(&builder)
          results[0] = try operands.emit(.deliver, &builder)
        }
        return results
      }),
    fit: { (builder, operands, _) throws(HillockError) in try builder.synapses(.synapseProducts, operands) },
    types: { (operands, attributes) throws(HillockError) in
      let shape = try SynapseShape(.synapseProducts, operands, lanes: attributes[0])
      return [shape.type([shape.synapses])]
    })
}
