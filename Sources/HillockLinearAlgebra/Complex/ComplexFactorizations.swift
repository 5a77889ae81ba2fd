import HillockIR

extension LinearAlgebra {
  /// LU with row exchanges of complex matrices [..., m, n]; see ``lu(_:)``.
  ///
  /// ```swift
  /// let (order, l, u) = linalg.lu(ComplexArray(NDArray([[0.0, 1.0], [0.0, 0.0]]), NDArray([[0.0, 0.0], [2.0, 0.0]])))
  /// _ = order                             // [1, 0]
  /// ```
  ///
  /// LAPACK exchanges rows by the sum of the magnitudes of both parts.
  public func lu(_ a: ComplexArray) -> (order: NDArray, lower: ComplexArray, upper: ComplexArray) {
    let results: [NDArray] = attempt(5) {
      let a = try Operands.matrix("lu", a)
      return try customJVP { (a: ComplexArray) in
        let factors = try ComplexFactors(a)
        return [factors.order] + splitParts(factors.matrix, diagonal: 1)
      } jvp: { a, results, da in
        let order = results[0].expandingDims(axis: -1).broadcast(to: a.shape)
        func square(_ part: Int, _ count: Int) -> ComplexArray {
          ComplexArray(ofOne: padded(results[part], to: count), padded(results[part + 1], to: count, diagonal: 0))
        }
        let lower = square(1, a.rows), upper = square(3, a.columns)
        let left = try Triangle(isLower: true, hasUnitDiagonal: true).inverted(lower)
        let right = try Triangle(isLower: false, hasUnitDiagonal: false).inverted(upper)
        let inner = matmul(matmul(left, da.map { $0.takeAlong(order, axis: -2) }), right)
        let change = matmul(lower, inner.lowerTriangle(strict: true)) + matmul(inner.upperTriangle(), upper)
        return [zerosLike(results[0])] + splitParts(change, diagonal: 0)
      }(a)
    }
    return (results[0], ComplexArray(ofOne: results[1], results[2]), ComplexArray(ofOne: results[3], results[4]))
  }

  /// The parts of L, then of U.
  private func splitParts(_ both: ComplexArray, diagonal: Double) -> [NDArray] {
    let real = split(both.real, diagonal: diagonal), imaginary = split(both.imaginary, diagonal: 0)
    return [real.lower, imaginary.lower, real.upper, imaginary.upper]
  }

  /// The x for which a · x = b, where a is a complex triangular matrix; see
  /// ``triangularSolve(_:_:lower:transposed:unitDiagonal:)``. For the adjoint give `a.conjugate` with `transposed`.
  ///
  /// ```swift
  /// let a = ComplexArray(NDArray([[0.0, 0.0], [1.0, 1.0]]), NDArray([[2.0, 0.0], [0.0, 0.0]]))
  /// let x = linalg.triangularSolve(a, ComplexArray([2.0, 1.0], [0.0, 0.0]))      // [-i, 1 + i]
  /// ```
  public func triangularSolve(
    _ a: ComplexArray, _ b: ComplexArray, lower: Bool = true, transposed: Bool = false, unitDiagonal: Bool = false
  ) -> ComplexArray {
    let triangle = Triangle(isLower: lower, hasUnitDiagonal: unitDiagonal)
    return attempt {
      let (a, b, restore) = try Operands.system("triangularSolve", a, b)
      try Operands.checkSquare("triangularSolve", a.real)
      return try customJVP { (a: ComplexArray, b: ComplexArray) in
        try triangle.solve(a, b, isTransposed: transposed)
      } jvp: { a, _, x, da, db in
        let y = try triangle.inverted(a), change = da.map(triangle.part)
        return transposed ? matmul(y.mT, db - matmul(change.mT, x)) : matmul(y, db - matmul(change, x))
      }(a, b).map(restore)
    }
  }
}

extension Triangle {
  func solve(_ a: ComplexArray, _ b: ComplexArray, isTransposed: Bool = false) throws -> ComplexArray {
    let batch = try Operands.batch("triangularSolve", a.real, b.real)
    let kernel = Kernel.solveTriangular(isLower: isLower, isTransposed: isTransposed, hasUnitDiagonal: hasUnitDiagonal)
    let operands = [a.broadcast(batch: batch).pairs, b.broadcast(batch: batch).pairs]
    return ComplexArray(pairs: try kernel(operands, batch: batch, isComplex: true)[0])
  }

  func inverted(_ a: ComplexArray) throws -> ComplexArray {
    try customJVP { (a: ComplexArray) in
      try solve(a, ComplexArray(eye(a.rows, dtype: a.dtype)))
    } jvp: { _, y, da in
      -matmul(y, matmul(da.map(part), y))
    }(a)
  }
}
