/// Leaves out what nobody reads of loops and branches: results, carried values that only they themselves need, and what the node is given
/// for both. Dead code removes whole nodes; this makes nodes smaller. A derivative, for example, computes a loop again of which it uses
/// some values only.
enum UnreadValues {
  /// The graph without them, and for each of its nodes whether a root or an effect needs it.
  static func drop(_ graph: Graph) -> (graph: Graph, isNeeded: [Bool]) {
    var graph = graph, isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    /// Of a node of several values: the elements that are needed.
    var elements: [Int: [Int]] = [:]
    for root in graph.roots { isNeeded[Int(root.index)] = true }
    // Operands come first, so one walk back meets them all.
    for index in graph.nodes.indices.reversed() where isNeeded[index] || graph.hasEffect(graph.nodes[index]) {
      isNeeded[index] = true
      if case .element = graph.nodes[index].operation {
        elements[Int(graph.nodes[index].operands[0].index), default: []].append(index)
      } else {
        narrow(index, elements[index] ?? [], &graph)
      }
      for operand in graph.nodes[index].operands { isNeeded[Int(operand.index)] = true }
    }
    return (graph, isNeeded)
  }

  /// Drops what these elements of a node do not need.
  private static func narrow(_ index: Int, _ elements: [Int], _ graph: inout Graph) {
    let node = graph.nodes[index]
    var wanted: Set<Int> = []
    for element in elements { if case .element(let position) = graph.nodes[element].operation { wanted.insert(position) } }
    let kept: [Int]
    switch node.operation {
    case .loop(var loop):
      let body = graph.regions[loop.region]
      kept = Dependence(body).closed(wanted, carried: loop.carried, first: 1).sorted()
      let step = body.giving(kept), carried = kept.filter { $0 < loop.carried }, read = step.argumentsRead, sliced = loop.sliced
      let places = (1..<body.arguments.count).filter { $0 <= loop.carried ? carried.contains($0 - 1) : read.contains($0) }
      loop.sliced = places.count { $0 > loop.carried && $0 <= loop.carried + sliced }
      loop.carried = carried.count
      graph.regions[loop.region] = step.taking([0] + places)
      graph.nodes[index].operation = .loop(loop)
      graph.nodes[index].operands = places.map { node.operands[$0 - 1] }
    case .whileLoop(let condition, let body, let carried):
      let test = DeadCode.eliminate(graph.regions[condition]), tested = test.argumentsRead
      kept = Dependence(graph.regions[body]).closed(
        wanted.union(tested.filter { $0 < carried }), carried: carried, first: 0
      ).sorted()
      let step = graph.regions[body].giving(kept), read = tested.union(step.argumentsRead)
      let places = node.operands.indices.filter { $0 < carried ? kept.contains($0) : read.contains($0) }
      graph.regions[condition] = test.taking(places)
      graph.regions[body] = step.taking(places)
      graph.nodes[index].operation = .whileLoop(condition: condition, body: body, carried: kept.count)
      graph.nodes[index].operands = places.map { node.operands[$0] }
    case .branch(let regions):
      kept = wanted.sorted()
      let branches = regions.map { graph.regions[$0].giving(kept) }
      let places = branches.reduce(into: Set<Int>()) { $0.formUnion($1.argumentsRead) }.sorted()
      for (region, branch) in zip(regions, branches) { graph.regions[region] = branch.taking(places) }
      graph.nodes[index].operands = [node.operands[0]] + places.map { node.operands[1 + $0] }
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
      .randomBits, .array, .part, .call, .element:
      return
    }
    // A node that runs for its effect alone gives none.
    graph.nodes[index].type = graph.elementTypes(graph.nodes[index]).first ?? ArrayType(.bool, [0])
    for element in elements {
      guard case .element(let position) = graph.nodes[element].operation else { continue }
      graph.nodes[element].operation = .element(kept.firstIndex(of: position) ?? 0)
    }
  }
}

extension Graph {
  /// The same with these of its results alone.
  fileprivate func giving(_ places: [Int]) -> Graph {
    var region = self
    region.results = places.map { results[$0] }
    return DeadCode.eliminate(region)
  }

  /// The same with these of its arguments alone; it does not read the others.
  fileprivate func taking(_ places: [Int]) -> Graph {
    places.count == arguments.count ? self : dropping(Set(arguments.indices).subtracting(places))
  }
}
