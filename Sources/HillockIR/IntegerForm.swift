/// What the library's function of an op of one operand gives of integers for which the op itself is not made.
package enum IntegerForm: Sendable {
  /// Integers as they are: they are rounded already, or have no sign that could be taken away.
  case itself
  /// 0 - x, modulo 2 to the power of the width.
  case negative
  /// 0 for 0, else 1.
  case sign
}

extension OpRow {
  /// The form for integers of a dtype; nil where the op itself takes them, or converts them.
  package func integerForm(_ dtype: DType) -> IntegerForm? {
    dtype.isInteger && !dtypes.contains(dtype.computed) ? integers : nil
  }
}
