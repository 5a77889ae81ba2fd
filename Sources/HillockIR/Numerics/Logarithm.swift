/// Functions built on log x. The argument is taken apart as x = 2ᵉ m with m in [2/3, 4/3), and log m = log(1 + f) for
/// f = m - 1, which is exact.
enum Logarithm {
  static func log(_ x: BodyValue) -> BodyValue {
    let parts = Parts(x), ln2 = ExactConstant.ln2.split(x.format)
    let rest = parts.exponent.fma(x.constant(ln2.1), tail(parts.fraction))
    return finish(x, parts.exponent.fma(x.constant(ln2.0), parts.fraction + rest))
  }

  static func log2(_ x: BodyValue) -> BodyValue {
    let parts = Parts(x)
    let (high, low) = scaled(parts.fraction, by: .log2e)
    return finish(x, sum(parts.exponent, high, low))
  }

  static func log10(_ x: BodyValue) -> BodyValue {
    let parts = Parts(x), log10of2 = ExactConstant.log10of2.split(x.format)
    let (high, low) = scaled(parts.fraction, by: .log10e)
    let factor = x.constant(log10of2.0), product = parts.exponent * factor
    let lost = parts.exponent.fma(factor, -product)
    return finish(x, sum(product, high, lost + parts.exponent.fma(x.constant(log10of2.1), low)))
  }

  /// a + b + c, nearly rounded once, for an a that is 0 or larger than b in magnitude, and a small c.
  private static func sum(_ a: BodyValue, _ b: BodyValue, _ c: BodyValue) -> BodyValue {
    let ab = a + b
    return ab + (((a - ab) + b) + c)
  }

  /// log(1 + x)
  static func log1p(_ x: BodyValue) -> BodyValue {
    let zero = x.constant(0)
    let value = special(at: x + 1, reducedLog1p(x))
    return x.isEqual(zero).select(x, x.isEqual(x.constant(.infinity)).select(x, value))
  }

  /// log(1 + x) for finite x > -1.
  static func reducedLog1p(_ x: BodyValue) -> BodyValue {
    let format = x.format, builder = x.builder, u = x + 1, parts = Parts(u, mayBeSubnormal: false)
    // m - 1 from x itself, so that nothing of a small x is lost: x 2⁻ᵉ + (2⁻ᵉ - 1). Where x is so large that 2⁻ᵉ could be
    // subnormal, u is x and will do.
    let inverseBits =
      (builder.bits(UInt64(2 * format.exponentBias), format.bits) - parts.biasedExponent)
      << builder.bits(UInt64(format.significandBits), format.bits)
    let inverse = inverseBits.bits(as: x.dtype)
    let isHuge = x.constant(0x1p100).isLess(u)
    let f = isHuge.select(parts.fraction, x.fma(inverse, inverse - 1))
    let ln2 = ExactConstant.ln2.split(format)
    let rest = parts.exponent.fma(x.constant(ln2.1), tail(f))
    return parts.exponent.fma(x.constant(ln2.0), f + rest)
  }

  /// log(1 + f) - f for f in [-1/3, 1/3).
  private static func tail(_ f: BodyValue) -> BodyValue {
    let square = f * f
    if f.dtype == .f32 {
      let p = f.polynomial(Coefficients.logF32, [])
      return square.fma(square.constant(-0.5), (f * square) * p)
    }
    // s = f / (2 + f): log(1 + f) = 2 artanh s = f - h + s (h + 2 s² A(s²)) with h = f² / 2, as fdlibm arranges it.
    let s = f / (f + 2), z = s * s, h = square * 0.5
    let a = z.polynomial(Coefficients.atanhF32, Coefficients.atanhF64)
    return s.fma((z + z).fma(a, h), -h)
  }

  /// log(1 + f) · c as a rounded product and what it lacks.
  private static func scaled(_ f: BodyValue, by c: ExactConstant) -> (high: BodyValue, low: BodyValue) {
    let (c0, c1, _) = c.split(f.format), factor = f.constant(c0)
    let high = f * factor
    let lost = f.fma(factor, -high)
    return (high, tail(f).fma(factor, f.fma(f.constant(c1), lost)))
  }

  /// The values at 0, below it, at infinity and at NaN.
  private static func finish(_ x: BodyValue, _ value: BodyValue) -> BodyValue {
    let isInfinite = x.isEqual(x.constant(.infinity))
    return isInfinite.select(x, special(at: x, value))
  }

  private static func special(at x: BodyValue, _ value: BodyValue) -> BodyValue {
    let zero = x.constant(0)
    let pole = x.isEqual(zero).select(x.constant(-.infinity), x.constant(.nan))
    return zero.isLess(x).select(value, pole)
  }

  /// x = 2^exponent · (1 + fraction) for x > 0.
  struct Parts {
    /// The exponent as a float, and with its bias as an integer.
    let exponent: BodyValue, biasedExponent: BodyValue
    let fraction: BodyValue

    init(_ x: BodyValue, mayBeSubnormal: Bool = true) {
      let format = x.format, builder = x.builder
      let isSubnormal = mayBeSubnormal ? x.isLess(x.constant(format.leastNormal)) : nil
      let normal = isSubnormal?.select(x * format.subnormalScale, x) ?? x
      // Bits are ordered as values are: with 1 - 2/3 added, the exponent changes at 2/3 · 2ᵉ instead of 2ᵉ.
      let one = DType.bits(1, x.dtype), twoThirds = DType.bits(2.0 / 3, x.dtype)
      let shifted = normal.rawBits + builder.bits(one - twoThirds, format.bits)
      let shift = builder.bits(UInt64(format.significandBits), format.bits)
      let mask = builder.bits((1 << UInt64(format.significandBits)) - 1, format.bits)
      biasedExponent = shifted >> shift
      fraction = ((shifted & mask) + builder.bits(twoThirds, format.bits)).bits(as: x.dtype) - 1
      // An integer below 2^significandBits or'ed into that power of two is the float of their sum.
      let base = format.pick(0x1p23, 0x1p52), bias = base + Double(format.exponentBias)
      let biased = (biasedExponent | builder.bits(DType.bits(base, x.dtype), format.bits)).bits(as: x.dtype)
      let offset = isSubnormal?.select(x.constant(bias + Double(format.significandBits)), x.constant(bias))
      exponent = biased - (offset ?? x.constant(bias))
    }
  }
}
