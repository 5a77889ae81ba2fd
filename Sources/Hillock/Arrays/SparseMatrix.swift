import HillockIR

/// A matrix of which only some elements are stored, row by row (CSR): the connections of a network, with a row for each sender.
///
/// ```swift
/// // [[0, 2, 0], [0, 0, 0], [1, 0, 3]]
/// let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
/// let y = dot(m, NDArray([1.0, 10, 100]))          // [20, 0, 301]
/// let z = dot(NDArray([true, false, true]), m)     // [1, 2, 3]: the sum of rows 0 and 2
/// ```
/// A product with spikes costs what the rows that spike have: silent ones cost next to nothing. Products can be differentiated with
/// respect to the values, to the vector, and to spikes that are floats.
public struct SparseMatrix: Sendable {
  /// Where each row begins among columns and values, and at the end how many there are: `i64`, one more than rows.
  public let rowStarts: NDArray
  /// The column of each element that is stored, `i32`. Products of many spikes are shared better where they ascend in each row.
  public let columns: NDArray
  /// The elements that are stored, as floats; or one that all have.
  public let values: NDArray
  /// Rows and columns.
  public let shape: [Int]

  /// A matrix from its parts.
  ///
  /// - Parameters:
  ///   - values: floats, one for each column that is given; or one for all.
  /// - Throws: A `shape` or `dtype` error where the parts do not fit each other, an `index` error where starts descend or a column is
  ///   not in `0..<columnCount`.
  public init(rowStarts: [Int], columns: [Int], values: some ArrayConvertible, columnCount: Int) throws {
    guard let last = rowStarts.last, rowStarts[0] == 0, last == columns.count else {
      throw HillockError(
        .shape, "row starts begin with 0 and end with the number of columns, \(columns.count); they are one more than rows")
    }
    for (row, (start, end)) in zip(rowStarts, rowStarts.dropFirst()).enumerated() where end < start {
      throw HillockError(.index, "row \(row) starts at \(start) and ends before it, at \(end)")
    }
    guard columnCount >= 0, columnCount <= Int(Int32.max), rowStarts.count <= Int(Int32.max) else {
      throw HillockError(.shape, "a sparse matrix of \(rowStarts.count - 1) rows and \(columnCount) columns is too large")
    }
    for (place, column) in columns.enumerated() where !(0..<columnCount).contains(column) {
      throw HillockError(.index, "column \(column), at place \(place), is not in 0..<\(columnCount)")
    }
    try self.init(
      rowStarts: NDArray(rowStarts.map { Int64($0) }), columns: NDArray(columns.map { Int32($0) }), values: values.array.settled,
      columnCount: columnCount)
  }

  /// A matrix from arrays whose elements are known to fit; columns that the matrix does not have are left out of products.
  package init(rowStarts: NDArray, columns: NDArray, values: NDArray, columnCount: Int) throws {
    if let error = [rowStarts, columns, values].lazy.compactMap(\.error).first { throw error }
    guard values.dtype.isFloating else {
      throw HillockError(.dtype, "the values of a sparse matrix are floats, not \(values.dtype.name); use asType(.f32)")
    }
    let count = columns.type.count
    guard values.type.count == count || values.type.count == 1 else {
      throw HillockError(
        .shape, "\(values.type.count) values do not fit \(count) columns: there is one for each, or one for all")
    }
    self.rowStarts = rowStarts
    self.columns = columns
    self.values = values.reshaped([values.type.count])
    shape = [rowStarts.type.count - 1, columnCount]
  }

  /// The same places with other values: one for each, or one for all. Values that do not fit give a `shape` error where the matrix is
  /// used.
  public func with(values: some ArrayConvertible) -> SparseMatrix {
    SparseMatrix(rowStarts: rowStarts, columns: columns, shape: shape, values: values.array)
  }

  private init(rowStarts: NDArray, columns: NDArray, shape: [Int], values: NDArray) {
    self.rowStarts = rowStarts
    self.columns = columns
    self.shape = shape
    self.values = values.flattened()
  }
}

/// Spikes, or floats, of the rows times the matrix: for each column the sum over the rows. Only rows that are not zero are looked at.
/// Leading axes of the vector are a batch. A vector of another length gives a `shape` error.
public func dot(_ rows: some ArrayConvertible, _ matrix: SparseMatrix) -> NDArray {
  matrix.product(rows.array.settled, ofRows: true)
}

/// The matrix times a vector of its columns' length, or times a batch of them along leading axes.
public func dot(_ matrix: SparseMatrix, _ vector: some ArrayConvertible) -> NDArray {
  matrix.product(vector.array.settled, ofRows: false)
}

extension SparseMatrix {
  fileprivate func product(_ vector: NDArray, ofRows: Bool) -> NDArray {
    if case .failure = vector.content { return vector }
    let length = shape[ofRows ? 0 : 1], batch = Array(vector.type.shape.dropLast())
    guard vector.type.shape.last == length else {
      return NDArray(
        failing: HillockError(
          .shape,
          "an array of shape \(vector.type.shape) does not fit the \(ofRows ? "rows" : "columns") of a sparse matrix of shape \(shape): its last axis should be \(length)"
        ))
    }
    let lanes = batch.isEmpty ? [] : [batch.reduce(1, *)]
    let flat = vector.reshaped(lanes + [length]), slot = NDArray(Int64(0))
    let isDouble = values.dtype == .f64 || vector.dtype == .f64, dtype: DType = isDouble ? .f64 : .f32
    let weights = values.asType(dtype)
    let result: NDArray
    if ofRows {
      let ring = zeros(lanes + [1, shape[1]], dtype: dtype), given = flat.dtype == .bool ? flat : flat.asType(dtype)
      result = .evaluate(
        .array(.deliver, [lanes.isEmpty ? [] : [1, 1, 0, 0, 0, 0]]), [ring, given, slot, rowStarts, columns, weights])
    } else {
      let ring = flat.asType(dtype).reshaped(lanes + [1, length])
      result = .evaluate(
        .array(.rowProducts, [lanes.isEmpty ? [] : [1, 0, 0, 0, 0]]), [ring, slot, rowStarts, columns, weights])
    }
    return result.reshaped(batch + [shape[ofRows ? 1 : 0]])
  }
}

extension NDArray {
  /// The ring `[slots, columns]` with what the rows of a matrix send added: for each row that is not zero, and each of its elements,
  /// `rows[r] · value` at `[(slot + delay) mod slots, column]`. This is the step of a projection with delays: the ring's present slot
  /// is what arrives now.
  ///
  /// - Parameters:
  ///   - rows: what each row sends: spikes as `bool`, or floats.
  ///   - slot: the slot that a delay of 0 means; a number or an integer array without axes.
  ///   - delays: a delay for each element of the matrix, `u8`, `u16` or `i32`, below the number of slots; without, all are 0. An
  ///     element with another delay is left out. A smaller dtype takes less memory.
  ///
  /// Additions to one place are made in the order of the rows, whatever the number of threads. Where the ring is a Variable, or carried
  /// by a loop, it is changed in place. Leading axes of the ring, which the rows have too, are a batch. Operands that do not fit give a
  /// `shape` or `dtype` error.
  public func delivering(
    _ rows: some ArrayConvertible, along matrix: SparseMatrix, slot: some ArrayConvertible = 0, delays: NDArray? = nil
  ) -> NDArray {
    delivering(rows.array.settled, along: matrix, slot: slot.array.settled.asType(.i64), delays: delays, axes: 2)
  }

  /// The array `[columns]` with the product of rows and a matrix added: `self + dot(rows, matrix)`, but each element of the matrix is added to
  /// the array itself, in the order of the rows, and only rows that are not zero are looked at.
  ///
  /// Where the array is carried by a loop, or read no more, it is changed in place. Leading axes, which the rows have too, are a batch.
  /// Operands that do not fit give a `shape` or `dtype` error.
  ///
  /// ```swift
  /// let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
  /// let g = ones(3).adding(NDArray([true, false, true]), along: m)     // [2, 3, 4]
  /// ```
  public func adding(_ rows: some ArrayConvertible, along matrix: SparseMatrix) -> NDArray {
    delivering(rows.array.settled, along: matrix, slot: NDArray(Int64(0)), delays: nil, axes: 1)
  }

  /// `axes`: 2 where the array is a ring [slots, columns], 1 where it has no slots.
  private func delivering(_ rows: NDArray, along matrix: SparseMatrix, slot: NDArray, delays: NDArray?, axes: Int) -> NDArray {
    let batch = Array(type.shape.dropLast(axes)), lanes = batch.isEmpty ? [] : [batch.reduce(1, *)]
    for array in [self, rows, slot, delays ?? self] { if case .failure = array.content { return array } }
    guard rank >= axes, rows.type.shape == batch + [matrix.shape[0]], shape.last == matrix.shape[1] else {
      let (name, hint) = axes == 2 ? ("a ring", ": the ring is [slots, columns]") : ("an array", "")
      return NDArray(
        failing: HillockError(
          .shape,
          "\(name) of shape \(type.shape) and rows of shape \(rows.type.shape) do not fit a sparse matrix of shape \(matrix.shape)\(hint)"
        ))
    }
    var operands = [reshaped(lanes + type.shape.suffix(axes)), rows.reshaped(lanes + [matrix.shape[0]]), slot]
    operands += [matrix.rowStarts, matrix.columns, matrix.values]
    if let delays { operands.append(delays) }
    let flags = lanes.isEmpty ? [] : operands.indices.map { $0 < 2 ? 1 : 0 }
    return NDArray.evaluate(.array(.deliver, [flags]), operands).reshaped(type.shape)
  }
}

extension SparseMatrix {
  /// The smallest dtype of delays that holds this one.
  package static func delayDType(holding longest: Int) -> DType {
    SynapseShape.delayDTypes.first { $0.integerRange.contains(Int64(longest)) } ?? .i32
  }
}

extension Variable {
  /// Adds what the rows of a matrix send: ``NDArray/delivering(_:along:slot:delays:)``, in place.
  public func deliver(
    _ rows: some ArrayConvertible, along matrix: SparseMatrix, slot: some ArrayConvertible = 0, delays: NDArray? = nil
  ) {
    value = value.delivering(rows, along: matrix, slot: slot, delays: delays)
  }
}
