import HillockIR

// The principal values, with the cuts, signs of zero, infinities and NaN of C's Annex G (ISO/IEC 9899), which Python's array API standard
// repeats. A selection for special values never depends on finite parts alone, or derivatives at finite numbers would be lost.

/// The magnitudes |z|, without overflow on the way.
public func abs(_ z: ComplexArray) -> NDArray { hypot(z.real, z.imaginary) }

/// e to the power of z.
///
/// ```swift
/// exp(ComplexArray(0, NDArray.pi))             // -1, but for rounding
/// ```
public func exp(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, excess = x.excess, magnitude = exp(x - excess), factor = exp(excess)
  let sine = select((x .== -Double.infinity) .& .!isFinite(y), copysign(1, y), sin(y))
  return ComplexArray(
    ofOne: magnitude * z.cosine * factor, select((y .== 0) .& .!isFinite(x), y, magnitude * sine * factor))
}

/// eᶻ - 1, exact for small z too.
///
/// ```swift
/// expm1(ComplexArray([1e-10], [0.0]))          // 1e-10
/// ```
public func expm1(_ z: ComplexArray) -> ComplexArray {
  let power = exp(z), isSmall = abs(z.real) .< 1, x = select(isSmall, z.real, 0)
  let near = expm1(x) * cos(z.imaginary) - 2 * square(sin(0.5 * z.imaginary))
  return ComplexArray(ofOne: select(isSmall, near, power.real - 1), power.imaginary)
}

/// The natural logarithm, whose imaginary part is the angle.
public func log(_ z: ComplexArray) -> ComplexArray {
  // Near the unit circle log |z| = log1p(|z|² - 1) / 2, whose argument does not lose what is small.
  let x = abs(z.real), y = abs(z.imaginary), larger = maximum(x, y), smaller = minimum(x, y), magnitude = hypot(x, y)
  let isNear = (magnitude .> 0.5) .& (magnitude .< 2)
  let above = select(isNear, (larger - 1) * (larger + 1) + square(smaller), 0)
  return ComplexArray(ofOne: select(isNear, 0.5 * log1p(above), log(select(isNear, 1, magnitude))), z.angle)
}

/// log(1 + z), exact for small z too.
///
/// ```swift
/// log1p(ComplexArray([1e-10], [0.0]))          // 1e-10
/// ```
public func log1p(_ z: ComplexArray) -> ComplexArray {
  let isNear = (abs(z.real) .< 0.5) .& (abs(z.imaginary) .< 0.5)
  // |1 + z|² - 1
  let above = select(isNear, z.real * (2 + z.real) + square(z.imaginary), 0)
  let far = log(ComplexArray(ofOne: 1 + z.real, z.imaginary))
  return ComplexArray(ofOne: select(isNear, 0.5 * log1p(above), far.real), far.imaginary)
}

/// The logarithm to base 2.
public func log2(_ z: ComplexArray) -> ComplexArray { log(z).map { $0 / 0.6931471805599453 } }

/// The logarithm to base 10.
public func log10(_ z: ComplexArray) -> ComplexArray { log(z).map { $0 / 2.302585092994046 } }

/// The square root whose real part is not negative.
public func sqrt(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, isZero = (x .== 0) .& (y .== 0), isRight = x .>= 0, isFar = isInfinite(y)
  // Half of each first: their sum would overflow.
  let root = sqrt(select(isZero, 1, 0.5 * hypot(x, y) + 0.5 * select(isRight, x, -x)))
  // On the cut the sign of zero says on which side z is: a derivative is that of this side.
  let other = y / (2 * root), side = copysign(1, y)
  return ComplexArray(
    ofOne: select(isZero, 0, select(isFar, Double.infinity, select(isRight, root, other * side))),
    select(isZero .| isFar, y, select(isRight, other, root * side)))
}

public func square(_ z: ComplexArray) -> ComplexArray { z * z }

public func reciprocal(_ z: ComplexArray) -> ComplexArray { ComplexArray(1) / z }

/// z / |z|, and 0 for 0: the number of length 1 at z's angle. NaN where a part is NaN.
///
/// ```swift
/// sign(ComplexArray([3.0], [-4.0]))            // 0.6 - 0.8i
/// ```
public func sign(_ z: ComplexArray) -> ComplexArray {
  // Beside an infinite part a finite one is as good as 0.
  let isFar = isInfinite(z), isZero = (z.real .== 0) .& (z.imaginary .== 0)
  let direction = z.map { select(isFar, $0.direction, $0) }
  let magnitude = select(isZero, 1, abs(direction))
  return direction.map { select(isZero, 0, $0 / magnitude) }
}

/// Both parts rounded to the nearest integer, halves to even.
public func round(_ z: ComplexArray) -> ComplexArray { z.map { round($0) } }

/// Where a part is NaN.
public func isNaN(_ z: ComplexArray) -> NDArray { isNaN(z.real) .| isNaN(z.imaginary) }

/// Where a part is infinite, even if the other is NaN.
public func isInfinite(_ z: ComplexArray) -> NDArray { isInfinite(z.real) .| isInfinite(z.imaginary) }

/// Where both parts are finite.
public func isFinite(_ z: ComplexArray) -> NDArray { isFinite(z.real) .& isFinite(z.imaginary) }

/// z to the power of w: exp(w log z). 0 to a power is 0, and 1 to the power of 0.
public func pow(_ z: ComplexArray, _ w: ComplexArray) -> ComplexArray {
  let isZero = (z.real .== 0) .& (z.imaginary .== 0), isNothing = (w.real .== 0) .& (w.imaginary .== 0)
  let power = exp(w * log(ComplexArray(ofOne: select(isZero, 1, z.real), z.imaginary)))
  return ComplexArray(
    ofOne: select(isNothing, 1, select(isZero, 0, power.real)), select(isZero .| isNothing, 0, power.imaginary))
}

/// z to a whole power, by products: the square of half the power, times z if it is odd.
public func pow(_ z: ComplexArray, _ n: Int) -> ComplexArray {
  switch n {
  case Int.min: return pow(z, ComplexArray(n))
  case ..<0: return ComplexArray(1) / pow(z, -n)
  case 0: return ComplexArray(ofOne: onesLike(z.real), zerosLike(z.imaginary))
  case 1: return z
  default:
    let half = pow(z, n / 2)
    return n % 2 == 0 ? half * half : half * half * z
  }
}

extension ComplexArray {
  /// The cosine of the imaginary part. An infinite real part keeps its size if there is none.
  var cosine: NDArray { select(isInfinite(real) .& .!isFinite(imaginary), 1, cos(imaginary)) }
}

extension NDArray {
  /// What is taken off an exponent, for which eˣ alone would overflow where its product with a small sine does not.
  var excess: NDArray {
    let most = dtype == .f64 ? 709.0 : 88.0
    return select(self .> most, minimum(self - most, most), 0)
  }

  /// 1 or -1 for an infinity, and 0 for a finite number, with its sign.
  var direction: NDArray { select(isInfinite(self), copysign(1, self), self * 0) }
}
