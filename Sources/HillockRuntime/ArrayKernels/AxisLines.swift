import HillockIR

/// An array seen as [outer, extent, inner] around an axis: lines of `extent` elements, `inner` apart.
struct AxisLines: BitwiseCopyable {
  var outer: Int
  var extent: Int
  var inner: Int

  init(_ shape: [Int], axis: Int) {
    outer = shape.prefix(axis).reduce(1, *)
    extent = shape[axis]
    inner = shape.dropFirst(axis + 1).reduce(1, *)
  }

  /// Elements of an outer index.
  var itemCount: Int { extent &* inner }
}
