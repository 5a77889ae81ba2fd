/// Control flow in forward mode: a loop or a branch of values and tangents.
extension ForwardMode {
  /// The tangents of what is carried are carried beside it; those of what is stacked are stacked.
  static func tangents(
    _ loop: Operation.Loop, _ body: Graph, _ operands: [ValueID], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> (values: [ValueID], tangents: [ValueID?]) {
    let isActive = Activity.loop(loop, body, changes.map { $0 != nil }), firstCaptured = loop.carried + loop.sliced
    // (The index is the body's argument 0, and no operand.)
    let layout = PairedArguments(
      groups: [0..<1, 1..<1 + loop.carried, 1 + loop.carried..<1 + firstCaptured, 1 + firstCaptured..<body.arguments.count],
      isPaired: body.arguments.indices.map { place in
        (1..<1 + loop.carried).contains(place) ? isActive.arguments[place] : place > 0 && changes[place - 1] != nil
      })
    var inner = GraphBuilder(name: body.name)
    let given = layout.declare(body.arguments, &inner)
    let step = try inline(body, into: &inner, given.values, tangents: given.tangents)
    let carried = 0..<loop.carried, stacked = loop.carried..<body.results.count
    let active = carried.filter { isActive.arguments[1 + $0] }, activeStacks = stacked.filter { step.tangents[$0] != nil }
    for (places, paired) in [(carried, active), (stacked, activeStacks)] {
      for position in places { inner.result(step.results[position]) }
      for position in paired { inner.result(try inner.change(step.tangents[position], of: step.results[position])) }
    }

    let index = try builder.integer(0)
    let groups = try layout.operands([index] + operands, [nil] + changes, &builder)
    let node = try builder.loop(
      inner.graph, trips: loop.trips, carried: groups[1], sliced: groups[2], captured: groups[3], isReversed: loop.isReversed,
      slots: loop.slots)
    return split(builder.elements(of: node), [(Array(carried), active), (Array(stacked), activeStacks)])
  }

  static func tangents(
    _ condition: Graph, _ body: Graph, _ carriedCount: Int, _ operands: [ValueID], _ changes: [ValueID?],
    _ builder: inout GraphBuilder
  ) throws(HillockError) -> (values: [ValueID], tangents: [ValueID?]) {
    let isActive = Activity.whileLoop(body, carriedCount, changes.map { $0 != nil })
    let layout = PairedArguments(
      groups: [0..<carriedCount, carriedCount..<operands.count],
      isPaired: operands.indices.map { $0 < carriedCount ? isActive[$0] : changes[$0] != nil })
    var test = GraphBuilder(name: condition.name)
    let tested = layout.declare(body.arguments, &test).values
    for result in try test.inline(condition, tested) { test.result(result) }

    var inner = GraphBuilder(name: body.name)
    let given = layout.declare(body.arguments, &inner)
    let step = try inline(body, into: &inner, given.values, tangents: given.tangents)
    let active = (0..<carriedCount).filter { isActive[$0] }
    for result in step.results { inner.result(result) }
    for position in active { inner.result(try inner.change(step.tangents[position], of: step.results[position])) }

    let groups = try layout.operands(operands, changes, &builder)
    let node = try builder.whileLoop(condition: test.graph, body: inner.graph, carried: groups[0], captured: groups[1])
    return split(builder.elements(of: node), [(Array(0..<carriedCount), active)])
  }

  static func tangents(
    _ branches: [Graph], _ operands: [ValueID], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> (values: [ValueID], tangents: [ValueID?]) {
    let captured = Array(operands.dropFirst()), isPaired = changes.dropFirst().map { $0 != nil }
    let layout = PairedArguments(groups: [captured.indices], isPaired: isPaired)
    let isActive = branches.map { Activity($0, arguments: isPaired).results }
    let active = branches[0].results.indices.filter { position in isActive.contains { $0[position] } }
    var regions: [Graph] = []
    for branch in branches {
      var inner = GraphBuilder(name: branch.name)
      let given = layout.declare(branch.arguments, &inner)
      let outcome = try inline(branch, into: &inner, given.values, tangents: given.tangents)
      for result in outcome.results { inner.result(result) }
      for position in active { inner.result(try inner.change(outcome.tangents[position], of: outcome.results[position])) }
      regions.append(inner.graph)
    }
    let groups = try layout.operands(captured, Array(changes.dropFirst()), &builder)
    let node = try builder.branch(selector: operands[0], regions, captured: groups[0])
    return split(builder.elements(of: node), [(Array(branches[0].results.indices), active)])
  }

  /// Elements that stand in groups, values before the tangents of some of them, as values and tangents.
  private static func split(
    _ elements: [ValueID], _ groups: [(places: [Int], paired: [Int])]
  ) -> (values: [ValueID], tangents: [ValueID?]) {
    var rest = elements[...], values: [ValueID] = []
    var tangents = [ValueID?](repeating: nil, count: groups.reduce(0) { $0 + $1.places.count })
    for group in groups {
      values += rest.prefix(group.places.count)
      rest = rest.dropFirst(group.places.count)
      for place in group.paired { tangents[place] = rest.popFirst() }
    }
    return (values, tangents)
  }
}

/// The arguments of a region in groups, each followed by the tangents of those in it that have one.
private struct PairedArguments {
  /// The places of the arguments without tangents, group by group.
  let groups: [Range<Int>]
  let isPaired: [Bool]

  /// Declares them all; gives the arguments and the tangents by the places of the arguments.
  func declare(_ types: [ArrayType], _ inner: inout GraphBuilder) -> (values: [ValueID], tangents: [ValueID?]) {
    var values: [ValueID] = [], tangents = [ValueID?](repeating: nil, count: types.count)
    for group in groups {
      for place in group { values.append(inner.argument(types[place])) }
      for place in group where isPaired[place] { tangents[place] = inner.argument(types[place]) }
    }
    return (values, tangents)
  }

  /// What is passed for each group: tangents that are zero as arrays.
  func operands(
    _ values: [ValueID], _ tangents: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [[ValueID]] {
    var result: [[ValueID]] = []
    for group in groups {
      var operands = group.map { values[$0] }
      for place in group where isPaired[place] { operands.append(try builder.change(tangents[place], of: values[place])) }
      result.append(operands)
    }
    return result
  }
}
