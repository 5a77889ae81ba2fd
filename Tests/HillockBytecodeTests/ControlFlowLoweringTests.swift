import HillockBytecode
import HillockIR
import Testing

/// Loops and branches: how regions become nested code, and where carried values live.
@Suite struct ControlFlowLoweringTests {
  func op(_ name: String) -> ElementwiseOp { ElementwiseOp.named(name)! }

  /// (i, v, x) → (v + x, v): one carried value, one stacked.
  func integrate(_ n: Int) throws -> Graph {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n]))
    let x = body.argument(ArrayType(.f32, [n]))
    body.result(try body.elementwise(op("add"), [v, x]))
    body.result(v)
    return body.graph
  }

  func program(trips: Int = 5) throws -> (Graph, Program) {
    var b = GraphBuilder(name: "integrate")
    let start = b.argument(ArrayType(.f32, [3]))
    let xs = b.argument(ArrayType(.f32, [trips, 3]))
    let loop = try b.loop(try integrate(3), trips: trips, carried: [start], sliced: [xs])
    for value in b.elements(of: loop) { b.result(value) }
    return (b.graph, try Lowering.lower(Passes.run(b.graph)))
  }

  func loop(_ program: Program) throws -> Loop {
    guard case .loop(let loop) = program.code.first else { throw HillockError(.argument, "no loop in \(program.code)") }
    return loop
  }

  @Test func carriedValuesLiveInTwoRegistersThatChangePlaces() throws {
    let (_, program) = try program()
    let loop = try loop(program)
    #expect(loop.carries.count == 1)
    let carry = loop.carries[0]
    #expect(program.registers[carry.initial].role == .argument(0))
    #expect(program.registers[carry.current].role == .fresh, "the loop's value is a result")
    #expect(program.registers[carry.next].role == .fresh, "the body stacks the old value after it has written the new one")
    #expect(carry.current != carry.next)
  }

  /// (i, v) → v + v: nothing reads the old value when the new one is written.
  @Test func aValueThatIsReadAtItsOwnPositionsIsCarriedInPlace() throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [100]))
    body.result(try body.elementwise(op("add"), [v, v]))
    var b = GraphBuilder(name: "double")
    let (slot, start) = b.variable(name: "v", ArrayType(.f32, [100]))
    let loop = try b.loop(body.graph, trips: 5, carried: [start])
    try b.store(slot: slot, b.elements(of: loop)[0])
    let program = try Lowering.lower(Passes.run(b.graph))
    let carry = try self.loop(program).carries[0]
    #expect(program.registers[carry.next].role == .over(carry.current))
    #expect(program.registers[carry.current].role == .fresh, "a loop may be given up: the Variable keeps its value until it ends")
    _ = try VerifiedProgram(program)
  }

  @Test func slicedAndStackedValuesAreRows() throws {
    let (_, program) = try program()
    let loop = try loop(program)
    let wholes = loop.rows.map { register -> Register.Role in
      guard case .row(let whole) = program.registers[register].role else { return .fresh }
      return program.registers[whole].role
    }
    #expect(wholes == [.argument(1), .fresh])
    #expect(loop.rows.allSatisfy { program.registers[$0].type == ArrayType(.f32, [3]) })
  }

  @Test func theBodyWritesItsResultsWhereTheLoopWantsThem() throws {
    let (_, program) = try program()
    let loop = try loop(program)
    let written = loop.body.flatMap(program.writes)
    #expect(Set(written) == Set([loop.carries[0].next, loop.rows[1]]))
  }

  @Test func aWhileLoopTestsBeforeEachStep() throws {
    var condition = GraphBuilder(name: "condition")
    let c = condition.argument(ArrayType(.f32, []))
    let limit = condition.argument(ArrayType(.f32, []))
    condition.result(try condition.elementwise(op("lt"), [c, limit]))
    var body = GraphBuilder(name: "body")
    let v = body.argument(ArrayType(.f32, []))
    _ = body.argument(ArrayType(.f32, []))
    body.result(try body.elementwise(op("add"), [v, v]))
    var b = GraphBuilder(name: "double")
    let start = b.argument(ArrayType(.f32, []))
    let end = b.argument(ArrayType(.f32, []))
    let loop = try b.whileLoop(condition: condition.graph, body: body.graph, carried: [start], captured: [end])
    b.result(b.elements(of: loop)[0])
    let program = try Lowering.lower(Passes.run(b.graph))
    guard case .whileLoop(let lowered) = program.code.first else {
      Issue.record("expected a while loop, found \(program.code)")
      return
    }
    #expect(lowered.condition.flatMap(program.writes) == [lowered.test])
    #expect(lowered.body.flatMap(program.writes) == [lowered.carries[0].next])
  }

  @Test func everyBlockOfABranchDefinesTheResults() throws {
    func region(_ name: String) throws -> Graph {
      var r = GraphBuilder(name: name)
      let x = r.argument(ArrayType(.f32, [4]))
      r.result(name == "same" ? x : try r.elementwise(op(name), [x]))
      return r.graph
    }
    var b = GraphBuilder(name: "choose")
    let selector = b.argument(ArrayType(.i32, []))
    let x = b.argument(ArrayType(.f32, [4]))
    let branch = try b.branch(selector: selector, [try region("neg"), try region("same"), try region("abs")], captured: [x])
    b.result(b.elements(of: branch)[0])
    let program = try Lowering.lower(b.graph)
    guard case .branch(let lowered) = program.code.first else {
      Issue.record("expected a branch, found \(program.code)")
      return
    }
    #expect(lowered.blocks.count == 3)
    #expect(lowered.blocks.allSatisfy { $0.flatMap(program.writes) == lowered.results })
  }

  @Test func whatALoopReadsFromOutsideKeepsItsBufferUntilTheLoopEnds() throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [8, 8]))
    let captured = body.argument(ArrayType(.f32, [8, 8]))
    let first = try body.dot(v, captured)
    body.result(try body.dot(first, first))
    var b = GraphBuilder(name: "power")
    let x = b.argument(ArrayType(.f32, [8, 8]))
    let square = try b.dot(x, x)
    let loop = try b.loop(body.graph, trips: 3, carried: [x], captured: [square])
    b.result(try b.elementwise(op("neg"), [b.elements(of: loop)[0]]))
    let program = try Lowering.lower(b.graph)
    var buffers: [Int] = []
    for register in program.registers {
      if case .temporary(let buffer) = register.role, register.type.dtype == .f32 { buffers.append(buffer) }
    }
    #expect(buffers.count == 4, "the square, the two places of the carried value, and the body's product")
    #expect(Set(buffers).count == 4, "all of them are in use while the loop runs")
  }

  @Test func bothPlacesOfACarriedValueAreInUseAsLongAsItIsRead() throws {
    func double(_ name: String) throws -> Graph {
      var body = GraphBuilder(name: name)
      _ = body.argument(ArrayType(.i64, []))
      let v = body.argument(ArrayType(.f32, [8, 8]))
      body.result(try body.dot(v, v))
      return body.graph
    }
    var b = GraphBuilder(name: "twice")
    let x = b.argument(ArrayType(.f32, [8, 8]))
    let first = try b.loop(try double("first"), trips: 3, carried: [x])
    let between = b.elements(of: first)[0]
    let second = try b.loop(try double("second"), trips: 3, carried: [between])
    b.result(try b.elementwise(op("add"), [between, b.elements(of: second)[0]]))
    let program = try Lowering.lower(b.graph)
    let buffers = program.registers.compactMap { register -> Int? in
      guard case .temporary(let buffer) = register.role, register.type.dtype == .f32 else { return nil }
      return buffer
    }
    #expect(buffers.count == 4)
    #expect(Set(buffers).count == 4, "after three steps the first loop's value lies in its second place")
  }

  @Test func theTextFormOfControlFlowParsesBack() throws {
    let (graph, _) = try program()
    #expect(try Graph(parsing: graph.text) == graph)
  }

  @Test func carriedValuesThatChangeTheirTypeAreRefusedByName() throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [3]))
    body.result(try body.convert(v, to: .f64))
    var b = GraphBuilder(name: "bad")
    let start = b.argument(ArrayType(.f32, [3]))
    let error = #expect(throws: HillockError.self) { try b.loop(body.graph, trips: 2, carried: [start]) }
    #expect(error?.code == .dtype)
    #expect(error?.message.contains("carried value 0 enters the loop's body as f32[3] and leaves it as f64[3]") == true)
  }

  /// Named twice at each of 18 depths, a region would be lowered 2^18 times.
  @Test func aRegionBelongsToOneNode() throws {
    var b = GraphBuilder(name: "twice")
    let start = b.argument(ArrayType(.f32, [3]))
    let xs = b.argument(ArrayType(.f32, [2, 3]))
    let region = try integrate(3)
    let first = try b.loop(region, trips: 2, carried: [start], sliced: [xs])
    let refused = #expect(throws: HillockError.self) {
      try b.loop(region, trips: 2, carried: [start], sliced: [xs], at: 0)
    }
    #expect(refused?.message.contains("region 0 is used by another node") == true)
    b.result(start)
    // What the builder refuses is refused in a graph that was made without it, too.
    var graph = b.graph
    graph.nodes.append(graph[first])
    let error = #expect(throws: HillockError.self) { try Lowering.lower(graph) }
    #expect(error?.message.contains("region 0 is used twice") == true)
  }

  /// 2 000 sums, each waiting for the one before: lowering looks at the newest units only, and ends.
  @Test func longChainsOfReductionsAreLowered() throws {
    var b = GraphBuilder(name: "chain")
    var x = b.argument(ArrayType(.f32, [30]))
    for _ in 0..<2000 { x = try b.elementwise(op("mul"), [x, try b.reduce(.sum, x, axes: [0])]) }
    b.result(x)
    #expect(try Lowering.lower(b.graph).kernels.count == 2001)
  }
}
