import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The environment variables that set up a process. Each is read once; one that says nothing that is understood counts as not set, and a
/// line on standard error says so.
package enum Environment {
  /// The text of a variable; nil where it is not set, or empty.
  package static func text(_ name: String) -> String? {
    guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
    return text
  }

  /// Set to anything but `0`.
  package static func isOn(_ name: String) -> Bool { text(name).map { $0 != "0" } ?? false }

  /// One of the words that a choice has.
  package static func choice<Choice: CaseIterable>(_ name: String, _ word: (Choice) -> String) -> Choice? {
    guard let text = text(name) else { return nil }
    if let choice = Choice.allCases.first(where: { word($0) == text }) { return choice }
    complain(name, text, "it takes \(Choice.allCases.map(word).joined(separator: ", "))")
    return nil
  }

  package static func choice<Choice: CaseIterable & RawRepresentable<String>>(_ name: String) -> Choice? {
    choice(name, \.rawValue)
  }

  /// A whole number of this range.
  package static func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = text(name) else { return nil }
    if let number = Int(text), range.contains(number) { return number }
    complain(name, text, "it takes a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// A number of bytes, perhaps with `K`, `M`, `G` or `T` behind it for powers of 1024.
  static func byteCount(_ name: String) -> Int? {
    guard let text = text(name) else { return nil }
    if let number = byteCount(in: text) { return number }
    complain(name, text, "it takes a number of bytes, such as 8G, 512M or 1000000")
    return nil
  }

  static func byteCount(in text: String) -> Int? {
    let shift =
      switch text.last {
      case "K", "k": 10
      case "M", "m": 20
      case "G", "g": 30
      case "T", "t": 40
      default: 0
      }
    guard let number = Int(shift == 0 ? text[...] : text.dropLast()), number >= 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : bytes
  }

  /// Settings are read at any time: a handler of warnings that asked for one would wait for itself.
  static func complain(_ name: String, _ text: String, _ reason: String) {
    Warnings.printLine("\(name)=\(OneLine.name(text)) has no effect: \(reason)")
  }
}
