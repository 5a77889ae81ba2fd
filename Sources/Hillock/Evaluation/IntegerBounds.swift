import HillockIR

/// What is known, while a function is traced, of a whole number without a dtype: the least and the greatest value it can have, as
/// interval arithmetic gives them for the index of a loop and what is computed from it. It decides the dtype in which the number
/// is read out, so no value that `i64` holds wraps.
package struct IntegerBounds: Hashable, Sendable {
  package let least: Int64
  package let greatest: Int64

  package static let all = IntegerBounds(Int64.min, Int64.max)

  package init(_ least: Int64, _ greatest: Int64) {
    self.least = min(least, greatest)
    self.greatest = max(least, greatest)
  }

  /// `i32` where it holds every number in the bounds.
  package var readOutDType: DType { mayExceed(.i32) ? .i64 : .i32 }

  /// Whether the dtype does not hold every number in the bounds.
  package func mayExceed(_ dtype: DType) -> Bool { [least, greatest].contains { WeakScalar.bits($0, dtype) == nil } }

  /// An error where the dtype does not hold every number in the bounds.
  package func check(_ dtype: DType) throws(HillockError) {
    guard mayExceed(dtype) else { return }
    throw HillockError(
      .argument,
      "a number that is computed from the index of a loop and may be anything from \(least) to \(greatest) does not fit "
        + "\(dtype.name); convert the array with .asType to a dtype that holds it, or the number, which then wraps")
  }

  /// The bits that the numbers need, without the sign.
  private var bitCount: Int { [least, greatest].map { 64 - ($0 < 0 ? ~$0 : $0).leadingZeroBitCount }.max() ?? 63 }

  /// The bounds of an op's result; where a result may leave `i64`, all of that.
  package init(_ op: ElementwiseOp, _ operands: [IntegerBounds]) {
    let x = operands[operands.count > 1 ? operands.count - 2 : 0]
    let y = operands[operands.count - 1]
    switch op {
    case .add: self.init(x, y) { $0.addingReportingOverflow($1) }
    case .sub: self.init(x, y) { $0.subtractingReportingOverflow($1) }
    case .mul: self.init(x, y) { $0.multipliedReportingOverflow(by: $1) }
    case .fma: self.init(.add, [IntegerBounds(.mul, [operands[0], operands[1]]), operands[2]])
    case .square:
      let magnitude = IntegerBounds(.abs, [x])
      self.init(magnitude, magnitude) { $0.multipliedReportingOverflow(by: $1) }
    case .neg: self.init(IntegerBounds(0, 0), x) { $0.subtractingReportingOverflow($1) }
    case .not: self.init(~x.greatest, ~x.least)
    case .min: self.init(Swift.min(x.least, y.least), Swift.min(x.greatest, y.greatest))
    case .max: self.init(Swift.max(x.least, y.least), Swift.max(x.greatest, y.greatest))
    // Of a select the last two operands are the values.
    case .select: self.init(Swift.min(x.least, y.least), Swift.max(x.greatest, y.greatest))
    case .abs where x.least >= 0: self = x
    // (by 0 it is 0)
    case .floordiv where x.least >= 0 && y.least >= 0: self.init(0, x.greatest)
    case .abs, .floordiv:
      // No quotient is larger than what is divided.
      let magnitude = Swift.max(x.least.magnitude, x.greatest.magnitude)
      self = Int64(exactly: magnitude).map { IntegerBounds(op == .abs ? 0 : -$0, $0) } ?? .all
    case .mod where y.least > 0: self.init(0, x.least >= 0 ? Swift.min(x.greatest, y.greatest - 1) : y.greatest - 1)
    case .and where x.least >= 0 || y.least >= 0:
      self.init(0, Swift.min(x.least >= 0 ? x.greatest : .max, y.least >= 0 ? y.greatest : .max))
    case .shl where y.least >= 0 && y.greatest < 63:
      self.init(x, IntegerBounds(1 << y.least, 1 << y.greatest)) { $0.multipliedReportingOverflow(by: $1) }
    case .shl: self = .all
    case .ipow where y.least >= 0: self.init(power: x, y.greatest)
    case .ipow: self = .all
    // Bitwise operations, shifts to the right, signs and other remainders need no more bits than their operands, and are not
    // negative where these are not.
    default:
      let lowest = Int64(-1) << Int64(operands.map(\.bitCount).max() ?? 63)
      self.init(operands.allSatisfy { $0.least >= 0 } ? 0 : lowest, ~lowest)
    }
  }

  /// The bounds of powers with exponents from 0 to the greatest.
  private init(power base: IntegerBounds, _ greatest: Int64) {
    let magnitude = Swift.max(base.least.magnitude, base.greatest.magnitude)
    var power: UInt64 = 1, exponent: Int64 = 0
    // (0 and 1 stay small; others are beyond i64 after 63 products)
    while magnitude > 1, exponent < greatest {
      let (next, overflow) = power.multipliedReportingOverflow(by: magnitude)
      guard !overflow, next <= UInt64(Int64.max) else {
        self = .all
        return
      }
      power = next
      exponent += 1
    }
    self.init(base.least >= 0 ? 0 : -Int64(power), Int64(power))
  }

  /// For operations that are monotone in each operand: the hull of what the ends give.
  private init(
    _ x: IntegerBounds, _ y: IntegerBounds, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) {
    let ends = [
      operation(x.least, y.least), operation(x.least, y.greatest), operation(x.greatest, y.least),
      operation(x.greatest, y.greatest),
    ]
    let values = ends.map(\.partialValue)
    self = ends.contains(where: \.overflow) ? .all : IntegerBounds(values.min() ?? 0, values.max() ?? 0)
  }
}

extension NDArray {
  /// What is known of a number without a dtype that is whole; nil for others, and where nothing is known.
  var integerBounds: IntegerBounds? {
    switch content {
    case .weak(.int(let value)): IntegerBounds(value, value)
    case .weak(.bool): IntegerBounds(0, 1)
    case .ranged(_, let bounds): bounds
    case .traced(let value): value.bounds
    default: nil
    }
  }

  /// The same number, of which these bounds are known. A number whose value is known stays as it is.
  func bounded(_ bounds: IntegerBounds?) -> NDArray {
    guard case .traced(let value) = content, value.isWeak, value.type.dtype == .i64 else { return self }
    return NDArray(.traced(TracedValue(value.trace, value.id, value.type, isWeak: true, bounds: bounds)))
  }

  /// The index of a step of a loop that runs plainly.
  init(index: Int, in bounds: IntegerBounds) { self.init(.ranged(Int64(index), bounds)) }

  /// Whether it is computed plainly from the index of a loop.
  var isRanged: Bool {
    if case .ranged = content { return true }
    return false
  }

  /// The same number, computed from others of which bounds are known.
  func ranged(_ bounds: IntegerBounds) -> NDArray {
    if case .weak(.int(let number)) = content { return NDArray(.ranged(number, bounds)) }
    return self
  }
}
