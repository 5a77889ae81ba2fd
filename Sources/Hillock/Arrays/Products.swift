import HillockIR

/// The product of vectors and matrices: 1-D·1-D gives a scalar, 2-D·1-D and 1-D·2-D a vector, 2-D·2-D a matrix. The last
/// axis of `a` is contracted with the first of `b`. Different extents give a `shape` error.
///
/// ```swift
/// dot(X, w)        // f32[20,10] · f32[10] → f32[20]
/// ```
/// Arrays of more axes as in NumPy: the last axis of `a` with the last but one of `b`, then the other axes of `a`, then those of `b`.
/// An array without axes is a factor. See ``matmul(_:_:)`` for batches of matrices.
public func dot(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  let (a, b) = (a.array, b.array)
  if a.error == nil, b.error == nil {
    let (x, y) = (a.type.rank, b.type.rank)
    if x == 0 || y == 0 { return a * b }
    if y > 2 { return .evaluate(.contract([], [[x - 1, y - 2]]), [a, b]) }
  }
  return .evaluate(.dot(batch: 0), [a, b])
}

/// The matrix product of the last two axes. Leading axes are a batch, which is broadcast as in NumPy; a vector is one row or one
/// column, which the result does not have. Extents that do not fit give a `shape` error.
///
/// ```swift
/// matmul(X, W)     // f32[8,20,10] · f32[10,5] → f32[8,20,5]
/// ```
public func matmul(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray { .evaluate(.matmul, [a.array, b.array]) }

/// The sum of products over the last `axes` axes of `a` and the first of `b`; 0 gives all products. Negative numbers, or more than
/// an array has, give an `index` error; extents that differ a `shape` error.
///
/// ```swift
/// tensordot(a, b, axes: 2)    // f32[4,2,3] · f32[2,3,5] → f32[4,5]
/// ```
public func tensordot(_ a: some ArrayConvertible, _ b: some ArrayConvertible, axes: Int = 2) -> NDArray {
  let (a, b) = (a.array, b.array)
  if let failed = [a, b].first(where: { $0.error != nil }) { return failed }
  let rank = a.type.rank
  guard (0...min(rank, b.type.rank)).contains(axes) else {
    return NDArray(
      failing: HillockError(.index, "tensordot over \(axes) axes of arrays of shapes \(a.type.shape) and \(b.type.shape)"))
  }
  return .evaluate(.contract([], (0..<axes).map { [rank - axes + $0, $0] }), [a, b])
}

/// The sum of products over these axes of `a` and of `b`, which go together one by one; negative ones count from the last. The result
/// has the other axes of `a`, then those of `b`.
///
/// ```swift
/// tensordot(x, g, axes: ([0, 1], [0, 1]))    // f32[8,20,10] · f32[8,20,5] → f32[10,5]
/// ```
/// Axes that an array does not have give an `index` error, extents that differ, or lists of different lengths, a `shape` error.
public func tensordot(_ a: some ArrayConvertible, _ b: some ArrayConvertible, axes: ([Int], [Int])) -> NDArray {
  let (a, b) = (a.array, b.array)
  return a.with(axes: axes.0) { first in
    b.with(axes: axes.1) { second in
      guard first.count == second.count else {
        return NDArray(
          failing: HillockError(.shape, "tensordot over axes \(axes.0) and \(axes.1): the lists have one axis for each other"))
      }
      return .evaluate(.contract([], zip(first, second).map { [$0, $1] }), [a, b])
    }
  }
}
