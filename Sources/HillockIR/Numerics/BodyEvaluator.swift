/// The reference meaning of a body: its primitives on one element at a time, values as the bits of their dtypes.
///
/// Slow and plain on purpose. The tests hold the tile kernels and the native tier's code against it, bit for bit.
extension Body {
  package func evaluate(_ operands: [UInt64]) -> UInt64 {
    var values = operands
    for instruction in instructions {
      let a = instruction.operands.isEmpty ? instruction.dtype : type(of: instruction.operands[0])
      values.append(instruction.evaluate(instruction.operands.map { values[$0] }, from: a))
    }
    if let rare, values[rare.condition] != 0, let body = rare.body(resultType) { return body.evaluate(operands) }
    return values[result]
  }
}

extension BodyInstruction {
  /// The result's bits; `source` is the dtype of the first operand.
  func evaluate(_ v: [UInt64], from source: DType) -> UInt64 {
    switch primitive {
    case .constant: return constant
    case .bitcast: return v[0]
    case .select: return v[0] != 0 ? v[1] : v[2]
    case .convert: return Self.convert(v[0], from: source, to: dtype)
    default: break
    }
    switch source {
    case .f32: return Self.floating(primitive, v.map { Float(bitPattern: UInt32($0)) }) { UInt64($0.bitPattern) }
    case .f64: return Self.floating(primitive, v.map { Double(bitPattern: $0) }) { $0.bitPattern }
    case .i32: return Self.integer(primitive, v.map { Int32(truncatingIfNeeded: $0) }) { UInt64(UInt32(bitPattern: $0)) }
    case .i64: return Self.integer(primitive, v.map { Int64(bitPattern: $0) }) { UInt64(bitPattern: $0) }
    case .u32: return Self.integer(primitive, v.map { UInt32(truncatingIfNeeded: $0) }) { UInt64($0) }
    case .u64: return Self.integer(primitive, v) { $0 }
    case .bool: return primitive == .not ? v[0] ^ 1 : Self.integer(primitive, v) { $0 }
    case .f16, .bf16, .i8, .i16, .u8, .u16: return 0  // No body has values of these.
    }
  }

  private static func floating<F: BinaryFloatingPoint>(_ p: Primitive, _ v: [F], _ bits: (F) -> UInt64) -> UInt64 {
    let a = v[0], b = v.count > 1 ? v[1] : a
    switch p {
    case .add: return bits(a + b)
    case .sub: return bits(a - b)
    case .mul: return bits(a * b)
    case .div: return bits(a / b)
    case .rem: return bits(a.truncatingRemainder(dividingBy: b))
    case .min: return bits(a < b ? a : b)
    case .max: return bits(a > b ? a : b)
    case .fma: return bits(v[2].addingProduct(a, b))
    case .scale:
      // In two steps, of which the first is exact where a's exponent is moderate.
      guard let n = Int(exactly: b) else { return bits(a * b) }
      return bits(
        a * F(sign: .plus, exponent: F.Exponent(n / 2), significand: 1)
          * F(sign: .plus, exponent: F.Exponent(n - n / 2), significand: 1))
    case .sqrt: return bits(a.squareRoot())
    case .abs: return bits(a.magnitude)
    case .neg: return bits(-a)
    case .floor: return bits(a.rounded(.down))
    case .ceil: return bits(a.rounded(.up))
    case .trunc: return bits(a.rounded(.towardZero))
    case .rint: return bits(a.rounded(.toNearestOrEven))
    case .lt: return a < b ? 1 : 0
    case .le: return a <= b ? 1 : 0
    case .eq: return a == b ? 1 : 0
    case .ne: return a != b ? 1 : 0
    case .floorDiv, .floorMod, .and, .or, .xor, .shl, .shr, .not, .select, .convert, .bitcast, .constant:
      return 0  // Not primitives of floats.
    }
  }

  private static func integer<I: FixedWidthInteger>(_ p: Primitive, _ v: [I], _ bits: (I) -> UInt64) -> UInt64 {
    let a = v[0], b = v.count > 1 ? v[1] : a
    // A count that is negative or too large shifts everything out.
    let isWithin = b >= 0 && b < I(I.bitWidth)
    switch p {
    case .add: return bits(a &+ b)
    case .sub: return bits(a &- b)
    case .mul: return bits(a &* b)
    case .floorDiv: return bits(floorDivision(a, b).quotient)
    case .floorMod: return bits(floorDivision(a, b).remainder)
    case .min: return bits(a < b ? a : b)
    case .max: return bits(a > b ? a : b)
    case .and: return bits(a & b)
    case .or: return bits(a | b)
    case .xor: return bits(a ^ b)
    case .shl: return bits(isWithin ? a &<< b : 0)
    case .shr: return bits(isWithin ? a &>> b : a < 0 ? ~0 : 0)
    case .fma: return bits(a &* b &+ v[2])
    case .abs: return bits(a < 0 ? 0 &- a : a)
    case .neg: return bits(0 &- a)
    case .not: return bits(~a)
    case .lt: return a < b ? 1 : 0
    case .le: return a <= b ? 1 : 0
    case .eq: return a == b ? 1 : 0
    case .ne: return a != b ? 1 : 0
    case .div, .rem, .scale, .sqrt, .floor, .ceil, .trunc, .rint, .select, .convert, .bitcast, .constant:
      return 0  // Not primitives of integers.
    }
  }

  private static func floorDivision<I: FixedWidthInteger>(_ a: I, _ b: I) -> (quotient: I, remainder: I) {
    if b == 0 { return (0, 0) }
    let (quotient, overflow) = a.dividedReportingOverflow(by: b)
    if overflow { return (a, 0) }
    let remainder = a - quotient * b
    return remainder != 0 && (remainder < 0) != (b < 0) ? (quotient - 1, remainder + b) : (quotient, remainder)
  }

  /// The value of another dtype: see Spec/numerics.md.
  package static func convert(_ bits: UInt64, from: DType, to: DType) -> UInt64 {
    switch from {
    case .f32: convert(Double(Float(bitPattern: UInt32(bits))), to)
    case .f64: convert(Double(bitPattern: bits), to)
    case .i32: convert(Int32(truncatingIfNeeded: bits), to)
    case .i64: convert(Int64(bitPattern: bits), to)
    case .u32: convert(UInt32(truncatingIfNeeded: bits), to)
    case .u64, .bool: convert(bits, to)
    case .f16: convert(NarrowFormat.f16.value(bits), to)
    case .bf16: convert(NarrowFormat.bf16.value(bits), to)
    case .i8: convert(Int8(truncatingIfNeeded: bits), to)
    case .i16: convert(Int16(truncatingIfNeeded: bits), to)
    case .u8: convert(UInt8(truncatingIfNeeded: bits), to)
    case .u16: convert(UInt16(truncatingIfNeeded: bits), to)
    }
  }

  private static func convert(_ value: Double, _ to: DType) -> UInt64 {
    func saturated<I: FixedWidthInteger>(_: I.Type) -> I {
      if value.isNaN { return 0 }
      return I(exactly: value.rounded(.towardZero)) ?? (value < 0 ? I.min : I.max)
    }
    switch to {
    case .f32: return UInt64(Float(value).bitPattern)
    case .f64: return value.bitPattern
    case .i32: return UInt64(UInt32(bitPattern: saturated(Int32.self)))
    case .i64: return UInt64(bitPattern: saturated(Int64.self))
    case .u32: return UInt64(saturated(UInt32.self))
    case .u64: return saturated(UInt64.self)
    case .bool: return value != 0 ? 1 : 0
    case .f16: return NarrowFormat.f16.bits(value)
    case .bf16: return NarrowFormat.bf16.bits(value)
    case .i8: return UInt64(UInt8(bitPattern: saturated(Int8.self)))
    case .i16: return UInt64(UInt16(bitPattern: saturated(Int16.self)))
    case .u8: return UInt64(saturated(UInt8.self))
    case .u16: return UInt64(saturated(UInt16.self))
    }
  }

  private static func convert(_ value: some FixedWidthInteger, _ to: DType) -> UInt64 {
    switch to {
    case .f32: UInt64(Float(value).bitPattern)
    case .f64: Double(value).bitPattern
    case .i32, .u32: UInt64(UInt32(truncatingIfNeeded: value))
    case .i64, .u64: UInt64(truncatingIfNeeded: value)
    case .bool: value != 0 ? 1 : 0
    case .f16: NarrowFormat.f16.bits(oddlyRounded(value))
    case .bf16: NarrowFormat.bf16.bits(oddlyRounded(value))
    case .i8, .u8: UInt64(UInt8(truncatingIfNeeded: value))
    case .i16, .u16: UInt64(UInt16(truncatingIfNeeded: value))
    }
  }

  /// A double that rounds to a narrow float as the integer does. If an integer loses bits, its last digit becomes odd, so it is no tie.
  private static func oddlyRounded(_ value: some FixedWidthInteger) -> Double {
    let magnitude = UInt64(value.magnitude)
    if magnitude < 1 << 53 { return Double(value) }
    let odd = Double(magnitude & ~0x7ff | (magnitude & 0x7ff == 0 ? 0 : 0x800))
    return value < 0 ? -odd : odd
  }
}
