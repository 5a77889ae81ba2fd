import Foundation
import HillockBytecode
import Testing

/// The tables of Spec/bytecode.md say what the code does.
@Suite struct SpecificationTests {
  static let specification = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Spec").standardized

  @Test func theRulesAreTheTable() throws {
    let text = try String(contentsOf: Self.specification.appending(path: "bytecode.md"), encoding: .utf8)
    for group in Rule.Group.allCases {
      let rows = Rule.all.filter { $0.group == group }.map { "| `\($0.id)` | \($0.statement) |" }
      let table = (["| rule | what holds |", "|---|---|"] + rows).joined(separator: "\n")
      #expect(text.contains("### \(group.rawValue)\n\n\(table)\n\n"), "the table should be\n### \(group.rawValue)\n\n\(table)\n")
    }
  }

  @Test func theSampleInTheTextVerifies() throws {
    let text = try String(contentsOf: Self.specification.appending(path: "bytecode.md"), encoding: .utf8)
    let example = try #require(text.split(separator: "```").map(String.init).first { $0.contains("hillock program 1") })
    let program = try Program(parsing: example.trimmingCharacters(in: .whitespacesAndNewlines))
    _ = try VerifiedProgram(program)
    #expect(program.text == example.trimmingCharacters(in: .whitespacesAndNewlines) + "\n", "the example is as it is printed")
  }
}
