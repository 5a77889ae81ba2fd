import HillockIR
import Testing

@testable import HillockBytecode

/// Programs with many of one thing, through all that `hillock check` and `hillock disasm` do.
@Suite("Large programs")
struct LargeProgramTests {
  private static let count = 1_000

  private func text(_ lines: [String]) -> String {
    (["hillock graph 1", "%x = argument 0 : f32[3]"] + lines).joined(separator: "\n")
  }

  /// All that `hillock check` and `hillock disasm` do, machine code aside.
  private func takeThroughAllStages(_ text: String) throws -> Program {
    let graph = try Graph(parsing: text)
    #expect(try Graph(parsing: graph.text) == graph)
    let lowered = try Lowering.lowerReporting(Passes.run(graph))
    for rule in Rule.all { #expect(rule.violation(lowered.program) == nil, "\(rule.id)") }
    let analysis = RowGroupAnalysis(lowered.program)
    #expect(!(lowered.fusion.text + lowered.program.stepText + analysis.text).isEmpty)
    #expect(try Program(parsing: lowered.program.text) == lowered.program)
    #expect(try Program(decoding: lowered.program.encoded()) == lowered.program)
    return lowered.program
  }

  @Test("stored Variables, each in place")
  func storedVariables() throws {
    let numbers = 0..<Self.count
    let program = try takeThroughAllStages(
      text(
        numbers.flatMap { ["%v\($0) = variable \($0) \"v\($0)\" : f32[3]", "%n\($0) = add %v\($0), %x"] }
          + numbers.map { "store \"v\($0)\", %n\($0)" } + ["return"]))
    #expect(program.registers.indices.count { program.variableUnder($0) != nil } == Self.count)
  }

  @Test("carried values of a loop, each in place")
  func carriedValues() throws {
    let numbers = 0..<Self.count / 10
    func list(_ name: (Int) -> String) -> String { numbers.map(name).joined(separator: ", ") }
    let region =
      ["region 0 {", "%i = argument 0 : i64[]"]
      + numbers.flatMap { ["%c\($0) = argument \($0 + 1) : f32[3]", "%d\($0) = add %c\($0), 1"] } + [
        "return " + list { "%d\($0)" }, "}",
      ]
    let loop =
      numbers.map { "%a\($0) = add %x, \($0)" } + [
        "%l = loop " + list { "%a\($0)" } + " region 0 trips 5 carried \(numbers.count)"
      ]
      + numbers.map { "%e\($0) = element %l position \($0)" } + ["return " + list { "%e\($0)" }]
    let program = try takeThroughAllStages(
      (["hillock graph 1"] + region + ["%x = argument 0 : f32[3]"] + loop).joined(separator: "\n"))
    #expect(program.registers.count { if case .over = $0.role { true } else { false } } == numbers.count)
    #expect(program.code.flatMap(\.carries).count == numbers.count)
  }

  @Test("results")
  func results() throws {
    let numbers = 0..<Self.count
    let program = try takeThroughAllStages(
      text(numbers.map { "%n\($0) = add %x, \($0)" } + ["return " + numbers.map { "%n\($0)" }.joined(separator: ", ")]))
    #expect(program.kernels.count == (Self.count + 511) / 512)
  }

  @Test("reductions of rows that are too many for a group")
  func reductionsOfRows() throws {
    let numbers = 0..<2 * Self.count
    let program = try takeThroughAllStages(
      "hillock graph 1\n%x = argument 0 : f32[64,64]\n"
        + numbers.map { "%a\($0) = add %x, \($0)\n%s\($0) = reduce.sum %a\($0) axes [1]\n" }.joined()
        + "return " + numbers.map { "%s\($0)" }.joined(separator: ", "))
    #expect(program.code.count > numbers.count)
  }

  /// A group could hold them all, but none reads what another one has written.
  @Test("reductions of rows that have nothing to hand on")
  func reductionsOfArguments() throws {
    let numbers = 0..<Self.count
    let program = try takeThroughAllStages(
      "hillock graph 1\n" + numbers.map { "%x\($0) = argument \($0) : f32[64,2]\n" }.joined()
        + numbers.map { "%s\($0) = reduce.sum %x\($0) axes [1]\n" }.joined()
        + "return " + numbers.map { "%s\($0)" }.joined(separator: ", "))
    #expect(RowGroupAnalysis(program).groups(in: program.code).isEmpty)
  }
}
