import HillockIR

/// A random sparse matrix that is stored nowhere: each element is there by itself with one probability, and all have one value. Rows are
/// drawn again from the seed whenever they are needed, so it takes no memory, however large it is.
///
/// ```swift
/// let m = try DrawnMatrix(1_000_000, 1_000_000, probability: 0.001, value: 0.5, seed: 3)
/// let spikes = arange(1_000_000) .== 7
/// let row = dot(spikes, m)               // 0.5 at about 1000 places
/// ```
///
/// A product with spikes costs what the rows that spike have, at a few nanoseconds for each element. Products can be differentiated with
/// respect to the value, to the vector, and to spikes that are floats. The elements are those of the network's connections of a fixed
/// probability and the same seed.
public struct DrawnMatrix: Sendable {
  /// Rows and columns.
  public let shape: [Int]
  /// The probability of an element.
  public let probability: Double
  /// What each element that is there has: a float.
  public let value: NDArray
  /// The seed of the draw.
  public let seed: UInt64
  /// Whether the diagonal is left out.
  public let isHollow: Bool

  /// - Parameter hollow: whether column r of row r is never there.
  /// - Throws: An `argument` error if the probability is not in 0...1 or an extent is negative or 2³¹ or more; a `dtype` or `shape` error if
  ///   the value is no float number.
  public init(
    _ rows: Int, _ columns: Int, probability: Double, value: some ArrayConvertible = 1.0, hollow: Bool = false, seed: UInt64 = 0
  ) throws {
    guard (0...1).contains(probability) else {
      throw HillockError(.argument, "the probability of an element is between 0 and 1, not \(probability)")
    }
    guard (0...Int(Int32.max)).contains(rows), (0...Int(Int32.max)).contains(columns) else {
      throw HillockError(.argument, "a drawn matrix of \(rows) rows and \(columns) columns: extents are from 0 to 2³¹ - 1")
    }
    let value = value.array.settled
    if let error = value.error { throw error }
    guard value.dtype.isFloating else {
      throw HillockError(.dtype, "the value of a drawn matrix is a float, not \(value.dtype.name); use asType(.f32)")
    }
    guard value.type.count == 1 else {
      throw HillockError(.shape, "a drawn matrix has one value for all elements, not an array of shape \(value.type.shape)")
    }
    shape = [rows, columns]
    self.probability = probability
    self.value = value.reshaped([1])
    self.seed = seed
    isHollow = hollow
  }

  private var key: NDArray { NDArray([UInt32(truncatingIfNeeded: seed >> 32), UInt32(truncatingIfNeeded: seed)]) }

  /// What rows send, added to the slot of a ring `[lanes…, slots, columns]`.
  fileprivate func delivered(_ rows: NDArray, to ring: NDArray, slot: NDArray, lanes: [Int]) -> NDArray {
    let flags = lanes.isEmpty ? [] : [1, 1, 0, 0, 0, 0]
    let sent = rows.dtype == .bool ? rows : rows.asType(ring.dtype)
    return .evaluate(
      .array(.deliverDrawn, [flags, [isHollow ? 1 : 0]]),
      [ring, sent, slot, key, NDArray(probability, dtype: .f64), value.asType(ring.dtype)])
  }

  fileprivate func product(_ vector: NDArray, ofRows: Bool) -> NDArray {
    if case .failure = vector.content { return vector }
    let length = shape[ofRows ? 0 : 1], batch = Array(vector.type.shape.dropLast())
    guard vector.type.shape.last == length else {
      return NDArray(
        failing: HillockError(
          .shape,
          "an array of shape \(vector.type.shape) does not fit the \(ofRows ? "rows" : "columns") of a drawn matrix of shape \(shape): its last axis should be \(length)"
        ))
    }
    let lanes = batch.isEmpty ? [] : [batch.reduce(1, *)], slot = NDArray(Int64(0))
    let dtype: DType = value.dtype == .f64 || vector.dtype == .f64 ? .f64 : .f32
    let flat = vector.reshaped(lanes + [length])
    if ofRows {
      return delivered(flat, to: zeros(lanes + [1, shape[1]], dtype: dtype), slot: slot, lanes: lanes).reshaped(
        batch + [shape[1]])
    }
    let products = NDArray.evaluate(
      .array(.drawnProducts, [lanes.isEmpty ? [] : [1, 0, 0, 0, 0], [isHollow ? 1 : 0], [shape[0]]]),
      [flat.asType(dtype).reshaped(lanes + [1, length]), slot, key, NDArray(probability, dtype: .f64), value.asType(dtype)])
    return products.reshaped(batch + [shape[0]])
  }
}

/// Spikes, or floats, of the rows times the matrix, as of a ``SparseMatrix``.
public func dot(_ rows: some ArrayConvertible, _ matrix: DrawnMatrix) -> NDArray {
  matrix.product(rows.array.settled, ofRows: true)
}

/// The matrix times a vector of its columns' length, or times a batch of them along leading axes.
public func dot(_ matrix: DrawnMatrix, _ vector: some ArrayConvertible) -> NDArray {
  matrix.product(vector.array.settled, ofRows: false)
}

extension NDArray {
  /// The array `[columns]` with the product of rows and a matrix added, as ``adding(_:along:)`` does with a stored one. Leading axes are
  /// a batch.
  public func adding(_ rows: some ArrayConvertible, along matrix: DrawnMatrix) -> NDArray {
    guard rank >= 1 else { return delivering(rows, along: matrix) }
    return reshaped(Array(shape.dropLast()) + [1, shape[rank - 1]]).delivering(rows, along: matrix).reshaped(shape)
  }

  /// The ring `[slots, columns]` with what the rows of a matrix send added to a slot, as ``delivering(_:along:slot:delays:)`` does with a
  /// stored one.
  public func delivering(
    _ rows: some ArrayConvertible, along matrix: DrawnMatrix, slot: some ArrayConvertible = 0
  ) -> NDArray {
    let rows = rows.array.settled, slot = slot.array.settled.asType(.i64)
    for array in [self, rows, slot] { if case .failure = array.content { return array } }
    let batch = Array(type.shape.dropLast(2)), lanes = batch.isEmpty ? [] : [batch.reduce(1, *)]
    guard rank >= 2, rows.type.shape == batch + [matrix.shape[0]], shape.last == matrix.shape[1] else {
      return NDArray(
        failing: HillockError(
          .shape,
          "a ring of shape \(type.shape) and rows of shape \(rows.type.shape) do not fit a drawn matrix of shape \(matrix.shape): the ring is [slots, columns]"
        ))
    }
    return matrix.delivered(
      rows.reshaped(lanes + [matrix.shape[0]]), to: reshaped(lanes + type.shape.suffix(2)), slot: slot, lanes: lanes
    ).reshaped(type.shape)
  }
}

extension Variable {
  /// Adds what the rows of a matrix send: ``NDArray/delivering(_:along:slot:)``, in place.
  public func deliver(_ rows: some ArrayConvertible, along matrix: DrawnMatrix, slot: some ArrayConvertible = 0) {
    value = value.delivering(rows, along: matrix, slot: slot)
  }
}
