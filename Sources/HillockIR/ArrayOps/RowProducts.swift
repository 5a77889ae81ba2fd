extension ArrayOpRow {
  /// A product of a sparse matrix, stored by rows, and a vector.
  static let rowProducts = ArrayOpRow(
    "rowproducts",
    "(ring, slot, starts, targets, weights, delays…): for each row the sum of weights[k] times what `deliver` would add to, over "
      + "the row's synapses; what it would drop is left out.",
    operands: 5...6, attributes: [.numbers("lanes", default: [])], reason: .byIndex,
    narrow: { _, _ in .places },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        let operands = try SynapseOperands(.rowProducts, use, builder)
        var change: ValueID?
        if let tangent = tangents[0] {
          var moved = operands
          moved.ring = LaneValue(tangent, isBatched: operands.ring.isBatched)
          change = try moved.emit(.rowProducts, &builder)
        }
        if let tangent = tangents[4], let weights = operands.weights {
          var moved = operands
          moved.weights = LaneValue(tangent, isBatched: weights.isBatched)
          change = try builder.sum(change, try moved.emit(.rowProducts, &builder))
        }
        return [change]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        var operands = try SynapseOperands(.rowProducts, use, builder)
        var results: [ValueID?] = use.operands.map { _ in nil }
        operands.rows = operands.result(cotangent)
        if wanted[4] { results[4] = try operands.ofWeights(&builder) }
        if wanted[0] {
          operands.ring = try operands.zeros(&builder)
          results[0] = try operands.emit(.deliver, &builder)
        }
        return results
      }),
    fit: { (builder, operands, _) throws(HillockError) in try builder.synapses(.rowProducts, operands) },
    types: { (operands, attributes) throws(HillockError) in
      let shape = try SynapseShape(.rowProducts, operands, lanes: attributes[0])
      return [shape.type([shape.pre])]
    },
    work: { operands, _, _ in operands[3].count &+ operands[2].count })
}
