import HillockIR

/// The regularised lower incomplete gamma function P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a) for a ≥ 0 and x ≥ 0; NaN elsewhere, and where both
/// are 0 or both ∞. It has slopes in a and in x. Of integers `f32`; both are broadcast. SciPy's `gammainc`.
///
/// ```swift
/// igamma(NDArray([0.5, 3]), 2)                 // [0.9544997, 0.32332358]
/// ```
public func igamma(_ a: some ArrayConvertible, _ x: some ArrayConvertible) -> NDArray {
  IncompleteGamma.value(a, x, isUpper: false)
}

/// The regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), without its rounding where P is near 1. It has slopes in a and
/// in x. Of integers `f32`; both are broadcast. SciPy's `gammaincc`.
///
/// ```swift
/// igammac(NDArray([0.5, 3]), 2)                // [0.045500264, 0.6766764]
/// ```
public func igammac(_ a: some ArrayConvertible, _ x: some ArrayConvertible) -> NDArray {
  IncompleteGamma.value(a, x, isUpper: true)
}

/// P and Q, each from a form that does not lose it (DLMF 8.7, 8.9 and 8.12; the choice of the form is that of Cephes).
private enum IncompleteGamma {
  static func value(_ a: some ArrayConvertible, _ x: some ArrayConvertible, isUpper: Bool) -> NDArray {
    NDArray.doubles([a, x]) { operands in
      let a = operands[0], x = operands[1]
      // The forms hold at a = 0 too, where the slope in a comes from them; the value there is exact below.
      let isInside = (a .>= 0) .& (a .< Double.infinity) .& (x .> 0) .& (x .< Double.infinity)
      let safeA = select(isInside, a, 1), safeX = select(isInside, x, 1)
      let forms = forms(safeA, safeX)
      // At the ends: x = 0 or ∞, a = 0 or ∞. Where both are at the same end there is no limit.
      let isDefined = (a .>= 0) .& (x .>= 0) .& ((a + x) .> 0) .& ((a .< Double.infinity) .| (x .< Double.infinity))
      let isAbove = (x .== Double.infinity) .| (a .== 0)
      let end = select(isDefined, select(isAbove, isUpper ? 0.0 : 1.0, isUpper ? 1.0 : 0.0), Double.nan)
      let value = select(isInside .& (a .> 0), isUpper ? forms.upper : forms.lower, end)
      let sign = isUpper ? -1.0 : 1.0
      let byX = value.sloped(of: x) {
        let atZero = select(a .> 1, 0.0, select(a .== 1, 1.0, Double.infinity))
        let density = select(isInside, forms.front * safeA / safeX, select((x .== 0) .& (a .> 0), atZero, 0.0))
        return select(isDefined, sign * density, Double.nan)
      }
      guard a.isTraced else { return byX }
      let slope = select(isDefined, select(isInside, sign * slopeOfLower(safeA, safeX), 0.0), Double.nan)
      return byX + withSlope(zerosLike(value), slope, of: a)
    }
  }

  /// ∂P/∂a, from the forms themselves.
  private static func slopeOfLower(_ a: NDArray, _ x: NDArray) -> NDArray {
    NDArray(orErrorOf: { try jvp({ (a: NDArray) in forms(a, x).lower }, at: a, along: onesLike(a)).tangent })
  }

  /// P, Q and xᵃ e⁻ˣ / Γ(a + 1) for a ≥ 0 and x > 0.
  private static func forms(_ a: NDArray, _ x: NDArray) -> (lower: NDArray, upper: NDArray, front: NDArray) {
    let isLarge = a .>= 10, large = select(isLarge, a, 10), power = power(large, select(isLarge, x, 10))
    let front = select(
      isLarge, power * exp(-stirlingRest(large)) / sqrt(2 * Double.pi * large), smallFront(select(isLarge, 1, a), x))
    let mu = (x - large) / large, isUniform = (a .>= 20) .& (abs(mu) .< 0.3)
    let uniform = uniform(select(isUniform, a, 20), select(isUniform, mu, 0), power)

    // Small x of a small a, where Q is a difference of small numbers.
    let isSmall = select(x .<= 0.5, a .<= -0.4 / log(minimum(x, 0.5)), a .<= 1.1 * x) .& (x .<= 1.1) .& (a .<= 1)
    let isSeries = (x .<= maximum(a, 1)) .& .!isUniform
    let isFraction = .!(isUniform .| isSeries)
    let lower = front * series(select(isSeries, a, 1), select(isSeries, x, 0.5))
    let upper = front * a * fraction(select(isFraction, a, 1), select(isFraction, x, 2))
    let small = smallUpper(select(isSmall, a, 0.5), select(isSmall, x, 0.5))
    return (
      select(isUniform, uniform.lower, select(isSeries, lower, 1 - upper)),
      select(isUniform, uniform.upper, select(isSmall .& isSeries, small, select(isSeries, 1 - lower, upper))), front
    )
  }

  /// Near x = a (1 + μ) of a large a: Temme's expansion (DLMF 8.12.3-4, 8.12.8), of which `power` is the exponential factor.
  private static func uniform(_ a: NDArray, _ mu: NDArray, _ power: NDArray) -> (lower: NDArray, upper: NDArray) {
    let eta = mu * sqrt(curvature(mu)), inverse = 1 / a
    var sum = NDArray(0.0)
    for row in SpecialCoefficients.temme.reversed() { sum = fma(sum, inverse, eta.polynomial(row)) }
    let isBelow = mu .< 0, rest = sum / sqrt(2 * Double.pi * a)
    let tail = power * (0.5 * scaledErfc(select(isBelow, -eta, eta) * sqrt(0.5 * a)) + select(isBelow, -rest, rest))
    return (select(isBelow, tail, 1 - tail), select(isBelow, 1 - tail, tail))
  }

  /// 2 (μ - log(1 + μ)) / μ² for |μ| up to 1/2, from s = μ / (2 + μ), as log(1 + μ) = 2 artanh s.
  private static func curvature(_ mu: NDArray) -> NDArray {
    let inverse = 1 / (2 + mu), s = mu * inverse
    // 2 Σ s²ᵏ / (2k + 3)
    let tail = (s * s).polynomial((0..<17).map { 2 / Double(2 * $0 + 3) })
    return 2 * inverse * (1 - s * tail * inverse)
  }

  /// μ - log(1 + μ), of which `ratio` is 1 + μ.
  private static func logarithmicRest(_ mu: NDArray, ratio: NDArray) -> NDArray {
    let isNear = abs(mu) .< 0.5, near = select(isNear, mu, 0)
    return select(isNear, 0.5 * near * near * curvature(near), mu - log(select(isNear, 1, ratio)))
  }

  /// xᵃ e⁻ˣ / Γ(a + 1) for a below 10. The exponential is taken in halves, as it would be lost before the result is.
  private static func smallFront(_ a: NDArray, _ x: NDArray) -> NDArray {
    // Beyond this the result is 0.
    let x = minimum(x, 1e4), fall = exp(-0.5 * x)
    return pow(x, a) * fall / gamma(1 + a) * fall
  }

  /// (x / a)ᵃ eᵃ⁻ˣ for a from 10 on.
  private static func power(_ a: NDArray, _ x: NDArray) -> NDArray {
    let isNear = (abs(a - x) .< 1300) .& (a .< 1e6), nearA = select(isNear, a, 10), nearX = select(isNear, x, 10)
    // With what the quotient and the difference lost, which the power would magnify; by its fourth root, as the factors would be lost
    // before the result is.
    let ratio = nearX / nearA, ratioRest = fma(-ratio, nearA, nearX) / nearX
    let difference = nearA - nearX, back = difference - nearA
    let differenceRest = (nearA - (difference - back)) - (nearX + back)
    let root = pow(ratio, 0.25 * nearA) * exp(0.25 * difference), square = root * root
    let near = square * square * (1 + fma(nearA, ratioRest, differenceRest))
    // Elsewhere the result is 0, or a too large for the rest.
    let farA = select(isNear, 10, a), farX = select(isNear, 10, x), mu = (farX - farA) / farA
    return select(isNear, near, exp(-farA * logarithmicRest(mu, ratio: farX / farA)))
  }

  /// Σ xⁿ / ((a + 1) … (a + n)) for x up to a or 1. Terms that are left out would not change the sum, so that it depends on its own
  /// element alone.
  private static func series(_ a: NDArray, _ x: NDArray) -> NDArray {
    NDArray(orErrorOf: {
      try whileLoop(
        carry: a, onesLike(a), onesLike(a), x,
        while: { (_: NDArray, term: NDArray, sum: NDArray, _: NDArray) -> NDArray in (term .> sum * 0x1p-54).any() }
      ) { (a: NDArray, term: NDArray, sum: NDArray, x: NDArray) in
        let next = a + 1, term = term * x / next
        return (next, term, sum + term, x)
      }.2
    })
  }

  /// The continued fraction of Γ(a, x) x⁻ᵃ eˣ for x above a and 1 (DLMF 8.9.2, its even part), as the sum of the changes that each step
  /// makes (Steed's method; Barnett, Feng, Steed and Goldfarb, Comput. Phys. Commun. 8, 1974).
  private static func fraction(_ a: NDArray, _ x: NDArray) -> NDArray {
    /// A step, counted by i: the denominator b, the reciprocal d, the change of the sum, and a bound of its size. The change is 0 from i = a
    /// on where a is whole, but its slope in a is not: so the bound says where to end.
    typealias Step = (a: NDArray, i: NDArray, b: NDArray, d: NDArray, change: NDArray, bound: NDArray, sum: NDArray)
    return NDArray(orErrorOf: {
      let b = x + 1 - a, d = 1 / b
      let last: Step = try whileLoop(
        carry: a, onesLike(a), b, d, d, d, d,
        while: { (_: NDArray, _: NDArray, _: NDArray, _: NDArray, _: NDArray, bound: NDArray, sum: NDArray) -> NDArray in
          (bound .> sum * 0x1p-54).any()
        }
      ) { (a: NDArray, i: NDArray, b: NDArray, d: NDArray, change: NDArray, bound: NDArray, sum: NDArray) in
        let isOpen = bound .> sum * 0x1p-54
        let numerator = i * (a - i), next = b + 2
        let reciprocal = 1 / fma(numerator, d, next), product = d * reciprocal
        let change = -change * numerator * product
        let nextBound = bound * maximum(abs(numerator), i) * product
        // A sum that has ended stays, so that it depends on its own element alone.
        return (a, i + 1, next, reciprocal, change, select(isOpen, nextBound, bound), select(isOpen, sum + change, sum))
      }
      return last.sum
    })
  }

  /// Q for x up to 1.1 and a up to 1: 1 - xᵃ / Γ(a + 1) - xᵃ / Γ(a + 1) Σ a (-x)ⁿ / ((a + n) n!) over n = 1, 2, ….
  private static func smallUpper(_ a: NDArray, _ x: NDArray) -> NDArray {
    // log Γ(1 + a), without a rounded sum.
    let logGamma = a * (a - 1) * (2 * a - 1).polynomial(SpecialCoefficients.logGamma)
    let logarithm = a * log(x) - logGamma
    var sum = NDArray(0.0), factor = 1.0
    let terms = (1...20).map { n in
      factor /= -Double(n)
      return (n, factor)
    }
    // Horner's rule: each step brings one more x.
    for (n, factor) in terms.reversed() { sum = x * (sum + factor / (a + Double(n))) }
    return -expm1(logarithm) - exp(logarithm) * a * sum
  }
}
