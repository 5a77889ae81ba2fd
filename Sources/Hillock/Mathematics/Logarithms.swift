import HillockIR

/// log(eᵃ + eᵇ) without overflow. Where both are -∞ it is -∞. Of integers `f32`; both are broadcast.
///
/// ```swift
/// logaddexp(NDArray([1000.0, -2]), 1000)       // [1000.6931, 1000]
/// ```
public func logaddexp(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  NDArray.floats(a, b) { a, b in larger(a, b) { softplus($0) } }
}

/// log₂(2ᵃ + 2ᵇ) without overflow, as ``logaddexp(_:_:)`` is to base e.
public func logaddexp2(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  NDArray.floats(a, b) { a, b in larger(a, b) { softplus($0 * 0.6931471805599453) * 1.4426950408889634 } }
}

/// The larger plus a function of the difference, which is not above 0. (As it is written the slope is right where both are equal.)
private func larger(_ a: NDArray, _ b: NDArray, plus rest: (NDArray) -> NDArray) -> NDArray {
  // ∞ - ∞ is NaN, where both are the same infinity.
  let isSame = (a .== b) .& isInfinite(a)
  let first = select(isSame, 0, b - a), second = select(isSame, 0, a - b)
  let isFirst = a .>= b
  return select(isFirst, a + rest(select(isFirst, first, 0)), b + rest(select(isFirst, 0, second)))
}

/// The inverse hyperbolic sine. Of integers `f32`.
///
/// ```swift
/// asinh(NDArray([0.0, 1]))                     // [0, 0.8813736]
/// ```
public func asinh(_ x: some ArrayValue) -> NDArray {
  NDArray.floats(x) { x in
    let a = abs(x), isLarge = a .> largeForRoots(x.dtype)
    let small = select(isLarge, 1, a), square = small * small
    let value = select(
      isLarge, log(select(isLarge, a, 1)) + 0.6931471805599453, log1p(small + square / (1 + sqrt(1 + square))))
    // Near 0 an odd polynomial, of which only the last sum rounds by much.
    let isNear = a .< 0.5, z = select(isNear, square, 0)
    let near = fma(a * z, (8 * z - 1).polynomial(SpecialCoefficients.asinh), a)
    return copysign(select(isNear, near, value), x).sloped(of: x) { 1 / hypot(x, 1) }
  }
}

/// The same of a whole number, such as a literal.
public func asinh(_ x: Int) -> NDArray { asinh(NDArray(x)) }

/// The inverse hyperbolic cosine: NaN below 1. Of integers `f32`.
public func acosh(_ x: some ArrayValue) -> NDArray {
  NDArray.floats(x) { x in
    let isLarge = x .> largeForRoots(x.dtype)
    let above = select(isLarge, 1, x) - 1
    let value = select(isLarge, log(select(isLarge, x, 1)) + 0.6931471805599453, log1p(above + sqrt(above * (above + 2))))
    // Far below 1 the root overflows, or cancels all but a rounding.
    return select(x .< 1, Double.nan, value).sloped(of: x) { 1 / (sqrt(x - 1) * sqrt(x + 1)) }
  }
}

/// The same of a whole number, such as a literal.
public func acosh(_ x: Int) -> NDArray { acosh(NDArray(x)) }

/// The inverse hyperbolic tangent: ±∞ at ±1, NaN beyond. Of integers `f32`.
public func atanh(_ x: some ArrayValue) -> NDArray {
  NDArray.floats(x) { x in
    let a = abs(x), twice = a + a
    let argument = select(a .< 0.5, twice + twice * a / (1 - a), twice / (1 - a))
    return copysign(0.5 * log1p(argument), x).sloped(of: x) { 1 / ((1 - x) * (1 + x)) }
  }
}

/// The same of a whole number, such as a literal.
public func atanh(_ x: Int) -> NDArray { atanh(NDArray(x)) }

/// From here on √(x² ± 1) is x.
private func largeForRoots(_ dtype: DType) -> Double { dtype == .f32 ? 0x1p14 : 0x1p28 }

/// The cube root, also of negative numbers. Of integers `f32`. Its slope at 0 is infinite.
///
/// ```swift
/// cbrt(NDArray([-8.0, 27]))                    // [-2, 3]
/// ```
public func cbrt(_ x: some ArrayValue) -> NDArray {
  NDArray.floats(x) { x in
    let isFinite = isFinite(x) .& (x .!= 0), magnitude = select(isFinite, abs(x), 1)
    // By whole powers of 8 the argument comes between 1 and 8, where nothing overflows and subnormals are exact.
    let thirds = floorDivide(logb(magnitude), 3)
    let part = ldexp(magnitude, -3 * thirds)
    let guess = exp2(log2(part) * (1 / 3.0))
    // A step of Newton's, in which what the cube loses is small.
    let square = guess * guess
    let root = guess - fma(square, guess, -part) / (3 * square)
    let value = select(isFinite, copysign(ldexp(root, thirds), x), x)
    return value.sloped(of: x) { select(x .== 0, Double.infinity, select(isFinite, value / x * (1 / 3.0), 0)) }
  }
}

/// The same of a whole number, such as a literal.
public func cbrt(_ x: Int) -> NDArray { cbrt(NDArray(x)) }
