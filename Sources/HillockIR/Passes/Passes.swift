/// Evaluates a node whose operands are all constants, exactly as the program would; nil where it would rather not.
package typealias ConstantFolder = (_ node: Node, _ operands: [ConstantData]) -> ConstantData?

/// The graph passes, in the order in which they run. Each takes a graph to one that computes the same bits.
package enum Passes {
  package static func run(_ graph: Graph, folding: ConstantFolder? = nil) -> Graph {
    var graph = graph
    graph.regions = graph.regions.map { run($0, folding: folding) }
    graph = DeadCode.eliminate(graph)
    graph = BroadcastHoisting.run(graph)
    if let folding { graph = ConstantFolding.run(graph, folding) }
    graph = AlgebraicIdentities.run(graph)
    graph = CommonSubexpressions.eliminate(graph)
    graph = LoopDistribution.run(graph)
    return DeadCode.eliminate(graph)
  }
}

/// Copies a graph node by node; the pass decides what each node becomes in the copy.
struct GraphRewriter {
  private(set) var graph: Graph
  private var moved: [ValueID] = []

  /// `rewrite` gets each node with its operands already those of the copy, and returns the value that takes its place:
  /// an earlier one, or one it adds. nil keeps the node as it is.
  static func run(_ source: Graph, _ rewrite: (inout GraphRewriter, Node) -> ValueID?) -> Graph {
    var rewriter = GraphRewriter(graph: source)
    rewriter.graph.nodes = []
    rewriter.graph.nodes.reserveCapacity(source.nodes.count)
    rewriter.moved.reserveCapacity(source.nodes.count)
    for var node in source.nodes {
      node.operands = node.operands.map { rewriter.moved[Int($0.index)] }
      rewriter.moved.append(rewrite(&rewriter, node) ?? rewriter.add(node))
    }
    rewriter.graph.results = source.results.map { rewriter.moved[Int($0.index)] }
    rewriter.graph.stores = source.stores.map {
      Graph.Store(slot: $0.slot, value: rewriter.moved[Int($0.value.index)])
    }
    return rewriter.graph
  }

  private init(graph: Graph) { self.graph = graph }

  mutating func add(_ node: Node) -> ValueID {
    graph.nodes.append(node)
    return ValueID(graph.nodes.count - 1)
  }

  mutating func addConstant(_ data: ConstantData) -> ValueID {
    graph.constants.append(data)
    return add(Node(operation: .constant(graph.constants.count - 1), operands: [], type: data.type))
  }

  /// The constant that a value is, seen through broadcasts of it: its node and, of a scalar, its bits.
  func scalarBits(_ id: ValueID) -> UInt64? {
    var node = graph[id]
    while case .broadcast = node.operation { node = graph[node.operands[0]] }
    guard case .constant(let index) = node.operation, node.type.count == 1 else { return nil }
    return graph.constants[index].bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
