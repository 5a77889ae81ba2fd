/// Text from outside (a name, a path, the header of a file) as it may stand in a message, a table or a report: on one line, without
/// characters that steer a terminal, and not endless.
package enum OneLine {
  /// The most characters of a name or a path, and of a whole message.
  package static let longestName = 160
  package static let longestMessage = 2000

  /// A name or a path as a part of a message.
  package static func name(_ text: some StringProtocol) -> String { shown(text, atMost: longestName) }

  /// A whole message.
  package static func message(_ text: String) -> String { shown(text, atMost: longestMessage) }

  /// Control characters, characters that change the direction of text, and what is no character are shown as escapes such as `\n` and
  /// `\u{1B}`. Of longer texts the middle is left out: a path ends with what tells it from others, a message with what to do.
  package static func shown(_ text: some StringProtocol, atMost limit: Int) -> String {
    if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
    let scalars = text.unicodeScalars
    // Cut by Unicode scalars: a single character may have any number of marks.
    guard let middle = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex), middle < scalars.endIndex
    else { return escaped(scalars) }
    let tail = limit / 3
    return escaped(scalars.prefix(limit - tail - 1)) + "…" + escaped(scalars.suffix(tail))
  }

  private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in scalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isShown(scalar): result.unicodeScalars.append(scalar)
      default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}
