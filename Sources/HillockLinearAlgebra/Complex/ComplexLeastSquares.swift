import HillockIR

extension LinearAlgebra {
  /// The pseudo-inverses of complex matrices; see ``pinv(_:rcond:)``.
  public func pinv(_ a: ComplexArray, rcond: Double? = nil) -> ComplexArray {
    attempt { try pseudoinverted(try Operands.matrix("pinv", a), rcond) }
  }

  private func pseudoinverted(_ a: ComplexArray, _ rcond: Double?) throws -> ComplexArray {
    try customJVP { (a: ComplexArray) in
      let all = try parts(a), (u, s, vh) = (all[0], all[1].real, all[2])
      guard s.type.shape.last != 0 else { return matmul(vh.adjoint, u.adjoint) }
      let isLarge = s .> s.max(axis: -1, keepDims: true) * (rcond ?? relativeCutoff(a.real)), row = s.expandingDims(axis: -2)
      // NaN, which is not larger than anything, stays NaN.
      let inverse = select((isLarge .| isNaN(s)).expandingDims(axis: -2), 1 / row, 0)
      return matmul(vh.adjoint.scaled(by: inverse), u.adjoint)
    } jvp: { a, p, da in
      // Golub and Pereyra (1973), equation 4.12.
      let ap = matmul(a, p), pa = matmul(p, a), product = matmul(p, p.adjoint), other = matmul(p.adjoint, p)
      let first = matmul(product, da.adjoint), second = matmul(da.adjoint, other)
      return first - matmul(first, ap) + second - matmul(pa, second) - matmul(p, matmul(da, p))
    }(a)
  }

  /// The number of singular values of complex matrices larger than a bound; see ``matrixRank(_:rtol:)``.
  public func matrixRank(_ a: ComplexArray, rtol: Double? = nil) -> NDArray {
    attempt {
      let a = try Operands.matrix("matrixRank", a)
      return rank(try singularValues(a), a.real, rtol)
    }
  }

  /// The x for which the length of b − a · x is least, of complex matrices; see ``lstsq(_:_:rcond:)``.
  public func lstsq(
    _ a: ComplexArray, _ b: ComplexArray, rcond: Double? = nil
  ) -> (x: ComplexArray, residuals: NDArray, rank: NDArray, s: NDArray) {
    let results: [NDArray] = attempt(5) {
      let (a, b, restore) = try Operands.system("lstsq", a, b), batch = try Operands.batch("lstsq", a.real, b.real)
      let matrices = a.broadcast(batch: batch), sides = b.broadcast(batch: batch), cutoff = rcond ?? relativeCutoff(a.real)
      let (x, others) = try leastSquares(matrices, sides, cutoff: cutoff)
      let residuals = (sides - matmul(matrices, x)).squaredMagnitude.sum(axis: -2)
      return [restore(x.real), restore(x.imaginary), restore(residuals)] + others
    }
    return (ComplexArray(ofOne: results[0], results[1]), results[2], results[4], results[3])
  }

  /// x, then singular values and the rank.
  private func leastSquares(
    _ a: ComplexArray, _ b: ComplexArray, cutoff: Double
  ) throws -> (ComplexArray, [NDArray]) {
    let results = try customJVP { (a: ComplexArray, b: ComplexArray) in
      let results = try Kernel.leastSquares(cutoff: cutoff)([a.pairs, b.pairs], batch: a.batch, isComplex: true)
      let x = ComplexArray(pairs: results[0])
      return [x.real, x.imaginary, results[1], results[2]]
    } jvp: { a, b, results, da, db in
      // The product of the pseudo-inverse's change with b, and of the pseudo-inverse with b's.
      let x = ComplexArray(ofOne: results[0], results[1]), p = try pseudoinverted(a, cutoff)
      let rest = matmul(p, matmul(p.adjoint, matmul(da.adjoint, b - matmul(a, x))))
      let along = matmul(da.adjoint, matmul(p.adjoint, x))
      let dx = matmul(p, db - matmul(da, x)) + rest + along - matmul(p, matmul(a, along))
      return [dx.real, dx.imaginary, singularChanges(of: try decomposed(a), along: da), zerosLike(results[3])]
    }(a, b)
    return (ComplexArray(ofOne: results[0], results[1]), [results[2], results[3]])
  }

  /// The norms of complex vectors; see ``vectorNorm(_:order:axis:keepDims:)``.
  ///
  /// ```swift
  /// let length = linalg.vectorNorm(ComplexArray([3.0, 0.0], [0.0, 4.0]))      // 5
  /// ```
  public func vectorNorm(_ x: ComplexArray, order: Double = 2, axis: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    attempt {
      let x = try Operands.complex([x])[0]
      guard order == 2 else { return vectorNorm(magnitudes(x), order: order, axis: axis, keepDims: keepDims) }
      return root(x.squaredMagnitude.sum(axes: axis ?? Array(0..<x.rank), keepDims: keepDims))
    }
  }

  /// The length of a complex vector; see ``norm(_:)``.
  public func norm(_ x: ComplexArray) -> NDArray { vectorNorm(x) }

  /// The norms of complex matrices; see ``matrixNorm(_:order:keepDims:)``.
  public func matrixNorm(_ a: ComplexArray, order: MatrixNorm = .frobenius, keepDims: Bool = false) -> NDArray {
    attempt {
      let a = try Operands.matrix("matrixNorm", a)
      func spread(_ norm: NDArray) -> NDArray { keepDims ? norm.reshaped(a.batch + [1, 1]) : norm }
      switch order {
      case .frobenius: return vectorNorm(a, axis: [-2, -1], keepDims: keepDims)
      case .nuclear: return spread(try singularValues(a).sum(axis: -1))
      case .two: return spread(try singularValues(a).max(axis: -1))
      case .minusTwo: return spread(try singularValues(a).min(axis: -1))
      case .one, .minusOne, .infinity, .minusInfinity: return matrixNorm(magnitudes(a), order: order, keepDims: keepDims)
      }
    }
  }

  /// |z|, whose slope at 0 is 0.
  private func magnitudes(_ z: ComplexArray) -> NDArray {
    let isZero = (z.real .== 0) .& (z.imaginary .== 0)
    return select(isZero, 0, hypot(select(isZero, 1, z.real), z.imaginary))
  }
}
