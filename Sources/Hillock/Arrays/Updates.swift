extension ArrayValue {
  /// Chooses a part of the array, to make a copy in which this part differs:
  ///
  /// ```swift
  /// let a = zeros(4)
  /// let b = a.at[1..<3].set(5)      // [0, 5, 5, 0]; a is still zero
  /// let c = b.at[[0, 3]].add(1)     // [1, 5, 5, 1]
  /// ```
  public var at: NDArray.Updates { NDArray.Updates(array: array) }
}

extension NDArray {
  /// `a.at`, which takes the brackets.
  public struct Updates: Sendable {
    let array: NDArray

    public subscript<each Index: ArrayIndex>(_ index: repeat each Index) -> Part {
      var indices: [AxisIndex] = []
      repeat indices.append((each index).axisIndex)
      return Part(array: array, indices: indices)
    }

    public subscript(_ all: UnboundedRange) -> Part { Part(array: array, indices: [.remaining]) }

    /// The part that a list of indices takes, whose number is known only at run time: `a.at[at: list].set(0)`.
    public subscript(at indices: [AxisIndex]) -> Part { Part(array: array, indices: indices) }

    public subscript<each Index: ArrayIndex>(_ leading: UnboundedRange, _ index: repeat each Index) -> Part {
      var indices: [AxisIndex] = [.remaining]
      repeat indices.append((each index).axisIndex)
      return Part(array: array, indices: indices)
    }
  }

  /// A part of an array. Each method gives a copy of the whole array with the part changed; the value is broadcast to the part, or, under a
  /// mask, to the array. The result has the array's dtype: a quotient of integers is truncated, and so is a fraction added to them.
  ///
  /// Where an index array names an element more than once, the values for it are taken one after the other, in the order of the
  /// indices: the last one is what is set, and all of them are added, multiplied or compared. What index arrays name beyond the ends is
  /// dropped.
  ///
  /// ```swift
  /// let twice = zeros(3).at[[0, 0, 2]].add(1)                   // [2, 0, 1]
  /// let y = NDArray([-2.0, 3.0])
  /// let positive = y.at[y .< 0].multiply(by: -1)                // [2, 3]
  /// ```
  ///
  /// A value that does not fit gives a `shape` error, an index that is known and beyond the ends an `index` error.
  public struct Part: Sendable {
    let array: NDArray
    let indices: [AxisIndex]

    /// The part itself.
    public var value: NDArray { array.element(at: indices) }

    /// The part becomes the value.
    public func set(_ value: some ArrayConvertible) -> NDArray { array.replacing(indices, with: value.array) }
    /// The value is added to the part.
    public func add(_ value: some ArrayConvertible) -> NDArray { array.combining(indices, .add, with: value.array) }
    /// The value is subtracted from the part.
    public func subtract(_ value: some ArrayConvertible) -> NDArray { array.combining(indices, .subtract, with: value.array) }
    /// The part is multiplied by the value.
    public func multiply(by value: some ArrayConvertible) -> NDArray { array.combining(indices, .multiply, with: value.array) }
    /// The part is divided by the value; by the product of the values where an index array names an element more than once.
    public func divide(by value: some ArrayConvertible) -> NDArray { array.dividing(indices, by: value.array) }
    /// The smaller of the part and the value; NaN where either is.
    public func minimum(_ value: some ArrayConvertible) -> NDArray { array.combining(indices, .minimum, with: value.array) }
    /// The larger of the part and the value; NaN where either is.
    public func maximum(_ value: some ArrayConvertible) -> NDArray { array.combining(indices, .maximum, with: value.array) }
  }
}
