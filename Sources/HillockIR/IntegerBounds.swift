/// The least and the greatest value that a whole number can have: interval arithmetic, by which the rows of the op table say what their
/// results can be. Where a result may leave `i64`, it is `all`.
package struct IntegerBounds: Hashable, Sendable {
  package let least: Int64
  package let greatest: Int64

  package static let all = IntegerBounds(Int64.min, Int64.max)

  package init(_ least: Int64, _ greatest: Int64) {
    self.least = Swift.min(least, greatest)
    self.greatest = Swift.max(least, greatest)
  }

  static func + (x: IntegerBounds, y: IntegerBounds) -> IntegerBounds { hull(x, y) { $0.addingReportingOverflow($1) } }
  static func - (x: IntegerBounds, y: IntegerBounds) -> IntegerBounds { hull(x, y) { $0.subtractingReportingOverflow($1) } }
  static func * (x: IntegerBounds, y: IntegerBounds) -> IntegerBounds { hull(x, y) { $0.multipliedReportingOverflow(by: $1) } }
  static prefix func - (x: IntegerBounds) -> IntegerBounds { IntegerBounds(0, 0) - x }
  static prefix func ~ (x: IntegerBounds) -> IntegerBounds { IntegerBounds(~x.greatest, ~x.least) }

  static func & (x: IntegerBounds, y: IntegerBounds) -> IntegerBounds {
    guard x.least >= 0 || y.least >= 0 else { return ofTheirBits([x, y]) }
    return IntegerBounds(0, Swift.min(x.least >= 0 ? x.greatest : .max, y.least >= 0 ? y.greatest : .max))
  }

  static func << (x: IntegerBounds, y: IntegerBounds) -> IntegerBounds {
    y.least >= 0 && y.greatest < 63 ? x * IntegerBounds(1 << y.least, 1 << y.greatest) : .all
  }

  func min(_ y: IntegerBounds) -> IntegerBounds {
    IntegerBounds(Swift.min(least, y.least), Swift.min(greatest, y.greatest))
  }

  func max(_ y: IntegerBounds) -> IntegerBounds {
    IntegerBounds(Swift.max(least, y.least), Swift.max(greatest, y.greatest))
  }

  /// One or the other.
  func either(_ y: IntegerBounds) -> IntegerBounds {
    IntegerBounds(Swift.min(least, y.least), Swift.max(greatest, y.greatest))
  }

  var absolute: IntegerBounds {
    if least >= 0 { return self }
    return Int64(exactly: magnitude).map { IntegerBounds(0, $0) } ?? .all
  }

  /// No quotient is larger than what is divided; by 0 it is 0.
  func floorDiv(_ y: IntegerBounds) -> IntegerBounds {
    if least >= 0 && y.least >= 0 { return IntegerBounds(0, greatest) }
    return Int64(exactly: magnitude).map { IntegerBounds(-$0, $0) } ?? .all
  }

  func floorMod(_ y: IntegerBounds) -> IntegerBounds {
    guard y.least > 0 else { return Self.ofTheirBits([self, y]) }
    return IntegerBounds(0, least >= 0 ? Swift.min(greatest, y.greatest - 1) : y.greatest - 1)
  }

  func power(_ y: IntegerBounds) -> IntegerBounds {
    guard y.least >= 0 else { return .all }
    var power: UInt64 = 1, exponent: Int64 = 0
    // (0 and 1 stay small; others are beyond i64 after 63 products)
    while magnitude > 1, exponent < y.greatest {
      let (next, overflow) = power.multipliedReportingOverflow(by: magnitude)
      guard !overflow, next <= UInt64(Int64.max) else { return .all }
      power = next
      exponent += 1
    }
    return IntegerBounds(least >= 0 ? 0 : -Int64(power), Int64(power))
  }

  /// Of ops whose results need no more bits than their operands, and are not negative where these are not.
  static func ofTheirBits(_ operands: [IntegerBounds]) -> IntegerBounds {
    let lowest = Int64(-1) << Int64(operands.map(\.bitCount).max() ?? 63)
    return IntegerBounds(operands.allSatisfy { $0.least >= 0 } ? 0 : lowest, ~lowest)
  }

  private var magnitude: UInt64 { Swift.max(least.magnitude, greatest.magnitude) }

  /// The bits that the numbers need, without the sign.
  private var bitCount: Int { [least, greatest].map { 64 - ($0 < 0 ? ~$0 : $0).leadingZeroBitCount }.max() ?? 63 }

  /// For operations that are monotone in each operand: the hull of what the ends give.
  private static func hull(
    _ x: IntegerBounds, _ y: IntegerBounds, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) -> IntegerBounds {
    let ends = [
      operation(x.least, y.least), operation(x.least, y.greatest), operation(x.greatest, y.least),
      operation(x.greatest, y.greatest),
    ]
    let values = ends.map(\.partialValue)
    return ends.contains(where: \.overflow) ? .all : IntegerBounds(values.min() ?? 0, values.max() ?? 0)
  }
}
