import HillockIR

/// How the elements of a value lie in the register of another value, its base: what reshape, transpose, slice and
/// broadcast become without moving an element.
struct View: Hashable {
  var base: ValueID
  var offset: Int
  var shape: [Int]
  var strides: [Int]

  /// The whole of a dense value.
  init(whole base: ValueID, shape: [Int]) {
    self.base = base
    offset = 0
    self.shape = shape
    strides = Shape.rowMajorStrides(shape)
  }

  /// Whether the elements lie densely in row-major order (from `offset` on).
  var isDense: Bool {
    let dense = Shape.rowMajorStrides(shape)
    return shape.contains(0) || shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == dense[$0] }
  }

  var isScalar: Bool { shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == 0 } }

  func transposed(_ permutation: [Int]) -> View {
    var view = self
    view.shape = permutation.map { shape[$0] }
    view.strides = permutation.map { strides[$0] }
    return view
  }

  func sliced(starts: [Int], steps: [Int], sizes: [Int]) -> View {
    var view = self
    for axis in shape.indices where sizes[axis] > 0 {
      view.offset += starts[axis] * strides[axis]
      view.strides[axis] = strides[axis] * steps[axis]
    }
    if sizes.contains(0) { view.offset = 0 }
    view.shape = sizes
    return view
  }

  func broadcast(to target: [Int]) -> View {
    var view = self
    let added = target.count - shape.count
    view.shape = target
    view.strides = target.indices.map { axis in
      guard axis >= added, shape[axis - added] == target[axis] else { return 0 }
      return strides[axis - added]
    }
    return view
  }

  /// The same elements under another shape, where that needs no copy: dense views, and axes of extent 1 that come or go.
  func reshaped(to target: [Int]) -> View? {
    var view = self
    view.shape = target
    if isDense {
      view.strides = Shape.rowMajorStrides(target)
      return view
    }
    let kept = shape.indices.filter { shape[$0] != 1 }
    guard kept.map({ shape[$0] }) == target.filter({ $0 != 1 }) else { return nil }
    var remaining = kept.map { strides[$0] }[...]
    view.strides = target.map { $0 == 1 ? 0 : remaining.removeFirst() }
    return view
  }
}
