/// xʸ of floats and of integers, and √(x² + y²).
enum Power {
  /// xⁿ of integers modulo 2^width, by squaring: a factor for each bit of n. A negative n gives the whole part of the fraction that the
  /// power is: 1 or -1 for bases of magnitude 1, else 0, which is what 1 divided by 0 gives too.
  static func integer(_ x: BodyValue, _ n: BodyValue) -> BodyValue {
    let dtype = x.dtype, width = dtype.size * 8
    let zero = x.builder.bits(0, dtype), one = x.builder.bits(1, dtype)
    var result = one, factor = x
    for bit in 0..<(dtype.isSigned ? width - 1 : width) {
      if bit > 0 { factor = factor * factor }
      let isSet = (n & x.builder.bits(1 << UInt64(bit), dtype)).isUnequal(zero)
      result = isSet.select(bit == 0 ? factor : result * factor, result)
    }
    guard dtype.isSigned else { return result }
    let minusOne = x.builder.bits(width == 32 ? 0xffff_ffff : ~0, dtype)
    let isUnit = x.isEqual(one) | x.isEqual(minusOne)
    // (The loop saw the low bits of a negative n, which say whether it is odd.)
    return (n.isLess(zero) & isUnit.inverted).select(zero, result)
  }

  /// xʸ = 2^(y log₂|x|) with log₂|x| as an unevaluated sum of two floats, then C's special cases (ISO C, F.10.4.4).
  static func pow(_ x: BodyValue, _ y: BodyValue) -> BodyValue {
    let format = x.format, zero = x.constant(0), one = x.constant(1), infinity = x.constant(.infinity)
    let magnitude = x.absolute
    let logarithm = log2(magnitude)

    // Such an exponent makes every base but ±1 overflow or vanish; the product stays finite.
    let bound = format.pick(0x1p31, 0x1p63), exponent = y.atMost(bound).atLeast(-bound)
    let product = exponent * logarithm.high
    let lost = exponent.fma(logarithm.high, -product)
    let rest = exponent.fma(logarithm.low, lost)
    let range = format.pick(160.0, 1100.0)
    var value = Exponential.exp2(high: product.atMost(range).atLeast(-range), low: rest.atMost(1).atLeast(-1))

    // 0 and infinity, by the sign of y.
    let isZero = magnitude.isEqual(zero), isExtreme = isZero | magnitude.isEqual(infinity)
    value = isExtreme.select((isZero ^ y.isLess(zero)).select(zero, infinity), value)

    // Negative bases: odd integers keep the sign, fractions have no real power. Integers beyond 2^significandBits are even.
    let half = y * 0.5, isInteger = y.rint.isEqual(y), isOdd = isInteger & half.rint.isUnequal(half)
    value = isOdd.select(value.withSign(of: x), value)
    let hasNoPower = x.isLess(zero) & isInteger.inverted & magnitude.isLess(infinity)
    value = hasNoPower.select(x.constant(.nan), value)
    value = x.isUnequal(x).select(x, y.isUnequal(y).select(y, value))
    return (y.isEqual(zero) | x.isEqual(one)).select(one, value)
  }

  /// log₂ a for a > 0, with about 2⁻¹⁰ of a unit in the last place of the high part.
  ///
  /// a = 2ᵉ m, s = (m - 1) / (m + 1) and log₂ m = s c (1 + z/3 + z² T(z)) with c = 2 / ln 2, z = s². All but T is carried in
  /// two floats. (The splitting is fdlibm's idea; products are made exact by fma.)
  private static func log2(_ a: BodyValue) -> (high: BodyValue, low: BodyValue) {
    let format = a.format, parts = Logarithm.Parts(a), f = parts.fraction
    // m + 1 = 2 + f rounded, and the rest.
    let d = f + 2, dRest = f - (d - 2)
    let s = f / d, sRest = ((-s).fma(d, f) - s * dRest) / d
    let z = s * s, zRest = s.fma(s, -z) + (s + s) * sRest

    let c = ExactConstant.log2e.split(format), third = ExactConstant.thirdOfTwoLog2e.split(format)
    let c0 = a.constant(2 * c.0)
    let third0 = a.constant(third.0)
    let u = z * third0
    let uLost = z.fma(third0, -u)
    let polynomial = z.polynomial(Coefficients.atanhTailF32, Coefficients.atanhTailF64) * (2 * c.0)
    let uRest = (z * z).fma(polynomial, zRest.fma(third0, z.fma(a.constant(third.1), uLost)))
    // c + u, the larger first.
    let factor = c0 + u, factorRest = (u - (factor - c0)) + (uRest + 2 * c.1)

    let product = s * factor
    let productRest = s.fma(factor, -product) + s.fma(factorRest, sRest * factor)
    let sum = parts.exponent + product
    let rest = (product - (sum - parts.exponent)) + productRest
    // z² T is still in the rest, which is therefore not small yet.
    let high = sum + rest
    return (high, rest - (high - sum))
  }

  /// √(x² + y²) without overflow on the way; infinite where either is, even beside NaN.
  static func hypot(_ x: BodyValue, _ y: BodyValue) -> BodyValue {
    let a = x.absolute, b = y.absolute, infinity = x.constant(.infinity), zero = x.constant(0)
    let isSwapped = a.isLess(b), large = isSwapped.select(b, a), small = isSwapped.select(a, b)
    let t = small / large
    let value = large * t.fma(t, 1).squareRoot
    let isInfinite = a.isEqual(infinity) | b.isEqual(infinity)
    return isInfinite.select(infinity, large.isEqual(zero).select(small, value))
  }

  /// ∂/∂x = y xʸ⁻¹, 0 where y is 0; ∂/∂y = xʸ log x, 0 where x is 0 and NaN where it is negative.
  static func partials(_ x: [Term], _ result: Term) -> [Partial] {
    let (x, y) = (x[0], x[1]), zero = y.number(0), one = y.number(1)
    let slope = y.isEqual(zero).select(zero, y * x.pow(y - one))
    let growth = x.isEqual(zero).select(one, x).log * result
    return [.factor(slope), .factor(growth)]
  }
}
