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

  /// A whole number.
  package static func integer(_ name: String) -> Int? {
    guard let text = text(name) else { return nil }
    if let number = Int(text) { return number }
    complain(name, text, "it takes a whole number")
    return nil
  }

  /// Settings are read at any time: a handler of warnings that asked for one would wait for itself.
  static func complain(_ name: String, _ text: String, _ reason: String) {
    Warnings.printLine("\(name)=\(text) has no effect: \(reason)")
  }
}
