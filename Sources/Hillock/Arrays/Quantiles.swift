import HillockIR

/// How a quantile is taken between two elements: NumPy's `method`. The nine of Hyndman and Fan (The American Statistician 50, 1996)
/// and four simple ones.
public enum QuantileMethod: String, CaseIterable, Sendable {
  case invertedCDF, averagedInvertedCDF, closestObservation, interpolatedInvertedCDF, hazen, weibull, linear, medianUnbiased,
    normalUnbiased, lower, higher, midpoint, nearest

  /// The place among n sorted elements: that of the lower neighbour, and how far it is from there to the next one.
  func place(_ q: Double, of n: Int) -> (low: Int, fraction: Double) {
    let count = Double(n)
    func between(_ alpha: Double, _ beta: Double) -> Double { count * q + (alpha + q * (1 - alpha - beta)) - 1 }
    func split(_ place: Double) -> (Int, Double) {
      let bounded = Swift.min(Swift.max(place, 0), count - 1), low = bounded.rounded(.down)
      return (Int(low), bounded - low)
    }
    switch self {
    case .invertedCDF:
      let place = count * q - 1
      return split(place.rounded(.up))
    case .averagedInvertedCDF:
      let place = count * q - 1
      return place < 0 || place >= count - 1 ? split(place) : (Int(place), place == place.rounded(.down) ? 0.5 : 1)
    case .closestObservation:
      let place = count * q - 1.5, low = place.rounded(.down)
      let isLow = place == low && low.remainder(dividingBy: 2) != 0
      return split(isLow ? low : low + 1)
    case .interpolatedInvertedCDF: return split(between(0, 1))
    case .hazen: return split(between(0.5, 0.5))
    case .weibull: return split(between(0, 0))
    case .linear: return split((count - 1) * q)
    case .medianUnbiased: return split(between(1 / 3.0, 1 / 3.0))
    case .normalUnbiased: return split(between(3 / 8.0, 3 / 8.0))
    case .lower: return split(((count - 1) * q).rounded(.down))
    case .higher: return split(((count - 1) * q).rounded(.up))
    case .midpoint:
      let place = (count - 1) * q
      return (Int(place.rounded(.down)), place == place.rounded(.down) ? 0 : 0.5)
    case .nearest: return split(((count - 1) * q).rounded(.toNearestOrEven))
    }
  }
}

extension ArrayValue {
  /// The value below which a part q of the elements lie, along the axis or of all elements. NaN where there is one. A float, of integers
  /// `f32`.
  ///
  /// ```swift
  /// let data = NDArray([3.0, 1, 4, 2])
  /// data.quantile(0.25)                             // 1.75
  /// data.quantile([0, 0.5, 1])                      // [1, 2.5, 4]
  /// data.quantile(0.5, method: .lower)              // 2
  /// ```
  /// A q below 0 or above 1 gives an `argument` error, no elements a `shape` error, an axis out of range an `index` error.
  public func quantile(
    _ q: Double, axis: Int? = nil, keepDims: Bool = false, method: QuantileMethod = .linear
  ) -> NDArray { array.quantiles([q], axis, keepDims, method)[0] }

  /// The same for several q: they are the first axis of the result.
  public func quantile(
    _ q: [Double], axis: Int? = nil, keepDims: Bool = false, method: QuantileMethod = .linear
  ) -> NDArray {
    // Of no quantiles there is the shape.
    guard !q.isEmpty else { return stack(array.quantiles([0], axis, keepDims, method)).part(0, 0, 0) }
    return stack(array.quantiles(q, axis, keepDims, method))
  }

  /// `quantile` of a hundredth of the number.
  public func percentile(
    _ percent: Double, axis: Int? = nil, keepDims: Bool = false, method: QuantileMethod = .linear
  ) -> NDArray { quantile(percent / 100, axis: axis, keepDims: keepDims, method: method) }

  /// The same for several percentages.
  public func percentile(
    _ percents: [Double], axis: Int? = nil, keepDims: Bool = false, method: QuantileMethod = .linear
  ) -> NDArray { quantile(percents.map { $0 / 100 }, axis: axis, keepDims: keepDims, method: method) }

  /// The quantile of what is not NaN, by the method `linear`; NaN where nothing else is there.
  public func nanQuantile(_ q: Double, axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.nanQuantile(q, axis, keepDims)
  }

  /// The percentile of what is not NaN, by the method `linear`.
  public func nanPercentile(_ percent: Double, axis: Int? = nil, keepDims: Bool = false) -> NDArray {
    array.nanQuantile(percent / 100, axis, keepDims)
  }

  /// The median of what is not NaN; NaN where nothing else is there.
  ///
  /// ```swift
  /// NDArray([5.0, .nan, 1]).nanMedian()             // 3
  /// ```
  public func nanMedian(axis: Int? = nil, keepDims: Bool = false) -> NDArray { array.nanQuantile(0.5, axis, keepDims) }
}

extension NDArray {
  fileprivate func quantiles(_ q: [Double], _ axis: Int?, _ keepDims: Bool, _ method: QuantileMethod) -> [NDArray] {
    if dtype.isFloating, dtype.isNarrow { return widened.quantiles(q, axis, keepDims, method).map { $0.asType(dtype) } }
    var results: [NDArray] = []
    let failed = sortedLanes(q, axis, keepDims, "quantile") { sorted, axis in
      let extent = sorted.type.shape[axis], last = sorted.part(extent - 1, 1, axis)
      results = q.map { q in
        let (low, fraction) = method.place(q, of: extent)
        let a = sorted.part(low, 1, axis), b = sorted.part(Swift.min(low + 1, extent - 1), 1, axis)
        return select(isNaN(last), last, a.between(b, fraction))
      }
      return results.first ?? sorted
    }
    if failed.errorCode != nil || results.isEmpty { return [failed] }
    return results.map { $0.finished(type.shape, axis, keepDims) }
  }

  fileprivate func nanQuantile(_ q: Double, _ axis: Int?, _ keepDims: Bool) -> NDArray {
    if dtype.isFloating, dtype.isNarrow { return computedWide { $0.nanQuantile(q, axis, keepDims) } }
    return sortedLanes([q], axis, keepDims, "nanQuantile") { sorted, axis in
      // NaN stands behind the numbers of each lane, of which there are `count`.
      let count = (.!isNaN(sorted)).asType(.i64).sum(axis: axis, keepDims: true)
      let place = maximum(count - 1, 0).asType(.f64) * q
      let low = floor(place), fraction = (place - low).asType(sorted.dtype)
      let start = low.asType(.i64)
      let a = sorted.takeAlong(start, axis: axis), b = sorted.takeAlong(minimum(start + 1, maximum(count - 1, 0)), axis: axis)
      return select((a .== b) .| (fraction .== 0), a, a + (b - a) * fraction)
    }.finishedUnlessFailed(type.shape, axis, keepDims)
  }

  /// Calls the body with the elements sorted along the axis, as floats.
  private func sortedLanes(
    _ q: [Double], _ axis: Int?, _ keepDims: Bool, _ name: String, _ body: (NDArray, Int) -> NDArray
  ) -> NDArray {
    if case .failure = content { return self }
    guard let odd = q.first(where: { !(0...1).contains($0) }) else {
      let floats = dtype.isFloating ? settled : asType(.f32), source = axis == nil ? floats.flattened() : floats
      return source.with(axes: [axis ?? 0]) { axes in
        guard source.type.shape[axes[0]] > 0 else {
          return NDArray(failing: HillockError(.shape, "the \(name) of an array of shape \(type.shape) has no elements"))
        }
        return body(source.sorted(axis: axes[0]), axes[0])
      }
    }
    return NDArray(failing: HillockError(.argument, "the \(name) of \(odd) does not exist: it lies between 0 and 1"))
  }

  /// A part of the way to another array, from the nearer end, as NumPy's. (Equal infinities have no distance.)
  private func between(_ b: NDArray, _ fraction: Double) -> NDArray {
    if fraction == 0 { return self }
    if fraction == 1 { return b }
    let way = b - self
    let value = fraction < 0.5 ? self + way * fraction : b - way * (1 - fraction)
    return select(self .== b, self, value)
  }

  /// Without the axis, which has extent 1, or with all.
  private func finished(_ shape: [Int], _ axis: Int?, _ keepDims: Bool) -> NDArray {
    guard let axis else { return reshaped(keepDims ? shape.map { _ in 1 } : []) }
    return keepDims ? self : squeezed(axis: axis)
  }

  private func finishedUnlessFailed(_ shape: [Int], _ axis: Int?, _ keepDims: Bool) -> NDArray {
    errorCode == nil ? finished(shape, axis, keepDims) : self
  }
}
