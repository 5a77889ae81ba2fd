import Foundation
import Testing

/// The page of Python's names says what tools/names/table.txt does, and all of it is compiled (in PythonNames.swift).
@Suite struct PythonNamesTests {
  @Test func theTableIsOnThePageAndCompiled() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOf: SnippetTests.root.appendingPathComponent(path), encoding: .utf8)
    }
    let page = try text("Sources/Hillock/Hillock.docc/PythonNames.md")
    let compiled = Set(try text("Tests/HillockDocumentationTests/PythonNames.swift").split(separator: "\n"))
    var known: Set<Substring> = []
    for line in try text("tools/names/table.txt").split(separator: "\n") where !line.hasPrefix("#") {
      var columns = line.components(separatedBy: " | ")
      if columns.count == 2 { columns[1] = String(columns[1].dropLast(2)) }
      let names = columns[0].split(separator: " "), spelling = columns[1]
      known.formUnion(names)
      let shown = spelling == "-" ? "–" : "`\(spelling.replacingOccurrences(of: "|", with: "\\|"))`"
      let named = names.map { "`\($0)`" }.joined(separator: ", ")
      #expect(page.contains("| \(named) | \(shown) |"), "run tools/names/generate: \(line)")
      #expect(spelling == "-" || compiled.contains("    _ = \(spelling)"), "run tools/names/generate: \(line)")
    }
    for line in try text("tools/names/lists.txt").split(separator: "\n") where !line.hasPrefix("#") {
      for name in line.split(separator: " ") { #expect(known.contains(name), "\(name) is in no row of tools/names/table.txt") }
    }
    #expect(known.count > 400)
  }
}
