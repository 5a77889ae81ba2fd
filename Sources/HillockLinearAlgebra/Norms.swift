import HillockIR

/// Which norm of a matrix.
public enum MatrixNorm: Hashable, Sendable {
  /// The root of the sum of squares of all elements.
  case frobenius
  /// The sum of the singular values.
  case nuclear
  /// The largest sum of absolute values of a column (smallest: -1).
  case one, minusOne
  /// The largest singular value (smallest: -2).
  case two, minusTwo
  /// The largest sum of absolute values of a row (smallest: -∞).
  case infinity, minusInfinity
}

extension LinearAlgebra {
  /// The length of a vector; of an array of more axes that of all its elements, which for a matrix is the Frobenius norm.
  ///
  /// ```swift
  /// let length = linalg.norm(NDArray([3.0, 4.0]))      // 5
  /// ```
  public func norm(_ x: some ArrayConvertible) -> NDArray { vectorNorm(x) }

  /// The norms of vectors along axes: the p-th root of the sum of |x|ᵖ.
  ///
  /// ```swift
  /// let largest = linalg.vectorNorm(NDArray([[3.0, -4.0], [0.0, 1.0]]), order: .infinity, axis: [-1])      // [4, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - order: p, any number; ±∞ for the largest or smallest absolute value, 0 for the number of elements other than 0.
  ///   - axis: the axes that make a vector; nil for all of them. Of no elements, the smallest and the largest give a `shape` error.
  /// - Returns: floats. The slope of the 2-norm at 0 is 0.
  public func vectorNorm(_ x: some ArrayConvertible, order: Double = 2, axis: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    let x = x.array
    return attempt {
      let x = try Operands.floats([x])[0], axes = axis ?? Array(0..<x.type.rank)
      switch order {
      case 2: return root(square(x).sum(axes: axes, keepDims: keepDims))
      case 1: return abs(x).sum(axes: axes, keepDims: keepDims)
      case 0: return (x .!= 0).asType(x.dtype).sum(axes: axes, keepDims: keepDims)
      case .infinity: return abs(x).max(axes: axes, keepDims: keepDims)
      case -.infinity: return abs(x).min(axes: axes, keepDims: keepDims)
      default: return pow(pow(abs(x), order).sum(axes: axes, keepDims: keepDims), 1 / order)
      }
    }
  }

  /// A root whose slope at 0 is 0.
  func root(_ x: NDArray) -> NDArray {
    let isZero = x .== 0
    return select(isZero, 0, sqrt(select(isZero, 1, x)))
  }

  /// The norms of matrices [..., m, n], of shape [...].
  ///
  /// ```swift
  /// let n = linalg.matrixNorm(NDArray([[1.0, -2.0], [3.0, 4.0]]), order: .one)      // 6
  /// ```
  public func matrixNorm(_ a: some ArrayConvertible, order: MatrixNorm = .frobenius, keepDims: Bool = false) -> NDArray {
    let a = a.array
    return attempt {
      let a = try Operands.matrix("matrixNorm", a)
      func spread(_ norm: NDArray) -> NDArray { keepDims ? norm.reshaped(a.batch + [1, 1]) : norm }
      switch order {
      case .frobenius: return vectorNorm(a, axis: [-2, -1], keepDims: keepDims)
      case .nuclear: return spread(try singularValues(a).sum(axis: -1))
      case .one: return spread(abs(a).sum(axis: -2).max(axis: -1))
      case .minusOne: return spread(abs(a).sum(axis: -2).min(axis: -1))
      case .two: return spread(try singularValues(a).max(axis: -1))
      case .minusTwo: return spread(try singularValues(a).min(axis: -1))
      case .infinity: return spread(abs(a).sum(axis: -1).max(axis: -1))
      case .minusInfinity: return spread(abs(a).sum(axis: -1).min(axis: -1))
      }
    }
  }

  /// The condition numbers of matrices [..., m, n]: how many times larger the relative error of a solution may be than that of the matrix.
  ///
  /// ```swift
  /// let c = linalg.cond(NDArray([[1.0, 0.0], [0.0, 0.01]]))      // 100
  /// ```
  ///
  /// - Parameter order: the norm; for `.two` and `.minusTwo` the matrices need not be square. Infinite where a matrix is singular.
  public func cond(_ a: some ArrayConvertible, order: MatrixNorm = .two) -> NDArray {
    let a = a.array
    return attempt {
      switch order {
      case .two, .minusTwo: return condition(try singularValues(try Operands.matrix("cond", a)), order)
      case .frobenius, .nuclear, .one, .minusOne, .infinity, .minusInfinity:
        let a = try Operands.square("cond", a), y = try inverted(a)
        let product = matrixNorm(a, order: order) * matrixNorm(y, order: order)
        return condition(product, isFinite: isFinite(a), hasNoInverse: isNaN(y))
      }
    }
  }

  /// The condition numbers of complex matrices; see ``cond(_:order:)``.
  public func cond(_ a: ComplexArray, order: MatrixNorm = .two) -> NDArray {
    attempt {
      switch order {
      case .two, .minusTwo: return condition(try singularValues(try Operands.matrix("cond", a)), order)
      case .frobenius, .nuclear, .one, .minusOne, .infinity, .minusInfinity:
        let a = try Operands.square("cond", a), y = try inverted(a)
        let product = matrixNorm(a, order: order) * matrixNorm(y, order: order)
        return condition(
          product, isFinite: isFinite(a.real) .& isFinite(a.imaginary), hasNoInverse: isNaN(y.real) .| isNaN(y.imaginary))
      }
    }
  }

  /// Those by singular values.
  private func condition(_ s: NDArray, _ order: MatrixNorm) -> NDArray {
    let (largest, smallest) = (s.max(axis: -1), s.min(axis: -1))
    return order == .two ? largest / smallest : smallest / largest
  }

  /// Those by the products of norms: a matrix of numbers without an inverse is singular.
  private func condition(_ product: NDArray, isFinite: NDArray, hasNoInverse: NDArray) -> NDArray {
    select(hasNoInverse.any(axes: [-2, -1]) .& isFinite.all(axes: [-2, -1]), Double.infinity, product)
  }
}
