import HillockIR

// What the functions of this folder have in common. They are made of ops, so they run in every tier and can be differentiated.
extension NDArray {
  /// Calls the body with the operands as floats of one dtype: that of the floats among them, else f32. If it is a narrow one, the body
  /// computes in f32, and its result is rounded once. Numbers without a dtype adopt the dtype; if all are such, the body computes in f64
  /// and the result has no dtype either.
  static func floats(_ operands: [any ArrayConvertible], _ body: ([NDArray]) -> NDArray) -> NDArray {
    let arrays = operands.map(\.array)
    if let failed = arrays.first(where: { if case .failure = $0.content { true } else { false } }) { return failed }
    return NDArray { () throws(HillockError) in
      var dtype: DType?
      for array in arrays where !array.isWeak { dtype = dtype.map { DType.promote($0, array.dtype) } ?? array.dtype }
      guard let dtype else {
        var carried: [NDArray] = []
        for array in arrays { carried.append(try array.adopting(.f64)) }
        return try body(carried).weakened()
      }
      let target: DType = dtype.isFloating ? dtype : .f32
      var converted: [NDArray] = []
      for array in arrays {
        converted.append((array.isWeak ? try array.adopting(target) : array.asType(target)).widened)
      }
      return body(converted).narrowed(to: target)
    }
  }

  /// The array in the dtype that it is computed in.
  var widened: NDArray { dtype.isNarrow ? asType(dtype.computed) : self }

  /// The body of a narrow float computed in f32, so that the result is rounded once; of other dtypes as it is.
  func computedWide(_ body: (NDArray) -> NDArray) -> NDArray {
    guard !isWeak, dtype.isFloating, dtype.isNarrow else { return body(self) }
    return body(widened).narrowed(to: dtype)
  }

  /// A result that was computed for a narrow float in that dtype. Results of other dtypes, such as places, stay.
  private func narrowed(to target: DType) -> NDArray {
    target.isNarrow && errorCode == nil && !isWeak && dtype == target.computed ? asType(target) : self
  }

  static func floats(_ x: some ArrayConvertible, _ body: (NDArray) -> NDArray) -> NDArray { floats([x]) { body($0[0]) } }

  static func floats(
    _ a: some ArrayConvertible, _ b: some ArrayConvertible, _ body: (NDArray, NDArray) -> NDArray
  ) -> NDArray { floats([a, b]) { body($0[0], $0[1]) } }

  /// The same computed in f64 and rounded once, so that results in f32 are as exact as they can be.
  static func doubles(_ operands: [any ArrayConvertible], _ body: ([NDArray]) -> NDArray) -> NDArray {
    floats(operands) { x in
      let dtype = x[0].dtype
      return body(x.map { $0.asType(.f64) }).asType(dtype)
    }
  }

  static func doubles(_ x: some ArrayConvertible, _ body: (NDArray) -> NDArray) -> NDArray { doubles([x]) { body($0[0]) } }

  /// A value with a slope of its own; where nothing is traced, no derivative is taken and the slope is not computed.
  func sloped(of x: NDArray, _ slope: () -> NDArray) -> NDArray { x.isTraced ? withSlope(self, slope(), of: x) : self }

  /// Σ cᵢ xⁱ by Horner's rule, each step rounded once.
  func polynomial(_ coefficients: [Double]) -> NDArray {
    coefficients.dropLast().reversed().reduce(NDArray(weak: coefficients.last ?? 0)) { fma($0, self, $1) }
  }

  /// x reduced to [-1/2, 1/2] by a whole number, and whether this is odd: for functions of period 1 or 2, of floats of any size.
  var halfPeriods: (rest: NDArray, isOdd: NDArray) {
    let whole = stopGradient(round(self))
    return (self - whole, (whole % 2) .!= 0)
  }

  /// sin πx: 0 exactly at whole numbers.
  var sineOfPi: NDArray {
    let (rest, isOdd) = halfPeriods
    let value = sin(rest * Double.pi)
    return select(isOdd, -value, value)
  }
}
