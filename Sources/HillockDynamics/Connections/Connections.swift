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

  init(starts: [Int64], targets: NDArray, to postCount: Int, isComplete: Bool = false) {
    preCount = starts.count - 1
    self.postCount = postCount
    self.isComplete = isComplete
    rowStarts = NDArray(starts)
    self.targets = targets
  }

  /// Calls the body with the starts of rows and the targets in their memory.
  func withRows<Result>(
    _ body: (_ starts: UnsafeBufferPointer<Int64>, _ targets: UnsafeBufferPointer<Int32>) throws -> Result
  ) throws -> Result {
    try rowStarts.withElements { starts in try targets.withElements { try body(starts, $0) } }
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
      try withRows { starts, targets in
        try NDArray.written(targets.count, of: Int32.self) { senders in
          for row in 0..<preCount { senders[Int(starts[row])..<Int(starts[row + 1])].update(repeating: Int32(row)) }
        }
      }
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
  public var transposed: Connections { get throws { try turned { _, _ in } } }

  /// The connections the other way round, and where each of them stands among these: `i32[count]`.
  func transposedWithPlaces() throws -> (connections: Connections, places: NDArray) {
    var back = self
    let places = try NDArray.written(count, of: Int32.self) { places in back = try turned { places[$0] = Int32($1) } }
    return (back, places)
  }

  /// The connections the other way round. `each` gets the place that a connection has there, and the one it has here.
  private func turned(_ each: (_ back: Int, _ place: Int) -> Void) throws -> Connections {
    try withRows { rowStarts, targets in
      guard targets.count <= Int(Int32.max) else {
        throw HillockError(
          .argument,
          "connections that are turned around are at most 2^31 − 1, not \(targets.count); make several parts of them")
      }
      var starts = [Int64](repeating: 0, count: postCount + 1)
      for target in targets { starts[Int(target) + 1] += 1 }
      for target in 0..<postCount { starts[target + 1] += starts[target] }
      var next = starts
      let senders = try NDArray.written(targets.count, of: Int32.self) { senders in
        for row in 0..<preCount {
          for place in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
            let target = Int(targets[place]), back = Int(next[target])
            next[target] += 1
            senders[back] = Int32(row)
            each(back, place)
          }
        }
      }
      return Connections(starts: starts, targets: senders, to: preCount, isComplete: isComplete)
    }
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
      return try withRows { starts, targets in
        try transposed.withRows { backStarts, senders in
          try Connections.rows(count: preCount, to: postCount, expecting: 2 * count) { row, both in
            let there = targets[Int(starts[row])..<Int(starts[row + 1])]
            both += Set(there).union(senders[Int(backStarts[row])..<Int(backStarts[row + 1])])
          }
        }
      }
    }
  }
}
