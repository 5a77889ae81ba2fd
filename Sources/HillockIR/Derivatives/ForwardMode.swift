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
    case .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota, .randomBits, .array,
      .loop,
      .whileLoop, .branch, .part, .call:
      break
    }
    let operands = node.operands.map { value($0) }, changes = node.operands.map { tangents[Int($0.index)][0] }
    guard changes.contains(where: { $0 != nil }) else {
      let all = copy(node, operands, &builder)
      return add(all, all.map { _ in nil })
    }
    switch node.operation {
    case .loop(let loop): add(try Self.tangents(loop, graph.regions[loop.region], operands, changes, &builder))
    case .whileLoop(let condition, let body, let carried):
      add(try Self.tangents(graph.regions[condition], graph.regions[body], carried, operands, changes, &builder))
    case .branch(let regions): add(try Self.tangents(regions.map { graph.regions[$0] }, operands, changes, &builder))
    case .part(let part): add(try PartDerivative.tangents(part, graph, operands, changes, &builder))
    case .elementwise(let op):
      let result = copier.copy(node, operands, into: &builder)
      add([result], [try builder.tangent(op, operands, result, changes)])
    case .argument, .variable, .constant, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota, .randomBits,
      .array,
      .call, .element:
      let all = copy(node, operands, &builder)
      let isSmooth = all.contains { builder.type($0).dtype.isFloating }
      guard isSmooth, case .rules(let pushforward, _) = node.operation.derivative(node.type) else {
        if isSmooth { try builder.refuseDerivative(node, graph) }
        return add(all, all.map { _ in nil })
      }
      let use = ArrayDerivative.Use(operands: operands, results: all, attributes: node.operation.attributes)
      add(all, try pushforward(&builder, use, changes))
    }
  }

  /// The values of a node of this graph.
  private mutating func copy(_ node: Node, _ operands: [ValueID], _ builder: inout GraphBuilder) -> [ValueID] {
    let copy = copier.copy(node, operands, into: &builder)
    return node.operation.hasElements ? builder.elements(of: copy) : [copy]
  }

  private mutating func add(_ all: (values: [ValueID], tangents: [ValueID?])) { add(all.values, all.tangents) }

  private mutating func add(_ values: [ValueID], _ tangents: [ValueID?]) {
    self.values.append(values)
    self.tangents.append(tangents)
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
    throw HillockError(
      .argument,
      "\(node.operation.name) in \(graph.name) has no derivative: \(reason); pass what it is given through stopGradient(…) "
        + "where it is to count as constant, or give it a rule by customVJP")
  }
}

extension Operation {
  /// Of an array op; none of others.
  var attributes: Attributes {
    if case .array(_, let attributes) = self { return attributes }
    return []
  }
}
