import HillockIR

private let rootOfPi = 1.7724538509055159

/// 1 - erf(x), without its rounding where erf is near 1. Of integers `f32`.
///
/// ```swift
/// erfc(NDArray([0.0, 5]))                      // [1, 1.5374597e-12]
/// ```
public func erfc(_ x: some ArrayValue) -> NDArray {
  NDArray.doubles(x) { x in
    complement(x).sloped(of: x) { exp(-x * x) * (-2 / rootOfPi) }
  }
}

/// The same of a whole number, such as a literal.
public func erfc(_ x: Int) -> NDArray { erfc(NDArray(x)) }

/// erfc without the rounding of 1 - erf.
private func complement(_ x: NDArray) -> NDArray {
  let a = minimum(abs(x), 30), square = a * a
  // What the square lost: the exponential would magnify it.
  let rest = fma(a, a, -square)
  let scaled = scaledErfc(a)
  let tail = exp(-square) * fma(-rest, scaled, scaled)
  return select(a .< 0.5, 1 - erf(x), select(x .< 0, 2 - tail, tail))
}

/// e^(x²) erfc x for x ≥ 0: (1 + 2x)⁻¹ P((x - 15/4) / (x + 15/4)).
func scaledErfc(_ x: NDArray) -> NDArray {
  ((x - 3.75) / (x + 3.75)).polynomial(SpecialCoefficients.erfcx) / (1 + 2 * x)
}

/// The inverse of `erf`: ±∞ at ±1, NaN beyond. Of integers `f32`.
///
/// ```swift
/// erfinv(NDArray([0.0, 0.5]))                  // [0, 0.47693628]
/// ```
public func erfinv(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    let a = abs(x), isInside = a .< 1, inner = select(isInside, x, 0)
    let isNear = abs(inner) .< 0.5
    let w = select(
      isNear, -log1p(select(isNear, -inner * inner, 0)), -log(select(isNear, 1, (1 - inner) * (1 + inner))))
    let isCentre = w .< 6, root = sqrt(select(isCentre, 6, w))
    let low = 2.449489742783178, middle = (2 * root - (low + 4)) / (4 - low), tail = (2 * root - 10.1) / 2.1
    let outer = select(
      root .< 4, middle.polynomial(SpecialCoefficients.erfinvMiddle), tail.polynomial(SpecialCoefficients.erfinvTail))
    let factor = select(isCentre, (select(isCentre, w, 3) * (1 / 3.0) - 1).polynomial(SpecialCoefficients.erfinvCentre), outer)
    let value = select(isInside, inner * factor, select(a .== 1, x * Double.infinity, Double.nan))
    return value.sloped(of: x) { exp(value * value) * (rootOfPi / 2) }
  }
}

/// The distribution function of the standard normal distribution: the probability of a value up to x. Of integers `f32`.
///
/// ```swift
/// normalCDF(NDArray([0.0, -10]))               // [0.5, 7.619853e-24]
/// ```
public func normalCDF(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    // -x / √2 with what it lost, which the tail would magnify by its slope.
    let root = -0.7071067811865476, rootRest = 4.833646656726457e-17
    let y = x * root, isNear = abs(x) .< 100
    let rest = select(isNear, fma(x, root, -y) + x * rootRest, 0)
    let value = 0.5 * complement(y) - exp(-y * y) * rest * (1 / rootOfPi)
    return value.sloped(of: x) { exp(-0.5 * x * x) * 0.3989422804014327 }
  }
}
