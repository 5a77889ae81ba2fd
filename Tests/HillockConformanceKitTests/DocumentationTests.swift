import Foundation
import HillockConformanceKit
import HillockIR
import Testing

/// What the documents promise about the code, held to it.
@Suite("Documents")
struct DocumentationTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("Spec/errors.md has a section for every error code", arguments: ErrorCode.allCases)
  func errors(_ code: ErrorCode) throws {
    #expect(try text("Spec/errors.md").contains("\n## \(code.rawValue)\n"))
  }

  @Test("the README names every package that the set-up installs")
  func packages() throws {
    let readme = try text("README.md")
    for line in try text("tools/packages").split(separator: "\n") where !line.hasPrefix("#") {
      let package = line.prefix { $0 != " " && $0 != "#" }
      #expect(readme.contains("`\(package)`"), "\(package)")
    }
  }

  @Test("the README's programs are the ones that the demonstration runs")
  func programs() throws {
    let readme = try text("README.md")
    for program in try text("Sources/HillockCLI/DemoPrograms.swift").components(separatedBy: "\n\n").dropFirst(2) {
      #expect(readme.contains(program.trimmingCharacters(in: .newlines)), "\(program)")
    }
  }

  /// (`tools/contributing` does the examples, which takes too long here.)
  @Test("the worked examples of CONTRIBUTING.md have their places")
  func workedExamples() throws {
    let page = try text("CONTRIBUTING.md")
    let places = page.matches(of: #/(New file|In|Out of) `([^`]+)`(?:, (?:after|before) (?:``(.+)``|`([^`]+)`))?:\n/#)
    #expect(places.count > 20)
    for place in places {
      let (_, kind, path, long, short) = place.output
      let isThere = FileManager.default.fileExists(atPath: root.appendingPathComponent(String(path)).path)
      #expect(isThere == (kind != "New file"), "\(path)")
      guard isThere, let anchor = long ?? short else { continue }
      let found = try text(String(path)).split(separator: "\n").filter { $0.contains(anchor) }
      #expect(found.count == 1, "\(found.count) lines of \(path) have \(anchor)")
    }
    #expect(page.contains("OpRow(\n     \(OpTable.rows.count), "), "the code of the elementwise example is the next one")
    let code = (ArrayOp.allCases.map(\.rawValue).max() ?? 0) + 1
    #expect(page.contains("case recurrence = \(code)\n"), "the code of the array example is the next one")
  }

  @Test("the cases cover every row of the op table at every dtype, and every structural operation")
  func coverage() throws {
    var coverage = Coverage()
    for file in try CaseFiles.find([root.appendingPathComponent("Spec/conformance").path]) {
      for test in try CaseFiles.load(file) {
        if let graph = try? Graph(parsing: test.program) { coverage.add(graph) }
      }
    }
    #expect(coverage.missing == [])
  }
}
