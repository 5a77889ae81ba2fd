import HillockIR

// The slope of each is the other one; it is written without slopes of its own, or there would be no end of them.

/// The modified Bessel function I₀. Of integers `f32`.
///
/// ```swift
/// i0(NDArray([0.0, 1]))                        // [1, 1.2660658]
/// ```
public func i0(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in unscaled(i0Scaled(x), x, atInfinity: abs(x)).sloped(of: x) { unscaled(i1Scaled(x), x, atInfinity: x) }
  }
}

/// e^-|x| I₀(x), which does not overflow.
public func i0e(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in i0Scaled(x).sloped(of: x) { i1Scaled(x) - sign(x) * i0Scaled(x) } }
}

/// The modified Bessel function I₁. Of integers `f32`.
///
/// ```swift
/// i1(NDArray([0.0, 1]))                        // [0, 0.56515914]
/// ```
public func i1(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in
    unscaled(i1Scaled(x), x, atInfinity: x).sloped(of: x) { unscaled(i0Scaled(x) - i1Ratio(x), x, atInfinity: abs(x)) }
  }
}

/// e^-|x| I₁(x), which does not overflow.
public func i1e(_ x: some ArrayConvertible) -> NDArray {
  NDArray.doubles(x) { x in i1Scaled(x).sloped(of: x) { i0Scaled(x) - i1Ratio(x) - sign(x) * i1Scaled(x) } }
}

/// Times e^|x|; in two steps, so that nothing overflows before the result does. (The second factor is 1 up to |x| = 700.)
private func unscaled(_ scaled: NDArray, _ x: NDArray, atInfinity limit: NDArray) -> NDArray {
  let a = abs(x), most = minimum(a, 700)
  return select(isInfinite(x), limit, scaled * exp(most) * exp(a - most))
}

private func series(_ x: NDArray, small: [Double], large: [Double], times factor: (NDArray) -> NDArray) -> NDArray {
  let a = abs(x), isSmall = a .<= 8
  let near = select(isSmall, a, 8), far = select(isSmall, 8, a)
  let tail = (16 / far - 1).polynomial(large) / sqrt(far)
  return select(isSmall, factor(near) * (near * 0.25 - 1).polynomial(small), tail)
}

private func i0Scaled(_ x: NDArray) -> NDArray {
  series(x, small: SpecialCoefficients.i0Small, large: SpecialCoefficients.i0Large) { _ in 1.0 }
}

private func i1Scaled(_ x: NDArray) -> NDArray {
  copysign(series(x, small: SpecialCoefficients.i1Small, large: SpecialCoefficients.i1Large) { $0 }, x)
}

/// e^-|x| I₁(x) / x, 1/2 at 0; with its slope.
private func i1Ratio(_ x: NDArray) -> NDArray {
  let isZero = x .== 0, safe = select(isZero, 1, x)
  return select(isZero, 0.5, i1Scaled(safe) / safe)
}
