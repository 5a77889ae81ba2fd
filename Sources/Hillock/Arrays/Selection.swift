import HillockIR

/// `a` where the condition holds, `b` elsewhere: NumPy's `where(condition, a, b)`, which is a keyword in Swift. All three are
/// broadcast together. The condition is a bool array (else: a `dtype` error).
///
/// ```swift
/// let x = NDArray([-1.0, 2.0])
/// select(x .< 0, 0, x)      // [0, 2]
/// ```
public func select(_ condition: some ArrayConvertible, _ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  .apply(.select, [condition.array, a.array, b.array])
}

/// x where it lies between the bounds, elsewhere the nearer bound.
public func clip(_ x: some ArrayConvertible, _ low: some ArrayConvertible, _ high: some ArrayConvertible) -> NDArray {
  .apply(.min, [.apply(.max, [x.array, low.array]), high.array])
}
