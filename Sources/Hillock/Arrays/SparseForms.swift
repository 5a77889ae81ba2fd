import HillockIR

// Other forms of a sparse matrix: coordinates (COO), a dense one, the transposed one.

extension SparseMatrix {
  /// A matrix from coordinates (COO), in any order: `values[i]` stands at `[rows[i], columns[i]]`.
  ///
  /// Values given for one place are added up, in their order, as SciPy does. They may be traced, and are differentiated.
  ///
  /// ```swift
  /// // [[0, 5, 0], [1, 0, 0]]
  /// let m = try SparseMatrix(rows: [1, 0, 0], columns: [0, 1, 1], values: NDArray([1.0, 2, 3]), shape: [2, 3])
  /// let y = dot(m, NDArray([1.0, 10, 100]))          // [50, 1]
  /// ```
  /// - Parameters:
  ///   - values: floats, one for each place that is given; or one for all.
  ///   - shape: rows and columns.
  /// - Throws: A `shape` or `dtype` error where the parts do not fit each other, an `index` error where a place is not in the matrix.
  public init(rows: [Int], columns: [Int], values: some ArrayConvertible, shape: [Int]) throws {
    guard shape.count == 2, shape.allSatisfy({ $0 >= 0 }) else {
      throw HillockError(.shape, "a sparse matrix has two axes, and not the shape \(shape)")
    }
    guard rows.count == columns.count else {
      throw HillockError(.shape, "\(rows.count) rows do not fit \(columns.count) columns: a place has one of each")
    }
    for (place, row) in rows.enumerated() where !(0..<shape[0]).contains(row) {
      throw HillockError(.index, "row \(row), at place \(place), is not in a matrix of shape \(shape)")
    }
    for (place, column) in columns.enumerated() where !(0..<shape[1]).contains(column) {
      throw HillockError(.index, "column \(column), at place \(place), is not in a matrix of shape \(shape)")
    }
    let values = values.array.settled, count = values.type.count
    if let error = values.error { throw error }
    guard count == rows.count || count == 1 else {
      throw HillockError(.shape, "\(count) values do not fit \(rows.count) places: there is one for each, or one for all")
    }
    let order = rows.indices.sorted { (rows[$0], columns[$0], $0) < (rows[$1], columns[$1], $1) }
    var rowStarts = [0], stored: [Int] = [], slots = [Int](repeating: 0, count: rows.count)
    for (position, place) in order.enumerated() {
      let isRepeated = position > 0 && rows[order[position - 1]] == rows[place] && columns[order[position - 1]] == columns[place]
      while rowStarts.count <= rows[place] { rowStarts.append(stored.count) }
      if !isRepeated { stored.append(columns[place]) }
      slots[place] = stored.count - 1
    }
    while rowStarts.count <= shape[0] { rowStarts.append(stored.count) }
    let isShared = count == 1 && stored.count == rows.count
    let given = values.flattened().broadcast(to: [rows.count])
    try self.init(
      rowStarts: rowStarts, columns: stored,
      values: isShared ? values : zeros(stored.count, dtype: values.dtype).at[NDArray(slots)].add(given), columnCount: shape[1])
  }

  /// The elements of a dense matrix of floats that differ from 0. NaN is stored, -0 is not.
  ///
  /// ```swift
  /// let m = try SparseMatrix(NDArray([[0.0, 2, 0], [1, 0, 3]]))     // 3 values
  /// ```
  /// - Throws: A `shape` or `dtype` error where it is no matrix of floats. In a function that is traced, where the values decide how
  ///   many there are, a `trace` error.
  public init(_ dense: some ArrayConvertible) throws {
    let dense = dense.array.settled
    if let error = dense.error { throw error }
    guard dense.rank == 2 else {
      throw HillockError(.shape, "a sparse matrix has two axes; the array given has shape \(dense.shape)")
    }
    guard dense.dtype.isFloating else {
      throw HillockError(.dtype, "the values of a sparse matrix are floats, not \(dense.dtype.name); use asType(.f32)")
    }
    guard !dense.isTraced else {
      throw HillockError(
        .trace, "how many elements differ from 0 is not known while a function is traced; make the sparse matrix outside of it")
    }
    let places = nonzero(dense), rows = try places[0].ints(), columns = try places[1].ints()
    try self.init(rows: rows, columns: columns, values: dense[places[0], places[1]], shape: dense.shape)
  }

  /// The row of each element that is stored, `i64`: with ``columns`` and ``values`` the matrix in coordinates (COO).
  public var rows: NDArray {
    searchsorted(rowStarts, arange(columns.type.count), right: true) - 1
  }

  /// The dense matrix, of the values' dtype. Values that are stored for one place are added up.
  ///
  /// ```swift
  /// let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
  /// let dense = m.dense()                             // [[0, 2, 0], [1, 0, 0]]
  /// ```
  public func dense() -> NDArray {
    zeros(shape, dtype: values.dtype).at[rows, columns].add(values.broadcast(to: [columns.type.count]))
  }

  /// The transposed matrix, stored row by row as well: its rows are this one's columns.
  ///
  /// ```swift
  /// let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
  /// let t = try m.transposed().dense()                // [[0, 1], [2, 0], [0, 0]]
  /// ```
  public func transposed() throws -> SparseMatrix {
    let order = columns.argsort(), hasOne = values.type.count == 1
    return try SparseMatrix(
      rowStarts: searchsorted(columns[order], arange(shape[1] + 1)), columns: rows[order].asType(.i32),
      values: hasOne ? values : values[order], columnCount: shape[0])
  }
}

/// A sparse matrix times a dense one, `[m, k] · [k, n] → [m, n]`. Leading axes of the dense one are a batch.
///
/// ```swift
/// let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
/// let y = matmul(m, NDArray([[1.0, 2], [3, 4], [5, 6]]))     // [[6, 8], [1, 2]]
/// ```
/// A vector is ``dot(_:_:)``'s: it gives a `shape` error here, as does an array whose rows are not the matrix's columns.
public func matmul(_ matrix: SparseMatrix, _ dense: some ArrayConvertible) -> NDArray {
  let dense = dense.array
  if case .failure = dense.content { return dense }
  guard dense.rank >= 2, dense.shape[dense.rank - 2] == matrix.shape[1] else {
    return NDArray(
      failing: HillockError(
        .shape,
        "an array of shape \(dense.shape) is no right factor of a sparse matrix of shape \(matrix.shape); of a vector take dot"))
  }
  return dot(matrix, dense.swappingAxes(-1, -2)).swappingAxes(-1, -2)
}

/// A dense matrix times a sparse one, `[m, k] · [k, n] → [m, n]`: the rows of the dense one are a batch of ``dot(_:_:)``.
///
/// A vector, or rows that are not as long as the sparse matrix has rows, give a `shape` error.
public func matmul(_ dense: some ArrayConvertible, _ matrix: SparseMatrix) -> NDArray {
  let dense = dense.array
  if case .failure = dense.content { return dense }
  guard dense.rank >= 2 else {
    return NDArray(
      failing: HillockError(.shape, "an array of shape \(dense.shape) is no matrix: of a vector take dot"))
  }
  return dot(dense, matrix)
}
