import HillockIR

// What these give has an extent that the values decide. Outside `jit` they find it out; inside, `size:` says it beforehand.

/// The places of the elements that differ from 0, in row-major order: an `i64` array for each axis.
///
/// In a function that is traced the extent must be given as `size`. What is left over has the place `fill`; places beyond the size are
/// left out. An array without axes gives a `shape` error, as in NumPy.
///
/// ```swift
/// let places = nonzero(NDArray([0, 7, 0, 9]))             // [[1, 3]]
/// let padded = nonzero(NDArray([0, 7, 0, 9]), size: 3, fill: -1)   // [[1, 3, -1]]
/// ```
public func nonzero(_ x: some ArrayConvertible, size: Int? = nil, fill: Int = 0) -> [NDArray] {
  let x = x.array, shape = x.type.shape
  if case .failure = x.content { return [x] }
  guard !shape.isEmpty else {
    return [NDArray(failing: HillockError(.shape, "an array without axes has no places; take nonzero(atLeast1D(x))"))]
  }
  let flat = flatNonzero(x, size: size, fill: -1)
  if flat.errorCode != nil { return [flat] }
  return unravelIndex(flat, shape).map { select(flat .< 0, fill, $0) }
}

/// The places of the elements that differ from 0, one in each row: `nonzero` as a matrix. Of an array without axes it has no columns.
public func argwhere(_ x: some ArrayConvertible, size: Int? = nil, fill: Int = 0) -> NDArray {
  let x = x.array
  if case .failure = x.content { return x }
  guard x.type.rank > 0 else { return argwhere(x.reshaped(1), size: size, fill: fill).part(0, 0, 1) }
  return stack(nonzero(x, size: size, fill: fill), axis: 1)
}

/// The places of the elements that differ from 0 among all in row-major order; see ``nonzero(_:size:fill:)``.
public func flatNonzero(_ x: some ArrayConvertible, size: Int? = nil, fill: Int = 0) -> NDArray {
  let mask = x.array.settled.asType(.bool).flattened()
  return NDArray { () throws(HillockError) in
    let size = try mask.extent(size, "nonzero") { $0.asType(.i64).sum() }
    let places = NDArray.evaluate(.array(.places, [[size]]), [mask])
    return fill == -1 ? places : select(places .< 0, fill, places)
  }
}

/// The elements at which the mask holds, as one row; see ``nonzero(_:size:fill:)`` for `size`. What is left over has the value `fill`.
///
/// ```swift
/// extract(NDArray([true, false, true]), NDArray([4, 5, 6]))        // [4, 6]
/// ```
public func extract(
  _ mask: some ArrayConvertible, _ x: some ArrayConvertible, size: Int? = nil, fill: some ArrayScalar = 0
) -> NDArray {
  let x = x.array.flattened()
  if case .failure = x.content { return x }
  let places = flatNonzero(mask, size: size, fill: -1)
  guard x.type.count > 0 else { return x }
  return NDArray { () throws(HillockError) in select(places .< 0, try NDArray(weak: fill).written(as: x.dtype), x.take(places)) }
}

/// The places of the axis where the condition, one bool for each, holds: NumPy's `compress`.
public func compress(_ condition: [Bool], _ x: some ArrayConvertible, axis: Int? = nil) -> NDArray {
  x.array.take(NDArray(condition.indices.filter { condition[$0] }, dtype: .i64), axis: axis)
}

/// The elements of an array in ascending order without repetition, and where they stand: the result of ``unique(_:size:)``.
public struct UniqueElements: Sendable {
  /// The elements, each once, in ascending order; NaN, once, last.
  public let values: NDArray
  /// Where each stands first, among all elements in row-major order.
  public let indices: NDArray
  /// For each element of the array, in its shape, the place of its value.
  public let inverse: NDArray
  /// How often each occurs.
  public let counts: NDArray
}

/// The different elements in ascending order. In a function that is traced the number of them must be given as `size`: what is left over
/// repeats the first value and counts 0, what is too much is left out.
///
/// ```swift
/// let found = unique(NDArray([3, 1, 3]))
/// print(found.values, found.counts)                       // [1, 3] and [1, 2]
/// ```
public func unique(_ x: some ArrayConvertible, size: Int? = nil) -> UniqueElements {
  let x = x.array.settled, shape = x.type.shape, flat = x.flattened()
  func all(_ array: NDArray) -> UniqueElements { UniqueElements(values: array, indices: array, inverse: array, counts: array) }
  if case .failure = x.content { return all(x) }
  let total = flat.type.count, order = flat.argsort(), sorted = flat.take(order)
  guard total > 0 else {
    let none = zeros(0, dtype: .i64)
    return UniqueElements(values: flat, indices: none, inverse: none.reshaped(shape), counts: none)
  }
  var isSame = sorted.part(1, total - 1, 0) .== sorted.part(0, total - 1, 0)
  if x.dtype.isFloating { isSame = isSame .| isNaN(sorted.part(0, total - 1, 0)) }
  let isFirst = concatenate([NDArray([true]), .!isSame])
  let starts = flatNonzero(isFirst, size: size, fill: -1)
  if starts.errorCode != nil { return all(starts) }
  let ends = concatenate([starts.part(1, starts.type.count - 1, 0), NDArray([-1], dtype: .i64)])
  let isUsed = starts .>= 0
  let counts = select(isUsed, select(ends .< 0, total, ends) - starts, 0)
  let places = isFirst.asType(.i64).cumsum() - 1
  let inverse = zeros(total, dtype: .i64).at[order].set(places)
  let first = select(isUsed, starts, 0)
  return UniqueElements(
    values: sorted.take(first), indices: order.take(first), inverse: inverse.reshaped(shape), counts: counts)
}

/// Whether each element of x is among the others.
///
/// ```swift
/// isin(NDArray([1, 2, 3]), NDArray([3, 1]))               // [true, false, true]
/// ```
public func isin(_ x: some ArrayConvertible, _ others: some ArrayConvertible, invert: Bool = false) -> NDArray {
  let values = x.array.settled, others = others.array.settled.flattened()
  if case .failure = values.content { return values }
  guard others.errorCode == nil, others.type.count > 0 else {
    return others.errorCode == nil ? full(values.type.shape, invert) : others
  }
  let sorted = others.sorted()
  // In the dtype of both, so that 1.5 is not found among integers.
  let dtype = DType.promote(values.dtype, sorted.dtype), wanted = values.asType(dtype), among = sorted.asType(dtype)
  let found = among.take(searchsorted(among, wanted)) .== wanted
  return invert ? .!found : found
}

/// What both arrays have, in ascending order without repetition. Not in a function that is traced.
///
/// ```swift
/// intersect1d(NDArray([3, 1, 2]), NDArray([2, 3, 9]))     // [2, 3]
/// ```
public func intersect1d(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  let values = unique(a).values
  return extract(isin(values, b), values)
}

/// What one of the arrays has, in ascending order without repetition. Not in a function that is traced.
public func union1d(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray { unique(append(a, b)).values }

/// What a has and b has not, in ascending order without repetition. Not in a function that is traced.
public func setdiff1d(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  let values = unique(a).values
  return extract(isin(values, b, invert: true), values)
}

/// What only one of the arrays has, in ascending order without repetition. Not in a function that is traced.
public func setxor1d(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  append(setdiff1d(a, b), setdiff1d(b, a)).sorted()
}

extension NDArray {
  /// The extent that is given, or the one that the values tell.
  fileprivate func extent(_ size: Int?, _ name: String, _ count: (NDArray) -> NDArray) throws(HillockError) -> Int {
    if case .failure(let failure) = content { throw failure.error }
    if let size {
      guard size >= 0 else { throw HillockError(.argument, "the size \(size) of \(name) is below 0") }
      return size
    }
    guard !isTraced else {
      throw HillockError(
        .trace, "how many elements \(name) finds is not known while a function is traced; say it beforehand with `size:`")
    }
    return try count(self).item(as: Int.self)
  }
}
