import Testing

@testable import HillockIR

/// Loops, branches and calls to rewrite and to inline.
enum SampleGraphs {
  static let scalar = ArrayType(.f32, [])

  static func constant(_ value: Float) -> ConstantData {
    ConstantData(type: scalar, bytes: withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init))
  }

  /// (index, v) → (-v, v · 2)
  static func step() throws -> Graph {
    var b = GraphBuilder(name: "step")
    _ = b.argument(ArrayType(.i64, []))
    let v = b.argument(scalar), two = try b.constant(constant(2))
    b.result(try b.elementwise(.neg, [v]))
    b.result(try b.elementwise(.mul, [v, two]))
    return b.graph
  }

  /// (v) → (a loop of three steps from v, that loop's stacked row sums)
  static func looping() throws -> Graph {
    var b = GraphBuilder(name: "looping")
    let v = b.argument(scalar)
    let loop = try b.loop(try step(), trips: 3, carried: [v])
    for element in b.elements(of: loop) { b.result(element) }
    return b.graph
  }

  /// (v) → (exp v, v)
  static func exponential() throws -> Graph {
    var b = GraphBuilder(name: "exponential")
    let v = b.argument(scalar)
    b.result(try b.elementwise(.exp, [v]))
    b.result(try b.broadcast(v, to: [3]))
    return b.graph
  }

  /// (selector, v): a branch, of which one region holds a loop and the other none.
  static func nested() throws -> Graph {
    var b = GraphBuilder(name: "nested")
    let selector = b.argument(ArrayType(.i32, [])), v = b.argument(scalar)
    let branch = try b.branch(selector: selector, [try looping(), try exponential()], captured: [v])
    for element in b.elements(of: branch) { b.result(element) }
    return b.graph
  }
}

extension Graph {
  var names: [String] { nodes.map(\.operation.name) }

  /// Where its nodes lie in memory: the same for graphs that share them.
  var place: UnsafeRawPointer? { nodes.withUnsafeBytes { $0.baseAddress } }

  func inside(_ region: Int) -> Graph { regions[region] }
}

@Suite struct GraphRewriterTests {
  private func absForNeg(_ rewriter: inout GraphRewriter, _ node: Node) -> NodeImage<ValueID>? {
    guard node.operation == .elementwise(.neg) else { return nil }
    return .one(rewriter.add(Node(operation: .elementwise(.abs), operands: node.operands, type: node.type)))
  }

  @Test func aGraphWhoseNodesAreAllKeptIsTheSame() throws {
    let graph = try SampleGraphs.nested()
    for intoRegions in [false, true] {
      let result = GraphRewriter.run(graph, intoRegions: intoRegions) { _, _ in nil }
      #expect(result == graph)
      #expect(result.place == graph.place)
    }
  }

  @Test func whatANodeBecomesIsReadInItsPlace() throws {
    var b = GraphBuilder(name: "two for one")
    let x = b.argument(SampleGraphs.scalar)
    let negative = try b.elementwise(.neg, [x])
    b.result(try b.elementwise(.add, [negative, x]))
    // -x becomes -1 · x.
    let result = GraphRewriter.run(b.graph) { rewriter, node in
      guard node.operation == .elementwise(.neg) else { return nil }
      let minusOne = rewriter.addConstant(SampleGraphs.constant(-1))
      return .one(
        rewriter.add(Node(operation: .elementwise(.mul), operands: [minusOne, node.operands[0]], type: node.type)))
    }
    #expect(result.names == ["argument", "constant", "mul", "add"])
    #expect(result.nodes[2].operands == [ValueID(1), ValueID(0)])
    #expect(result.nodes[3].operands == [ValueID(2), ValueID(0)])
    #expect(result.constants == [SampleGraphs.constant(-1)])
  }

  @Test func elementsOfANodeThatIsKeptAreItsCopys() throws {
    let graph = try SampleGraphs.looping()
    // Something before the loop moves it on.
    let result = GraphRewriter.run(graph) { rewriter, node in
      guard case .argument = node.operation else { return nil }
      let copy = rewriter.keep(node)
      return .one(rewriter.add(Node(operation: .elementwise(.neg), operands: [copy], type: node.type)))
    }
    #expect(result.names == ["argument", "neg", "loop", "element", "element"])
    #expect(result.nodes[3].operands == [ValueID(2)])
    #expect(result.results == [ValueID(3), ValueID(4)])
    #expect(try Graph(parsing: result.text) == result)
  }

  @Test func aNodeOfSeveralValuesMayBecomeAValueForEach() throws {
    let graph = try SampleGraphs.looping()
    let result = GraphRewriter.run(graph) { rewriter, node in
      guard case .loop = node.operation else { return nil }
      let start = node.operands[0]
      let rows = rewriter.add(Node(operation: .broadcast, operands: [start], type: ArrayType(.f32, [3])))
      return .several([start, rows])
    }
    #expect(result.names == ["argument", "broadcast"])
    #expect(result.results == [ValueID(0), ValueID(1)])
    #expect(result.regions.isEmpty)
  }

  @Test func regionsAreRewrittenOnRequestAtAnyDepth() throws {
    let graph = try SampleGraphs.nested()
    let same = GraphRewriter.run(graph, absForNeg)
    #expect(same == graph)

    let result = GraphRewriter.run(graph, intoRegions: true, absForNeg)
    #expect(result.names == graph.names)
    let step = result.inside(0).inside(0)
    #expect(step.names == ["argument", "argument", "constant", "abs", "mul"])
    #expect(step.constants == [SampleGraphs.constant(2)])
    #expect(try Graph(parsing: result.text) == result)
  }

  @Test func aRegionThatStaysAsItIsIsShared() throws {
    let graph = try SampleGraphs.nested()
    let result = GraphRewriter.run(graph, intoRegions: true, absForNeg)
    #expect(result.inside(1) == graph.inside(1))
    #expect(result.inside(1).place == graph.inside(1).place)
    #expect(result.inside(0).place != graph.inside(0).place)
  }

  @Test func declarationsAndRootsStay() throws {
    var b = GraphBuilder(name: "declared")
    _ = b.declareArgument(ArrayType(.i32, [7]), name: "unread")
    let x = b.argument(SampleGraphs.scalar)
    _ = b.declareVariable(name: "unused", ArrayType(.u64, [2]))
    let (slot, value) = b.variable(name: "v", SampleGraphs.scalar)
    let print = FunctionSlot(name: "print", operands: [SampleGraphs.scalar], results: [])
    _ = try b.call(try b.declareFunction(print), print, [x])
    let negative = try b.elementwise(.neg, [value])
    try b.store(slot: slot, negative)
    b.result(negative)
    b.result(x)
    let result = GraphRewriter.run(b.graph, absForNeg)
    #expect(result.names == ["argument", "variable", "call", "abs"])
    #expect(result.name == "declared")
    #expect(result.arguments == b.graph.arguments)
    #expect(result.argumentNames == [0: "unread"])
    #expect(result.variables == b.graph.variables)
    #expect(result.functions == [print])
    #expect(result.stores == [Graph.Store(slot: 1, value: ValueID(3))])
    #expect(result.results == [ValueID(3), ValueID(0)])
  }

  @Test func nodesThatAreNotNeededTakeTheirConstantsAndRegionsWithThem() throws {
    var b = GraphBuilder(name: "partly needed")
    let x = b.argument(SampleGraphs.scalar)
    _ = try b.constant(SampleGraphs.constant(1))
    _ = try b.loop(try SampleGraphs.step(), trips: 2, carried: [x])
    let two = try b.declareConstant(SampleGraphs.constant(2))
    let sum = try b.elementwise(.add, [b.read(constant: two), b.read(constant: two)])
    b.result(sum)
    let needed = b.graph.needed(for: [sum])
    #expect(needed.filter(\.self).count == 3)
    let result = GraphRewriter.run(b.graph, only: needed) { _, _ in nil }
    #expect(result.names == ["constant", "constant", "add"])
    #expect(result.nodes.prefix(2).map(\.operation) == [.constant(0), .constant(0)])
    #expect(result.constants == [SampleGraphs.constant(2)])
    #expect(result.regions.isEmpty)
    #expect(result.results == [ValueID(2)])
  }

  @Test func anErrorOfTheRuleComesOutOfRegionsToo() throws {
    let graph = try SampleGraphs.nested()
    let error = #expect(throws: HillockError.self) {
      try GraphRewriter.run(graph, intoRegions: true) { (_, node) throws(HillockError) in
        guard node.operation == .elementwise(.exp) else { return nil }
        throw HillockError(.argument, "no exp")
      }
    }
    #expect(error?.message == "no exp")
  }

  @Test func aWalkKeepsWhateverATransformationNeeds() throws {
    let graph = try SampleGraphs.nested()
    // How many operations each value is away from the arguments; a branch counts as many as are asked for.
    var visited: [String] = []
    let depth = graph.walk { _, node, operands -> NodeImage<Int> in
      visited.append(node.operation.name)
      if case .branch = node.operation { return .several([10, 20]) }
      return .one((operands.max() ?? -1) + 1)
    }
    #expect(visited == ["argument", "argument", "branch"])
    #expect(graph.results.map { depth[$0] } == [10, 20])
  }

  @Test func aWalkLeavesOutWhatIsKnown() throws {
    var b = GraphBuilder(name: "known")
    let x = b.argument(SampleGraphs.scalar)
    let y = try b.elementwise(.exp, [x])
    let z = try b.elementwise(.neg, [y])
    var visited: [ValueID] = []
    let needed = b.graph.needed(for: [z], stoppingAt: [y])
    #expect(needed == [false, true, true])
    let map = b.graph.walk(only: needed, known: [y: "y"]) { id, node, operands in
      visited.append(id)
      return .one("\(node.operation.name) \(operands.joined())")
    }
    #expect(visited == [z])
    #expect(map[z] == "neg y")
  }
}
