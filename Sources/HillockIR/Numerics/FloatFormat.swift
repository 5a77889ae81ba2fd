/// What the functions need to know of a floating dtype's layout, and the helpers that depend on it.
struct FloatFormat {
  let dtype: DType
  /// Unsigned integers of the same size, in which bits are handled.
  let bits: DType
  /// The stored bits of the significand.
  let significandBits: Int
  let exponentBias: Int

  init(_ dtype: DType) {
    self.dtype = dtype
    bits = dtype == .f32 ? .u32 : .u64
    significandBits = dtype == .f32 ? 23 : 52
    exponentBias = dtype == .f32 ? 127 : 1023
  }

  /// One of two, by dtype.
  func pick<T>(_ f32: T, _ f64: T) -> T { dtype == .f32 ? f32 : f64 }

  var signMask: UInt64 { pick(1 << 31, 1 << 63) }
  /// 1.5 · 2^significandBits: adding it rounds to an integer, which then stands in the low bits.
  var roundingShift: Double { pick(0x1.8p23, 0x1.8p52) }
  var leastNormal: Double { pick(0x1p-126, 0x1p-1022) }
  /// The bits of 2^significandBits · x reach from subnormals into normals.
  var subnormalScale: Double { pick(0x1p23, 0x1p52) }

  /// A real constant as the dtype's value nearest to it.
  func rounded(_ value: Double) -> Double { dtype == .f32 ? Double(Float(value)) : value }
}

/// A real constant as a sum of three doubles, from which the parts at a dtype follow.
struct ExactConstant {
  let parts: (Double, Double, Double)

  /// The first part has 24 (53) bits, each further one what the earlier leave over.
  func split(_ format: FloatFormat) -> (Double, Double, Double) {
    guard format.dtype == .f32 else { return parts }
    let high = Double(Float(parts.0)), rest = (parts.0 - high) + parts.1
    let middle = Double(Float(rest)), low = (rest - middle)
    return (high, middle, Double(Float(low)))
  }

  // The digits are from mpmath: each part is the remainder rounded to double.
  static let ln2 = ExactConstant(parts: (0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111))
  static let log2e = ExactConstant(parts: (0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56, -0x1.60bb8a5442ab9p-110))
  /// 2 log₂e / 3
  static let thirdOfTwoLog2e = ExactConstant(parts: (0x1.ec709dc3a03fdp-1, 0x1.d27f05548af0cp-55, -0x1.d64f631b038f7p-111))
  static let log10of2 = ExactConstant(parts: (0x1.34413509f79ffp-2, -0x1.9dc1da994fd21p-59, 0x1.22f04d5a618a8p-114))
  static let log10e = ExactConstant(parts: (0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57, 0x1.ee191f71a3012p-112))
  static let twoOverSqrtPi = ExactConstant(parts: (0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56, -0x1.3cbbebf65f145p-111))
  static let halfPi = ExactConstant(parts: (0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110))
}

extension BodyValue {
  var format: FloatFormat { FloatFormat(dtype) }

  static func - (a: Double, b: BodyValue) -> BodyValue { b.constant(a) - b }

  /// c[0] + self (c[1] + self (c[2] + …)), each step one fma.
  func polynomial(_ f32: [Double], _ f64: [Double]) -> BodyValue {
    let coefficients = format.pick(f32, f64)
    var value = constant(coefficients[coefficients.count - 1])
    for c in coefficients.dropLast().reversed() { value = value.fma(self, c) }
    return value
  }

  /// The smaller or larger of self and a constant; NaN stays NaN. (The second operand is taken where either is NaN.)
  func atMost(_ bound: Double) -> BodyValue { constant(bound).min(self) }
  func atLeast(_ bound: Double) -> BodyValue { constant(bound).max(self) }

  /// Sign and magnitude as bits.
  var rawBits: BodyValue { bits(as: format.bits) }
  var signBit: BodyValue { rawBits & builder.bits(format.signMask, format.bits) }
  /// This magnitude, which is not negative, under another value's sign.
  func withSign(of other: BodyValue) -> BodyValue { (rawBits | other.signBit).bits(as: dtype) }

  /// The sign turned where another value's is set.
  func negated(with other: BodyValue) -> BodyValue { (rawBits ^ other.signBit).bits(as: dtype) }

  /// The sign turned where bit `bit` of an integer is set.
  func negated(whereBit bit: Int, of integer: BodyValue) -> BodyValue {
    let mask = builder.bits(1 << UInt64(bit), integer.dtype)
    let shift = builder.bits(UInt64(dtype.size * 8 - 1 - bit), integer.dtype)
    return (rawBits ^ ((integer & mask) << shift)).bits(as: dtype)
  }

  /// Whether bit 0 of an integer is set.
  var isOdd: BodyValue { (self & builder.bits(1, dtype)).isUnequal(builder.bits(0, dtype)) }
}

/// x rounded to an integer n, with n's bits at hand.
struct RoundedInteger {
  /// n as a float.
  let value: BodyValue
  /// Bits whose low end is n, plus the bias asked for.
  let bits: BodyValue

  /// n = x · factor rounded, for |x · factor| below 2^(significandBits - 1).
  init(_ x: BodyValue, times factor: Double, bias: Int = 0) {
    let shift = x.constant(x.format.roundingShift + Double(bias))
    let shifted = x.fma(x.constant(factor), shift)
    value = shifted - shift
    bits = shifted.rawBits
  }
}
