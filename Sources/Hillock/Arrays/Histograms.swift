import HillockIR

/// For each value the number of the bin that it falls in, by the ascending (or descending) edges of bins: 0 before the first edge. A bin
/// holds its lower edge, with `right` its upper one.
///
/// ```swift
/// digitize(NDArray([0.5, 2.0]), NDArray([0.0, 1, 2]))     // [1, 3]
/// ```
public func digitize(_ x: some ArrayConvertible, _ edges: some ArrayValue, right: Bool = false) -> NDArray {
  let edges = edges.array
  return searchsorted(edges.type.rank == 1 ? edges.sorted() : edges, x, right: !right)
}

/// How often each of the integers 0, 1, … occurs, or what the weights at it add up to. The result has `length` elements; without it as
/// many as the largest integer asks for, which is not known in a function that is traced. Integers beyond it are left out.
///
/// ```swift
/// bincount(NDArray([1, 3, 1]))                            // [0, 2, 0, 1]
/// ```
/// Negative integers are left out. Anything but integers gives a `dtype` error.
public func bincount(_ x: some ArrayConvertible, weights: NDArray? = nil, length: Int? = nil) -> NDArray {
  let x = x.array.settled.flattened()
  if case .failure = x.content { return x }
  guard x.dtype.isInteger else { return NDArray(failing: HillockError(.dtype, "bincount counts integers, not \(x.dtype.name)")) }
  guard length != nil || !x.isTraced else {
    return NDArray(
      failing: HillockError(
        .trace, "how many counts bincount gives is not known while a function is traced; say it beforehand with `length:`"))
  }
  return NDArray { () throws(HillockError) in
    let largest = length == nil && x.type.count > 0 ? try x.max().item(as: Int.self) : -1
    guard largest < Shape.maximumCount else {
      throw HillockError(.shape, "bincount up to \(largest) has too many counts; say how many are wanted with `length:`")
    }
    let count = length ?? Swift.max(largest + 1, 0)
    return segments(weights?.flattened() ?? ones(x.type.count, dtype: .i64), x, count) { $0.add($1) }
  }
}

/// How the values are spread over bins: counts (or sums of the weights), and the edges, which are one more. Bins of one width lie between
/// the bounds of `range`, by default the smallest and the largest value. A bin holds its lower edge, the last one both.
///
/// ```swift
/// let spread = histogram(NDArray([1.0, 2, 2, 5]), bins: 2)         // counts [3, 1], edges [1, 3, 5]
/// ```
/// With `density` the counts are divided by their sum and the widths. A number of bins below 1, or a range that is not ascending, gives an
/// `argument` error.
public func histogram(
  _ x: some ArrayConvertible, bins: Int = 10, range: ClosedRange<Double>? = nil, weights: NDArray? = nil, density: Bool = false
) -> (counts: NDArray, edges: NDArray) {
  let x = NDArray.floats(x) { $0 }.settled.flattened()
  guard x.errorCode == nil else { return (x, x) }
  guard (1..<Shape.maximumCount).contains(bins) else {
    let failed = NDArray(failing: HillockError(.argument, "a histogram has one bin or more, below 2^40, not \(bins)"))
    return (failed, failed)
  }
  let edges = binEdges(x, bins, range)
  return histogram(x, edges: edges, weights: weights, density: density)
}

/// The same for bins of any widths, given by their ascending edges.
public func histogram(
  _ x: some ArrayConvertible, edges: NDArray, weights: NDArray? = nil, density: Bool = false
) -> (counts: NDArray, edges: NDArray) {
  let x = NDArray.floats(x) { $0 }.settled.flattened()
  let bins = edges.type.count - 1
  let place = binPlace(x, edges, bins)
  let counts = segments(weights?.flattened() ?? ones(x.type.count, dtype: .i64), place, bins) { $0.add($1) }
  guard density else { return (counts, edges) }
  let floats = counts.asType(NDArray.floats(edges) { $0 }.dtype)
  return (floats / floats.sum() / diff(edges), edges)
}

/// How pairs of values are spread over a grid of bins, as ``histogram(_:bins:range:weights:density:)``: counts, and the edges of both axes.
public func histogram2d(
  _ x: some ArrayConvertible, _ y: some ArrayConvertible, bins: (Int, Int) = (10, 10),
  range: (ClosedRange<Double>, ClosedRange<Double>)? = nil, weights: NDArray? = nil
) -> (counts: NDArray, xEdges: NDArray, yEdges: NDArray) {
  let x = NDArray.floats(x) { $0 }.settled.flattened(), y = NDArray.floats(y) { $0 }.settled.flattened()
  guard bins.0 >= 1, bins.1 >= 1, Shape.checkedCount([bins.0, bins.1]) != nil else {
    let failed = NDArray(
      failing: HillockError(.argument, "a histogram has one bin or more along each axis, together at most 2^40, not \(bins)"))
    return (failed, failed, failed)
  }
  let xEdges = binEdges(x, bins.0, range?.0), yEdges = binEdges(y, bins.1, range?.1)
  let row = binPlace(x, xEdges, bins.0), column = binPlace(y, yEdges, bins.1)
  let isInside = (row .< bins.0) .& (column .< bins.1)
  let place = select(isInside, row * bins.1 + column, bins.0 * bins.1)
  let counts = segments(weights?.flattened() ?? ones(x.type.count, dtype: .i64), place, bins.0 * bins.1) { $0.add($1) }
  return (counts.reshaped(bins.0, bins.1), xEdges, yEdges)
}

/// Edges at equal distances, computed in f64.
private func binEdges(_ x: NDArray, _ bins: Int, _ range: ClosedRange<Double>?) -> NDArray {
  let dtype = x.dtype
  if let range { return spread(NDArray(range.lowerBound, dtype: .f64), NDArray(range.upperBound, dtype: .f64), bins, dtype) }
  guard x.errorCode == nil, x.type.count > 0 else { return spread(NDArray(0, dtype: .f64), NDArray(1, dtype: .f64), bins, dtype) }
  return spread(x.min().asType(.f64), x.max().asType(.f64), bins, dtype)
}

private func spread(_ low: NDArray, _ high: NDArray, _ bins: Int, _ dtype: DType) -> NDArray {
  // A range of no width is one wide, as NumPy's.
  let isPoint = low .== high, low = select(isPoint, low - 0.5, low), high = select(isPoint, high + 0.5, high)
  let place = NDArray.evaluate(.iota(.f64, [bins + 1], axis: 0), [])
  return select(place .== Double(bins), high, low + place * ((high - low) / Double(bins))).asType(dtype)
}

/// The bin of each value; the number of bins for what lies in none.
private func binPlace(_ x: NDArray, _ edges: NDArray, _ bins: Int) -> NDArray {
  let place = searchsorted(edges, x, right: true) - 1
  let isLast = x .== edges[bins]
  let inside = (place .>= 0) .& (place .< bins) .& .!isNaN(x)
  return select(isLast, bins - 1, select(inside, place, bins))
}

/// The rows of the data added up by segments: row i goes to place `ids[i]` of the result, which has `count` places along its first axis.
///
/// ```swift
/// segmentSum(NDArray([1, 2, 4]), NDArray([0, 0, 2]), count: 3)     // [3, 0, 4]
/// ```
/// Rows whose number is negative or beyond the count are left out. Ids that are not as many integers as there are rows give an error.
public func segmentSum(_ data: some ArrayConvertible, _ ids: some ArrayConvertible, count: Int) -> NDArray {
  segments(data.array, ids.array, count) { $0.add($1) }
}

/// The product of the rows of each segment; 1 for a segment without rows. See ``segmentSum(_:_:count:)``.
public func segmentProd(_ data: some ArrayConvertible, _ ids: some ArrayConvertible, count: Int) -> NDArray {
  segments(data.array, ids.array, count, start: 1) { $0.multiply(by: $1) }
}

/// The largest of the rows of each segment. A segment without rows has -∞, or the least integer. See ``segmentSum(_:_:count:)``.
public func segmentMax(_ data: some ArrayConvertible, _ ids: some ArrayConvertible, count: Int) -> NDArray {
  segments(data.array, ids.array, count, start: data.array.settled.least) { $0.maximum($1) }
}

/// The smallest of the rows of each segment. A segment without rows has ∞, or the greatest integer. See ``segmentSum(_:_:count:)``.
public func segmentMin(_ data: some ArrayConvertible, _ ids: some ArrayConvertible, count: Int) -> NDArray {
  segments(data.array, ids.array, count, start: data.array.settled.greatest) { $0.minimum($1) }
}

/// The mean of the rows of each segment; NaN for a segment without rows. See ``segmentSum(_:_:count:)``.
public func segmentMean(_ data: some ArrayConvertible, _ ids: some ArrayConvertible, count: Int) -> NDArray {
  let data = NDArray.floats(data) { $0 }.settled
  let sums = segmentSum(data, ids, count: count)
  let numbers = segmentSum(ones(data.type.shape.first ?? 1, dtype: data.dtype), ids, count: count)
  guard sums.errorCode == nil, numbers.errorCode == nil else { return sums.errorCode == nil ? numbers : sums }
  return sums / numbers.reshaped([count] + [Int](repeating: 1, count: data.type.rank - 1))
}

private func segments(
  _ data: NDArray, _ ids: NDArray, _ count: Int, start: NDArray = 0, _ combine: (NDArray.Part, NDArray) -> NDArray
) -> NDArray {
  let data = data.settled
  if case .failure = data.content { return data }
  if case .failure = ids.content { return ids }
  guard let rows = data.type.shape.first, ids.type.shape == [rows], count >= 0 else {
    return NDArray(
      failing: HillockError(
        .shape,
        "data of shape \(data.type.shape) and ids of shape \(ids.type.shape) in \(count) segments: there is one id for each row"))
  }
  guard ids.dtype.isInteger else {
    return NDArray(failing: HillockError(.dtype, "the ids of segments are integers, not \(ids.dtype.name)"))
  }
  // Negative ones would count from the end.
  let places = ids.asPositions
  return NDArray { () throws(HillockError) in
    let dtype: DType = data.dtype == .bool ? .i32 : data.dtype
    let empty = try start.written(as: dtype).broadcast(to: [count] + data.type.shape.dropFirst())
    if count == 0 || rows == 0 { return empty }
    return combine(empty.at[select(places .< 0, count, places)], data.asType(dtype))
  }
}

extension NDArray {
  /// The least value of the dtype; with `greatest` the largest.
  fileprivate var least: NDArray {
    switch dtype {
    case .f32, .f64, .f16, .bf16: NDArray(weak: -Double.infinity)
    case .i32, .i8, .i16: NDArray(weak: WeakScalar.int(dtype.integerRange.lowerBound))
    case .i64: NDArray(weak: Int.min)
    case .u32, .u64, .u8, .u16, .bool: NDArray(weak: 0)
    }
  }

  fileprivate var greatest: NDArray {
    switch dtype {
    case .f32, .f64, .f16, .bf16: NDArray(weak: Double.infinity)
    case .i32, .u32, .i8, .i16, .u8, .u16: NDArray(weak: WeakScalar.int(dtype.integerRange.upperBound))
    case .i64: NDArray(weak: Int.max)
    case .u64: NDArray(weak: WeakScalar.unsigned(.max))
    case .bool: NDArray(weak: 1)
    }
  }
}
