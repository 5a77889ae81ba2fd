import HillockIR

extension LinearAlgebra {
  /// Eigenvalues and eigenvectors of symmetric matrices [..., n, n], of which the lower triangle is read.
  ///
  /// ```swift
  /// let (values, vectors) = linalg.eigh(NDArray([[2.0, 1.0], [1.0, 2.0]]))      // values: [1, 3]
  /// ```
  ///
  /// Derivatives are those along symmetric changes. Eigenvectors have none (NaN) where eigenvalues are equal; eigenvalues alone do, if the
  /// vectors are not used.
  ///
  /// - Returns: the eigenvalues, the smallest first, [..., n], and orthonormal eigenvectors as columns, [..., n, n].
  public func eigh(_ a: some ArrayConvertible) -> (values: NDArray, vectors: NDArray) {
    let a = a.array
    let both = attempt(2) {
      let a = try Operands.square("eigh", a), call = SharedCall(.symmetricEigenvectors)
      // Two parts: a derivative of the values does not depend on the vectors having one.
      return [try eigenvalues(a) { try call($0)[0] }, try symmetric(a, call)[1]]
    }
    return (both[0], both[1])
  }

  func symmetric(_ a: NDArray, _ call: SharedCall = SharedCall(.symmetricEigenvectors)) throws -> [NDArray] {
    try customJVP { (a: NDArray) in
      try call(a)
    } jvp: { _, results, da in
      let (values, vectors) = (results[0], results[1])
      let inner = matmul(vectors.mT, matmul(da.symmetricPart, vectors))
      let factors = NDArray.reciprocalDifferences(values) { $0 - $1 }
      return [inner.diagonal, matmul(vectors, factors * inner)]
    }(a)
  }

  /// The eigenvalues of symmetric matrices alone, which takes less time; see ``eigh(_:)``.
  public func eigvalsh(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt {
      try eigenvalues(try Operands.square("eigvalsh", a)) { try Kernel.symmetricEigenvalues([$0], batch: $0.batch)[0] }
    }
  }

  private func eigenvalues(_ a: NDArray, _ body: @escaping (NDArray) throws -> NDArray) throws -> NDArray {
    try customJVP(body) { a, _, da in
      let vectors = try symmetric(a)[1]
      return (vectors * matmul(da.symmetricPart, vectors)).sum(axis: -2)
    }(a)
  }

  /// Eigenvalues and eigenvectors of any square matrices [..., n, n]. They may be complex: real and imaginary parts are
  /// arrays of their own, of which `ComplexArray(w.real, w.imaginary)` makes complex numbers.
  ///
  /// ```swift
  /// let turn = linalg.eig(NDArray([[0.0, -1.0], [1.0, 0.0]]))
  /// turn.values.imaginary             // [1, -1]
  /// ```
  ///
  /// There are no derivatives of it: one that is asked for is an `argument` error. ``eigvals(_:)`` has them.
  ///
  /// - Returns: the eigenvalues, [..., n], in LAPACK's order, and eigenvectors of length 1 as columns, [..., n, n].
  public func eig(
    _ a: some ArrayConvertible
  ) -> (values: (real: NDArray, imaginary: NDArray), vectors: (real: NDArray, imaginary: NDArray)) {
    let a = a.array
    let parts = attempt(4) {
      let a = try Operands.square("eig", a)
      return try Kernel.eigenvectors([a], batch: a.batch)
    }
    return ((parts[0], parts[1]), (parts[2], parts[3]))
  }

  /// The eigenvalues of any square matrices alone, as real and imaginary parts [..., n].
  ///
  /// They have a first derivative, in both modes, where they are all different; a second one is an `argument` error.
  public func eigvals(_ a: some ArrayConvertible) -> (real: NDArray, imaginary: NDArray) {
    let a = a.array
    let parts = attempt(2) {
      try customJVP { (a: NDArray) in
        try Kernel.eigenvalues([a], batch: a.batch)
      } jvp: { a, _, da in
        // The diagonal of V⁻¹ · da · V. A complex inverse is a real one of twice the extent.
        let all = try Kernel.eigenvectors([a], batch: a.batch), n = a.columns
        let (real, imaginary) = (all[2], all[3])
        let top = concatenate([real, -imaginary], axis: a.type.rank - 1)
        let bottom = concatenate([imaginary, real], axis: a.type.rank - 1)
        let inverse = try inverted(concatenate([top, bottom], axis: a.type.rank - 2)).block(columns: n)
        let left = inverse.block(rows: n), right = inverse.block(from: n)
        let (dr, di) = (matmul(da, real), matmul(da, imaginary))
        func diagonal(_ x: NDArray, _ y: NDArray) -> NDArray { (x * y.mT).sum(axis: -1) }
        return [diagonal(left, dr) - diagonal(right, di), diagonal(left, di) + diagonal(right, dr)]
      }(try Operands.square("eigvals", a))
    }
    return (parts[0], parts[1])
  }
}
