import HillockIR

extension LinearAlgebra {
  /// a = U · diag(s) · Vᵀ of matrices [..., m, n], k being the smaller extent.
  ///
  /// ```swift
  /// let (u, s, vh) = linalg.svd(NDArray([[0.0, 2.0], [1.0, 0.0]]))      // s: [2, 1]
  /// ```
  ///
  /// Derivatives of U and V have no value (NaN) where singular values are equal, or 0 in a matrix that is not square; those of s do, if U and
  /// V are not used.
  ///
  /// - Parameter fullMatrices: gives U as [..., m, m] and Vᵀ as [..., n, n], instead of [..., m, k] and [..., k, n]. Where m ≠ n these are
  ///   more columns than `a` determines, and there is no derivative: asking for it is an `argument` error.
  /// - Returns: `u`, the singular values, the largest first, [..., k], and the transpose of V.
  public func svd(_ a: some ArrayConvertible, fullMatrices: Bool = true) -> (u: NDArray, s: NDArray, vh: NDArray) {
    let a = a.array
    let results: [NDArray] = attempt(3) {
      let a = try Operands.matrix("svd", a)
      if fullMatrices, a.rows != a.columns { return try Kernel.svd(isFull: true)([a], batch: a.batch) }
      let call = SharedCall(.svd(isFull: false)), parts = try decomposed(a, call)
      // A part of its own: a derivative of the values does not depend on the vectors having one.
      return [parts[0], try singularValues(a) { try call($0)[1] }, parts[2]]
    }
    return (results[0], results[1], results[2])
  }

  func decomposed(_ a: NDArray, _ call: SharedCall = SharedCall(.svd(isFull: false))) throws -> [NDArray] {
    try customJVP { (a: NDArray) in
      try call(a)
    } jvp: { a, results, da in
      // Townsend, "Differentiating the singular value decomposition" (2016).
      let (u, s, v) = (results[0], results[1], results[2].mT)
      let row = s.expandingDims(axis: -2), inner = matmul(u.mT, matmul(da, v))
      let factors = NDArray.reciprocalDifferences(s) { ($0 - $1) * ($0 + $1) }
      var du = matmul(u, factors * (inner * row + (inner * row).mT))
      var dv = matmul(v, factors * (row.mT * inner + (row.mT * inner).mT))
      if a.rows > a.columns {
        let change = matmul(da, v)
        du = du + (change - matmul(u, matmul(u.mT, change))) / row
      }
      if a.columns > a.rows {
        let change = matmul(da.mT, u)
        dv = dv + (change - matmul(v, matmul(v.mT, change))) / row
      }
      return [du, inner.diagonal, dv.mT]
    }(a)
  }

  /// The singular values alone, the largest first, [..., min(m, n)], which takes less time; see ``svd(_:fullMatrices:)``.
  public func svdvals(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt { try singularValues(try Operands.matrix("svdvals", a)) }
  }

  func singularValues(_ a: NDArray) throws -> NDArray {
    try singularValues(a) { try Kernel.singularValues([$0], batch: $0.batch)[0] }
  }

  private func singularValues(_ a: NDArray, _ body: @escaping (NDArray) throws -> NDArray) throws -> NDArray {
    try customJVP(body) { a, _, da in
      let all = try decomposed(a)
      return (all[0] * matmul(da, all[2].mT)).sum(axis: -2)
    }(a)
  }

  /// The pseudo-inverses of matrices [..., m, n], of shape [..., n, m]: the x of least length that solve least squares are pinv(a) · b.
  ///
  /// ```swift
  /// let p = linalg.pinv(NDArray([[3.0], [4.0]]))      // [[0.12, 0.16]]
  /// ```
  ///
  /// - Parameter rcond: singular values up to this times the largest count as 0; by default max(m, n) times the dtype's epsilon. Derivatives
  ///   are right while the number of those that do not is the same around `a`.
  public func pinv(_ a: some ArrayConvertible, rcond: Double? = nil) -> NDArray {
    let a = a.array
    return attempt { try pseudoinverted(try Operands.matrix("pinv", a), rcond) }
  }

  func pseudoinverted(_ a: NDArray, _ rcond: Double?) throws -> NDArray {
    try customJVP { (a: NDArray) in
      let results = try Kernel.svd(isFull: false)([a], batch: a.batch)
      let (u, s, v) = (results[0], results[1], results[2].mT)
      guard s.type.shape.last != 0 else { return matmul(v, u.mT) }
      let isLarge = s .> s.max(axis: -1, keepDims: true) * (rcond ?? relativeCutoff(a)), row = s.expandingDims(axis: -2)
      // NaN, which is not larger than anything, stays NaN.
      let inverse = select((isLarge .| isNaN(s)).expandingDims(axis: -2), 1 / row, 0)
      return matmul(v * inverse, u.mT)
    } jvp: { a, p, da in
      // Golub and Pereyra (1973), equation 4.12.
      let ap = matmul(a, p), pa = matmul(p, a), product = matmul(p, p.mT), other = matmul(p.mT, p)
      let first = matmul(product, da.mT), second = matmul(da.mT, other)
      return first - matmul(first, ap) + second - matmul(pa, second) - matmul(p, matmul(da, p))
    }(a)
  }

  func relativeCutoff(_ a: NDArray) -> Double {
    Double(max(a.rows, a.columns)) * (a.dtype == .f64 ? Double.ulpOfOne : Double(Float.ulpOfOne))
  }

  /// The number of singular values larger than a bound, as i32[...].
  ///
  /// ```swift
  /// let rank = linalg.matrixRank(NDArray([[1.0, 2.0], [2.0, 4.0]]))      // 1
  /// ```
  ///
  /// - Parameter rtol: the bound as a part of the largest singular value; by default max(m, n) times the dtype's epsilon. A matrix with NaN
  ///   has rank 0.
  public func matrixRank(_ a: some ArrayConvertible, rtol: Double? = nil) -> NDArray {
    let a = a.array
    return attempt {
      let a = try Operands.matrix("matrixRank", a)
      return rank(try singularValues(a), a, rtol)
    }
  }

  func rank(_ s: NDArray, _ a: NDArray, _ rtol: Double?) -> NDArray {
    guard s.type.shape.last != 0 else { return zeros(a.batch, dtype: .i32) }
    return (s .> s.max(axis: -1, keepDims: true) * (rtol ?? relativeCutoff(a))).sum(axis: -1)
  }

  /// The x for which the length of b − a · x is least; of several the shortest.
  ///
  /// ```swift
  /// let fit = linalg.lstsq(NDArray([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), NDArray([1.0, 2.0, 3.0]))
  /// fit.x                             // [1, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - a: [..., m, n]
  ///   - b: [m] or [..., m, k]
  ///   - rcond: singular values up to this times the largest count as 0; by default max(m, n) times the dtype's epsilon.
  /// - Returns: x, [n] or [..., n, k]; the sums of squares of b − a · x, for each column (NumPy gives them only where m > n and a has full
  ///   rank; here they are always there, because a shape cannot depend on values); the rank, i32[...]; the singular values [..., min(m, n)].
  public func lstsq(
    _ a: some ArrayConvertible, _ b: some ArrayConvertible, rcond: Double? = nil
  ) -> (x: NDArray, residuals: NDArray, rank: NDArray, s: NDArray) {
    let (a, b) = (a.array, b.array)
    let results: [NDArray] = attempt(4) {
      let (a, b, restore) = try Operands.system("lstsq", a, b), batch = try Operands.batch("lstsq", a, b)
      let matrices = a.broadcast(batch: batch, items: 2), sides = b.broadcast(batch: batch, items: 2)
      let cutoff = rcond ?? relativeCutoff(a)
      let results = try customJVP { (a: NDArray, b: NDArray) in
        try Kernel.leastSquares(cutoff: cutoff)([a, b], batch: batch)
      } jvp: { a, b, results, da, db in
        // The product of the pseudo-inverse's change with b, and of the pseudo-inverse with b's.
        let x = results[0], p = try pseudoinverted(a, cutoff), all = try decomposed(a)
        let rest = matmul(p, matmul(p.mT, matmul(da.mT, b - matmul(a, x))))
        let along = matmul(da.mT, matmul(p.mT, x))
        let dx = matmul(p, db - matmul(da, x)) + rest + along - matmul(p, matmul(a, along))
        let ds = (all[0] * matmul(da, all[2].mT)).sum(axis: -2)
        return [dx, ds, zerosLike(results[2])]
      }(matrices, sides)
      let residuals = square(sides - matmul(matrices, results[0])).sum(axis: -2)
      return [restore(results[0]), restore(residuals), results[2], results[1]]
    }
    return (results[0], results[1], results[2], results[3])
  }
}
