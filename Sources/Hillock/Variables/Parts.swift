extension Variable {
  // Subscripts of a fixed number of indices: the compiler crashes on a setter with a parameter pack.

  /// The part that the index takes; ``ArrayIndex`` lists the possible indices. An assigned value is converted to the
  /// Variable's dtype and broadcast to the part.
  ///
  /// ```swift
  /// let v = Variable(arange(10))
  /// v[0] = 2.0
  /// v[2..<4] = NDArray([7, 8])
  /// v[[5, -1]] = 0
  /// v[v .> 7] += 10
  /// ```
  ///
  /// `v[i] += x` reads the part, adds, and writes: an element that an index array names twice gets one of the values, not both. To add all of
  /// them write `v.value = v.at[i].add(x)`.
  public subscript<A: ArrayIndex>(_ a: A) -> NDArray {
    get { value.element(at: [a.axisIndex]) }
    set { replace([a.axisIndex], newValue) }
    // `v[mask] += x`: the whole is computed, and written where the mask is true. (Reading by a mask alone is an error.)
    _modify {
      let indices = [a.axisIndex]
      var part = value.writablePart(at: indices)
      yield &part
      replace(indices, part)
    }
  }

  public subscript<A: ArrayIndex, B: ArrayIndex>(_ a: A, _ b: B) -> NDArray {
    get { value.element(at: [a.axisIndex, b.axisIndex]) }
    set { replace([a.axisIndex, b.axisIndex], newValue) }
  }

  public subscript<A: ArrayIndex, B: ArrayIndex, C: ArrayIndex>(_ a: A, _ b: B, _ c: C) -> NDArray {
    get { value.element(at: [a.axisIndex, b.axisIndex, c.axisIndex]) }
    set { replace([a.axisIndex, b.axisIndex, c.axisIndex], newValue) }
  }

  public subscript<A: ArrayIndex, B: ArrayIndex, C: ArrayIndex, D: ArrayIndex>(_ a: A, _ b: B, _ c: C, _ d: D) -> NDArray {
    get { value.element(at: [a.axisIndex, b.axisIndex, c.axisIndex, d.axisIndex]) }
    set { replace([a.axisIndex, b.axisIndex, c.axisIndex, d.axisIndex], newValue) }
  }

  /// The whole array: `v[...] = x` converts and broadcasts where `v.value = x` would refuse.
  public subscript(_ all: UnboundedRange) -> NDArray {
    get { value }
    set { replace([.remaining], newValue) }
  }

  /// The indices stand for the last axes.
  public subscript<A: ArrayIndex>(_ leading: UnboundedRange, _ a: A) -> NDArray {
    get { value.element(at: [.remaining, a.axisIndex]) }
    set { replace([.remaining, a.axisIndex], newValue) }
  }

  public subscript<A: ArrayIndex, B: ArrayIndex>(_ leading: UnboundedRange, _ a: A, _ b: B) -> NDArray {
    get { value.element(at: [.remaining, a.axisIndex, b.axisIndex]) }
    set { replace([.remaining, a.axisIndex, b.axisIndex], newValue) }
  }

  private func replace(_ indices: [AxisIndex], _ value: NDArray) {
    modify("an assignment (v[…] = x)") { $0.replacing(indices, with: value) }
  }
}
