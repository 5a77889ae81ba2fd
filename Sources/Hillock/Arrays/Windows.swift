import HillockIR

extension ArrayValue {
  /// The window of these sizes that begins at `starts`, one start for each axis: numbers, arrays without axes, or the index of a
  /// loop. Where ranges in brackets are known beforehand, these starts are values of the program.
  ///
  /// A negative start counts from the end. A window that would leave the array is shifted until it fits.
  ///
  /// ```swift
  /// let image = arange(12).reshaped(3, 4)
  /// let i = NDArray(1)
  /// image.dynamicSlice(at: [i, 2], sizes: [2, 2])        // [[6, 7], [10, 11]]
  /// image.dynamicSlice(at: [9, 9], sizes: [2, 2])        // [[6, 7], [10, 11]]: the last one there is
  /// ```
  /// Sizes that are negative, larger than the axes, or not as many as these give a `shape` error, starts that are not whole numbers a
  /// `dtype` error.
  public func dynamicSlice(at starts: [any ArrayConvertible], sizes: [Int]) -> NDArray {
    let array = self.array
    return array.withStarts(starts) { .evaluate(.array(.dynamicSlice, [sizes, [0]]), [array, $0]) }
  }

  /// A copy of the array with the window that begins at `starts` replaced by the update, which has as many axes as the array and is
  /// converted to its dtype. Starts are read as by ``dynamicSlice(at:sizes:)``.
  ///
  /// ```swift
  /// let table = zeros(2, 3, dtype: .i32)
  /// let row = NDArray(1)
  /// table.dynamicUpdate(at: [row, 0], with: NDArray([[7, 8, 9]]))     // [[0, 0, 0], [7, 8, 9]]
  /// ```
  /// An update that is larger than the array along an axis, or has other axes, gives a `shape` error.
  public func dynamicUpdate(at starts: [any ArrayConvertible], with update: some ArrayConvertible) -> NDArray {
    let array = self.array, update = update.array
    return array.withStarts(starts) { starts in
      NDArray { () throws(HillockError) in
        .evaluate(.array(.dynamicUpdate, [[0]]), [array, try update.written(as: array.dtype), starts])
      }
    }
  }
}

extension NDArray {
  /// Calls the body with the starts as one i64 array, negative ones counted from the end.
  fileprivate func withStarts(_ starts: [any ArrayConvertible], _ body: (NDArray) -> NDArray) -> NDArray {
    if case .failure = content { return self }
    let shape = type.shape
    guard starts.count == shape.count else {
      return NDArray(
        failing: HillockError(
          .shape, "\(starts.count) starts for an array of shape \(shape): there is one for each of its \(shape.count) axes"))
    }
    var known: [Int] = [], arrays: [NDArray] = []
    for (start, extent) in zip(starts, shape) {
      if let number = start as? Int {
        known.append(number < 0 ? number &+ extent : number)
        arrays.append(NDArray(known[known.count - 1], dtype: .i64).reshaped([1]))
        continue
      }
      let array = start.array
      if case .failure = array.content { return array }
      guard array.type.shape.isEmpty, array.dtype.isInteger else {
        return NDArray(
          failing: HillockError(
            .dtype, "a start is a whole number or an integer array without axes, not \(array.type)"))
      }
      let position = array.asPositions
      arrays.append(select(position .< 0, position + extent, position).reshaped([1]))
    }
    if known.count == starts.count { return body(NDArray(known, dtype: .i64)) }
    return body(concatenate(arrays))
  }
}
