import HillockIR

/// An array of another one's shape, and its dtype unless one is given, in which each element is the value.
public func fullLike(_ array: some ArrayConvertible, _ value: some ArrayScalar, dtype: DType? = nil) -> NDArray {
  let array = array.array
  if case .failure = array.content { return array }
  return full(array.type.shape, value, dtype: dtype ?? array.dtype)
}

/// `count` numbers whose logarithms to the base have equal distances, from base^start to base^stop.
///
/// ```swift
/// logspace(0, 2, count: 3)                                // [1, 10, 100]
/// ```
public func logspace(_ start: Double, _ stop: Double, count: Int = 50, base: Double = 10, dtype: DType = .f32) -> NDArray {
  computed(count, dtype) { pow(base, start + (stop - start) * $0) }
}

/// `count` numbers of equal ratios from start to stop, both of one sign and not 0 (else: an `argument` error).
///
/// ```swift
/// geomspace(1, 8, count: 4)                               // [1, 2, 4, 8]
/// ```
public func geomspace(_ start: Double, _ stop: Double, count: Int = 50, dtype: DType = .f32) -> NDArray {
  guard start * stop > 0 else {
    return NDArray(failing: HillockError(.argument, "geomspace from \(start) to \(stop): both have one sign and are not 0"))
  }
  return computed(count, dtype) { $0 == 0 ? start : $0 == 1 ? stop : start * pow(stop / start, $0) }
}

/// The coordinates of all elements of a shape: for each axis an `i64` array of the shape.
public func indices(_ shape: [Int]) -> [NDArray] {
  shape.indices.map { NDArray.evaluate(.iota(.i64, shape, axis: $0), []) }
}

/// The places of the diagonal of a square array of so many axes, as `i64`: what `x.at[…]` takes.
public func diagIndices(_ n: Int, axes: Int = 2) -> [NDArray] {
  guard (0...Shape.maximumRank).contains(axes) else {
    return [NDArray(failing: HillockError(.argument, "an array has 0 to \(Shape.maximumRank) axes, not \(axes)"))]
  }
  return [NDArray](repeating: arange(n, dtype: .i64), count: axes)
}

/// For each axis the place that a place among all elements in row-major order has.
///
/// ```swift
/// let places = unravelIndex(NDArray([5, 0]), [2, 3])      // [1, 0] and [2, 0]
/// ```
public func unravelIndex(_ index: some ArrayConvertible, _ shape: [Int]) -> [NDArray] {
  var rest = index.array.settled, places: [NDArray] = []
  for extent in shape.reversed() {
    places.insert(rest % max(extent, 1), at: 0)
    rest = floorDivide(rest, max(extent, 1))
  }
  return places
}

/// The place among all elements of a shape in row-major order, from one place for each axis (else: an `argument` error).
public func ravelMultiIndex(_ places: [NDArray], _ shape: [Int]) -> NDArray {
  guard places.count == shape.count else {
    return NDArray(failing: HillockError(.argument, "\(places.count) places for the \(shape.count) axes of \(shape)"))
  }
  return zip(places, shape).reduce(NDArray(0, dtype: .i64)) { $0 * $1.1 + $1.0 }
}

/// The order in which rows of keys are sorted, the last key first, as NumPy's `lexsort`.
public func lexsort(_ keys: [NDArray]) -> NDArray {
  guard var order = keys.first?.argsort() else {
    return NDArray(failing: HillockError(.argument, "lexsort takes one key or more"))
  }
  for key in keys.dropFirst() { order = order.takeAlong(key.takeAlong(order, axis: -1).argsort(), axis: -1) }
  return order
}

/// Bartlett's window: a triangle that is 0 at both ends.
public func bartlett(_ count: Int, dtype: DType = .f32) -> NDArray { computed(count, dtype, alone: 1) { 1 - abs(2 * $0 - 1) } }

/// Blackman's window, 0.42 - 0.5 cos 2πt + 0.08 cos 4πt.
public func blackman(_ count: Int, dtype: DType = .f32) -> NDArray {
  computed(count, dtype, alone: 1) { 0.42 - 0.5 * cos(2 * Double.pi * $0) + 0.08 * cos(4 * Double.pi * $0) }
}

/// Hamming's window, 0.54 - 0.46 cos 2πt.
public func hamming(_ count: Int, dtype: DType = .f32) -> NDArray {
  computed(count, dtype, alone: 1) { 0.54 - 0.46 * cos(2 * Double.pi * $0) }
}

/// Hann's window, 0.5 - 0.5 cos 2πt.
///
/// ```swift
/// hanning(5)                                              // [0, 0.5, 1, 0.5, 0]
/// ```
public func hanning(_ count: Int, dtype: DType = .f32) -> NDArray {
  computed(count, dtype, alone: 1) { 0.5 - 0.5 * cos(2 * Double.pi * $0) }
}

/// Kaiser's window, I₀(β √(1 - (2t - 1)²)) / I₀(β).
public func kaiser(_ count: Int, _ beta: Double, dtype: DType = .f32) -> NDArray {
  let t = computed(count, .f64, alone: 0.5) { 2 * $0 - 1 }
  return (i0(beta * sqrt(maximum(1 - t * t, 0))) / i0(NDArray(beta, dtype: .f64))).asType(dtype)
}

/// Values at places from 0 to 1, computed in double and rounded once.
private func computed(_ count: Int, _ dtype: DType, alone: Double? = nil, _ value: (Double) -> Double) -> NDArray {
  Creation.progression("a sequence", count: count, dtype: dtype) {
    if count == 1, let alone { return .double(alone) }
    return .double(count == 1 ? value(0) : value(Double($0) / Double(count - 1)))
  }
}
