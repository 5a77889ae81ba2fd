import Foundation
import HillockBytecode
import HillockIR
import Testing

/// Lowering says what it fused, and for two kernels that follow each other why they are two.
@Suite struct FusionReportTests {
  private func report(_ lines: String) throws -> FusionReport {
    try Lowering.lowerReporting(try Graph(parsing: "hillock graph 1\n" + lines)).fusion
  }

  private func reasons(_ lines: String) throws -> [FusionBoundary] { try report(lines).boundaries.map(\.reason) }

  @Test func aChainIsOneKernelAndHasNoBoundary() throws {
    let report = try report("%0 = argument 0 : f32[9]\n%1 = mul %0, %0\n%2 = add %1, %0\n%3 = reduce.sum %2 axes [0]\nreturn %2, %3\n")
    #expect(report.members == [0: ["mul", "add", "reduce.sum"]])
    #expect(report.boundaries.isEmpty)
  }

  @Test func otherShapes() throws {
    #expect(try reasons("%0 = argument 0 : f32[9]\n%1 = argument 1 : f32[8]\n%2 = neg %0\n%3 = neg %1\nreturn %2, %3\n")
      == [.differentIndexSpace])
  }

  @Test func whatReadsAReduction() throws {
    // (sum(x) as a shape of one element, and an elementwise consumer over that same index space)
    #expect(try reasons("""
      %0 = argument 0 : f32[9]
      %1 = neg %0
      %2 = reduce.sum %1 axes [0]
      %3 = broadcast %2 : f32[9]
      %4 = sub %1, %3
      return %4

      """) == [.reductionBoundary])
  }

  @Test func whatReadsOtherPositions() throws {
    #expect(try reasons("""
      %0 = argument 0 : f32[9]
      %1 = neg %0
      %2 = slice %1 starts [8] steps [-1] sizes [9]
      %3 = add %1, %2
      return %3

      """) == [.readElsewhere])
  }

  @Test func whatWaitsForSomethingBetween() throws {
    #expect(try reasons("""
      %0 = argument 0 : f32[9]
      %1 = argument 1 : i64[9]
      %2 = neg %0
      %3 = gather %2, %1
      %4 = neg %3
      return %4

      """) == [.waitsForAnother])
  }

  @Test func aKernelIsNoLargerThanItsLimit() throws {
    var lines = "%0 = argument 0 : f32[9]\n"
    for value in 1...600 { lines += "%\(value) = sqrt %\(value - 1)\n" }
    let report = try report(lines + "return %600\n")
    #expect(report.boundaries.map(\.reason) == [.tooManyMembers])
    #expect(report.members.values.map(\.count).sorted() == [88, 512])
  }

  /// A chain that fills nine kernels of one index space; what comes then is offered to the last eight, which are full. It runs right
  /// after the first one, because a scalar kernel that is as old waits for it.
  @Test func onlyTheLastKernelsOfAnIndexSpaceAreLookedAt() throws {
    var lines = "%0 = argument 0 : f32[9]\n%1 = argument 1 : f32[]\n%2 = sqrt %0\n%3 = neg %1\n%4 = sqrt %2\n"
    for value in 5..<3 + 9 * 512 { lines += "%\(value) = sqrt %\(value - 1)\n" }
    let next = 3 + 9 * 512
    lines += "%\(next) = neg %0\n%\(next + 1) = reduce.sum %\(next) axes [0]\n%\(next + 2) = add %3, %\(next + 1)\n"
    let report = try report(lines + "return %\(next - 1), %\(next), %\(next + 2)\n")
    #expect(report.members.values.map(\.count).sorted() == [2, 2] + Array(repeating: 512, count: 9))
    #expect(report.boundaries.map(\.reason).contains(.tooOld), "\(report.boundaries)")
  }

  @Test func aValueThatIsReturnedTwiceIsCopied() throws {
    let report = try report("%0 = argument 0 : f32[9]\n%1 = neg %0\nreturn %1, %1\n")
    #expect(report.members == [0: ["neg"], 1: ["copy"]])
    #expect(report.boundaries.map(\.reason) == [.resultCopy])
    #expect(report.boundaries.first?.first == 0 && report.boundaries.first?.second == 1)
  }

  @Test func theSpecificationListsEveryReason() throws {
    let text = try String(contentsOf: SpecificationTests.specification.appending(path: "bytecode.md"), encoding: .utf8)
    let rows = FusionBoundary.allCases.map { "| `\($0.rawValue)` | \($0.meaning) |" }
    #expect(text.contains((["| reason | |", "|---|---|"] + rows).joined(separator: "\n") + "\n"), "\(rows.joined(separator: "\n"))")
  }
}
