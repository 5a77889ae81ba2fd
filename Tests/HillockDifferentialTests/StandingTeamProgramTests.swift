import Foundation
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Programs whose steps depend on what one member of a standing team writes alone: indices of loops, conditions, selectors,
/// combined reductions, carried values, copies that a scatter starts from. All numbers are sums of a few powers of two, so every
/// expected element follows by hand, without rounding.
///
/// `HILLOCK_TEAM_CALLS` sets how often each program is called for each tier and size of team (3 by default), `HILLOCK_TEAM_PROGRAM` which
/// program alone.
@Suite struct StandingTeamProgramTests {
  struct Sample {
    let name: String
    let graph: Graph
    let arguments: [[Float]]
    /// What every element of the first result is.
    let expected: Float
  }

  static let rows = 4100, columns = 65
  private static let big = ArrayType(.f32, [rows, columns])
  private static let zeros = [Float](repeating: 0, count: rows * columns)
  private static let weights: [Float] = [0.125, 0.25, 0.375]

  private static func number(_ value: Float, _ builder: inout GraphBuilder) throws -> ValueID {
    try builder.constant(
      ConstantData(type: ArrayType(.f32, []), bytes: withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }))
  }

  /// c ← c + the step's number, 20 times, by a body that is given (c, weights).
  private static func outer(
    _ name: String, _ body: (inout GraphBuilder, ValueID, ValueID) throws -> ValueID
  ) throws -> Graph {
    var step = GraphBuilder(name: "body")
    _ = step.argument(ArrayType(.i64, []))
    let c = step.argument(big), w = step.argument(ArrayType(.f32, [3]))
    step.result(try body(&step, c, w))
    var b = GraphBuilder(name: name)
    let start = b.argument(big), given = b.argument(ArrayType(.f32, [3]))
    b.result(b.elements(of: try b.loop(step.graph, trips: 20, carried: [start], captured: [given]))[0])
    return b.graph
  }

  /// A loop that carries nothing and stacks sum(w · k): with these weights 0.75 k. Its mean over k in 0..<trips.
  private static func stackedMean(
    _ builder: inout GraphBuilder, _ w: ValueID, trips: Int, isReversed: Bool = false
  ) throws -> ValueID {
    var inner = GraphBuilder(name: "inner")
    let k = inner.argument(ArrayType(.i64, [])), v = inner.argument(ArrayType(.f32, [3]))
    let scaled = try inner.elementwise(op("mul"), [v, try inner.convert(k, to: .f32)])
    inner.result(try inner.reduce(.sum, scaled, axes: [0]))
    let loop = try builder.loop(inner.graph, trips: trips, carried: [], captured: [w], isReversed: isReversed)
    let sum = try builder.reduce(.sum, builder.elements(of: loop)[0], axes: [0])
    return try builder.elementwise(op("div"), [sum, try number(Float(trips), &builder)])
  }

  /// c + mean(0.75 k; k < 7) = c + 2.25: the leader places the inner loop's index while others still add to c.
  static func stackedInside() throws -> Sample {
    let graph = try outer("stacked-inside") { body, c, w in
      try body.elementwise(op("add"), [c, try stackedMean(&body, w, trips: 7)])
    }
    return Sample(name: "stacked inside", graph: graph, arguments: [zeros, weights], expected: 20 * 2.25)
  }

  /// Two rounds of a while loop that adds 1 to c, then a reversed stacked loop: c + 2 + mean(0.75 k; k < 5) = c + 3.5. The index of
  /// the second loop may lie where the condition of the first one was.
  static func whileThenReversed() throws -> Sample {
    let graph = try outer("while-then-reversed") { body, c, w in
      let scalar = ArrayType(.f32, [])
      var condition = GraphBuilder(name: "condition")
      let round = condition.argument(scalar)
      _ = condition.argument(big)
      condition.result(try condition.elementwise(op("lt"), [round, try number(2, &condition)]))
      var turn = GraphBuilder(name: "turn")
      let r = turn.argument(scalar), u = turn.argument(big)
      turn.result(try turn.elementwise(op("add"), [r, try number(1, &turn)]))
      turn.result(try turn.elementwise(op("add"), [u, try number(1, &turn)]))
      let zero = try number(0, &body)
      let loop = try body.whileLoop(condition: condition.graph, body: turn.graph, carried: [zero, c])
      let mean = try stackedMean(&body, w, trips: 5, isReversed: true)
      return try body.elementwise(op("add"), [body.elements(of: loop)[1], mean])
    }
    return Sample(name: "while, then reversed", graph: graph, arguments: [zeros, weights], expected: 20 * 3.5)
  }

  /// c is the same everywhere, so its mirror is c. A branch by c[0, 0] modulo 2 adds 1 or 3, then a stacked loop adds 0.75: from 0
  /// by 1 + 0.75 to 1.75, whose whole part is odd, and so on: computed below step by step.
  static func branchThenStacked() throws -> Sample {
    let graph = try outer("branch-then-stacked") { body, c, w in
      let corner = try body.reshape(try body.slice(c, starts: [0, 0], steps: [1, 1], sizes: [1, 1]), to: [])
      let two = try body.constant(ConstantData(type: ArrayType(.i32, []), bytes: [2, 0, 0, 0]))
      let selector = try body.elementwise(op("mod"), [try body.convert(corner, to: .i32), two])
      let mirrored = try body.slice(c, starts: [rows - 1, 0], steps: [-1, 1], sizes: [rows, columns])
      let branches = try [Float(1), 3].map { amount in
        var branch = GraphBuilder(name: "add \(amount)")
        let v = branch.argument(big)
        branch.result(try branch.elementwise(op("add"), [v, try number(amount, &branch)]))
        return branch.graph
      }
      let chosen = try body.branch(selector: selector, branches, captured: [mirrored])
      return try body.elementwise(op("add"), [body.elements(of: chosen)[0], try stackedMean(&body, w, trips: 3)])
    }
    var expected = Float(0)
    for _ in 0..<20 { expected += (Int(expected) % 2 == 0 ? 1 : 3) + 0.75 }
    return Sample(name: "branch, then stacked", graph: graph, arguments: [zeros, weights], expected: expected)
  }

  /// The index is read by a step that is divided, within an inner loop that carries c: c + 0 + 1 + 2 + max(c) · 0, and rows 0 and 1
  /// are written again over a copy of it: c + 3.
  static func carriedInside() throws -> Sample {
    let graph = try outer("carried-inside") { body, c, w in
      var inner = GraphBuilder(name: "inner")
      let k = inner.argument(ArrayType(.i64, [])), v = inner.argument(big)
      let highest = try inner.reduce(.max, v, axes: [0, 1])
      let none = try inner.elementwise(op("mul"), [highest, try number(0, &inner)])
      let next = try inner.elementwise(op("add"), [v, try inner.convert(k, to: .f32)])
      inner.result(try inner.elementwise(op("add"), [next, none]))
      let loop = try body.loop(inner.graph, trips: 3, carried: [c])
      let value = body.elements(of: loop)[0]
      let indices = try body.constant(
        ConstantData(type: ArrayType(.i64, [2]), bytes: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
      let scattered = try body.scatter(value, indices, try body.gather(value, indices))
      _ = w
      return scattered
    }
    return Sample(name: "carried inside", graph: graph, arguments: [zeros, weights], expected: 20 * 3)
  }

  static func samples() throws -> [Sample] {
    let all = [try stackedInside(), try whileThenReversed(), try branchThenStacked(), try carriedInside()]
    guard let name = ProcessInfo.processInfo.environment["HILLOCK_TEAM_PROGRAM"] else { return all }
    return all.filter { $0.name == name }
  }

  private static var calls: Int { ProcessInfo.processInfo.environment["HILLOCK_TEAM_CALLS"].flatMap(Int.init) ?? 3 }

  /// Calls in which a team has begun, as far as they are to be had: a busy machine gives no helpers, and then no team by itself.
  private static func wrongCalls(_ sample: Sample, _ options: ExecutionOptions) throws -> (calls: Int, wrong: Int) {
    let program = try VerifiedProgram(Lowering.lower(Passes.run(sample.graph)))
    let executable = Executable(program, options: options)
    let arguments = try sample.arguments.map { values in try values.withUnsafeBytes { try Storage.copy($0) } }
    let start = Date()
    var done = 0, wrong = 0, lastWithTeam = start
    while done < calls {
      let before = StandingTeam.begun
      let frame = executable.makeFrame()
      for (index, argument) in arguments.enumerated() { frame.setArgument(index, argument) }
      try executable.run(frame)
      let result = frame.takeResult(0)
      executable.recycle(frame)
      if result.bytes.bindMemory(to: Float.self).contains(where: { $0 != sample.expected }) { wrong += 1 }
      if StandingTeam.begun > before {
        done += 1
        lastWithTeam = Date()
      } else if Date().timeIntervalSince(lastWithTeam) > (options.sharesAlways ? 60 : 2) {
        break
      }
    }
    return (done, wrong)
  }

  /// Teams of 2, 3 and 7 whatever the machine has, and one as it stands by itself.
  private static func options(_ tier: TierPolicy, workers: Int, isForced: Bool) -> ExecutionOptions {
    var options = ExecutionOptions(tier: tier, workers: workers)
    options.compiler = NativeCompilers.compiler
    options.sharesAlways = isForced
    options.isListed = false
    return options
  }

  private static func expectNone(_ tier: TierPolicy) throws {
    for sample in try samples() {
      for (workers, isForced) in [(2, false), (2, true), (3, true), (7, true)] {
        let (calls, wrong) = try wrongCalls(sample, options(tier, workers: workers, isForced: isForced))
        print("\(tier), \(sample.name), \(workers) workers\(isForced ? "" : ", unforced"): \(wrong) of \(calls) calls are wrong")
        #expect(wrong == 0, "\(tier), \(sample.name), \(workers) workers")
        // A single processor gives no team by itself.
        if isForced { #expect(calls > 0, "no helper ever came") }
      }
    }
  }

  // In processes of their own: another test may have the team, and would be counted.

  @Test func interpretedTeamsGiveTheRightNumbers() async {
    await #expect(processExitsWith: .success) { try Self.expectNone(.interpreter) }
  }

  @Test func teamsThatBecomeNativeGiveTheRightNumbers() async {
    await #expect(processExitsWith: .success) { try Self.expectNone(.auto) }
  }

  @Test func nativeTeamsGiveTheRightNumbers() async {
    await #expect(processExitsWith: .success) { try Self.expectNone(.native) }
  }

  // MARK: Strict mode

  private static func strictResult(_ sample: Sample, _ tier: TierPolicy) throws -> [Float] {
    var options = options(tier, workers: 2, isForced: true)
    options.barrier = .strict
    let executable = Executable(try VerifiedProgram(Lowering.lower(Passes.run(sample.graph))), options: options)
    let frame = executable.makeFrame()
    for (index, values) in sample.arguments.enumerated() {
      frame.setArgument(index, try values.withUnsafeBytes { try Storage.copy($0) })
    }
    try executable.run(frame)
    let result = frame.takeResult(0)
    return withExtendedLifetime(result) { Array(result.bytes.bindMemory(to: Float.self)) }
  }

  @Test func strictModeFindsNoRaceInThem() throws {
    for sample in try Self.samples() {
      let values = try Self.strictResult(sample, .interpreter)
      let isRight = values.allSatisfy { $0 == sample.expected }
      #expect(isRight, "\(sample.name)")
    }
  }

  /// Where indices stay in the program's buffers, the leader overwrites what others still read.
  @Test func strictModeFindsAnIndexThatIsWrittenWithoutAMeeting() throws {
    StrictTeam.$leavesIndices.withValue(true) {
      let error = #expect(throws: HillockError.self) { try Self.strictResult(Self.stackedInside(), .interpreter) }
      #expect(error?.rule == StrictCheck.team.rawValue, "\(String(describing: error))")
      #expect(error?.message.contains("the start of a loop") == true)
    }
  }
}

private func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }
