import HillockIR

/// Reads the JSON (RFC 8259) that file headers are written in: objects, strings, and lists of whole numbers. What is asked for
/// must come; nothing nests deeper than the asking.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Shows the body each key; the body reads the value.
  mutating func object(_ body: (inout JSONScanner, String) throws(HillockError) -> Void) throws(HillockError) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// A list of integers from 0 to those that `Int` holds.
  mutating func integers() throws(HillockError) -> [Int] {
    try expect("[")
    var result: [Int] = []
    if take("]") { return result }
    repeat { result.append(try integer()) } while take(",")
    try expect("]")
    return result
  }

  private mutating func integer() throws(HillockError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, overflow2) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      guard !overflow, !overflow2 else { throw malformed("a number beyond all sizes") }
      value = next
      position += 1
    }
    let isPadded = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    guard position > start, !isPadded else { throw malformed("something where a whole number belongs") }
    return value
  }

  mutating func string() throws(HillockError) -> String {
    try expect("\"")
    var units: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else { throw malformed("a string that is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): units += try escape()
      case 0..<0x20: throw malformed("a control character in a string")
      default: units.append(byte)
      }
    }
    throw malformed("a string without an end")
  }

  private mutating func escape() throws(HillockError) -> [UInt8] {
    guard position < bytes.count else { throw malformed("a string without an end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      // Beyond the first plane a character is written as two escapes.
      if (0xd800..<0xdc00).contains(code) {
        guard bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
          throw malformed("half a character")
        }
        position += 2
        let low = try hexadecimal()
        guard (0xdc00..<0xe000).contains(low) else { throw malformed("half a character") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half a character") }
      return Array(String(Character(scalar)).utf8)
    default: throw malformed("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws(HillockError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw malformed("a string without an end") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed("an unknown escape in a string") }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// Nothing but space is left.
  mutating func end() throws(HillockError) {
    skipSpace()
    guard position == bytes.count else { throw malformed("something after its end") }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  /// Whether `null` stands here, which is then passed over.
  mutating func takeNull() -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: Array("null".utf8)) else { return false }
    position += 4
    return true
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(HillockError) {
    guard take(mark) else { throw malformed("something where \(mark) belongs") }
  }

  private func malformed(_ what: String) -> HillockError {
    HillockError(.format, "the header has \(what), at byte \(position)")
  }

  /// A string as JSON writes it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
