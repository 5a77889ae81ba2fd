import Hillock
import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Random programs, with loops, branches and draws, for several lanes at once: each lane has the bits of the program run for it alone.
///
/// Sums of floats may be added in another order, so programs with sums or products of floats are left out: those of integers wrap, and
/// are exact in any order.
@Suite struct BatchedProgramTests {
  private static let lanes = 3

  @Test func eachLaneOfABatchedProgramIsTheProgramAlone() throws {
    var tried = 0, mixed = 0
    for seed in UInt64(1)...260 {
      guard let graph = try? Self.program(seed), !Self.addsFloats(graph), !Self.calls(graph) else { continue }
      tried += 1
      var random = SeededRandom(seed: seed)
      let axes = graph.arguments.map { type in
        Int.random(in: 0..<4, using: &random) == 0 ? nil : Int.random(in: 0...type.rank, using: &random)
      }
      if axes.contains(nil), axes.contains(where: { $0 != nil }) { mixed += 1 }
      let outputs = graph.results.map { Int.random(in: 0...graph.type($0).rank, using: &random) }
      let batched = try graph.batched(axes, size: Self.lanes, results: outputs, draws: .shared)
      #expect(try Graph(parsing: batched.text).text == batched.text, "seed \(seed)")
      let data = batched.arguments.map { RandomData.array($0, &random) }
      let all = try Self.run(Passes.run(batched), data)
      for lane in 0..<Self.lanes {
        let own = zip(data, axes).map { array, axis in axis.map { Self.lane(lane, of: array, along: $0) } ?? array }
        let alone = try Self.run(graph, own)
        for (position, (expected, result)) in zip(alone, all).enumerated() {
          let found = Self.lane(lane, of: result, along: outputs[position])
          #expect(
            Self.normalised(found) == Self.normalised(expected),
            "seed \(seed), lane \(lane), result \(position), axes \(axes)\n\(graph.text)\n\(batched.text)")
          if Self.normalised(found) != Self.normalised(expected) { return }
        }
      }
    }
    #expect(tried > 60 && mixed > 10, "too few programs: \(tried), with shared arguments \(mixed)")
  }

  private static func program(_ seed: UInt64) throws(HillockError) -> Graph {
    var random = SeededRandom(seed: seed)
    var writer = RandomWriter(GraphBuilder(name: "seed \(seed)"), seed: random.next())
    let shapes: [[Int]] = [[], [1], [3], [4], [17], [4, 3], [3, 4], [2, 1, 3], [7, 5], [0], [3, 0]]
    writer.shapes = (0..<3).map { _ in shapes.randomElement(using: &random)! }
    writer.dtypes = [.i32, [.i64, .u32, .u64].randomElement(using: &random)!, [.bool, .f32].randomElement(using: &random)!]
    for _ in 0..<3 { writer.values.append(writer.builder.argument(writer.type(&random))) }
    let rootSeed = random.next()
    writer.fill(size: 9, depth: 0)
    var roots = SeededRandom(seed: rootSeed)
    for _ in 0..<3 { writer.builder.result(writer.values.suffix(8).randomElement(using: &roots)!) }
    for slot in writer.functions.slots { _ = try writer.builder.declareFunction(slot) }
    return DeadCode.eliminate(writer.builder.graph)
  }

  private static func addsFloats(_ graph: Graph) -> Bool {
    graph.regions.contains(where: addsFloats)
      || graph.nodes.contains { node in
        switch node.operation {
        case .reduce(.sum, _), .reduce(.product, _), .dot: node.type.dtype.isFloating
        default: false
        }
      }
  }

  private static func calls(_ graph: Graph) -> Bool {
    graph.regions.contains(where: calls) || graph.nodes.contains { if case .call = $0.operation { true } else { false } }
  }

  private static func run(_ graph: Graph, _ arguments: [ConstantData]) throws -> [ConstantData] {
    let program = try VerifiedProgram(try Lowering.lower(graph))
    let options = ExecutionOptions(tier: .interpreter, workers: 2)
    return try ProgramRun.run(program, arguments: arguments, variables: [], options: options).results
  }

  private static func lane(_ lane: Int, of array: ConstantData, along axis: Int) -> ConstantData {
    var shape = array.type.shape
    let size = shape.remove(at: axis), type = ArrayType(array.type.dtype, shape)
    let row: Int = shape[axis...].reduce(type.dtype.size, *), outer: Int = shape[..<axis].reduce(1, *)
    var bytes: [UInt8] = []
    for index in 0..<outer {
      let start: Int = (index * size + lane) * row
      bytes += array.bytes[start..<(start + row)]
    }
    return ConstantData(type: type, bytes: bytes)
  }

  /// NaNs of any bits are equal.
  private static func normalised(_ data: ConstantData) -> [String] {
    let dtype = data.type.dtype
    guard dtype.isFloating else { return data.bytes.map { "\($0)" } }
    return (0..<data.type.count).map { i in
      let element = data.bytes[(i * dtype.size)..<((i + 1) * dtype.size)]
      let bits: UInt64 = element.reversed().reduce(0) { $0 << 8 | UInt64($1) }
      if case .float(let value) = ElementValue(bits: bits, dtype: dtype), value.isNaN { return "nan" }
      return "\(bits)"
    }
  }
}
