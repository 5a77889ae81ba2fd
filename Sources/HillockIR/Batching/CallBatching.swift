extension Batching {
  /// A pure call: a loop over the lanes that makes it for each. What lanes share is passed to each of them.
  func call(
    _ call: Operation.Call, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [LaneValue] {
    let rows = operands.filter(\.isBatched).map(\.id), shared = operands.filter { !$0.isBatched }.map(\.id)
    var lane = GraphBuilder(name: "a call for each lane")
    _ = lane.argument(ArrayType(.i64, []))
    var laneRows = rows.map { row in
      let type = builder.type(row)
      return lane.argument(ArrayType(type.dtype, Array(type.shape.dropFirst())))
    }[...]
    var laneShared = shared.map { lane.argument(builder.type($0)) }[...]
    let given = operands.map { $0.isBatched ? laneRows.removeFirst() : laneShared.removeFirst() }
    for element in lane.elements(of: lane.appendSeveral(.call(call), given)) { lane.result(element) }
    let node = try builder.loop(lane.graph, trips: size, carried: [], sliced: rows, captured: shared)
    return builder.elements(of: node).map { LaneValue($0, isBatched: true) }
  }
}
