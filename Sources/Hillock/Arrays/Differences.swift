import HillockIR

/// The difference of neighbours along the axis, `n` times: each time there is one less. What is to stand before and behind comes with
/// `prepend` and `append`, which are arrays, or numbers for one element.
///
/// ```swift
/// diff(NDArray([1, 4, 9, 16]))                            // [3, 5, 7]
/// diff(NDArray([1, 4, 9, 16]), n: 2)                      // [2, 2]
/// ```
/// Differences of bools are the exclusive or. An `n` below 0 gives an `argument` error.
public func diff(
  _ x: some ArrayConvertible, n: Int = 1, axis: Int = -1, prepend: (any ArrayConvertible)? = nil,
  append: (any ArrayConvertible)? = nil
) -> NDArray {
  let x = x.array.settled
  guard n >= 0 else { return NDArray(failing: HillockError(.argument, "diff is taken \(n) times; that is not possible")) }
  return x.with(axes: [axis]) { axes in
    let axis = axes[0]
    func end(_ value: (any ArrayConvertible)?) -> [NDArray] {
      guard let value = value?.array else { return [] }
      var shape = x.type.shape
      shape[axis] = 1
      guard value.type.rank == 0 else { return [value] }
      return [NDArray.apply(.add, [zeros(shape, dtype: x.dtype == .bool ? .i32 : x.dtype), value])]
    }
    var result = x
    let parts = end(prepend) + [x] + end(append)
    if parts.count > 1 { result = concatenate(parts, axis: axis) }
    for _ in 0..<n {
      guard result.errorCode == nil, result.type.shape[axis] > 0 else { break }
      let count = result.type.shape[axis]
      let above = result.part(1, count - 1, axis), below = result.part(0, count - 1, axis)
      result = result.dtype == .bool ? above .^ below : above - below
    }
    return result
  }
}

/// The slope along the axis of values at equal distances `spacing`, or at the coordinates that `spacing` holds: by central differences of
/// second order inside, one-sided ones at the ends. NumPy's `gradient` along one axis.
///
/// ```swift
/// gradient(NDArray([1.0, 2, 4, 7]))                       // [1, 1.5, 2.5, 3]
/// ```
/// Fewer than two places, or coordinates that are not as many as these, give a `shape` error.
public func gradient(_ y: some ArrayConvertible, spacing: some ArrayConvertible = 1, axis: Int = -1) -> NDArray {
  let y = NDArray.floats(y) { $0 }.settled, spacing = spacing.array
  if case .failure = spacing.content { return spacing }
  return y.with(axes: [axis]) { axes in
    let axis = axes[0], shape = y.type.shape, count = shape[axis]
    guard count >= 2, spacing.type.rank == 0 || spacing.type.shape == [count] else {
      return NDArray(
        failing: HillockError(
          .shape,
          "gradient along axis \(axis) of an array of shape \(shape) with coordinates of shape \(spacing.type.shape): "
            + "it takes two places or more, and one coordinate for each"))
    }
    let rise = diff(y, axis: axis)
    guard spacing.type.rank > 0 else {
      let slope = rise / spacing, first = slope.part(0, 1, axis), last = slope.part(count - 2, 1, axis)
      let inner = (y.part(2, count - 2, axis) - y.part(0, count - 2, axis)) / (2 * spacing)
      return concatenate(count > 2 ? [first, inner, last] : [first, last], axis: axis)
    }
    let steps = diff(NDArray.floats(spacing) { $0 }).reshaped(shape.indices.map { $0 == axis ? count - 1 : 1 })
    let slope = rise / steps
    let ends = [slope.part(0, 1, axis), slope.part(count - 2, 1, axis)]
    guard count > 2 else { return concatenate(ends, axis: axis) }
    // The slopes on both sides, weighed by the step on the other side.
    let before = steps.part(0, count - 2, axis), behind = steps.part(1, count - 2, axis)
    let inner = (slope.part(0, count - 2, axis) * behind + slope.part(1, count - 2, axis) * before) / (before + behind)
    return concatenate([ends[0], inner, ends[1]], axis: axis)
  }
}

/// The integral along the axis by the trapezoidal rule, of values at equal distances `dx`.
///
/// ```swift
/// trapezoid(NDArray([1.0, 2, 3]))                         // 4
/// trapezoid(NDArray([1.0, 2, 3]), x: NDArray([0.0, 1, 3]))        // 6.5
/// ```
public func trapezoid(_ y: some ArrayConvertible, dx: Double = 1, axis: Int = -1) -> NDArray {
  NDArray.floats(y) { $0 }.settled.trapezoid(axis) { _, _ in NDArray(weak: dx) }
}

/// The same of values at the coordinates x, which have the shape of y or are as many as its places along the axis.
public func trapezoid(_ y: some ArrayConvertible, x: some ArrayConvertible, axis: Int = -1) -> NDArray {
  let x = x.array.settled
  if case .failure = x.content { return x }
  return NDArray.floats(y) { $0 }.settled.trapezoid(axis) { shape, axis in
    let steps = diff(x, axis: x.type.rank == 1 ? 0 : axis)
    guard x.type.rank == 1, shape.count > 1, steps.errorCode == nil else { return steps }
    return steps.reshaped(shape.indices.map { $0 == axis ? steps.type.shape[0] : 1 })
  }
}

extension NDArray {
  /// So many elements along the axis, from a place on.
  func part(_ start: Int, _ size: Int, _ axis: Int) -> NDArray {
    let shape = type.shape
    if case .failure = content { return self }
    var starts = shape.map { _ in 0 }, sizes = shape
    (starts[axis], sizes[axis]) = (start, Swift.max(size, 0))
    if sizes[axis] == 0 { starts[axis] = 0 }
    return .evaluate(.slice(starts: starts, steps: shape.map { _ in 1 }, sizes: sizes), [self])
  }

  fileprivate func trapezoid(_ axis: Int, _ steps: ([Int], Int) -> NDArray) -> NDArray {
    with(axes: [axis]) { axes in
      let axis = axes[0], count = type.shape[axis]
      guard count > 0 else { return sum(axis: axis) }
      let means = (part(0, count - 1, axis) + part(1, count - 1, axis)) * 0.5
      return (means * steps(type.shape, axis)).sum(axis: axis)
    }
  }
}
