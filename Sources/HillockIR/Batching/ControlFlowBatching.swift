extension Batching {
  /// A loop: all lanes take the same steps. A carried value has lanes where it enters or leaves a step with them.
  func loop(
    _ loop: Operation.Loop, _ body: Graph, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [LaneValue] {
    let carried = operands.prefix(loop.carried), sliced = operands.dropFirst(loop.carried).prefix(loop.sliced)
    let captured = operands.dropFirst(loop.carried + loop.sliced)
    let rest = (sliced + captured).map(\.isBatched)
    let step = try settled(body, index: true, carried.map(\.isBatched), rest)
    var initial: [ValueID] = [], rows: [ValueID] = []
    for (value, isBatched) in zip(carried, step.carried) {
      initial.append(isBatched ? try builder.batched(value, size) : value.id)
    }
    for value in sliced { rows.append(value.isBatched ? try builder.movingAxis(value.id, from: 0, to: 1) : value.id) }
    let node = try builder.loop(
      step.region, trips: loop.trips, carried: initial, sliced: rows, captured: captured.map(\.id), isReversed: loop.isReversed,
      slots: loop.slots)
    var values: [LaneValue] = []
    for (position, element) in builder.elements(of: node).enumerated() {
      let isBatched = step.results[position]
      let isStack = position >= loop.carried && isBatched
      values.append(LaneValue(isStack ? try builder.movingAxis(element, from: 1, to: 0) : element, isBatched: isBatched))
    }
    return values
  }

  /// A loop that runs while a condition holds. A condition that is the same for all lanes stays one. Otherwise the loop runs while any
  /// lane's holds; a lane whose condition does not hold any more keeps its values.
  func whileLoop(
    _ condition: Graph, _ body: Graph, carried count: Int, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [LaneValue] {
    let carried = operands.prefix(count), captured = Array(operands.dropFirst(count)), rest = captured.map(\.isBatched)
    let step = try settled(body, index: false, carried.map(\.isBatched), rest)
    let test = try region(condition, index: false, step.carried + rest, force: [false])
    guard test.results[0] else {
      var initial: [ValueID] = []
      for (value, isBatched) in zip(carried, step.carried) {
        initial.append(isBatched ? try builder.batched(value, size) : value.id)
      }
      let node = try builder.whileLoop(
        condition: test.region, body: step.region, carried: initial, captured: captured.map(\.id))
      return zip(builder.elements(of: node), step.carried).map { LaneValue($0, isBatched: $1) }
    }
    if let function = condition.firstCall ?? body.firstCall { throw Self.called(function) }
    // Carried: whether each lane goes on, then the values.
    let initial = try all(Array(carried), &builder)
    let holds = try run(condition, initial.map { LaneValue($0, isBatched: true) } + captured, isRegion: true, &builder).results[0]
    let going = try builder.batched(holds, size)
    let types = [going] + initial

    var any = GraphBuilder(name: condition.name)
    let lanes = types.map { any.argument(builder.type($0)) }[0]
    for value in captured { _ = any.declareArgument(builder.type(value.id)) }
    any.result(try any.reduce(.any, lanes, axes: [0]))

    var next = GraphBuilder(name: body.name)
    let values = types.map { next.argument(builder.type($0)) }
    let given = captured.map { LaneValue(next.argument(builder.type($0.id)), isBatched: $0.isBatched) }
    let old = values.dropFirst().map { LaneValue($0, isBatched: true) }
    let new = try run(body, old + given, isRegion: true, &next).results
    var merged: [LaneValue] = []
    for (before, after) in zip(old, new) {
      let value = try next.batched(after, size)
      merged.append(LaneValue(try select(values[0], value, before.id, &next), isBatched: true))
    }
    let holdsNext = try run(condition, merged + given, isRegion: true, &next).results[0]
    next.result(try next.elementwise(.and, [values[0], try next.batched(holdsNext, size)]))
    for value in merged { next.result(value.id) }
    let node = try builder.whileLoop(
      condition: any.graph, body: next.graph, carried: types, captured: captured.map(\.id))
    return builder.elements(of: node).dropFirst().map { LaneValue($0, isBatched: true) }
  }

  /// A branch. One that all lanes take stays one. Where lanes differ, every branch is computed for all lanes, and each lane takes the
  /// values of its own.
  func branch(
    _ branches: [Graph], _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [LaneValue] {
    let selector = operands[0], captured = Array(operands.dropFirst()), flags = captured.map(\.isBatched)
    guard selector.isBatched else {
      var isBatched = branches[0].results.map { _ in false }
      for branch in branches {
        let results = try region(branch, index: false, flags, force: []).results
        isBatched = zip(isBatched, results).map { $0 || $1 }
      }
      var regions: [Graph] = []
      for branch in branches { regions.append(try region(branch, index: false, flags, force: isBatched).region) }
      let node = try builder.branch(selector: selector.id, regions, captured: captured.map(\.id))
      return zip(builder.elements(of: node), isBatched).map { LaneValue($0, isBatched: $1) }
    }
    if let function = branches.lazy.compactMap({ $0.firstCall }).first { throw Self.called(function) }
    var values: [ValueID] = []
    for (position, branch) in branches.enumerated().reversed() {
      let results = try all(try run(branch, captured, isRegion: true, &builder).results, &builder)
      guard position < branches.count - 1 else {
        values = results
        continue
      }
      // A selector below the first branch takes the first, one beyond the last takes the last.
      let number = try builder.scalar(UInt64(position), .i32)
      let isChosen = try builder.elementwise(.le, [selector.id, number])
      var chosen: [ValueID] = []
      for (value, other) in zip(results, values) { chosen.append(try select(isChosen, value, other, &builder)) }
      values = chosen
    }
    return values.map { LaneValue($0, isBatched: true) }
  }

  /// A part with a derivative of its own: a part again, with lanes. All results that are floats have them: then a rule gives and takes
  /// changes of one kind.
  func part(
    _ part: Operation.Part, _ graph: Graph, _ operands: [LaneValue], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [LaneValue] {
    let source = graph.regions[part.body], flags = operands.map(\.isBatched)
    let body = try region(source, index: false, flags, force: source.results.map { source.type($0).dtype.isFloating })
    let rule: PartRule
    switch graph.rule(of: part) {
    case .again: rule = .again
    case .vjp(let region, let inputs):
      let changes = source.results.filter { source.type($0).dtype.isFloating }.map { _ in true }
      let wanted = (0..<inputs).filter { source.arguments[$0].dtype.isFloating }.map { flags[$0] }
      rule = .vjp(try self.rule(region, flags + body.results + changes, gives: wanted), inputs: inputs)
    case .jvp(let region, let inputs):
      let changes = (0..<inputs).filter { source.arguments[$0].dtype.isFloating }.map { flags[$0] }
      let given = region.results.map { _ in true }
      rule = .jvp(try self.rule(region, flags + body.results + changes, gives: given), inputs: inputs)
    }
    let node = try builder.part(body.region, rule, operands.map(\.id))
    return zip(builder.elements(of: node), body.results).map { LaneValue($0, isBatched: $1) }
  }

  /// A rule's region. What lanes make of a value that they share is summed over them.
  private func rule(_ source: Graph, _ flags: [Bool], gives wanted: [Bool]) throws(HillockError) -> Graph {
    var builder = GraphBuilder(name: source.name)
    let arguments = zip(source.arguments, flags).map { type, isBatched in
      LaneValue(builder.argument(isBatched ? ArrayType(type.dtype, [size] + type.shape) : type), isBatched: isBatched)
    }
    for (value, isWanted) in zip(try run(source, arguments, isRegion: true, &builder).results, wanted) {
      if isWanted {
        builder.result(try builder.batched(value, size))
      } else {
        builder.result(try builder.reduce(.sum, try builder.batched(value, size), axes: [0]))
      }
    }
    return builder.graph
  }

  /// One of two values for each lane.
  private func select(
    _ lanes: ValueID, _ yes: ValueID, _ no: ValueID, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let rank = builder.type(yes).rank
    let mask = try builder.reshape(lanes, to: [size] + Array(repeating: 1, count: rank - 1))
    return try builder.elementwise(.select, [mask, yes, no])
  }

  // MARK: Regions

  /// The body of a loop with the fewest carried values in lanes for which it gives what it takes.
  private func settled(
    _ body: Graph, index: Bool, _ initial: [Bool], _ rest: [Bool]
  ) throws(HillockError) -> (region: Graph, carried: [Bool], results: [Bool]) {
    var carried = initial
    while true {
      let step = try region(body, index: index, carried + rest, force: carried)
      let next = Array(step.results.prefix(carried.count))
      if next == carried { return (step.region, carried, step.results) }
      carried = next
    }
  }

  /// A region whose arguments, behind the index where it has one, have lanes or not; results that `force` names get them.
  private func region(
    _ source: Graph, index: Bool, _ flags: [Bool], force: [Bool]
  ) throws(HillockError) -> (region: Graph, results: [Bool]) {
    var builder = GraphBuilder(name: source.name)
    let all = (index ? [false] : []) + flags
    let arguments = zip(source.arguments, all).enumerated().map { position, argument in
      let (type, isBatched) = argument
      return LaneValue(
        builder.argument(
          isBatched ? ArrayType(type.dtype, [size] + type.shape) : type, name: source.argumentNames[position]),
        isBatched: isBatched)
    }
    let outcome = try run(source, arguments, isRegion: true, &builder).results
    var results: [Bool] = []
    for (position, value) in outcome.enumerated() {
      let isForced = force.indices.contains(position) && force[position]
      builder.result(isForced ? try builder.batched(value, size) : value.id)
      results.append(isForced || value.isBatched)
    }
    return (builder.graph, results)
  }
}

extension Graph {
  /// The function that is called first by a call that is not pure, in a region too.
  fileprivate var firstCall: Int? {
    for node in nodes {
      if case .call(let call) = node.operation, !call.isPure { return call.function }
      for region in node.operation.regions { if let function = regions[region].firstCall { return function } }
    }
    return nil
  }
}
