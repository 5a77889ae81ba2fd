import Foundation
import Testing

/// Every Swift snippet of the documents and of the documentation comments is in a test, word for word, and so compiles and runs.
@Suite struct SnippetTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Where snippets are shown.
  private static let documents = [
    "README.md", "Spec", "Sources/Hillock", "Sources/HillockDynamics", "Sources/HillockTraining", "Sources/HillockLinearAlgebra",
    "Sources/HillockMacros", "Sources/HillockPictures",
  ]
  /// Where they are run: here, and those of the macro and of pictures in packages with their traits.
  private static let tests = ["Tests/HillockDocumentationTests", "Tests/Macros/Tests", "Examples/Tests"]

  static func files(below path: String, _ endings: Set<String>) throws -> [URL] {
    let url = root.appendingPathComponent(path)
    guard let names = FileManager.default.enumerator(atPath: url.path) else { return [url] }
    let paths = names.compactMap { $0 as? String }.filter { endings.contains(URL(fileURLWithPath: $0).pathExtension) }
    return paths.isEmpty ? [url] : paths.sorted().map { url.appendingPathComponent($0) }
  }

  /// The fenced blocks of a language in a text, in comments or not, with the line that each begins at.
  static func blocks(of language: String, in text: String) -> [(line: Int, lines: [String])] {
    var blocks: [(line: Int, lines: [String])] = [], open: (line: Int, lines: [String])?
    for (number, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var line = raw.trimmingPrefix { $0 == " " }
      if line.hasPrefix("///") { line = line.dropFirst(3) }
      let words = line.trimmingCharacters(in: .whitespaces)
      if let block = open, words == "```" {
        blocks.append(block)
        open = nil
      } else if open != nil {
        open?.lines.append(String(line))
      } else if words == "```\(language)" {
        open = (number + 1, [])
      }
    }
    return blocks
  }

  /// A line without what differs between a snippet and a test: the indentation, `_ =` where a value is only shown, and the folder
  /// where a test has its files.
  private static func words(_ line: some StringProtocol) -> String? {
    var words = line.trimmingCharacters(in: .whitespaces)
    if words.hasPrefix("_ = ") { words.removeFirst(4) }
    words.replace(#/folder\[("[^"]*")\]/#) { $0.output.1 }
    return words.isEmpty || words.hasPrefix("import ") ? nil : words
  }

  /// A snippet in parts: a test may have its declarations and its statements at different places of a file.
  private static func parts(_ lines: [String]) -> [String] {
    let indentation = lines.filter { !$0.allSatisfy { $0 == " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    var parts: [[Substring]] = [[]]
    for (position, line) in lines.map({ $0.dropFirst(indentation) }).enumerated() {
      let next = lines.indices.contains(position + 1) ? lines[position + 1].dropFirst(indentation).first : nil
      parts[parts.count - 1].append(line)
      if line == "}" || line.isEmpty && next != " " { parts.append([]) }
    }
    return parts.map { $0.compactMap(words) }.filter { !$0.isEmpty }.map { "\n\($0.joined(separator: "\n"))\n" }
  }

  @Test func everySnippetIsRun() throws {
    let tested = try Self.tests.flatMap { try Self.files(below: $0, ["swift"]) }.map { file in
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      return "\n" + lines.compactMap(Self.words).joined(separator: "\n") + "\n"
    }
    var count = 0
    for file in try Self.documents.flatMap({ try Self.files(below: $0, ["swift", "md"]) }) {
      for (line, lines) in Self.blocks(of: "swift", in: try String(contentsOf: file, encoding: .utf8)) {
        let parts = Self.parts(lines)
        count += 1
        #expect(
          tested.contains { test in parts.allSatisfy(test.contains) },
          "the snippet at \(file.path):\(line) is in no test of \(Self.tests[0]):\(parts.joined())")
      }
    }
    #expect(count > 50)
  }
}
