import Hillock

/// Who is connected with whom: for each sender a list of targets in ascending order (CSR).
///
/// Connections are drawn once, from a seed; every other form is made of the same draw. Each row is drawn with a generator of its own, keyed by
/// seed and row, so that threads make no difference.
///
/// ```swift
/// let connections = try Connections.fixedProbability(0.1, from: 80, to: 20, seed: 1)
/// connections.count                          // about 160
/// let matrix = connections.dense             // bool[80, 20]
/// let back = try connections.transposed          // from the 20 to the 80
/// ```
public struct Connections: Sendable {
  /// The number of senders.
  public private(set) var preCount: Int
  /// The number of targets.
  public let postCount: Int
  /// Where the row of each sender begins among the targets, and at the end their number: `i64[preCount + 1]`.
  public private(set) var rowStarts: NDArray
  /// The target of each connection, `i32[count]`: ascending in each row; a target that is connected twice stands twice.
  public let targets: NDArray

  /// Whether each sender is connected with each target, once. What senders of equal weights send is then one sum for all targets.
  let isComplete: Bool

  /// The number of connections.
  public var count: Int { targets.count }

  init(rows: Rows, to postCount: Int, isComplete: Bool = false) {
    preCount = rows.starts.count - 1
    self.postCount = postCount
    self.isComplete = isComplete
    rowStarts = NDArray(rows.starts)
    targets = NDArray(rows.targets)
  }

  /// The rows as Swift arrays.
  struct Rows {
    var starts: [Int64]
    var targets: [Int32]
  }

  var rows: Rows {
    get throws { Rows(starts: try rowStarts.scalars(as: Int64.self), targets: try targets.scalars(as: Int32.self)) }
  }

  /// The same connections, from senders that are neighbours among others: those that come before and after are not connected.
  func placed(at position: Int, of count: Int) throws -> Connections {
    var placed = self
    placed.preCount = count
    placed.rowStarts = try concatenate([
      zeros([position], dtype: .i64), rowStarts, full([count - position - preCount], self.count, dtype: .i64),
    ]).checked()
    return placed
  }

  /// The connections with weights, as a matrix of senders and targets.
  func matrix(_ weights: NDArray) throws -> SparseMatrix {
    try SparseMatrix(rowStarts: rowStarts, columns: targets, values: weights.settled, columnCount: postCount)
  }

  // MARK: Other forms

  /// The sender of each connection, `i32[count]`.
  public var senders: NDArray {
    NDArray(orErrorOf: {
      let starts = try rowStarts.scalars(as: Int.self)
      return NDArray(
        zip(0..., zip(starts, starts.dropFirst())).flatMap { row, ends in repeatElement(Int32(row), count: ends.1 - ends.0) })
    })
  }

  /// Whether each pair is connected, `bool[preCount, postCount]`.
  public var dense: NDArray {
    zeros([preCount, postCount], dtype: .bool).at[senders, targets].set(true)
  }

  /// The number of connections of each sender, `i64[preCount]`.
  public var outDegrees: NDArray { rowStarts[1...] - rowStarts[..<preCount] }

  /// The number of connections of each target, `i64[postCount]`.
  public var inDegrees: NDArray { zeros([postCount], dtype: .i64).at[targets].add(1) }

  /// The connections the other way round.
  public var transposed: Connections { get throws { try transposedWithPlaces().connections } }

  /// The connections the other way round, and where each of them stands among these: `i32[count]`.
  func transposedWithPlaces() throws -> (connections: Connections, places: NDArray) {
    let rows = try rows
    guard rows.targets.count <= Int(Int32.max) else {
      throw HillockError(
        .argument,
        "connections that are turned around are at most 2^31 − 1, not \(rows.targets.count); make several parts of them")
    }
    var starts = [Int64](repeating: 0, count: postCount + 1)
    for target in rows.targets { starts[Int(target) + 1] += 1 }
    for target in 0..<postCount { starts[target + 1] += starts[target] }
    var next = starts, senders = [Int32](repeating: 0, count: rows.targets.count), places = senders
    for row in 0..<preCount {
      for k in Int(rows.starts[row])..<Int(rows.starts[row + 1]) {
        let place = Int(next[Int(rows.targets[k])])
        next[Int(rows.targets[k])] += 1
        senders[place] = Int32(row)
        places[place] = Int32(k)
      }
    }
    let back = Connections(rows: Rows(starts: starts, targets: senders), to: preCount, isComplete: isComplete)
    return (back, NDArray(places))
  }

  /// These connections and the same the other way round, without doubling those that are there both ways: what gap junctions need.
  ///
  /// - Throws: a `shape` error if senders and targets are not equally many.
  public var symmetric: Connections {
    get throws {
      guard preCount == postCount else {
        throw HillockError(
          .shape, "connections from \(preCount) to \(postCount) elements are not symmetric; use those within one group")
      }
      let there = try rows, back = try transposed.rows
      return Connections.rows(count: preCount, to: postCount) { row, targets in
        let both = [there, back].flatMap { $0.targets[Int($0.starts[row])..<Int($0.starts[row + 1])] }
        targets += Set(both)
      }
    }
  }
}
