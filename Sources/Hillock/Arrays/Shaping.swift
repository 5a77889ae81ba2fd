import HillockIR

// Defined once for arrays and for Variables, which it reads.
extension ArrayValue {
  /// The same elements in row-major order, with another shape. One extent may be -1 and is then computed.
  ///
  /// ```swift
  /// arange(6).reshaped(2, -1)    // i32[2,3]
  /// ```
  /// A shape of another number of elements gives a `shape` error.
  public func reshaped(_ shape: Int...) -> NDArray { reshaped(shape) }

  /// The same for a shape that is an array.
  public func reshaped(_ shape: [Int]) -> NDArray {
    let array = self.array
    if case .failure = array.content { return array }
    var shape = shape
    if let open = shape.firstIndex(of: -1) {
      let known = shape.indices.filter { $0 != open }.reduce(1) { $0.multipliedReportingOverflow(by: shape[$1]).partialValue }
      shape[open] =
        known > 0 && array.type.count % known == 0 ? array.type.count / known : known == 0 && array.type.count == 0 ? 0 : -1
    }
    return .evaluate(.reshape(shape), [array])
  }

  /// The array with one axis.
  public func flattened() -> NDArray { reshaped([-1]) }

  /// The axes in reverse order: the transpose of a matrix.
  public var T: NDArray { transposed() }

  /// The axes in reverse order, or in the given one: axis i of the result is axis `axes[i]` of this array. Negative axes
  /// count from the last. If they are not a permutation, that is an `index` error.
  public func transposed(_ axes: Int...) -> NDArray { transposed(axes) }

  /// The same for axes that are in an array.
  public func transposed(_ axes: [Int]) -> NDArray {
    let array = self.array, rank = array.type.rank
    if case .failure = array.content { return array }
    let permutation = axes.isEmpty ? Array((0..<rank).reversed()) : axes.map { $0 < 0 ? $0 + rank : $0 }
    if permutation == Array(0..<rank) { return array }
    return .evaluate(.transpose(permutation), [array])
  }

  /// The array with the two axes exchanged. An axis out of range gives an `index` error.
  public func swappingAxes(_ a: Int, _ b: Int) -> NDArray {
    let array = self.array
    return array.with(axes: [a]) { first in
      array.with(axes: [b]) { second in
        var permutation = Array(0..<array.type.rank)
        permutation.swapAt(first[0], second[0])
        return array.transposed(permutation)
      }
    }
  }

  /// The array without its axes of extent 1.
  public func squeezed() -> NDArray {
    let array = self.array
    return array.reshaped(array.type.shape.filter { $0 != 1 })
  }

  /// The array without this axis, which must have extent 1 (else: a `shape` error).
  public func squeezed(axis: Int) -> NDArray { squeezed(axes: [axis]) }

  /// The array without these axes, which must have extent 1 (else: a `shape` error).
  public func squeezed(axes: [Int]) -> NDArray {
    let array = self.array, shape = array.type.shape
    return array.with(axes: axes) { axes in
      guard axes.allSatisfy({ shape[$0] == 1 }) else {
        return NDArray(
          failing: HillockError(.shape, "axes \(axes) of an array of shape \(shape) cannot be squeezed: their extents are not 1"))
      }
      return array.reshaped(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
    }
  }

  /// The array with a new axis of extent 1 at this position; -1 puts it last. One out of range gives an `index` error.
  public func expandingDims(axis: Int) -> NDArray {
    let array = self.array, rank = array.type.rank
    if case .failure = array.content { return array }
    let position = axis < 0 ? axis + rank + 1 : axis
    guard (0...rank).contains(position) else {
      return NDArray(failing: HillockError(.index, "a new axis \(axis) is out of range for an array of \(rank) axes"))
    }
    var shape = array.type.shape
    shape.insert(1, at: position)
    return array.reshaped(shape)
  }

  /// The array repeated along axes of extent 1 and along new leading axes, as in broadcasting. A shape that it cannot be
  /// broadcast to gives a `shape` error.
  public func broadcast(to shape: Int...) -> NDArray { broadcast(to: shape) }

  /// The same for a shape that is an array.
  public func broadcast(to shape: [Int]) -> NDArray { .evaluate(.broadcast(shape), [array]) }

  /// The array converted to a dtype. Floats become integers by truncation towards zero; they saturate at the bounds, and NaN
  /// gives 0. A `bool` says whether the value differs from 0.
  public func asType(_ dtype: DType) -> NDArray {
    let array = self.array
    if array.isWeak { return NDArray { () throws(HillockError) in try array.converted(weakTo: dtype) } }
    return .evaluate(.convert(dtype), [array])
  }
}

extension NDArray {
  /// An explicit conversion wraps integers; implicitly, a number that does not fit is an error.
  fileprivate func converted(weakTo dtype: DType) throws(HillockError) -> NDArray {
    if case .weak(.unsigned) = content { return .evaluate(.convert(dtype), [try adopting(.u64)]) }
    guard integerBounds != nil, dtype != .i64 else { return try adopting(dtype) }
    return .evaluate(.convert(dtype), [try adopting(.i64)])
  }

  /// Calls the body with the axes counted from the first. Fails with an `index` error if one is out of range or named
  /// twice.
  func with(axes: [Int], _ body: ([Int]) -> NDArray) -> NDArray {
    if case .failure = content { return self }
    let rank = type.rank, shape = type.shape
    let positions = axes.map { $0 < 0 ? $0 + rank : $0 }
    if let odd = positions.indices.first(where: { !(0..<rank).contains(positions[$0]) }) {
      let range = rank == 0 ? "it has none" : "its axes are \(-rank) to \(rank - 1)"
      return NDArray(failing: HillockError(.index, "an array of shape \(shape) has no axis \(axes[odd]); \(range)"))
    }
    guard Set(positions).count == positions.count else {
      return NDArray(failing: HillockError(.index, "axes \(axes) of an array of shape \(shape) are not distinct; name each once"))
    }
    return body(positions)
  }
}

/// The arrays joined along an axis they have (else: an `index` error); their dtypes are promoted, their other extents agree
/// (else: a `shape` error).
public func concatenate(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  let rank = arrays.first?.type.rank ?? 0
  return .evaluate(.array(.concatenate, [[axis < 0 ? axis + rank : axis]]), arrays)
}

/// The arrays, all of one shape (else: a `shape` error), along a new axis.
public func stack(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  let shapes = Set(arrays.map(\.type.shape))
  if let failed = arrays.first(where: { $0.error != nil }) { return failed }
  guard shapes.count == 1, let rank = arrays.first?.type.rank else {
    return NDArray(
      failing: HillockError(
        .shape,
        "stack takes arrays of one shape, not \(arrays.isEmpty ? "none" : arrays.map { "\($0.type.shape)" }.joined(separator: ", "))"
      ))
  }
  let position = axis < 0 ? axis + rank + 1 : axis
  return concatenate(arrays.map { $0.expandingDims(axis: axis) }, axis: position)
}
