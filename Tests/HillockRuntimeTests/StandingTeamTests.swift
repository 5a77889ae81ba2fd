import Dispatch
import Foundation
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

/// Loops whose kernels depend on each other's elements, with a standing team. Expected bits are those of one worker alone, which
/// has no team; what those are worth is tested elsewhere.
@Suite struct StandingTeamTests {
  /// A step of a body from v of f32[n, 4]: two sums over everything, rows in reverse, a matrix product, rows by index.
  static func step(_ body: inout GraphBuilder, _ v: ValueID, _ n: Int) throws -> ValueID {
    let mirrored = try body.slice(v, starts: [n - 1, 0], steps: [-1, 1], sizes: [n, 4])
    let sum = try body.reduce(.sum, v, axes: [0, 1])
    let scaled = try body.elementwise(op("mul"), [mirrored, try number(0.5, &body)])
    var next = try body.elementwise(op("add"), [scaled, try body.elementwise(op("mul"), [sum, try number(1e-5, &body)])])
    let columns = try body.slice(next, starts: [0, 0], steps: [1, 1], sizes: [4, 4])
    let product = try body.dot(next, try body.elementwise(op("mul"), [columns, try number(0.25, &body)]))
    let highest = try body.reduce(.max, product, axes: [0, 1])
    next = try body.elementwise(op("div"), [product, try body.elementwise(op("add"), [highest, try number(3, &body)])])
    return try body.elementwise(op("add"), [next, mirrored])
  }

  static func number(_ value: Float, _ builder: inout GraphBuilder) throws -> ValueID {
    try builder.constant(
      ConstantData(type: ArrayType(.f32, []), bytes: withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }))
  }

  static func loop(_ n: Int, trips: Int) throws -> Graph {
    var body = GraphBuilder(name: "body")
    let i = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n, 4]))
    let next = try step(&body, v, n)
    body.result(try body.elementwise(op("add"), [next, try body.convert(i, to: .f32)]))
    body.result(try body.reduce(.sum, next, axes: [0]))
    var b = GraphBuilder(name: "loop")
    let start = b.argument(ArrayType(.f32, [n, 4]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start])
    for value in b.elements(of: loop) { b.result(value) }
    return b.graph
  }

  /// Until the first element passes a limit: three steps of a loop inside, whose index counts.
  static func nested(_ n: Int) throws -> Graph {
    var inner = GraphBuilder(name: "inner")
    let i = inner.argument(ArrayType(.i64, []))
    let w = inner.argument(ArrayType(.f32, [n, 4]))
    inner.result(try inner.elementwise(op("add"), [try step(&inner, w, n), try inner.convert(i, to: .f32)]))
    var condition = GraphBuilder(name: "condition")
    let c = condition.argument(ArrayType(.f32, [n, 4])), rounds = condition.argument(ArrayType(.f32, []))
    condition.result(try condition.elementwise(op("lt"), [rounds, try number(20, &condition)]))
    _ = c
    var body = GraphBuilder(name: "body")
    let v = body.argument(ArrayType(.f32, [n, 4])), round = body.argument(ArrayType(.f32, []))
    let loop = try body.loop(inner.graph, trips: 3, carried: [v])
    body.result(body.elements(of: loop)[0])
    body.result(try body.elementwise(op("add"), [round, try number(1, &body)]))
    var b = GraphBuilder(name: "nested")
    let start = b.argument(ArrayType(.f32, [n, 4])), zero = b.argument(ArrayType(.f32, []))
    let outer = try b.whileLoop(condition: condition.graph, body: body.graph, carried: [start, zero])
    for value in b.elements(of: outer) { b.result(value) }
    return b.graph
  }

  static func arguments(_ n: Int) throws -> [Storage] {
    [try storage((0..<n * 4).map { Float($0 % 23) / 16 - 0.5 }), try storage([0 as Float])]
  }

  static func bits(_ results: [Storage]) -> [[UInt8]] { results.map { Array($0.bytes) } }

  static func options(_ workers: Int) -> ExecutionOptions {
    var options = ExecutionOptions(tier: .interpreter, workers: workers)
    options.sharesAlways = workers > 1
    return options
  }

  /// Runs until a team has begun, for a busy machine gives no helpers. In a process of its own: another test may have the team,
  /// and would be counted.
  private static func expectBits(_ graph: Graph, _ arguments: [Storage], workers: Int) throws {
    let program = try VerifiedProgram(Lowering.lower(Passes.run(graph)))
    let expected = bits(try run(Executable(program, options: options(1)), arguments))
    let executable = Executable(program, options: options(workers))
    let before = StandingTeam.begun
    let start = DispatchTime.now(), patience = 60 * 1_000_000_000 as UInt64
    var attempt = 0
    while attempt < 3 || StandingTeam.begun == before {
      guard DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds < patience else {
        Issue.record("no helper ever came")
        return
      }
      let isSame = bits(try run(executable, arguments)) == expected
      #expect(isSame, "attempt \(attempt)")
      attempt += 1
      usleep(1000)
    }
  }

  @Test func aLoopOfDependentStepsHasTheBitsOfOneWorker() async {
    await #expect(processExitsWith: .success) {
      for (workers, rows) in [(2, 5), (2, 3_000), (7, 5), (7, 3_000)] {
        try Self.expectBits(Self.loop(rows, trips: 40), Self.arguments(rows), workers: workers)
      }
    }
  }

  @Test func loopsInLoopsToo() async {
    await #expect(processExitsWith: .success) {
      for workers in [2, 7] { try Self.expectBits(Self.nested(300), Self.arguments(300), workers: workers) }
    }
  }

  /// The team helps one caller at a time; the others do their loops alone.
  @Test func callersAtOnceGetTheirOwnResults() throws {
    let program = try VerifiedProgram(Lowering.lower(Passes.run(Self.loop(500, trips: 30))))
    let arguments = try Self.arguments(500)
    let expected = Self.bits(try run(Executable(program, options: Self.options(1)), arguments))
    let executable = Executable(program, options: Self.options(3)), wrong = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10 {
        guard let results = try? run(executable, arguments), Self.bits(results) == expected else {
          wrong.add(1, ordering: .relaxed)
          continue
        }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  private final class Source: CancellationSource {
    let isCancelledNow = Atomic<Bool>(false)
    var isCancelled: Bool { isCancelledNow.load(ordering: .relaxed) }
  }

  /// All members leave at the same meeting: otherwise this would never end.
  @Test(arguments: [2, 7]) func aCancelledRunEnds(workers: Int) throws {
    let program = try VerifiedProgram(Lowering.lower(Passes.run(Self.loop(500, trips: 100_000_000))))
    var options = Self.options(workers)
    options.lookInterval = 1_000_000
    let executable = Executable(program, options: options)
    for _ in 0..<5 {
      let source = Source(), frame = executable.makeFrame()
      for (index, argument) in try Self.arguments(500).enumerated() { frame.setArgument(index, argument) }
      Thread.detachNewThread {
        usleep(20_000)
        source.isCancelledNow.store(true, ordering: .relaxed)
      }
      #expect(throws: CancellationError.self) {
        try Cancellation.run(source) { try executable.runCancellably(frame) }
      }
      executable.recycle(frame)
    }
  }

  /// Decided by the program alone, for the native function of the whole program depends on it.
  @Test func aTeamStandsWhereThereIsSomethingToDivide() throws {
    let small = try Self.layout(Self.loop(5, trips: 3)), large = try Self.layout(Self.loop(3_000, trips: 3))
    #expect(small.loops.map(\.canStand) == [true] && small.loops.map(\.stands) == [false], "too little to divide")
    #expect(large.loops.map(\.stands) == [true])
    let nested = try Self.layout(Self.nested(3_000))
    #expect(nested.loops.map(\.stands) == [true, false], "one team for all")
  }

  private static func layout(_ graph: Graph) throws -> ProgramLayout {
    try ProgramLayout(Lowering.lower(Passes.run(graph)), isa: .current, arena: Arena())
  }
}
