import HillockIR

// Defined once for arrays and for Variables, which it reads.
extension ArrayValue {
  /// The sum over the axes, or over all of them; bools and integers of one and two bytes are counted in `i32` (without a sign in `u32`).
  ///
  /// The order of the additions depends only on the shape, so the bits do not depend on threads or processor.
  ///
  /// ```swift
  /// ones(2, 3).sum(axis: 0)                     // f32[3]
  /// ones(2, 3).sum(axis: -1, keepDims: true)    // f32[2,1]
  /// ```
  /// With `where:` only elements at which this mask of bools holds count; it is broadcast to the array. `initial` is one more term.
  ///
  /// ```swift
  /// let x = NDArray([1.0, .nan, 4])
  /// x.sum(initial: 10, where: .!isNaN(x))           // 15
  /// ```
  /// An axis out of range gives an `index` error, a mask that does not fit a `shape` error.
  public func sum(
    axis: Int? = nil, keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.sum, axis.map { [$0] }, keepDims, initial, mask) }
  /// The sum over several axes. Without axes the array stays as it is. An axis out of range, or named twice, gives an `index` error.
  public func sum(
    axes: [Int], keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.sum, axes, keepDims, initial, mask) }

  /// The product over the axis, or over all axes.
  public func prod(
    axis: Int? = nil, keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.product, axis.map { [$0] }, keepDims, initial, mask) }
  /// The product over several axes.
  public func prod(
    axes: [Int], keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.product, axes, keepDims, initial, mask) }

  /// The largest element over the axis, or over all axes; NaN where there is one. No elements give a `shape` error,
  /// unless there is an `initial` value. A mask (`where:`) needs one.
  public func max(
    axis: Int? = nil, keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.max, axis.map { [$0] }, keepDims, initial, mask) }
  /// The largest element over several axes.
  public func max(
    axes: [Int], keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.max, axes, keepDims, initial, mask) }

  /// The smallest element over the axis, or over all axes; NaN where there is one. No elements give a `shape` error,
  /// unless there is an `initial` value. A mask (`where:`) needs one.
  public func min(
    axis: Int? = nil, keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.min, axis.map { [$0] }, keepDims, initial, mask) }
  /// The smallest element over several axes.
  public func min(
    axes: [Int], keepDims: Bool = false, initial: (any ArrayConvertible)? = nil, where mask: NDArray? = nil
  ) -> NDArray { array.reduce(.min, axes, keepDims, initial, mask) }

  /// Whether any element over the axis, or over all axes, differs from 0.
  public func any(axis: Int? = nil, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.reduce(.any, axis.map { [$0] }, keepDims, nil, mask)
  }

  /// Whether any element over several axes differs from 0.
  public func any(axes: [Int], keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.reduce(.any, axes, keepDims, nil, mask)
  }

  /// Whether every element over the axis, or over all axes, differs from 0.
  public func all(axis: Int? = nil, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.reduce(.all, axis.map { [$0] }, keepDims, nil, mask)
  }

  /// Whether every element over several axes differs from 0.
  public func all(axes: [Int], keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.reduce(.all, axes, keepDims, nil, mask)
  }

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
  public func mean(axis: Int? = nil, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.mean(over: axis.map { [$0] }, keepDims, mask)
  }
  /// The mean over several axes.
  public func mean(axes: [Int], keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.mean(over: axes, keepDims, mask)
  }

  /// The mean of the squared distances from the mean. With `ddof: 1` the sum is divided by one less than the number of elements; `ddof` may be
  /// any number. If the divisor is 0, the result is NaN or infinite.
  public func variance(axis: Int? = nil, ddof: Double = 0, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.variance(over: axis.map { [$0] }, ddof, keepDims, mask)
  }
  /// The variance over several axes.
  public func variance(axes: [Int], ddof: Double = 0, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.variance(over: axes, ddof, keepDims, mask)
  }

  /// The square root of the variance.
  public func std(axis: Int? = nil, ddof: Double = 0, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.computedWide { sqrt($0.variance(over: axis.map { [$0] }, ddof, keepDims, mask)) }
  }
  /// The square root of the variance over several axes.
  public func std(axes: [Int], ddof: Double = 0, keepDims: Bool = false, where mask: NDArray? = nil) -> NDArray {
    array.computedWide { sqrt($0.variance(over: axes, ddof, keepDims, mask)) }
  }
}

extension NDArray {
  func variance(over axes: [Int]?, _ ddof: Double, _ keepDims: Bool, _ mask: NDArray? = nil) -> NDArray {
    computedWide { array in
      let distance = array - array.mean(over: axes, true, mask)
      return (distance * distance).reduce(.sum, axes, keepDims, nil, mask) / (array.terms(axes, keepDims, mask) - ddof)
    }
  }

  func mean(over axes: [Int]?, _ keepDims: Bool, _ mask: NDArray? = nil) -> NDArray {
    computedWide { array in
      let terms = array.dtype.isFloating || array.isWeak ? array : array.asType(.f32)
      return terms.reduce(.sum, axes, keepDims, nil, mask) / array.terms(axes, keepDims, mask)
    }
  }

  /// How many elements go into each result.
  private func terms(_ axes: [Int]?, _ keepDims: Bool, _ mask: NDArray?) -> NDArray {
    guard let mask else { return NDArray(weak: reducedCount(axes)) }
    if case .failure = mask.content { return mask }
    let count = mask.broadcast(to: type.shape).asType(.i64).reduce(.sum, axes, keepDims)
    return count.asType(dtype.isFloating ? dtype : .f32)
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

  /// The same over the elements where the mask holds, and a first value.
  fileprivate func reduce(
    _ kind: ReduceKind, _ axes: [Int]?, _ keepDims: Bool, _ initial: (any ArrayConvertible)?, _ mask: NDArray?
  ) -> NDArray {
    if initial == nil, mask == nil { return reduce(kind, axes, keepDims) }
    if case .failure = content { return self }
    return NDArray { () throws(HillockError) in
      var terms = settled
      if dtype == .bool, kind == .sum || kind == .product { terms = terms.asType(.i32) }
      if kind.widens(dtype) { terms = terms.asType(dtype.computed) }
      let first = try initial.map { (value) throws(HillockError) in try value.array.written(as: terms.dtype) }
      if let mask {
        if case .failure(let failure) = mask.content { throw failure.error }
        guard Shape.broadcast(mask.type.shape, terms.type.shape) == terms.type.shape else {
          throw HillockError(.shape, "a mask of shape \(mask.type.shape) does not fit an array of shape \(terms.type.shape)")
        }
        guard let neutral = kind.neutral(first) else {
          throw HillockError(.argument, "\(kind) of the elements where a mask holds may have none; give it `initial:`")
        }
        terms = select(mask, terms, neutral)
      }
      guard let first else { return terms.reduce(kind, axes, keepDims) }
      let shape = terms.type.shape
      return terms.with(axes: axes ?? Array(shape.indices)) { axes in
        // Nothing to reduce: the first value alone.
        guard !axes.contains(where: { shape[$0] == 0 }) else {
          let left = shape.indices.filter { keepDims || !axes.contains($0) }
          return first.broadcast(to: left.map { axes.contains($0) ? 1 : shape[$0] })
        }
        return .apply(kind.combination, [first, terms.reduce(kind, axes, keepDims)])
      }
    }
  }
}

extension ReduceKind {
  /// What changes no result; of maxima and minima the first value, if there is one.
  fileprivate func neutral(_ first: NDArray?) -> NDArray? {
    switch self {
    case .sum: 0
    case .product: 1
    case .any: false
    case .all: true
    case .max, .min: first
    }
  }

  fileprivate var combination: ElementwiseOp {
    switch self {
    case .sum: .add
    case .product: .mul
    case .max: .max
    case .min: .min
    case .any: .or
    case .all: .and
    }
  }
}
