extension Batching {
  /// A draw for all lanes. Under one key it is a draw of the whole batch; where each lane has a key, a draw after the other.
  func randomBits(
    _ key: LaneValue, _ type: ArrayType, first: Int, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    guard key.isBatched else {
      let (start, overflow) = first.multipliedReportingOverflow(by: size)
      return try builder.randomBits(
        key.id, type.dtype, shape: [size] + type.shape, first: overflow ? .max : start)
    }
    var lane = GraphBuilder(name: "lane")
    _ = lane.declareArgument(ArrayType(.i64, []))
    let own = lane.argument(ArrayType(.u32, [2]))
    lane.result(try lane.randomBits(own, type.dtype, shape: type.shape, first: first))
    let node = try builder.loop(lane.graph, trips: size, carried: [], sliced: [key.id])
    return try builder.element(of: node, 0)
  }

  /// The same of random counts, whose means may differ from lane to lane.
  func randomCounts(
    _ given: Attributes, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    if draws == .perLane, !operands[1].isBatched {
      let (first, overflow) = given.number(1).multipliedReportingOverflow(by: size)
      var values = operands.map(\.id)
      for place in [0, 2] where place < operands.count { values[place] = try builder.batched(operands[place], size) }
      return try builder.array(.randomCounts, values, [given[0], [overflow ? .max : first]])
    }
    let own = operands.filter(\.isBatched), shared = operands.filter { !$0.isBatched }
    var lane = GraphBuilder(name: "lane")
    _ = lane.declareArgument(ArrayType(.i64, []))
    func argument(_ value: LaneValue) -> ValueID {
      let type = builder.type(value.id)
      return lane.argument(value.isBatched ? ArrayType(type.dtype, Array(type.shape.dropFirst())) : type)
    }
    let rows = own.map(argument), wholes = shared.map(argument)
    var (row, whole) = (rows.makeIterator(), wholes.makeIterator())
    let arguments = operands.compactMap { $0.isBatched ? row.next() : whole.next() }
    lane.result(try lane.array(.randomCounts, arguments, given))
    let node = try builder.loop(
      lane.graph, trips: size, carried: [], sliced: own.map(\.id), captured: shared.map(\.id))
    return try builder.element(of: node, 0)
  }
}

extension Graph {
  /// Whether a node draws random bits, in a region too.
  func draws(_ node: Node) -> Bool {
    switch node.operation {
    case .randomBits, .array(.randomCounts, _): return true
    default: break
    }
    return node.operation.regionsThatRun.contains { region in regions[region].nodes.contains(where: regions[region].draws) }
  }

  /// The draws that make keys of a key: a generator is split once for all lanes. A split draws u32[4]; one of its halves is a key of
  /// this graph, is stored, or goes into or out of control flow.
  func keySplits(isRegion: Bool) -> Set<ValueID> {
    var splits: Set<ValueID> = []
    func note(_ value: ValueID) {
      guard case .slice = self[value].operation, type(value) == ArrayType(.u32, [2]) else { return }
      let source = self[value].operands[0]
      if case .randomBits = self[source].operation, type(source) == ArrayType(.u32, [4]) { splits.insert(source) }
    }
    for node in nodes {
      switch node.operation {
      case .randomBits, .array(.randomCounts, _), .loop, .whileLoop, .branch, .part:
        for operand in node.operands { note(operand) }
      default: break
      }
    }
    for store in stores { note(store.value) }
    if isRegion { for result in results { note(result) } }
    return splits
  }
}
