import HillockIR

// W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign bit" (1987): formulas of square roots, in which
// nothing is cancelled. On a cut the sign of zero says on which side z is.

/// The angle whose cosine is z. Cuts: the real axis beyond -1 and 1.
///
/// ```swift
/// acos(ComplexArray([2.0], [0.0]))             // -1.317i
/// ```
public func acos(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, (below, above) = roots(z), isFar = isInfinite(z)
  let real = 2 * atan2(below.real, above.real)
  let imaginary = asinh(above.real * below.imaginary - above.imaginary * below.real)
  return ComplexArray(
    ofOne: select(isFar, atan2(abs(y), select(isFar, x, 1)), select((x .== 0) .& isNaN(y), Double.pi / 2, real)),
    select(isFar, -copysign(Double.infinity, y), imaginary))
}

/// The angle whose sine is z. Cuts: the real axis beyond -1 and 1.
///
/// ```swift
/// asin(ComplexArray([0.0], [1.0]))             // 0.8814i
/// ```
public func asin(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, (below, above) = roots(z), isFar = isInfinite(z)
  let real = atan2(x, below.real * above.real - below.imaginary * above.imaginary)
  let imaginary = asinh(below.real * above.imaginary - below.imaginary * above.real)
  return ComplexArray(
    ofOne: select(isFar, atan2(select(isFar, x, 1), abs(y)), select((x .== 0) .& isNaN(y), x, real)),
    select(isFar, copysign(Double.infinity, y), imaginary))
}

/// √(1 - z) and √(1 + z).
private func roots(_ z: ComplexArray) -> (below: ComplexArray, above: ComplexArray) {
  (sqrt(ComplexArray(ofOne: 1 - z.real, -z.imaginary)), sqrt(ComplexArray(ofOne: 1 + z.real, z.imaginary)))
}

/// The angle whose tangent is z. Cuts: the imaginary axis beyond -i and i.
public func atan(_ z: ComplexArray) -> ComplexArray { atanh(z.turnedLeft).turnedRight }

/// The number whose hyperbolic sine is z. Cuts: the imaginary axis beyond -i and i.
public func asinh(_ z: ComplexArray) -> ComplexArray { asin(z.turnedLeft).turnedRight }

/// The number whose hyperbolic cosine is z, with a real part that is not negative. Cut: the real axis below 1.
///
/// ```swift
/// acosh(ComplexArray([-1.0], [0.0]))           // πi
/// ```
public func acosh(_ z: ComplexArray) -> ComplexArray {
  let angle = acos(z), side = copysign(1, z.imaginary)
  return ComplexArray(ofOne: -angle.imaginary * side, angle.real * side)
}

/// The number whose hyperbolic tangent is z. Cuts: the real axis beyond -1 and 1.
///
/// ```swift
/// atanh(ComplexArray([0.5], [0.0]))            // 0.5493
/// ```
public func atanh(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, isFar = isInfinite(z)
  // log |(1 + z) / (1 - z)| / 2 of the number on the right. Near the pole the quotient would overflow, elsewhere a difference of logarithms
  // would lose what is small.
  let side = copysign(1, x), right = x * side, distance = hypot(1 - right, y), isNear = distance .< 0.0001
  let quotient = select(isNear, 0, 4 * right / distance / distance)
  let near = 0.5 * (log(hypot(1 + right, y)) - log(select(isNear, distance, 1)))
  let real = side * select(isNear, near, 0.25 * log1p(quotient))
  let imaginary = 0.5 * atan2(y, 0.5 * ((1 - x) * (1 + x) - square(y)))
  return ComplexArray(
    ofOne: select(isFar, copysign(0, x), select((x .== 0) .& isNaN(y), x, real)),
    select(isFar, select(isNaN(y), y, copysign(Double.pi / 2, y)), imaginary))
}
