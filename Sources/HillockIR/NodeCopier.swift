/// Copies nodes of one graph into another that is being built. The constants and regions that they name come along: a constant
/// once, however many nodes read it, and a region as it is, with its storage shared.
package struct NodeCopier {
  private let source: Graph
  /// The copies of constants, by their numbers in the source.
  private var constants: [Int: Int] = [:]

  package init(_ source: Graph) { self.source = source }

  /// Appends the node with these operands, which are values of the graph being built.
  ///
  /// - Parameter region: what becomes of a region of the node. The arguments and results must keep their types.
  package mutating func copy<Failure: Error>(
    _ node: Node, _ operands: [ValueID], into builder: inout GraphBuilder,
    _ region: (Graph) throws(Failure) -> Graph
  ) throws(Failure) -> ValueID {
    var node = node
    node.operands = operands
    if case .constant(let number) = node.operation { node.operation = .constant(constant(number, &builder)) }
    node.operation = try node.operation.mapRegions { (number) throws(Failure) in
      builder.addRegion(try region(source.regions[number]))
    }
    return builder.append(node)
  }

  package mutating func copy(_ node: Node, _ operands: [ValueID], into builder: inout GraphBuilder) -> ValueID {
    copy(node, operands, into: &builder) { $0 }
  }

  private mutating func constant(_ number: Int, _ builder: inout GraphBuilder) -> Int {
    if let copy = constants[number] { return copy }
    let copy = builder.addConstant(source.constants[number])
    constants[number] = copy
    return copy
  }
}

extension Operation {
  /// The same with its regions, if it has any, under other numbers. A region belongs to one node.
  fileprivate func mapRegions<Failure: Error>(_ number: (Int) throws(Failure) -> Int) throws(Failure) -> Operation {
    switch self {
    case .loop(var loop):
      loop.region = try number(loop.region)
      return .loop(loop)
    case .whileLoop(let condition, let body, let carried):
      return .whileLoop(condition: try number(condition), body: try number(body), carried: carried)
    case .branch(let regions): return .branch(regions: try regions.map(number))
    case .part(var part):
      part.body = try number(part.body)
      if let region = part.rule.region { part.rule = part.rule.with(region: try number(region)) }
      return .part(part)
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
      .randomBits, .array, .call, .element:
      return self
    }
  }
}
