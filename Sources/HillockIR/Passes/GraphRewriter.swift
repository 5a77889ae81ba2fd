/// Rewrites a graph node by node: a pass says what each node becomes, and the rewriter does the rest. It keeps the declarations
/// of arguments, Variables and functions under their numbers, brings along the constants and regions that are still used, and
/// moves results and stores to the new values.
package struct GraphRewriter {
  /// The graph being written.
  package private(set) var builder: GraphBuilder
  private var copier: NodeCopier

  /// What takes the place of a node: values of the new graph, earlier ones or just added. nil keeps the node.
  ///
  /// The node's operands are values of the new graph already; the numbers of its constant and of its regions are those of the
  /// old one, until `keep` copies it.
  package typealias Rule<Failure: Error> =
    (_ rewriter: inout GraphRewriter, _ node: Node) throws(Failure) -> NodeImage<ValueID>?

  /// The graph that the rule makes of this one, or the same where it keeps all nodes.
  ///
  /// - Parameters:
  ///   - isNeeded: the nodes that the new graph has anything of; nil for all.
  ///   - intoRegions: whether the rule is for regions too, however deep. A region of which it keeps all nodes is shared.
  package static func run<Failure: Error>(
    _ source: Graph, only isNeeded: [Bool]? = nil, intoRegions: Bool = false, _ rule: Rule<Failure>
  ) throws(Failure) -> Graph {
    try changed(source, isNeeded, intoRegions, rule) ?? source
  }

  /// The new graph; nil where it is the same.
  private static func changed<Failure: Error>(
    _ source: Graph, _ isNeeded: [Bool]?, _ intoRegions: Bool, _ rule: Rule<Failure>
  ) throws(Failure) -> Graph? {
    var rewriter = GraphRewriter(builder: GraphBuilder(declaring: source), copier: NodeCopier(source))
    var isChanged = isNeeded != nil
    let map = try source.walk(only: isNeeded) { (_, node, operands) throws(Failure) -> NodeImage<ValueID> in
      var node = node
      node.operands = operands
      if let image = try rule(&rewriter, node) {
        isChanged = true
        return image
      }
      guard intoRegions else { return .one(rewriter.keep(node)) }
      return .one(
        try rewriter.copier.copy(node, operands, into: &rewriter.builder) { (region) throws(Failure) -> Graph in
          guard let other = try changed(region, nil, true, rule) else { return region }
          isChanged = true
          return other
        })
    }
    guard isChanged else { return nil }
    return rewriter.builder.graph(
      results: source.results.map { map[$0] },
      stores: source.stores.map { Graph.Store(slot: $0.slot, value: map[$0.value]) })
  }

  /// A node of the new graph.
  package subscript(_ id: ValueID) -> Node { builder.graph[id] }

  package func type(_ id: ValueID) -> ArrayType { builder.type(id) }

  /// Copies a node of the old graph.
  package mutating func keep(_ node: Node) -> ValueID { copier.copy(node, node.operands, into: &builder) }

  /// Adds a node in terms of the new graph.
  package mutating func add(_ node: Node) -> ValueID { builder.append(node) }

  /// Appends the nodes of a region with these values for its arguments, which must fit; gives its results.
  package mutating func append(_ region: Graph, _ arguments: [ValueID]) -> [ValueID] {
    var copier = NodeCopier(region)
    let map = region.walk { _, node, operands in
      if case .argument(let position) = node.operation { return .one(arguments[position]) }
      return .one(copier.copy(node, operands, into: &builder))
    }
    return region.results.map { map[$0] }
  }

  package mutating func addConstant(_ data: ConstantData) -> ValueID {
    builder.read(constant: builder.addConstant(data))
  }

  /// Adds a loop with a new region; the region and the operands must fit.
  package mutating func addLoop(
    trips: Int, carried: Int, sliced: Int, isReversed: Bool, _ region: Graph, _ operands: [ValueID]
  ) -> ValueID {
    let loop = Operation.Loop(
      region: builder.addRegion(region), trips: trips, carried: carried, sliced: sliced, isReversed: isReversed)
    return builder.appendSeveral(.loop(loop), operands)
  }

  /// Adds an element of a node of several values.
  package mutating func addElement(_ position: Int, of node: ValueID) -> ValueID {
    let types = builder.graph.elementTypes(self[node])
    return add(Node(operation: .element(position), operands: [node], type: types[position]))
  }

  /// The constant that a value is.
  package func constant(_ id: ValueID) -> ConstantData? {
    guard case .constant(let number) = self[id].operation else { return nil }
    return builder.graph.constants[number]
  }

  /// The bits of the scalar constant that a value is, seen through broadcasts of it.
  package func scalarBits(_ id: ValueID) -> UInt64? {
    var id = id
    while case .broadcast = self[id].operation { id = self[id].operands[0] }
    guard type(id).count == 1, let data = constant(id) else { return nil }
    return data.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
