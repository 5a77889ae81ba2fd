// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockLinearAlgebra
import Testing

/// The snippets of Sources/HillockLinearAlgebra.
@Suite struct LinearAlgebraSnippets {
  private func expect(_ array: NDArray, _ known: [Double], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let values = try array.scalars(as: Double.self)
    try #require(values.count == known.count, sourceLocation: sourceLocation)
    for (value, known) in zip(values, known) {
      #expect(abs(value - known) <= 1e-4 * Swift.max(1, abs(known)), sourceLocation: sourceLocation)
    }
  }

  @Test func overview() throws {
    let a = NDArray([[4.0, 1.0], [1.0, 3.0]])
    let x = linalg.solve(a, NDArray([1.0, 2.0]))       // [0.0909, 0.6364]
    try expect(x, [1.0 / 11, 7.0 / 11])
  }

  @Test func solving() throws {
    do {
      let x = linalg.solve(NDArray([[2.0, 0.0], [0.0, 4.0]]), NDArray([1.0, 2.0]))      // [0.5, 0.5]
      try expect(x, [0.5, 0.5])
    }
    let y = linalg.inverse(NDArray([[2.0, 1.0], [1.0, 1.0]]))      // [[1, -1], [-1, 2]]
    try expect(y, [1, -1, -1, 2])
    let x = linalg.triangularSolve(NDArray([[2.0, 0.0], [1.0, 4.0]]), NDArray([2.0, 9.0]))      // [1, 2]
    try expect(x, [1, 2])
    let d = linalg.det(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // -2
    try expect(d, [-2])
    let (sign, logarithm) = linalg.slogdet(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // -1, log 2
    try expect(stack([sign, logarithm]), [-1, 0.693147])
  }

  @Test func factorizations() throws {
    do {
      let l = linalg.cholesky(NDArray([[4.0, 2.0], [2.0, 5.0]]))      // [[2, 0], [1, 2]]
      try expect(l, [2, 0, 1, 2])
    }
    let (order, l, u) = linalg.lu(NDArray([[1.0, 2.0], [4.0, 4.0]]))      // [1, 0], [[1, 0], [0.25, 1]], [[4, 4], [0, 1]]
    try expect(order, [1, 0])
    try expect(l, [1, 0, 0.25, 1])
    try expect(u, [4, 4, 0, 1])
    let (q, r) = linalg.qr(NDArray([[3.0, 1.0], [4.0, 2.0]]))      // r: [[-5, -2.2], [0, 0.4]]
    try expect(r, [-5, -2.2, 0, 0.4])
    try expect(dot(q, r), [3, 1, 4, 2])
  }

  @Test func eigenvalues() throws {
    let (values, vectors) = linalg.eigh(NDArray([[2.0, 1.0], [1.0, 2.0]]))      // values: [1, 3]
    try expect(values, [1, 3])
    #expect(vectors.shape == [2, 2])
    let turn = linalg.eig(NDArray([[0.0, -1.0], [1.0, 0.0]]))
    _ = turn.values.imaginary             // [1, -1]
    try expect(turn.values.imaginary, [1, -1])
  }

  @Test func singularValues() throws {
    let (u, s, vh) = linalg.svd(NDArray([[0.0, 2.0], [1.0, 0.0]]))      // s: [2, 1]
    try expect(s, [2, 1])
    try expect(matmul(u * s, vh), [0, 2, 1, 0])
    let p = linalg.pinv(NDArray([[3.0], [4.0]]))      // [[0.12, 0.16]]
    try expect(p, [0.12, 0.16])
    let rank = linalg.matrixRank(NDArray([[1.0, 2.0], [2.0, 4.0]]))      // 1
    try expect(rank, [1])
    let fit = linalg.lstsq(NDArray([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), NDArray([1.0, 2.0, 3.0]))
    _ = fit.x                             // [1, 1]
    try expect(fit.x, [1, 1])
  }

  @Test func norms() throws {
    let length = linalg.norm(NDArray([3.0, 4.0]))      // 5
    try expect(length, [5])
    let largest = linalg.vectorNorm(NDArray([[3.0, -4.0], [0.0, 1.0]]), order: .infinity, axis: [-1])      // [4, 1]
    try expect(largest, [4, 1])
    let n = linalg.matrixNorm(NDArray([[1.0, -2.0], [3.0, 4.0]]), order: .one)      // 6
    try expect(n, [6])
    let c = linalg.cond(NDArray([[1.0, 0.0], [0.0, 0.01]]))      // 100
    try expect(c, [100])
  }

  @Test func functions() throws {
    let turn = linalg.expm(NDArray([[0.0, -Double.pi], [Double.pi, 0.0]]))      // [[-1, 0], [0, -1]]
    try expect(turn, [-1, 0, 0, -1])
    let fibonacci = linalg.matrixPower(NDArray([[1.0, 1.0], [1.0, 0.0]]), 10)      // [[89, 55], [55, 34]]
    try expect(fibonacci, [89, 55, 55, 34])
    let p = linalg.multiDot([ones(10, 100), ones(100, 5), ones(5)])      // f32[10]
    try expect(p, Array(repeating: 500, count: 10))
    let t = linalg.trace(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // 5
    try expect(t, [5])
  }

  // MARK: The guide, and README

  @Test func guide() throws {
    let stiffness = NDArray([[2.0, -1.0], [-1.0, 2.0]], dtype: .f64), force = NDArray([1.0, 0.0], dtype: .f64)
    let displacement = linalg.solve(stiffness, force)          // [0.6667, 0.3333]
    let (frequencies, shapes) = linalg.eigh(stiffness)         // [1, 3], columns of length 1
    try expect(displacement, [2.0 / 3, 1.0 / 3])
    try expect(frequencies, [1, 3])
    try expect(square(shapes).sum(axis: 0), [1, 1])

    let matrices = NDArray([[[2.0, 0.0], [0.0, 4.0]], [[1.0, 1.0], [0.0, 1.0]]])
    let solutions = linalg.solve(matrices, NDArray([1.0, 2.0]))    // [[0.5, 0.5], [-1, 2]]
    let determinants = linalg.det(matrices)                        // [8, 1]
    try expect(solutions, [0.5, 0.5, -1, 2])
    try expect(determinants, [8, 1])

    // The slope of log det A is the transposed inverse of A.
    let slope = try grad { (a: NDArray) in linalg.slogdet(a).logabsdet }(NDArray([[2.0, 0.0], [0.0, 4.0]]))
    print(slope)                                                   // [[0.5, 0], [0, 0.25]]
    try expect(slope, [0.5, 0, 0, 0.25])

    let singular = NDArray([[1.0, 2.0], [2.0, 4.0]])
    print(linalg.inverse(singular))                                // NaN
    print(linalg.pinv(singular))                                   // the pseudo-inverse: [[0.04, 0.08], [0.08, 0.16]]
    print(linalg.matrixRank(singular))                             // 1
    #expect(try linalg.inverse(singular).floats().allSatisfy(\.isNaN))
    try expect(linalg.pinv(singular), [0.04, 0.08, 0.08, 0.16])

    let z = ComplexArray(NDArray([[2.0, 0.0], [0.0, 3.0]]), NDArray([[0.0, -1.0], [1.0, 0.0]]))
    let current = linalg.solve(z, ComplexArray([1.0, 0.0], [0.0, 1.0]))
    let (levels, states) = linalg.eigh(z)                          // [1.382, 3.618]
    // 2x - iy = 1, ix + 3y = i
    try expect(current.real, [0.4, 0])
    try expect(current.imaginary, [0, 0.2])
    try expect(levels, [1.381966, 3.618034])
    #expect(states.shape == [2, 2])

    let w = linalg.eigvals(NDArray([[0.0, -2.0], [2.0, 0.0]]))
    print(w)                                                       // [2i, -2i]
    try expect(stack([w.real, w.imaginary]), [0, 0, 2, -2])
  }

  @Test func complexMatrices() throws {
    do {
      let x = linalg.solve(ComplexArray(NDArray([[0.0]]), NDArray([[2.0]])), ComplexArray([1.0], [0.0]))      // -0.5i
      try expect(x.imaginary, [-0.5])
    }
    do {
      let (order, l, u) = linalg.lu(ComplexArray(NDArray([[0.0, 1.0], [0.0, 0.0]]), NDArray([[0.0, 0.0], [2.0, 0.0]])))
      _ = order                             // [1, 0]
      #expect(try order.ints() == [1, 0])
      try expect(l.real, [1, 0, 0, 1])
      try expect(u.imaginary, [2, 0, 0, 0])
    }
    do {
      let a = ComplexArray(NDArray([[0.0, 0.0], [1.0, 1.0]]), NDArray([[2.0, 0.0], [0.0, 0.0]]))
      let x = linalg.triangularSolve(a, ComplexArray([2.0, 1.0], [0.0, 0.0]))      // [-i, 1 + i]
      try expect(x.real, [0, 1])
      try expect(x.imaginary, [-1, 1])
    }
    let turn = linalg.expm(ComplexArray(NDArray([[0.0]]), NDArray([[Double.pi]])))      // -1
    try expect(turn.real, [-1])
    let d = linalg.det(ComplexArray(NDArray([[0.0, 1.0], [1.0, 0.0]]), NDArray([[1.0, 0.0], [0.0, 1.0]])))      // -2
    try expect(d.real, [-2])
    let spin = linalg.eigh(ComplexArray(zeros(2, 2), NDArray([[0.0, -1.0], [1.0, 0.0]])))
    _ = spin.values                       // [-1, 1]
    try expect(spin.values, [-1, 1])
    let length = linalg.vectorNorm(ComplexArray([3.0, 0.0], [0.0, 4.0]))      // 5
    try expect(length, [5])
  }

  @Test func readme() throws {
    let covariance = NDArray([[2.0, 0.5], [0.5, 1.0]])
    let correlated = dot(linalg.cholesky(covariance), random.normal(2, 1000))
    #expect(correlated.shape == [2, 1000])
  }
}
