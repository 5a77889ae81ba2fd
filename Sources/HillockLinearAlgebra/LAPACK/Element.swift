import HillockIR

/// A number of a matrix: real or complex, in one of two precisions.
protocol LAPACKElement: BitwiseCopyable, Equatable, ExpressibleByIntegerLiteral {
  associatedtype Real: LAPACKReal
  static var isComplex: Bool { get }
  var realPart: Real { get }
  var isFinite: Bool { get }
  static func routines() throws(HillockError) -> Routines
}

/// What the parts of a number are.
protocol LAPACKReal: LAPACKElement, BinaryFloatingPoint where Real == Self {
  static func complexRoutines() throws(HillockError) -> Routines
}

extension LAPACKReal {
  static var isComplex: Bool { false }
  var realPart: Self { self }
}

extension Float: LAPACKReal {
  typealias Real = Float
  static func routines() throws(HillockError) -> Routines { try Library.loaded().single }
  static func complexRoutines() throws(HillockError) -> Routines { try Library.loaded().singleComplex }
}

extension Double: LAPACKReal {
  typealias Real = Double
  static func routines() throws(HillockError) -> Routines { try Library.loaded().double }
  static func complexRoutines() throws(HillockError) -> Routines { try Library.loaded().doubleComplex }
}

/// A complex number as Fortran has it: its parts side by side.
struct Complex<Real: LAPACKReal>: LAPACKElement {
  var real: Real
  var imaginary: Real

  init(_ real: Real, _ imaginary: Real) {
    self.real = real
    self.imaginary = imaginary
  }

  init(integerLiteral value: Int) { self.init(Real(value), 0) }

  static var isComplex: Bool { true }
  var realPart: Real { real }
  var isFinite: Bool { real.isFinite && imaginary.isFinite }
  static func routines() throws(HillockError) -> Routines { try Real.complexRoutines() }
}

extension LAPACKElement {
  /// How many elements of work a routine asks for: it gives the number as a float, which may have been rounded down.
  static func workCount(_ answer: Self) throws(HillockError) -> Int {
    let answer = answer.realPart
    guard answer.isFinite, let count = Int(exactly: answer.nextUp.rounded(.up)) else {
      throw HillockError(.argument, "LAPACK asks for \(answer) elements to work in: the matrices are too large")
    }
    return max(count, 1)
  }
}
