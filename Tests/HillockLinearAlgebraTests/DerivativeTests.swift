import HillockLinearAlgebra
import Testing

/// Derivatives against JAX, and against differences.
@Suite struct DerivativeTests {
  static let cases = OracleCase.read("derivatives.json")

  private func loss(_ item: OracleCase, _ x: [NDArray]) throws -> NDArray { weigh(try item.call(x)[0]) }

  private func gradient(_ item: OracleCase) -> ([NDArray]) throws -> [NDArray] {
    grad { (x: [NDArray]) in try loss(item, x) }
  }

  @Test func gradientsAreJAXs() throws {
    #expect(Self.cases.count >= 30)
    for item in Self.cases {
      for (result, known) in zip(try gradient(item)(item.arrays(.f64)), item.results) {
        try expectClose(result, known, within: 1e-10, item.testDescription)
      }
    }
  }

  @Test func secondDerivativesAreJAXs() throws {
    for item in Self.cases {
      guard let known = item.second, !known.isEmpty else { continue }
      let first = gradient(item)
      let second = grad { (x: [NDArray]) in
        try first(x).reduce(NDArray(0.0, dtype: .f64)) { $0 + weigh($1) }
      }
      for (result, known) in zip(try second(item.arrays(.f64)), known) {
        try expectClose(result, known, within: 1e-8, "the second derivative of \(item.testDescription)")
      }
    }
  }

  /// Forward mode, against central differences along a direction.
  @Test func tangentsAreDifferences() throws {
    let h = 1e-5
    for item in Self.cases {
      let x = item.arrays(.f64)
      let direction = x.map { cos(arange($0.count, dtype: .f64) * 3).reshaped($0.shape) }
      // A decomposition of a symmetric matrix is differentiated along symmetric changes.
      let isSymmetric = item.name.hasPrefix("cholesky") || item.name.hasPrefix("eigh") || item.name.hasPrefix("eigvalsh")
      let along = isSymmetric ? direction.map { $0 + $0.swappingAxes(-1, -2) } : direction
      let (_, tangent) = try jvp({ (x: [NDArray]) in try loss(item, x) }, at: x, along: along)
      let above = try loss(item, zip(x, along).map { $0 + h * $1 }), below = try loss(item, zip(x, along).map { $0 - h * $1 })
      try expectClose(tangent, (above - below) / (2 * h), within: 1e-6, "the tangent of \(item.testDescription)")
    }
  }

  /// In a program of each tier, and in lanes.
  @Test func derivativesInProgramsAndLanes() throws {
    for item in Self.cases where item.operands[0].shape.count == 2 {
      let x = item.arrays(.f64), first = gradient(item), direct = try first(x)
      let compiled = jit { (x: [NDArray]) in try first(x) }
      try expectSame(try compiled(x), direct, "\(item.testDescription), interpreted")
      #if Native
        try compiled.promote()
        try expectSame(try compiled(x), direct, "\(item.testDescription), compiled")
      #endif
      let lanes = vmap { (x: [NDArray]) in try first(x) }
      for (result, known) in zip(try lanes(x.map { stack([$0, $0 * 1.25]) }), direct) {
        try expectClose(result[0], known, within: 1e-10, "\(item.testDescription) in lanes")
      }
    }
  }

  /// A step that solves, carried and differentiated through a loop: x ← A(p)⁻¹ x, ten times.
  @Test func throughALoop() throws {
    func run(_ p: NDArray) throws -> NDArray {
      let a = NDArray([[2.0, 1.0], [0.0, 3.0]], dtype: .f64) * p
      return try forLoop(0..<10, carry: NDArray([1.0, 2.0], dtype: .f64)) { _, x in linalg.solve(a, x) * 2 }.sum()
    }
    let p = NDArray(1.5, dtype: .f64), slope = try grad { (p: NDArray) in try run(p) }(p)
    // x is proportional to p⁻¹⁰.
    try expectClose(slope, -10 / p * (try run(p)), within: 1e-12, "the slope")
    let f = jit { (p: NDArray) in try checkpoint { try run(p) } }
    try expectSame([try f(p)], [try run(p)], "in a part that is computed again")
    try expectClose(try grad { (p: NDArray) in try f(p) }(p), slope, within: 1e-12, "the slope of the part")
  }

  @Test func whatHasNoDerivativeIsNamed() throws {
    let a = NDArray([[1.0, 2.0], [3.0, 5.0], [1.0, 1.0]])
    for f in [
      { (x: NDArray) in linalg.qr(x, complete: true).q.sum() }, { (x: NDArray) in linalg.svd(x).u.sum() },
      { (x: NDArray) in linalg.eig(x[0..<2]).values.real.sum() },
    ] {
      let error = #expect(throws: HillockError.self) { try grad(f)(a) }
      #expect(error?.code == .argument)
    }
    // Equal eigenvalues have a sum with a slope, their eigenvectors none.
    #expect(try grad { (x: NDArray) in linalg.eigh(x).values.sum() }(eye(2)).floats() == [1, 0, 0, 1])
    #expect(try grad { (x: NDArray) in linalg.svd(x).s.sum() }(eye(2)).floats() == [1, 0, 0, 1])
    #expect(try grad { (x: NDArray) in linalg.eigh(x).vectors.sum() }(eye(2)).floats().contains(where: \.isNaN))
    #expect(try grad { (x: NDArray) in linalg.norm(x) }(zeros(3)).floats() == [0, 0, 0])
  }
}
