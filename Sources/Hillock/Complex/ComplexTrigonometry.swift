import HillockIR

// The functions of angles are those of hyperbolas at right angles: sin z = -i sinh(iz), cos z = cosh(iz), tan z = -i tanh(iz).

/// The hyperbolic sine: sinh x cos y + i cosh x sin y.
public func sinh(_ z: ComplexArray) -> ComplexArray {
  let parts = Hyperbolic(z)
  return ComplexArray(ofOne: parts.product(parts.sine, z.cosine), parts.product(parts.cosine, sin(z.imaginary)))
}

/// The hyperbolic cosine: cosh x cos y + i sinh x sin y.
public func cosh(_ z: ComplexArray) -> ComplexArray {
  let parts = Hyperbolic(z), imaginary = parts.product(parts.sine, sin(z.imaginary))
  // A zero beside NaN is positive.
  let isOpen = isNaN(z.real) .& (z.imaginary .== 0)
  return ComplexArray(ofOne: parts.product(parts.cosine, z.cosine), select(isOpen, 0, imaginary))
}

/// sinh x and cosh x without what would overflow, whose factor is left out.
private struct Hyperbolic {
  let sine: NDArray
  let cosine: NDArray
  private let factor: NDArray

  init(_ z: ComplexArray) {
    let x = z.real, excess = abs(x).excess, reduced = select(excess .> 0, x - copysign(excess, x), x)
    sine = sinh(reduced)
    cosine = cosh(reduced)
    factor = exp(excess)
  }

  /// The product of one of them with a sine or cosine of the angle, where 0 times an infinity or NaN is 0.
  func product(_ size: NDArray, _ turn: NDArray) -> NDArray {
    let isLost = (isFinite(size) .!= isFinite(turn)) .& ((size .== 0) .| (turn .== 0))
    let turned = select(isLost, select(size .== 0, size, turn) * copysign(1, select(size .== 0, turn, size)), size * turn)
    return turned * factor
  }
}

/// The hyperbolic tangent.
public func tanh(_ z: ComplexArray) -> ComplexArray {
  let x = z.real, y = z.imaginary, u = tanh(x), v = tan(y), divisor = 1 + square(u * v), c = cosh(x)
  // Far to the right it is 1, and to the left -1, whatever the angle; at x = 0 there is no real part.
  let isEnd = isInfinite(x), isReal = (isEnd .| (x .== 0)) .& .!isFinite(y), isOnAxis = isNaN(x) .& (y .== 0)
  let imaginary = v / c / c / divisor
  return ComplexArray(
    ofOne: select(isReal, u, u * (1 + square(v)) / divisor),
    select(isEnd, copysign(0, y), select(isOnAxis, y, imaginary)))
}

public func sin(_ z: ComplexArray) -> ComplexArray { sinh(z.turnedLeft).turnedRight }

public func cos(_ z: ComplexArray) -> ComplexArray { cosh(z.turnedLeft) }

public func tan(_ z: ComplexArray) -> ComplexArray { tanh(z.turnedLeft).turnedRight }

extension ComplexArray {
  /// iz, without a product that would make NaN of infinities.
  var turnedLeft: ComplexArray { ComplexArray(ofOne: -imaginary, real) }
  /// -iz
  var turnedRight: ComplexArray { ComplexArray(ofOne: imaginary, -real) }
}
