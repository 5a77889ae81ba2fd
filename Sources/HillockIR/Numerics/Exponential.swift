/// Functions built on eˣ, and their kin.
///
/// The argument is reduced as x = n ln 2 + r, |r| ≤ ln 2 / 2 (Cody and Waite, with fma), eʳ or eʳ - 1 is a polynomial, and 2ⁿ is
/// put together from bits.
enum Exponential {
  /// eˣ
  static func exp(_ x: BodyValue) -> BodyValue {
    let format = x.format
    // Beyond these the result is 0 or infinite; within, n is in the range of `scale`.
    return reducedExp(x.atLeast(format.pick(-104, -746)).atMost(format.pick(89, 710)))
  }

  /// e⁻ᵃ for a ≥ 0.
  static func expOfNegative(_ a: BodyValue) -> BodyValue {
    reducedExp((-a).atLeast(a.format.pick(-104, -746)))
  }

  private static func reducedExp(_ x: BodyValue) -> BodyValue {
    let (n, r) = reduce(x, bias: 2 * x.format.exponentBias)
    return expOfReduced(r).scaled(by: n.value, bits: n.bits)
  }

  /// eʳ = 1 + r (1 + r q)
  private static func expOfReduced(_ r: BodyValue) -> BodyValue {
    r.polynomial(Coefficients.expF32, Coefficients.expF64).fma(r, 1).fma(r, 1)
  }

  /// 2ˣ
  static func exp2(_ x: BodyValue) -> BodyValue {
    let format = x.format
    let clamped = x.atLeast(format.pick(-151, -1076)).atMost(format.pick(129, 1025))
    return exp2(high: clamped, low: nil)
  }

  /// 2^(high + low) for high within the range of exponents and a low part that is small beside it.
  static func exp2(high: BodyValue, low: BodyValue?) -> BodyValue {
    let n = RoundedInteger(high, times: 1, bias: 2 * high.format.exponentBias)
    var r = high - n.value
    if let low { r = r + low }
    let p = r.fma(r.polynomial(Coefficients.exp2F32, Coefficients.exp2F64), 1)
    return p.scaled(by: n.value, bits: n.bits)
  }

  /// eˣ - 1; where |x| is below half a unit in the last place of 1, that is x.
  static func expm1(_ x: BodyValue) -> BodyValue {
    let format = x.format
    let half = compensatedExpm1(x.atLeast(smallest(format)).atMost(format.pick(89, 710)), halvings: 1)
    return isTiny(x).select(x, half + half)
  }

  /// (eˣ - 1) / x, 1 at 0. The divisor is scaled down with the dividend: nothing overflows or vanishes before the result does.
  static func exprel(_ x: BodyValue) -> BodyValue {
    let format = x.format, halvings = format.pick(10, 12)
    let bounded = x.atMost(format.pick(94, 717))
    let y = expm1(bounded.atLeast(smallest(format)), halvings: halvings)
    return isTiny(x).select(x.constant(1), y / (bounded * halving(halvings)))
  }

  /// x / (eˣ - 1), 1 at 0. Divisor and dividend are scaled down together: eˣ overflows before the result vanishes.
  static func rexprel(_ x: BodyValue) -> BodyValue {
    let format = x.format, halvings = format.pick(40, 80)
    let bounded = x.atMost(format.pick(110, 760))
    let y = expm1(bounded.atLeast(smallest(format)), halvings: halvings)
    return isTiny(x).select(x.constant(1), (bounded * halving(halvings)) / y)
  }

  /// sinh x = sinh(n ln 2) + (cosh(n ln 2) sinh r + sinh(n ln 2) (cosh r - 1)), all of it divided by 4, so that nothing
  /// overflows before the result does.
  static func sinh(_ x: BodyValue) -> BodyValue {
    let format = x.format, bound = format.pick(89.5, 710.5)
    let (n, r, rest) = reduceCompensated(x.atMost(bound).atLeast(-bound), bias: 2 * format.exponentBias)
    // In the low bits, which alone count: 2 bias - n from n + 2 bias.
    let negatedBits = x.builder.bits(UInt64(4 * format.exponentBias), format.bits) - n.bits, eighth = x.constant(0.125)
    let up = eighth.scaled(by: n.value, bits: n.bits), down = eighth.scaled(by: -n.value, bits: negatedBits)
    let sinhOfN = up - down, coshOfN = up + down, z = r * r
    let sinhTail = (r * z).fma(z.polynomial(Coefficients.sinhF32, Coefficients.sinhF64), rest)
    let coshTail = z * z.polynomial(Coefficients.coshF32, Coefficients.coshF64)
    let quarter = coshOfN.fma(r, sinhOfN) + sinhOfN.fma(coshTail, coshOfN * sinhTail)
    return isTiny(x).select(x, quarter * 4)
  }

  static func cosh(_ x: BodyValue) -> BodyValue {
    let magnitude = x.absolute.atMost(x.format.pick(90, 711))
    let (n, r) = reduce(magnitude, bias: x.format.exponentBias - 2)
    let quarter = expOfReduced(r) * powerOfTwo(n)
    let half = quarter + 0.0625 / quarter
    return half + half
  }

  /// tanh |x| = h / (h + 1) for h = (e^2|x| - 1) / 2, which is m - m (m / (h + 1)) for m = min(h, 1): what is taken off is at most half
  /// of m, and so are the errors of the quotient.
  static func tanh(_ x: BodyValue) -> BodyValue {
    let format = x.format
    // From there on the result is 1.
    let a = x.absolute.atMost(format.pick(9.1, 19.1))
    let reduced = RoughlyReduced(a, half: true), scale = powerOfTwo(reduced.n), r = reduced.r
    // (e^2r - 1) / 2 = r + r² Σ 2ʲ⁺¹ cⱼ rʲ
    func doubled(_ c: [Double]) -> [Double] { c.enumerated().map { $1 * halving(-1 - $0) } }
    let p = r.polynomial(doubled(Coefficients.expF32), doubled(Coefficients.expF64))
    let h = reduced.sum(p, times: scale, plus: scale.fma(x.constant(0.5), -0.5)), m = h.atMost(1)
    return m.fma(m / (-1 - h), m).withSign(of: x)
  }

  /// The error function: 1 - e⁻ᵖ for p = -log erfc |x|, a polynomial of |x| whose first term is not rounded.
  static func erf(_ x: BodyValue) -> BodyValue {
    let format = x.format
    // From there on the result is 1.
    let a = x.absolute.atMost(format.pick(3.92, 5.93)), (c0, c1, _) = ExactConstant.twoOverSqrtPi.split(format)
    let tail = a.fma(a.polynomial(Coefficients.erfF32, Coefficients.erfF64), -c1)
    let reduced = RoughlyReduced(a.fma(x.constant(-c0), a * tail)), scale = powerOfTwo(reduced.n)
    let p = reduced.r.polynomial(Coefficients.expF32, Coefficients.expF64)
    return reduced.sum(p, times: scale, plus: scale - 1).absolute.withSign(of: x)
  }

  /// 1 / (1 + e⁻ˣ), from z = e^-|x| so that neither tail loses digits: 1 - z / (1 + z), or z - z (z / (1 + z)) where x is negative.
  static func sigmoid(_ x: BodyValue) -> BodyValue {
    let z = expOfNegative(x.absolute), m = x.isLess(x.constant(0)).select(z, x.constant(1))
    return m.fma(z / (-1 - z), m)
  }

  /// log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|)
  static func softplus(_ x: BodyValue) -> BodyValue {
    x.atLeast(0) + Logarithm.reducedLog1p(expOfNegative(x.absolute))
  }

  /// From here down eˣ - 1 rounds to -1.
  private static func smallest(_ format: FloatFormat) -> Double { format.pick(-17.5, -37.5) }

  /// (eˣ - 1) / 2^halvings, in which 2^(n - halvings) must be normal.
  private static func expm1(_ x: BodyValue, halvings: Int) -> BodyValue {
    let (n, r) = reduce(x, bias: x.format.exponentBias - halvings)
    let q = (r * r).fma(r.polynomial(Coefficients.expF32, Coefficients.expF64), r)
    let scale = powerOfTwo(n)
    return scale.fma(q, scale - halving(halvings))
  }

  /// The same, with what the reduction of the argument loses, and in another order of sums: from both, less of an error where
  /// the result is small beside 1.
  private static func compensatedExpm1(_ x: BodyValue, halvings: Int) -> BodyValue {
    let (n, r, rest) = reduceCompensated(x, bias: x.format.exponentBias - halvings)
    let tail = (r * r).fma(r.polynomial(Coefficients.expF32, Coefficients.expF64), rest)
    let scale = powerOfTwo(n)
    return scale.fma(tail, scale.fma(r, scale - halving(halvings)))
  }

  /// Whether x is so small that f(x) = x for functions with f'(0) = 1, and exprel(x) = 1.
  private static func isTiny(_ x: BodyValue) -> BodyValue {
    x.absolute.isLess(x.constant(x.format.pick(0x1p-30, 0x1p-60)))
  }

  private static func halving(_ times: Int) -> Double { Double(sign: .plus, exponent: -times, significand: 1) }

  private static func reduce(_ x: BodyValue, bias: Int) -> (n: RoundedInteger, r: BodyValue) {
    let format = x.format
    let n = RoundedInteger(x, times: format.rounded(ExactConstant.log2e.parts.0), bias: bias)
    let ln2 = ExactConstant.ln2.split(format)
    // The first product is exact within the fma, and so is the difference.
    let r = n.value.fma(x.constant(-ln2.0), x)
    return (n, n.value.fma(x.constant(-ln2.1), r))
  }

  /// Likewise, with what r lacks.
  private static func reduceCompensated(_ x: BodyValue, bias: Int) -> (n: RoundedInteger, r: BodyValue, rest: BodyValue) {
    let format = x.format
    let n = RoundedInteger(x, times: format.rounded(ExactConstant.log2e.parts.0), bias: bias)
    let ln2 = ExactConstant.ln2.split(format), low = x.constant(-ln2.1)
    let difference = n.value.fma(x.constant(-ln2.0), x), r = n.value.fma(low, difference)
    return (n, r, n.value.fma(low, difference - r))
  }

  /// x as n ln 2 + r + rest, or n ln 2 / 2 + r + rest, for sums of 1 and 2ⁿ (eʳ - 1) to which the rest of ln 2 matters where n is small
  /// only. In f32, whose ln 2 is right to 2⁻²⁸ of it, it does not even there.
  private struct RoughlyReduced {
    let n: RoundedInteger, r: BodyValue, rest: BodyValue?

    init(_ x: BodyValue, half: Bool = false) {
      let format = x.format, part = half ? 0.5 : 1, ln2 = ExactConstant.ln2.split(format)
      n = RoundedInteger(x, times: format.rounded(ExactConstant.log2e.parts.0) / part, bias: format.exponentBias)
      r = n.value.fma(x.constant(-ln2.0 * part), x)
      rest = x.dtype == .f32 ? nil : n.value * (-ln2.1 * part)
    }

    /// scale (r + rest + r² p) + base
    func sum(_ p: BodyValue, times scale: BodyValue, plus base: BodyValue) -> BodyValue {
      guard let rest else { return scale.fma((r * r).fma(p, r), base) }
      return scale.fma((r * r).fma(p, rest), scale.fma(r, base))
    }
  }

  /// 2^n as a float, where n.bits carries the exponent's bias already.
  private static func powerOfTwo(_ n: RoundedInteger) -> BodyValue {
    let format = n.value.format, shift = n.bits.builder.bits(UInt64(format.significandBits), format.bits)
    return (n.bits << shift).bits(as: format.dtype)
  }

  /// The slope of exprel, (eˣ - exprel x) / x. Near 0, where that cancels, Σ (k + 1) xᵏ / (k + 2)!, of which the first term left out is
  /// below 2⁻⁵³ of the sum for |x| < 1/2.
  static func exprelSlope(_ x: Term, _ value: Term) -> Term {
    var coefficients: [Double] = [], factorial = 1.0
    for k in 0..<15 {
      factorial *= Double(k + 2)
      coefficients.append(Double(k + 1) / factorial)
    }
    let isSmall = x.absolute.isLess(x.number(0.5))
    let safe = isSmall.select(x.number(1), x)
    return isSmall.select(x.polynomial(coefficients), (x.exp - value) / safe)
  }
}
