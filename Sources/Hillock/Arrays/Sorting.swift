import HillockIR

// What reads an array is said once, for arrays and for Variables, whose value it reads.
extension ArrayValue {
  /// The elements in ascending order along the axis (the last one, where none is given), in the array's shape and dtype. Equal
  /// elements stay in their order, zeros of both signs are equal, and NaN comes last, in descending order too.
  ///
  /// ```swift
  /// let up = NDArray([3.0, 1, 2]).sorted()                       // [1, 2, 3]
  /// let down = NDArray([3.0, 1, 2]).sorted(descending: true)     // [3, 2, 1]
  /// ```
  /// An axis out of range gives an `index` error, as does an array without axes.
  public func sorted(axis: Int = -1, descending: Bool = false) -> NDArray {
    let array = self.array
    return array.with(axes: [axis]) { axes in NDArray.sort([array], axis: axes[0], descending)[0] }
  }

  /// The places, as `i64`, from which the elements come that ``sorted(axis:descending:)`` gives: a stable order.
  ///
  /// ```swift
  /// let order = NDArray([3.0, 1, 2]).argsort()                   // [1, 2, 0], i64[3]
  /// ```
  /// An axis out of range gives an `index` error, as does an array without axes.
  public func argsort(axis: Int = -1, descending: Bool = false) -> NDArray {
    let array = self.array
    return array.with(axes: [axis]) { axes in
      NDArray.sort([array, .evaluate(.iota(.i64, array.type.shape, axis: axes[0]), [])], axis: axes[0], descending)[1]
    }
  }

  /// The k largest elements along the axis, in descending order, and their places as `i64`; of equal elements those that stand first.
  /// NaN counts as smaller than everything. The axis has extent k in both.
  ///
  /// ```swift
  /// let best = NDArray([3.0, 9, 7]).topK(2)     // values [9, 7], indices [1, 2]
  /// ```
  /// An axis out of range gives an `index` error; so does a k below 0 or above the axis' extent.
  public func topK(_ k: Int, axis: Int = -1) -> (values: NDArray, indices: NDArray) {
    let array = self.array, shape = array.type.shape
    var values = array
    let indices = array.with(axes: [axis]) { axes in
      let axis = axes[0]
      // Of the elements of a long line that are mostly wanted, a sort finds the order sooner.
      if shape[axis] >= 1 << 16, k <= shape[axis], k > shape[axis] / 8 {
        let sorted = NDArray.sort([array, .evaluate(.iota(.i64, shape, axis: axis), [])], axis: axis, true)
        values = sorted[0].part(0, k, axis)
        return sorted[1].part(0, k, axis)
      }
      let found = NDArray.evaluate(.array(.topK, [[axis], [k]]), [array.widened], count: 2)
      values = array.dtype.isNarrow ? found[0].asType(array.dtype) : found[0]
      return found[1]
    }
    return indices.error == nil ? (values, indices) : (indices, indices)
  }

  /// The middle element along the axis, or of all elements: of an even number of elements the mean of the two in the middle. NaN where
  /// there is one. A float, of integers `f32`. No elements give a `shape` error.
  ///
  /// ```swift
  /// let middle = NDArray([1.0, 9, 2, 4]).median()     // 3
  /// ```
  public func median(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    let array = self.array, shape = array.type.shape
    if case .failure = array.content { return array }
    if array.dtype.isFloating, array.dtype.isNarrow { return array.computedWide { $0.median(axis: axis, keepDims: keepDims) } }
    let floats = array.type.dtype.isFloating ? array : array.asType(.f32)
    guard let axis else {
      let all = floats.flattened().median(axis: 0)
      return keepDims ? all.reshaped(shape.map { _ in 1 }) : all
    }
    return floats.with(axes: [axis]) { axes in
      let axis = axes[0], extent = shape[axis]
      guard extent > 0 else {
        return NDArray(
          failing: HillockError(.shape, "the median over axis \(axis) of an array of shape \(shape) has no elements"))
      }
      let sorted = NDArray.sort([floats], axis: axis, false)[0]
      func element(_ place: Int) -> NDArray {
        var starts = shape.map { _ in 0 }, sizes = shape
        (starts[axis], sizes[axis]) = (place, 1)
        return .evaluate(.slice(starts: starts, steps: shape.map { _ in 1 }, sizes: sizes), [sorted])
      }
      let low = element((extent - 1) / 2), high = element(extent / 2), last = element(extent - 1)
      let middle = extent % 2 == 1 ? low : (low + high) * 0.5
      let median = select(isNaN(last), last, middle)
      return keepDims ? median : median.squeezed(axis: axis)
    }
  }
}

/// The keys in order along the axis (the last one, where none is given), and the payloads in the order of the keys: a stable sort, NaN
/// last. All have one shape (else: a `shape` error); dtypes are free.
///
/// ```swift
/// let sorted = sort(NDArray([3, 1, 2]), NDArray([0.3, 0.1, 0.2]))     // [1, 2, 3] and [0.1, 0.2, 0.3]
/// ```
/// An axis out of range gives an `index` error. The results are as many as the arrays given, in their order.
public func sort(
  _ keys: some ArrayValue, _ payloads: any ArrayValue..., axis: Int = -1, descending: Bool = false
) -> [NDArray] {
  let arrays = [keys.array] + payloads.map(\.array)
  let rank = arrays[0].type.rank
  return NDArray.sort(arrays, axis: axis < 0 ? axis + rank : axis, descending)
}

/// Where each value would have to be put into an ascending array of one axis so that it stays ascending, as `i64` of the values' shape:
/// before equal elements, or behind them with `right`. NaN counts as larger than everything.
///
/// ```swift
/// let places = searchsorted(NDArray([10, 20, 20, 30]), NDArray([20, 5]))                 // [1, 0]
/// let behind = searchsorted(NDArray([10, 20, 20, 30]), NDArray([20, 5]), right: true)    // [3, 0]
/// ```
/// An array of another number of axes gives a `shape` error; one that is not in order gives any places.
public func searchsorted(_ sorted: some ArrayValue, _ values: some ArrayConvertible, right: Bool = false) -> NDArray {
  let array = sorted.array, wanted = values.array
  if case .failure = array.content { return array }
  if case .failure = wanted.content { return wanted }
  guard array.type.rank == 1 else {
    return NDArray(
      failing: HillockError(.shape, "searchsorted takes an array of one axis, not of shape \(array.type.shape)"))
  }
  let promoted = DType.promote(array.dtype, wanted.dtype), dtype: DType = promoted == .bool ? .i32 : promoted
  return .evaluate(
    .array(.search, [[0], [right ? 1 : 0]]), [array.asType(dtype).widened, wanted.asType(dtype).widened])
}

extension NDArray {
  /// The axis is counted from the first.
  fileprivate static func sort(_ arrays: [NDArray], axis: Int, _ isDescending: Bool) -> [NDArray] {
    // Arrays of narrow dtypes are sorted in that in which they are computed, which orders them alike and gives them back.
    let sorted = evaluate(.sort(axis: axis, isDescending: isDescending), arrays.map(\.widened), count: arrays.count)
    return zip(sorted, arrays).map { $1.dtype.isNarrow ? $0.asType($1.dtype) : $0 }
  }
}
