/// A primitive vector operation: the alphabet in which every elementwise op is written, once.
///
/// Bodies know no narrow dtypes. Each is exactly rounded or exact, so each has one result whatever executes it: the C tile kernels (generated from the
/// bodies) and the native tier's vector code (expanded from the same bodies). Spec/numerics.md is the normative text.
package enum Primitive: UInt8, CaseIterable, Hashable, Sendable {
  // Two operands, same dtype.
  case add = 0
  case sub, mul
  /// IEEE division; floats only.
  case div
  /// Integer division rounding to negative infinity, and its remainder (the sign of the divisor); a zero divisor gives 0.
  case floorDiv, floorMod
  /// The exact remainder of truncated division (C's `fmod`); floats only.
  case rem
  /// `a < b ? a : b` and `a > b ? a : b`, as the x86 instructions do it: the second operand where either is NaN.
  case min, max
  case and, or, xor
  /// Shifts of integers; a count of the width or more gives 0 (or the sign). `shr` is arithmetic for signed dtypes.
  case shl, shr
  // Three operands: a * b + c with one rounding.
  case fma
  /// scale(a, b, k) is a · 2^b with one rounding, for floats a and b; b is an integer from 2 - 2 · bias to 2 · bias of the
  /// dtype's exponents, and the unsigned k holds b + 2 · bias in its low bits, for those who have no instruction.
  case scale
  // One operand.
  case sqrt, abs, neg, not, floor, ceil, trunc
  /// Rounding to the nearest integer, halves to even.
  case rint
  // Comparisons: bool from two operands. Ordered: false where either is NaN, except `ne`.
  case lt, le, eq, ne
  /// select(condition, a, b)
  case select
  /// Conversion of the value to the body value's dtype; float to integer truncates, saturates, and takes NaN to 0.
  case convert
  /// The same bits as another dtype of the same size.
  case bitcast
  /// A constant, in `BodyInstruction.constant`, as the bits of the dtype.
  case constant
}

/// One line of a body: a primitive over earlier values. Values 0..<arity are the op's operands.
package struct BodyInstruction: Hashable, Sendable {
  package var primitive: Primitive
  package var dtype: DType
  package var operands: [Int]
  package var constant: UInt64 = 0
}

/// The definition of an elementwise op at one dtype: straight-line primitives.
package struct Body: Hashable, Sendable {
  package var operandTypes: [DType]
  package var instructions: [BodyInstruction]
  /// The value that is the op's result: an operand or an instruction's value (`operandTypes.count + position`).
  package var result: Int
  package var resultType: DType
  package var rare: RareCase?

  package func type(of value: Int) -> DType {
    value < operandTypes.count ? operandTypes[value] : instructions[value - operandTypes.count].dtype
  }
}

/// What gives an op's result where a condition holds that seldom does, as where the argument of a sine is huge: straight-line code of
/// its own (`OpRow.rareBody`), which runs for such elements only. Everything else pays for the test alone: tile kernels make it for a
/// whole tile first, and vector code branches on a vector's.
package struct RareCase: Hashable, Sendable {
  package var op: ElementwiseOp
  /// The bool of the body that says where.
  package var condition: Int

  /// The code, whose operands and result have this dtype.
  package func body(_ dtype: DType) -> Body? { OpTable.rareBodies[op]?[dtype] }
}

/// Builds a body; operators on `BodyValue` append to it.
package final class BodyBuilder {
  package private(set) var operandTypes: [DType]
  package private(set) var instructions: [BodyInstruction] = []

  package init(operandTypes: [DType]) { self.operandTypes = operandTypes }

  package var operands: [BodyValue] {
    operandTypes.enumerated().map { BodyValue(builder: self, id: $0.offset, dtype: $0.element) }
  }

  package func append(_ primitive: Primitive, _ dtype: DType, _ operands: [BodyValue], constant: UInt64 = 0) -> BodyValue {
    let instruction = BodyInstruction(
      primitive: primitive, dtype: dtype, operands: operands.map(\.id), constant: constant)
    // One line for each value: a body names nothing twice.
    if let earlier = instructions.firstIndex(of: instruction) {
      return BodyValue(builder: self, id: operandTypes.count + earlier, dtype: dtype)
    }
    instructions.append(instruction)
    return BodyValue(builder: self, id: operandTypes.count + instructions.count - 1, dtype: dtype)
  }

  package func finish(_ result: BodyValue) -> Body {
    Body(operandTypes: operandTypes, instructions: instructions, result: result.id, resultType: result.dtype)
  }

  /// A floating constant of the dtype, rounded once from double.
  package func constant(_ value: Double, _ dtype: DType) -> BodyValue {
    append(.constant, dtype, [], constant: DType.bits(value, dtype))
  }

  /// A constant given by its bits.
  package func bits(_ value: UInt64, _ dtype: DType) -> BodyValue {
    append(.constant, dtype, [], constant: value)
  }
}

extension DType {
  /// The bits of a number at a dtype; integers wrap, floats round once.
  package static func bits(_ value: Double, _ dtype: DType) -> UInt64 {
    switch dtype {
    case .f32: UInt64(Float(value).bitPattern)
    case .f64: value.bitPattern
    case .bool: value != 0 ? 1 : 0
    case .i32, .u32: UInt64(UInt32(truncatingIfNeeded: Int64(value)))
    case .i64, .u64: UInt64(bitPattern: Int64(value))
    case .f16: NarrowFormat.f16.bits(value)
    case .bf16: NarrowFormat.bf16.bits(value)
    case .i8, .u8: UInt64(UInt8(truncatingIfNeeded: Int64(value)))
    case .i16, .u16: UInt64(UInt16(truncatingIfNeeded: Int64(value)))
    }
  }
}

/// A value inside a body that is being built.
package struct BodyValue {
  package let builder: BodyBuilder
  package let id: Int
  package let dtype: DType

  private func binary(_ p: Primitive, _ other: BodyValue) -> BodyValue { builder.append(p, dtype, [self, other]) }
  private func compare(_ p: Primitive, _ other: BodyValue) -> BodyValue { builder.append(p, .bool, [self, other]) }
  private func unary(_ p: Primitive) -> BodyValue { builder.append(p, dtype, [self]) }

  package static func + (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.add, b) }
  package static func - (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.sub, b) }
  package static func * (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.mul, b) }
  package static func / (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.div, b) }
  package static func & (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.and, b) }
  package static func | (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.or, b) }
  package static func ^ (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.xor, b) }
  package static func << (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.shl, b) }
  package static func >> (a: BodyValue, b: BodyValue) -> BodyValue { a.binary(.shr, b) }
  package static prefix func - (a: BodyValue) -> BodyValue { a.unary(.neg) }
  package static func + (a: BodyValue, b: Double) -> BodyValue { a + a.builder.constant(b, a.dtype) }
  package static func - (a: BodyValue, b: Double) -> BodyValue { a - a.builder.constant(b, a.dtype) }
  package static func * (a: BodyValue, b: Double) -> BodyValue { a * a.builder.constant(b, a.dtype) }
  package static func / (a: Double, b: BodyValue) -> BodyValue { b.builder.constant(a, b.dtype) / b }

  package func floorDiv(_ b: BodyValue) -> BodyValue { binary(.floorDiv, b) }
  package func floorMod(_ b: BodyValue) -> BodyValue { binary(.floorMod, b) }
  package func remainder(_ b: BodyValue) -> BodyValue { binary(.rem, b) }
  package func min(_ b: BodyValue) -> BodyValue { binary(.min, b) }
  package func max(_ b: BodyValue) -> BodyValue { binary(.max, b) }
  /// self * b + c, rounded once.
  package func fma(_ b: BodyValue, _ c: BodyValue) -> BodyValue { builder.append(.fma, dtype, [self, b, c]) }
  package func fma(_ b: BodyValue, _ c: Double) -> BodyValue { fma(b, builder.constant(c, dtype)) }
  /// self · 2^n, rounded once; see `Primitive.scale`.
  package func scaled(by n: BodyValue, bits: BodyValue) -> BodyValue { builder.append(.scale, dtype, [self, n, bits]) }
  package var squareRoot: BodyValue { unary(.sqrt) }
  package var absolute: BodyValue { unary(.abs) }
  package var inverted: BodyValue { unary(.not) }
  package var floor: BodyValue { unary(.floor) }
  package var ceil: BodyValue { unary(.ceil) }
  package var trunc: BodyValue { unary(.trunc) }
  package var rint: BodyValue { unary(.rint) }
  package func isLess(_ b: BodyValue) -> BodyValue { compare(.lt, b) }
  package func isAtMost(_ b: BodyValue) -> BodyValue { compare(.le, b) }
  package func isEqual(_ b: BodyValue) -> BodyValue { compare(.eq, b) }
  package func isUnequal(_ b: BodyValue) -> BodyValue { compare(.ne, b) }
  /// `self ? a : b`; self is a bool.
  package func select(_ a: BodyValue, _ b: BodyValue) -> BodyValue { builder.append(.select, a.dtype, [self, a, b]) }
  package func converted(to dtype: DType) -> BodyValue { builder.append(.convert, dtype, [self]) }
  package func bits(as dtype: DType) -> BodyValue { builder.append(.bitcast, dtype, [self]) }
  /// A constant of this value's dtype.
  package func constant(_ value: Double) -> BodyValue { builder.constant(value, dtype) }
}
