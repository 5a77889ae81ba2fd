import HillockLinearAlgebra
import Testing

/// Values against NumPy and SciPy, and the same bits everywhere.
@Suite struct ValueTests {
  static let cases = OracleCase.read("values.json")

  @Test func valuesAreNumPys() throws {
    #expect(Self.cases.count >= 100)
    for item in Self.cases {
      for (dtype, tolerance) in [(DType.f64, 1e-11), (.f32, 3e-4)] {
        let results = try item.call(item.arrays(dtype))
        try #require(results.count == item.results.count)
        for (result, known) in zip(results, item.results) {
          try expectClose(result, known, within: tolerance, "\(item.testDescription), \(dtype)")
          if result.dtype.isFloating { #expect(result.dtype == dtype, "\(item.testDescription)") }
        }
      }
    }
  }

  /// At once, in a program of each tier, in a loop: one routine after the other for the same memory.
  @Test func bitsAreTheSameEverywhere() throws {
    for item in Self.cases where !item.name.contains("Norm") && !item.name.hasPrefix("matrixPower") {
      let operands = item.arrays(.f32), direct = try item.call(operands)
      let f = jit { (x: [NDArray]) in try item.call(x) }
      try expectSame(try f(operands), direct, "\(item.testDescription), interpreted")
      #if Native
        try f.promote()
        try expectSame(try f(operands), direct, "\(item.testDescription), compiled")
      #endif
      try expectSame(try withoutJIT { try f(operands) }, direct, "\(item.testDescription), without jit")
    }
  }

  /// Two functions of one matrix share what they have in common, and what nothing reads is not computed.
  @Test func equalCallsAreOne() throws {
    func calls(_ f: @escaping (NDArray) -> [NDArray]) throws -> Int {
      let program = jit { (x: NDArray) in f(x) }
      return try program.disassembly(eye(3)).split(separator: "\n").count { $0.contains(#/\bcall \d+ /#) }
    }
    #expect(try calls { [linalg.det($0), linalg.slogdet($0).logabsdet] } == 1)
    #expect(try calls { [linalg.eigh($0).values, linalg.eigh($0).vectors] } == 1)
    #expect(try calls { [linalg.svd($0).u, linalg.svd($0).s] } == 1)
    #expect(try calls { x in [linalg.inverse(x), linalg.solve(x, ones(3))] } == 3)
    #expect(
      try calls { x in
        _ = linalg.svd(x)
        return [x]
      } == 0)
  }

  /// A matrix that lanes share is factored once, and solved with for each.
  @Test func oneFactorizationServesAllLanes() throws {
    let solve = vmap({ (a: NDArray, b: NDArray) in linalg.solve(a, b) }, in: [nil, 0])
    let program = jit { (a: NDArray, b: NDArray) in try solve(a, b) }
    let a = NDArray([[2.0, 1.0], [0.0, 4.0]]), b = NDArray([[4.0, 4.0], [1.0, 2.0], [0.0, 1.0]])
    let text = try program.graph(a, b).split(separator: "\n").map(String.init)
    // Indented lines are those of a region; that of the part holds the factorization, that of the loop in it the solution.
    let depths = text.filter { $0.contains(" call ") }.map { $0.prefix { $0 == " " }.count }
    #expect(Set(depths).count == 2, "\(text.joined(separator: "\n"))")
    try expectSame([try program(a, b)], [NDArray([[1.5, 1.0], [0.25, 0.5], [-0.125, 0.25]])], "lanes")
  }

  /// The items of a batch one by one, by `vmap`.
  @Test func lanesAreTheBatch() throws {
    var count = 0
    for item in Self.cases {
      guard let extent = item.operands.first?.shape.first, let rank = item.operands.first?.shape.count, rank >= 3,
        item.operands.allSatisfy({ $0.shape.count == rank && $0.shape.first == extent }), extent > 0, item.name != "norm"
      else { continue }
      let lanes = vmap { (x: [NDArray]) in try item.call(x) }
      for (lane, known) in zip(try lanes(item.arrays(.f64)), item.results) {
        try expectClose(lane, known, within: 1e-11, "\(item.testDescription) in lanes")
      }
      count += 1
    }
    #expect(count > 30)
  }
}
