/// Narrow dtypes in graphs: an operation on them is one on the dtype in which they are computed, between conversions. So each operation
/// rounds once, whether it is alone in a program or fused with others, and kernels but convert, read, write and move narrow elements.
extension GraphBuilder {
  /// The elements converted to a dtype. Between a narrow dtype and others than that in which it is computed these are several nodes, which
  /// give what one conversion would.
  package mutating func convert(_ operand: ValueID, to dtype: DType) throws(HillockError) -> ValueID {
    let from = type(operand).dtype
    if from == dtype { return operand }
    if DType.hasConversion(from: from, to: dtype) {
      return append(.convert, [operand], ArrayType(dtype, type(operand).shape))
    }
    if from.isNarrow { return try convert(try convert(operand, to: from.computed), to: dtype) }
    if dtype.isFloating { return try convert(try exactlyRounding(operand), to: dtype) }
    let number = try convert(operand, to: dtype.computed)
    return try convert(from.isFloating ? try clamped(number, to: dtype.integerRange) : number, to: dtype)
  }

  /// The elements in the dtype in which narrow ones are computed; others as they are.
  package mutating func widened(_ operand: ValueID) throws(HillockError) -> ValueID {
    try convert(operand, to: type(operand).dtype.computed)
  }

  /// Integers and bools as doubles that a narrow float rounds as it would the integers.
  private mutating func exactlyRounding(_ operand: ValueID) throws(HillockError) -> ValueID {
    let dtype = type(operand).dtype
    guard dtype == .i64 || dtype == .u64 else { return try convert(operand, to: .f64) }
    // From 2⁵³ on the last 11 bits do not fit. If one of them is 1, so becomes the bit above: the double is then no tie.
    let rest = try elementwise(.and, [operand, try scalar(0x7ff, dtype)])
    let carried = try elementwise(.add, [rest, try scalar(0x7ff, dtype)])
    let isRest = try elementwise(.and, [carried, try scalar(0x800, dtype)])
    let cut = try elementwise(.and, [operand, try scalar(~0x7ff, dtype)])
    let odd = try elementwise(.or, [cut, isRest])
    var isLarge = try elementwise(.ge, [operand, try scalar(1 << 53, dtype)])
    if dtype == .i64 {
      let isFarBelow = try elementwise(.le, [operand, try scalar(UInt64(bitPattern: -(1 << 53)), dtype)])
      isLarge = try elementwise(.or, [isLarge, isFarBelow])
    }
    return try convert(try elementwise(.select, [isLarge, odd, operand]), to: .f64)
  }

  private mutating func clamped(_ number: ValueID, to range: ClosedRange<Int64>) throws(HillockError) -> ValueID {
    let dtype = type(number).dtype
    func bits(_ bound: Int64) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: bound)) }
    let atMost = try elementwise(.min, [number, try scalar(bits(range.upperBound), dtype)])
    return dtype.isSigned ? try elementwise(.max, [atMost, try scalar(bits(range.lowerBound), dtype)]) : atMost
  }
}

/// What an array op does with narrow dtypes.
package enum NarrowRule: Sendable {
  /// It moves elements of any size.
  case moves
  /// It computes: narrow operands are widened first, and the result becomes narrow again if the first operand was.
  case computes
  /// Narrow operands are widened, and the result stays as it is.
  case widens
  /// Operands that say where may be narrow, as its types have it. It takes no narrow floats.
  case places
  /// It takes none.
  case refuses

  /// Whether the op itself meets operands of a narrow dtype.
  func takes(_ dtype: DType) -> Bool {
    switch self {
    case .moves: true
    case .places: dtype.isInteger
    case .computes, .widens, .refuses: false
    }
  }
}

extension HillockError {
  /// The error of an operation that takes no narrow dtypes.
  package static func narrow(_ name: String, _ dtype: DType) -> HillockError {
    HillockError(
      .dtype, "\(name) of \(dtype.name) is not defined; convert the array with .asType(.\(dtype.computed.name))")
  }
}
