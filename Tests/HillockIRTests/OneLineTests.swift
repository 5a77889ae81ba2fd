import HillockIR
import Testing

@Suite("Text from outside, on one line")
struct OneLineTests {
  @Test(
    "what steers a terminal or breaks a line is shown as an escape",
    arguments: [
      ("plain", "plain"), ("ä → 日本", "ä → 日本"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1B}[31mred\u{7}", "\\u{1B}[31mred\\u{7}"),
      ("\r\n", "\\r\\n"), ("\u{202E}x\u{2028}\u{85}\u{7F}", "\\u{202E}x\\u{2028}\\u{85}\\u{7F}"),
      ("\u{FFFE}\0", "\\u{FFFE}\\u{0}"),
    ])
  func escapes(_ text: String, _ expected: String) { #expect(OneLine.name(text) == expected) }

  @Test("of long text the middle is left out, also of one character with many marks")
  func cuts() {
    let long = "begin" + String(repeating: "x", count: 90_000) + "end"
    let shown = OneLine.name(long)
    #expect(shown.count == OneLine.longestName)
    #expect(shown.hasPrefix("beginxxx") && shown.hasSuffix("xxxend") && shown.contains("x…x"))
    #expect(OneLine.name("e" + String(repeating: "\u{301}", count: 90_000)).unicodeScalars.count == OneLine.longestName)
    // Exactly as long as allowed, and one more.
    #expect(OneLine.shown("é23456789", atMost: 9) == "é23456789")
    #expect(OneLine.shown("é234567890", atMost: 9) == "é2345…890")
  }

  @Test("errors are one line, whatever names and places they carry")
  func errors() {
    let error = HillockError(.format, "\u{1B}[2Jbad\nname", location: "a\nb.case:3").about(String(repeating: "n", count: 90_000))
    let text = error.description
    #expect(text.count < 500 && text.unicodeScalars.allSatisfy { $0.value >= 32 })
    #expect(text.hasSuffix(": \\u{1B}[2Jbad\\nname (at a\\nb.case:3)"))
  }
}
