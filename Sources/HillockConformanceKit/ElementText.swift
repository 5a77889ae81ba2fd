import HillockIR

/// Elements as text, and back to the same bits.
package enum ElementText {
  /// Appends the bits of one element; false where the word is no value of the dtype.
  static func append(_ word: Substring, _ dtype: DType, to bytes: inout [UInt8]) -> Bool {
    switch dtype {
    case .f32: append(Float(word)?.bitPattern, to: &bytes)
    case .f64: append(Double(word)?.bitPattern, to: &bytes)
    case .i32: append(Int32(word), to: &bytes)
    case .i64: append(Int64(word), to: &bytes)
    case .u32: append(UInt32(word), to: &bytes)
    case .u64: append(UInt64(word), to: &bytes)
    case .bool: append(word == "true" ? UInt8(1) : word == "false" ? 0 : nil, to: &bytes)
    case .f16, .bf16: append(ConstantText.bits(String(word), dtype).map { UInt16($0) }, to: &bytes)
    case .i8: append(Int8(word), to: &bytes)
    case .i16: append(Int16(word), to: &bytes)
    case .u8: append(UInt8(word), to: &bytes)
    case .u16: append(UInt16(word), to: &bytes)
    }
  }

  private static func append<T: FixedWidthInteger>(_ value: T?, to bytes: inout [UInt8]) -> Bool {
    guard let value else { return false }
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    return true
  }

  /// The element at an index, written so that it parses back to the same bits.
  package static func element(_ array: ConstantData, _ index: Int) -> String {
    let bits = bits(array, index)
    return switch array.type.dtype {
    case .f32: "\(Float(bitPattern: UInt32(bits)))"
    case .f64: "\(Double(bitPattern: bits))"
    case .i32: "\(Int32(truncatingIfNeeded: bits))"
    case .i64: "\(Int64(bitPattern: bits))"
    case .u32, .u64, .u8, .u16: "\(bits)"
    case .f16: NarrowFormat.f16.text(bits)
    case .bf16: NarrowFormat.bf16.text(bits)
    case .i8: "\(Int8(truncatingIfNeeded: bits))"
    case .i16: "\(Int16(truncatingIfNeeded: bits))"
    case .bool: bits != 0 ? "true" : "false"
    }
  }

  /// The bits of an element, zero-extended.
  static func bits(_ array: ConstantData, _ index: Int) -> UInt64 {
    let size = array.type.dtype.size
    return (0..<size).reduce(0) { $0 | UInt64(array.bytes[index * size + $1]) << (8 * UInt64($1)) }
  }
}

extension ArrayType {
  /// The type written as `f32[20,10]`.
  init?(text: some StringProtocol) {
    guard let bracket = text.firstIndex(of: "["), text.last == "]", let dtype = DType(name: text[..<bracket]) else { return nil }
    var shape: [Int] = []
    let inside = text[text.index(after: bracket)...].dropLast()
    for part in inside.isEmpty ? [] : inside.split(separator: ",", omittingEmptySubsequences: false) {
      guard let extent = Int(part) else { return nil }
      shape.append(extent)
    }
    guard Shape.checkedCount(shape) != nil else { return nil }
    self.init(dtype, shape)
  }
}
