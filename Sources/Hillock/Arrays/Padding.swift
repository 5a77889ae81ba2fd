import HillockIR

extension ArrayValue {
  /// The array with `width` elements of a value at both ends of each axis: NumPy's `pad` in its mode `constant`.
  ///
  /// ```swift
  /// NDArray([1, 2]).padded(1)                              // [0, 1, 2, 0]
  /// ones(1, 2).padded(before: [0, 1], after: [1, 0], with: 5)        // [[5, 1, 1], [5, 5, 5]]
  /// ```
  /// A negative width cuts so many elements; one that cuts more than there are gives a `shape` error.
  public func padded(_ width: Int, with value: some ArrayConvertible = 0) -> NDArray {
    let widths = [Int](repeating: width, count: array.type.rank)
    return padded(before: widths, after: widths, with: value)
  }

  /// The array with `before[i]` elements of a value before axis i and `after[i]` behind it, and `between[i]` between any two of its
  /// elements (none where `between` is left out). The value is one number, converted to the array's dtype.
  ///
  /// Negative numbers of `before` and `after` cut so many elements, also of those between; cutting more than there are gives a `shape`
  /// error. Not one number for each axis, or a negative one between, gives an `argument` error.
  public func padded(
    before: [Int], after: [Int], between: [Int]? = nil, with value: some ArrayConvertible = 0
  ) -> NDArray {
    let array = self.array, value = value.array
    if case .failure = array.content { return array }
    if case .failure = value.content { return value }
    return NDArray { () throws(HillockError) in
      let between = between ?? [Int](repeating: 0, count: array.type.rank)
      return .evaluate(.array(.pad, [before, after, between]), [array, try value.written(as: array.dtype)])
    }
  }
}
