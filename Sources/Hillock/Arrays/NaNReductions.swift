import HillockIR

/// Reductions that skip NaN: NumPy's `nansum` and its kin. On integers they are the plain ones.
extension ArrayValue {
  /// The sum of what is not NaN; 0 where nothing else is there.
  ///
  /// ```swift
  /// let gaps = NDArray([[1.0, .nan], [.nan, .nan]])
  /// gaps.nanSum(axis: 1)                            // [1, 0]
  /// gaps.nanMean(axis: 1)                           // [1, nan]
  /// ```
  /// The axis, the axes and `keepDims` are those of ``sum(axis:keepDims:initial:where:)``, here and in all that follow.
  public func nanSum(axis: Int? = nil, keepDims: Bool = false) -> NDArray { nanSum(axes: axes(axis), keepDims: keepDims) }
  /// The same over several axes.
  public func nanSum(axes: [Int], keepDims: Bool = false) -> NDArray { array.sum(axes: axes, keepDims: keepDims, where: numbers) }

  /// The product of what is not NaN; 1 where nothing else is there.
  public func nanProd(axis: Int? = nil, keepDims: Bool = false) -> NDArray { nanProd(axes: axes(axis), keepDims: keepDims) }
  /// The same over several axes.
  public func nanProd(axes: [Int], keepDims: Bool = false) -> NDArray {
    array.prod(axes: axes, keepDims: keepDims, where: numbers)
  }

  /// The mean of what is not NaN; NaN where nothing else is there.
  public func nanMean(axis: Int? = nil, keepDims: Bool = false) -> NDArray { nanMean(axes: axes(axis), keepDims: keepDims) }
  /// The same over several axes.
  public func nanMean(axes: [Int], keepDims: Bool = false) -> NDArray {
    array.mean(axes: axes, keepDims: keepDims, where: numbers)
  }

  /// The variance of what is not NaN. With `ddof: 1` the sum is divided by one less than the number of these.
  public func nanVariance(axis: Int? = nil, ddof: Double = 0, keepDims: Bool = false) -> NDArray {
    nanVariance(axes: axes(axis), ddof: ddof, keepDims: keepDims)
  }
  /// The same over several axes.
  public func nanVariance(axes: [Int], ddof: Double = 0, keepDims: Bool = false) -> NDArray {
    array.variance(axes: axes, ddof: ddof, keepDims: keepDims, where: numbers)
  }

  /// The square root of ``nanVariance(axis:ddof:keepDims:)``.
  public func nanStd(axis: Int? = nil, ddof: Double = 0, keepDims: Bool = false) -> NDArray {
    sqrt(nanVariance(axis: axis, ddof: ddof, keepDims: keepDims))
  }
  /// The same over several axes.
  public func nanStd(axes: [Int], ddof: Double = 0, keepDims: Bool = false) -> NDArray {
    sqrt(nanVariance(axes: axes, ddof: ddof, keepDims: keepDims))
  }

  /// The largest element that is not NaN; NaN where nothing else is there. No elements give a `shape` error.
  public func nanMax(axis: Int? = nil, keepDims: Bool = false) -> NDArray { nanMax(axes: axes(axis), keepDims: keepDims) }
  /// The same over several axes.
  public func nanMax(axes: [Int], keepDims: Bool = false) -> NDArray {
    array.extremum(-.infinity, axes, keepDims) { $0.max(axes: axes, keepDims: keepDims) }
  }

  /// The smallest element that is not NaN; NaN where nothing else is there. No elements give a `shape` error.
  public func nanMin(axis: Int? = nil, keepDims: Bool = false) -> NDArray { nanMin(axes: axes(axis), keepDims: keepDims) }
  /// The same over several axes.
  public func nanMin(axes: [Int], keepDims: Bool = false) -> NDArray {
    array.extremum(.infinity, axes, keepDims) { $0.min(axes: axes, keepDims: keepDims) }
  }

  /// The place of the largest element that is not NaN, as ``argmax(axis:keepDims:)``; -1 where nothing else is there.
  public func nanArgmax(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.place(-.infinity, axis, keepDims) { $0.argmax(axis: axis, keepDims: keepDims) }
  }

  /// The place of the smallest element that is not NaN, as ``argmin(axis:keepDims:)``; -1 where nothing else is there.
  public func nanArgmin(axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.place(.infinity, axis, keepDims) { $0.argmin(axis: axis, keepDims: keepDims) }
  }

  /// The running sum in which NaN counts as 0.
  public func nanCumsum(axis: Int? = nil) -> NDArray { array.filled(0).cumsum(axis: axis) }

  /// The running product in which NaN counts as 1.
  public func nanCumprod(axis: Int? = nil) -> NDArray { array.filled(1).cumprod(axis: axis) }

  private func axes(_ axis: Int?) -> [Int] { axis.map { [$0] } ?? Array(array.type.shape.indices) }

  /// Where there is a number; nil if everywhere.
  private var numbers: NDArray? { array.dtype.isFloating ? .!isNaN(array) : nil }
}

extension NDArray {
  /// With the value in place of NaN.
  fileprivate func filled(_ value: Double) -> NDArray { dtype.isFloating ? select(isNaN(self), value, self) : self }

  fileprivate func extremum(_ neutral: Double, _ axes: [Int], _ keepDims: Bool, _ reduced: (NDArray) -> NDArray) -> NDArray {
    guard dtype.isFloating else { return reduced(self) }
    return select(isNaN(self).all(axes: axes, keepDims: keepDims), Double.nan, reduced(filled(neutral)))
  }

  fileprivate func place(_ neutral: Double, _ axis: Int?, _ keepDims: Bool, _ found: (NDArray) -> NDArray) -> NDArray {
    guard dtype.isFloating else { return found(self) }
    return select(isNaN(self).all(axis: axis, keepDims: keepDims), -1, found(filled(neutral)))
  }
}
