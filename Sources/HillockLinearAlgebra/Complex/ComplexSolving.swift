import HillockIR

// The rules of Solving.swift, with adjoints.
extension LinearAlgebra {
  /// The x for which a · x = b, of complex matrices; see ``solve(_:_:)``.
  ///
  /// ```swift
  /// let x = linalg.solve(ComplexArray(NDArray([[0.0]]), NDArray([[2.0]])), ComplexArray([1.0], [0.0]))      // -0.5i
  /// ```
  public func solve(_ a: ComplexArray, _ b: ComplexArray) -> ComplexArray {
    attempt {
      let (a, b, restore) = try Operands.system("solve", a, b)
      try Operands.checkSquare("solve", a.real)
      return try solved(a, b).map(restore)
    }
  }

  func solved(_ a: ComplexArray, _ b: ComplexArray) throws -> ComplexArray {
    try customJVP { (a: ComplexArray, b: ComplexArray) in
      try ComplexFactors(a).solve(b)
    } jvp: { a, _, x, da, db in
      matmul(try inverted(a), db - matmul(da, x))
    }(a, b)
  }

  /// The inverse matrices of complex ones; NaN where a matrix is singular.
  public func inverse(_ a: ComplexArray) -> ComplexArray { attempt { try inverted(try Operands.square("inverse", a)) } }

  func inverted(_ a: ComplexArray) throws -> ComplexArray {
    try customJVP { (a: ComplexArray) in
      try ComplexFactors(a).solve(ComplexArray(eye(a.rows, dtype: a.dtype)))
    } jvp: { _, y, da in
      -matmul(y, matmul(da, y))
    }(a)
  }

  /// The determinants of complex matrices, of shape [...]; the first derivative is right for singular matrices too.
  ///
  /// ```swift
  /// let d = linalg.det(ComplexArray(NDArray([[0.0, 1.0], [1.0, 0.0]]), NDArray([[1.0, 0.0], [0.0, 1.0]])))      // -2
  /// ```
  public func det(_ a: ComplexArray) -> ComplexArray {
    attempt {
      try customJVP { (a: ComplexArray) in
        let factors = try ComplexFactors(a)
        return factors.matrix.mainDiagonal.prod(axis: -1).scaled(by: factors.sign)
      } jvp: { a, _, da in
        // Jacobi's formula.
        (try adjugate(a).mT * da).sum(axes: [-2, -1])
      }(try Operands.square("det", a))
    }
  }

  /// det A · A⁻¹, which exists for a singular A as well: with A = U · diag(s) · Vᴴ, det U · det Vᴴ · V · diag(products of the other s) · Uᴴ.
  private func adjugate(_ a: ComplexArray) throws -> ComplexArray {
    try customJVP { (a: ComplexArray) in
      let all = try parts(a), (u, s, vh) = (all[0], all[1].real, all[2])
      let others = s.cumprod(axis: -1, exclusive: true) * s.cumprod(axis: -1, reversed: true, exclusive: true)
      // Of unitary matrices determinants have length 1, but for rounding.
      func direction(_ x: ComplexArray) throws -> ComplexArray { try ComplexFactors(x).direction }
      let turn = try direction(u) * direction(vh)
      let product = matmul(vh.adjoint.scaled(by: others.expandingDims(axis: -2)), u.adjoint)
      return turn.expandingDims(axis: -1).expandingDims(axis: -1) * product
    } jvp: { a, adjugate, da in
      let y = try inverted(a), change = (adjugate.mT * da).sum(axes: [-2, -1], keepDims: true)
      return change * y - matmul(y, matmul(da, adjugate))
    }(a)
  }

  /// The determinants' directions, which are complex numbers of length 1, and the logarithms of their magnitudes: 0 and -∞ where a matrix is
  /// singular.
  public func slogdet(_ a: ComplexArray) -> (sign: ComplexArray, logabsdet: NDArray) {
    let both: [ComplexArray] = attempt(2) {
      try customJVP { (a: ComplexArray) in
        let factors = try ComplexFactors(a)
        return [factors.direction, ComplexArray(log(abs(factors.matrix.mainDiagonal)).sum(axis: -1))]
      } jvp: { a, results, da in
        let change = (try inverted(a).mT * da).sum(axes: [-2, -1])
        return [results[0] * ComplexArray(ofOne: zerosLike(change.real), change.imaginary), ComplexArray(change.real)]
      }(try Operands.square("slogdet", a))
    }
    return (both[0], both[1].real)
  }

  /// The lower triangular L for which a = L · Lᴴ, of Hermitian positive definite matrices; see ``cholesky(_:)``. Derivatives are those along
  /// Hermitian changes.
  public func cholesky(_ a: ComplexArray) -> ComplexArray {
    attempt {
      try customJVP { (a: ComplexArray) in
        ComplexArray(pairs: try Kernel.cholesky([a.pairs], batch: a.batch, isComplex: true)[0])
      } jvp: { _, l, da in
        let y = try Triangle(isLower: true, hasUnitDiagonal: false).inverted(l),
          s = matmul(y, matmul(da.hermitianPart, y.adjoint))
        return matmul(l, (s.lowerTriangle() + s.lowerTriangle(strict: true)).scaled(by: 0.5))
      }(try Operands.square("cholesky", a))
    }
  }

  /// Complex matrices times themselves; see ``matrixPower(_:_:)``.
  public func matrixPower(_ a: ComplexArray, _ power: Int) -> ComplexArray {
    attempt {
      let a = try Operands.square("matrixPower", a)
      if power == 0 { return ComplexArray(eye(a.rows, dtype: a.dtype)).broadcast(batch: a.batch) }
      return self.power(power < 0 ? try inverted(a) : a, power.magnitude) { matmul($0, $1) }
    }
  }
}

/// The LU factors of complex matrices.
struct ComplexFactors {
  /// L below the diagonal, U on it and above.
  let matrix: ComplexArray
  /// Which row of the matrix is row i of L · U.
  let order: NDArray
  /// 1 or -1: that of the order of rows.
  let sign: NDArray

  init(_ a: ComplexArray) throws {
    let results = try Kernel.factor([a.pairs], batch: a.batch, isComplex: true)
    matrix = ComplexArray(pairs: results[0])
    (order, sign) = (results[1], results[2])
  }

  /// The determinant divided by its magnitude.
  var direction: ComplexArray { Hillock.sign(matrix.mainDiagonal).prod(axis: -1).scaled(by: sign) }

  func solve(_ b: ComplexArray) throws -> ComplexArray {
    let batch = try Operands.batch("solve", matrix.real, b.real)
    let operands = [
      matrix.broadcast(batch: batch).pairs, order.broadcast(batch: batch, items: 1), b.broadcast(batch: batch).pairs,
    ]
    return ComplexArray(pairs: try Kernel.solveFactored(operands, batch: batch, isComplex: true)[0])
  }
}
