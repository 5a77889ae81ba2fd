import HillockIR

/// A product that is linear in both operands, of their parts.
private func product(_ a: ComplexArray, _ b: ComplexArray, _ real: (NDArray, NDArray) -> NDArray) -> ComplexArray {
  ComplexArray(
    ofOne: real(a.real, b.real) - real(a.imaginary, b.imaginary), real(a.real, b.imaginary) + real(a.imaginary, b.real))
}

/// The matrix products of complex matrices; the shapes are those that ``matmul(_:_:)`` of real arrays takes.
public func matmul(_ a: ComplexArray, _ b: ComplexArray) -> ComplexArray { product(a, b) { matmul($0, $1) } }

/// All products of an element of a with one of b: a matrix with a row for each element of a. Nothing is conjugated.
public func outer(_ a: ComplexArray, _ b: ComplexArray) -> ComplexArray { product(a, b) { outer($0, $1) } }

/// The sums of products over the last `axes` axes of a and the first of b, as of real arrays. Nothing is conjugated.
public func tensordot(_ a: ComplexArray, _ b: ComplexArray, axes: Int = 2) -> ComplexArray {
  product(a, b) { tensordot($0, $1, axes: axes) }
}

/// The sums of products over these axes, as of real arrays. Nothing is conjugated.
public func tensordot(_ a: ComplexArray, _ b: ComplexArray, axes: ([Int], [Int])) -> ComplexArray {
  product(a, b) { tensordot($0, $1, axes: axes) }
}

/// The sums of products of a's conjugates with b along one axis; the others are broadcast together.
///
/// ```swift
/// let i = ComplexArray([0.0, 0.0], [1.0, 2.0])
/// vecdot(i, i)                                 // 5
/// ```
public func vecdot(_ a: ComplexArray, _ b: ComplexArray, axis: Int = -1) -> ComplexArray {
  product(a.conjugate, b) { vecdot($0, $1, axis: axis) }
}

/// Kronecker's product: every element of a times the whole of b.
public func kron(_ a: ComplexArray, _ b: ComplexArray) -> ComplexArray { product(a, b) { kron($0, $1) } }
