import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// The derivative of each op: forward and reverse mode against central differences, and against each other. In double, at random
/// places away from corners; the corners have a test of their own.
@Suite struct DerivativeRuleTests {
  /// Where an op is smooth, for the operands of each.
  private static func domain(_ name: String, _ operand: Int) -> ClosedRange<Double> {
    switch name {
    case "sqrt", "rsqrt", "log", "log2", "log10", "log1p": 0.2...3
    case "pow": operand == 0 ? 0.3...2 : -2...2
    case "asin", "acos": -0.9...0.9
    case "tan": -1.2...1.2
    case "div", "mod": operand == 0 ? -2...2 : 0.7...2.5
    default: -2...2
    }
  }

  static let smooth = OpTable.rows.filter { if case .partials = $0.derivative { true } else { false } }

  private func program(_ row: OpRow, count: Int) throws -> Graph {
    try graph(row.operandTypes(.f64).map { ArrayType($0, [count]) }, name: row.name) { builder, x in
      [try builder.elementwise(row.op, x)]
    }
  }

  private func run(_ graph: Graph, _ arguments: [[Double]], _ conditions: [Bool]) throws -> [[Double]] {
    let storages = try zip(graph.arguments, arguments).map { type, values in
      type.dtype == .bool ? try storage(conditions) : try storage(values)
    }
    return try HillockRuntimeTests.run(graph, storages).map { $0.values(Double.self) }
  }

  @Test(arguments: smooth.map(\.name)) func bothModesAgreeWithDifferences(_ name: String) throws {
    let row = try op(name).row, count = 40
    var random = SeededRandom(seed: UInt64(row.op.code) + 1)
    let primal = try program(row, count: count)
    let conditions = (0..<count).map { $0 % 2 == 0 }
    let arguments = (0..<row.arity).map { operand in
      (0..<count).map { _ in Double.random(in: Self.domain(name, operand), using: &random) }
    }
    // (customslope says of itself what its slope is.)
    guard name != "customslope" else { return }
    let places = primal.arguments.indices.filter { primal.arguments[$0].dtype.isFloating }
    let directions = places.map { _ in (0..<count).map { _ in Double.random(in: -1...1, using: &random) } }
    let weights = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }

    let tangent = try run(try primal.jvp(of: places), arguments + directions, conditions)[1]
    let cotangents = Array(try run(try primal.vjp(of: places), arguments + [weights], conditions).dropFirst())
    func moved(_ step: Double) -> [[Double]] {
      var moved = arguments
      for (place, direction) in zip(places, directions) { moved[place] = zip(moved[place], direction).map { $0 + step * $1 } }
      return moved
    }
    let step = 1e-5
    let (above, below) = (try run(primal, moved(step), conditions)[0], try run(primal, moved(-step), conditions)[0])
    for position in 0..<count {
      let difference = (above[position] - below[position]) / (2 * step)
      let scale = max(1, difference.magnitude)
      #expect((tangent[position] - difference).magnitude < 1e-5 * scale, "\(name) at \(arguments.map { $0[position] })")
    }
    let forward = zip(weights, tangent).reduce(0) { $0 + $1.0 * $1.1 }
    let reverse = zip(cotangents, directions).reduce(0) { sum, pair in
      sum + zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let size = zip(weights, tangent).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
    #expect((forward - reverse).magnitude <= 1e-12 * max(size, 1), "\(name): \(forward) forward, \(reverse) in reverse")
  }

  /// The derivative of the derivative, by the same difference.
  @Test(arguments: smooth.map(\.name)) func secondDerivatives(_ name: String) throws {
    let row = try op(name).row, count = 20
    guard name != "customslope" else { return }
    var random = SeededRandom(seed: UInt64(row.op.code) + 100)
    let primal = try program(row, count: count)
    let conditions = (0..<count).map { $0 % 3 == 0 }
    let arguments = (0..<row.arity).map { operand in
      (0..<count).map { _ in Double.random(in: Self.domain(name, operand), using: &random) }
    }
    let places = primal.arguments.indices.filter { primal.arguments[$0].dtype.isFloating }
    let ones = [Double](repeating: 1, count: count)
    let first = try primal.jvp(of: [places[0]])
    let second = try run(try first.jvp(of: [places[0]]), arguments + [ones, ones], conditions)[3]
    let step = 1e-5
    func slope(_ move: Double) throws -> [Double] {
      var moved = arguments
      moved[places[0]] = moved[places[0]].map { $0 + move }
      return try run(first, moved + [ones], conditions)[1]
    }
    let (above, below) = (try slope(step), try slope(-step))
    for position in 0..<count {
      let difference = (above[position] - below[position]) / (2 * step)
      #expect(
        (second[position] - difference).magnitude < 1e-4 * max(1, difference.magnitude),
        "\(name) at \(arguments.map { $0[position] })")
    }
  }

  @Test func everyRowHasARuleOrAReason() {
    for row in OpTable.rows {
      guard case .none(let reason) = row.derivative else { continue }
      #expect(!reason.isEmpty, "\(row.name)")
    }
    for op in ArrayOp.allCases {
      guard case .none(let reason) = op.row.derivative else { continue }
      #expect(!reason.isEmpty, "\(op.row.name)")
    }
  }

  /// The table of Spec/transformations.md.
  @Test(arguments: [
    ("abs", [0.0], [1.0]), ("abs", [-0.0], [1]), ("max", [2, 2], [0.5, 0.5]), ("min", [2, 2], [0.5, 0.5]),
    ("max", [.nan, 1], [0, 0]),
    ("sqrt", [0], [.infinity]), ("pow", [0, 1], [1, 0]), ("pow", [0, 2], [0, 0]), ("pow", [0, 0.5], [.infinity, 0]),
    ("pow", [0, 0], [0, 0]), ("pow", [-2, 2], [-4, .nan]), ("hypot", [0, 0], [0, 0]), ("exprel", [0], [0.5]),
    ("rexprel", [0], [-0.5]),
    ("sign", [0], [0]), ("floor", [1], [0]),
  ])
  func corners(_ name: String, _ x: [Double], _ expected: [Double]) throws {
    let primal = try graph(x.map { _ in ArrayType(.f64, []) }, name: name) { builder, x in
      [try builder.elementwise(try op(name), x)]
    }
    let gradients = try run(try primal.gradient(of: Array(x.indices)), x.map { [$0] }, []).dropFirst().map { $0[0] }
    #expect(zip(gradients, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(gradients) for \(expected)")
  }

  /// What is selected away contributes nothing, not even an infinite slope.
  @Test func anUntakenSideOfASelectContributesNothing() throws {
    let primal = try graph([ArrayType(.f64, [])], name: "guarded") { builder, x in
      let root = try builder.elementwise(.sqrt, [x[0]])
      let isPositive = try builder.elementwise(.gt, [x[0], try builder.number(0, .f64)])
      return [try builder.elementwise(.select, [isPositive, root, try builder.number(3, .f64)])]
    }
    // (The zero that arrives at the root is still multiplied by its infinite slope there: the guard belongs before it.)
    #expect(try run(try primal.gradient(of: [0]), [[4]], [])[1] == [0.25])
  }
}
