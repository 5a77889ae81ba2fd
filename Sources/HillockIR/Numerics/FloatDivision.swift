/// Floor division of floats and its remainder, as Python and NumPy define them (`divmod`): from the exact remainder, so that
/// quotient · b + remainder is a, as nearly as the quotient can be written.
enum FloatDivision {
  /// The largest integer not above a / b. A divisor of 0 gives a / b; a quotient of 0 has the sign of a / b.
  static func quotient(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
    let (remainder, isBelow) = truncated(a, b), zero = a.constant(0), ratio = a / b
    // (a - remainder) / b is an integer but for rounding.
    let nearby = (a - remainder) / b, value = isBelow.select(nearby - 1, nearby)
    let floor = value.floor, rounded = a.constant(0.5).isLess(value - floor).select(floor + 1, floor)
    let integer = value.isEqual(zero).select(zero.withSign(of: ratio), rounded)
    return b.isEqual(zero).select(ratio, integer)
  }

  /// The remainder, with the sign of the divisor, also where it is 0; NaN for a divisor of 0.
  static func remainder(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
    let (remainder, isBelow) = truncated(a, b), zero = a.constant(0)
    return isBelow.select(remainder + b, remainder.isEqual(zero).select(zero.withSign(of: b), remainder))
  }

  /// The exact remainder of the truncated quotient, and whether the floor is one below that quotient.
  private static func truncated(_ a: BodyValue, _ b: BodyValue) -> (remainder: BodyValue, isBelow: BodyValue) {
    let remainder = a.remainder(b), zero = a.constant(0)
    return (remainder, remainder.isUnequal(zero) & (remainder.isLess(zero) ^ b.isLess(zero)))
  }
}
