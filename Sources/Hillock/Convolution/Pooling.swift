import HillockIR

/// The largest element of each window.
///
/// ```swift
/// let images = arange(32).reshaped(1, 4, 4, 2)
/// maxPool(images, window: [2, 2]).shape               // [1, 2, 2, 2]
/// ```
/// - Parameters:
///   - x: [batch, axes…, channels], or as `layout` says.
///   - window: its extent along each of the axes.
///   - strides: from window to window; without them windows lie beside each other.
///   - padding: what is around x counts for less than all numbers.
///
/// Bools are pooled as `i32`. NaN wins. Where several elements are the largest, the derivative goes to them as that of
/// `maximum` does. Numbers that do not fit the axes give an `argument` error, an array without them a `shape` error.
public func maxPool(
  _ x: some ArrayConvertible, window: [Int], strides: [Int]? = nil, padding: WindowPadding = .valid,
  layout: ChannelLayout = .channelsLast
) -> NDArray {
  let x = x.array.settled, numbers = x.dtype == .bool ? x.asType(.i32) : x
  return pool(numbers, "maxPool", window, strides, padding, layout, around: numbers.dtype.least) { maximum($0, $1) }
}

/// The sum of each window; what is around x counts for 0. Sums of narrow integers have the dtype in which they are computed,
/// `i32` or `u32`. The parameters are those of ``maxPool(_:window:strides:padding:layout:)``.
public func sumPool(
  _ x: some ArrayConvertible, window: [Int], strides: [Int]? = nil, padding: WindowPadding = .valid,
  layout: ChannelLayout = .channelsLast
) -> NDArray {
  let x = x.array.settled, numbers = x.dtype == .bool ? x.asType(.i32) : x.dtype.isInteger ? x.widened : x
  return numbers.computedWide { pool($0, "sumPool", window, strides, padding, layout, around: 0) { $0 + $1 } }
}

/// The mean of each window; of integers `f32`. The parameters are those of ``maxPool(_:window:strides:padding:layout:)``.
///
/// - Parameter countsPadding: whether what is around x counts as zeros; otherwise the mean is that of the elements of x in
///   the window.
public func avgPool(
  _ x: some ArrayConvertible, window: [Int], strides: [Int]? = nil, padding: WindowPadding = .valid,
  countsPadding: Bool = true, layout: ChannelLayout = .channelsLast
) -> NDArray {
  NDArray.floats(x) { x in
    let sum = sumPool(x, window: window, strides: strides, padding: padding, layout: layout)
    guard !countsPadding else { return sum / Double(window.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }) }
    return sum / sumPool(onesLike(x), window: window, strides: strides, padding: padding, layout: layout)
  }
}

/// Combines the elements of each window, one axis after the other.
private func pool(
  _ x: NDArray, _ name: String, _ window: [Int], _ strides: [Int]?, _ padding: WindowPadding, _ layout: ChannelLayout,
  around value: NDArray, _ combine: (NDArray, NDArray) -> NDArray
) -> NDArray {
  if case .failure = x.content { return x }
  return NDArray { () throws(HillockError) in
    guard x.type.rank > 2 else {
      throw HillockError(
        .shape,
        "\(name) takes [batch, axes…, channels], not an array of shape \(x.type.shape); one image is x.expandingDims(axis: 0)")
    }
    let moved = layout.channelsLast(x), extents = Array(moved.type.shape[1..<x.type.rank - 1])
    let plan = try WindowPlan(name, extents, window: window, strides: strides ?? window, dilation: nil, padding)
    let shape = moved.type.shape, pooled = [shape[0]] + plan.counts + [shape[shape.count - 1]]
    guard !pooled.contains(0) else { return layout.restored(zeros(pooled, dtype: moved.dtype)) }
    var result = try plan.padded(moved, with: value).checked()
    for axis in extents.indices {
      let alone = try plan.along(axis, of: result.type.shape)
      var combined: NDArray?
      for place in 0..<plan.window[axis] {
        var offset = extents.map { _ in 0 }
        offset[axis] = place
        let elements = alone.elements(result, at: offset)
        combined = combined.map { combine($0, elements) } ?? elements
      }
      result = combined ?? result
    }
    return layout.restored(result)
  }
}

extension WindowPlan {
  /// The same windows along one axis of an array that has been padded, with windows of one element along the others.
  fileprivate func along(_ axis: Int, of shape: [Int]) throws(HillockError) -> WindowPlan {
    let extents = Array(shape[1..<shape.count - 1]), ones = extents.map { _ in 1 }
    var (window, strides) = (ones, ones)
    (window[axis], strides[axis]) = (self.window[axis], self.strides[axis])
    return try WindowPlan("a window", extents, window: window, strides: strides, dilation: nil, .valid)
  }
}

extension DType {
  /// What is less than all other numbers.
  fileprivate var least: NDArray {
    switch self {
    case .f32, .f64, .f16, .bf16: NDArray(-Double.infinity)
    case .i64: NDArray(Int.min)
    case .i32, .i16, .i8: NDArray(Int(integerRange.lowerBound))
    case .u32, .u64, .u16, .u8, .bool: NDArray(0)
    }
  }
}
