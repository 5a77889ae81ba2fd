/// A value of a batched graph: the same for all lanes, or one for each lane along a leading axis.
package struct LaneValue: Hashable, Sendable {
  package var id: ValueID
  package var isBatched: Bool

  package init(_ id: ValueID, isBatched: Bool) {
    self.id = id
    self.isBatched = isBatched
  }
}

/// What random draws give in the lanes of a batch.
package enum LaneDraws: Hashable, Sendable {
  /// Each lane has numbers of its own: a draw under a key that all lanes share is that of the whole batch, as if the lanes' axes stood
  /// before the draw's own. Element i of lane l of n, of a draw of c elements counted from `first`, has the block
  /// first · n + l · c + i.
  case perLane
  /// All lanes have the same numbers, unless their keys differ.
  case shared
}

extension GraphBuilder {
  /// The value with an axis at another place; the others keep their order.
  package mutating func movingAxis(_ value: ValueID, from old: Int, to new: Int) throws(HillockError) -> ValueID {
    guard old != new else { return value }
    var permutation = Array(0..<type(value).rank)
    permutation.insert(permutation.remove(at: old), at: new)
    return try transpose(value, permutation)
  }

  /// The value with a leading axis of `size` lanes, whatever it is.
  mutating func batched(_ value: LaneValue, _ size: Int) throws(HillockError) -> ValueID {
    value.isBatched ? value.id : try broadcast(value.id, to: [size] + type(value.id).shape)
  }
}
