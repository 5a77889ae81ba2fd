/// Reverse mode: a graph computed, and then how a small change of each argument changes its results, weighted by the cotangents that
/// are given for them. nil is a cotangent of zeros.
///
/// What the pullback needs of the forward run is read where it is. A loop keeps what a step carries, and the pullback computes the step
/// again; of a long loop it keeps fewer, and computes blocks of steps again (`LoopSchedule`). A branch computes again what was taken.
package struct ReverseMode {
  private let graph: Graph
  private let activity: Activity
  private var copier: NodeCopier
  /// For each node its value, or the values that it stands for.
  private var values: [[ValueID]] = []
  /// What the pullback of a control-flow node needs.
  private var loops: [Int: LoopPullback] = [:]
  private var whileLoops: [Int: WhilePullback] = [:]
  private let argumentCount: Int

  /// The values of the results.
  package var results: [ValueID] { graph.results.map { value($0) } }
  package var stores: [(slot: Int, value: ValueID)] { graph.stores.map { ($0.slot, value($0.value)) } }
  /// Whether each result changes with the active arguments.
  package var activeResults: [Bool] { activity.results }

  /// Appends the graph with these values for its arguments.
  ///
  /// - Parameters:
  ///   - isActive: for which arguments cotangents are wanted.
  ///   - variables: the values of its Variables at the start.
  ///   - known: values of the graph that are at hand, so that they need not be computed.
  package init(
    _ source: Graph, into builder: inout GraphBuilder, _ arguments: [ValueID], isActive: [Bool], variables: [ValueID] = [],
    known: [ValueID: ValueID] = [:]
  ) throws(HillockError) {
    graph = source
    activity = Activity(source, arguments: isActive)
    copier = NodeCopier(source)
    argumentCount = arguments.count
    for (index, node) in source.nodes.enumerated() {
      try visit(index, node, arguments, variables, &builder)
      if let value = known[ValueID(index)] { values[index] = [value] }
    }
  }

  private func value(_ id: ValueID) -> ValueID { values[Int(id.index)][0] }

  private mutating func visit(
    _ index: Int, _ node: Node, _ arguments: [ValueID], _ variables: [ValueID], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let id = ValueID(index)
    switch node.operation {
    case .argument(let position): values.append([arguments[position]])
    case .variable(let slot): values.append([variables[slot]])
    case .element(let position): values.append([values[Int(node.operands[0].index)][position]])
    case .loop(let loop) where activity.elements(of: id).contains(true):
      let isActive = Activity.loop(loop, graph.regions[loop.region], node.operands.map { activity[$0] })
      let pullback = try LoopPullback(
        loop, graph.regions[loop.region], node.operands.map { value($0) }, isActive: isActive.arguments, &builder)
      values.append(pullback.values)
      loops[index] = pullback
    case .whileLoop(let condition, let body, let carried) where activity.elements(of: id).contains(true):
      let pullback = try WhilePullback(
        condition: graph.regions[condition], body: graph.regions[body], carried: carried, node.operands.map { value($0) },
        isActive: node.operands.map { activity[$0] }, &builder)
      values.append(pullback.values)
      whileLoops[index] = pullback
    case .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota, .randomBits, .array,
      .loop,
      .whileLoop, .branch, .part, .call:
      let copy = copier.copy(node, node.operands.map { value($0) }, into: &builder)
      values.append(node.operation.hasElements ? builder.elements(of: copy) : [copy])
    }
  }

  // MARK: Backwards

  /// The cotangents of the arguments, from those of the results.
  package func pullback(_ given: [ValueID?], _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID?] {
    var cotangents = values.map { [ValueID?](repeating: nil, count: $0.count) }
    var ofArguments = [ValueID?](repeating: nil, count: argumentCount)
    for (result, cotangent) in zip(graph.results, given) where activity[result] {
      cotangents[Int(result.index)][0] = try builder.sum(cotangents[Int(result.index)][0], cotangent)
    }
    for index in graph.nodes.indices.reversed() {
      let node = graph.nodes[index], changes = cotangents[index]
      guard changes.contains(where: { $0 != nil }) else { continue }
      switch node.operation {
      case .argument(let position): ofArguments[position] = try builder.sum(ofArguments[position], changes[0])
      case .element(let position):
        let of = Int(node.operands[0].index)
        cotangents[of][position] = try builder.sum(cotangents[of][position], changes[0])
      default:
        let ofOperands = try pullback(index, node, changes, &builder)
        for (operand, change) in zip(node.operands, ofOperands) where activity[operand] {
          cotangents[Int(operand.index)][0] = try builder.sum(cotangents[Int(operand.index)][0], change)
        }
      }
    }
    // A rule that gives another type is wrong, and is found here.
    for (position, change) in ofArguments.enumerated() {
      guard let change, builder.type(change) != graph.arguments[position] else { continue }
      throw HillockError(
        .verification,
        "the derivative of \(graph.name) gives \(builder.type(change)) for argument \(position), which is \(graph.arguments[position])"
      )
    }
    return ofArguments
  }

  private func pullback(
    _ index: Int, _ node: Node, _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID?] {
    let operands = node.operands.map { value($0) }, wanted = node.operands.map { activity[$0] }
    if let loop = loops[index] { return try loop.pullback(changes, &builder) }
    if let loop = whileLoops[index] { return try loop.pullback(changes, &builder) }
    switch node.operation {
    case .branch(let regions):
      return try Self.pullback(regions.map { graph.regions[$0] }, operands, wanted, changes, &builder)
    case .elementwise(let op):
      guard let change = changes[0], let partials = try builder.partials(op, operands, values[index][0]) else { return [] }
      var result: [ValueID?] = []
      for (partial, isWanted) in zip(partials, wanted) {
        result.append(isWanted ? try builder.apply(partial, to: change) : nil)
      }
      return result
    case .part(let part):
      let use = PartDerivative.Use(part: part, graph: graph, operands: operands, results: values[index])
      return try PartDerivative.cotangents(use, changes, wanted: wanted, &builder)
    case .argument, .variable, .constant, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota, .randomBits,
      .array,
      .loop, .whileLoop, .call, .element:
      guard case .rules(_, let pullback) = node.operation.derivative(node.type) else {
        try builder.refuseDerivative(node, graph)
        return []
      }
      let use = ArrayDerivative.Use(operands: operands, results: values[index], attributes: node.operation.attributes)
      return try pullback(&builder, use, changes, wanted)
    }
  }

  /// A branch of the pullbacks, by the same selector: what was not taken contributes nothing.
  private static func pullback(
    _ branches: [Graph], _ operands: [ValueID], _ wanted: [Bool], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID?] {
    let active = operands.indices.dropFirst().filter { wanted[$0] }
    let pullback = BranchPullback(wanted: Array(wanted.dropFirst()), changes)
    var regions: [Graph] = []
    for branch in branches { regions.append(try pullback.region(branch)) }
    let node = try builder.branch(
      selector: operands[0], regions, captured: Array(operands.dropFirst()) + changes.compactMap { $0 })
    let elements = builder.elements(of: node)
    var result = [ValueID?](repeating: nil, count: operands.count)
    for (offset, place) in active.enumerated() { result[place] = elements[offset] }
    return result
  }
}
