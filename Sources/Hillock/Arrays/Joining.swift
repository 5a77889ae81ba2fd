import HillockIR

/// The arrays side by side: joined along axis 1, vectors along their only axis.
///
/// ```swift
/// hstack([NDArray([1, 2]), NDArray([3])])                 // [1, 2, 3]
/// ```
public func hstack(_ arrays: [NDArray]) -> NDArray {
  let parts = arrays.map { atLeast1D($0) }
  return concatenate(parts, axis: parts.allSatisfy { $0.type.rank == 1 } ? 0 : 1)
}

/// The arrays below each other: joined along axis 0, vectors as rows.
///
/// ```swift
/// vstack([NDArray([1, 2]), NDArray([3, 4])])              // [[1, 2], [3, 4]]
/// ```
public func vstack(_ arrays: [NDArray]) -> NDArray { concatenate(arrays.map { atLeast2D($0) }) }

/// The arrays behind each other: joined along axis 2, vectors as ``atLeast3D(_:)`` makes them.
public func dstack(_ arrays: [NDArray]) -> NDArray { concatenate(arrays.map { atLeast3D($0) }, axis: 2) }

/// Vectors as the columns of a matrix; matrices are joined along axis 1.
///
/// ```swift
/// columnStack([NDArray([1, 2]), NDArray([3, 4])])         // [[1, 3], [2, 4]]
/// ```
public func columnStack(_ arrays: [NDArray]) -> NDArray {
  concatenate(arrays.map { $0.type.rank < 2 ? $0.reshaped(-1, 1) : $0 }, axis: 1)
}

/// Both arrays joined along the axis; without one both are flattened first.
public func append(_ x: some ArrayConvertible, _ values: some ArrayConvertible, axis: Int? = nil) -> NDArray {
  guard let axis else { return concatenate([x.array.flattened(), values.array.flattened()]) }
  return concatenate([x.array, values.array], axis: axis)
}

/// The array in so many parts of one extent along the axis. An extent that does not divide gives one array with a `shape` error:
/// ``arraySplit(_:_:axis:)`` makes the first parts longer.
///
/// ```swift
/// let halves = split(arange(4), 2)                        // [0, 1] and [2, 3]
/// ```
public func split(_ x: some ArrayConvertible, _ parts: Int, axis: Int = 0) -> [NDArray] {
  pieces(x.array, axis) { (extent) throws(HillockError) in
    guard parts > 0, extent % parts == 0 else {
      throw HillockError(.shape, "an extent of \(extent) is not divided into \(parts) parts of one length; arraySplit allows it")
    }
    try checkNumber(of: parts, extent)
    return (1..<parts).map { $0 * (extent / parts) }
  }
}

/// The array cut before each of these places along the axis; a negative one counts from the end.
///
/// ```swift
/// let cut = split(arange(5), at: [1, 3])                  // [0], [1, 2] and [3, 4]
/// ```
public func split(_ x: some ArrayConvertible, at places: [Int], axis: Int = 0) -> [NDArray] {
  pieces(x.array, axis) { _ in places }
}

/// The array in so many parts along the axis, the first ones longer by one where the extent does not divide.
public func arraySplit(_ x: some ArrayConvertible, _ parts: Int, axis: Int = 0) -> [NDArray] {
  pieces(x.array, axis) { (extent) throws(HillockError) in
    guard parts > 0 else { throw HillockError(.argument, "an array is not split into \(parts) parts") }
    try checkNumber(of: parts, extent)
    return (1..<parts).map { $0 * (extent / parts) + Swift.min($0, extent % parts) }
  }
}

/// ``split(_:_:axis:)`` along axis 1, of a vector along its only axis.
public func hsplit(_ x: some ArrayConvertible, _ parts: Int) -> [NDArray] {
  split(x, parts, axis: x.array.type.rank == 1 ? 0 : 1)
}

/// ``split(_:_:axis:)`` along axis 0.
public func vsplit(_ x: some ArrayConvertible, _ parts: Int) -> [NDArray] { split(x, parts, axis: 0) }

/// ``split(_:_:axis:)`` along axis 2.
public func dsplit(_ x: some ArrayConvertible, _ parts: Int) -> [NDArray] { split(x, parts, axis: 2) }

/// The reverse of ``stack(_:axis:)``: an array for each place of the axis, which it no longer has. An axis of extent 0 gives an empty list.
public func unstack(_ x: some ArrayConvertible, axis: Int = 0) -> [NDArray] {
  let x = x.array, position = axis < 0 ? axis + x.type.rank : axis
  if x.type.shape.indices.contains(position), x.type.shape[position] == 0 { return [] }
  return pieces(x, axis) { extent in extent > 1 ? Array(1..<extent) : [] }.map {
    $0.errorCode == nil ? $0.squeezed(axis: axis) : $0
  }
}

/// More parts than elements are empty; so many of them that memory would not hold them are an error.
private func checkNumber(of parts: Int, _ extent: Int) throws(HillockError) {
  guard parts <= Swift.max(extent, 1 << 20) else {
    throw HillockError(
      .argument, "an extent of \(extent) is not split into \(parts) parts; take at most one for each place, or 2^20")
  }
}

private func pieces(
  _ x: NDArray, _ axis: Int, _ places: (Int) throws(HillockError) -> [Int]
) -> [NDArray] {
  var result: [NDArray] = []
  let failed = x.with(axes: [axis]) { axes in
    let axis = axes[0], extent = x.type.shape[axis]
    return NDArray { () throws(HillockError) in
      let bounds = try places(extent).map { Swift.min(Swift.max($0 < 0 ? $0 + extent : $0, 0), extent) } + [extent]
      var start = 0
      for bound in bounds {
        result.append(x.part(start, bound - start, axis))
        start = bound
      }
      return x
    }
  }
  return failed.errorCode == nil ? result : [failed]
}

/// The array with at least one axis.
public func atLeast1D(_ x: some ArrayConvertible) -> NDArray { x.array.type.rank == 0 ? x.array.reshaped(1) : x.array }

/// The array with at least two axes: a vector becomes a row.
public func atLeast2D(_ x: some ArrayConvertible) -> NDArray {
  x.array.type.rank < 2 ? x.array.reshaped(1, -1) : x.array
}

/// The array with at least three axes: a vector is `[1, n, 1]`, a matrix `[m, n, 1]`.
public func atLeast3D(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array
  switch x.type.rank {
  case 0, 1: return x.reshaped(1, -1, 1)
  case 2: return x.expandingDims(axis: 2)
  default: return x
  }
}

/// The arrays broadcast to one shape. Shapes that do not fit give a `shape` error in all.
public func broadcastArrays(_ arrays: [NDArray]) -> [NDArray] {
  guard let shape = broadcastShapes(arrays.map(\.type.shape)) else {
    let shapes = arrays.map { "\($0.type.shape)" }.joined(separator: ", ")
    return arrays.map { _ in NDArray(failing: HillockError(.shape, "arrays of shapes \(shapes) cannot be broadcast together")) }
  }
  return arrays.map { $0.broadcast(to: shape) }
}

/// The shape to which these shapes broadcast, or nil.
///
/// ```swift
/// let common = broadcastShapes([[3, 1], [4]])             // [3, 4]
/// ```
public func broadcastShapes(_ shapes: [[Int]]) -> [Int]? {
  var result: [Int] = []
  for shape in shapes {
    guard let joint = Shape.broadcast(result, shape) else { return nil }
    result = joint
  }
  return result
}

/// How ``meshgrid(_:indexing:)`` orders its axes.
public enum GridIndexing: Sendable {
  /// The first array runs along axis 1, the second along axis 0, as x and y in a picture.
  case xy
  /// Array i runs along axis i.
  case ij
}

/// The coordinates of a grid: for each vector an array that repeats it along the axes of the others.
///
/// ```swift
/// let grid = meshgrid([NDArray([1, 2, 3]), NDArray([4, 5])])      // [[1, 2, 3], [1, 2, 3]] and [[4, 4, 4], [5, 5, 5]]
/// ```
public func meshgrid(_ vectors: [NDArray], indexing: GridIndexing = .xy) -> [NDArray] {
  var order = Array(vectors.indices)
  if indexing == .xy, order.count > 1 { order.swapAt(0, 1) }
  let flat = vectors.map { $0.flattened() }
  let shape = order.map { flat[$0].type.count }
  return flat.indices.map { i in
    let axis = order.firstIndex(of: i) ?? 0
    return flat[i].reshaped(shape.indices.map { $0 == axis ? shape[axis] : 1 }).broadcast(to: shape)
  }
}
