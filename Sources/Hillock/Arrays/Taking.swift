import HillockIR

extension ArrayValue {
  /// Elements along an axis, at places of their own for each index of the other axes: NumPy's `take_along_axis`. The indices have the array's
  /// other extents, and along the axis as many as are to be taken; the result has the indices' shape.
  ///
  /// Negative indices count from the end; those beyond the ends are clamped.
  ///
  /// ```swift
  /// let scores = NDArray([[3, 9, 1], [7, 2, 8]])
  /// scores.takeAlong(NDArray([[2, 0], [1, -1]]), axis: 1)     // [[1, 3], [2, 8]]
  /// ```
  /// An axis out of range gives an `index` error, indices of other extents a `shape` error, indices that are not integers a `dtype`
  /// error.
  public func takeAlong(_ indices: some ArrayConvertible, axis: Int) -> NDArray {
    let array = self.array, indices = indices.array
    if case .failure = indices.content { return indices }
    return array.with(axes: [axis]) { axes in
      let last = array.type.rank - 1
      guard indices.type.rank == array.type.rank else {
        return NDArray(
          failing: HillockError(
            .shape,
            "takeAlong takes indices of as many axes as the array has, not of shape \(indices.type.shape) for \(array.type.shape)"
          ))
      }
      let taken = NDArray.evaluate(
        .array(.gather, [[last], [last]]), [array.swappingAxes(axes[0], last), indices.swappingAxes(axes[0], last)])
      return taken.swappingAxes(axes[0], last)
    }
  }
}

/// What an index beyond the ends takes.
public enum TakeMode: Sendable {
  /// The element at the end.
  case clip
  /// The element that comes if the axis goes round.
  case wrap
  /// This number.
  case fill(Double)
}

extension ArrayValue {
  /// The elements at these places of the axis, whose extent the indices' shape replaces; without an axis all elements are one row. Negative
  /// indices count from the end.
  ///
  /// ```swift
  /// let tens = NDArray([10, 20, 30])
  /// tens.take(NDArray([2, -1, 5]))                          // [30, 30, 30]
  /// tens.take(NDArray([4, 0]), mode: .wrap)                 // [20, 10]
  /// tens.take(NDArray([3, 0]), mode: .fill(-1))             // [-1, 10]
  /// ```
  /// Indices that are not integers give a `dtype` error.
  public func take(_ indices: some ArrayConvertible, axis: Int? = nil, mode: TakeMode = .clip) -> NDArray {
    let array = axis == nil ? self.array.flattened() : self.array, indices = indices.array.settled
    if case .failure = indices.content { return indices }
    return array.with(axes: [axis ?? 0]) { axes in
      let axis = axes[0], extent = array.type.shape[axis]
      func taken(_ places: NDArray) -> NDArray {
        array.element(at: [AxisIndex](repeating: .all, count: axis) + [.array(places)])
      }
      guard indices.dtype.isInteger else { return taken(indices) }
      switch mode {
      case .clip: return taken(indices)
      case .wrap: return taken(extent > 0 ? indices.asPositions % extent : indices)
      case .fill(let value):
        let places = indices.asPositions, isInside = (places .>= -extent) .& (places .< extent)
        let row = isInside.reshaped(indices.type.shape + [Int](repeating: 1, count: array.type.rank - axis - 1))
        return NDArray { () throws(HillockError) in
          select(row, taken(places), try NDArray(weak: value).written(as: array.dtype))
        }
      }
    }
  }

  /// A copy with elements along an axis replaced, at places of their own for each index of the other axes: NumPy's `put_along_axis`. The
  /// values are broadcast to the indices. Of places that are named more than once the last value stays; those beyond the ends are left out.
  ///
  /// ```swift
  /// zeros(2, 3).puttingAlong(NDArray([[2], [0]]), 5, axis: 1)        // [[0, 0, 5], [5, 0, 0]]
  /// ```
  public func puttingAlong(_ indices: some ArrayConvertible, _ values: some ArrayConvertible, axis: Int) -> NDArray {
    let array = self.array, indices = indices.array, values = values.array
    if case .failure = indices.content { return indices }
    return array.with(axes: [axis]) { axes in
      let axis = axes[0], shape = indices.type.shape, rank = array.type.rank
      guard shape.count == rank else {
        return NDArray(
          failing: HillockError(
            .shape, "puttingAlong takes indices of as many axes as the array has, not of shape \(shape) for \(array.type.shape)"))
      }
      let all = (0..<rank).map { other -> AxisIndex in
        guard other != axis else { return .array(indices) }
        let line = NDArray.evaluate(.iota(.i64, [shape[other]], axis: 0), [])
        return .array(line.reshaped(shape.indices.map { $0 == other ? shape[other] : 1 }).broadcast(to: shape))
      }
      return array.replacing(all, with: values)
    }
  }
}

/// For each element the one of the arrays that the index names there; beyond the ends the first or the last. All are broadcast together.
///
/// ```swift
/// choose(NDArray([1, 0]), [NDArray([1, 2]), NDArray([30, 40])])        // [30, 2]
/// ```
public func choose(_ index: some ArrayConvertible, _ choices: [NDArray]) -> NDArray {
  guard var result = choices.last else {
    return NDArray(failing: HillockError(.argument, "choose takes one array or more"))
  }
  let index = index.array.settled
  guard index.dtype.isInteger else {
    return NDArray(failing: HillockError(.dtype, "choose takes integers as indices, not \(index.dtype.name)"))
  }
  for (place, choice) in choices.enumerated().dropLast().reversed() { result = select(index .<= place, choice, result) }
  return result
}

/// For each element the value whose condition is the first that holds there; where none does, the default.
///
/// ```swift
/// let x = NDArray([-2, 0, 3])
/// select([x .< 0, x .> 0], [-1, 1], otherwise: 0)                 // [-1, 0, 1]
/// ```
/// Lists of different lengths give an `argument` error.
public func select(_ conditions: [NDArray], _ values: [NDArray], otherwise: some ArrayConvertible = 0) -> NDArray {
  guard conditions.count == values.count else {
    return NDArray(
      failing: HillockError(
        .argument, "\(conditions.count) conditions and \(values.count) values: give one value for each condition"))
  }
  return zip(conditions, values).reversed().reduce(otherwise.array) { select($1.0, $1.1, $0) }
}
