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

    public subscript<each Index: ArrayIndex>(_ leading: UnboundedRange, _ index: repeat each Index) -> Part {
      var indices: [AxisIndex] = [.remaining]
      repeat indices.append((each index).axisIndex)
      return Part(array: array, indices: indices)
    }
  }

  /// A part of an array. Each method gives a copy of the whole array with the part changed; the value is converted to the
  /// array's dtype and broadcast to the part. Where an index array names an element twice, the last one counts.
  public struct Part: Sendable {
    let array: NDArray
    let indices: [AxisIndex]

    /// The part itself.
    public var value: NDArray { array.element(at: indices) }

    /// The part becomes the value, converted and broadcast.
    public func set(_ value: some ArrayConvertible) -> NDArray { array.replacing(indices, with: value.array) }
    /// The value is added to the part.
    public func add(_ value: some ArrayConvertible) -> NDArray { set(self.value + value.array) }
    /// The value is subtracted from the part.
    public func subtract(_ value: some ArrayConvertible) -> NDArray { set(self.value - value.array) }
    /// The part is multiplied by the value.
    public func multiply(by value: some ArrayConvertible) -> NDArray { set(self.value * value.array) }
    /// The part is divided by the value; an integer array truncates the quotient.
    public func divide(by value: some ArrayConvertible) -> NDArray { set(self.value / value.array) }
    /// The smaller of the part and the value.
    public func minimum(_ value: some ArrayConvertible) -> NDArray { set(Hillock.minimum(self.value, value)) }
    /// The larger of the part and the value.
    public func maximum(_ value: some ArrayConvertible) -> NDArray { set(Hillock.maximum(self.value, value)) }
  }
}
