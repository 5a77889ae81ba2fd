import Foundation
import HillockBytecode
import HillockIR
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

  @Test func theArrayOpsAreTheTable() throws {
    let text = try String(contentsOf: Self.specification.appending(path: "bytecode.md"), encoding: .utf8)
    let rows = ArrayOp.allCases.map { op in
      let attributes = op.row.attributeText
      return "| \(op.rawValue) | `\(op.row.name)` | \(attributes.isEmpty ? "" : attributes + " ")| \(op.row.summary) |"
    }
    let table = (["| code | op | attributes | meaning |", "|---:|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    #expect(text.contains("\n\(table)\n"), "the table should be\n\(table)")
  }

  @Test func theSampleInTheTextVerifies() throws {
    let text = try String(contentsOf: Self.specification.appending(path: "bytecode.md"), encoding: .utf8)
    let example = try #require(text.split(separator: "```").map(String.init).first { $0.contains("hillock program 2") })
    let program = try Program(parsing: example.trimmingCharacters(in: .whitespacesAndNewlines))
    _ = try VerifiedProgram(program)
    #expect(program.text == example.trimmingCharacters(in: .whitespacesAndNewlines) + "\n", "the example is as it is printed")
  }
}
