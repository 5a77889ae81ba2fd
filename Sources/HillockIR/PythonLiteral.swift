/// A value as Python writes it, of the kinds that the headers of `.npy` files are made of.
/// (https://docs.python.org/3/library/ast.html#ast.literal_eval)
enum PythonLiteral: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A number that is no `Int`; nothing in a header is one.
  case number(String)
  case string(String)
  case bytes(String)
  case tuple([PythonLiteral])
  case list([PythonLiteral])
  case dictionary([Item])

  struct Item: Sendable {
    var key: PythonLiteral
    var value: PythonLiteral
  }

  /// Reads a text that is one literal and nothing else.
  init(parsing text: String) throws(HillockError) {
    var parser = Parser(Array(text.unicodeScalars))
    self = try parser.whole()
  }

  /// The value as Python prints it.
  var text: String {
    func joined(_ items: [PythonLiteral]) -> String { items.map(\.text).joined(separator: ", ") }
    return switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .number(let digits): digits
    case .string(let value): Self.quoted(value)
    case .bytes(let value): "b" + Self.quoted(value)
    case .tuple(let items): "(\(joined(items))\(items.count == 1 ? "," : ""))"
    case .list(let items): "[\(joined(items))]"
    case .dictionary(let items): "{\(items.map { "\($0.key.text): \($0.value.text)" }.joined(separator: ", "))}"
    }
  }

  /// In single quotes, on one line, without control characters.
  private static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": result += "\\\(scalar)"
      default: result += scalar.properties.generalCategory.isPrinted ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result + "'"
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isPrinted: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

extension PythonLiteral {
  /// Recursive descent; nothing nests deeper than `greatestDepth`, so that no text can exhaust the stack.
  private struct Parser {
    static let greatestDepth = 64
    let scalars: [Unicode.Scalar]
    var position = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    mutating func whole() throws(HillockError) -> PythonLiteral {
      let result = try value(depth: 0)
      skipSpace()
      guard position == scalars.count else { throw malformed("something after its end") }
      return result
    }

    private mutating func value(depth: Int) throws(HillockError) -> PythonLiteral {
      guard depth < Self.greatestDepth else { throw malformed("values nested deeper than \(Self.greatestDepth)") }
      skipSpace()
      guard position < scalars.count else { throw malformed("an end where a value belongs") }
      switch scalars[position] {
      case "{": return try dictionary(depth)
      case "[": return .list(try items(until: "]", depth).items)
      case "(":
        let (items, hasComma) = try items(until: ")", depth)
        // (3) is 3, (3,) a tuple.
        return items.count == 1 && !hasComma ? items[0] : .tuple(items)
      case "'", "\"": return .string(try strings())
      case "0"..."9", "+", "-": return try number()
      default: return try word()
      }
    }

    private mutating func dictionary(_ depth: Int) throws(HillockError) -> PythonLiteral {
      position += 1
      var items: [Item] = []
      while !take("}") {
        if !items.isEmpty {
          try expect(",")
          if take("}") { break }
        }
        let key = try value(depth: depth + 1)
        guard !items.contains(where: { $0.key.text == key.text }) else { throw malformed("the key \(key.text) twice") }
        try expect(":")
        items.append(Item(key: key, value: try value(depth: depth + 1)))
        guard items.count <= 64 else { throw malformed("more than 64 keys") }
      }
      return .dictionary(items)
    }

    private mutating func items(
      until end: Unicode.Scalar, _ depth: Int
    ) throws(HillockError) -> (items: [PythonLiteral], hasComma: Bool) {
      position += 1
      var items: [PythonLiteral] = [], hasComma = false
      while !take(end) {
        if !items.isEmpty {
          try expect(",")
          hasComma = true
          if take(end) { break }
        }
        items.append(try value(depth: depth + 1))
      }
      return (items, hasComma)
    }

    /// Strings side by side are one.
    private mutating func strings() throws(HillockError) -> String {
      var result = ""
      repeat {
        result += try string()
        skipSpace()
      } while position < scalars.count && (scalars[position] == "'" || scalars[position] == "\"")
      return result
    }

    private mutating func string(isRaw: Bool = false) throws(HillockError) -> String {
      let quote = scalars[position]
      position += 1
      var result = ""
      while position < scalars.count {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case quote: return result
        case "\n", "\r": throw malformed("a string that goes beyond its line")
        case "\\" where !isRaw: result.unicodeScalars.append(contentsOf: try escape())
        default: result.unicodeScalars.append(scalar)
        }
      }
      throw malformed("a string without an end")
    }

    private mutating func escape() throws(HillockError) -> [Unicode.Scalar] {
      guard position < scalars.count else { throw malformed("a string without an end") }
      let scalar = scalars[position]
      position += 1
      switch scalar {
      case "\\", "'", "\"": return [scalar]
      case "n": return ["\n"]
      case "r": return ["\r"]
      case "t": return ["\t"]
      case "a": return ["\u{7}"]
      case "b": return ["\u{8}"]
      case "f": return ["\u{c}"]
      case "v": return ["\u{b}"]
      case "\n": return []
      case "x": return [try hexadecimal(2)]
      case "u": return [try hexadecimal(4)]
      case "U": return [try hexadecimal(8)]
      case "0"..."7":
        var value = scalar.value - 0x30
        for _ in 0..<2 where position < scalars.count && ("0"..."7").contains(scalars[position]) {
          value = value * 8 + scalars[position].value - 0x30
          position += 1
        }
        return Unicode.Scalar(value).map { [$0] } ?? []
      // Python keeps the backslash of an escape that it does not know.
      default: return ["\\", scalar]
      }
    }

    private mutating func hexadecimal(_ count: Int) throws(HillockError) -> Unicode.Scalar {
      guard scalars.count - position >= count,
        let value = UInt32(String(String.UnicodeScalarView(scalars[position..<position + count])), radix: 16),
        let scalar = Unicode.Scalar(value)
      else { throw malformed("an unknown escape in a string") }
      position += count
      return scalar
    }

    private mutating func number() throws(HillockError) -> PythonLiteral {
      let start = position
      var sign = ""
      if scalars[position] == "+" || scalars[position] == "-" {
        if scalars[position] == "-" { sign = "-" }
        position += 1
      }
      let digitsStart = position
      while position < scalars.count, isWordPart(scalars[position]) || scalars[position] == "." { position += 1 }
      var digits = String(String.UnicodeScalarView(scalars[digitsStart..<position]))
      // Python 2 wrote long integers so.
      if digits.hasSuffix("L"), digits.dropLast().allSatisfy(\.isWholeNumber) { digits.removeLast() }
      if take("L") { skipSpace() }
      let (radix, body): (Int, Substring) =
        switch digits.prefix(2).lowercased() {
        case "0x": (16, digits.dropFirst(2))
        case "0o": (8, digits.dropFirst(2))
        case "0b": (2, digits.dropFirst(2))
        default: (10, digits[...])
        }
      let plain = body.filter { $0 != "_" }
      let isGrouped = !body.hasPrefix("_") && !body.hasSuffix("_") && !body.contains("__") || radix != 10
      let isPadded = radix == 10 && plain.count > 1 && plain.first == "0" && plain.contains { $0 != "0" }
      if isGrouped, !isPadded, plain.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
        let value = Int(sign + plain, radix: radix)
      {
        return .integer(value)
      }
      // A fraction, or an integer beyond all sizes.
      guard let first = plain.first, first.isASCII, first.isNumber, !isPadded, Double(String(plain)) != nil else {
        position = start
        throw malformed("something where a value belongs")
      }
      return .number(sign + plain)
    }

    /// A name, or a string with a prefix.
    private mutating func word() throws(HillockError) -> PythonLiteral {
      let start = position
      while position < scalars.count, isWordPart(scalars[position]) { position += 1 }
      let word = String(String.UnicodeScalarView(scalars[start..<position]))
      if position < scalars.count, scalars[position] == "'" || scalars[position] == "\"" {
        switch word.lowercased() {
        case "u": return .string(try string() + (isAtQuote() ? try strings() : ""))
        case "r": return .string(try string(isRaw: true))
        case "b": return .bytes(try string())
        default: break
        }
      }
      switch word {
      case "None": return .none
      case "True": return .bool(true)
      case "False": return .bool(false)
      default:
        position = start
        throw malformed("something where a value belongs")
      }
    }

    private mutating func isAtQuote() -> Bool {
      skipSpace()
      return position < scalars.count && (scalars[position] == "'" || scalars[position] == "\"")
    }

    private func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }

    private mutating func skipSpace() {
      while position < scalars.count {
        switch scalars[position] {
        case " ", "\t", "\n", "\r", "\u{c}": position += 1
        case "#": while position < scalars.count, scalars[position] != "\n" { position += 1 }
        default: return
        }
      }
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
      skipSpace()
      guard position < scalars.count, scalars[position] == mark else { return false }
      position += 1
      return true
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(HillockError) {
      guard take(mark) else { throw malformed("something where \(mark) belongs") }
    }

    private func malformed(_ what: String) -> HillockError {
      HillockError(.format, "the header has \(what), at character \(position)")
    }
  }
}
