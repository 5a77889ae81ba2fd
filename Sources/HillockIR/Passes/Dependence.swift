/// From which of its arguments each result of a graph is made. Of control flow it follows each value by itself: a value that a loop
/// carries depends on those that it is made from in any step.
struct Dependence {
  private(set) var results: [Set<Int>] = []
  /// Those of calls and loops that may not be left out.
  private(set) var effects: Set<Int> = []

  init(_ graph: Graph) {
    var values = [Set<Int>](repeating: [], count: graph.nodes.count), elements: [Int: [Set<Int>]] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.operands.map { values[Int($0.index)] }
      switch node.operation {
      case .argument(let place): values[index] = [place]
      case .element(let position):
        let whole = Int(node.operands[0].index)
        values[index] = elements[whole]?[position] ?? values[whole]
      case .loop(let loop):
        let body = Dependence(graph.regions[loop.region])
        elements[index] = body.results.indices.map { body.read(for: [$0], carried: loop.carried, first: 1).gathered(1, operands) }
        effects.formUnion(body.read(for: [], carried: loop.carried, first: 1).gathered(1, operands))
      case .whileLoop(let condition, let step, let carried):
        let test = Dependence(graph.regions[condition]), body = Dependence(graph.regions[step])
        let tested = test.results[0].union(test.effects), carriedTested = tested.filter { $0 < carried }
        func read(for wanted: Set<Int>) -> Set<Int> {
          body.read(for: wanted.union(carriedTested), carried: carried, first: 0).union(tested).gathered(0, operands)
        }
        elements[index] = body.results.indices.map { read(for: [$0]) }
        // It might never end, whatever is read of it.
        effects.formUnion(read(for: []))
      case .branch(let regions):
        let branches = regions.map { Dependence(graph.regions[$0]) }
        elements[index] = branches[0].results.indices.map { position in
          branches.reduce(operands[0]) { $0.union($1.results[position].union($1.effects).gathered(-1, operands)) }
        }
        if graph.hasEffect(node) {
          effects = branches.reduce(effects.union(operands[0])) { $0.union($1.effects.gathered(-1, operands)) }
        }
      case .part, .call:
        values[index] = Set(operands.joined())
        if graph.hasEffect(node) { effects.formUnion(values[index]) }
      case .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
        .randomBits, .array:
        values[index] = Set(operands.joined())
      }
    }
    results = graph.results.map { values[Int($0.index)] }
  }

  /// Of a step: these of its results, and the carried values that they need from step to step. `first` is the argument of the first
  /// carried value.
  func closed(_ wanted: Set<Int>, carried: Int, first: Int) -> Set<Int> {
    var all = wanted, added = wanted
    var needed = effects
    while true {
      for result in added { needed.formUnion(results[result]) }
      added = Set(needed.filter { (first..<first + carried).contains($0) }.map { $0 - first }).subtracting(all)
      if added.isEmpty { return all }
      all.formUnion(added)
    }
  }

  /// The arguments of a step that these results need, in it and in the steps before.
  private func read(for wanted: Set<Int>, carried: Int, first: Int) -> Set<Int> {
    closed(wanted, carried: carried, first: first).reduce(into: effects.union(wanted.filter { $0 < carried }.map { $0 + first }))
    {
      $0.formUnion(results[$1])
    }
  }
}

extension Set<Int> {
  /// These arguments of a region, as the arguments that their operands depend on. The first operand is the region's argument `first`;
  /// arguments before it have no operand.
  fileprivate func gathered(_ first: Int, _ operands: [Set<Int>]) -> Set<Int> {
    reduce(into: []) { all, place in
      if place >= first { all.formUnion(operands[place - first]) }
    }
  }
}
