extension Batching {
  /// An array op of which an operand has lanes: the results, which all have them. A new op gets its rule here.
  func array(
    _ op: ArrayOp, _ given: Attributes, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID] {
    switch op {
    case .matmul, .reduce:
      throw HillockError(
        .argument, "\(op.row.name) stands in programs only: lowering makes it of a node that has a batching rule")
    case .gather:
      return [try gather(operands[0], operands[1], batch: given.number(0), axis: given.number(1), &builder)]
    case .scatter: return [try scatter(operands, given, &builder)]
    case .dynamicSlice:
      return [try builder.array(.dynamicSlice, try all(operands, &builder), [given[0], [given.number(1) + 1]])]
    case .dynamicUpdate: return [try builder.array(.dynamicUpdate, try all(operands, &builder), [[given.number(0) + 1]])]
    case .update: return [try builder.array(.update, try all(operands, &builder), [[0] + given[0], [1] + given[1]])]
    case .pad: return [try pad(operands[0], operands[1], given, &builder)]
    case .concatenate:
      return [try builder.array(.concatenate, try all(operands, &builder), [[given.number(0) + 1]])]
    case .scan: return [try builder.array(.scan, [operands[0].id], [given[0], [given.number(1) + 1], given[2], given[3]])]
    case .argReduce: return [try builder.array(.argReduce, [operands[0].id], [given[0], [given.number(1) + 1]])]
    case .sort:
      return builder.elements(
        of: try builder.array(.sort, try all(operands, &builder), [[given.number(0) + 1], given[1]]))
    case .deliver, .rowProducts, .synapseProducts, .adapt, .deliverDrawn, .drawnProducts:
      return [try synapses(op, given, operands, &builder)]
    case .randomCounts: return [try randomCounts(given, operands, &builder)]
    case .fft: return builder.elements(of: try builder.array(.fft, try all(operands, &builder)))
    case .topK:
      return builder.elements(
        of: try builder.array(.topK, try all(operands, &builder), [[given.number(0) + 1], given[1]]))
    case .places: return [try builder.array(.places, try all(operands, &builder), given)]
    case .search:
      // Lines without lanes are shared.
      guard operands[0].isBatched || given.number(0) > 0 else {
        return [try builder.array(.search, [operands[0].id, operands[1].id], given)]
      }
      return [try builder.array(.search, try all(operands, &builder), [[given.number(0) + 1], given[1]])]
    }
  }

  /// The operands, each with lanes.
  func all(_ operands: [LaneValue], _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID] {
    var values: [ValueID] = []
    for operand in operands { values.append(try builder.batched(operand, size)) }
    return values
  }

  /// Lanes of the indices and of the source are one more batch axis. Without batch axes, lanes of the source are one more of the axes
  /// before the indexed one, and lanes of the indices come out where they stand.
  private func gather(
    _ source: LaneValue, _ indices: LaneValue, batch: Int, axis: Int, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    switch (source.isBatched, indices.isBatched, batch) {
    case (true, false, 0): return try builder.gather(source.id, indices.id, axis: axis + 1)
    case (false, true, 0):
      return try builder.movingAxis(try builder.gather(source.id, indices.id, axis: axis), from: axis, to: 0)
    case (_, _, _):
      let (source, indices) = (try builder.batched(source, size), try builder.batched(indices, size))
      return try builder.gather(source, indices, batch: batch + 1, axis: axis + 1)
    }
  }

  private func scatter(
    _ operands: [LaneValue], _ given: Attributes, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let base = try builder.batched(operands[0], size), updates = try builder.batched(operands[2], size)
    let (kind, batch, axis) = (given[0], given.number(1), given.number(2))
    guard operands[1].isBatched || batch > 0 else {
      return try builder.array(.scatter, [base, operands[1].id, updates], [kind, [0], [axis + 1]])
    }
    return try builder.array(
      .scatter, [base, try builder.batched(operands[1], size), updates], [kind, [batch + 1], [axis + 1]])
  }

  /// Where each lane has a value of its own, places that get it are found by padding false with true.
  private func pad(
    _ operand: LaneValue, _ value: LaneValue, _ given: Attributes, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let attributes = Attributes(given.values.map { [0] + $0 })
    let whole = try builder.batched(operand, size), type = builder.type(whole)
    guard value.isBatched else { return try builder.array(.pad, [whole, value.id], attributes) }
    let padded = try builder.array(.pad, [whole, try builder.scalar(0, type.dtype)], attributes)
    let inner = try builder.broadcast(try builder.scalar(0, .bool), to: type.shape)
    let isValue = try builder.array(.pad, [inner, try builder.scalar(1, .bool)], attributes)
    let values = try builder.reshape(value.id, to: [size] + Array(repeating: 1, count: type.rank - 1))
    return try builder.elementwise(.select, [isValue, values, padded])
  }
}
