import Testing

@testable import HillockIR

@Suite struct InlineTests {
  private let scalar = SampleGraphs.scalar

  @Test func argumentsBecomeValuesAndAllResultsComeBack() throws {
    var f = GraphBuilder(name: "f")
    let a = f.argument(scalar), b = f.argument(scalar)
    f.result(try f.elementwise(.sub, [a, b]))
    f.result(b)
    f.result(try f.elementwise(.neg, [a]))

    var g = GraphBuilder(name: "g")
    let x = g.argument(scalar)
    let y = try g.elementwise(.exp, [x])
    let results = try g.inline(f.graph, [y, x])
    #expect(g.graph.names == ["argument", "exp", "sub", "neg"])
    #expect(results == [ValueID(2), x, ValueID(3)])
    #expect(g.graph.nodes[2].operands == [y, x])
    #expect(g.graph.nodes[3].operands == [y])
    #expect(g.graph.arguments == [scalar])
    #expect(g.graph.results.isEmpty)
  }

  @Test func regionsComeAlongEachTime() throws {
    let nested = try SampleGraphs.nested()
    var b = GraphBuilder(name: "twice")
    let selector = b.argument(ArrayType(.i32, [])), x = b.argument(scalar)
    let first = try b.inline(nested, [selector, x])
    let second = try b.inline(nested, [selector, first[0]])
    for value in second { b.result(value) }
    #expect(b.graph.names == ["argument", "argument", "branch", "element", "element", "branch", "element", "element"])
    let branches = b.graph.nodes.flatMap(\.operation.regions)
    #expect(branches == [0, 1, 2, 3], "a region belongs to one node")
    #expect(b.graph.regions == nested.regions + nested.regions)
    #expect(b.graph.regions.map(\.place) == nested.regions.map(\.place) + nested.regions.map(\.place))
    #expect(b.graph.results.map(b.graph.type) == [scalar, ArrayType(.f32, [3])])
    #expect(try Graph(parsing: b.graph.text) == b.graph)
  }

  @Test func aRegionIsInlinedLikeAProgram() throws {
    let looping = try SampleGraphs.looping()
    var b = GraphBuilder(name: "one step")
    let index = b.argument(ArrayType(.i64, [])), x = b.argument(scalar)
    let next = try b.inline(looping.inside(0), [index, x])
    #expect(b.graph.names == ["argument", "argument", "constant", "neg", "mul"])
    #expect(next == [ValueID(3), ValueID(4)])
  }

  @Test func aConstantComesAlongOnce() throws {
    var f = GraphBuilder(name: "f")
    _ = try f.declareConstant(SampleGraphs.constant(7))
    let two = try f.declareConstant(SampleGraphs.constant(2))
    f.result(try f.elementwise(.add, [f.read(constant: two), f.read(constant: two)]))
    var g = GraphBuilder(name: "g")
    _ = try g.constant(SampleGraphs.constant(1))
    _ = try g.inline(f.graph, [])
    #expect(g.graph.constants == [SampleGraphs.constant(1), SampleGraphs.constant(2)])
    #expect(g.graph.nodes.map(\.operation) == [.constant(0), .constant(1), .constant(1), .elementwise(.add)])
  }

  /// v ← v · v
  private func square() throws -> Graph {
    var b = GraphBuilder(name: "square")
    let (slot, value) = b.variable(name: "v", scalar)
    try b.store(slot: slot, try b.elementwise(.mul, [value, value]))
    b.result(value)
    return b.graph
  }

  @Test func aProgramReadsWhatWasStoredBeforeAndItsStoresCount() throws {
    var b = GraphBuilder(name: "twice")
    _ = b.declareVariable(name: "other", scalar)
    let slot = b.declareVariable(name: "w", scalar)
    let first = try b.inline(try square(), [], slots: [slot])
    let second = try b.inline(try square(), [], slots: [slot])
    #expect(b.graph.names == ["variable", "mul", "mul"])
    #expect(b.graph.nodes[0].operation == .variable(1))
    #expect(first == [ValueID(0)])
    #expect(second == [ValueID(1)], "what the first one stored")
    #expect(b.graph.nodes[2].operands == [ValueID(1), ValueID(1)])
    #expect(b.graph.stores == [Graph.Store(slot: 1, value: ValueID(2))])
  }

  /// A call of `name`, and one more in each of two steps of a loop.
  private func calling(_ name: String) throws -> Graph {
    let slot = FunctionSlot(name: name, operands: [scalar], results: [scalar])
    var step = GraphBuilder(name: "step")
    _ = step.argument(ArrayType(.i64, []))
    let v = step.argument(scalar)
    step.result(try step.element(of: try step.call(0, slot, [v]), 0))
    var b = GraphBuilder(name: "calling \(name)")
    let x = b.argument(scalar)
    let called = try b.element(of: try b.call(try b.declareFunction(slot), slot, [x]), 0)
    b.result(try b.element(of: try b.loop(step.graph, trips: 2, carried: [called]), 0))
    return b.graph
  }

  private func calls(_ graph: Graph) -> [Int] {
    graph.nodes.compactMap { if case .call(let call) = $0.operation { call.function } else { nil } }
      + graph.regions.flatMap(calls)
  }

  @Test func functionsAreDeclaredAndCallsInRegionsGoToThem() throws {
    let f = try calling("f"), g = try calling("g")
    var b = GraphBuilder(name: "both")
    let x = b.argument(scalar)
    let y = try b.inline(f, [x])
    b.result(try b.inline(g, y)[0])
    #expect(b.graph.functions.map(\.name) == ["f", "g"])
    #expect(b.graph.regions.map(calls) == [[0], [1]])
    #expect(calls(b.graph) == [0, 1, 0, 1])
    #expect(b.graph.regions[0].place == f.regions[0].place, "its calls have the right number already")
    #expect(try Graph(parsing: b.graph.text) == b.graph)
  }

  @Test func functionsMayBeThoseOfTheGraph() throws {
    let f = try calling("f")
    var b = GraphBuilder(name: "the same twice")
    let x = b.argument(scalar)
    _ = try b.declareFunction(FunctionSlot(name: "other", operands: [], results: []))
    let y = try b.inline(f, [x])
    b.result(try b.inline(f, y, functions: [1])[0])
    #expect(b.graph.functions.map(\.name) == ["other", "f"])
    #expect(calls(b.graph) == [1, 1, 1, 1])
  }

  /// In a graph with Variables and functions of its own: argument, slots and functions, each wrong in one way.
  @Test func whatDoesNotFitIsRefusedBeforeAnythingIsAppended() throws {
    let square = try square(), f = try calling("f")
    var b = GraphBuilder(name: "refusing")
    let x = b.argument(scalar), row = b.argument(ArrayType(.f32, [3])), count = b.argument(ArrayType(.i32, []))
    let loop = try b.loop(try SampleGraphs.step(), trips: 3, carried: [x])
    _ = b.declareVariable(name: "integer", ArrayType(.i32, []))
    var undeclared = f
    undeclared.functions.append(FunctionSlot(name: "more", operands: [], results: []))
    undeclared.functions.removeFirst()
    undeclared.regions[0].nodes[2].operation = .call(Operation.Call(function: 9, results: [scalar]))
    let before = b.graph

    func refused(_ code: ErrorCode, _ part: String, _ body: () throws -> [ValueID], _ line: Int = #line) {
      do {
        _ = try body()
        Issue.record("line \(line): it was not refused")
      } catch let error as HillockError {
        #expect(error.code == code && error.message.contains(part), "line \(line): \(error)")
      } catch {
        Issue.record("line \(line): \(error)")
      }
      #expect(b.graph == before, "line \(line)")
    }
    refused(.argument, "takes 1 arguments, not 0") { try b.inline(f, []) }
    refused(.shape, "argument 0") { try b.inline(f, [row]) }
    refused(.dtype, "argument 0") { try b.inline(f, [count]) }
    refused(.argument, "stands for several values") { try b.inline(f, [loop]) }
    refused(.argument, "a slot each") { try b.inline(square, []) }
    refused(.index, "no Variable slot 5") { try b.inline(square, [], slots: [5]) }
    refused(.dtype, "Variable v") { try b.inline(square, [], slots: [0]) }
    refused(.argument, "has 1 functions") { try b.inline(f, [x], functions: []) }
    refused(.format, "calls function 9") { try b.inline(undeclared, [x]) }
  }
}
