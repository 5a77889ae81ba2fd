import HillockIR

/// What the functions are given, checked.
enum Operands {
  /// Arrays of floats of one dtype: integers and bools count as `f32`.
  static func floats(_ arrays: [NDArray]) throws(HillockError) -> [NDArray] {
    var checked: [NDArray] = []
    for array in arrays { checked.append(try array.settled.checked()) }
    var dtype = checked[0].type.dtype
    for array in checked.dropFirst() { dtype = DType.promote(dtype, array.type.dtype) }
    if !dtype.isFloating { dtype = .f32 }
    guard !dtype.isNarrow else { throw .narrow("linear algebra", dtype) }
    return checked.map { $0.type.dtype == dtype ? $0 : $0.asType(dtype) }
  }

  /// One matrix or a batch of them.
  static func matrix(_ name: String, _ array: NDArray) throws(HillockError) -> NDArray {
    let array = try floats([array])[0]
    try check(name, array)
    return array
  }

  static func square(_ name: String, _ array: NDArray) throws(HillockError) -> NDArray {
    let array = try matrix(name, array)
    try checkSquare(name, array)
    return array
  }

  static func check(_ name: String, _ array: NDArray) throws(HillockError) {
    guard array.type.rank >= 2 else {
      throw HillockError(.shape, "\(name) takes a matrix, or a batch of matrices, not an array of shape \(array.type.shape)")
    }
  }

  static func checkSquare(_ name: String, _ array: NDArray) throws(HillockError) {
    try check(name, array)
    guard array.columns == array.rows else {
      throw HillockError(.shape, "\(name) takes square matrices, and this is of shape \(array.type.shape)")
    }
  }

  /// A matrix and right sides of as many rows. A vector is one right side; `restore` makes a vector of the result again. Batches are
  /// broadcast later.
  static func system(
    _ name: String, _ a: NDArray, _ b: NDArray
  ) throws(HillockError) -> (a: NDArray, b: NDArray, restore: (NDArray) -> NDArray) {
    let both = try floats([a, b])
    let (a, b) = (both[0], both[1])
    try check(name, a)
    guard b.type.rank > 0 else {
      throw HillockError(.shape, "\(name) takes a vector or a matrix as its right side, not a number")
    }
    let isVector = b.type.rank == 1, right = isVector ? b.expandingDims(axis: 1) : b
    guard right.rows == a.rows else {
      throw HillockError(
        .shape,
        "\(name): the matrix of shape \(a.type.shape) has \(a.rows) rows, and the right side of shape \(b.type.shape) has \(right.rows)"
      )
    }
    _ = try batch(name, a, right)
    return (a, right, { isVector ? $0.squeezed(axis: -1) : $0 })
  }

  /// The leading axes of both.
  static func batch(_ name: String, _ a: NDArray, _ b: NDArray) throws(HillockError) -> [Int] {
    guard let batch = Shape.broadcast(a.batch, b.batch) else {
      throw HillockError(
        .shape,
        "\(name): the batches \(a.batch) and \(b.batch) of shapes \(a.type.shape) and \(b.type.shape) cannot be broadcast together"
      )
    }
    return batch
  }
}

extension NDArray {
  /// The axes before the matrices.
  var batch: [Int] { Array(type.shape.dropLast(2)) }
  /// The extents of the matrices.
  var rows: Int { type.shape[type.rank - 2] }
  var columns: Int { type.shape[type.rank - 1] }

  /// The same matrices, or other items, for each of a batch.
  func broadcast(batch: [Int], items: Int) -> NDArray {
    let shape = batch + type.shape.suffix(items)
    return shape == type.shape ? self : broadcast(to: shape)
  }

  /// Rows from one on, and the first columns.
  func block(from row: Int = 0, rows: Int? = nil, columns: Int? = nil) -> NDArray {
    let rows = rows ?? self.rows - row, columns = columns ?? self.columns
    return rows == self.rows && columns == self.columns ? self : self[..., row..<(row + rows), 0..<columns]
  }

  /// The elements on the diagonal and below it, or only below it; zeros elsewhere.
  func lowerTriangle(strict: Bool = false) -> NDArray { tril(self, strict ? -1 : 0) }
  func upperTriangle(strict: Bool = false) -> NDArray { triu(self, strict ? 1 : 0) }

  /// The diagonals, as vectors.
  var diagonal: NDArray { Hillock.diagonal(self, axis1: -2, axis2: -1) }

  /// The mean of a matrix and its transpose: a change of a symmetric matrix.
  var symmetricPart: NDArray { (self + mT) * 0.5 }

  /// The factors 1 / (value j − value i) off the diagonal of what is given for each pair, and 0 on it.
  static func reciprocalDifferences(_ values: NDArray, _ difference: (_ column: NDArray, _ row: NDArray) -> NDArray) -> NDArray {
    let count = values.type.shape[values.type.rank - 1], unit = eye(count, dtype: values.dtype)
    let all = difference(values.expandingDims(axis: -2), values.expandingDims(axis: -1))
    return (1 - unit) / (all + unit)
  }
}

/// What the body gives, or arrays that carry its error.
func attempt(_ count: Int, _ body: () throws -> [NDArray]) -> [NDArray] {
  do {
    return try body()
  } catch {
    let failed = NDArray(
      failing: error as? HillockError ?? HillockError(.call, "linear algebra failed: \(error)", underlying: error))
    return Array(repeating: failed, count: count)
  }
}

func attempt(_ body: () throws -> NDArray) -> NDArray { attempt(1) { [try body()] }[0] }
