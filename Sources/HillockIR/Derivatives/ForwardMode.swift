/// Forward mode: a graph computed together with what a small change of its arguments, the tangents, makes of its results. nil is a
/// tangent of zeros.
package struct ForwardMode {
  private let graph: Graph
  private var copier: NodeCopier
  /// For each node its value, or the values that it stands for, and their tangents.
  private var values: [[ValueID]] = []
  private var tangents: [[ValueID?]] = []

  package struct Outcome {
    package let results: [ValueID]
    package let tangents: [ValueID?]
    package let stores: [(slot: Int, value: ValueID)]
  }

  /// Appends the graph with these values for its arguments, and what computes the tangents of its results.
  ///
  /// - Parameter variables: the values of its Variables at the start.
  package static func inline(
    _ graph: Graph, into builder: inout GraphBuilder, _ arguments: [ValueID], tangents: [ValueID?], variables: [ValueID] = []
  ) throws(HillockError) -> Outcome {
    var mode = ForwardMode(graph: graph, copier: NodeCopier(graph))
    for node in graph.nodes { try mode.visit(node, arguments, tangents, variables, &builder) }
    return Outcome(
      results: graph.results.map { mode.value($0) }, tangents: graph.results.map { mode.tangents[Int($0.index)][0] },
      stores: graph.stores.map { ($0.slot, mode.value($0.value)) })
  }

  private init(graph: Graph, copier: NodeCopier) {
    self.graph = graph
    self.copier = copier
  }

  private func value(_ id: ValueID) -> ValueID { values[Int(id.index)][0] }

  private mutating func visit(
    _ node: Node, _ arguments: [ValueID], _ given: [ValueID?], _ variables: [ValueID], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    switch node.operation {
    case .argument(let position): return add([arguments[position]], [given[position]])
    case .variable(let slot): return add([variables[slot]], [nil])
    case .element(let position):
      let of = Int(node.operands[0].index)
      return add([values[of][position]], [tangents[of][position]])
    default: break
    }
    let operands = node.operands.map { value($0) }, changes = node.operands.map { tangents[Int($0.index)][0] }
    guard changes.contains(where: { $0 != nil }) else {
      let copy = copier.copy(node, operands, into: &builder)
      let all = node.operation.hasElements ? builder.elements(of: copy) : [copy]
      return add(all, all.map { _ in nil })
    }
    switch node.operation {
    case .loop(let loop): try visit(loop, operands, changes, &builder)
    case .whileLoop(let condition, let body, let carried):
      try visit(graph.regions[condition], graph.regions[body], carried, operands, changes, &builder)
    case .branch(let regions): try visit(regions.map { graph.regions[$0] }, operands, changes, &builder)
    case .elementwise(let op):
      let result = copier.copy(node, operands, into: &builder)
      add([result], [try builder.tangent(op, operands, result, changes)])
    default:
      let copy = copier.copy(node, operands, into: &builder)
      let all = node.operation.hasElements ? builder.elements(of: copy) : [copy]
      let isSmooth = all.contains { builder.type($0).dtype.isFloating }
      guard isSmooth, case .rules(let pushforward, _) = node.operation.derivative(node.type) else {
        if isSmooth { try builder.refuseDerivative(node, graph) }
        return add(all, all.map { _ in nil })
      }
      let use = ArrayDerivative.Use(operands: operands, results: all, attributes: node.operation.attributes)
      add(all, try pushforward(&builder, use, changes))
    }
  }

  private mutating func add(_ values: [ValueID], _ tangents: [ValueID?]) {
    self.values.append(values)
    self.tangents.append(tangents)
  }

  // MARK: Control flow

  /// The tangents of what is carried are carried beside it; those of what is stacked are stacked.
  private mutating func visit(
    _ loop: Operation.Loop, _ operands: [ValueID], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let body = graph.regions[loop.region]
    let isActive = Activity.loop(loop, body, changes.map { $0 != nil })
    let active = (0..<loop.carried).filter { isActive.arguments[1 + $0] }
    let slicedChanges = (loop.carried..<loop.carried + loop.sliced).filter { changes[$0] != nil }
    let capturedChanges = (loop.carried + loop.sliced..<operands.count).filter { changes[$0] != nil }

    var inner = GraphBuilder(name: body.name)
    let index = inner.argument(body.arguments[0])
    let carried = (0..<loop.carried).map { inner.argument(body.arguments[1 + $0]) }
    let carriedTangents = active.map { inner.argument(body.arguments[1 + $0]) }
    let rows = (loop.carried..<loop.carried + loop.sliced).map { inner.argument(body.arguments[1 + $0]) }
    let rowTangents = slicedChanges.map { inner.argument(body.arguments[1 + $0]) }
    let captured = (loop.carried + loop.sliced..<operands.count).map { inner.argument(body.arguments[1 + $0]) }
    let capturedTangents = capturedChanges.map { inner.argument(body.arguments[1 + $0]) }
    var tangents = [ValueID?](repeating: nil, count: body.arguments.count)
    for (place, tangent) in zip(active + slicedChanges + capturedChanges, carriedTangents + rowTangents + capturedTangents) {
      tangents[1 + place] = tangent
    }
    let step = try Self.inline(body, into: &inner, [index] + carried + rows + captured, tangents: tangents)
    let stacked = loop.carried..<body.results.count, stackedTangents = stacked.filter { step.tangents[$0] != nil }
    for position in 0..<loop.carried { inner.result(step.results[position]) }
    for position in active { inner.result(try inner.change(step.tangents[position], of: step.results[position])) }
    for position in stacked { inner.result(step.results[position]) }
    for position in stackedTangents { inner.result(try inner.change(step.tangents[position], of: step.results[position])) }

    var initial: [ValueID] = []
    for position in active { initial.append(try builder.change(changes[position], of: operands[position])) }
    let node = try builder.loop(
      inner.graph, trips: loop.trips, carried: Array(operands[..<loop.carried]) + initial,
      sliced: Array(operands[loop.carried..<loop.carried + loop.sliced]) + slicedChanges.compactMap { changes[$0] },
      captured: Array(operands[(loop.carried + loop.sliced)...]) + capturedChanges.compactMap { changes[$0] },
      isReversed: loop.isReversed)
    let elements = builder.elements(of: node)
    let firstStacked = loop.carried + active.count
    var result = [ValueID?](repeating: nil, count: body.results.count)
    for (offset, position) in active.enumerated() { result[position] = elements[loop.carried + offset] }
    for (offset, position) in stackedTangents.enumerated() { result[position] = elements[firstStacked + stacked.count + offset] }
    add(Array(elements[..<loop.carried]) + Array(elements[firstStacked..<firstStacked + stacked.count]), result)
  }

  private mutating func visit(
    _ condition: Graph, _ body: Graph, _ carriedCount: Int, _ operands: [ValueID], _ changes: [ValueID?],
    _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let isActive = Activity.whileLoop(body, carriedCount, changes.map { $0 != nil })
    let active = (0..<carriedCount).filter { isActive[$0] }
    let capturedChanges = (carriedCount..<operands.count).filter { changes[$0] != nil }

    /// The region's arguments, and the tangents among them.
    func arguments(_ inner: inout GraphBuilder) -> (values: [ValueID], tangents: [ValueID?]) {
      let carried = (0..<carriedCount).map { inner.argument(body.arguments[$0]) }
      let carriedTangents = active.map { inner.argument(body.arguments[$0]) }
      let captured = (carriedCount..<operands.count).map { inner.argument(body.arguments[$0]) }
      let capturedTangents = capturedChanges.map { inner.argument(body.arguments[$0]) }
      var tangents = [ValueID?](repeating: nil, count: body.arguments.count)
      for (place, tangent) in zip(active + capturedChanges, carriedTangents + capturedTangents) { tangents[place] = tangent }
      return (carried + captured, tangents)
    }
    var test = GraphBuilder(name: condition.name)
    let tested = arguments(&test)
    for result in try test.inline(condition, tested.values) { test.result(result) }

    var inner = GraphBuilder(name: body.name)
    let given = arguments(&inner)
    let step = try Self.inline(body, into: &inner, given.values, tangents: given.tangents)
    for result in step.results { inner.result(result) }
    for position in active { inner.result(try inner.change(step.tangents[position], of: step.results[position])) }

    var initial: [ValueID] = []
    for position in active { initial.append(try builder.change(changes[position], of: operands[position])) }
    let node = try builder.whileLoop(
      condition: test.graph, body: inner.graph, carried: Array(operands[..<carriedCount]) + initial,
      captured: Array(operands[carriedCount...]) + capturedChanges.compactMap { changes[$0] })
    let elements = builder.elements(of: node)
    var result = [ValueID?](repeating: nil, count: carriedCount)
    for (offset, position) in active.enumerated() { result[position] = elements[carriedCount + offset] }
    add(Array(elements[..<carriedCount]), result)
  }

  private mutating func visit(
    _ branches: [Graph], _ operands: [ValueID], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let captured = Array(operands.dropFirst()), capturedChanges = captured.indices.filter { changes[1 + $0] != nil }
    let isActive = branches.map { Activity($0, arguments: captured.indices.map { changes[1 + $0] != nil }).results }
    let active = branches[0].results.indices.filter { position in isActive.contains { $0[position] } }
    var regions: [Graph] = []
    for branch in branches {
      var inner = GraphBuilder(name: branch.name)
      let values = branch.arguments.map { inner.argument($0) }
      var tangents = [ValueID?](repeating: nil, count: values.count)
      for place in capturedChanges { tangents[place] = inner.argument(branch.arguments[place]) }
      let outcome = try Self.inline(branch, into: &inner, values, tangents: tangents)
      for result in outcome.results { inner.result(result) }
      for position in active { inner.result(try inner.change(outcome.tangents[position], of: outcome.results[position])) }
      regions.append(inner.graph)
    }
    let node = try builder.branch(
      selector: operands[0], regions, captured: captured + capturedChanges.compactMap { changes[1 + $0] })
    let elements = builder.elements(of: node), count = branches[0].results.count
    var result = [ValueID?](repeating: nil, count: count)
    for (offset, position) in active.enumerated() { result[position] = elements[count + offset] }
    add(Array(elements[..<count]), result)
  }
}

extension GraphBuilder {
  /// A change as an array: zeros where there is none.
  package mutating func change(_ change: ValueID?, of value: ValueID) throws(HillockError) -> ValueID {
    if let change { return change }
    return try zeros(type(value))
  }

  /// The tangent of an elementwise result.
  mutating func tangent(
    _ op: ElementwiseOp, _ operands: [ValueID], _ result: ValueID, _ changes: [ValueID?]
  ) throws(HillockError) -> ValueID? {
    guard type(result).dtype.isFloating, let partials = try partials(op, operands, result) else { return nil }
    var sum: ValueID?
    for (partial, change) in zip(partials, changes) {
      guard let change else { continue }
      sum = try self.sum(sum, try apply(partial, to: change))
    }
    return sum
  }

  /// How an elementwise op changes with its operands; nil where it does not.
  mutating func partials(
    _ op: ElementwiseOp, _ operands: [ValueID], _ result: ValueID
  ) throws(HillockError) -> [Partial]? {
    guard case .partials(let rule) = op.row.derivative else { return nil }
    return try TermScope.run(&self) { (scope) throws(HillockError) in rule(operands.map(scope.term), scope.term(result)) }
  }

  func refuseDerivative(_ node: Node, _ graph: Graph) throws(HillockError) {
    guard case .none(let reason) = node.operation.derivative(node.type) else { return }
    switch node.operation {
    case .iota, .randomBits, .argument, .variable, .constant: return
    default:
      throw HillockError(
        .argument,
        "\(node.operation.name) in \(graph.name) has no derivative: \(reason); pass what it is given through stopGradient(…) "
          + "where it is to count as constant")
    }
  }
}

extension Operation {
  var attributes: Attributes {
    if case .array(_, let attributes) = self { return attributes }
    return []
  }
}
