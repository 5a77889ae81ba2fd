extension Graph {
  /// The text form; `Graph(parsing:)` reads it back. Spec/language.md describes it.
  package var text: String {
    var printer = GraphPrinter(graph: self)
    return printer.print()
  }
}

/// Writes a graph as text. Arguments, Variables and constants are declared in the lines of their nodes where these come in
/// order, and in lines of their own before the nodes where they do not (an unused argument, say).
private struct GraphPrinter {
  let graph: Graph
  var constants = ConstantText()

  /// Whether nodes that refer to `count` declared things by these indices declare them all, each when it is first read.
  private static func declares(_ indices: [Int], _ count: Int, each: Bool = false) -> Bool {
    var next = 0
    for index in indices {
      if index == next { next += 1 } else if each || index > next { return false }
    }
    return next == count
  }

  mutating func print() -> String {
    (["hillock graph 1", "name \(TextScanner.quoted(graph.name))"] + lines()).joined(separator: "\n") + "\n"
  }

  /// Everything but the header; a region's lines are the same.
  private mutating func lines() -> [String] {
    var arguments: [Int] = [], variables: [Int] = [], constantNodes: [Int] = []
    for node in graph.nodes {
      switch node.operation {
      case .argument(let i): arguments.append(i)
      case .variable(let i): variables.append(i)
      case .constant(let i): constantNodes.append(i)
      default: break
      }
    }
    let inline = (
      arguments: Self.declares(arguments, graph.arguments.count),
      variables: Self.declares(variables, graph.variables.count),
      constants: Self.declares(constantNodes, graph.constants.count, each: true)
    )
    var lines: [String] = []
    for (i, region) in graph.regions.enumerated() {
      var printer = GraphPrinter(graph: region)
      lines.append("region \(i) {")
      lines.append("  name \(TextScanner.quoted(region.name))")
      lines += printer.lines().map { "  " + $0 }
      lines.append("}")
    }
    for (i, function) in graph.functions.enumerated() { lines.insert("function \(i) \(function.text)", at: i) }
    if !inline.arguments {
      for (i, type) in graph.arguments.enumerated() { lines.append("argument \(i)\(argumentName(i)) : \(type)") }
    }
    if !inline.variables {
      for (i, slot) in graph.variables.enumerated() {
        lines.append("variable \(i) \(TextScanner.quoted(slot.name)) : \(slot.type)")
      }
    }
    if !inline.constants {
      for (i, data) in graph.constants.enumerated() { lines.append("constant \(i) : \(data.type) \(constants.write(data))") }
    }
    var named = 0, introduced = 0
    for (i, node) in graph.nodes.enumerated() {
      let body: String
      switch node.operation {
      case .argument(let position) where inline.arguments && position == introduced:
        introduced += 1
        body = "argument \(position)\(argumentName(position)) : \(node.type)"
      case .variable(let slot) where inline.variables && slot == named:
        named += 1
        body = "variable \(slot) \(TextScanner.quoted(graph.variables[slot].name)) : \(node.type)"
      case .constant(let k) where inline.constants:
        body = "constant \(node.type) \(constants.write(graph.constants[k]))"
      default: body = "\(Self.body(node)) : \(node.type)"
      }
      lines.append("%\(i) = \(body)")
    }
    for store in graph.stores { lines.append("store \(store.slot), %\(store.value.index)") }
    let results = graph.results.map { "%\($0.index)" }.joined(separator: ", ")
    lines.append(results.isEmpty ? "return" : "return \(results)")
    return lines
  }

  private func argumentName(_ position: Int) -> String {
    graph.argumentNames[position].map { " " + TextScanner.quoted($0) } ?? ""
  }

  private static func body(_ node: Node) -> String {
    var words = [node.operation.name]
    let operands = node.operands.map { "%\($0.index)" }.joined(separator: ", ")
    if !operands.isEmpty { words.append(operands) }
    switch node.operation {
    case .argument(let i), .variable(let i), .constant(let i): words.append("\(i)")
    case .transpose(let permutation): words.append("permutation \(permutation)")
    case .slice(let starts, let steps): words.append("starts \(starts) steps \(steps)")
    case .iota(let axis): words.append("axis \(axis)")
    case .reduce(_, let axes): words.append("axes \(axes)")
    case .loop(let loop):
      words.append("region \(loop.region) trips \(loop.trips) carried \(loop.carried) sliced \(loop.sliced)")
      if loop.isReversed { words.append("reversed 1") }
      if let slots = loop.slots { words.append("slots \(slots)") }
    case .whileLoop(let condition, let body, let carried):
      words.append("condition \(condition) body \(body) carried \(carried)")
    case .branch(let regions): words.append("regions \(regions)")
    case .part(let part):
      words.append("body \(part.body)")
      switch part.rule {
      case .again: break
      case .vjp(let rule, let inputs), .jvp(let rule, let inputs): words.append("rule \(rule) inputs \(inputs)")
      }
    case .call(let call): words.append("function \(call.function)" + (call.isPure ? " pure 1" : ""))
    case .element(let position): words.append("position \(position)")
    case .randomBits(let first): if first != 0 { words.append("first \(first)") }
    case .array(let op, let attributes): words += [op.row.text(attributes)].filter { !$0.isEmpty }
    case .dot(let batch): if batch != 0 { words.append("batch \(batch)") }
    case .elementwise, .convert, .broadcast, .reshape: break
    }
    return words.joined(separator: " ")
  }
}
