/// An index of an array: one for each axis, beginning with the first.
///
/// | written | takes |
/// |---|---|
/// | `x[2]`, `x[-1]` | one element of the axis, which disappears; negative counts from the end |
/// | `x[1..<4]`, `x[1...3]`, `x[2...]`, `x[..<3]`, `x[(-3)...]` | a range; a negative bound counts from the end |
/// | `x[1..<-1]`, `x[1...-2]`, `x[..<-1]` | a range up to a bound that counts from the end, as Python's `x[1:-1]` |
/// | `x[.stride(from: 8, to: 2, by: -2)]`, `x[.stride(by: -1)]` | every step-th element, as Python's `x[8:2:-2]` |
/// | `x[.all]`, `x[...]` | the whole axis; `...` first: as many axes as are left |
/// | `x[.newAxis]` | a new axis of extent 1 |
/// | `x[[1, 3]]`, `x[indices]` | the elements at these positions; an integer array gives its shape to the result |
///
/// `1..<(-1)` and `1 ..< -1` are ranges that Swift itself refuses: it ends the program before the array sees them, and so does `3...1`.
///
/// A fixed index or bound beyond the ends is an `index` error. The elements of an index *array* are known only at run time:
/// reading clamps them to the ends, writing drops what lies beyond (like JAX).
public protocol ArrayIndex {
  var axisIndex: AxisIndex { get }
}

/// The index of one axis.
public enum AxisIndex: Sendable, ArrayIndex {
  case element(Int)
  /// Bounds as in Python: nil is the end where the steps begin or stop; a negative one counts from the end.
  case range(from: Int?, to: Int?, by: Int)
  /// A new axis of extent 1.
  case insertion
  /// As many whole axes as the other indices leave.
  case remaining
  case list([Int])
  case array(NDArray)

  public var axisIndex: AxisIndex { self }
}

extension ArrayIndex where Self == AxisIndex {
  /// The whole axis.
  public static var all: AxisIndex { .range(from: nil, to: nil, by: 1) }

  /// A new axis of extent 1.
  public static var newAxis: AxisIndex { .insertion }

  /// Every `by`-th element from `from` to before `to`, as Python's `from:to:by`: nil is the end, negative counts from it.
  public static func stride(from: Int? = nil, to: Int? = nil, by: Int = 1) -> AxisIndex { .range(from: from, to: to, by: by) }
}

extension Int: ArrayIndex {
  public var axisIndex: AxisIndex { .element(self) }
}

extension Range: ArrayIndex where Bound == Int {
  /// With a negative lower bound, an upper bound of 0 is the end: `-3..<0` are the last three.
  public var axisIndex: AxisIndex { .range(from: lowerBound, to: lowerBound < 0 && upperBound == 0 ? nil : upperBound, by: 1) }
}

extension ClosedRange: ArrayIndex where Bound == Int {
  public var axisIndex: AxisIndex { .range(from: lowerBound, to: upperBound == -1 ? nil : upperBound.next, by: 1) }
}

extension PartialRangeFrom: ArrayIndex where Bound == Int {
  public var axisIndex: AxisIndex { .range(from: lowerBound, to: nil, by: 1) }
}

extension PartialRangeUpTo: ArrayIndex where Bound == Int {
  public var axisIndex: AxisIndex { .range(from: nil, to: upperBound, by: 1) }
}

extension PartialRangeThrough: ArrayIndex where Bound == Int {
  public var axisIndex: AxisIndex { .range(from: nil, to: upperBound == -1 ? nil : upperBound.next, by: 1) }
}

extension Array: ArrayIndex where Element == Int {
  public var axisIndex: AxisIndex { .list(self) }
}

extension NDArray: ArrayIndex {
  public var axisIndex: AxisIndex { .array(self) }
}

extension Int {
  /// The next number. The largest stays the same; as an index it is out of range everywhere.
  fileprivate var next: Int { self == .max ? .max : self + 1 }
}
