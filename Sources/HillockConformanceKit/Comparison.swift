import HillockIR

/// Compares arrays, and says where they differ.
package enum Comparison {
  /// The number of differing elements that a message shows.
  package static let shown = 5

  /// nil where the value meets the expectation, else the differing elements in words.
  package static func difference(_ value: ConstantData, from expected: ConstantData, _ tolerance: Tolerance) -> String? {
    guard value.type == expected.type else { return "has type \(value.type), expected \(expected.type)" }
    if value.bytes == expected.bytes { return nil }
    var differing: [Int] = []
    var largest: UInt64 = 0
    for index in 0..<value.type.count {
      let a = ElementText.bits(value, index), b = ElementText.bits(expected, index)
      guard a != b, !isWithin(a, b, value.type.dtype, tolerance) else { continue }
      differing.append(index)
      if value.type.dtype.isFloating { largest = max(largest, ulpDistance(a, b, value.type.dtype)) }
    }
    if differing.isEmpty { return nil }
    let lines = differing.prefix(shown).map { index in
      var line =
        "\n      \(position(index, value.type.shape)): \(ElementText.element(value, index)), expected \(ElementText.element(expected, index))"
      let distance = ulpDistance(ElementText.bits(value, index), ElementText.bits(expected, index), value.type.dtype)
      if value.type.dtype.isFloating, distance != .max { line += " (\(distance) ulp)" }
      return line
    }
    let rest = differing.count > shown ? "\n      and \(differing.count - shown) more" : ""
    let summary = "\(differing.count) of \(value.type.count) elements differ"
    let worst = value.type.dtype.isFloating && largest != .max ? ", by up to \(largest) ulp" : ""
    return summary + worst + ":" + lines.joined() + rest
  }

  private static func isWithin(_ a: UInt64, _ b: UInt64, _ dtype: DType, _ tolerance: Tolerance) -> Bool {
    guard dtype.isFloating else { return false }
    let x = double(a, dtype), y = double(b, dtype)
    if x.isNaN || y.isNaN { return x.isNaN && y.isNaN }
    switch tolerance {
    case .exact: return false
    case .within(let ulp, let absolute):
      return ulpDistance(a, b, dtype) <= ulp || (absolute > 0 && (x - y).magnitude <= absolute)
    }
  }

  /// How many floating-point numbers apart; `max` where one is NaN. -0 and +0 are one apart, infinity is next to the
  /// largest number.
  package static func ulpDistance(_ a: UInt64, _ b: UInt64, _ dtype: DType) -> UInt64 {
    guard dtype.isFloating else { return a == b ? 0 : .max }
    if double(a, dtype).isNaN || double(b, dtype).isNaN { return .max }
    let x = ordinal(a, dtype), y = ordinal(b, dtype)
    return x < y ? y - x : x - y
  }

  /// The floating-point numbers in ascending order, counted.
  private static func ordinal(_ bits: UInt64, _ dtype: DType) -> UInt64 {
    let sign: UInt64 = 1 << UInt64(dtype.size * 8 - 1)
    let middle: UInt64 = 1 << 63
    return bits & sign == 0 ? middle + bits : middle - 1 - (bits & (sign - 1))
  }

  private static func double(_ bits: UInt64, _ dtype: DType) -> Double {
    dtype.narrowFormat?.value(bits) ?? (dtype == .f32 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits))
  }

  /// The index of an element along each axis: `[2, 5]`.
  private static func position(_ index: Int, _ shape: [Int]) -> String {
    var rest = index, indices: [Int] = []
    for extent in shape.reversed() {
      indices.append(rest % max(extent, 1))
      rest /= max(extent, 1)
    }
    return "\(Array(indices.reversed()))"
  }
}
