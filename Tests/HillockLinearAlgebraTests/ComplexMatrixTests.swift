import Foundation
import HillockTestSupport
import Testing

@testable import HillockLinearAlgebra

/// Complex matrices against NumPy and JAX, and factors that are put together again.
@Suite struct ComplexMatrixTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    /// Real and imaginary parts in turn.
    let operands: [OracleCase.Values]
    let results: [OracleCase.Values]?
    let slopes: [OracleCase.Values]?
    let second: [OracleCase.Values]?

    var testDescription: String { "\(name) of complex \(operands.map(\.shape))" }
    func arrays(_ dtype: DType) -> [NDArray] { operands.map { $0.array(dtype) } }
  }

  static let cases: [Case] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle/complex.json")
    do {
      return try JSONDecoder().decode([Case].self, from: try Data(contentsOf: path))
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  private static let norms: [Substring: MatrixNorm] = [
    "fro": .frobenius, "nuc": .nuclear, "1": .one, "-1": .minusOne, "2": .two, "-2": .minusTwo, "inf": .infinity,
    "-inf": .minusInfinity,
  ]

  private static func split(_ z: ComplexArray) -> [NDArray] { [z.real, z.imaginary] }

  /// Two parts for each complex result.
  static func call(_ name: String, _ x: [NDArray]) throws -> [NDArray] {
    let z = stride(from: 0, to: x.count, by: 2).map { ComplexArray(x[$0], x[$0 + 1]) }, a = z[0]
    let parts = name.split(separator: ".", maxSplits: 1), option = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "solve": return split(linalg.solve(a, z[1]))
    case "inverse": return split(linalg.inverse(a))
    case "det": return split(linalg.det(a))
    case "slogdet":
      let found = linalg.slogdet(a)
      return split(found.sign) + [found.logabsdet]
    case "cholesky": return split(linalg.cholesky(a))
    case "qr":
      let (q, r) = linalg.qr(a)
      return split(matmul(q, q.adjoint)) + split(matmul(r.adjoint, r))
    case "lu":
      let (order, lower, upper) = linalg.lu(a)
      return (option == "slopes" ? [] : [order]) + split(lower) + split(upper)
    case "triangularSolve":
      return split(
        linalg.triangularSolve(
          a, z[1], lower: option.hasPrefix("lower"), transposed: option.contains("transposed"),
          unitDiagonal: option.contains("unit")))
    case "expm": return split(linalg.expm(a))
    case "cond": return [linalg.cond(a, order: try #require(norms[option]))]
    case "eigvalsh": return [linalg.eigvalsh(a)]
    case "eigh":
      let (values, vectors) = linalg.eigh(a)
      return [values] + split(gauge(vectors))
    case "svdvals": return [linalg.svdvals(a)]
    case "svd":
      let (u, s, vh) = linalg.svd(a, fullMatrices: false)
      let product = a.columns > a.rows ? split(matmul(u, vh)) : []
      return split(gauge(u)) + [s] + split(gauge(vh.adjoint)) + product
    case "eigvals":
      let w = linalg.eigvals(a)
      return [(w * w * w).real.sum() + (square(w.real) * w.imaginary).sum()]
    case "pinv": return split(linalg.pinv(a, rcond: 1e-6))
    case "matrixRank": return [linalg.matrixRank(a, rtol: 1e-6)]
    case "lstsq":
      let (solution, residuals, rank, s) = linalg.lstsq(a, z[1], rcond: 1e-6)
      return split(solution) + [residuals, rank, s]
    case "matrixPower": return split(linalg.matrixPower(a, try #require(Int(option))))
    case "vectorNorm": return [linalg.vectorNorm(a, order: try #require(Double(option)), axis: [-1])]
    case "matrixNorm": return [linalg.matrixNorm(a, order: try #require(norms[option]))]
    default: throw HillockError(.argument, "no function is known for the case \(name)")
    }
  }

  /// Vectors without their phases.
  private static func gauge(_ v: ComplexArray) -> ComplexArray {
    matmul(v.scaled(by: NDArray([1.0, 2.0, 4.0], dtype: v.dtype)), v.adjoint)
  }

  @Test func valuesAreNumPys() throws {
    #expect(Self.cases.count { $0.results != nil } >= 50)
    for item in Self.cases {
      guard let known = item.results else { continue }
      for (dtype, tolerance) in [(DType.f64, 1e-12), (.f32, 3e-4)] {
        let results = try Self.call(item.name, item.arrays(dtype))
        try #require(results.count == known.count, "\(item.testDescription)")
        for (result, known) in zip(results, known) {
          try expectClose(result, known, within: tolerance, "\(item.testDescription), \(dtype)")
          if result.dtype.isFloating { #expect(result.dtype == dtype, "\(item.testDescription)") }
        }
      }
    }
  }

  /// A number of the results, as the oracle makes it.
  private static func loss(_ item: Case, _ x: [NDArray]) throws -> NDArray {
    var results = try call(item.name, x)
    if item.name == "lstsq" { results = Array(results.prefix(2)) }
    let realAlone: Set<String> = ["svdvals", "eigvalsh"]
    if realAlone.contains(item.name) || item.name.contains("Norm") || item.name.hasPrefix("eigvals") { return weigh(results[0]) }
    // The second of two parts counts twice.
    let isImaginary: [Bool] =
      switch item.name {
      case "slogdet": [false, true, false]
      case "eigh.gauge": [false, false, true]
      case "svd.gauge": [false, true, false, false, true, false, true]
      default: [false, true, false, true]
      }
    return zip(results, isImaginary).reduce(NDArray(0.0, dtype: .f64)) { $0 + ($1.1 ? 2 : 1) * weigh($1.0) }
  }

  @Test func derivativesAreJAXs() throws {
    #expect(Self.cases.count { $0.slopes != nil } >= 20)
    for item in Self.cases {
      guard let slopes = item.slopes else { continue }
      let gradient = grad { (x: [NDArray]) in try Self.loss(item, x) }
      for (result, known) in zip(try gradient(item.arrays(.f64)), slopes) {
        try expectClose(result, known, within: 1e-10, "the derivative of \(item.testDescription)")
      }
      guard let second = item.second else { continue }
      let twice = grad { (x: [NDArray]) in
        try gradient(x).reduce(NDArray(0.0, dtype: .f64)) { $0 + weigh($1) }
      }
      for (result, known) in zip(try twice(item.arrays(.f64)), second) {
        try expectClose(result, known, within: 1e-8, "the second derivative of \(item.testDescription)")
      }
    }
  }

  /// Forward mode and lanes, against the gradient.
  @Test func tangentsAndLanes() throws {
    for item in Self.cases {
      guard let slopes = item.slopes else { continue }
      let x = item.arrays(.f64), along = x.map { cos(arange($0.count, dtype: .f64) * 3).reshaped($0.shape) }
      let (_, tangent) = try jvp({ (x: [NDArray]) in try Self.loss(item, x) }, at: x, along: along)
      let known = zip(slopes, along).reduce(NDArray(0.0, dtype: .f64)) { $0 + ($1.0.array(.f64) * $1.1).sum() }
      try expectClose(tangent, known, within: 1e-10, "the tangent of \(item.testDescription)")
      let lanes = vmap { (x: [NDArray]) in try Self.loss(item, x) }
      let both = try lanes(x.map { stack([$0, $0 * 1.25]) })
      try expectClose(both[0], try Self.loss(item, x), within: 1e-11, "\(item.testDescription) in lanes")
    }
  }

  @Test func bitsAreTheSameEverywhere() throws {
    for item in Self.cases where item.results != nil && !item.name.contains("Norm") && !item.name.hasPrefix("matrixPower") {
      let operands = item.arrays(.f32), direct = try Self.call(item.name, operands)
      let f = jit { (x: [NDArray]) in try Self.call(item.name, x) }
      try expectSame(try f(operands), direct, "\(item.testDescription), interpreted")
      #if Native
        try f.promote()
        try expectSame(try f(operands), direct, "\(item.testDescription), compiled")
      #endif
    }
  }

  private func matrices(_ shape: [Int], _ dtype: DType) -> ComplexArray {
    ComplexArray(DecompositionTests.matrices(shape, dtype, seed: 3), DecompositionTests.matrices(shape, dtype, seed: 4))
  }

  private func expectClose(_ z: ComplexArray, _ known: ComplexArray, within tolerance: Double, _ what: String) throws {
    try HillockLinearAlgebraTests.expectClose(z.real, known.real, within: tolerance, what)
    try HillockLinearAlgebraTests.expectClose(z.imaginary, known.imaginary, within: tolerance, what)
  }

  private func expectClose(_ x: NDArray, _ known: OracleCase.Values, within tolerance: Double, _ what: String) throws {
    try HillockLinearAlgebraTests.expectClose(x, known, within: tolerance, what)
  }

  private func expectClose(_ x: NDArray, _ known: NDArray, within tolerance: Double, _ what: String) throws {
    try HillockLinearAlgebraTests.expectClose(x, known, within: tolerance, what)
  }

  private func identity(_ n: Int, like a: ComplexArray) -> ComplexArray {
    ComplexArray(eye(n, dtype: a.dtype)).broadcast(to: a.batch + [n, n])
  }

  @Test(arguments: DecompositionTests.shapes) func factorsMakeTheMatrix(_ shape: [Int]) throws {
    for (dtype, tolerance) in [(DType.f64, 1e-13), (.f32, 2e-5)] {
      let a = matrices(shape, dtype), (m, n) = (a.rows, a.columns), k = min(m, n)
      for complete in [false, true] {
        let (q, r) = linalg.qr(a, complete: complete)
        #expect(q.shape == a.batch + [m, complete ? m : k] && r.shape == a.batch + [complete ? m : k, n])
        try expectClose(matmul(q, r), a, within: tolerance, "qr")
        try expectClose(matmul(q.adjoint, q), identity(complete ? m : k, like: a), within: tolerance, "Q")
        let (row, column) = (arange(r.rows).reshaped(-1, 1), arange(n))
        #expect(try select(row .> column, abs(r), 0).doubles().allSatisfy { $0 == 0 })
        let (u, s, vh) = linalg.svd(a, fullMatrices: complete)
        #expect(u.shape == a.batch + [m, complete ? m : k] && vh.shape == a.batch + [complete ? n : k, n])
        let first = u[..., 0..<k].scaled(by: s.expandingDims(axis: -2))
        try expectClose(matmul(first, vh[..., 0..<k, 0..<n]), a, within: tolerance, "svd")
        try expectClose(matmul(u.adjoint, u), identity(complete ? m : k, like: a), within: tolerance, "U")
        try expectClose(matmul(vh, vh.adjoint), identity(complete ? n : k, like: a), within: tolerance, "V")
        try expectClose(linalg.svdvals(a), s, within: tolerance, "svdvals")
        let steps = s[..., 0..<(k - 1)] - s[..., 1...]
        #expect(try steps.doubles().allSatisfy { $0 >= 0 } && s.doubles().allSatisfy { $0 >= 0 })
      }
    }
  }

  @Test(arguments: [[1, 1], [6, 6], [2, 3, 5, 5]]) func eigenvectorsAreStretched(_ shape: [Int]) throws {
    for (dtype, tolerance) in [(DType.f64, 1e-12), (.f32, 1e-4)] {
      let a = matrices(shape, dtype), hermitian = a + a.adjoint
      let (values, vectors) = linalg.eigh(hermitian)
      try expectClose(
        matmul(hermitian, vectors), vectors.scaled(by: values.expandingDims(axis: -2)), within: tolerance, "eigh")
      try expectClose(matmul(vectors.adjoint, vectors), identity(a.rows, like: a), within: tolerance, "eigenvectors")
      try expectClose(linalg.eigvalsh(hermitian), values, within: tolerance, "eigvalsh")
      let (w, v) = linalg.eig(a)
      try expectClose(matmul(a, v), v * w.expandingDims(axis: -2), within: tolerance, "eig")
      let lengths = v.squaredMagnitude.sum(axis: -2)
      try expectClose(lengths, onesLike(lengths), within: tolerance, "lengths")
      try expectClose(linalg.eigvals(a).sum(axis: -1), a.mainDiagonal.sum(axis: -1), within: tolerance, "the sum of eigenvalues")
      // Of a real matrix written as a complex one.
      let real = linalg.eig(a.real), same = linalg.eig(ComplexArray(a.real))
      try expectClose(real.values.prod(axis: -1), same.values.prod(axis: -1), within: tolerance, "eig of real matrices")
    }
  }

  /// What has no result is NaN in its item, and nothing else is.
  @Test func badItemsAreNaN() throws {
    let good = NDArray([[2.0, 1.0], [1.0, 3.0]])
    for bad in [Double.nan, .infinity] {
      let z = ComplexArray(stack([good, good]), stack([zeros(2, 2), NDArray([[0.0, 0.0], [bad, 0.0]])]))
      func check(_ name: String, _ result: ComplexArray) throws {
        let items = result.reshaped(2, -1)
        #expect(try isFinite(items[0]).all().item(as: Bool.self), "\(name) of the good matrix")
        #expect(try isNaN(items[1]).all().item(as: Bool.self), "\(name) beside \(bad)")
      }
      try check("eigh", linalg.eigh(z).vectors)
      try check("eigvalsh", linalg.eigvalsh(z).complex)
      try check("eig", linalg.eig(z).vectors)
      try check("svd", linalg.svd(z).u)
      try check("svdvals", linalg.svdvals(z).complex)
      try check("pinv", linalg.pinv(z))
      try check("lstsq", linalg.lstsq(z, ComplexArray(ones(2, 2, 1))).x)
    }
  }

  @Test func emptyMatrices() throws {
    let none = ComplexArray(zeros(0, 0)), tall = ComplexArray(zeros(2, 3, 0))
    #expect(linalg.solve(none, ComplexArray(zeros(0, 4))).shape == [0, 4])
    #expect(linalg.inverse(none).shape == [0, 0] && linalg.eigh(none).vectors.shape == [0, 0])
    #expect(linalg.eig(none).values.shape == [0] && linalg.svd(tall).vh.shape == [2, 0, 0])
    try expectClose(linalg.svd(tall).u, identity(3, like: tall), within: 0, "U")
    try expectClose(linalg.qr(tall, complete: true).q, identity(3, like: tall), within: 0, "Q")
    #expect(try linalg.det(none).real.item(as: Double.self) == 1)
    #expect(linalg.lstsq(tall, ComplexArray(zeros(2, 3, 1))).x.shape == [2, 0, 1])
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let wide = ComplexArray(zeros(2, 3)), square = ComplexArray(eye(3))
    func check(_ code: ErrorCode, _ words: String, body: () throws -> Void) {
      let error = #expect(throws: HillockError.self) { try body() }
      #expect(error?.code == code && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    check(.shape, "inverse takes square") { _ = try Operands.square("inverse", wide) }
    check(.shape, "3 rows") { _ = try Operands.system("solve", square, ComplexArray(ones(2))) }
    check(.shape, "det takes square") { _ = try linalg.det(wide).real.item(as: Double.self) }
    check(.argument, "derivative") { _ = try grad { (z: ComplexArray) in linalg.eig(z).vectors.real.sum() }(square) }
    check(.argument, "derivative") {
      _ = try grad { (z: ComplexArray) in linalg.svd(z).u.real.sum() }(ComplexArray(ones(3, 2)))
    }
    #expect(linalg.solve(ComplexArray(eye(2, dtype: .f64)), ComplexArray(ones(2))).dtype == .f64)
    #expect(try grad { (z: ComplexArray) in linalg.norm(z) }(ComplexArray(zeros(3))).real.doubles() == [0, 0, 0])
    #expect(
      try grad { (z: ComplexArray) in linalg.vectorNorm(z, order: 1) }(ComplexArray(zeros(3))).imaginary.doubles() == [0, 0, 0])
  }
}

extension NDArray {
  fileprivate func doubles() throws -> [Double] { try scalars(as: Double.self) }
}
