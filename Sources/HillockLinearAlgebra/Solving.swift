import HillockIR

extension LinearAlgebra {
  /// The x for which a · x = b, by LU with row exchanges.
  ///
  /// ```swift
  /// let x = linalg.solve(NDArray([[2.0, 0.0], [0.0, 4.0]]), NDArray([1.0, 2.0]))      // [0.5, 0.5]
  /// ```
  ///
  /// - Parameters:
  ///   - a: [..., n, n]
  ///   - b: [n], one right side for all of the batch, or [..., n, k]. Batches are broadcast, as in NumPy 2.
  /// - Returns: of b's shape, with the broadcast batch; NaN where the matrix is singular.
  public func solve(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
    let (a, b) = (a.array, b.array)
    return attempt {
      let (a, b, restore) = try Operands.system("solve", a, b)
      try Operands.checkSquare("solve", a)
      return restore(try solved(a, b))
    }
  }

  /// The derivative takes the inverse, so that it can be transposed and differentiated again by products alone. Its error is that of a
  /// solution, but for a small factor (Druinsky and Toledo, "How accurate is inv(A)*b?", 2012).
  func solved(_ a: NDArray, _ b: NDArray) throws -> NDArray {
    try customJVP { (a: NDArray, b: NDArray) in
      try Factors(a).solve(b)
    } jvp: { a, _, x, da, db in
      matmul(try inverted(a), db - matmul(da, x))
    }(a, b)
  }

  /// The inverse matrices, of a's shape [..., n, n]; NaN where a matrix is singular.
  ///
  /// ```swift
  /// let y = linalg.inverse(NDArray([[2.0, 1.0], [1.0, 1.0]]))      // [[1, -1], [-1, 2]]
  /// ```
  public func inverse(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt { try inverted(try Operands.square("inverse", a)) }
  }

  func inverted(_ a: NDArray) throws -> NDArray {
    try customJVP { (a: NDArray) in
      try Factors(a).solve(eye(a.rows, dtype: a.dtype))
    } jvp: { _, y, da in
      -matmul(y, matmul(da, y))
    }(a)
  }

  /// The x for which a · x = b, where a is triangular; the other triangle is not read.
  ///
  /// ```swift
  /// let x = linalg.triangularSolve(NDArray([[2.0, 0.0], [1.0, 4.0]]), NDArray([2.0, 9.0]))      // [1, 2]
  /// ```
  ///
  /// - Parameters:
  ///   - a: [..., n, n]
  ///   - b: [n] or [..., n, k], as for ``solve(_:_:)``.
  ///   - lower: whether the lower triangle is the matrix, or the upper one.
  ///   - transposed: solves aᵀ · x = b.
  ///   - unitDiagonal: takes ones as the diagonal, and does not read it.
  /// - Returns: of b's shape, with the broadcast batch; NaN where an element of the diagonal is 0.
  public func triangularSolve(
    _ a: some ArrayConvertible, _ b: some ArrayConvertible, lower: Bool = true, transposed: Bool = false,
    unitDiagonal: Bool = false
  ) -> NDArray {
    let (a, b) = (a.array, b.array), triangle = Triangle(isLower: lower, hasUnitDiagonal: unitDiagonal)
    return attempt {
      let (a, b, restore) = try Operands.system("triangularSolve", a, b)
      try Operands.checkSquare("triangularSolve", a)
      let x = try customJVP { (a: NDArray, b: NDArray) in
        try triangle.solve(a, b, isTransposed: transposed)
      } jvp: { a, _, x, da, db in
        let y = try triangle.inverted(a), change = triangle.part(of: da)
        return transposed ? matmul(y.mT, db - matmul(change.mT, x)) : matmul(y, db - matmul(change, x))
      }(a, b)
      return restore(x)
    }
  }

  /// The determinants, of shape [...].
  ///
  /// ```swift
  /// let d = linalg.det(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // -2
  /// ```
  ///
  /// The first derivative is right for singular matrices too; the second has no value (NaN) there. A determinant easily overflows: see
  /// ``slogdet(_:)``.
  public func det(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt {
      try customJVP { (a: NDArray) in
        let factors = try Factors(a)
        return factors.sign * factors.matrix.diagonal.prod(axis: -1)
      } jvp: { a, _, da in
        // Jacobi's formula.
        (try adjugate(a).mT * da).sum(axes: [-2, -1])
      }(try Operands.square("det", a))
    }
  }

  /// det A · A⁻¹, which exists for a singular A as well: with A = U · diag(s) · Vᵀ, det(U V) · V · diag(products of the other s) · Uᵀ.
  private func adjugate(_ a: NDArray) throws -> NDArray {
    try customJVP { (a: NDArray) in
      let parts = try Kernel.svd(isFull: false)([a], batch: a.batch), (u, s, v) = (parts[0], parts[1], parts[2].mT)
      let others = s.cumprod(axis: -1, exclusive: true) * s.cumprod(axis: -1, reversed: true, exclusive: true)
      // Of orthogonal matrices determinants are ±1, but for rounding.
      func orientation(_ x: NDArray) throws -> NDArray {
        let factors = try Factors(x)
        return (factors.sign * sign(factors.matrix.diagonal).prod(axis: -1)).expandingDims(axis: -1).expandingDims(axis: -1)
      }
      return try orientation(u) * orientation(v) * matmul(v * others.expandingDims(axis: -2), u.mT)
    } jvp: { a, adjugate, da in
      let y = try inverted(a), change = (adjugate.mT * da).sum(axes: [-2, -1], keepDims: true)
      return change * y - matmul(y, matmul(da, adjugate))
    }(a)
  }

  /// The signs of the determinants, and the logarithms of their absolute values, both of shape [...]: 0 and -∞ where a matrix is singular.
  ///
  /// ```swift
  /// let (sign, logarithm) = linalg.slogdet(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // -1, log 2
  /// ```
  public func slogdet(_ a: some ArrayConvertible) -> (sign: NDArray, logabsdet: NDArray) {
    let a = a.array
    let both: [NDArray] = attempt(2) {
      try customJVP { (a: NDArray) in
        let factors = try Factors(a), diagonal = factors.matrix.diagonal
        return [factors.sign * sign(diagonal).prod(axis: -1), log(abs(diagonal)).sum(axis: -1)]
      } jvp: { a, results, da in
        [zerosLike(results[0]), (try inverted(a).mT * da).sum(axes: [-2, -1])]
      }(try Operands.square("slogdet", a))
    }
    return (both[0], both[1])
  }
}

/// The LU factors of matrices, as LAPACK has them.
struct Factors {
  /// L below the diagonal, U on it and above.
  let matrix: NDArray
  /// Which row of the matrix is row i of L · U.
  let order: NDArray
  /// 1 or -1: that of the order.
  let sign: NDArray

  init(_ a: NDArray) throws {
    let results = try Kernel.factor([a], batch: a.batch)
    (matrix, order, sign) = (results[0], results[1], results[2])
  }

  func solve(_ b: NDArray) throws -> NDArray {
    let batch = try Operands.batch("solve", matrix, b)
    let operands = [
      matrix.broadcast(batch: batch, items: 2), order.broadcast(batch: batch, items: 1), b.broadcast(batch: batch, items: 2),
    ]
    return try Kernel.solveFactored(operands, batch: batch)[0]
  }
}

/// A triangle of matrices that is read as a matrix.
struct Triangle {
  let isLower: Bool
  let hasUnitDiagonal: Bool

  func solve(_ a: NDArray, _ b: NDArray, isTransposed: Bool = false) throws -> NDArray {
    let batch = try Operands.batch("triangularSolve", a, b)
    let kernel = Kernel.solveTriangular(isLower: isLower, isTransposed: isTransposed, hasUnitDiagonal: hasUnitDiagonal)
    return try kernel([a.broadcast(batch: batch, items: 2), b.broadcast(batch: batch, items: 2)], batch: batch)[0]
  }

  func inverted(_ a: NDArray) throws -> NDArray {
    try customJVP { (a: NDArray) in
      try solve(a, eye(a.rows, dtype: a.dtype))
    } jvp: { _, y, da in
      -matmul(y, matmul(part(of: da), y))
    }(a)
  }

  /// The elements that are read.
  func part(of a: NDArray) -> NDArray {
    isLower ? a.lowerTriangle(strict: hasUnitDiagonal) : a.upperTriangle(strict: hasUnitDiagonal)
  }
}
