/// Control flow: nodes that run regions. `elements` gives the values such a node stands for. A region becomes one of the
/// graph's regions, unless `at` says which of the declared ones it is.
extension GraphBuilder {
  /// A counted loop. The region takes (index i64[], carried…, a row of each sliced value, captured…) and gives (carried…,
  /// stacked…); what is stacked gets a leading axis of `trips` elements.
  package mutating func loop(
    _ region: Graph, trips: Int, carried: [ValueID], sliced: [ValueID] = [], captured: [ValueID] = [],
    isReversed: Bool = false, slots: Int? = nil, at index: Int? = nil
  ) throws(HillockError) -> ValueID {
    guard slots ?? 1 >= 1 else { throw HillockError(.argument, "a loop keeps one slot or more, not \(slots ?? 0)") }
    guard trips >= 0 else { throw HillockError(.argument, "a loop runs 0 times or more, not \(trips)") }
    var expected = [ArrayType(.i64, [])] + carried.map(type)
    for value in sliced {
      let whole = type(value)
      guard whole.shape.first == trips else {
        throw HillockError(
          .shape, "a loop of \(trips) steps takes operands whose first axis has \(trips) elements, not shape \(whole.shape)")
      }
      expected.append(ArrayType(whole.dtype, Array(whole.shape.dropFirst())))
    }
    expected += captured.map(type)
    try check(region, takes: expected, "the loop's body")
    try check(region, carries: carried, "the loop's body")
    let stacked = region.results.dropFirst(carried.count).map { result in
      ArrayType(region.type(result).dtype, [trips] + region.type(result).shape)
    }
    for type in stacked where Shape.checkedCount(type.shape) == nil {
      throw HillockError(.shape, "the loop's stacked output of shape \(type.shape) is too large")
    }
    if let index { try claim([index]) }
    let operation = Operation.loop(
      Operation.Loop(
        region: index ?? addRegion(region), trips: trips, carried: carried.count, sliced: sliced.count, isReversed: isReversed,
        slots: slots))
    return appendSeveral(operation, carried + sliced + captured)
  }

  /// A loop that runs while the condition, (carried…, captured…) → bool[], holds.
  package mutating func whileLoop(
    condition: Graph, body: Graph, carried: [ValueID], captured: [ValueID] = [],
    at indices: (condition: Int, body: Int)? = nil
  ) throws(HillockError) -> ValueID {
    let expected = (carried + captured).map(type)
    try check(condition, takes: expected, "the loop's condition")
    try check(body, takes: expected, "the loop's body")
    guard condition.results.map(condition.type) == [ArrayType(.bool, [])] else {
      throw HillockError(.dtype, "the loop's condition gives one bool[], not \(types(condition))")
    }
    try check(body, carries: carried, "the loop's body")
    guard body.results.count == carried.count else {
      throw HillockError(.shape, "the loop's body gives \(body.results.count) values for \(carried.count) carried ones")
    }
    if let indices { try claim([indices.condition, indices.body]) }
    let operation = Operation.whileLoop(
      condition: indices?.condition ?? addRegion(condition), body: indices?.body ?? addRegion(body), carried: carried.count)
    return appendSeveral(operation, carried + captured)
  }

  /// One of the regions, by a selector of type i32[].
  package mutating func branch(
    selector: ValueID, _ branches: [Graph], captured: [ValueID] = [], at indices: [Int]? = nil
  ) throws(HillockError) -> ValueID {
    guard type(selector) == ArrayType(.i32, []) else {
      throw HillockError(.dtype, "a branch is selected by an i32[] value, not \(type(selector))")
    }
    guard let first = branches.first else { throw HillockError(.argument, "a branch needs at least one region") }
    for (position, region) in branches.enumerated() {
      try check(region, takes: captured.map(type), "branch \(position)")
      guard types(region) == types(first) else {
        throw HillockError(
          difference(of: region.results.map(region.type), from: first.results.map(first.type)),
          "branch \(position) gives \(types(region)) and branch 0 gives \(types(first)); all must give the same")
      }
    }
    if let indices { try claim(indices) }
    let operation = Operation.branch(regions: indices ?? branches.map { addRegion($0) })
    return appendSeveral(operation, [selector] + captured)
  }

  /// A part of the program with a derivative of its own; `Operation.Part.Rule` says what the rule takes and gives.
  package mutating func part(
    _ body: Graph, _ rule: PartRule, _ operands: [ValueID], at indices: (body: Int, rule: Int?)? = nil
  ) throws(HillockError) -> ValueID {
    let name = rule.kind(0).name, types = operands.map(type)
    try check(body, takes: types, "the body of \(name)")
    if let region = rule.region {
      guard (0...operands.count).contains(rule.inputs) else {
        throw HillockError(.argument, "\(name) has \(operands.count) operands, of which \(rule.inputs) cannot be inputs")
      }
      let results = body.results.map(body.type), floats = results.filter(\.dtype.isFloating)
      let inputs = types.prefix(rule.inputs).filter(\.dtype.isFloating)
      let (changes, given) = rule.isForward ? (inputs, floats) : (floats, inputs)
      try check(region, takes: types + results + changes, "the rule of \(name)")
      guard region.results.map(region.type) == given else {
        throw HillockError(
          difference(of: region.results.map(region.type), from: given),
          "the rule of \(name) gives \(self.types(region)), and must give (\(list(given)))")
      }
    }
    if let indices { try claim([indices.body] + (indices.rule.map { [$0] } ?? [])) }
    let index = indices?.body ?? addRegion(body)
    let ruleIndex = indices?.rule ?? rule.region.map { addRegion($0) }
    return appendSeveral(.part(Operation.Part(body: index, rule: rule.kind(ruleIndex ?? 0))), operands)
  }

  /// A call of the function in this slot of the outermost graph, `slot` saying what it takes and gives.
  package mutating func call(
    _ function: Int, _ slot: FunctionSlot, _ operands: [ValueID], isPure: Bool = false
  ) throws(HillockError) -> ValueID {
    guard operands.map(type) == slot.operands else {
      throw HillockError(
        .shape, "function \(slot.name) takes (\(list(slot.operands))) but is given (\(list(operands.map(type))))")
    }
    return appendSeveral(.call(Operation.Call(function: function, results: slot.results, isPure: isPure)), operands)
  }

  /// One of the values that a node stands for which has several.
  package mutating func element(of node: ValueID, _ position: Int) throws(HillockError) -> ValueID {
    let types = graph.elementTypes(graph[node])
    guard graph[node].operation.hasElements, types.indices.contains(position) else {
      throw HillockError(.index, "%\(node.index) stands for \(types.count) values; there is no value \(position)")
    }
    return append(.element(position), [node], types[position])
  }

  /// All the values that such a node stands for, in order.
  package mutating func elements(of node: ValueID) -> [ValueID] {
    graph.elementTypes(graph[node]).enumerated().map { append(.element($0.offset), [node], $0.element) }
  }

  /// Appends a node that stands for several values.
  mutating func appendSeveral(_ operation: Operation, _ operands: [ValueID]) -> ValueID {
    let none = ArrayType(.bool, [0])
    let types = graph.elementTypes(Node(operation: operation, operands: operands, type: none))
    return append(operation, operands, types.first ?? none)
  }

  private func types(_ region: Graph) -> String {
    "(\(region.results.map { "\(region.type($0))" }.joined(separator: ", ")))"
  }

  private func check(_ region: Graph, takes expected: [ArrayType], _ name: String) throws(HillockError) {
    guard region.variables.isEmpty, region.stores.isEmpty else {
      throw HillockError(.format, "\(name) names Variables; a region carries their values instead")
    }
    guard region.arguments == expected else {
      throw HillockError(
        difference(of: expected, from: region.arguments),
        "\(name) takes (\(list(region.arguments))) but is given (\(list(expected)))")
    }
  }

  private func check(_ region: Graph, carries carried: [ValueID], _ name: String) throws(HillockError) {
    guard region.results.count >= carried.count else {
      throw HillockError(.shape, "\(name) gives \(region.results.count) values for \(carried.count) carried ones")
    }
    for (position, value) in carried.enumerated() {
      let given = region.type(region.results[position])
      guard given == type(value) else {
        throw HillockError(
          difference(of: [given], from: [type(value)]),
          "carried value \(position) enters \(name) as \(type(value)) and leaves it as \(given); they must be the same")
      }
    }
  }

  /// The error that these types are, where others are needed: one of dtypes if it is the dtypes that differ, of as many values.
  private func difference(of given: [ArrayType], from needed: [ArrayType]) -> ErrorCode {
    given.count == needed.count && given.map(\.dtype) != needed.map(\.dtype) ? .dtype : .shape
  }

  private func list(_ types: [ArrayType]) -> String { types.map(\.description).joined(separator: ", ") }
}

/// The rule of a part with its region.
package enum PartRule {
  case again
  case vjp(Graph, inputs: Int)
  case jvp(Graph, inputs: Int)

  var region: Graph? {
    switch self {
    case .again: nil
    case .vjp(let region, _), .jvp(let region, _): region
    }
  }

  var inputs: Int {
    switch self {
    case .again: 0
    case .vjp(_, let inputs), .jvp(_, let inputs): inputs
    }
  }

  var isForward: Bool { if case .jvp = self { true } else { false } }

  /// As a node has it, with the region under this number.
  func kind(_ region: Int) -> Operation.Part.Rule {
    switch self {
    case .again: .again
    case .vjp(_, let inputs): .vjp(region, inputs: inputs)
    case .jvp(_, let inputs): .jvp(region, inputs: inputs)
    }
  }
}

extension Graph {
  /// The rule of a part of this graph.
  func rule(of part: Operation.Part) -> PartRule {
    switch part.rule {
    case .again: .again
    case .vjp(let region, let inputs): .vjp(regions[region], inputs: inputs)
    case .jvp(let region, let inputs): .jvp(regions[region], inputs: inputs)
    }
  }

  /// The types of the values that a node with several stands for; none for other nodes.
  package func elementTypes(_ node: Node) -> [ArrayType] {
    switch node.operation {
    case .loop(let loop):
      let region = regions[loop.region]
      return region.results.enumerated().map { position, value in
        let type = region.type(value)
        return position < loop.carried ? type : ArrayType(type.dtype, [loop.trips] + type.shape)
      }
    case .whileLoop(_, let body, _): return regions[body].results.map(regions[body].type)
    case .branch(let branches): return regions[branches[0]].results.map(regions[branches[0]].type)
    case .part(let part): return regions[part.body].results.map(regions[part.body].type)
    case .call(let call): return call.results
    // The builder has asked the row before.
    case .array(let op, let attributes) where op.row.hasSeveralResults:
      return (try? op.row.types(of: node.operands.map(type), attributes)) ?? []
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
      .randomBits, .array, .element:
      return []
    }
  }
}
