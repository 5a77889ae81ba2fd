/// Reads the line-oriented text forms: tokens on demand, errors with line and column. Any text is either read or refused.
package struct TextScanner {
  private let bytes: [UInt8]
  package private(set) var position = 0

  package init(_ text: String) { bytes = Array(text.utf8) }

  // MARK: Errors

  /// An error at a position (the current one where none is given).
  package func failure(_ message: String, at place: Int? = nil, code: ErrorCode = .format) -> HillockError {
    let place = min(place ?? position, bytes.count)
    let before = bytes[..<place]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[start..<place], as: UTF8.self).count + 1
    return HillockError(code, "line \(line), column \(column): \(message)")
  }

  package func expected(_ what: String) -> HillockError {
    failure("expected \(what), found \(foundText)")
  }

  /// What stands at the current position, for a message.
  private var foundText: String {
    guard let first = peek else { return "the end of the text" }
    if first == UInt8(ascii: "\n") { return "the end of the line" }
    let token = bytes[position...].prefix(24).prefix { $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: ",") }
    return "`\(String(decoding: token.isEmpty ? bytes[position...].prefix(1) : token, as: UTF8.self))`"
  }

  // MARK: Blanks and lines

  package var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  package var isAtEnd: Bool { position == bytes.count }
  package var isAtLineEnd: Bool { peek == nil || peek == UInt8(ascii: "\n") }

  /// Skips blanks and a comment, within the line.
  package mutating func skipBlanks() {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while let next = peek, next != UInt8(ascii: "\n") { position += 1 }
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
        position += 1
      } else {
        return
      }
    }
  }

  /// Skips blanks, comments and empty lines.
  package mutating func skipLines() {
    skipBlanks()
    while peek == UInt8(ascii: "\n") {
      position += 1
      skipBlanks()
    }
  }

  package mutating func endLine() throws(HillockError) {
    skipBlanks()
    guard isAtLineEnd else { throw expected("the end of the line") }
    if !isAtEnd { position += 1 }
  }

  // MARK: Tokens. Each skips the blanks before it.

  package func nextIs(_ character: Unicode.Scalar) -> Bool {
    var copy = self
    copy.skipBlanks()
    return copy.peek == UInt8(ascii: character)
  }

  /// Takes the character where it comes next.
  package mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  package mutating func expect(_ character: Unicode.Scalar) throws(HillockError) {
    guard take(character) else { throw expected("`\(character)`") }
  }

  /// A run of letters, digits, `_` and `.`; empty where there is none.
  private mutating func run(signs: Bool = false) -> String {
    let start = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "."):
        position += 1
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard signs else { return String(decoding: bytes[start..<position], as: UTF8.self) }
        position += 1
      default: return String(decoding: bytes[start..<position], as: UTF8.self)
      }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A word: begins with a letter or `_`.
  package mutating func word(_ what: String) throws(HillockError) -> String {
    guard let word = takeWord() else { throw expected(what) }
    return word
  }

  package mutating func takeWord() -> String? {
    skipBlanks()
    guard let byte = peek, byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    else { return nil }
    return run()
  }

  package mutating func expectWord(_ word: String) throws(HillockError) {
    let start = self
    guard takeWord() == word else {
      self = start
      skipBlanks()
      throw expected("`\(word)`")
    }
  }

  /// What follows a sigil: letters, digits, `_` and `.`.
  package mutating func name(_ what: String) throws(HillockError) -> String {
    let name = run()
    guard !name.isEmpty else { throw expected(what) }
    return name
  }

  /// A number as it is written, signs and special values included; the caller gives it its meaning.
  package mutating func number(_ what: String) throws(HillockError) -> String {
    skipBlanks()
    let number = run(signs: true)
    guard !number.isEmpty else { throw expected(what) }
    return number
  }

  package mutating func integer(_ what: String = "an integer") throws(HillockError) -> Int {
    skipBlanks()
    let start = position
    let digits = run(signs: true)
    guard !digits.isEmpty else { throw expected(what) }
    guard let value = Int(digits) else {
      throw failure("expected \(what) of at most 64 bits, found `\(digits.prefix(40))`", at: start)
    }
    return value
  }

  /// `[1, 2, 3]`
  package mutating func integers() throws(HillockError) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if take("]") { return values }
    repeat { values.append(try integer()) } while take(",")
    try expect("]")
    return values
  }

  /// `f32[4, 3]`; extents are not checked.
  package mutating func arrayType() throws(HillockError) -> ArrayType {
    let dtype = try dtype()
    return ArrayType(dtype, try integers())
  }

  package mutating func dtype() throws(HillockError) -> DType {
    skipBlanks()
    let start = position
    guard let name = takeWord(), let dtype = DType(name: name) else {
      position = start
      throw expected("a dtype (\(DType.allCases.map(\.name).joined(separator: ", ")))")
    }
    return dtype
  }

  /// Text in double quotes, with the escapes `\"`, `\\`, `\n`, `\r`, `\t` and `\u{…}`; or a plain word.
  package mutating func string(_ what: String) throws(HillockError) -> String {
    guard take("\"") else { return try word(what) }
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\n") {
      position += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      if byte == UInt8(ascii: "\\") {
        text += try escape()
      } else {
        text.append(byte)
      }
    }
    throw expected("`\"` to end the text")
  }

  private mutating func escape() throws(HillockError) -> [UInt8] {
    let kind = peek
    if !isAtLineEnd { position += 1 }
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [kind ?? 0]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      guard take("{") else { throw expected("`{`") }
      let digits = run()
      guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code), take("}") else {
        throw failure("expected the code of a character in hexadecimal and `}` after `\\u{`")
      }
      return Array(String(Character(scalar)).utf8)
    default: throw failure("expected one of the escapes \\\" \\\\ \\n \\r \\t \\u{…}")
    }
  }

  /// Pairs of hexadecimal digits, blanks and line ends between them, up to the first other character.
  package mutating func hexBytes() throws(HillockError) -> [UInt8] {
    var result: [UInt8] = []
    skipLines()
    while let high = peek.flatMap(Self.hexDigit) {
      position += 1
      guard let low = peek.flatMap(Self.hexDigit) else { throw expected("the second digit of a byte") }
      position += 1
      result.append(high << 4 | low)
      skipLines()
    }
    return result
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// `"print" (f32[3], i32[]) to (f32[])`; extents are not checked.
  package mutating func functionSlot() throws(HillockError) -> FunctionSlot {
    let name = try string("the function's name")
    let operands = try arrayTypes()
    try expectWord("to")
    return FunctionSlot(name: name, operands: operands, results: try arrayTypes())
  }

  private mutating func arrayTypes() throws(HillockError) -> [ArrayType] {
    try expect("(")
    var types: [ArrayType] = []
    if take(")") { return types }
    repeat { types.append(try arrayType()) } while take(",")
    try expect(")")
    return types
  }

  // MARK: Writing

  /// Text in double quotes, as `string` reads it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
