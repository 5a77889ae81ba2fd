/// The text form of constants: `f32[3] {1.0, 2.0, 3.0}`, `f32[1000] {0.5...}` for equal elements, `f32[2] {hex 0000803f …}`
/// for bytes. Elements are written so that they read back bit for bit.
package struct ConstantText {
  /// Bytes that the short form of equal elements may still stand for: a short text must not ask for any amount of memory.
  private var splatBudget = 1 << 27

  package init() {}

  // MARK: Writing

  /// The elements, in braces. Data that does not fit its type is written as bytes.
  package mutating func write(_ data: ConstantData) -> String {
    let size = data.type.dtype.size
    guard let count = Shape.checkedCount(data.type.shape), data.bytes.count == count * size,
      data.type.dtype != .bool || data.bytes.allSatisfy({ $0 < 2 })
    else { return "{hex \(data.bytes.map(Self.hex).joined())}" }
    return data.bytes.withUnsafeBytes { bytes in
      func element(_ i: Int) -> String {
        Self.element(UnsafeRawBufferPointer(rebasing: bytes[i * size..<(i + 1) * size]), data.type.dtype)
      }
      let isSplat =
        count > 1 && bytes.count <= splatBudget
        && (size..<bytes.count).allSatisfy { bytes[$0] == bytes[$0 - size] }
      if isSplat {
        splatBudget -= bytes.count
        return "{\(element(0))...}"
      }
      return "{\((0..<count).map(element).joined(separator: ", "))}"
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0\(digits)" : digits
  }

  /// One element: the shortest decimal that reads back, `nan`, `inf`, `-0.0`; a NaN of other bits as `nan.` and its bits.
  private static func element(_ bytes: UnsafeRawBufferPointer, _ dtype: DType) -> String {
    func load<T: BitwiseCopyable>(_: T.Type) -> T { bytes.loadUnaligned(as: T.self) }
    switch dtype {
    case .f32:
      let bits = load(UInt32.self).littleEndian, value = Float(bitPattern: bits)
      return value.isNaN && bits != Float.nan.bitPattern ? "nan.\(String(bits, radix: 16))" : "\(value)"
    case .f64:
      let bits = load(UInt64.self).littleEndian, value = Double(bitPattern: bits)
      return value.isNaN && bits != Double.nan.bitPattern ? "nan.\(String(bits, radix: 16))" : "\(value)"
    case .i32: return "\(load(Int32.self).littleEndian)"
    case .i64: return "\(load(Int64.self).littleEndian)"
    case .u32: return "\(load(UInt32.self).littleEndian)"
    case .u64: return "\(load(UInt64.self).littleEndian)"
    case .bool: return load(UInt8.self) == 0 ? "false" : "true"
    case .f16: return narrow(UInt64(load(UInt16.self).littleEndian), .f16)
    case .bf16: return narrow(UInt64(load(UInt16.self).littleEndian), .bf16)
    case .i8: return "\(load(Int8.self))"
    case .i16: return "\(load(Int16.self).littleEndian)"
    case .u8: return "\(load(UInt8.self))"
    case .u16: return "\(load(UInt16.self).littleEndian)"
    }
  }

  private static func narrow(_ bits: UInt64, _ format: NarrowFormat) -> String {
    let value = format.value(bits)
    return value.isNaN && bits != format.bits(.nan) ? "nan.\(String(bits, radix: 16))" : format.text(bits)
  }

  // MARK: Reading

  /// The elements in braces, for a type whose extents may be anything.
  package mutating func read(_ type: ArrayType, from scanner: inout TextScanner) throws(HillockError) -> ConstantData {
    try scanner.expect("{")
    scanner.skipLines()
    var afterWord = scanner
    if afterWord.takeWord() == "hex" {
      scanner = afterWord
      let bytes = try scanner.hexBytes()
      try scanner.expect("}")
      return ConstantData(type: type, bytes: bytes)
    }
    guard let count = Shape.checkedCount(type.shape) else { throw scanner.failure("a constant cannot have type \(type)") }
    var bytes: [UInt8] = []
    var found = 0
    while !scanner.take("}") {
      if found > 0 {
        try scanner.expect(",")
        scanner.skipLines()
      }
      let place = scanner.position
      var text = try scanner.number("an element or `}`")
      let isSplat = found == 0 && text.hasSuffix("...")
      if isSplat { text.removeLast(3) }
      guard let bits = Self.bits(text, type.dtype) else {
        throw scanner.failure("expected a \(type.dtype.name), found `\(text.prefix(40))`", at: place)
      }
      let element = withUnsafeBytes(of: bits.littleEndian) { Array($0.prefix(type.dtype.size)) }
      if isSplat {
        guard count <= splatBudget / element.count else {
          throw scanner.failure("`...` stands for too many elements; use a broadcast of one element", at: place)
        }
        splatBudget -= count * element.count
        try scanner.expect("}")
        return ConstantData(type: type, bytes: Array(repeatElement(element, count: count).joined()))
      }
      bytes += element
      found += 1
      scanner.skipLines()
    }
    guard found == count else { throw scanner.failure("\(type) has \(count) elements, found \(found)") }
    return ConstantData(type: type, bytes: bytes)
  }

  /// The bits of a written element, or nil where it is none of the dtype. A number is rounded once; one too large is refused.
  package static func bits(_ text: String, _ dtype: DType) -> UInt64? {
    func floating<F: BinaryFloatingPoint & LosslessStringConvertible>(_: F.Type) -> F? {
      switch text {
      case "inf", "+inf": return .infinity
      case "-inf": return -.infinity
      default:
        guard let value = F(text), value.isFinite else { return nil }
        return value
      }
    }
    let isNaN = text.hasPrefix("nan")
    switch dtype {
    case .f32:
      if isNaN {
        if text == "nan" { return UInt64(Float.nan.bitPattern) }
        guard text.hasPrefix("nan."), let bits = UInt32(text.dropFirst(4), radix: 16), Float(bitPattern: bits).isNaN
        else { return nil }
        return UInt64(bits)
      }
      return floating(Float.self).map { UInt64($0.bitPattern) }
    case .f64:
      if isNaN {
        if text == "nan" { return Double.nan.bitPattern }
        guard text.hasPrefix("nan."), let bits = UInt64(text.dropFirst(4), radix: 16), Double(bitPattern: bits).isNaN
        else { return nil }
        return bits
      }
      return floating(Double.self).map(\.bitPattern)
    case .f16: return narrowBits(text, .f16)
    case .bf16: return narrowBits(text, .bf16)
    case .i8: return Int8(text).map { UInt64(UInt8(bitPattern: $0)) }
    case .i16: return Int16(text).map { UInt64(UInt16(bitPattern: $0)) }
    case .u8: return UInt8(text).map(UInt64.init)
    case .u16: return UInt16(text).map(UInt64.init)
    case .i32: return Int32(text).map { UInt64(UInt32(bitPattern: $0)) }
    case .i64: return Int64(text).map { UInt64(bitPattern: $0) }
    case .u32: return UInt32(text).map(UInt64.init)
    case .u64: return UInt64(text)
    case .bool: return text == "true" || text == "1" ? 1 : text == "false" || text == "0" ? 0 : nil
    }
  }

  /// The decimal is read as a double, which is rounded once more.
  private static func narrowBits(_ text: String, _ format: NarrowFormat) -> UInt64? {
    switch text {
    case "nan": return format.bits(.nan)
    case "inf", "+inf": return format.bits(.infinity)
    case "-inf": return format.bits(-.infinity)
    default: break
    }
    if text.hasPrefix("nan.") {
      guard let bits = UInt16(text.dropFirst(4), radix: 16).map(UInt64.init), format.value(bits).isNaN else { return nil }
      return bits
    }
    guard let value = Double(text), value.isFinite else { return nil }
    let bits = format.bits(value)
    return format.value(bits).isFinite ? bits : nil
  }
}
