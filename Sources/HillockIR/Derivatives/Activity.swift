/// Which values of a graph change, smoothly, when some of its arguments do.
struct Activity {
  /// For each node, for the value or each of the values that it stands for.
  private var values: [[Bool]] = []
  /// What leaves the graph.
  private(set) var results: [Bool] = []

  /// - Parameters:
  ///   - arguments: whether each argument changes.
  ///   - variables: whether the value of each Variable at the start does.
  init(_ graph: Graph, arguments: [Bool], variables: [Bool] = []) {
    values.reserveCapacity(graph.nodes.count)
    for node in graph.nodes { values.append(activity(node, graph, arguments, variables)) }
    results = graph.results.map { self[$0] }
  }

  /// Of a value.
  subscript(_ id: ValueID) -> Bool { values[Int(id.index)].first ?? false }

  /// Of each value that a node stands for which has several.
  func elements(of id: ValueID) -> [Bool] { values[Int(id.index)] }

  private func activity(_ node: Node, _ graph: Graph, _ arguments: [Bool], _ variables: [Bool]) -> [Bool] {
    let operands = node.operands.map { self[$0] }
    let isFloating = node.type.dtype.isFloating
    switch node.operation {
    case .argument(let position): return [isFloating && arguments[position]]
    case .variable(let slot): return [isFloating && variables.indices.contains(slot) && variables[slot]]
    case .constant: return [false]
    case .element(let position):
      let all = values[Int(node.operands[0].index)]
      return [all.indices.contains(position) && all[position]]
    case .elementwise(let op):
      guard isFloating, case .partials = op.row.derivative else { return [false] }
      return [operands.contains(true)]
    case .convert: return [isFloating && operands[0]]
    case .loop(let loop): return Self.loop(loop, graph.regions[loop.region], operands).results
    case .whileLoop(_, let body, let carried): return Self.whileLoop(graph.regions[body], carried, operands)
    case .branch(let regions):
      let branches = regions.map { Activity(graph.regions[$0], arguments: Array(operands.dropFirst())).results }
      return (branches.first ?? []).indices.map { position in branches.contains { $0[position] } }
    case .part(let part): return Self.part(part, graph, operands)
    case .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota, .randomBits, .array, .call:
      let types = graph[isSeveral: node] ? graph.elementTypes(node) : [node.type]
      return types.map { $0.dtype.isFloating && operands.contains(true) }
    }
  }

  /// A rule of its own concerns the inputs. Whatever else the body uses counts as it stands there.
  static func part(_ part: Operation.Part, _ graph: Graph, _ operands: [Bool]) -> [Bool] {
    let body = graph.regions[part.body]
    switch part.rule {
    case .again: return Activity(body, arguments: operands).results
    case .vjp(_, let inputs), .jvp(_, let inputs):
      let used = Activity(body, arguments: Array(repeating: false, count: inputs) + operands.dropFirst(inputs)).results
      let isActive = operands.prefix(inputs).contains(true)
      return zip(body.results, used).map { body.type($0).dtype.isFloating && (isActive || $1) }
    }
  }

  /// What is carried is active where it is at the start or at the end of a step.
  static func loop(_ loop: Operation.Loop, _ body: Graph, _ operands: [Bool]) -> (arguments: [Bool], results: [Bool]) {
    var arguments = [false] + operands
    while true {
      let results = Activity(body, arguments: arguments).results
      var isSettled = true
      for position in 0..<loop.carried where results[position] && !arguments[1 + position] {
        arguments[1 + position] = true
        isSettled = false
      }
      guard isSettled else { continue }
      return (arguments, (0..<results.count).map { $0 < loop.carried ? arguments[1 + $0] : results[$0] })
    }
  }

  static func whileLoop(_ body: Graph, _ carried: Int, _ operands: [Bool]) -> [Bool] {
    var arguments = operands
    while true {
      let results = Activity(body, arguments: arguments).results
      var isSettled = true
      for position in 0..<carried where results[position] && !arguments[position] {
        arguments[position] = true
        isSettled = false
      }
      if isSettled { return Array(arguments.prefix(carried)) }
    }
  }
}

extension Graph {
  fileprivate subscript(isSeveral node: Node) -> Bool { node.operation.hasElements }
}
