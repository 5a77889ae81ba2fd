import HillockIR

// What reads an array is said once, for arrays and for Variables, whose value it reads.
extension ArrayValue {
  /// The running sum along the axis: each element is the sum of all up to it. Without an axis the elements are taken in row-major
  /// order, as one axis. The result has the array's shape and dtype; bools and integers of one and two bytes are counted in `i32` (without a
  /// sign in `u32`), others wrap.
  ///
  /// - Parameters:
  ///   - axis: The axis, counted from the last where it is negative. One out of range gives an `index` error.
  ///   - reversed: Each element is the sum of it and all behind it.
  ///   - exclusive: Each element is the sum of those before it without itself; the first is 0.
  ///
  /// ```swift
  /// let sums = NDArray([1, 2, 3]).cumsum()                          // [1, 3, 6]
  /// let before = NDArray([1, 2, 3]).cumsum(exclusive: true)         // [0, 1, 3]
  /// let behind = NDArray([1, 2, 3]).cumsum(reversed: true)          // [6, 5, 3]
  /// ```
  /// The order of the additions follows from the shape alone, so the bits do not depend on threads or processor.
  public func cumsum(axis: Int? = nil, reversed: Bool = false, exclusive: Bool = false) -> NDArray {
    array.scan(.sum, axis, reversed, exclusive)
  }

  /// The running product along the axis, as ``cumsum(axis:reversed:exclusive:)`` is of sums; an exclusive one begins with 1.
  public func cumprod(axis: Int? = nil, reversed: Bool = false, exclusive: Bool = false) -> NDArray {
    array.scan(.product, axis, reversed, exclusive)
  }

  /// The largest element so far along the axis, as ``cumsum(axis:reversed:exclusive:)`` is of sums; NaN from the first NaN on. An
  /// exclusive one begins with -∞ or the least integer. Bools give a `dtype` error.
  public func cummax(axis: Int? = nil, reversed: Bool = false, exclusive: Bool = false) -> NDArray {
    array.scan(.max, axis, reversed, exclusive)
  }

  /// The smallest element so far along the axis, as ``cumsum(axis:reversed:exclusive:)`` is of sums; NaN from the first NaN on. An
  /// exclusive one begins with +∞ or the greatest integer. Bools give a `dtype` error.
  public func cummin(axis: Int? = nil, reversed: Bool = false, exclusive: Bool = false) -> NDArray {
    array.scan(.min, axis, reversed, exclusive)
  }

  /// The logarithm of the running sum of exponentials along the axis, without overflow; a float, of integers `f32`. An exclusive one
  /// begins with -∞. The axis and the flags are those of ``cumsum(axis:reversed:exclusive:)``.
  public func cumlogsumexp(axis: Int? = nil, reversed: Bool = false, exclusive: Bool = false) -> NDArray {
    array.scan(.logaddexp, axis, reversed, exclusive)
  }
}

extension NDArray {
  fileprivate func scan(_ kind: ScanKind, _ axis: Int?, _ isReversed: Bool, _ isExclusive: Bool) -> NDArray {
    if case .failure = content { return self }
    let source = axis == nil ? flattened() : self
    return source.with(axes: [axis ?? 0]) { axes in
      .evaluate(.scan(kind, axis: axes[0], isReversed: isReversed, isExclusive: isExclusive), [source])
    }
  }
}
