// `x[1..<-1]`: Swift reads `..<-` as one operator. Without it the range would be written `1..<(-1)`, which Swift refuses at run time.

infix operator ..<- : RangeFormationPrecedence
infix operator ...- : RangeFormationPrecedence
prefix operator ..<-
prefix operator ...-

/// From an element up to before another, which is counted from the end of the axis: `x[1..<-1]` is Python's `x[1:-1]`. `..<-0` goes to
/// the end.
///
/// ```swift
/// let x = arange(6)
/// print(x[1..<-1])        // NDArray([1, 2, 3, 4], dtype=int32)
/// print(x[-3..<-1])       // NDArray([3, 4], dtype=int32)
/// ```
public func ..<- (from: Int, countFromEnd: Int) -> AxisIndex { .range(from: from, to: .before(countFromEnd), by: 1) }

/// From an element up to and with another, which is counted from the end of the axis: `x[1...-1]` is Python's `x[1:]`.
public func ...- (from: Int, countFromEnd: Int) -> AxisIndex { .range(from: from, to: .after(countFromEnd), by: 1) }

/// All before an element that is counted from the end of the axis: `x[..<-2]` is Python's `x[:-2]`.
public prefix func ..<- (countFromEnd: Int) -> AxisIndex { .range(from: nil, to: .before(countFromEnd), by: 1) }

/// All up to and with an element that is counted from the end of the axis: `x[...-2]` is Python's `x[:-1]`.
public prefix func ...- (countFromEnd: Int) -> AxisIndex { .range(from: nil, to: .after(countFromEnd), by: 1) }

extension Int? {
  /// The bound before the element so many from the end, of which the last is number 1: nil is the end itself.
  fileprivate static func before(_ number: Int) -> Int? { number == 0 ? nil : number == .min ? .max : -number }

  /// The bound behind it.
  fileprivate static func after(_ number: Int) -> Int? { number == 1 ? nil : number < 1 ? .max : 1 - number }
}
