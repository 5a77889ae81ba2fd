import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How the floats of one array are written: all alike, in columns, as NumPy does it (8 digits at most
/// unless the options say otherwise, the fewest that tell the value from its neighbours).
/// (numpy/_core/arrayprint.py, class FloatingFormat: https://numpy.org/doc/stable/reference/generated/numpy.set_printoptions.html)
struct FloatFormat {
  private let precision: Int
  private let dtype: DType
  private var usesExponent = false
  private var padLeft = 0
  private var padRight = 0
  /// Digits of the mantissa's fraction in the exponent form, the same for every element.
  private var mantissaDigits = 0
  private var exponentDigits = 2

  init(_ values: [Double], _ dtype: DType, _ options: PrintOptions) {
    self.dtype = dtype
    precision = options.precision
    let finite = values.filter(\.isFinite)
    let magnitudes = finite.filter { $0 != 0 }.map { $0.magnitude }
    if !options.suppressesExponents, let largest = magnitudes.max(), let smallest = magnitudes.min() {
      // Compared in the array's own precision, as NumPy 2 does it: 0.0001 as a float is not below 0.0001.
      usesExponent =
        dtype == .f64
        ? Self.needsExponent(largest, smallest, cutoff: 1e8)
        : Self.needsExponent(Float(largest), Float(smallest), cutoff: Float(dtype.printCutoff))
    }
    if usesExponent {
      let parts = finite.map { scientific($0, minimumDigits: 0) }
      mantissaDigits = parts.map(\.fraction.count).max() ?? 0
      exponentDigits = parts.map(\.exponent.count).max() ?? 2
      padLeft = parts.map(\.integer.count).max() ?? 0
      // The exponent with its `e` and sign.
      padRight = exponentDigits + 2 + mantissaDigits
    } else {
      let parts = finite.map(positional)
      padLeft = parts.map(\.integer.count).max() ?? 0
      padRight = parts.map(\.fraction.count).max() ?? 0
    }
    if finite.count != values.count {
      let hasNegativeInfinity = values.contains(-.infinity)
      padLeft = max(padLeft, 3 - (padRight + 1), 3 + (hasNegativeInfinity ? 1 : 0) - (padRight + 1))
    }
  }

  /// The cutoff is 10 to as many digits as the precision surely holds, or 8. (Since NumPy 2.3.)
  private static func needsExponent<F: BinaryFloatingPoint>(_ largest: F, _ smallest: F, cutoff: F) -> Bool {
    largest >= cutoff || smallest < 0.0001 || largest / smallest > 1000
  }

  func string(_ value: Double) -> String {
    guard value.isFinite else {
      let word = value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
      return spaces(padLeft + padRight + 1 - word.count) + word
    }
    if usesExponent {
      let parts = scientific(value, minimumDigits: mantissaDigits)
      let sign = parts.exponentIsNegative ? "-" : "+"
      let exponent = String(repeating: "0", count: max(0, exponentDigits - parts.exponent.count)) + parts.exponent
      return "\(spaces(padLeft - parts.integer.count))\(parts.integer).\(parts.fraction)e\(sign)\(exponent)"
    }
    let parts = positional(value)
    return spaces(padLeft - parts.integer.count) + parts.integer + "." + parts.fraction + spaces(padRight - parts.fraction.count)
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  /// The shortest digits that give the value back at its precision, and the power of ten of the first one.
  private func shortest(_ value: Double) -> (digits: [Character], exponent: Int) {
    let text = dtype.text(value.magnitude)
    let halves = text.split(separator: "e")
    var exponent = halves.count > 1 ? Int(halves[1]) ?? 0 : 0
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    exponent += parts[0].count - 1
    var digits = Array(parts[0] + fraction)
    while digits.count > 1, digits[0] == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return digits == ["0"] ? (digits, 0) : (digits, exponent)
  }

  private func positional(_ value: Double) -> (integer: String, fraction: String) {
    let (digits, exponent) = shortest(value)
    let sign = value.sign == .minus ? "-" : ""
    if digits.count - 1 - exponent > precision {
      // More digits than are shown: rounded from the exact value, trailing zeros dropped.
      let parts = formatted("%.\(precision)f", value.magnitude).split(separator: ".")
      var fraction = parts.count > 1 ? parts[1] : ""
      while fraction.last == "0" { fraction.removeLast() }
      return (sign + parts[0], String(fraction))
    }
    if exponent < 0 {
      return (sign + "0", String(repeating: "0", count: -exponent - 1) + (digits == ["0"] ? "" : String(digits)))
    }
    let whole = String(digits.prefix(exponent + 1)) + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    return (sign + whole, String(digits.dropFirst(exponent + 1)))
  }

  private func scientific(
    _ value: Double, minimumDigits: Int
  ) -> (integer: String, fraction: String, exponent: String, exponentIsNegative: Bool) {
    var (digits, exponent) = shortest(value)
    if digits.count - 1 > precision || digits.count - 1 < minimumDigits {
      // More digits than are shown, or fewer than the column has: those of the exact value.
      let places = min(max(digits.count - 1, minimumDigits), precision)
      let parts = formatted("%.\(places)e", value.magnitude).split(separator: "e")
      digits = Array(parts[0].filter { $0 != "." })
      exponent = Int(parts[1]) ?? exponent
      while digits.count > minimumDigits + 1, digits.last == "0" { digits.removeLast() }
    }
    let fraction = String(digits.dropFirst())
    let power = String(exponent.magnitude)
    return (
      (value.sign == .minus ? "-" : "") + String(digits[0]), fraction, power.count < 2 ? "0" + power : power, exponent < 0
    )
  }

  /// C's rounding of the exact value.
  private func formatted(_ format: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 512)
    _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension DType {
  /// The shortest decimal that gives a number of a float dtype back.
  fileprivate func text(_ value: Double) -> String {
    if let format = narrowFormat { return format.text(format.bits(value)) }
    return self == .f32 ? Float(value).description : value.description
  }

  /// Numbers from here on are written with an exponent: 10 to as many digits as the dtype surely holds, 8 at most.
  fileprivate var printCutoff: Double {
    switch self {
    case .f16: 1e3
    case .bf16: 1e2
    case .f32: 1e6
    case .f64, .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16, .bool: 1e8
    }
  }
}
