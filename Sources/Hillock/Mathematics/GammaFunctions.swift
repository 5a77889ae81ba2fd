import HillockIR

/// log |Γ(x)|: ∞ at 0, at negative whole numbers and at ±∞. Of integers `f32`. Its slope is ``digamma(_:)``.
///
/// ```swift
/// lgamma(NDArray([1.0, 4, 0.5]))               // [0, 1.7917595, 0.5723649]
/// ```
public func lgamma(_ x: some ArrayValue) -> NDArray {
  NDArray.doubles(x) { x in logGamma(x).sloped(of: x) { digamma(x) } }
}

/// The same of a whole number, such as a literal.
public func lgamma(_ x: Int) -> NDArray { lgamma(NDArray(x)) }

/// Γ(x), with its sign: NaN at negative whole numbers, ∞ at 0 and -∞ at -0. Of integers `f32`.
///
/// Beside Foundation `gamma` of a `Double` is C's, which is log |Γ|; `gamma(NDArray(x))` is this one.
///
/// ```swift
/// gamma(NDArray([5.0, 0.5, -0.5]))             // [24, 1.7724539, -3.5449078]
/// ```
public func gamma(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    let isLow = x .< 0.5, reflection = GammaReflection(x)
    let upper = gammaAbove(reflection.argument)
    // Γ(x) Γ(1 - x) = π / sin πx
    let sine = select(isLow, x, 0.5).sineOfPi
    let lower = Double.pi / (sine * reflection.factor * upper)
    let atPole = select(x .== 0, 1 / x, Double.nan)
    let isPole = isLow .& (sine .== 0)
    let value = select(isPole, atPole, select(isLow, lower, upper))
    return value.sloped(of: x) { value * digamma(x) }
  }
}

/// The slope of log Γ. NaN at negative whole numbers, -∞ at 0 and ∞ at -0. Of integers `f32`.
///
/// ```swift
/// digamma(NDArray([1.0, 10]))                  // [-0.5772157, 2.2517526]
/// ```
public func digamma(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    let isLow = x .< 0
    let upper = digammaAbove(select(isLow, 1 - x, select(x .== 0, 1, x)))
    // ψ(1 - x) - ψ(x) = π / tan πx
    let rest = select(isLow, x, 0.25).halfPeriods.rest
    let lower = upper - select(rest .== 0, Double.nan, Double.pi / tan(select(rest .== 0, 0.25, rest) * Double.pi))
    let value = select(x .== 0, -1 / x, select(isLow, lower, upper))
    return value.sloped(of: x) { trigamma(x) }
  }
}

/// The slope of ``digamma(_:)``: ∞ at 0 and at negative whole numbers.
public func trigamma(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    let isLow = x .< 0.5
    let upper = zeta(2, select(isLow, 1 - x, x))
    let sine = select(isLow, x, 0.5).sineOfPi
    let reflected = Double.pi * Double.pi / (sine * sine) - upper
    return select(isLow, select(sine .== 0, Double.infinity, reflected), upper)
  }
}

/// The slope of order n of ``digamma(_:)`` for x above 0; NaN elsewhere. An order below 0 gives an `argument` error.
public func polygamma(_ n: Int, _ x: some ArrayConvertible) -> NDArray {
  switch n {
  case ..<0: return NDArray(failing: HillockError(.argument, "the order \(n) of polygamma is below 0"))
  case 0: return digamma(x)
  case 1: return trigamma(x)
  default:
    // (From 171 on the factorial is infinite.)
    let factorial = (1...Swift.min(n, 171)).reduce(1.0) { $0 * Double($1) }
    return zeta(Double(n) + 1, x) * (n % 2 == 0 ? -factorial : factorial)
  }
}

/// Hurwitz's zeta function, Σ (q + k)⁻ˢ over k = 0, 1, …, for s > 1 and q > 0: ∞ at s = 1, NaN elsewhere. `zeta(s)` is Riemann's, with q = 1.
///
/// ```swift
/// zeta(2.0)                                    // π² / 6
/// ```
public func zeta(_ s: some ArrayConvertible, _ q: some ArrayConvertible = 1) -> NDArray {
  NDArray.doubles([s, q]) { operands in
    let isDefined = (operands[0] .> 1) .& (operands[1] .> 0)
    let s = select(isDefined, operands[0], 2), q = select(isDefined, operands[1], 1)
    // Euler's and Maclaurin's sum from the ninth term on (DLMF 25.11.5).
    let terms = 9
    var sum = pow(q, -s)
    for k in 1..<terms { sum = sum + pow(q + Double(k), -s) }
    let a = q + Double(terms), last = pow(a, -s)
    // (a · a⁻ˢ, which is not lost where a⁻ˢ is 0 only by underflow.)
    sum = sum + last * a / (s - 1) + 0.5 * last
    var factor = s * last / a
    for (k, coefficient) in SpecialCoefficients.zeta.enumerated() {
      sum = sum + factor * coefficient
      factor = factor * (s + Double(2 * k + 1)) * (s + Double(2 * k + 2)) / (a * a)
    }
    return select(isDefined, sum, select((operands[0] .== 1) .& (operands[1] .> 0), Double.infinity, Double.nan))
  }
}

/// log B(a, b) = log (Γ(a) Γ(b) / Γ(a + b)) for a, b > 0, also where one of them is large.
///
/// ```swift
/// betaln(NDArray([2.0]), 3)                    // [-2.4849067]
/// ```
public func betaln(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  NDArray.doubles([a, b]) { operands in
    let small = minimum(operands[0], operands[1]), large = maximum(operands[0], operands[1])
    let isLarge = large .>= 10, isDefined = small .> 0
    let a = select(isDefined, small, 1), b = select(isLarge .& isDefined, large, 10)
    // log Γ(b) - log Γ(a + b) by Stirling's series, in which the large terms are put together first.
    let ratio = a / b, difference = stirlingRest(b) - stirlingRest(a + b)
    let one = lgamma(a) + difference - (a + b - 0.5) * log1p(ratio) + a * (1 - log(b))
    let isBoth = a .>= 10, c = select(isBoth, a, 10), h = c / b
    let both =
      stirlingRest(c) + stirlingRest(b) - stirlingRest(c + b) + 0.9189385332046728 - 0.5 * log(b)
      + (c - 0.5) * log(h / (1 + h)) - b * log1p(h)
    let plain = lgamma(small) + lgamma(large) - lgamma(small + large)
    return select(isLarge .& isDefined, select(isBoth, both, one), plain)
  }
}

/// Σ B₂ₖ / (2k (2k - 1) x²ᵏ⁻¹): what Stirling's series has beyond its large terms, for x from 10 on.
func stirlingRest(_ x: NDArray) -> NDArray {
  let inverse = 1 / x
  return inverse * (inverse * inverse).polynomial(SpecialCoefficients.stirling)
}

/// Γ(1 - x) = factor · Γ(argument) for x below 1/2; from there on the argument is x. Below -1/2 the argument is -x, as Γ would magnify what
/// 1 - x loses by its rounding.
private struct GammaReflection {
  let argument: NDArray
  let factor: NDArray

  init(_ x: NDArray) {
    let isNegative = x .< -0.5
    argument = select(isNegative, -x, select(x .< 0.5, 1 - x, x))
    factor = select(isNegative, -x, 1)
  }
}

private func logGamma(_ x: NDArray) -> NDArray {
  let isLow = x .< 0.5, reflection = GammaReflection(x)
  let upper = logGammaAbove(reflection.argument)
  let sine = abs(select(isLow, x, 0.5).sineOfPi)
  let lower = select(sine .== 0, Double.infinity, log(Double.pi / (select(sine .== 0, 1, sine) * reflection.factor)) - upper)
  return select(isLow, select(isInfinite(x), Double.infinity, lower), upper)
}

/// x brought to [1, 2) by whole steps, and the product of what they pass: Γ(x) = Γ(rest) · product for x from 1/2 up to 10.
private func steps(_ x: NDArray) -> (rest: NDArray, product: NDArray) {
  let isBelow = x .< 1
  var rest = select(isBelow, x + 1, x), product = select(isBelow, 1 / x, 1)
  for _ in 0..<8 {
    let isAbove = rest .>= 2
    rest = select(isAbove, rest - 1, rest)
    product = select(isAbove, product * rest, product)
  }
  return (rest, product)
}

/// log Γ for x from 1/2 on.
private func logGammaAbove(_ x: NDArray) -> NDArray {
  let isLarge = x .>= 10, large = select(isLarge, x, 10)
  let series = (large - 0.5) * (log(large) - 1) + 0.4189385332046728 + stirlingRest(large)
  let (rest, product) = steps(select(isLarge, 1, x))
  let base = (rest - 1) * (rest - 2) * (2 * rest - 3).polynomial(SpecialCoefficients.logGamma)
  return select(isLarge, select(x .== Double.infinity, Double.infinity, series), base + log(product))
}

/// Γ for x from 1/2 on.
private func gammaAbove(_ x: NDArray) -> NDArray {
  let isLarge = x .>= 10, large = minimum(select(isLarge, x, 10), 180)
  // The power in two halves, as it would overflow before the result does; both exponents are exact.
  let half = pow(large, 0.5 * large - 0.25)
  let series = half * exp(-large) * half * 2.5066282746310002 * exp(stirlingRest(large))
  let (rest, product) = steps(select(isLarge, 1, x))
  return select(isLarge, series, (2 * rest - 3).polynomial(SpecialCoefficients.gamma) * product)
}

/// ψ for x above 0.
private func digammaAbove(_ x: NDArray) -> NDArray {
  var y = x, sum = NDArray(0.0)
  for _ in 0..<10 {
    let isSmall = y .< 10
    sum = sum + select(isSmall, 1 / y, 0)
    y = select(isSmall, y + 1, y)
  }
  let inverse = 1 / y, square = inverse * inverse
  return log(y) - 0.5 * inverse - square * square.polynomial(SpecialCoefficients.digamma) - sum
}
