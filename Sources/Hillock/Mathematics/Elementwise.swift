import HillockIR

/// sin(πx) / (πx), 1 at 0: the normalised sinc. Of integers `f32`. At other whole numbers it is exactly 0.
///
/// ```swift
/// sinc(NDArray([0.0, 0.5, 3]))                 // [1, 0.63661975, 0]
/// ```
public func sinc(_ x: some ArrayConvertible) -> NDArray {
  NDArray.floats(x) { x in
    // Near 0 the series of sin y / y, whose derivatives do not cancel there.
    let isSmall = abs(x) .< 0.25
    let small = select(isSmall, x, 0) * Double.pi, far = select(isSmall, 1, x)
    var coefficients = [1.0]
    for k in 1...9 { coefficients.append(-coefficients[k - 1] / Double(2 * k * (2 * k + 1))) }
    let isInfinite = isInfinite(x)
    let ratio = select(isInfinite, 0, far).sineOfPi / (far * Double.pi)
    return select(isSmall, (small * small).polynomial(coefficients), select(isInfinite, 0, ratio))
  }
}

/// Degrees as radians.
///
/// ```swift
/// deg2rad(NDArray([180.0]))                    // [3.1415927]
/// ```
public func deg2rad(_ x: some ArrayConvertible) -> NDArray { NDArray.floats(x) { $0 * (Double.pi / 180) } }

/// Radians as degrees.
public func rad2deg(_ x: some ArrayConvertible) -> NDArray { NDArray.floats(x) { $0 * (180 / Double.pi) } }

/// 0 where x is below 0, 1 where it is above, and `atZero` at 0; NaN stays NaN.
///
/// ```swift
/// heaviside(NDArray([-1.0, 0, 2]), 0.5)        // [0, 0.5, 1]
/// ```
public func heaviside(_ x: some ArrayConvertible, _ atZero: some ArrayConvertible) -> NDArray {
  NDArray.floats(x, atZero) { x, atZero in select(x .== 0, atZero, select(x .< 0, 0, select(x .> 0, 1, x))) }
}

/// NaN replaced by a number (0 unless given), ∞ and -∞ by the greatest and least finite number of the dtype unless given. Integers stay as
/// they are.
///
/// ```swift
/// nanToNum(NDArray([Double.nan, 2, -Double.infinity]), negativeInfinity: -1)     // [0, 2, -1]
/// ```
public func nanToNum(
  _ x: some ArrayConvertible, nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
) -> NDArray {
  let x = x.array.settled
  guard x.dtype.isFloating else { return x }
  let greatest = x.dtype.greatestFinite
  let finite = select(
    x .== Double.infinity, positiveInfinity ?? greatest, select(x .== -Double.infinity, negativeInfinity ?? -greatest, x))
  return select(isNaN(x), nan, finite)
}

/// Whether x is ∞.
public func isPositiveInfinity(_ x: some ArrayConvertible) -> NDArray { isInfinite(x) .& (x.array .> 0) }

/// Whether x is -∞.
public func isNegativeInfinity(_ x: some ArrayConvertible) -> NDArray { isInfinite(x) .& (x.array .< 0) }

/// The remainder of the division rounded towards zero, exact, with the sign of a (`%` has the sign of b): C's `fmod`. An integer
/// divided by 0 gives 0.
///
/// ```swift
/// fmod(NDArray([-7.0, 7]), 3)                  // [-1, 1]
/// ```
public func fmod(_ a: some ArrayValue, _ b: some ArrayConvertible) -> NDArray { truncatedRemainder(a.array, b.array) }

/// The same where the first array is argument 2.
public func fmod(_ a: some ArrayScalar, _ b: some ArrayValue) -> NDArray { truncatedRemainder(a.array, b.array) }

private func truncatedRemainder(_ a: NDArray, _ b: NDArray) -> NDArray {
  // The remainder with the sign of b is a whole b away where the signs differ.
  guard a.dtype.isFloating || b.dtype.isFloating else {
    let rest = a % b
    return select((rest .!= 0) .& ((a .< 0) .!= (b .< 0)), rest - b, rest)
  }
  return NDArray.floats(a, b) { a, b in copysign(abs(a) % abs(b), a) }
}

/// The quotient rounded down, and the remainder with the sign of b: `floorDivide(a, b)` and `a % b`.
public func divmod(_ a: some ArrayValue, _ b: some ArrayConvertible) -> (quotient: NDArray, remainder: NDArray) {
  (floorDivide(a, b), a.array % b.array)
}

/// Mantissa and exponent: x is the mantissa, of magnitude from 1/2 to below 1, times 2 to the power of the exponent, an `i32`. Zeros,
/// infinities and NaN are their own mantissa, with the exponent 0.
///
/// ```swift
/// let parts = frexp(NDArray([8.0, -0.375]))    // mantissa [0.5, -0.75], exponent [4, -1]
/// ```
public func frexp(_ x: some ArrayValue) -> (mantissa: NDArray, exponent: NDArray) {
  let x = NDArray.floats(x) { $0 }.settled
  let exponent = logb(x), isNumber = isFinite(exponent)
  let shift = select(isNumber, exponent + 1, 0)
  return (ldexp(x, -shift), shift.asType(.i32))
}

/// The fractional and the whole part, both with the sign of x.
public func modf(_ x: some ArrayValue) -> (fraction: NDArray, whole: NDArray) {
  let x = NDArray.floats(x) { $0 }.settled
  let whole = trunc(x)
  return (copysign(select(isInfinite(x), 0, x - whole), x), whole)
}

/// x to the power of y, computed in `f64` whatever the operands are: a negative exponent of integers gives a fraction.
///
/// ```swift
/// floatPower(NDArray([2, 4]), -1)              // f64: [0.5, 0.25]
/// ```
public func floatPower(_ x: some ArrayConvertible, _ y: some ArrayConvertible) -> NDArray {
  pow(x.array.asType(.f64), y.array.asType(.f64))
}

/// The greatest common divisor of integers, not negative; 0 where both are 0. Floats give a `dtype` error.
///
/// ```swift
/// gcd(NDArray([12, -18]), 30)                  // [6, 6]
/// ```
public func gcd(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  integers(a.array, b.array, "gcd") { a, b in
    NDArray(orErrorOf: {
      try whileLoop(carry: a, b, while: { (_: NDArray, b: NDArray) -> NDArray in (b .!= 0).any() }) { (a: NDArray, b: NDArray) in
        // (A remainder by 0 is 0.)
        (select(b .== 0, a, b), a % b)
      }.0
    })
  }
}

/// The least common multiple of integers, not negative; 0 where one of them is 0. It wraps where the dtype does not hold it. Floats
/// give a `dtype` error.
public func lcm(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  integers(a.array, b.array, "lcm") { a, b in floorDivide(a, gcd(a, b)) * b }
}

/// Calls the body with the magnitudes of integers of one dtype.
private func integers(_ a: NDArray, _ b: NDArray, _ name: String, _ body: (NDArray, NDArray) -> NDArray) -> NDArray {
  if case .failure = a.content { return a }
  if case .failure = b.content { return b }
  // (The sum only finds out the dtype and shape; it is not computed.)
  var zero = NDArray(0, dtype: .i32)
  switch (a.isWeak, b.isWeak) {
  case (true, true): break
  case (true, false): zero = zerosLike(b)
  case (false, true): zero = zerosLike(a)
  case (false, false): zero = zerosLike(a) * zerosLike(b)
  }
  guard zero.errorCode == nil else { return zero }
  guard zero.dtype.isInteger, !(a.dtype.isFloating || b.dtype.isFloating) else {
    return NDArray(failing: HillockError(.dtype, "\(name) takes integers, not \(a.dtype.name) and \(b.dtype.name)"))
  }
  let (x, y) = (zero + a, zero + b)
  return zero.dtype.isSigned ? body(abs(x), abs(y)) : body(x, y)
}

/// How many bits of each integer are 1: NumPy's `bitwise_count`, but of the bits of negative numbers as they are stored. The dtype stays.
///
/// ```swift
/// bitCount(NDArray([0, 7, -1]))                // [0, 3, 32]
/// ```
/// Anything but integers gives a `dtype` error.
public func bitCount(_ x: some ArrayConvertible) -> NDArray {
  bits(x.array, "bitCount") { x, width in
    func mask(_ byte: UInt64) -> NDArray { NDArray(weak: x.dtype.bitPattern(byte &* 0x0101_0101_0101_0101)) }
    let pairs = x - ((x >> 1) .& mask(0x55))
    let fours = (pairs .& mask(0x33)) + ((pairs >> 2) .& mask(0x33))
    let bytes = (fours + (fours >> 4)) .& mask(0x0f)
    return (bytes * mask(0x01)) >> (width - 8)
  }
}

/// How many bits before the first 1 are 0; the dtype's width for 0. Anything but integers gives a `dtype` error.
///
/// ```swift
/// leadingZeros(NDArray([1, 0, -1]))            // [31, 32, 0]
/// ```
public func leadingZeros(_ x: some ArrayConvertible) -> NDArray {
  bits(x.array, "leadingZeros") { x, width in
    // The first 1 is copied to all bits below it; the rest are zeros.
    var filled = x, step = 1
    while step < width {
      filled = filled .| (filled >> step)
      step *= 2
    }
    return bitCount(.!filled)
  }
}

private func bits(_ x: NDArray, _ name: String, _ body: (NDArray, Int) -> NDArray) -> NDArray {
  let x = x.settled
  if case .failure = x.content { return x }
  guard x.dtype.isInteger else {
    return NDArray(failing: HillockError(.dtype, "\(name) takes integers, not \(x.dtype.name)"))
  }
  return body(x, x.dtype.size * 8)
}

extension DType {
  /// The greatest finite number of a float dtype.
  fileprivate var greatestFinite: Double {
    switch self {
    case .f32: Double(Float.greatestFiniteMagnitude)
    case .f16: 65504
    case .bf16: NarrowFormat.bf16.value(0x7f7f)
    case .f64, .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16, .bool: .greatestFiniteMagnitude
    }
  }

  /// The number of an integer dtype with these low bits.
  fileprivate func bitPattern(_ bits: UInt64) -> WeakScalar {
    switch self {
    case .i32: .int(Int64(Int32(truncatingIfNeeded: bits)))
    case .u32: .int(Int64(UInt32(truncatingIfNeeded: bits)))
    case .u64: WeakScalar(bits)
    case .i8: .int(Int64(Int8(truncatingIfNeeded: bits)))
    case .i16: .int(Int64(Int16(truncatingIfNeeded: bits)))
    case .u8: .int(Int64(UInt8(truncatingIfNeeded: bits)))
    case .u16: .int(Int64(UInt16(truncatingIfNeeded: bits)))
    case .i64, .f32, .f64, .f16, .bf16, .bool: .int(Int64(bitPattern: bits))
    }
  }
}
