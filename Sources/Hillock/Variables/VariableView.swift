/// A part of another Variable: reading sees that one's value, and what is written goes there. It has no value of its own.
///
/// ```swift
/// let v = Variable(zeros(2, 3))
/// let row = VariableView(v, 1)
/// row += 1                          // v: [[0, 0, 0], [1, 1, 1]]
/// row[0] = 5                        // v: [[0, 0, 0], [5, 1, 1]]
/// ```
///
/// It is written like a Variable of the part's shape: `row.value = x` demands that shape and the dtype. A refused write is one of
/// the Variable behind it. In `jit` and in loops it is that Variable that is read and written. Saving and
/// ``Base/vars(method:level:includeSelf:)`` pass it over.
public final class VariableView: Variable, @unchecked Sendable {
  /// The part of a Variable that the indices take; ``ArrayIndex`` says what may be written. An index beyond the ends gives a
  /// view that carries the `index` error.
  public init<each Index: ArrayIndex>(_ base: Variable, _ index: repeat each Index, name: String? = nil) {
    var indices: [AxisIndex] = []
    repeat indices.append((each index).axisIndex)
    super.init(base, indices, name)
  }

  /// The indices stand at the last axes.
  public init<each Index: ArrayIndex>(
    _ base: Variable, _ leading: UnboundedRange, _ index: repeat each Index, name: String? = nil
  ) {
    var indices: [AxisIndex] = [.remaining]
    repeat indices.append((each index).axisIndex)
    super.init(base, indices, name)
  }
}
