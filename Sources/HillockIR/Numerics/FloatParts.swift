/// Signs, exponents and neighbours of floats, by their bits. All are exact, or rounded once.
enum FloatParts {
  /// |a| with the sign of b. The sign of a NaN is not the same on every machine: NaN counts as positive.
  static func copySign(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
    a.absolute.withSign(of: b.isEqual(b).select(b, b.constant(0)))
  }

  static func isNegative(_ x: BodyValue) -> BodyValue {
    let none = x.builder.bits(0, x.format.bits)
    return x.isEqual(x) & x.signBit.isUnequal(none)
  }

  /// The neighbour of a towards b. Bits of one sign are ordered as the magnitudes are.
  static func next(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
    let format = a.format, zero = a.constant(0)
    let one = a.builder.bits(1, format.bits), minusOne = a.builder.bits(format.pick(UInt64(UInt32.max), .max), format.bits)
    let shrinks = a.isLess(b) ^ zero.isLess(a)
    let step = (a.rawBits + shrinks.select(minusOne, one)).bits(as: a.dtype)
    let least = one.bits(as: a.dtype).withSign(of: b)
    let moved = a.isEqual(zero).select(least, step)
    let isNaN = a.isUnequal(a) | b.isUnequal(b)
    return isNaN.select(a + b, a.isEqual(b).select(b, moved))
  }

  /// a · 2^n. Where n is beyond what one scaling can do, a first one takes the rest. It is exact wherever the result is
  /// not 0 or infinite.
  static func scaled(_ a: BodyValue, _ n: BodyValue) -> BodyValue {
    let bias = a.format.exponentBias, isNumber = n.isEqual(n)
    let whole = isNumber.select(n, n.constant(0)).atLeast(Double(-3 * bias)).atMost(Double(3 * bias)).rint
    let near = whole.atLeast(Double(2 - 2 * bias)).atMost(Double(2 * bias))
    func scaling(_ x: BodyValue, _ n: BodyValue) -> BodyValue {
      let n = RoundedInteger(n, times: 1, bias: 2 * bias)
      return x.scaled(by: n.value, bits: n.bits)
    }
    return isNumber.select(scaling(scaling(a, whole - near), near), n)
  }

  /// ⌊log₂|x|⌋, from the bits of the exponent.
  static func exponent(_ x: BodyValue) -> BodyValue {
    let format = x.format, a = x.absolute, isSmall = a.isLess(x.constant(format.leastNormal))
    let normal = isSmall.select(a * format.subnormalScale, a)
    // An integer in the low bits of a float whose unit in the last place is 1.
    let shift = x.constant(format.roundingShift), width = x.builder.bits(UInt64(format.significandBits), format.bits)
    let biased = (shift.rawBits | (normal.rawBits >> width)).bits(as: x.dtype) - shift
    let bias = Double(format.exponentBias)
    let exponent = biased - isSmall.select(x.constant(bias + Double(format.significandBits)), x.constant(bias))
    let infinity = x.constant(.infinity)
    return a.isLess(infinity).select(a.isEqual(x.constant(0)).select(-infinity, exponent), a)
  }
}
