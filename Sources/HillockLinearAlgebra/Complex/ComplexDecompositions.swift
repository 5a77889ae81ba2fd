import HillockIR

// The rules of Factorizations.swift, Eigenvalues.swift and SingularValues.swift, with adjoints.
extension LinearAlgebra {
  /// a = Q · R of complex matrices: Q has orthonormal columns, R is upper triangular with a real diagonal; see ``qr(_:complete:)``.
  public func qr(_ a: ComplexArray, complete: Bool = false) -> (q: ComplexArray, r: ComplexArray) {
    let results: [ComplexArray] = attempt(2) {
      let a = try Operands.matrix("qr", a)
      func factors(_ a: ComplexArray, isComplete: Bool) throws -> [ComplexArray] {
        try Kernel.qr(isComplete: isComplete)([a.pairs], batch: a.batch, isComplex: true).map(ComplexArray.init(pairs:))
      }
      if complete, a.rows > a.columns { return try factors(a, isComplete: true) }
      return try customJVP { (a: ComplexArray) in
        try factors(a, isComplete: false)
      } jvp: { a, results, da in
        let (q, r) = (results[0], results[1]), k = q.columns
        let
          change = matmul(
            da.block(columns: k), try Triangle(isLower: false, hasUnitDiagonal: false).inverted(r.block(columns: k))),
          inner = matmul(q.adjoint, change)
        // The diagonal of R stays real, so the imaginary part of the diagonal turns Q.
        let lower = inner.lowerTriangle(strict: true), unit = eye(k, dtype: a.dtype)
        let diagonal = ComplexArray(ofOne: zerosLike(inner.real), inner.imaginary * unit)
        let turn = lower - lower.adjoint + diagonal
        return [matmul(q, turn - inner) + change, matmul(q.adjoint, da) - matmul(turn, r)]
      }(a)
    }
    return (results[0], results[1])
  }

  /// Eigenvalues, which are real, and eigenvectors of Hermitian matrices, of which the lower triangle is read; see ``eigh(_:)``. Derivatives
  /// are those along Hermitian changes; of functions that depend on the phases of eigenvectors they have no meaning.
  ///
  /// ```swift
  /// let spin = linalg.eigh(ComplexArray(zeros(2, 2), NDArray([[0.0, -1.0], [1.0, 0.0]])))
  /// spin.values                       // [-1, 1]
  /// ```
  public func eigh(_ a: ComplexArray) -> (values: NDArray, vectors: ComplexArray) {
    let both: [ComplexArray] = attempt(2) {
      let a = try Operands.square("eigh", a), call = SharedCall(.symmetricEigenvectors)
      // Two parts: a derivative of the values does not depend on the vectors having one.
      return [ComplexArray(try hermitianValues(a) { try call($0)[0] }), try hermitian(a, call)[1]]
    }
    return (both[0].real, both[1])
  }

  private func hermitian(
    _ a: ComplexArray, _ call: SharedCall = SharedCall(.symmetricEigenvectors)
  ) throws -> [ComplexArray] {
    try customJVP { (a: ComplexArray) in
      let results = try call(a)
      return [ComplexArray(results[0]), ComplexArray(pairs: results[1])]
    } jvp: { _, results, da in
      let (values, vectors) = (results[0].real, results[1])
      let inner = matmul(vectors.adjoint, matmul(da.hermitianPart, vectors))
      let factors = NDArray.reciprocalDifferences(values) { $0 - $1 }
      return [ComplexArray(inner.mainDiagonal.real), matmul(vectors, inner.scaled(by: factors))]
    }(a)
  }

  /// The eigenvalues of Hermitian matrices alone; see ``eigvalsh(_:)``.
  public func eigvalsh(_ a: ComplexArray) -> NDArray {
    attempt {
      try hermitianValues(try Operands.square("eigvalsh", a)) { try SharedCall(.symmetricEigenvalues)($0)[0] }
    }
  }

  private func hermitianValues(_ a: ComplexArray, _ body: @escaping (ComplexArray) throws -> NDArray) throws -> NDArray {
    try customJVP(body) { a, _, da in
      let vectors = try hermitian(a)[1]
      return (vectors.conjugate * matmul(da.hermitianPart, vectors)).real.sum(axis: -2)
    }(a)
  }

  /// a = U · diag(s) · Vᴴ of complex matrices; s is real. See ``svd(_:fullMatrices:)``. Of functions that depend on the phases of the columns
  /// derivatives have no meaning.
  public func svd(_ a: ComplexArray, fullMatrices: Bool = true) -> (u: ComplexArray, s: NDArray, vh: ComplexArray) {
    let results: [ComplexArray] = attempt(3) {
      let a = try Operands.matrix("svd", a)
      if fullMatrices, a.rows != a.columns { return try parts(a, SharedCall(.svd(isFull: true))) }
      let call = SharedCall(.svd(isFull: false)), all = try decomposed(a, call)
      // A part of its own: a derivative of the values does not depend on the vectors having one.
      return [all[0], ComplexArray(try singularValues(a) { try call($0)[1] }), all[2]]
    }
    return (results[0], results[1].real, results[2])
  }

  /// U, the singular values, Vᴴ.
  func parts(_ a: ComplexArray, _ call: SharedCall = SharedCall(.svd(isFull: false))) throws -> [ComplexArray] {
    let results = try call(a)
    return [ComplexArray(pairs: results[0]), ComplexArray(results[1]), ComplexArray(pairs: results[2])]
  }

  func decomposed(_ a: ComplexArray, _ call: SharedCall = SharedCall(.svd(isFull: false))) throws -> [ComplexArray] {
    try customJVP { (a: ComplexArray) in
      try parts(a, call)
    } jvp: { a, results, da in
      let (u, s, v) = (results[0], results[1].real, results[2].adjoint)
      let row = s.expandingDims(axis: -2), inner = matmul(u.adjoint, matmul(da, v))
      let factors = NDArray.reciprocalDifferences(s) { ($0 - $1) * ($0 + $1) }
      let (right, below) = (inner.scaled(by: row), inner.scaled(by: row.mT))
      // What turns the phases of U and V against each other, all of which U gets.
      let unit = eye(s.shape[s.rank - 1], dtype: a.dtype)
      let phases = ComplexArray(ofOne: zerosLike(inner.real), inner.imaginary * unit / row)
      var du = matmul(u, (right + right.adjoint).scaled(by: factors) + phases)
      var dv = matmul(v, (below + below.adjoint).scaled(by: factors))
      if a.rows > a.columns {
        let change = matmul(da, v)
        du = du + (change - matmul(u, matmul(u.adjoint, change))).scaled(by: 1 / row)
      }
      if a.columns > a.rows {
        let change = matmul(da.adjoint, u)
        dv = dv + (change - matmul(v, matmul(v.adjoint, change))).scaled(by: 1 / row)
      }
      return [du, ComplexArray(inner.mainDiagonal.real), dv.adjoint]
    }(a)
  }

  /// The singular values of complex matrices alone, the largest first; see ``svdvals(_:)``.
  public func svdvals(_ a: ComplexArray) -> NDArray { attempt { try singularValues(try Operands.matrix("svdvals", a)) } }

  func singularValues(_ a: ComplexArray) throws -> NDArray {
    try singularValues(a) { try SharedCall(.singularValues)($0)[0] }
  }

  private func singularValues(_ a: ComplexArray, _ body: @escaping (ComplexArray) throws -> NDArray) throws -> NDArray {
    try customJVP(body) { a, _, da in singularChanges(of: try decomposed(a), along: da) }(a)
  }

  /// The changes of the singular values of U, s and Vᴴ: the real diagonal of Uᴴ · da · V.
  func singularChanges(of all: [ComplexArray], along da: ComplexArray) -> NDArray {
    (all[0].conjugate * matmul(da, all[2].adjoint)).real.sum(axis: -2)
  }
}
