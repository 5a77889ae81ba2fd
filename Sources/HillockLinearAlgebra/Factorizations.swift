import HillockIR

extension LinearAlgebra {
  /// The lower triangular L for which a = L · Lᵀ, of symmetric positive definite matrices [..., n, n]. The lower triangle of `a` is read.
  ///
  /// ```swift
  /// let l = linalg.cholesky(NDArray([[4.0, 2.0], [2.0, 5.0]]))      // [[2, 0], [1, 2]]
  /// ```
  ///
  /// NaN where a matrix is not positive definite. Derivatives are those along symmetric changes, so a gradient is symmetric.
  public func cholesky(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt {
      try customJVP { (a: NDArray) in
        try Kernel.cholesky([a], batch: a.batch)[0]
      } jvp: { _, l, da in
        // Murray, "Differentiation of the Cholesky decomposition" (2016), equation 8.
        let y = try Triangle(isLower: true, hasUnitDiagonal: false).inverted(l)
        let s = matmul(y, matmul(da.symmetricPart, y.mT))
        return matmul(l, (s.lowerTriangle() + s.lowerTriangle(strict: true)) * 0.5)
      }(try Operands.square("cholesky", a))
    }
  }

  /// LU with row exchanges of matrices [..., m, n], k being the smaller extent.
  ///
  /// ```swift
  /// let (order, l, u) = linalg.lu(NDArray([[1.0, 2.0], [4.0, 4.0]]))      // [1, 0], [[1, 0], [0.25, 1]], [[4, 4], [0, 1]]
  /// ```
  ///
  /// - Returns: the order of the rows, i64[..., m]: row i of `lower` · `upper` is row order[i] of a. Then L, [..., m, k], with ones on the
  ///   diagonal, and U, [..., k, n]. Both are right where a matrix is singular, but have no derivatives there (NaN).
  public func lu(_ a: some ArrayConvertible) -> (order: NDArray, lower: NDArray, upper: NDArray) {
    let a = a.array
    let results: [NDArray] = attempt(3) {
      let a = try Operands.matrix("lu", a)
      return try customJVP { (a: NDArray) in
        let factors = try Factors(a), split = split(factors.matrix)
        return [factors.order, split.lower, split.upper]
      } jvp: { a, results, da in
        let order = results[0].expandingDims(axis: -1).broadcast(to: a.type.shape)
        let lower = padded(results[1], to: a.rows), upper = padded(results[2], to: a.columns)
        let left = try Triangle(isLower: true, hasUnitDiagonal: true).inverted(lower)
        let right = try Triangle(isLower: false, hasUnitDiagonal: false).inverted(upper)
        let inner = matmul(matmul(left, da.takeAlong(order, axis: -2)), right)
        let change = split(matmul(lower, inner.lowerTriangle(strict: true)) + matmul(inner.upperTriangle(), upper), diagonal: 0)
        return [zerosLike(results[0]), change.lower, change.upper]
      }(a)
    }
    return (results[0], results[1], results[2])
  }

  /// L and U that are stored in one matrix; L's diagonal is not.
  func split(_ both: NDArray, diagonal: Double = 1) -> (lower: NDArray, upper: NDArray) {
    let k = Swift.min(both.rows, both.columns)
    let lower = both.block(columns: k).lowerTriangle(strict: true) + diagonal * eye(both.rows, k, dtype: both.dtype)
    return (lower, both.block(rows: k).upperTriangle())
  }

  /// A square matrix of so many rows, with `diagonal` beyond the given one.
  func padded(_ a: NDArray, to count: Int, diagonal: Double = 1) -> NDArray {
    let (below, beside) = (count - a.rows, count - a.columns)
    guard below > 0 || beside > 0 else { return a }
    let none = a.type.shape.map { _ in 0 }, widths = none.dropLast(2) + [below, beside]
    let added = arange(count, dtype: .i64) .>= Swift.min(a.rows, a.columns)
    return a.padded(before: none, after: Array(widths)) + diagonal * eye(count, dtype: a.dtype) * added.asType(a.dtype)
  }

  /// a = Q · R of matrices [..., m, n], k being the smaller extent: Q has orthonormal columns, R is upper triangular.
  ///
  /// ```swift
  /// let (q, r) = linalg.qr(NDArray([[3.0, 1.0], [4.0, 2.0]]))      // r: [[-5, -2.2], [0, 0.4]]
  /// ```
  ///
  /// - Parameter complete: gives Q as [..., m, m] and R as [..., m, n], instead of [..., m, k] and [..., k, n]. Such a Q has more columns
  ///   than `a` determines where m > n, so there is no derivative then: asking for it is an `argument` error.
  public func qr(_ a: some ArrayConvertible, complete: Bool = false) -> (q: NDArray, r: NDArray) {
    let a = a.array
    let results: [NDArray] = attempt(2) {
      let a = try Operands.matrix("qr", a)
      if complete, a.rows > a.columns { return try Kernel.qr(isComplete: true)([a], batch: a.batch) }
      return try customJVP { (a: NDArray) in
        try Kernel.qr(isComplete: false)([a], batch: a.batch)
      } jvp: { a, results, da in
        let (q, r) = (results[0], results[1]), k = q.columns
        let square = try Triangle(isLower: false, hasUnitDiagonal: false).inverted(r.block(columns: k))
        let change = matmul(da.block(columns: k), square), inner = matmul(q.mT, change)
        let lower = inner.lowerTriangle(strict: true), turn = lower - lower.mT
        return [matmul(q, turn - inner) + change, matmul(q.mT, da) - matmul(turn, r)]
      }(a)
    }
    return (results[0], results[1])
  }
}
