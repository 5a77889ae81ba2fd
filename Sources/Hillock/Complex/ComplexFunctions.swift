import HillockIR

// The principal values, with cuts along the negative real axis: C's (ISO/IEC 9899, 7.3) but for infinite and NaN parts.

/// The magnitudes |z|, without overflow on the way.
public func abs(_ z: ComplexArray) -> NDArray { hypot(z.real, z.imaginary) }

/// e to the power of z.
///
/// ```swift
/// exp(ComplexArray(0, NDArray.pi))             // -1, but for rounding
/// ```
public func exp(_ z: ComplexArray) -> ComplexArray { ComplexArray(magnitude: exp(z.real), angle: z.imaginary) }

/// The natural logarithm, whose imaginary part is the angle.
public func log(_ z: ComplexArray) -> ComplexArray {
  // Near the unit circle log |z| = log1p(|z|² - 1) / 2, whose argument does not lose what is small.
  let x = abs(z.real), y = abs(z.imaginary), larger = maximum(x, y), smaller = minimum(x, y), magnitude = hypot(x, y)
  let isNear = (magnitude .> 0.5) .& (magnitude .< 2)
  let above = select(isNear, (larger - 1) * (larger + 1) + square(smaller), 0)
  return ComplexArray(ofOne: select(isNear, 0.5 * log1p(above), log(select(isNear, 1, magnitude))), z.angle)
}

/// The square root whose real part is not negative.
public func sqrt(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, isZero = (x .== 0) .& (y .== 0)
  // Half of each first: their sum would overflow.
  let root = sqrt(select(isZero, 1, 0.5 * hypot(x, y) + 0.5 * abs(x)))
  let other = y / (2 * root), isRight = x .>= 0
  return ComplexArray(
    ofOne: select(isZero, 0, select(isRight, root, abs(other))),
    select(isZero, y, select(isRight, other, copysign(root, y))))
}

public func sinh(_ z: ComplexArray) -> ComplexArray {
  ComplexArray(ofOne: sinh(z.real) * cos(z.imaginary), cosh(z.real) * sin(z.imaginary))
}

public func cosh(_ z: ComplexArray) -> ComplexArray {
  ComplexArray(ofOne: cosh(z.real) * cos(z.imaginary), sinh(z.real) * sin(z.imaginary))
}

public func tanh(_ z: ComplexArray) -> ComplexArray {
  let u = tanh(z.real), v = tan(z.imaginary), divisor = 1 + square(u * v)
  return ComplexArray(ofOne: u * (1 + square(v)) / divisor, v / square(cosh(z.real)) / divisor)
}

public func sin(_ z: ComplexArray) -> ComplexArray {
  ComplexArray(ofOne: sin(z.real) * cosh(z.imaginary), cos(z.real) * sinh(z.imaginary))
}

public func cos(_ z: ComplexArray) -> ComplexArray {
  ComplexArray(ofOne: cos(z.real) * cosh(z.imaginary), -(sin(z.real) * sinh(z.imaginary)))
}

/// tan z = -i tanh(iz).
public func tan(_ z: ComplexArray) -> ComplexArray {
  let turned = tanh(ComplexArray(ofOne: -z.imaginary, z.real))
  return ComplexArray(ofOne: turned.imaginary, -turned.real)
}

public func square(_ z: ComplexArray) -> ComplexArray { z * z }

public func reciprocal(_ z: ComplexArray) -> ComplexArray { ComplexArray(1) / z }

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
