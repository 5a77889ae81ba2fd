import HillockIR

// Operators take two complex arrays: each further overload would slow down the type checker in equations of real ones.
extension ComplexArray {
  public static prefix func - (z: ComplexArray) -> ComplexArray { ComplexArray(ofOne: -z.real, -z.imaginary) }

  public static func + (a: ComplexArray, b: ComplexArray) -> ComplexArray {
    ComplexArray(ofOne: a.real + b.real, a.imaginary + b.imaginary)
  }

  public static func - (a: ComplexArray, b: ComplexArray) -> ComplexArray {
    ComplexArray(ofOne: a.real - b.real, a.imaginary - b.imaginary)
  }

  public static func * (a: ComplexArray, b: ComplexArray) -> ComplexArray {
    ComplexArray(
      ofOne: a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  /// The quotient, without overflow where it is representable (R. L. Smith, Comm. ACM 5, 1962). A division by 0 gives
  /// infinities and NaN.
  public static func / (a: ComplexArray, b: ComplexArray) -> ComplexArray {
    let isReal = abs(b.real) .>= abs(b.imaginary)
    let large = select(isReal, b.real, b.imaginary), small = select(isReal, b.imaginary, b.real)
    let ratio = select(large .== 0, 0, small / select(large .== 0, 1, large)), divisor = large + small * ratio
    let first = select(isReal, a.real, a.imaginary), second = select(isReal, a.imaginary, a.real)
    let imaginary = (second - first * ratio) / divisor
    return ComplexArray(ofOne: (first + second * ratio) / divisor, select(isReal, imaginary, -imaginary))
  }

  /// Both parts times a real number, or an array of them. (A complex factor with an imaginary part of 0 would make NaN of ∞.)
  ///
  /// ```swift
  /// let half = z.scaled(by: 0.5)
  /// ```
  public func scaled(by factor: some ArrayConvertible) -> ComplexArray {
    let factor = factor.array.widened
    return ComplexArray(ofOne: real * factor, imaginary * factor)
  }

  /// The numbers with imaginary parts of the other sign.
  public var conjugate: ComplexArray { ComplexArray(ofOne: real, -imaginary) }

  /// The angles in radians, from -π to π.
  public var angle: NDArray { atan2(imaginary, real) }

  /// The squares of the magnitudes, without a root.
  public var squaredMagnitude: NDArray { square(real) + square(imaginary) }

  /// Where both parts are equal.
  public static func .== (a: ComplexArray, b: ComplexArray) -> NDArray { (a.real .== b.real) .& (a.imaginary .== b.imaginary) }
  /// Where a part differs.
  public static func .!= (a: ComplexArray, b: ComplexArray) -> NDArray { (a.real .!= b.real) .| (a.imaginary .!= b.imaginary) }
}

/// Whether all numbers are close: both parts, as `allClose` of real arrays says.
///
/// - Throws: the error that an array carries; a `trace` error in a function that is traced.
public func allClose(
  _ a: ComplexArray, _ b: ComplexArray, relative: Double = 1e-5, absolute: Double = 1e-8, equalNaN: Bool = false
) throws -> Bool {
  let real = try allClose(a.real, b.real, relative: relative, absolute: absolute, equalNaN: equalNaN)
  return try real && allClose(a.imaginary, b.imaginary, relative: relative, absolute: absolute, equalNaN: equalNaN)
}
