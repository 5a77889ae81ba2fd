/// Dtypes of one or two bytes. Programs read and write them, and compute in the dtype of four bytes that holds all their values.
extension DType {
  /// The dtype in which operations compute: another one if this is narrow.
  package var computed: DType {
    switch self {
    case .f16, .bf16: .f32
    case .i8, .i16: .i32
    case .u8, .u16: .u32
    case .f32, .f64, .i32, .i64, .u32, .u64, .bool: self
    }
  }

  package var isNarrow: Bool { computed != self }

  /// The dtypes in which operations compute.
  package static let wide = allCases.filter { !$0.isNarrow }

  /// Whether one `convert` leads from a dtype to another. Others are several nodes (`GraphBuilder.convert`), so kernels need to know
  /// little of narrow dtypes.
  package static func hasConversion(from: DType, to: DType) -> Bool {
    if from == to { return false }
    if from.isNarrow { return to == from.computed }
    if to.isNarrow { return from == to.computed || from == .f64 && to.isFloating }
    return true
  }

  /// The least and the greatest number of an integer dtype of at most 32 bits.
  package var integerRange: ClosedRange<Int64> {
    let bits = Int64(size * 8)
    return isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
  }
}

/// The layout of the narrow floats: a sign, an exponent, and the digits behind the point.
package struct NarrowFormat: Sendable {
  package let digits: Int
  package let exponentBits: Int

  /// IEEE 754 binary16.
  package static let f16 = NarrowFormat(digits: 10, exponentBits: 5)
  /// The upper half of an f32.
  package static let bf16 = NarrowFormat(digits: 7, exponentBits: 8)

  private var bias: Int { 1 << (exponentBits - 1) - 1 }
  private var infinity: UInt64 { (1 << UInt64(exponentBits) - 1) << UInt64(digits) }
  private static let sign: UInt64 = 0x8000

  /// What the low 16 bits stand for, exactly.
  package func value(_ bits: UInt64) -> Double {
    let exponent = Int(bits >> UInt64(digits)) & (1 << exponentBits - 1), fraction = bits & (1 << UInt64(digits) - 1)
    let magnitude: Double
    if exponent == 1 << exponentBits - 1 {
      magnitude = fraction == 0 ? .infinity : .nan
    } else {
      // Subnormal numbers have the exponent of the least normal ones, and no leading 1.
      let units = Double(exponent == 0 ? fraction : fraction | 1 << UInt64(digits))
      magnitude = units * Self.power(max(exponent, 1) - bias - digits)
    }
    return bits & Self.sign == 0 ? magnitude : -magnitude
  }

  /// The bits of a number, rounded once: to the nearest, halves to even. NaN has one pattern.
  package func bits(_ value: Double) -> UInt64 {
    if value.isNaN { return infinity | 1 << UInt64(digits - 1) }
    let sign = value.sign == .minus ? Self.sign : 0, magnitude = value.magnitude
    if magnitude == 0 { return sign }
    // In units of the last digit: exact, for they are powers of two.
    let exponent = magnitude.isFinite ? min(max(Int(magnitude.exponent), 1 - bias), bias + 1) : bias + 1
    let units = (magnitude * Self.power(digits - exponent)).rounded(.toNearestOrEven)
    guard exponent <= bias, units <= Double(2 << digits) else { return sign | infinity }
    // A leading 1 adds to the exponent; so does a carry.
    return sign | min(UInt64(exponent + bias - 1) << UInt64(digits) + UInt64(units), infinity)
  }

  /// The decimal of the fewest digits that reads back to these bits, as Swift writes numbers.
  package func text(_ bits: UInt64) -> String {
    let value = value(bits)
    guard value.isFinite, value != 0 else { return "\(value)" }
    // Nine digits are more than either format needs.
    for count in 1...9 {
      if let shorter = Self.rounded(value, to: count), self.bits(shorter) == bits { return "\(shorter)" }
    }
    return "\(value)"
  }

  /// A finite number with so many decimal digits.
  private static func rounded(_ value: Double, to count: Int) -> Double? {
    let parts = value.magnitude.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let point = parts[0].firstIndex(of: ".") ?? parts[0].endIndex
    // As 0.ddd… · 10^power.
    var power = exponent + parts[0].distance(from: parts[0].startIndex, to: point)
    var digits = parts[0].compactMap(\.wholeNumberValue)
    while digits.first == 0 {
      digits.removeFirst()
      power -= 1
    }
    if digits.count > count {
      var carry = digits[count] >= 5 ? 1 : 0
      digits.removeSubrange(count...)
      for place in digits.indices.reversed() {
        (carry, digits[place]) = (digits[place] + carry) / 10 > 0 ? (1, 0) : (0, digits[place] + carry)
      }
      if carry > 0 {
        digits.insert(1, at: 0)
        power += 1
      }
    }
    return Double("\(value.sign == .minus ? "-" : "")0.\(digits.map(String.init).joined())e\(power)")
  }

  private static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}

extension DType {
  /// The layout of a narrow float; nil for other dtypes.
  package var narrowFormat: NarrowFormat? {
    switch self {
    case .f16: .f16
    case .bf16: .bf16
    case .f32, .f64, .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16, .bool: nil
    }
  }
}
