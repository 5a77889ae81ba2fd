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
    let both: [NDArray] = attempt(2) {
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

  /// Eigenvalues and eigenvectors of any square matrices [..., n, n], which may be complex.
  ///
  /// ```swift
  /// let turn = linalg.eig(NDArray([[0.0, -1.0], [1.0, 0.0]]))
  /// turn.values.imaginary             // [1, -1]
  /// ```
  ///
  /// There are no derivatives of it: one that is asked for is an `argument` error. ``eigvals(_:)`` has them.
  ///
  /// - Returns: the eigenvalues, [..., n], in LAPACK's order, and eigenvectors of length 1 as columns, [..., n, n].
  public func eig(_ a: some ArrayConvertible) -> (values: ComplexArray, vectors: ComplexArray) {
    let a = a.array
    let both: [ComplexArray] = attempt(2) { try eigenvectors(try Operands.square("eig", a)) }
    return (both[0], both[1])
  }

  private func eigenvectors(_ a: NDArray) throws -> [ComplexArray] {
    try Kernel.eigenvectors([a], batch: a.batch).map(ComplexArray.init(pairs:))
  }

  /// The eigenvalues of any square matrices alone, [..., n], which may be complex.
  ///
  /// They have a first derivative, in both modes, where they are all different; a second one is an `argument` error.
  public func eigvals(_ a: some ArrayConvertible) -> ComplexArray {
    let a = a.array
    return attempt {
      try customJVP { (a: NDArray) in
        ComplexArray(pairs: try Kernel.eigenvalues([a], batch: a.batch)[0])
      } jvp: { a, _, da in
        try changes(of: try eigenvectors(a)[1], along: ComplexArray(da))
      }(try Operands.square("eigvals", a))
    }
  }

  /// Eigenvalues and eigenvectors of complex matrices; see ``eig(_:)``.
  public func eig(_ a: ComplexArray) -> (values: ComplexArray, vectors: ComplexArray) {
    let both: [ComplexArray] = attempt(2) { try eigenvectors(try Operands.square("eig", a)) }
    return (both[0], both[1])
  }

  private func eigenvectors(_ a: ComplexArray) throws -> [ComplexArray] {
    try Kernel.eigenvectors([a.pairs], batch: a.batch, isComplex: true).map(ComplexArray.init(pairs:))
  }

  /// The eigenvalues of complex matrices alone; see ``eigvals(_:)``.
  public func eigvals(_ a: ComplexArray) -> ComplexArray {
    attempt {
      try customJVP { (a: ComplexArray) in
        ComplexArray(pairs: try Kernel.eigenvalues([a.pairs], batch: a.batch, isComplex: true)[0])
      } jvp: { a, _, da in
        try changes(of: try eigenvectors(a)[1], along: da)
      }(try Operands.square("eigvals", a))
    }
  }

  /// The changes of the eigenvalues: the diagonal of V⁻¹ · da · V.
  private func changes(of vectors: ComplexArray, along da: ComplexArray) throws -> ComplexArray {
    (try inverted(vectors) * matmul(da, vectors).mT).sum(axis: -1)
  }
}
