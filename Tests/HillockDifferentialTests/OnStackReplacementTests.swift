import HillockBytecode
import HillockIR
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// One call that moves from the interpreter to native code in the middle of a loop: at every back-edge in turn, with the
/// bits of the interpreter alone. The statistics prove where it moved.
@Suite(.enabled(if: Mode.Engine.available.contains(.native))) struct OnStackReplacementTests {
  /// A program with loops, its arguments, and what happens in one interpreted call, in order.
  struct Sample: Sendable, CustomStringConvertible {
    enum Event { case step, backEdge }

    let description: String
    let graph: Graph
    let arguments: [[Float]]
    let events: [Event]

    var backEdges: Int { events.count { $0 == .backEdge } }
    var steps: Int { events.count { $0 == .step } }

    /// The steps that are interpreted where the native code is published at this back-edge.
    func interpretedSteps(_ wanted: Int) -> Int {
      var steps = 0, edges = 0
      for event in events {
        if event == .step { steps += 1 } else { edges += 1 }
        if edges == wanted { break }
      }
      return steps
    }

    /// Steps with a back-edge between any two.
    static func loop(_ trips: Int) -> [Event] {
      (0..<trips).flatMap { $0 + 1 < trips ? [Event.step, .backEdge] : [.step] }
    }
  }

  static func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }

  static func number(_ value: Float, _ builder: inout GraphBuilder) throws -> ValueID {
    let bytes = withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    return try builder.constant(ConstantData(type: ArrayType(.f32, []), bytes: bytes))
  }

  static func floats(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 17) / 8 - 1 } }

  // MARK: Samples

  /// v ← v · 0.9 + x[t], each position for itself; v is stacked before the addition.
  static func positionwise(n: Int, trips: Int, reversed: Bool = false) throws -> Sample {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n])), x = body.argument(ArrayType(.f32, []))
    let decayed = try body.elementwise(op("mul"), [v, try number(0.9, &body)])
    body.result(try body.elementwise(op("add"), [decayed, x]))
    body.result(decayed)
    var b = GraphBuilder(name: "positionwise")
    let start = b.argument(ArrayType(.f32, [n])), xs = b.argument(ArrayType(.f32, [trips]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start], sliced: [xs], isReversed: reversed)
    for value in b.elements(of: loop) { b.result(value) }
    // A chunk of positions goes through all the steps before the next one begins.
    let chunks = (n + Kernel.chunk - 1) / Kernel.chunk
    return Sample(
      description: "\(n) positions, \(trips) steps\(reversed ? ", reversed" : "")", graph: b.graph,
      arguments: [floats(n), floats(trips)],
      events: (0..<chunks).flatMap { _ in Sample.loop(trips) })
  }

  /// (u, v) ← (v, u · 0.9 + v), each position for itself and without rows.
  static func changingPlaces(n: Int, trips: Int) throws -> Sample {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let u = body.argument(ArrayType(.f32, [n])), v = body.argument(ArrayType(.f32, [n]))
    body.result(v)
    body.result(try body.elementwise(op("add"), [try body.elementwise(op("mul"), [u, try number(0.9, &body)]), v]))
    var b = GraphBuilder(name: "changing places")
    let start = [b.argument(ArrayType(.f32, [n])), b.argument(ArrayType(.f32, [n]))]
    let loop = try b.loop(body.graph, trips: trips, carried: start)
    for value in b.elements(of: loop) { b.result(value) }
    // A tile of positions goes through all the steps before the next one begins; native code then takes what remains at once, so
    // that there should be two at most.
    let tile = try Lowering.lower(b.graph).kernels.map(\.tile).min() ?? 1
    return Sample(
      description: "\(n) positions change places, \(trips) steps", graph: b.graph, arguments: [floats(n), floats(n).reversed()],
      events: (0..<(n + tile - 1) / tile).flatMap { _ in Sample.loop(trips) })
  }

  /// v ← reverse(v) · 0.5 + sum(v) · 0.001 + x[t]: each element depends on others.
  static func sequential(n: Int, trips: Int) throws -> Sample {
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n])), x = body.argument(ArrayType(.f32, []))
    let mirrored = try body.slice(v, starts: [n - 1], steps: [-1], sizes: [n])
    let sum = try body.reduce(.sum, v, axes: [0])
    var next = try body.elementwise(op("mul"), [mirrored, try number(0.5, &body)])
    next = try body.elementwise(op("add"), [next, try body.elementwise(op("mul"), [sum, try number(0.001, &body)])])
    body.result(try body.elementwise(op("add"), [next, x]))
    body.result(sum)
    var b = GraphBuilder(name: "sequential")
    let start = b.argument(ArrayType(.f32, [n])), xs = b.argument(ArrayType(.f32, [trips]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start], sliced: [xs])
    for value in b.elements(of: loop) { b.result(value) }
    return Sample(
      description: "dependent elements, \(n) × \(trips)", graph: b.graph, arguments: [floats(n), floats(trips)],
      events: Sample.loop(trips))
  }

  /// While v[0] < limit: v ← v · 1.25 + 1. Every step goes back, also the last.
  static func whileLoop(n: Int, limit: Float) throws -> Sample {
    var condition = GraphBuilder(name: "condition")
    let c = condition.argument(ArrayType(.f32, [n])), end = condition.argument(ArrayType(.f32, []))
    let first = try condition.reshape(try condition.slice(c, starts: [0], steps: [1], sizes: [1]), to: [])
    condition.result(try condition.elementwise(op("lt"), [first, end]))
    var body = GraphBuilder(name: "body")
    let v = body.argument(ArrayType(.f32, [n]))
    _ = body.argument(ArrayType(.f32, []))
    let grown = try body.elementwise(op("mul"), [v, try number(1.25, &body)])
    body.result(try body.elementwise(op("add"), [grown, try number(1, &body)]))
    var b = GraphBuilder(name: "while")
    let start = b.argument(ArrayType(.f32, [n])), captured = b.argument(ArrayType(.f32, []))
    let loop = try b.whileLoop(condition: condition.graph, body: body.graph, carried: [start], captured: [captured])
    b.result(b.elements(of: loop)[0])
    let values = floats(n)
    var steps = 0
    var leader = values[0]
    while leader < limit {
      leader = leader * 1.25 + 1
      steps += 1
    }
    return Sample(
      description: "while, \(n) elements, \(steps) steps", graph: b.graph, arguments: [values, [limit]],
      events: (0..<steps).flatMap { _ in [Sample.Event.step, .backEdge] })
  }

  /// An outer loop whose step adds the sum of what its inner loop has made: v ← inner(v) + sum(v).
  static func nested(n: Int, outer: Int, inner: Int) throws -> Sample {
    var deep = GraphBuilder(name: "inner")
    _ = deep.argument(ArrayType(.i64, []))
    let u = deep.argument(ArrayType(.f32, [n]))
    deep.result(try deep.elementwise(op("mul"), [u, try number(0.75, &deep)]))
    var body = GraphBuilder(name: "outer")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [n]))
    let after = body.elements(of: try body.loop(deep.graph, trips: inner, carried: [v]))[0]
    body.result(try body.elementwise(op("add"), [after, try body.reduce(.sum, v, axes: [0])]))
    var b = GraphBuilder(name: "nested")
    let start = b.argument(ArrayType(.f32, [n]))
    b.result(b.elements(of: try b.loop(body.graph, trips: outer, carried: [start]))[0])
    let events = (0..<outer).flatMap { step -> [Sample.Event] in
      Sample.loop(inner) + (step + 1 < outer ? [.step, .backEdge] : [.step])
    }
    return Sample(description: "nested, \(outer) × \(inner)", graph: b.graph, arguments: [floats(n)], events: events)
  }

  static func samples() throws -> [Sample] {
    [
      try positionwise(n: 1, trips: 40), try positionwise(n: 100, trips: 40, reversed: true),
      try positionwise(n: 2 * Kernel.chunk + 5, trips: 9), try changingPlaces(n: 40, trips: 21),
      try changingPlaces(n: 2000, trips: 8), try sequential(n: 33, trips: 40), try sequential(n: 5000, trips: 12),
      try whileLoop(n: 10, limit: 1e4), try nested(n: 50, outer: 6, inner: 5),
    ]
  }

  // MARK: Running

  private struct Outcome {
    var bytes: [[UInt8]]
    var statistics: ProgramSnapshot
  }

  private func run(_ program: VerifiedProgram, _ sample: Sample, workers: Int, publishAt: Int?) throws -> Outcome {
    var options = ExecutionOptions(tier: publishAt == nil ? .interpreter : .auto, workers: workers)
    options.sharesAlways = workers > 1
    options.compiler = NativeCompilers.compiler
    options.publishAtBackEdge = publishAt.map(UInt64.init)
    options.isListed = false
    let executable = Executable(program, options: options)
    let frame = executable.makeFrame()
    for (index, values) in sample.arguments.enumerated() {
      frame.setArgument(index, try values.withUnsafeBytes { try Storage.copy($0) })
    }
    try executable.run(frame)
    let results = sample.graph.results.indices.map { frame.takeResult($0) }
    let bytes = withExtendedLifetime(results) { results.map { Array($0.bytes) } }
    return Outcome(bytes: bytes, statistics: executable.statistics.snapshot)
  }

  @Test(arguments: try samples()) func aCallMovesToNativeCodeAtEachBackEdge(sample: Sample) throws {
    let program = try VerifiedProgram(try Lowering.lower(sample.graph))
    let expected = try run(program, sample, workers: 1, publishAt: nil)
    #expect(expected.statistics.interpretedSteps == UInt64(sample.steps))
    #expect(expected.statistics.nativeSteps == 0)
    #expect(sample.backEdges > 5)
    for edge in 1...sample.backEdges {
      let outcome = try run(program, sample, workers: 1, publishAt: edge)
      let interpreted = sample.interpretedSteps(edge)
      let isSame = outcome.bytes == expected.bytes
      #expect(isSame, "switched at back-edge \(edge)")
      #expect(outcome.statistics.tier == .native)
      #expect(outcome.statistics.interpretedSteps == UInt64(interpreted), "back-edge \(edge)")
      #expect(outcome.statistics.nativeSteps == UInt64(sample.steps - interpreted), "back-edge \(edge)")
      #expect(outcome.statistics.switches == 1, "back-edge \(edge)")
    }
    // Beyond the last one nothing is published.
    let never = try run(program, sample, workers: 1, publishAt: sample.backEdges + 1)
    let isSame = never.bytes == expected.bytes
    #expect(isSame && never.statistics.tier == .interpreter && never.statistics.switches == 0)
  }

  /// With several workers it is open which positions go together and in which order their back-edges come: each such group is
  /// still taken through all the steps, by one tier and then the other.
  @Test(arguments: [2, 7]) func workersMoveEachForItself(workers: Int) throws {
    let sample = try Self.positionwise(n: 5 * Kernel.chunk + 3, trips: 8)
    let program = try VerifiedProgram(try Lowering.lower(sample.graph))
    let expected = try run(program, sample, workers: 1, publishAt: nil)
    for edge in 1...sample.backEdges {
      let outcome = try run(program, sample, workers: workers, publishAt: edge)
      let statistics = outcome.statistics
      let isSame = outcome.bytes == expected.bytes
      #expect(isSame, "switched at back-edge \(edge)")
      #expect((statistics.interpretedSteps + statistics.nativeSteps).isMultiple(of: 8))
      #expect(statistics.interpretedSteps >= UInt64(edge) && statistics.nativeSteps > 0)
      #expect(statistics.switches >= 1)
    }
  }

  /// Without the hook: a loop long enough gets hot by itself and moves within its first call, an interchanged one as well.
  @Test func aLongFirstCallMovesByItself() throws {
    for sample in [try Self.positionwise(n: 1000, trips: 20_000), try Self.sequential(n: 1000, trips: 20_000)] {
      let program = try VerifiedProgram(try Lowering.lower(sample.graph))
      var options = ExecutionOptions(tier: .auto, workers: 1)
      options.compiler = NativeCompilers.compiler
      let executable = Executable(program, options: options)
      let frame = executable.makeFrame()
      for (index, values) in sample.arguments.enumerated() {
        frame.setArgument(index, try values.withUnsafeBytes { try Storage.copy($0) })
      }
      try executable.run(frame)
      TierController.drain()
      let statistics = executable.statistics.snapshot
      #expect(statistics.reason == TierReason.hot, "\(sample)")
      #expect(statistics.interpretedSteps + statistics.nativeSteps == 20_000)
      #expect(statistics.calls == 1)
    }
  }
}
