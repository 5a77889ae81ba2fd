import HillockIR

/// 64-bit integers where the level has no instruction: division, and with AVX2 conversions from and to floats.
extension VectorBuilder {
  // MARK: Division

  /// ⌊a / b⌋, from quotients of doubles.
  ///
  /// Of magnitudes: the double quotient, with what rounding may have added taken off (1 - 2⁻⁵⁰ is more than the rounding of two
  /// conversions, a division and itself), is never above a / b, and less than 2⁻⁴⁹ of it and 1 below. So the rest r = a - q b is
  /// exact, not negative, and at most 2¹⁵ + b. What it contains of b is found in the same way; now the rest is less than 2 b.
  mutating func divideWide(_ a: ValueID, by b: ValueID, _ dtype: DType) -> ValueID {
    let dividend = dtype.isSigned ? expand(.abs, dtype, [a], types: [dtype]) : a
    let divisor = dtype.isSigned ? expand(.abs, dtype, [b], types: [dtype]) : b
    let wide = convert(divisor, from: .u64, to: .f64)
    let zero = constant(0, .u64), one = constant(1, .u64)
    func contained(in rest: ValueID) -> (quotient: ValueID, rest: ValueID) {
      let ratio = value(.primitive(.div), .f64, [convert(rest, from: .u64, to: .f64), wide])
      let quotient = wholeWide(value(.primitive(.mul), .f64, [ratio, number(1 - 0x1p-50, .f64)]))
      let product = expand(.mul, .u64, [quotient, divisor], types: [.u64, .u64])
      return (quotient, value(.primitive(.sub), .u64, [rest, product]))
    }
    let first = contained(in: dividend), second = contained(in: first.rest)
    let isOnceMore = compare(.le, .u64, divisor, second.rest)
    var quotient = value(.primitive(.add), .u64, [first.quotient, second.quotient])
    quotient = value(.primitive(.add), .u64, [quotient, select(isOnceMore, one, zero, .u64)])
    guard dtype.isSigned else { return quotient }
    let rest = select(isOnceMore, value(.primitive(.sub), .u64, [second.rest, divisor]), second.rest, .u64)
    let away = value(.primitive(.add), .u64, [quotient, select(compare(.ne, .u64, rest, zero), one, zero, .u64)])
    let isNegative = compare(.lt, .i64, value(.primitive(.xor), .i64, [a, b]), zero)
    return select(isNegative, value(.primitive(.sub), .i64, [zero, away]), quotient, dtype)
  }

  // MARK: From floats

  /// The whole part of a double from 0 to below 2⁶⁴. AVX2: of each half, as the last bits of 2⁵² and it; a shift drops the
  /// others.
  private mutating func wholeWide(_ x: ValueID) -> ValueID {
    if level == .avx512 { return value(.convert(from: .f64), .u64, [x]) }
    let magic = number(0x1p52, .f64)
    let high = value(.primitive(.floor), .f64, [value(.primitive(.mul), .f64, [x, number(0x1p-32, .f64)])])
    let low = value(
      .primitive(.floor), .f64,
      [value(.primitive(.sub), .f64, [x, value(.primitive(.mul), .f64, [high, number(0x1p32, .f64)])])])
    let bits = value(.primitive(.shl), .u64, [value(.primitive(.add), .f64, [high, magic]), constant(32, .u64)])
    let lowBits = value(.primitive(.xor), .u64, [value(.primitive(.add), .f64, [low, magic]), magic])
    return value(.primitive(.or), .u64, [bits, lowBits])
  }

  /// Truncates, saturates, and takes NaN to 0 (AVX2).
  mutating func truncateWide(_ x: ValueID, from: DType, to: DType) -> ValueID {
    let x = convert(x, from: from, to: .f64)
    let zero = number(0.0, .f64), none = constant(0, .u64)
    guard to.isSigned else {
      let saturated = select(compare(.le, .f64, number(0x1p64, .f64), x), constant(.max, .u64), wholeWide(x), .u64)
      return select(compare(.lt, .f64, zero, x), saturated, none, .u64)
    }
    let whole = wholeWide(expand(.abs, .f64, [x], types: [.f64]))
    let negative = value(.primitive(.sub), .i64, [none, whole])
    var result = select(compare(.lt, .f64, x, zero), negative, whole, .i64)
    result = select(compare(.le, .f64, number(0x1p63, .f64), x), constant(.max >> 1, .u64), result, .i64)
    result = select(compare(.le, .f64, x, number(-0x1p63, .f64)), constant(1 << 63, .u64), result, .i64)
    return select(compare(.eq, .f64, x, x), result, none, .i64)
  }

  // MARK: To floats

  /// 64 bits to double: each half as the last bits of a large number, which only the last of these steps rounds. A signed one has
  /// 2⁶³ added first (AVX2).
  mutating func convertWide(_ x: ValueID, isSigned: Bool) -> ValueID {
    let low = value(
      .primitive(.or), .u64, [value(.primitive(.and), .u64, [x, constant(0xffff_ffff, .u64)]), number(0x1p52, .f64)])
    var high = value(.primitive(.shr), .u64, [x, constant(32, .u64)])
    if isSigned { high = value(.primitive(.xor), .u64, [high, constant(0x8000_0000, .u64)]) }
    high = value(.primitive(.or), .u64, [high, number(0x1p84, .f64)])
    let excess = number(isSigned ? 0x1p84 + 0x1p63 + 0x1p52 : 0x1p84 + 0x1p52, .f64)
    return value(.primitive(.add), .f64, [value(.primitive(.sub), .f64, [high, excess]), low])
  }

  /// 64 bits to f32, by way of double (AVX2). What a double does not hold is first rounded to an odd multiple of 2¹¹ unless it is
  /// a multiple: it has 53 bits then, and lies on the same side of every f32 and every middle between two.
  mutating func convertWideToSingle(_ x: ValueID, isSigned: Bool) -> ValueID {
    let limit = constant(1 << 53, .u64), lost = constant(0x7ff, .u64)
    let isHeld =
      isSigned
      ? compare(.lt, .u64, value(.primitive(.add), .u64, [x, limit]), constant(1 << 54, .u64)) : compare(.lt, .u64, x, limit)
    let rest = value(.primitive(.and), .u64, [x, lost])
    let sticky = select(compare(.ne, .u64, rest, constant(0, .u64)), constant(0x800, .u64), constant(0, .u64), .u64)
    let odd = value(.primitive(.or), .u64, [value(.primitive(.xor), .u64, [x, rest]), sticky])
    return convert(convertWide(select(isHeld, x, odd, .u64), isSigned: isSigned), from: .f64, to: .f32)
  }
}
