import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The meaning of the primitives for one element, straight from their definitions: the oracle of these tests. Values are
/// bits, in the low end of a word.
enum ScalarReference {
  static func evaluate(_ body: Body, _ operands: [UInt64]) -> UInt64 {
    var values = operands
    for line in body.instructions {
      let types = line.operands.map(body.type(of:))
      values.append(
        evaluate(line.primitive, line.dtype, line.operands.map { values[$0] }, types: types, constant: line.constant))
    }
    if let rare = body.rare, values[rare.condition] != 0, let body = rare.body(body.resultType) {
      return evaluate(body, operands)
    }
    return values[body.result]
  }

  static func evaluate(
    _ primitive: Primitive, _ dtype: DType, _ x: [UInt64], types: [DType], constant: UInt64 = 0
  ) -> UInt64 {
    switch primitive {
    case .constant: return constant
    case .select: return x[0] != 0 ? x[1] : x[2]
    case .convert: return convert(x[0], from: types[0], to: dtype)
    case .bitcast: return x[0]
    case .lt, .le, .eq, .ne: return compare(primitive, types[0], x[0], x[1]) ? 1 : 0
    default: break
    }
    switch dtype {
    case .f32: return UInt64(float(primitive, x.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }).bitPattern)
    case .f64: return float(primitive, x.map { Double(bitPattern: $0) }).bitPattern
    case .i32: return UInt64(UInt32(bitPattern: integer(primitive, x.map { Int32(truncatingIfNeeded: $0) })))
    case .i64: return UInt64(bitPattern: integer(primitive, x.map { Int64(bitPattern: $0) }))
    case .u32: return UInt64(integer(primitive, x.map { UInt32(truncatingIfNeeded: $0) }))
    case .u64: return integer(primitive, x)
    case .f16, .bf16, .i8, .i16, .u8, .u16: preconditionFailure("no kernel computes in \(dtype)")
    case .bool:
      switch primitive {
      case .and: return x[0] & x[1]
      case .or: return x[0] | x[1]
      case .xor: return x[0] ^ x[1]
      case .not: return x[0] ^ 1
      default: preconditionFailure("\(primitive) has no meaning for bool")
      }
    }
  }

  private static func float<T: BinaryFloatingPoint>(_ primitive: Primitive, _ x: [T]) -> T {
    switch primitive {
    case .add: x[0] + x[1]
    case .sub: x[0] - x[1]
    case .mul: x[0] * x[1]
    case .div: x[0] / x[1]
    case .rem: x[0].truncatingRemainder(dividingBy: x[1])
    case .min: x[0] < x[1] ? x[0] : x[1]
    case .max: x[0] > x[1] ? x[0] : x[1]
    case .fma: x[2].addingProduct(x[0], x[1])
    // Double holds every product of a float with such a power; the C library's is rounded once.
    case .scale: T(scalbn(Double(x[0]), Int32(exactly: x[1]) ?? 0)) * (x[1].isNaN ? .nan : 1)
    case .sqrt: x[0].squareRoot()
    case .abs: x[0].magnitude
    case .neg: -x[0]
    case .floor: x[0].rounded(.down)
    case .ceil: x[0].rounded(.up)
    case .trunc: x[0].rounded(.towardZero)
    case .rint: x[0].rounded(.toNearestOrEven)
    default: preconditionFailure("\(primitive) has no meaning for floats")
    }
  }

  private static func integer<T: FixedWidthInteger>(_ primitive: Primitive, _ x: [T]) -> T {
    switch primitive {
    case .add: return x[0] &+ x[1]
    case .sub: return x[0] &- x[1]
    case .mul: return x[0] &* x[1]
    case .floorDiv:
      if x[1] == 0 { return 0 }
      let (q, r) =
        x[0].dividedReportingOverflow(by: x[1]).overflow
        ? (0 &- x[0], 0) : x[0].quotientAndRemainder(dividingBy: x[1])
      return r != 0 && (r < 0) != (x[1] < 0) ? q &- 1 : q
    case .floorMod:
      if x[1] == 0 { return 0 }
      let r = x[0].remainderReportingOverflow(dividingBy: x[1]).partialValue
      return r != 0 && (r < 0) != (x[1] < 0) ? r &+ x[1] : r
    case .min: return x[0] < x[1] ? x[0] : x[1]
    case .max: return x[0] > x[1] ? x[0] : x[1]
    case .fma: return x[0] &* x[1] &+ x[2]
    case .and: return x[0] & x[1]
    case .or: return x[0] | x[1]
    case .xor: return x[0] ^ x[1]
    case .shl: return x[1] < 0 || x[1] >= T.bitWidth ? 0 : x[0] << x[1]
    case .shr: return x[1] < 0 || x[1] >= T.bitWidth ? (x[0] < 0 ? ~0 : 0) : x[0] >> x[1]
    case .abs: return x[0] < 0 ? 0 &- x[0] : x[0]
    case .neg: return 0 &- x[0]
    case .not: return ~x[0]
    default: preconditionFailure("\(primitive) has no meaning for integers")
    }
  }

  private static func compare(_ primitive: Primitive, _ dtype: DType, _ a: UInt64, _ b: UInt64) -> Bool {
    func relation<T: Comparable>(_ a: T, _ b: T) -> Bool {
      switch primitive {
      case .lt: a < b
      case .le: a <= b
      case .eq: a == b
      default: a != b
      }
    }
    switch dtype {
    case .f32:
      return relation(Float(bitPattern: UInt32(truncatingIfNeeded: a)), Float(bitPattern: UInt32(truncatingIfNeeded: b)))
    case .f64: return relation(Double(bitPattern: a), Double(bitPattern: b))
    case .i32: return relation(Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
    case .i64: return relation(Int64(bitPattern: a), Int64(bitPattern: b))
    case .u32, .u64, .bool: return relation(a, b)
    case .f16, .bf16, .i8, .i16, .u8, .u16: preconditionFailure("no kernel compares \(dtype)")
    }
  }

  static func convert(_ x: UInt64, from: DType, to: DType) -> UInt64 {
    func fromFloat(_ value: Double, single: Float?) -> UInt64 {
      func integer<T: FixedWidthInteger>(_: T.Type) -> UInt64 {
        if value.isNaN { return 0 }
        let clamped = T(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
        return UInt64(truncatingIfNeeded: clamped)
      }
      switch to {
      case .f32: return UInt64((single ?? Float(value)).bitPattern)
      case .f64: return value.bitPattern
      case .i32: return integer(Int32.self) & 0xffff_ffff
      case .i64: return integer(Int64.self)
      case .u32: return integer(UInt32.self)
      case .u64: return integer(UInt64.self)
      case .bool: return value != 0 ? 1 : 0
      case .f16: return UInt64(Float16(value).bitPattern)
      case .bf16: return brain(value)
      case .i8, .i16, .u8, .u16: preconditionFailure("no kernel converts \(from) to \(to)")
      }
    }
    func fromInteger<T: FixedWidthInteger>(_ value: T) -> UInt64 {
      switch to {
      case .f32: UInt64(Float(value).bitPattern)
      case .f64: Double(value).bitPattern
      case .i32, .u32: UInt64(UInt32(truncatingIfNeeded: value))
      case .i64, .u64: UInt64(truncatingIfNeeded: value)
      case .bool: value != 0 ? 1 : 0
      case .i8, .u8: UInt64(UInt8(truncatingIfNeeded: value))
      case .i16, .u16: UInt64(UInt16(truncatingIfNeeded: value))
      case .f16, .bf16: preconditionFailure("no kernel converts \(from) to \(to)")
      }
    }
    switch from {
    case .f16:
      let value = Float(Float16(bitPattern: UInt16(truncatingIfNeeded: x)))
      return fromFloat(Double(value), single: value)
    case .bf16:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: x) << 16)
      return fromFloat(Double(value), single: value)
    case .i8: return fromInteger(Int8(truncatingIfNeeded: x))
    case .i16: return fromInteger(Int16(truncatingIfNeeded: x))
    case .u8: return fromInteger(UInt8(truncatingIfNeeded: x))
    case .u16: return fromInteger(UInt16(truncatingIfNeeded: x))
    case .f32:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: x))
      return fromFloat(Double(value), single: value)
    case .f64: return fromFloat(Double(bitPattern: x), single: nil)
    case .i32: return fromInteger(Int32(truncatingIfNeeded: x))
    case .i64: return fromInteger(Int64(bitPattern: x))
    case .u32: return fromInteger(UInt32(truncatingIfNeeded: x))
    case .u64: return fromInteger(x)
    case .bool: return fromInteger(x)
    }
  }

  /// The nearer of the two bf16s beside a number, as the upper halves of f32s; of two equally near ones the even one.
  private static func brain(_ value: Double) -> UInt64 {
    if value.isNaN { return 0x7fc0 }
    let sign: UInt64 = value.sign == .minus ? 0x8000 : 0, magnitude = value.magnitude
    func number(_ bits: UInt64) -> Double { bits == 0x7f80 ? 0x1p128 : Double(Float(bitPattern: UInt32(bits) << 16)) }
    if magnitude >= 0x1p128 { return sign | 0x7f80 }
    var low: UInt64 = 0, high: UInt64 = 0x7f80
    while high - low > 1 {
      let middle = (low + high) / 2
      (low, high) = number(middle) <= magnitude ? (middle, high) : (low, middle)
    }
    let below = magnitude - number(low), above = number(high) - magnitude
    return sign | (below < above || below == above && low & 1 == 0 ? low : high)
  }

  /// Whether two results are the same: equal bits, or NaN both.
  static func same(_ a: UInt64, _ b: UInt64, _ dtype: DType) -> Bool {
    switch dtype {
    case .f32:
      let x = Float(bitPattern: UInt32(truncatingIfNeeded: a)), y = Float(bitPattern: UInt32(truncatingIfNeeded: b))
      return x.bitPattern == y.bitPattern || x.isNaN && y.isNaN
    case .f64:
      let x = Double(bitPattern: a), y = Double(bitPattern: b)
      return x.bitPattern == y.bitPattern || x.isNaN && y.isNaN
    case .f16: return a == b || a & 0x7fff > 0x7c00 && b & 0x7fff > 0x7c00
    case .bf16: return a == b || a & 0x7fff > 0x7f80 && b & 0x7fff > 0x7f80
    default: return a == b
    }
  }
}
