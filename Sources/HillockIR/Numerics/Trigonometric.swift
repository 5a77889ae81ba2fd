/// Circular functions and their inverses.
///
/// The argument is reduced as x = n π/2 + r (Cody and Waite in three parts, with fma). The first product and difference are
/// exact up to `limit`, so r keeps full relative accuracy up to there. What is beyond is a rare case: `HugeArgument`.
enum Trigonometric {
  private static func limit(_ dtype: DType) -> Double { dtype == .f32 ? 0x1p20 : 0x1p48 }

  static func sin(_ x: BodyValue) -> BodyValue { x.isEqual(x.constant(0)).select(x, Reduced(x).sin) }

  static func cos(_ x: BodyValue) -> BodyValue { Reduced(x).cos }

  static func tan(_ x: BodyValue) -> BodyValue {
    let (n, r, rest) = reduceCompensated(x)
    return x.isEqual(x.constant(0)).select(x, tan(r, rest, quadrant: n.bits))
  }

  /// tan(r + rest + n π/2), which is sin r / cos r or -cos r / sin r, with both in two parts, so that the quotient is nearly rounded
  /// once.
  private static func tan(_ r: BodyValue, _ rest: BodyValue, quadrant: BodyValue) -> BodyValue {
    let z = r * r, half = z * 0.5, first = 1 - half
    // sin(r + rest) = sin r + rest cos r, cos(r + rest) = cos r - rest sin r.
    let sineTail = (r * z).fma(z.polynomial(Coefficients.sinF32, Coefficients.sinF64), rest.fma(-half, rest))
    let cosineTail = (-r).fma(rest, ((1 - first) - half) + (z * z) * z.polynomial(Coefficients.cosF32, Coefficients.cosF64))
    let sine = r + sineTail, sineRest = (r - sine) + sineTail
    let cosine = first + cosineTail, cosineRest = (first - cosine) + cosineTail

    let isOdd = quadrant.isOdd
    let (dividend, dividendRest) = (isOdd.select(cosine, sine), isOdd.select(cosineRest, sineRest))
    let (divisor, divisorRest) = (isOdd.select(sine, cosine), isOdd.select(sineRest, cosineRest))
    let reciprocal = 1 / divisor, quotient = dividend * reciprocal
    let error = (-quotient).fma(divisor, dividend) + (-quotient).fma(divisorRest, dividendRest)
    return error.fma(reciprocal, quotient).negated(whereBit: 0, of: quadrant)
  }

  // MARK: Huge arguments

  static func rare(_ value: @escaping @Sendable (BodyValue) -> BodyValue) -> OpRow.RareDefinition {
    OpRow.RareDefinition(condition: { $0.constant(limit($0.dtype)).isLess($0.absolute) }, value: value)
  }

  static func sinOfHuge(_ x: BodyValue) -> BodyValue {
    huge(x) { Reduced($0.r, quadrant: $0.quadrant).sin.negated(with: $1) }
  }

  static func cosOfHuge(_ x: BodyValue) -> BodyValue {
    huge(x) { reduced, _ in Reduced(reduced.r, quadrant: reduced.quadrant).cos }
  }

  static func tanOfHuge(_ x: BodyValue) -> BodyValue {
    huge(x) { tan($0.r, $0.rest, quadrant: $0.quadrant).negated(with: $1) }
  }

  /// In f64, of the magnitude and with x at hand; NaN where x is infinite.
  private static func huge(_ x: BodyValue, _ f: (HugeArgument, BodyValue) -> BodyValue) -> BodyValue {
    let wide = x.dtype == .f64 ? x : x.converted(to: .f64), magnitude = wide.absolute
    let value = magnitude.isLess(wide.constant(.infinity)).select(f(HugeArgument(magnitude), wide), wide.constant(.nan))
    return x.dtype == .f64 ? value : value.converted(to: x.dtype)
  }

  static func atan(_ x: BodyValue) -> BodyValue {
    arc(x.absolute).withSign(of: x)
  }

  static func atan2(_ y: BodyValue, _ x: BodyValue) -> BodyValue {
    let angle = arc(y.absolute, x.absolute), pi = ExactConstant.halfPi.split(x.format)
    let isLeft = x.signBit.isUnequal(x.builder.bits(0, x.format.bits))
    return isLeft.select(x.constant(2 * pi.0) - (angle - 2 * pi.1), angle).withSign(of: y)
  }

  static func asin(_ x: BodyValue) -> BodyValue {
    let (isLarge, s, factor, polynomial) = arcsine(x.absolute), halfPi = ExactConstant.halfPi.split(x.format)
    // π/2 - 2 arcsin s, with what the first difference loses.
    let tail = factor * polynomial, twice = s + s, start = x.constant(halfPi.0), first = start - twice
    let large = first + (((start - first) - twice) - ((tail + tail) - halfPi.1))
    return isLarge.select(large, factor.fma(polynomial, s)).withSign(of: x)
  }

  static func acos(_ x: BodyValue) -> BodyValue {
    let (isLarge, s, factor, polynomial) = arcsine(x.absolute), halfPi = ExactConstant.halfPi.split(x.format)
    let p = factor.fma(polynomial, s), twice = p + p
    let large = x.isLess(x.constant(0)).select(x.constant(2 * halfPi.0) - (twice - 2 * halfPi.1), twice)
    return isLarge.select(large, x.constant(halfPi.0) - (p.withSign(of: x) - halfPi.1))
  }

  /// sin r and cos r of the reduced argument, and the quadrant in the low bits of an integer.
  private struct Reduced {
    let sine: BodyValue, cosine: BodyValue, quadrant: BodyValue

    init(_ x: BodyValue) {
      let n = RoundedInteger(x, times: x.format.rounded(0x1.45f306dc9c883p-1))
      let (c0, c1, c2) = ExactConstant.halfPi.split(x.format)
      var r = x
      for c in [c0, c1, c2] { r = n.value.fma(x.constant(-c), r) }
      self.init(r, quadrant: n.bits)
    }

    init(_ r: BodyValue, quadrant: BodyValue) {
      let z = r * r
      sine = (r * z).fma(z.polynomial(Coefficients.sinF32, Coefficients.sinF64), r)
      let tail = (z * z) * z.polynomial(Coefficients.cosF32, Coefficients.cosF64)
      cosine = cosineSum(z, tail)
      self.quadrant = quadrant
    }

    /// Of the whole argument.
    var sin: BodyValue { quadrant.isOdd.select(cosine, sine).negated(whereBit: 1, of: quadrant) }
    var cos: BodyValue {
      let next = quadrant + quadrant.builder.bits(1, quadrant.dtype)
      return quadrant.isOdd.select(sine, cosine).negated(whereBit: 1, of: next)
    }
  }

  /// The reduced argument with what it lacks.
  private static func reduceCompensated(_ x: BodyValue) -> (n: RoundedInteger, r: BodyValue, rest: BodyValue) {
    let n = RoundedInteger(x, times: x.format.rounded(0x1.45f306dc9c883p-1))
    let (c0, c1, c2) = ExactConstant.halfPi.split(x.format)
    let difference = n.value.fma(x.constant(-c0), x), factor = x.constant(c1)
    let product = n.value * factor, productRest = n.value.fma(factor, -product)
    let r = difference - product
    return (n, r, n.value.fma(x.constant(-c2), ((difference - r) - product) - productRest))
  }

  /// 1 - z/2 + tail, with what the first difference loses put back (as fdlibm does).
  private static func cosineSum(_ z: BodyValue, _ tail: BodyValue) -> BodyValue {
    let half = z * 0.5, first = 1 - half
    return first + (((1 - first) - half) + tail)
  }

  /// arctan y for y ≥ 0; in f64 from a quotient in two parts.
  private static func arc(_ y: BodyValue) -> BodyValue {
    // Beyond that it is π/2.
    let y = y.atMost(y.format.pick(0x1p30, 0x1p60)), one = y.constant(1), octant = Octant(y)
    let (dividend, divisor) = (octant.of(y, y - 1, -one), octant.of(one, y + 1, y))
    guard y.dtype == .f64 else { return octant.angle(dividend / divisor, rest: nil) }
    let reciprocal = 1 / divisor, t = dividend * reciprocal
    // What y - 1 and y + 1 lack.
    let dividendRest = y - (dividend + 1), divisorRest = y - (divisor - 1)
    let lost = octant.isMiddle.select((-t).fma(divisorRest, dividendRest), y.constant(0))
    return octant.angle(t, rest: ((-t).fma(divisor, dividend) + lost) * reciprocal)
  }

  /// arctan(y / x) for y, x ≥ 0.
  private static func arc(_ y: BodyValue, _ x: BodyValue) -> BodyValue {
    // Both infinite count as both 1; both zero as 0 / 1; large ones are scaled so that their sum is finite.
    let one = y.constant(1), infinity = y.constant(.infinity), larger = y.max(x)
    let scale = y.constant(y.format.pick(0x1p100, 0x1p1000)).isLess(larger).select(y.constant(0.25), one)
    let areInfinite = y.isEqual(infinity) & x.isEqual(infinity), areZero = larger.isEqual(y.constant(0))
    let (n, d) = (areInfinite.select(one, y * scale), (areInfinite | areZero).select(one, x * scale))
    let octant = Octant(n, d)
    return octant.angle(octant.of(n, n - d, -d) / octant.of(d, n + d, n), rest: nil)
  }

  /// Where y / x lies: below tan(π/8), up to tan(3π/8) or beyond. arctan(y / x) is arctan(y / x), π/4 + arctan((y - x) / (y + x))
  /// or π/2 + arctan(-x / y), whose quotients are at most tan(π/8).
  private struct Octant {
    let isMiddle: BodyValue, isSteep: BodyValue

    /// For x = 1.
    init(_ y: BodyValue) {
      isMiddle = y.constant(0x1.a827999fcef32p-2).isLess(y) & y.isLess(y.constant(0x1.3504f333f9de6p1))
      isSteep = y.constant(1).isLess(y)
    }

    init(_ y: BodyValue, _ x: BodyValue) {
      isMiddle = (x * 0x1.a827999fcef32p-2).isLess(y) & (y * 0x1.a827999fcef32p-2).isLess(x)
      isSteep = x.isLess(y)
    }

    func of(_ flat: BodyValue, _ middle: BodyValue, _ steep: BodyValue) -> BodyValue {
      isMiddle.select(middle, isSteep.select(steep, flat))
    }

    /// The octant's angle and arctan(t + rest), summed so that only the last sum is rounded by more than a little.
    func angle(_ t: BodyValue, rest: BodyValue?) -> BodyValue {
      let halfPi = ExactConstant.halfPi.split(t.format), zero = t.constant(0), z = t * t
      let start = of(zero, t.constant(halfPi.0 / 2), t.constant(halfPi.0))
      let startRest = of(zero, t.constant(halfPi.1 / 2), t.constant(halfPi.1))
      let polynomial = z.polynomial(Coefficients.atanF32, Coefficients.atanF64)
      let tail = rest.map { (t * z).fma(polynomial, $0) } ?? (t * z) * polynomial
      let sum = start + t
      return sum + (((start - sum) + t) + (tail + startRest))
    }
  }

  /// arcsin(s) = s + factor · polynomial for s = a up to 1/2, and beyond (isLarge) for s = √((1 - a) / 2), with
  /// arcsin a = π/2 - 2 arcsin s.
  private static func arcsine(
    _ a: BodyValue
  ) -> (isLarge: BodyValue, s: BodyValue, factor: BodyValue, polynomial: BodyValue) {
    let isLarge = a.constant(0.5).isLess(a)
    let z = isLarge.select((1 - a) * 0.5, a * a), s = isLarge.select(z.squareRoot, a)
    return (isLarge, s, s * z, z.polynomial(Coefficients.asinF32, Coefficients.asinF64))
  }
}
