extension Batching {
  /// An op on synapses says which operands have lanes. Lanes that it has already and the new ones become one axis.
  func synapses(
    _ op: ArrayOp, _ attributes: Attributes, _ given: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let flags = op.row.lanes(attributes)
    func with(_ operands: [LaneValue]) -> Attributes {
      op.row.attributes(attributes, lanes: operands.map { $0.isBatched ? 1 : 0 })
    }
    var operands = given
    operands[0] = LaneValue(try builder.batched(given[0], size), isBatched: true)
    guard flags.contains(1) else {
      return try builder.array(op, operands.map(\.id), with(operands))
    }
    let inner = builder.type(operands[0].id).shape[1], joined = size * inner
    for (place, operand) in operands.enumerated() where operand.isBatched || flags[place] == 1 {
      let shape = builder.type(operand.id).shape
      let own = Array(shape.dropFirst((operand.isBatched ? 1 : 0) + flags[place]))
      // [size, inner, own…], with an extent of 1 in front for lanes that the operand does not have.
      let apart = try builder.reshape(operand.id, to: [operand.isBatched ? size : 1, flags[place] == 1 ? inner : 1] + own)
      let whole = try builder.broadcast(apart, to: [size, inner] + own)
      operands[place] = LaneValue(try builder.reshape(whole, to: [joined] + own), isBatched: true)
    }
    let result = try builder.array(op, operands.map(\.id), with(operands))
    return try builder.reshape(result, to: [size, inner] + builder.type(result).shape.dropFirst())
  }
}
