import HillockIR

// Defined once for arrays and for Variables, which it reads.
extension ArrayValue {
  /// The sum over the axes, or over all of them; bools are counted in `i32`.
  ///
  /// The order of the additions depends only on the shape, so the bits do not depend on threads or processor.
  ///
  /// ```swift
  /// ones(2, 3).sum(axis: 0)                     // f32[3]
  /// ones(2, 3).sum(axis: -1, keepDims: true)    // f32[2,1]
  /// ```
  /// An axis out of range gives an `index` error.
  public func sum(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.sum, axis.map { [$0] }, keepDims) }
  /// The sum over several axes. Without axes the array stays as it is. An axis out of range, or named twice, gives an `index` error.
  public func sum(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.sum, axes, keepDims) }

  /// The product over the axis, or over all axes.
  public func prod(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.product, axis.map { [$0] }, keepDims) }
  /// The product over several axes.
  public func prod(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.product, axes, keepDims) }

  /// The largest element over the axis, or over all axes; NaN where there is one. No elements give a `shape` error.
  public func max(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.max, axis.map { [$0] }, keepDims) }
  /// The largest element over several axes.
  public func max(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.max, axes, keepDims) }

  /// The smallest element over the axis, or over all axes; NaN where there is one. No elements give a `shape` error.
  public func min(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.min, axis.map { [$0] }, keepDims) }
  /// The smallest element over several axes.
  public func min(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.min, axes, keepDims) }

  /// Whether any element over the axis, or over all axes, differs from 0.
  public func any(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.any, axis.map { [$0] }, keepDims) }

  /// Whether any element over several axes differs from 0.
  public func any(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.any, axes, keepDims) }

  /// Whether every element over the axis, or over all axes, differs from 0.
  public func all(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.reduce(.all, axis.map { [$0] }, keepDims) }

  /// Whether every element over several axes differs from 0.
  public func all(axes: [Int], keepDims: Bool = false) -> NDArray { array.reduce(.all, axes, keepDims) }

  /// The place of the largest element along the axis, as `i64`; without an axis its place among all elements in row-major order. Of
  /// equal elements the first counts, and the first NaN before all others.
  ///
  /// ```swift
  /// let places = NDArray([[1, 7, 7], [9, 8, 3]]).argmax(axis: 1)    // [1, 0], i64[2]
  /// ```
  /// An axis out of range gives an `index` error, one without elements a `shape` error.
  public func argmax(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.argReduce(.max, axis, keepDims) }

  /// The place of the smallest element along the axis, or among all elements, as `i64`; the first of equals, and the first NaN before
  /// all others. An axis out of range gives an `index` error, one without elements a `shape` error.
  public func argmin(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.argReduce(.min, axis, keepDims) }

  /// The sum divided by the number of elements; integers give `f32`. NaN if there are no elements.
  public func mean(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.mean(over: axis.map { [$0] }, keepDims) }
  /// The mean over several axes.
  public func mean(axes: [Int], keepDims: Bool = false) -> NDArray { array.mean(over: axes, keepDims) }

  /// The mean of the squared distances from the mean. With `ddof: 1` the sum is divided by one less than the number of elements. If the
  /// divisor is 0, the result is NaN or infinite.
  public func variance(axis: Int? = nil, ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    array.variance(over: axis.map { [$0] }, ddof, keepDims)
  }
  /// The variance over several axes.
  public func variance(axes: [Int], ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    array.variance(over: axes, ddof, keepDims)
  }

  /// The square root of the variance.
  public func std(axis: Int? = nil, ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    sqrt(array.variance(over: axis.map { [$0] }, ddof, keepDims))
  }
  /// The square root of the variance over several axes.
  public func std(axes: [Int], ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    sqrt(array.variance(over: axes, ddof, keepDims))
  }
}

extension NDArray {
  fileprivate func variance(over axes: [Int]?, _ ddof: Int, _ keepDims: Bool) -> NDArray {
    let distance = self - mean(over: axes, true)
    return (distance * distance).reduce(.sum, axes, keepDims) / (reducedCount(axes) - Double(ddof))
  }

  fileprivate func mean(over axes: [Int]?, _ keepDims: Bool) -> NDArray {
    let terms = dtype.isFloating || isWeak ? self : asType(.f32)
    return terms.reduce(.sum, axes, keepDims) / reducedCount(axes)
  }

  private func reducedCount(_ axes: [Int]?) -> Double {
    guard let axes else { return Double(type.count) }
    let rank = type.rank, shape = type.shape
    return axes.map { $0 < 0 ? $0 + rank : $0 }.filter(shape.indices.contains).reduce(1) { $0 * Double(shape[$1]) }
  }

  fileprivate func argReduce(_ kind: ArgReduceKind, _ axis: Int?, _ keepDims: Bool) -> NDArray {
    let shape = type.shape
    guard let axis else {
      let place = NDArray.evaluate(.argReduce(kind, axis: 0), [flattened()])
      return keepDims ? place.reshaped(shape.map { _ in 1 }) : place
    }
    return with(axes: [axis]) { axes in
      let places = NDArray.evaluate(.argReduce(kind, axis: axes[0]), [self])
      guard keepDims else { return places }
      return places.reshaped(shape.indices.map { $0 == axes[0] ? 1 : shape[$0] })
    }
  }

  func reduce(_ kind: ReduceKind, _ axes: [Int]?, _ keepDims: Bool) -> NDArray {
    let shape = type.shape
    return with(axes: axes ?? Array(shape.indices)) { axes in
      let reduced = NDArray.evaluate(.reduce(kind, axes: axes.sorted()), [self])
      guard keepDims else { return reduced }
      return reduced.reshaped(shape.indices.map { axes.contains($0) ? 1 : shape[$0] })
    }
  }
}
