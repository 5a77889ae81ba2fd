import HillockIR

// What the real functions of the same names do, to both parts.
extension ComplexArray {
  /// A part of the array, by the indices that an ``NDArray`` takes.
  ///
  /// ```swift
  /// let z = ComplexArray([1.0, 2.0, 3.0], [0.0, 0.0, 5.0])
  /// z[1...]                           // [2, 3 + 5i]
  /// ```
  public subscript<each Index: ArrayIndex>(_ index: repeat each Index) -> ComplexArray {
    var indices: [AxisIndex] = []
    repeat indices.append((each index).axisIndex)
    return map { $0.element(at: indices) }
  }

  /// The indices stand for the last axes.
  public subscript<each Index: ArrayIndex>(_ leading: UnboundedRange, _ index: repeat each Index) -> ComplexArray {
    var indices: [AxisIndex] = [.remaining]
    repeat indices.append((each index).axisIndex)
    return map { $0.element(at: indices) }
  }

  /// The part that a list of indices takes, whose number is known only at run time.
  public subscript(at indices: [AxisIndex]) -> ComplexArray { map { $0[at: indices] } }

  public func reshaped(_ shape: Int...) -> ComplexArray { reshaped(shape) }
  public func reshaped(_ shape: [Int]) -> ComplexArray { map { $0.reshaped(shape) } }
  public func flattened() -> ComplexArray { map { $0.flattened() } }
  public func broadcast(to shape: [Int]) -> ComplexArray { map { $0.broadcast(to: shape) } }
  public func transposed(_ axes: Int...) -> ComplexArray { map { $0.transposed(axes) } }
  public func swappingAxes(_ a: Int, _ b: Int) -> ComplexArray { map { $0.swappingAxes(a, b) } }
  public func movingAxis(_ axis: Int, to position: Int) -> ComplexArray { map { $0.movingAxis(axis, to: position) } }
  public func expandingDims(axis: Int) -> ComplexArray { map { $0.expandingDims(axis: axis) } }
  public func squeezed() -> ComplexArray { map { $0.squeezed() } }
  public func flipped(axis: Int? = nil) -> ComplexArray { map { $0.flipped(axis: axis) } }
  public func rolled(by count: Int, axis: Int? = nil) -> ComplexArray { map { $0.rolled(by: count, axis: axis) } }

  /// The axes in reverse order.
  public var T: ComplexArray { map { $0.T } }
  /// The last two axes exchanged.
  public var mT: ComplexArray { map { $0.mT } }
  /// The conjugate of each matrix's transpose.
  public var adjoint: ComplexArray { mT.conjugate }

  /// The diagonals of the matrices in two axes, as of real arrays.
  public func diagonal(offset: Int = 0, axis1: Int = 0, axis2: Int = 1) -> ComplexArray {
    map { Hillock.diagonal($0, offset: offset, axis1: axis1, axis2: axis2) }
  }

  /// The sum over the axis, or over all.
  public func sum(axis: Int? = nil, keepDims: Bool = false) -> ComplexArray { map { $0.sum(axis: axis, keepDims: keepDims) } }
  /// The mean over the axis, or over all.
  public func mean(axis: Int? = nil, keepDims: Bool = false) -> ComplexArray { map { $0.mean(axis: axis, keepDims: keepDims) } }
  /// The sum over several axes.
  public func sum(axes: [Int], keepDims: Bool = false) -> ComplexArray { map { $0.sum(axes: axes, keepDims: keepDims) } }
  /// The mean over several axes.
  public func mean(axes: [Int], keepDims: Bool = false) -> ComplexArray { map { $0.mean(axes: axes, keepDims: keepDims) } }
  /// The sums of the elements up to each along the axis; without one all elements are one row.
  public func cumsum(axis: Int? = nil) -> ComplexArray { map { $0.cumsum(axis: axis) } }

  /// The product over the axis, or over all.
  public func prod(axis: Int? = nil, keepDims: Bool = false) -> ComplexArray {
    let source = axis == nil ? flattened() : self, shape = self.shape
    let whole = source.real.with(axes: [axis ?? 0]) { axes in source.real.movingAxis(axes[0], to: 0) }
    var rest = ComplexArray(ofOne: whole, source.imaginary.movingAxis(axis ?? 0, to: 0))
    if rest.error != nil { return rest }
    // Halves are multiplied until one row is left.
    while rest.shape[0] > 1 {
      let half = rest.shape[0] / 2, product = rest[0..<half] * rest[half..<2 * half]
      rest = rest.shape[0] % 2 == 0 ? product : concatenate([product, rest[(2 * half)...]])
    }
    if rest.shape[0] == 0 { rest = ComplexArray(ones([1] + rest.shape.dropFirst(), dtype: dtype)) }
    let result = rest.map { $0.squeezed(axis: 0) }
    guard keepDims else { return result }
    return axis.map { result.expandingDims(axis: $0 < 0 ? $0 + shape.count : $0) }
      ?? result.reshaped([Int](repeating: 1, count: shape.count))
  }
}

extension ComplexArray {
  /// The product over several axes.
  public func prod(axes: [Int], keepDims: Bool = false) -> ComplexArray {
    let checked = real.with(axes: axes) { _ in real }
    if checked.error != nil { return ComplexArray(ofOne: checked, imaginary) }
    let places = axes.map { $0 < 0 ? $0 + rank : $0 }, kept = places.reduce(self) { $0.prod(axis: $1, keepDims: true) }
    return keepDims ? kept : kept.map { $0.squeezed(axes: places) }
  }

  /// The products of the elements up to each along the axis; without one all elements are one row.
  public func cumprod(axis: Int? = nil) -> ComplexArray {
    let source = axis == nil ? flattened() : self, axis = axis ?? 0
    let checked = source.real.with(axes: [axis]) { axes in source.real.movingAxis(axes[0], to: 0) }
    var rows = ComplexArray(ofOne: checked, source.imaginary.movingAxis(axis, to: 0))
    if rows.error != nil { return rows }
    // Each row has the product of the rows before it, of twice as many in each round.
    var distance = 1
    let count = rows.shape[0]
    while distance < count {
      rows = concatenate([rows[0..<distance], rows[0..<(count - distance)] * rows[distance...]])
      distance *= 2
    }
    return rows.movingAxis(0, to: axis)
  }
}

/// The arrays joined along an axis that they have.
public func concatenate(_ arrays: [ComplexArray], axis: Int = 0) -> ComplexArray {
  ComplexArray(ofOne: concatenate(arrays.map(\.real), axis: axis), concatenate(arrays.map(\.imaginary), axis: axis))
}

/// The arrays, all of one shape, along a new axis.
public func stack(_ arrays: [ComplexArray], axis: Int = 0) -> ComplexArray {
  ComplexArray(ofOne: stack(arrays.map(\.real), axis: axis), stack(arrays.map(\.imaginary), axis: axis))
}

/// The numbers of a where the condition holds, of b elsewhere.
public func select(_ condition: some ArrayConvertible, _ a: ComplexArray, _ b: ComplexArray) -> ComplexArray {
  ComplexArray(ofOne: select(condition, a.real, b.real), select(condition, a.imaginary, b.imaginary))
}
