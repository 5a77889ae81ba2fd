import HillockBytecode
import HillockIR
import HillockRuntime
import Testing

/// Loops and branches in the interpreter, against results worked out by hand.
@Suite struct ControlFlowTests {
  func op(_ name: String) -> ElementwiseOp { ElementwiseOp.named(name)! }

  func storage<T>(_ values: [T]) throws -> Storage {
    try values.withUnsafeBytes { try Storage.copy($0) }
  }

  func values<T: BitwiseCopyable>(_ storage: Storage, _ count: Int, as type: T.Type = T.self) -> [T] {
    (0..<count).map { storage.base.load(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self) }
  }

  func run(_ graph: Graph, _ arguments: [Storage], calls: Int = 1) throws -> [Storage] {
    let executable = Executable(try VerifiedProgram(try Lowering.lower(Passes.run(graph))))
    var results: [Storage] = []
    for _ in 0..<calls {
      let frame = executable.makeFrame()
      for (index, argument) in arguments.enumerated() { frame.setArgument(index, argument) }
      try executable.run(frame)
      results = graph.results.indices.map(frame.takeResult)
      executable.recycle(frame)
    }
    return results
  }

  /// v ← v + x[i]; stacks v before the addition, and i.
  func runningSum(_ trips: Int, reversed: Bool = false) throws -> Graph {
    var body = GraphBuilder(name: "body")
    let i = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [2]))
    let x = body.argument(ArrayType(.f32, [2]))
    body.result(try body.elementwise(op("add"), [v, x]))
    body.result(v)
    body.result(i)
    var b = GraphBuilder(name: "running sum")
    let start = b.argument(ArrayType(.f32, [2]))
    let xs = b.argument(ArrayType(.f32, [trips, 2]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start], sliced: [xs], isReversed: reversed)
    for value in b.elements(of: loop) { b.result(value) }
    return b.graph
  }

  @Test(arguments: [1, 2]) func aLoopCarriesSlicesAndStacks(calls: Int) throws {
    let results = try run(
      runningSum(3), [try storage([10, 20] as [Float]), try storage([1, 2, 3, 4, 5, 6] as [Float])], calls: calls)
    #expect(values(results[0], 2) == [19, 32] as [Float])
    #expect(values(results[1], 6) == [10, 20, 11, 22, 14, 26] as [Float])
    #expect(values(results[2], 3) == [0, 1, 2] as [Int64])
  }

  @Test func aReversedLoopStacksByIndex() throws {
    let results = try run(
      runningSum(2, reversed: true), [try storage([0, 0] as [Float]), try storage([1, 2, 3, 4] as [Float])])
    #expect(values(results[0], 2) == [4, 6] as [Float])
    #expect(values(results[1], 4) == [3, 4, 0, 0] as [Float], "step 1 comes first")
    #expect(values(results[2], 2) == [0, 1] as [Int64])
  }

  @Test func aLoopOfNoStepsGivesWhatItWasGiven() throws {
    let results = try run(runningSum(0), [try storage([7, 8] as [Float]), try storage([] as [Float])])
    #expect(values(results[0], 2) == [7, 8] as [Float])
  }

  @Test func aWhileLoopStopsBeforeTheFirstStepThatFailsItsTest() throws {
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
    func doubled(_ start: Float) throws -> Float {
      values(try run(b.graph, [try storage([start]), try storage([100 as Float])])[0], 1)[0]
    }
    #expect(try doubled(3) == 192)
    #expect(try doubled(100) == 100)
    #expect(try doubled(.nan).isNaN)
  }

  @Test(arguments: [(-5, -3.0), (0, -3.0), (1, 3.0), (2, 9.0), (77, 9.0)])
  func aBranchTakesTheNearestBlock(selector: Int, expected: Double) throws {
    func region(_ name: String, _ make: (inout GraphBuilder, ValueID) throws -> ValueID) throws -> Graph {
      var r = GraphBuilder(name: name)
      let x = r.argument(ArrayType(.f32, []))
      r.result(try make(&r, x))
      return r.graph
    }
    var b = GraphBuilder(name: "choose")
    let s = b.argument(ArrayType(.i32, []))
    let x = b.argument(ArrayType(.f32, []))
    let branch = try b.branch(
      selector: s,
      [
        try region("neg") { try $0.elementwise(op("neg"), [$1]) }, try region("same") { $1 },
        try region("square") { try $0.elementwise(op("mul"), [$1, $1]) },
      ], captured: [x])
    b.result(b.elements(of: branch)[0])
    let results = try run(b.graph, [try storage([Int32(selector)]), try storage([3 as Float])])
    #expect(values(results[0], 1) == [Float(expected)])
  }

  /// Σ over i < 3, j < 4 of i · j, the inner loop's sum carried by the outer one: 3 · 6 = 18.
  @Test func loopsNest() throws {
    var inner = GraphBuilder(name: "inner")
    let j = inner.argument(ArrayType(.i64, []))
    let s = inner.argument(ArrayType(.i64, []))
    let captured = inner.argument(ArrayType(.i64, []))
    inner.result(try inner.elementwise(op("add"), [s, try inner.elementwise(op("mul"), [captured, j])]))
    var outer = GraphBuilder(name: "outer")
    let i = outer.argument(ArrayType(.i64, []))
    let t = outer.argument(ArrayType(.i64, []))
    let loop = try outer.loop(inner.graph, trips: 4, carried: [t], captured: [i])
    outer.result(outer.elements(of: loop)[0])
    var b = GraphBuilder(name: "sum of products")
    let zero = b.argument(ArrayType(.i64, []))
    let all = try b.loop(outer.graph, trips: 3, carried: [zero])
    b.result(b.elements(of: all)[0])
    #expect(values(try run(b.graph, [try storage([0 as Int64])])[0], 1) == [18 as Int64])
  }

  /// v ← v · 0.5 + x[t] (a number a step) + w (a number a position), v stacked: each position goes through all steps alone,
  /// so the loop is interchanged. Expected values are computed step by step in Swift.
  @Test(arguments: [(1, 1), (1, 2), (1000, 5), (10_000, 2), (10_000, 7)]) func anInterchangedLoopGivesWhatItsStepsGive(
    n: Int, trips: Int
  ) throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n]))
    let x = body.argument(ArrayType(.f32, []))
    let w = body.argument(ArrayType(.f32, [n]))
    let half = try body.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0, 0x3f]))
    let decayed = try body.elementwise(op("mul"), [v, half])
    body.result(try body.elementwise(op("add"), [try body.elementwise(op("add"), [decayed, x]), w]))
    body.result(decayed)
    var b = GraphBuilder(name: "decay")
    let start = b.argument(ArrayType(.f32, [n]))
    let xs = b.argument(ArrayType(.f32, [trips]))
    let ws = b.argument(ArrayType(.f32, [n]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start], sliced: [xs], captured: [ws])
    for value in b.elements(of: loop) { b.result(value) }
    let program = try Lowering.lower(Passes.run(b.graph))
    guard case .loop(let lowered) = program.code.first else {
      Issue.record("expected a loop, found \(program.code)")
      return
    }
    #expect(trips == 1 || program.interchangedKernels(lowered) != nil)

    var state = (0..<n).map { Float($0 % 17) }
    let weights = (0..<n).map { Float($0 % 5) * 0.1 }
    let inputs = (0..<trips).map { Float($0) * 0.3 }
    var options = ExecutionOptions(workers: 3)
    options.sharesAlways = true
    let executable = Executable(try VerifiedProgram(program), options: options)
    let frame = executable.makeFrame()
    frame.setArgument(0, try storage(state))
    frame.setArgument(1, try storage(inputs))
    frame.setArgument(2, try storage(weights))
    try executable.run(frame)
    var stacked: [Float] = []
    for t in 0..<trips {
      stacked += state.map { $0 * 0.5 }
      state = zip(state, weights).map { ($0 * 0.5 + inputs[t]) + $1 }
    }
    #expect(values(frame.takeResult(0), n) == state)
    #expect(values(frame.takeResult(1), n * trips) == stacked)
  }

  /// (a, b) ← (b, a · 0.5 + b), positions for themselves and no rows: a tile at a time in the interpreter, whose carried values
  /// change places from step to step. Expected values are computed step by step in Swift.
  @Test(arguments: [1, 63, 64, 65, 1000, 1025, 10_000], [2, 3, 6, 7]) func carriedValuesOfAnInterchangedLoopChangePlaces(
    n: Int, trips: Int
  ) throws {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let a = body.argument(ArrayType(.f32, [n])), b = body.argument(ArrayType(.f32, [n]))
    let half = try body.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0, 0x3f]))
    body.result(b)
    body.result(try body.elementwise(op("add"), [try body.elementwise(op("mul"), [a, half]), b]))
    var outer = GraphBuilder(name: "change places")
    let carried = [outer.argument(ArrayType(.f32, [n])), outer.argument(ArrayType(.f32, [n]))]
    let loop = try outer.loop(body.graph, trips: trips, carried: carried)
    for value in outer.elements(of: loop) { outer.result(value) }
    let program = try Lowering.lower(Passes.run(outer.graph))
    #expect(program.interchangedLoops.count == 1)

    var first = (0..<n).map { Float($0 % 17) }, second = (0..<n).map { Float($0 % 5) - 2 }
    let arguments = [try storage(first), try storage(second)]
    for _ in 0..<trips { (first, second) = (second, zip(first, second).map { $0 * 0.5 + $1 }) }
    for workers in [1, 2, 3] {
      var options = ExecutionOptions(workers: workers)
      options.sharesAlways = workers == 3
      let executable = Executable(try VerifiedProgram(program), options: options)
      for _ in 0..<2 {
        let frame = executable.makeFrame()
        for (index, argument) in arguments.enumerated() { frame.setArgument(index, argument) }
        try executable.run(frame)
        let results = [values(frame.takeResult(0), n), values(frame.takeResult(1), n)] as [[Float]]
        #expect(results == [first, second], "\(workers) workers")
        executable.recycle(frame)
      }
    }
  }

  /// In this loop f64 and f32 temporaries could share a buffer; workers at different steps would then overwrite each
  /// other's positions. Expected values are those of one worker.
  @Test func aLoopOverElementsOfTwoSizesIsTheSameForEveryNumberOfWorkers() throws {
    let n = 60_000
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    var v = body.argument(ArrayType(.f32, [n]))
    let one = try body.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0x80, 0x3f]))
    v = try body.convert(try body.elementwise(op("add"), [try body.convert(v, to: .f64), one]), to: .f32)
    for shape in [[1, n], [n], [1, n], [n]] {
      v = try body.elementwise(op("add"), [try body.elementwise(op("neg"), [try body.reshape(v, to: shape)]), one])
    }
    body.result(v)
    var b = GraphBuilder(name: "two sizes")
    let start = b.argument(ArrayType(.f32, [n]))
    let loop = try b.loop(body.graph, trips: 101, carried: [start])
    b.result(b.elements(of: loop)[0])
    let verified = try VerifiedProgram(try Lowering.lower(b.graph))
    let input = try storage((0..<n).map { Float($0) })
    func result(_ workers: Int) throws -> [Float] {
      var options = ExecutionOptions(workers: workers)
      options.sharesAlways = true
      let executable = Executable(verified, options: options)
      let frame = executable.makeFrame()
      frame.setArgument(0, input)
      try executable.run(frame)
      return values(frame.takeResult(0), n)
    }
    let expected = try result(1)
    for workers in [2, 7, 7] { #expect(try result(workers) == expected) }
  }
}
