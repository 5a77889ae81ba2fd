import Foundation
import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Derivatives of random programs: forward and reverse mode agree, every way to run them gives the same bits, what is computed again
/// changes no bit, and lanes are the program for each of them.
///
/// `HILLOCK_DERIVATIVES` sets how many programs are tried (8 by default), `HILLOCK_DIFFERENTIAL_SEED` the first seed. A program that
/// fails is shrunk and printed with its seed. `tools/differential derivatives` runs many in a release build.
@Suite struct DerivativeProgramTests {
  init() { NativeCompilers.checkCode() }

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  @Test func derivativesOfRandomPrograms() throws {
    let count = Self.number("HILLOCK_DERIVATIVES") ?? 8, first = UInt64(max(Self.number("HILLOCK_DIFFERENTIAL_SEED") ?? 1, 0))
    var tried = 0, failed = 0, active = 0, withRegions = 0
    for seed in first..<first + UInt64(count) {
      guard let program = try? SmoothProgram(seed: seed, size: 14) else { continue }
      tried += 1
      if !program.graph.regions.isEmpty { withRegions += 1 }
      let (difference, isActive) = DerivativeCheck.difference(program, seed: seed)
      if isActive { active += 1 }
      guard let difference else { continue }
      failed += 1
      let smallest = (0...14).lazy.compactMap { try? SmoothProgram(seed: seed, size: $0) }.first {
        DerivativeCheck.difference($0, seed: seed).message != nil
      }
      Issue.record("seed \(seed): \(difference)\n\(smallest.map { "shrunk: \($0.graph.text)" } ?? "it did not fail again")")
      if failed >= 10 { break }
    }
    print(
      "derivatives of \(tried) random programs from seed \(first), \(withRegions) of them with regions, \(active) with slopes other than 0: \(failed) differ"
    )
    #expect(tried > count * 8 / 10 && active > tried / 2 && withRegions > tried / 2, "too few programs say something")
  }
}

/// What is asked of the derivatives of a program.
enum DerivativeCheck {
  /// What differs, or nil; and whether some slope is not 0.
  static func difference(_ program: SmoothProgram, seed: UInt64) -> (message: String?, isActive: Bool) {
    do { return try check(program, seed) } catch { return ("\(error)", false) }
  }

  private static func check(_ program: SmoothProgram, _ seed: UInt64) throws -> (message: String?, isActive: Bool) {
    let graph = program.graph, places = Array(graph.arguments.indices)
    var random = SeededRandom(seed: seed ^ 0x5EED)
    let directions = graph.arguments.map { SmoothProgram.numbers($0, &random) }
    let weights = graph.results.map { SmoothProgram.numbers(graph.type($0), &random) }
    let forward = try graph.jvp(of: places), reverse = try graph.vjp(of: places)

    // Forward against reverse.
    let values = try run(graph, program.arguments, program)
    let changed = try run(forward, program.arguments + directions, program)
    let back = try run(reverse, program.arguments + weights, program)
    guard Array(changed.prefix(values.count)) == values, Array(back.prefix(values.count)) == values else {
      return ("the values change where the derivative is taken", false)
    }
    let tangents = changed.dropFirst(values.count), cotangents = back.dropFirst(values.count)
    let left = product(weights, tangents), right = product(directions, cotangents)
    guard left.sum.isFinite, right.sum.isFinite else { return ("the derivative is not finite", false) }
    guard (left.sum - right.sum).magnitude <= 1e-10 * max(left.size, right.size, 1e-3) else {
      return ("<v, Ju> is \(left.sum) and <Jᵀv, u> \(right.sum), of sizes \(left.size) and \(right.size)", true)
    }
    let isActive = left.size > 0

    // Every way to run both.
    for (derivative, given) in [(forward, directions), (reverse, weights)] {
      var test = ConformanceCase(name: "seed \(seed)", place: "", program: DeadCode.eliminate(derivative).text)
      test.arguments = program.arguments + given
      test.variables = Dictionary(uniqueKeysWithValues: zip(graph.variables.map(\.name), program.variables))
      if let message = try modes(PreparedCase(test), seed) { return (message, isActive) }
    }

    // What is computed again: loops with few slots, and the whole as a part.
    for (name, variant) in [("few slots", try slotted(graph)), ("checkpoint", try whole(graph))] {
      let again = try run(try variant.vjp(of: places), program.arguments + weights, program)
      guard again == back else { return ("\(name): \(first(again, back))", isActive) }
    }

    // Lanes.
    if let message = try lanes(reverse, program, weights, &random) { return (message, isActive) }
    return (nil, isActive)
  }

  private static func run(_ graph: Graph, _ arguments: [ConstantData], _ program: SmoothProgram) throws -> [ConstantData] {
    let verified = try VerifiedProgram(try Lowering.lower(Passes.run(graph)))
    return try ProgramRun.run(
      verified, arguments: arguments, variables: program.variables, options: ExecutionOptions(tier: .interpreter, workers: 1)
    ).results
  }

  /// The first difference between two ways to run it.
  private static func modes(_ prepared: PreparedCase, _ seed: UInt64) throws -> String? {
    var reference: (mode: Mode, outputs: Outputs)?
    for mode in Differential.modes(seed) {
      let outputs = try prepared.run(mode)
      guard let first = reference else {
        reference = (mode, outputs)
        continue
      }
      if let difference = prepared.differences(outputs, mode: mode, from: first.outputs, mode: first.mode).first {
        return difference
      }
    }
    return prepared.roundTripFailures().first
  }

  /// Every loop with the fewest slots that it can do with, and others with a few more.
  private static func slotted(_ graph: Graph) throws(HillockError) -> Graph {
    var result = graph
    for index in graph.nodes.indices {
      guard case .loop(var loop) = graph.nodes[index].operation else { continue }
      loop.slots = [9, 11, 12, 17][index % 4]
      result.nodes[index].operation = .loop(loop)
    }
    var regions: [Graph] = []
    for region in graph.regions { regions.append(try slotted(region)) }
    result.regions = regions
    return result
  }

  /// The same program as one part that is computed again.
  private static func whole(_ graph: Graph) throws(HillockError) -> Graph {
    var builder = GraphBuilder(name: graph.name)
    let arguments = graph.arguments.map { builder.argument($0) }
    let variables = graph.variables.map { builder.variable(name: $0.name, $0.type).value }
    var inner = GraphBuilder(name: "part")
    let given = graph.arguments.map { inner.argument($0) }, read = graph.variables.map { inner.argument($0.type) }
    var copier = NodeCopier(graph)
    let map = graph.walk { (_, node, operands) in
      switch node.operation {
      case .argument(let position): return .one(given[position])
      case .variable(let slot): return .one(read[slot])
      default: return .one(copier.copy(node, operands, into: &inner))
      }
    }
    for root in graph.roots { inner.result(map[root]) }
    let elements = builder.elements(of: try builder.part(inner.graph, .again, arguments + variables))
    for result in elements.prefix(graph.results.count) { builder.result(result) }
    for (store, value) in zip(graph.stores, elements.dropFirst(graph.results.count)) {
      try builder.store(slot: store.slot, value)
    }
    return builder.graph
  }

  /// Two lanes of the derivative, the second with other arguments, against each alone. Sums may be added in another order.
  private static func lanes(
    _ derivative: Graph, _ program: SmoothProgram, _ weights: [ConstantData], _ random: inout SeededRandom
  ) throws -> String? {
    var pure = derivative
    pure.stores = []
    let given = program.arguments + weights, others = given.map { SmoothProgram.numbers($0.type, &random) }
    let both = zip(given, others).map { first, second in
      ConstantData(type: ArrayType(.f64, [2] + first.type.shape), bytes: first.bytes + second.bytes)
    }
    let batched = try pure.batched(given.map { _ in 0 }, size: 2)
    let all = try run(batched, both, program)
    for (lane, arguments) in [given, others].enumerated() {
      let alone = try run(pure, arguments, program)
      for (position, (one, many)) in zip(alone, all).enumerated() {
        let expected = doubles(one), found = Array(doubles(many)[(lane * expected.count)..<((lane + 1) * expected.count)])
        let size = expected.reduce(1) { max($0, $1.magnitude) }
        for (a, b) in zip(expected, found) where (a - b).magnitude > 1e-9 * size {
          return "lane \(lane), result \(position): \(b), alone \(a)"
        }
      }
    }
    return nil
  }

  private static func product(
    _ a: some Sequence<ConstantData>, _ b: some Sequence<ConstantData>
  ) -> (sum: Double, size: Double) {
    var sum = 0.0, size = 0.0
    for (x, y) in zip(a, b) {
      for (p, q) in zip(doubles(x), doubles(y)) {
        sum += p * q
        size += (p * q).magnitude
      }
    }
    return (sum, size)
  }

  private static func doubles(_ data: ConstantData) -> [Double] {
    data.bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
  }

  private static func first(_ a: [ConstantData], _ b: [ConstantData]) -> String {
    for (position, (x, y)) in zip(a, b).enumerated() where x != y {
      for (element, (p, q)) in zip(doubles(x), doubles(y)).enumerated() where p.bitPattern != q.bitPattern {
        return "result \(position), element \(element) is \(p) and not \(q)"
      }
    }
    return "other results"
  }
}
