/// Circular functions and their inverses.
///
/// The argument is reduced as x = n π/2 + r (Cody and Waite in three parts, with fma). The first product and difference are
/// exact up to `limit`, so r keeps full relative accuracy up to there. Beyond it the result is NaN: neighbouring
/// arguments are then so far apart that few digits of a result would mean anything.
enum Trigonometric {
  static func limit(_ dtype: DType) -> Double { dtype == .f32 ? 0x1p20 : 0x1p48 }

  static func sin(_ x: BodyValue) -> BodyValue {
    let reduced = Reduced(x)
    let value = reduced.quadrant.isOdd.select(reduced.cosine, reduced.sine).negated(whereBit: 1, of: reduced.quadrant)
    return x.isEqual(x.constant(0)).select(x, within(x, value))
  }

  static func cos(_ x: BodyValue) -> BodyValue {
    let reduced = Reduced(x), quadrant = reduced.quadrant
    let next = quadrant + quadrant.builder.bits(1, quadrant.dtype)
    return within(x, quadrant.isOdd.select(reduced.sine, reduced.cosine).negated(whereBit: 1, of: next))
  }

  static func tan(_ x: BodyValue) -> BodyValue {
    let reduced = Reduced(x), isOdd = reduced.quadrant.isOdd
    let quotient = isOdd.select(reduced.cosine, reduced.sine) / isOdd.select(reduced.sine, reduced.cosine)
    return x.isEqual(x.constant(0)).select(x, within(x, quotient.negated(whereBit: 0, of: reduced.quadrant)))
  }

  static func atan(_ x: BodyValue) -> BodyValue {
    arc(x.absolute, x.constant(1)).withSign(of: x)
  }

  static func atan2(_ y: BodyValue, _ x: BodyValue) -> BodyValue {
    let angle = arc(y.absolute, x.absolute, isGeneral: true), pi = ExactConstant.halfPi.split(x.format)
    let isLeft = x.signBit.isUnequal(x.builder.bits(0, x.format.bits))
    return isLeft.select(x.constant(2 * pi.0) - (angle - 2 * pi.1), angle).withSign(of: y)
  }

  static func asin(_ x: BodyValue) -> BodyValue {
    let (isLarge, p) = arcsine(x.absolute), halfPi = ExactConstant.halfPi.split(x.format)
    return isLarge.select(x.constant(halfPi.0) - ((p + p) - halfPi.1), p).withSign(of: x)
  }

  static func acos(_ x: BodyValue) -> BodyValue {
    let (isLarge, p) = arcsine(x.absolute), halfPi = ExactConstant.halfPi.split(x.format), twice = p + p
    let large = x.isLess(x.constant(0)).select(x.constant(2 * halfPi.0) - (twice - 2 * halfPi.1), twice)
    return isLarge.select(large, x.constant(halfPi.0) - (p.withSign(of: x) - halfPi.1))
  }

  private static func within(_ x: BodyValue, _ value: BodyValue) -> BodyValue {
    x.absolute.isAtMost(x.constant(limit(x.dtype))).select(value, x.constant(.nan))
  }

  /// sin r and cos r of the reduced argument, and the quadrant in the low bits of an integer.
  private struct Reduced {
    let sine: BodyValue, cosine: BodyValue, quadrant: BodyValue

    init(_ x: BodyValue) {
      let n = RoundedInteger(x, times: x.format.rounded(0x1.45f306dc9c883p-1))
      let (c0, c1, c2) = ExactConstant.halfPi.split(x.format)
      var r = x
      for c in [c0, c1, c2] { r = n.value.fma(x.constant(-c), r) }
      let z = r * r
      sine = (r * z).fma(z.polynomial(Coefficients.sinF32, Coefficients.sinF64), r)
      let tail = (z * z) * z.polynomial(Coefficients.cosF32, Coefficients.cosF64)
      cosine = cosineSum(z, tail)
      quadrant = n.bits
    }
  }

  /// 1 - z/2 + tail, with what the first difference loses put back (as fdlibm does).
  private static func cosineSum(_ z: BodyValue, _ tail: BodyValue) -> BodyValue {
    let half = z * 0.5, first = 1 - half
    return first + (((1 - first) - half) + tail)
  }

  /// arctan(y / x) for y, x ≥ 0, from a quotient of at most tan(π/8).
  private static func arc(_ y: BodyValue, _ x: BodyValue, isGeneral: Bool = false) -> BodyValue {
    let isSteep = x.isLess(y), zero = x.constant(0), one = x.constant(1)
    var n = isSteep.select(x, y), d = isSteep.select(y, x)
    if isGeneral {
      // Both infinite count as both 1; both zero as 0 / 1; large ones are scaled so that their sum is finite.
      let scale = d.constant(x.format.pick(0x1p100, 0x1p1000)).isLess(d).select(x.constant(0.25), one)
      let infinity = x.constant(.infinity), areInfinite = n.isEqual(infinity) & d.isEqual(infinity)
      n = areInfinite.select(one, n * scale)
      d = areInfinite.select(one, d.isEqual(zero).select(one, d * scale))
    }
    let isDiagonal = (d * 0x1.a827999fcef32p-2).isLess(n)
    let t = isDiagonal.select(n - d, n) / isDiagonal.select(n + d, d), z = t * t
    let p = (t * z).fma(z.polynomial(Coefficients.atanF32, Coefficients.atanF64), t)
    let halfPi = ExactConstant.halfPi.split(x.format)
    let quarter = isDiagonal.select(x.constant(halfPi.0 / 2), zero), rest = isDiagonal.select(x.constant(halfPi.1 / 2), zero)
    let angle = quarter + (p + rest)
    return isSteep.select(x.constant(halfPi.0) - (angle - halfPi.1), angle)
  }

  /// arcsin(s) for s = a up to 1/2, and beyond (isLarge) for s = √((1 - a) / 2), with arcsin a = π/2 - 2 arcsin s.
  private static func arcsine(_ a: BodyValue) -> (isLarge: BodyValue, BodyValue) {
    let isLarge = a.constant(0.5).isLess(a)
    let z = isLarge.select((1 - a) * 0.5, a * a), s = isLarge.select(z.squareRoot, a)
    return (isLarge, (s * z).fma(z.polynomial(Coefficients.asinF32, Coefficients.asinF64), s))
  }
}
