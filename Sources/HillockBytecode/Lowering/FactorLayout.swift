/// How a factor of a matrix product lies in its register: its axes are a batch and two groups, either of which may be the inner one.
struct FactorLayout {
  var isTransposed: Bool
  /// Whether the register holds one matrix for the whole batch.
  var isShared: Bool

  /// nil where the elements lie otherwise, or the register holds others too: the kernels take such a factor from a copy.
  ///
  /// - Parameters:
  ///   - count: elements of the register.
  ///   - batch: leading axes.
  ///   - middle: the axis where the second group begins.
  init?(_ view: View, of count: Int, batch: Int, middle: Int) {
    let axes = Array(view.shape.indices)
    guard view.offset == 0, !view.shape.contains(0) else {
      guard count == 0, view.shape.contains(0) else { return nil }
      (isTransposed, isShared) = (false, false)
      return
    }
    let repeated = axes[..<batch].filter { view.shape[$0] != 1 }
    isShared = !repeated.isEmpty && repeated.allSatisfy { view.strides[$0] == 0 }
    let (outer, inner) = (Array(axes[batch..<middle]), Array(axes[middle...]))
    let lot = isShared ? [] : Array(axes[..<batch])
    if view.isDense(lot + outer + inner, of: count) {
      isTransposed = false
    } else if view.isDense(lot + inner + outer, of: count) {
      isTransposed = true
    } else {
      return nil
    }
  }
}

extension View {
  /// Whether these axes, in this order, are the whole register in row-major order.
  fileprivate func isDense(_ axes: [Int], of count: Int) -> Bool {
    var expected = 1
    for axis in axes.reversed() where shape[axis] != 1 {
      guard strides[axis] == expected else { return false }
      expected *= shape[axis]
    }
    return expected == count
  }
}
