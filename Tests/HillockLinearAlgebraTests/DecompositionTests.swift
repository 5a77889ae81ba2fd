import HillockTestSupport
import Testing

@testable import HillockLinearAlgebra

/// Factors are put together again: they are unique only up to signs.
@Suite struct DecompositionTests {
  /// Random matrices; the seed is the same each time.
  static func matrices(_ shape: [Int], _ dtype: DType, seed: UInt64 = 7) -> NDArray {
    var random = SeededRandom(seed: seed)
    let count = shape.reduce(1, *)
    return NDArray((0..<count).map { _ in Double.random(in: -2...2, using: &random) }, shape: shape, dtype: dtype)
  }

  private func identity(_ n: Int, like a: NDArray) -> NDArray {
    eye(n, dtype: a.dtype).broadcast(to: Array(a.shape.dropLast(2)) + [n, n])
  }

  private func t(_ a: NDArray) -> NDArray { a.swappingAxes(-1, -2) }

  private func isZeroBelow(_ r: NDArray) throws -> Bool {
    let row = arange(r.shape[r.rank - 2]).reshaped(-1, 1), column = arange(r.shape[r.rank - 1])
    return try select(row .> column, r, 0).scalars(as: Double.self).allSatisfy { $0 == 0 }
  }

  static let shapes = [[1, 1], [5, 5], [7, 4], [4, 7], [2, 3, 6, 6], [3, 6, 2], [3, 2, 6]]

  @Test(arguments: shapes) func factorsMakeTheMatrix(_ shape: [Int]) throws {
    for (dtype, tolerance) in [(DType.f64, 1e-13), (.f32, 1e-5)] {
      let a = Self.matrices(shape, dtype), m = shape[shape.count - 2], n = shape[shape.count - 1], k = min(m, n)
      let batch = Array(shape.dropLast(2))
      for complete in [false, true] {
        let (q, r) = linalg.qr(a, complete: complete)
        #expect(q.shape == batch + [m, complete ? m : k] && r.shape == batch + [complete ? m : k, n])
        try expectClose(matmul(q, r), a, within: tolerance, "qr")
        try expectClose(matmul(t(q), q), identity(complete ? m : k, like: a), within: tolerance, "Q")
        #expect(try isZeroBelow(r))
        let (u, s, vh) = linalg.svd(a, fullMatrices: complete)
        #expect(u.shape == batch + [m, complete ? m : k] && vh.shape == batch + [complete ? n : k, n])
        let first = u[..., 0..<k] * s.expandingDims(axis: -2)
        try expectClose(matmul(first, vh[..., 0..<k, 0..<n]), a, within: tolerance, "svd")
        try expectClose(matmul(t(u), u), identity(complete ? m : k, like: a), within: tolerance, "U")
        try expectClose(matmul(vh, t(vh)), identity(complete ? n : k, like: a), within: tolerance, "V")
        let values = try s.reshaped(-1, k).scalars(as: Double.self)
        for (index, value) in values.enumerated() { #expect(value >= 0 && (index % k == 0 || value <= values[index - 1])) }
      }
      let (order, l, u) = linalg.lu(a)
      #expect(order.dtype == .i64 && order.shape == batch + [m])
      try expectClose(
        matmul(l, u), a.takeAlong(order.expandingDims(axis: -1).broadcast(to: shape), axis: -2), within: tolerance, "lu")
    }
  }

  @Test(arguments: [[1, 1], [6, 6], [2, 3, 5, 5]]) func eigenvectorsAreStretched(_ shape: [Int]) throws {
    for (dtype, tolerance) in [(DType.f64, 1e-12), (.f32, 1e-4)] {
      let a = Self.matrices(shape, dtype), n = shape[shape.count - 1]
      let symmetric = a + t(a)
      let (values, vectors) = linalg.eigh(symmetric)
      try expectClose(matmul(symmetric, vectors), vectors * values.expandingDims(axis: -2), within: tolerance, "eigh")
      try expectClose(matmul(t(vectors), vectors), identity(n, like: a), within: tolerance, "eigenvectors")
      try expectClose(linalg.eigvalsh(symmetric), values, within: tolerance, "eigvalsh")
      let (w, v) = linalg.eig(a)
      let (wr, wi) = (w.real.expandingDims(axis: -2), w.imaginary.expandingDims(axis: -2))
      try expectClose(matmul(a, v.real), v.real * wr - v.imaginary * wi, within: tolerance, "real part of eig")
      try expectClose(matmul(a, v.imaginary), v.real * wi + v.imaginary * wr, within: tolerance, "imaginary part of eig")
      let lengths = (square(v.real) + square(v.imaginary)).sum(axis: -2)
      try expectClose(lengths, onesLike(lengths), within: tolerance, "lengths")
      let alone = linalg.eigvals(a), (re, im) = (alone.real, alone.imaginary)
      try expectClose(re.sum(axis: -1), linalg.trace(a), within: tolerance, "the sum of eigenvalues")
      try expectClose(im.sum(axis: -1), zerosLike(linalg.trace(a)), within: tolerance, "conjugate pairs")
      if n > 1 { #expect(try w.imaginary.scalars(as: Double.self).contains { $0 != 0 }) }
    }
  }

  /// A matrix is the symmetric one of its lower triangle.
  @Test func onlyTheLowerTriangleIsRead() throws {
    let a = NDArray([[4.0, .nan, .infinity], [1.0, 3.0, .nan], [0.5, -1.0, 5.0]], dtype: .f64)
    let whole = NDArray([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 5.0]], dtype: .f64)
    try expectSame([linalg.cholesky(a)], [linalg.cholesky(whole)], "cholesky")
    try expectSame([linalg.eigvalsh(a), linalg.eigh(a).vectors], [linalg.eigvalsh(whole), linalg.eigh(whole).vectors], "eigh")
    try expectClose(matmul(linalg.cholesky(a), t(linalg.cholesky(a))), whole, within: 1e-14, "cholesky")
  }

  @Test func emptyMatrices() throws {
    for dtype in [DType.f32, .f64] {
      let none = zeros(0, 0, dtype: dtype), tall = zeros(2, 3, 0, dtype: dtype), wide = zeros(2, 0, 3, dtype: dtype)
      #expect(linalg.solve(none, zeros(0, 4, dtype: dtype)).shape == [0, 4])
      #expect(linalg.solve(eye(3, dtype: dtype), zeros(3, 0, dtype: dtype)).shape == [3, 0])
      #expect(
        linalg.inverse(none).shape == [0, 0] && linalg.cholesky(none).shape == [0, 0] && linalg.expm(none).shape == [0, 0])
      #expect(try linalg.det(none).item(as: Double.self) == 1)
      #expect(try linalg.slogdet(none).sign.item(as: Double.self) == 1)
      #expect(try linalg.slogdet(none).logabsdet.item(as: Double.self) == 0)
      for a in [tall, wide] {
        let m = a.shape[1], n = a.shape[2]
        let (q, r) = linalg.qr(a, complete: true)
        try expectSame([q], [identity(m, like: a)], "Q")
        #expect(r.shape == [2, m, n])
        let (u, s, vh) = linalg.svd(a)
        try expectSame([u, vh], [identity(m, like: a), identity(n, like: a)], "U and V")
        #expect(s.shape == [2, 0])
        // Nothing may be written into results without elements; the address sanitizer sees it.
        let (thinQ, thinU, thinV) = (linalg.qr(a).q, linalg.svd(a, fullMatrices: false).u, linalg.svd(a, fullMatrices: false).vh)
        #expect(thinQ.shape == [2, m, 0] && thinU.shape == [2, m, 0] && thinV.shape == [2, 0, n])
        #expect(linalg.pinv(a).shape == [2, n, m])
        #expect(try linalg.matrixRank(a).ints() == [0, 0])
        #expect(linalg.lu(a).lower.shape == [2, m, 0])
        try expectSame([linalg.lstsq(a, zeros(2, m, 1, dtype: dtype)).x], [zeros(2, n, 1, dtype: dtype)], "lstsq")
      }
      #expect(linalg.eigh(none).vectors.shape == [0, 0] && linalg.eig(none).vectors.imaginary.shape == [0, 0])
      #expect(linalg.solve(zeros(0, 3, 3, dtype: dtype), ones(3, dtype: dtype)).shape == [0, 3])
      #expect(linalg.svd(zeros(0, 3, 2, dtype: dtype)).u.shape == [0, 3, 3])
    }
  }

  /// What has no result is NaN in its item, and nothing else is.
  @Test func badItemsAreNaN() throws {
    let good = NDArray([[2.0, 1.0], [1.0, 3.0]])
    for bad in [
      NDArray([[1.0, 2.0], [.nan, 1.0]]), NDArray([[1.0, 2.0], [.infinity, 1.0]]), NDArray([[-1.0, 2.0], [2.0, -4.0]]),
    ] {
      let isFinite = try bad.floats().allSatisfy(\.isFinite), both = stack([good, bad])
      func check(_ name: String, isNaN: Bool, _ result: NDArray) throws {
        let items = result.reshaped(2, -1)
        #expect(try items[0].floats().allSatisfy { !$0.isNaN }, "\(name) of the good matrix")
        #expect(try items[1].floats().allSatisfy(\.isNaN) == isNaN, "\(name) of \(bad)")
      }
      try check("cholesky", isNaN: true, linalg.cholesky(both))
      try check("solve", isNaN: try !bad.floats().contains(.infinity), linalg.solve(both, NDArray([1.0, 1.0])))
      try check("eigh", isNaN: !isFinite, linalg.eigh(both).vectors)
      try check("eigvals", isNaN: !isFinite, linalg.eigvals(both).real)
      try check("eig", isNaN: !isFinite, linalg.eig(both).vectors.imaginary)
      try check("svd", isNaN: !isFinite, linalg.svd(both).u)
      try check("svdvals", isNaN: !isFinite, linalg.svdvals(both))
      try check("pinv", isNaN: !isFinite, linalg.pinv(both))
      try check("lstsq", isNaN: !isFinite, linalg.lstsq(both, ones(2, 2, 1)).x)
      #expect(try linalg.matrixRank(both).ints() == [2, isFinite ? 1 : 0])
    }
    #expect(try linalg.triangularSolve(NDArray([[1.0, 0.0], [1.0, 0.0]]), NDArray([1.0, 1.0])).floats().allSatisfy(\.isNaN))
    #expect(try linalg.cond(NDArray([[1.0, 2.0], [2.0, 4.0]]), order: .one).item(as: Float.self) == .infinity)
  }

  @Test func integersCountAsFloats() throws {
    let a = NDArray([[2, 1], [1, 1]])
    #expect(linalg.inverse(a).dtype == .f32)
    #expect(try linalg.inverse(a).floats() == [1, -1, -1, 2])
    #expect(linalg.solve(a, NDArray([1.0, 2.0], dtype: .f64)).dtype == .f64)
    #expect(try linalg.solve(NDArray([[true, false], [true, true]]), NDArray([1, 2])).floats() == [1, 1])
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func check(
      _ code: ErrorCode, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation, body: () throws -> Void
    ) {
      let error = #expect(throws: HillockError.self, sourceLocation: sourceLocation) { try body() }
      #expect(error?.code == code, sourceLocation: sourceLocation)
      for word in words {
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
      }
    }
    let wide = zeros(2, 3), square = eye(3)
    check(.shape, "inverse", "[3]") { _ = try Operands.square("inverse", ones(3)) }
    check(.shape, "det takes square", "[2, 3]") { _ = try Operands.square("det", wide) }
    check(.shape, "solve", "3 rows") { _ = try Operands.system("solve", square, ones(2)) }
    check(.shape, "solve", "number") { _ = try Operands.system("solve", square, NDArray(1.0)) }
    check(.shape, "solve", "[2]", "[5]") { _ = try Operands.system("solve", zeros(2, 3, 3), zeros(5, 3, 1)) }
    // (Each of these looks for its place in the stack, which takes a while.)
    let determinant = linalg.det(wide)
    #expect(determinant.error?.location?.hasPrefix("DecompositionTests.swift") == true)
    check(.shape, "multiDot", "array 1") { _ = try linalg.multiDot([wide, wide]).checked() }
    let failed = linalg.eig(wide)
    #expect(linalg.solve(wide, ones(2)).isFailure && linalg.solve(square, ones(2)).isFailure)
    #expect(failed.values.real.isFailure && failed.vectors.imaginary.isFailure)
  }
}

extension NDArray {
  /// Whether it carries an error, without a search for its place.
  fileprivate var isFailure: Bool { if case .failure = content { true } else { false } }
}
