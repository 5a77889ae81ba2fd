/// The transcendental functions, each written once as a short sequence of primitives. Accuracy is in Spec/numerics.md.
extension OpTable {
  static let transcendentalRows: [OpRow] = []
}

/// The remainder with the sign of the divisor, from the exact remainder, as Python and NumPy define `%`.
func floatingModulo(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
  let remainder = a.remainder(b), zero = a.constant(0)
  let signsDiffer = remainder.isLess(zero) ^ b.isLess(zero)
  return (remainder.isUnequal(zero) & signsDiffer).select(remainder + b, remainder)
}
