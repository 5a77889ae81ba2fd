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
