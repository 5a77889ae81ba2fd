import HillockIR
import Testing

@Suite struct PassesTests {
  func op(_ name: String) -> ElementwiseOp { ElementwiseOp.named(name)! }

  func scalar(_ b: inout GraphBuilder, _ value: Float) throws -> ValueID {
    try b.constant(
      ConstantData(type: ArrayType(.f32, []), bytes: withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)))
  }

  func operations(_ graph: Graph) -> [String] { graph.nodes.map(\.operation.name) }

  @Test func deadCodeGoesAndArgumentsKeepTheirPositions() throws {
    var b = GraphBuilder(name: "dead")
    let x = b.argument(ArrayType(.f32, [3]))
    let y = b.argument(ArrayType(.f32, [3]))
    _ = try b.elementwise(op("add"), [x, y])
    b.result(try b.elementwise(op("neg"), [y]))
    let graph = DeadCode.eliminate(b.graph)
    #expect(operations(graph) == ["argument", "neg"])
    #expect(graph.nodes[0].operation == .argument(1))
    #expect(graph.arguments.count == 2)
  }

  @Test func equalWorkIsDoneOnce() throws {
    var b = GraphBuilder(name: "cse")
    let x = b.argument(ArrayType(.f32, [3]))
    let y = b.argument(ArrayType(.f32, [3]))
    let first = try b.elementwise(op("mul"), [x, y])
    let second = try b.elementwise(op("mul"), [y, x])
    b.result(try b.elementwise(op("sub"), [first, second]))
    #expect(operations(Passes.run(b.graph)) == ["argument", "argument", "mul", "sub"])
  }

  @Test func subtractionDoesNotCommute() throws {
    var b = GraphBuilder(name: "sub")
    let x = b.argument(ArrayType(.f32, [3]))
    let y = b.argument(ArrayType(.f32, [3]))
    b.result(try b.elementwise(op("sub"), [x, y]))
    b.result(try b.elementwise(op("sub"), [y, x]))
    #expect(operations(Passes.run(b.graph)).filter { $0 == "sub" }.count == 2)
  }

  @Test func onlyIdentitiesThatKeepTheBitsAreUsed() throws {
    func simplified(_ name: String, _ constant: Float, constantFirst: Bool = false) throws -> [String] {
      var b = GraphBuilder(name: "identity")
      let x = b.argument(ArrayType(.f32, [3]))
      let c = try scalar(&b, constant)
      b.result(try b.elementwise(op(name), constantFirst ? [c, x] : [x, c]))
      return operations(Passes.run(b.graph))
    }
    #expect(try simplified("mul", 1) == ["argument"])
    #expect(try simplified("mul", 1, constantFirst: true) == ["argument"])
    #expect(try simplified("div", 1) == ["argument"])
    #expect(try simplified("sub", 0) == ["argument"])
    #expect(try simplified("sub", -0.0).contains("sub"), "-0 - (-0) is +0")
    #expect(try simplified("add", 0).contains("add"), "-0 + 0 is +0")
    #expect(try simplified("mul", 0).contains("mul"), "NaN · 0 is NaN")
    #expect(try simplified("div", 4).contains("mul"), "1/4 is exact")
    #expect(try simplified("div", 3).contains("div"), "1/3 is not")
    #expect(try simplified("div", 0x1p-126).contains("div"), "2^126 is exact but the divisor lies at the edge")
    #expect(try simplified("div", .infinity).contains("div"))
  }

  @Test func doubleNegationAndEqualBranchesDisappear() throws {
    var b = GraphBuilder(name: "twice")
    let x = b.argument(ArrayType(.f32, [3]))
    let p = b.argument(ArrayType(.bool, [3]))
    let same = try b.elementwise(op("neg"), [try b.elementwise(op("neg"), [x])])
    b.result(try b.elementwise(op("select"), [p, same, x]))
    let graph = Passes.run(b.graph)
    #expect(operations(graph) == ["argument"])
  }

  @Test func scalarsAreCombinedBeforeTheyAreBroadcast() throws {
    var b = GraphBuilder(name: "hoist")
    let a = b.argument(ArrayType(.f32, []))
    let c = b.argument(ArrayType(.f32, []))
    let wide = try b.broadcast(a, to: [1000])
    let wider = try b.broadcast(c, to: [1000])
    b.result(try b.elementwise(op("add"), [wide, wider]))
    let graph = Passes.run(b.graph)
    let sum = graph.nodes.first { $0.operation == .elementwise(op("add")) }
    #expect(sum?.type.shape == [])
  }

  @Test func constantsAreFoldedByTheFolderGiven() throws {
    var b = GraphBuilder(name: "fold")
    let x = b.argument(ArrayType(.f32, [3]))
    let two = try scalar(&b, 2)
    let three = try scalar(&b, 3)
    b.result(try b.elementwise(op("mul"), [x, try b.elementwise(op("add"), [two, three])]))
    let graph = Passes.run(b.graph) { node, operands in
      #expect(node.operation == .elementwise(self.op("add")))
      #expect(operands.count == 2)
      let five = withUnsafeBytes(of: Float(5).bitPattern.littleEndian, Array.init)
      return ConstantData(type: node.type, bytes: five)
    }
    #expect(operations(graph).contains("add") == false)
    #expect(graph.constants.map(\.bytes) == [[0, 0, 0xa0, 0x40]])
  }

  @Test func viewsOfViewsBecomeOne() throws {
    var b = GraphBuilder(name: "views")
    let x = b.argument(ArrayType(.f32, [2, 3]))
    let there = try b.transpose(x, [1, 0])
    b.result(try b.transpose(there, [1, 0]))
    b.result(try b.reshape(try b.reshape(x, to: [6]), to: [3, 2]))
    #expect(operations(Passes.run(b.graph)) == ["argument", "reshape"])
  }

  @Test func regionsOfNodesThatNothingNeedsGoToo() throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, []))
    body.result(try body.elementwise(op("neg"), [v]))
    var b = GraphBuilder(name: "two loops")
    let x = b.argument(ArrayType(.f32, []))
    _ = try b.loop(body.graph, trips: 2, carried: [x])
    let kept = try b.loop(body.graph, trips: 3, carried: [x])
    b.result(b.elements(of: kept)[0])
    let graph = DeadCode.eliminate(b.graph)
    #expect(graph.regions.count == 1)
    #expect(try Graph(parsing: graph.text) == graph)
    let loops = graph.nodes.compactMap { node -> Operation.Loop? in
      if case .loop(let loop) = node.operation { loop } else { nil }
    }
    #expect(loops == [Operation.Loop(region: 0, trips: 3, carried: 1, sliced: 0, isReversed: false)])
  }

  /// It might never end, and whether it does is part of what a program does; a loop of so many steps ends.
  @Test func aWhileThatNothingReadsStays() throws {
    var condition = GraphBuilder(name: "condition")
    let state = condition.argument(ArrayType(.f32, []))
    condition.result(try condition.elementwise(op("lt"), [state, state]))
    var body = GraphBuilder(name: "body")
    body.result(try body.elementwise(op("neg"), [body.argument(ArrayType(.f32, []))]))
    var b = GraphBuilder(name: "unread")
    let x = b.argument(ArrayType(.f32, []))
    _ = try b.whileLoop(condition: condition.graph, body: body.graph, carried: [x])
    b.result(x)
    #expect(operations(Passes.run(b.graph)) == ["argument", "while"])
  }
}
