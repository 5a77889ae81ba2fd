import HillockIR

// Polynomials are vectors of coefficients, of the highest power first, as NumPy's `polyval` has them.

/// The sum of two polynomials.
///
/// ```swift
/// polyadd(NDArray([1, 2, 3]), NDArray([1]))               // [1, 2, 4]
/// ```
public func polyadd(_ p: some ArrayConvertible, _ q: some ArrayConvertible) -> NDArray { aligned(p, q) { $0 + $1 } }

/// The difference of two polynomials.
public func polysub(_ p: some ArrayConvertible, _ q: some ArrayConvertible) -> NDArray { aligned(p, q) { $0 - $1 } }

/// The product of two polynomials.
///
/// ```swift
/// polymul(NDArray([1, 1]), NDArray([1, -1]))              // [1, 0, -1]
/// ```
public func polymul(_ p: some ArrayConvertible, _ q: some ArrayConvertible) -> NDArray { convolve(p, q) }

/// The derivative of a polynomial, of this order. An order below 0 gives an `argument` error.
public func polyder(_ p: some ArrayConvertible, _ order: Int = 1) -> NDArray {
  guard order >= 0 else {
    return NDArray(failing: HillockError(.argument, "a derivative has the order 0 or a higher one, not \(order)"))
  }
  var p = p.array.settled
  for _ in 0..<order {
    guard p.errorCode == nil, p.type.count > 0 else { break }
    let degree = p.type.count - 1
    p = degree < 1 ? zeros(0, dtype: p.dtype) : p[..<degree] * arange(degree, 0, -1, dtype: p.dtype)
  }
  return p
}

/// The integral of a polynomial, with this constant; a float, of integers `f32`.
public func polyint(_ p: some ArrayConvertible, constant: Double = 0) -> NDArray {
  let p = NDArray.floats(p) { $0 }.settled
  if p.errorCode != nil { return p }
  return concatenate([p / arange(p.type.count, 0, -1, dtype: p.dtype), NDArray([constant], dtype: p.dtype)])
}

private func aligned(_ p: some ArrayConvertible, _ q: some ArrayConvertible, _ combine: (NDArray, NDArray) -> NDArray) -> NDArray
{
  let p = p.array.settled.flattened(), q = q.array.settled.flattened()
  if p.errorCode != nil { return p }
  if q.errorCode != nil { return q }
  let count = max(p.type.count, q.type.count)
  return combine(p.padded(before: [count - p.type.count], after: [0]), q.padded(before: [count - q.type.count], after: [0]))
}
