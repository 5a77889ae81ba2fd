import HillockIR

/// An array of complex numbers: two arrays of floats of one shape and dtype, their real and their imaginary parts.
///
/// ```swift
/// let z = ComplexArray([3.0, 0.0], [4.0, 1.0])
/// print(z)                        // ComplexArray([3.+4.j, 0.+1.j], dtype=complex64)
/// print(abs(z))                   // NDArray([5., 1.], dtype=float32)
/// let w = z * z - z.conjugate.scaled(by: 2)
/// ```
///
/// It is an ``ArrayTree``, so functions that are compiled, differentiated, batched or looped over take and give it. A
/// derivative by a complex argument is that by its real and by its imaginary part. There is no complex dtype: of `f32` parts
/// the numbers are NumPy's `complex64`, of `f64` parts its `complex128`.
///
/// ``map(_:)`` does to both parts what only moves elements and has no name here: `z.map { $0.takeAlong(i, axis: 0) }`. State
/// that changes is a ``Variable`` for each part.
///
/// No operation traps: what cannot be done gives an array whose two parts carry the error.
public struct ComplexArray: Sendable, ArrayTree {
  public let real: NDArray
  public let imaginary: NDArray

  /// The numbers with these parts, which are broadcast together and get one dtype, `f32` or `f64`: others become `f32`.
  /// Shapes that do not fit give a `shape` error.
  public init(_ real: some ArrayConvertible, _ imaginary: some ArrayConvertible = 0) {
    let parts = broadcastArrays([real.array.widened, imaginary.array.widened])
    self.init(ofOne: NDArray.floats(parts) { $0[0] }, NDArray.floats(parts) { $0[1] })
  }

  /// The numbers with these parts, in one row: NumPy's `complex64`, or `complex128` with `dtype: .f64`. Lists of different
  /// lengths give a `shape` error.
  public init<Element: ArrayElement>(_ real: [Element], _ imaginary: [Element], dtype: DType = .f32) {
    guard real.count == imaginary.count else {
      let error = HillockError(
        .shape, "\(real.count) real and \(imaginary.count) imaginary parts; give one of each for each number")
      self.init(failing: error)
      return
    }
    self.init(NDArray(real, dtype: dtype), NDArray(imaginary, dtype: dtype))
  }

  /// The numbers of these magnitudes and angles, in radians.
  ///
  /// ```swift
  /// ComplexArray(magnitude: 2, angle: NDArray([0.0, 1.5707964]))      // [2, 2i], but for rounding
  /// ```
  public init(magnitude: some ArrayConvertible, angle: some ArrayConvertible) {
    let magnitude = magnitude.array.widened, angle = angle.array.widened
    self.init(magnitude * cos(angle), magnitude * sin(angle))
  }

  /// Parts that have one shape and dtype already, or carry an error, which both carry then.
  package init(ofOne real: NDArray, _ imaginary: NDArray) {
    let failed = [real, imaginary].first { if case .failure = $0.content { true } else { false } }
    self.real = failed ?? real
    self.imaginary = failed ?? imaginary
  }

  public func visit(_ visitor: inout TreeVisitor) {
    real.visit(&visitor)
    imaginary.visit(&visitor)
  }

  /// The array with both parts changed in the same way.
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> ComplexArray {
    ComplexArray(ofOne: try transform(real), try transform(imaginary))
  }

  /// The extent of each axis.
  public var shape: [Int] { real.shape }
  /// The number of axes.
  public var rank: Int { real.rank }
  /// The number of elements.
  public var count: Int { real.count }
  /// The dtype of the parts: `f32` or `f64`.
  public var dtype: DType { real.dtype }
  /// The error that the array carries.
  public var error: HillockError? { real.error }

  /// The array with parts of the dtype `f32` or `f64`; others give a `dtype` error.
  public func asType(_ dtype: DType) -> ComplexArray {
    guard dtype == .f32 || dtype == .f64 else {
      let error = HillockError(
        .dtype, "complex numbers have parts of f32 or f64, not of \(dtype.name); take .real or .imaginary first")
      return ComplexArray(failing: error)
    }
    return map { $0.asType(dtype) }
  }

  /// What a body gives, or its error.
  init(_ body: () throws(HillockError) -> ComplexArray) {
    do throws(HillockError) { self = try body() } catch { self.init(failing: error) }
  }

  package init(failing error: HillockError) { self.init(ofOne: NDArray(failing: error), NDArray(failing: error)) }
}

/// What Fourier transforms take: a ``ComplexArray``, or an array of real numbers, whose imaginary part is 0.
public protocol ComplexConvertible {
  /// The value as complex numbers.
  var complex: ComplexArray { get }
}

extension ComplexArray: ComplexConvertible {
  public var complex: ComplexArray { self }
}

extension NDArray: ComplexConvertible {
  /// Complex numbers with an imaginary part of 0.
  public var complex: ComplexArray { ComplexArray(self) }
}

extension Variable: ComplexConvertible {
  /// Complex numbers with an imaginary part of 0.
  public var complex: ComplexArray { ComplexArray(self) }
}
