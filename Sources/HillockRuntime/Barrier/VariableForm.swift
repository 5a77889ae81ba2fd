import HillockIR

/// What stays the same about a Variable for its whole life: its dtype and its shape, except the extent of its batch axis where it
/// has one.
package struct VariableForm: Sendable, Hashable {
  /// The type of its first value.
  package let first: ArrayType
  /// The axis along which the extent may change.
  package let batchAxis: Int?

  package init(_ first: ArrayType, batchAxis: Int? = nil) {
    self.first = first
    self.batchAxis = batchAxis
  }

  /// For messages, after the type: ` with batch axis 0`, or nothing.
  package var note: String { batchAxis.map { " with batch axis \($0)" } ?? "" }

  /// Whether a value of this type may become the Variable's.
  package func admits(_ type: ArrayType) -> Bool {
    guard let batchAxis else { return type == first }
    return type.dtype == first.dtype && type.rank == first.rank
      && type.shape.indices.allSatisfy { $0 == batchAxis || type.shape[$0] == first.shape[$0] }
  }
}
