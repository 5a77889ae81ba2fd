import HillockIR

extension LinearAlgebra {
  /// The exponentials of square matrices [..., n, n]: 1 + a + a² / 2 + …
  ///
  /// ```swift
  /// let turn = linalg.expm(NDArray([[0.0, -Double.pi], [Double.pi, 0.0]]))      // [[-1, 0], [0, -1]]
  /// ```
  ///
  /// Scaling and squaring with a Padé approximant (Higham, 2005): of degree 13 for `f64`, 7 for `f32`. Derivatives are those of the steps.
  public func expm(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt {
      let a = try Operands.square("expm", a)
      guard a.type.count > 0 else { return a }
      let isDouble = a.dtype == .f64
      // The largest norms for which the approximants are as good as the dtype.
      let most = isDouble ? 5.371920351148152 : 3.925724783138660
      let norm = stopGradient(abs(a)).sum(axis: -2).max(axis: -1)
      let needed = maximum(ceil(log2(norm / most)), 0)
      let count = select(isFinite(needed), needed, 0).expandingDims(axis: -1).expandingDims(axis: -1)
      let first = try pade(a * exp2(-count), isDouble ? Self.pade13 : Self.pade7)
      let (_, power) = try whileLoop(carry: zeros([], dtype: a.dtype), first) { step, _ in
        (count .> step).any()
      } body: { step, power in
        // Matrices that are done are not squared on: they might overflow.
        let goesOn = count .> step, factor = select(goesOn, power, 0)
        return (step + 1, select(goesOn, matmul(factor, factor), power))
      }
      return power
    }
  }

  /// The exponentials of complex matrices; see ``expm(_:)``.
  ///
  /// ```swift
  /// let turn = linalg.expm(ComplexArray(NDArray([[0.0]]), NDArray([[Double.pi]])))      // -1
  /// ```
  public func expm(_ a: ComplexArray) -> ComplexArray {
    attempt {
      let a = try Operands.square("expm", a), n = a.rows
      // Matrices [[x, -y], [y, x]] are added and multiplied as x + iy are.
      let both = concatenate([a.real, a.imaginary], axis: -2), turned = concatenate([-a.imaginary, a.real], axis: -2)
      let left = expm(concatenate([both, turned], axis: -1)).block(columns: n)
      return ComplexArray(ofOne: left.block(rows: n), left[..., n..<(2 * n), .all])
    }
  }

  private static let pade13: [Double] = [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800, 129_060_195_264_000,
    10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
  ]
  private static let pade7: [Double] = [17_297_280, 8_648_640, 1_995_840, 277_200, 25_200, 1_512, 56, 1]

  /// The approximant with these coefficients: (V − U)⁻¹ · (V + U), where U has the odd powers and V the even ones.
  private func pade(_ a: NDArray, _ b: [Double]) throws -> NDArray {
    let unit = eye(a.rows, dtype: a.dtype), a2 = matmul(a, a), a4 = matmul(a2, a2), a6 = matmul(a4, a2)
    var odd = b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * unit, even = b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * unit
    if b.count > 8 {
      odd = matmul(a6, b[13] * a6 + b[11] * a4 + b[9] * a2) + odd
      even = matmul(a6, b[12] * a6 + b[10] * a4 + b[8] * a2) + even
    }
    let u = matmul(a, odd)
    return try solved(even - u, even + u)
  }

  /// The products of square matrices [..., n, n] with themselves; for negative powers, of their inverses.
  ///
  /// ```swift
  /// let fibonacci = linalg.matrixPower(NDArray([[1.0, 1.0], [1.0, 0.0]]), 10)      // [[89, 55], [55, 34]]
  /// ```
  public func matrixPower(_ a: some ArrayConvertible, _ power: Int) -> NDArray {
    let a = a.array
    return attempt {
      let a = try Operands.square("matrixPower", a)
      if power == 0 { return eye(a.rows, dtype: a.dtype).broadcast(batch: a.batch, items: 2) }
      return self.power(power < 0 ? try inverted(a) : a, power.magnitude) { matmul($0, $1) }
    }
  }

  /// A power of 1 or more, by squares.
  func power<Matrices>(_ a: Matrices, _ power: UInt, _ matmul: (Matrices, Matrices) -> Matrices) -> Matrices {
    var base = a, rest = power, product: Matrices?
    while true {
      if rest % 2 == 1 { product = product.map { matmul($0, base) } ?? base }
      rest /= 2
      guard rest > 0 else { return product ?? base }
      base = matmul(base, base)
    }
  }

  /// The product of several matrices, in the order of products that takes the fewest multiplications. The first may be a row vector, the last
  /// a column vector.
  ///
  /// ```swift
  /// let p = linalg.multiDot([ones(10, 100), ones(100, 5), ones(5)])      // f32[10]
  /// ```
  public func multiDot(_ arrays: [NDArray]) -> NDArray {
    attempt {
      guard arrays.count >= 2 else {
        throw HillockError(.argument, "multiDot takes two matrices or more, not \(arrays.count)")
      }
      var factors = try Operands.floats(arrays)
      let isRow = factors[0].type.rank == 1, isColumn = factors[factors.count - 1].type.rank == 1
      if isRow { factors[0] = factors[0].expandingDims(axis: 0) }
      if isColumn { factors[factors.count - 1] = factors[factors.count - 1].expandingDims(axis: 1) }
      for (position, factor) in factors.enumerated() {
        guard factor.type.rank == 2 else {
          throw HillockError(.shape, "multiDot takes matrices, and array \(position) has shape \(arrays[position].type.shape)")
        }
        guard position == 0 || factors[position - 1].columns == factor.rows else {
          throw HillockError(
            .shape,
            "multiDot: array \(position - 1) of shape \(arrays[position - 1].type.shape) and array \(position) of shape "
              + "\(arrays[position].type.shape) do not fit")
        }
      }
      var result = product(factors, splits: Self.splits([factors[0].rows] + factors.map(\.columns)), 0, factors.count - 1)
      if isRow { result = result.squeezed(axis: 0) }
      if isColumn { result = result.squeezed(axis: -1) }
      return result
    }
  }

  private func product(_ factors: [NDArray], splits: [[Int]], _ first: Int, _ last: Int) -> NDArray {
    guard first < last else { return factors[first] }
    let split = splits[first][last]
    return matmul(product(factors, splits: splits, first, split), product(factors, splits: splits, split + 1, last))
  }

  /// Where the product of the factors i to j is cut in two, factor i being extents[i] × extents[i + 1] (Cormen et al., "Introduction to
  /// Algorithms", 15.2). Costs are counted in floats, which do not overflow.
  private static func splits(_ extents: [Int]) -> [[Int]] {
    let count = extents.count - 1, row = [Double](repeating: 0, count: count)
    var costs = Array(repeating: row, count: count), splits = Array(repeating: [Int](repeating: 0, count: count), count: count)
    for length in 1..<count {
      for first in 0..<(count - length) {
        let last = first + length
        costs[first][last] = .infinity
        for split in first..<last {
          let own = Double(extents[first]) * Double(extents[split + 1]) * Double(extents[last + 1])
          let cost = costs[first][split] + costs[split + 1][last] + own
          if cost < costs[first][last] { (costs[first][last], splits[first][last]) = (cost, split) }
        }
      }
    }
    return splits
  }

  /// The sums of the diagonals of matrices [..., m, n], of shape [...].
  ///
  /// ```swift
  /// let t = linalg.trace(NDArray([[1.0, 2.0], [3.0, 4.0]]))      // 5
  /// ```
  public func trace(_ a: some ArrayConvertible) -> NDArray {
    let a = a.array
    return attempt { try Operands.matrix("trace", a).diagonal.sum(axis: -1) }
  }
}
