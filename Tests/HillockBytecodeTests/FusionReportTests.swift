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
    let report = try report(
      "%0 = argument 0 : f32[9]\n%1 = mul %0, %0\n%2 = add %1, %0\n%3 = reduce.sum %2 axes [0]\nreturn %2, %3\n")
    #expect(report.members == [0: ["mul", "add", "reduce.sum"]])
    #expect(report.boundaries.isEmpty)
  }

  @Test func otherShapes() throws {
    #expect(
      try reasons("%0 = argument 0 : f32[9]\n%1 = argument 1 : f32[8]\n%2 = neg %0\n%3 = neg %1\nreturn %2, %3\n")
        == [.differentIndexSpace])
  }

  @Test func whatReadsAReduction() throws {
    // (sum(x) as a shape of one element, and an elementwise consumer over that same index space)
    #expect(
      try reasons(
        """
        %0 = argument 0 : f32[9]
        %1 = neg %0
        %2 = reduce.sum %1 axes [0]
        %3 = broadcast %2 : f32[9]
        %4 = sub %1, %3
        return %4

        """) == [.reductionBoundary])
  }

  @Test func whatReadsOtherPositions() throws {
    #expect(
      try reasons(
        """
        %0 = argument 0 : f32[9]
        %1 = neg %0
        %2 = slice %1 starts [8] steps [-1] sizes [9]
        %3 = add %1, %2
        return %3

        """) == [.readElsewhere])
  }

  @Test func whatWaitsForSomethingBetween() throws {
    #expect(
      try reasons(
        """
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

  // MARK: Steps, loops and blocks

  private func steps(_ lines: String) throws -> [String] {
    try Lowering.lower(Passes.run(try Graph(parsing: "hillock graph 1\n" + lines))).stepText.split(separator: "\n").map(
      String.init)
  }

  @Test func whatIsNoKernelHasAReason() throws {
    let lines = try steps(
      """
      function 0 "log" (f32[30]) to (f32[30])
      region 0 {
        %x = argument 0 : f32[20,30]
        %d = mul %x, 0.5
        return %d
      }
      region 1 {
        %x = argument 0 : f32[20,30]
        %d = mul %x, 2
        return %d
      }
      %x = argument 0 : f32[20,30]
      %i = argument 1 : i64[4]
      %s = argument 2 : i32[]
      %r = reduce.sum %x axes [0]
      %t = transpose %x permutation [1, 0]
      %p = dot %x, %t
      %g = gather %x, %i
      %c = concatenate %x, %g axis 0
      %u = update %x, %g starts [0, 0] sizes [4, 30]
      %k = scan.sum %x axis 1
      %b = branch %s, %x regions [0, 1]
      %e = element %b position 0
      %f = call %r function 0
      %l = element %f position 0
      return %r, %p, %c, %u, %e, %l, %k

      """)
    let codes = lines.compactMap { line in
      StepReason.allCases.first { line.contains(" is a step: \($0.rawValue) (\($0.meaning))") }
    }
    #expect(codes.count == lines.count && codes.count == 8 && Set(codes) == Set(StepReason.allCases), "\(lines)")
    let copied = try report(
      """
      %x = argument 0 : f32[20,30]
      %t = transpose %x permutation [1, 0]
      %p = concatenate %t, %t axis 0
      return %p

      """)
    #expect(copied.members == [0: ["a copy of transpose"]])
  }

  /// A loop whose step is the body; %v is what it carries.
  private func loop(_ body: String, trips: Int = 100) throws -> [String] {
    try steps(
      """
      region 0 {
        %i = argument 0 : i64[]
        %v = argument 1 : f32[1000]
      \(body)
      }
      %v = argument 0 : f32[1000]
      %loop = loop %v region 0 trips \(trips) carried 1 sliced 0
      %last = element %loop position 0
      return %last

      """
    ).filter { $0.contains("interchanged") }
  }

  @Test func aLoopSaysWhetherItIsInterchanged() throws {
    let halved = "  %n = mul %v, 0.5\n  return %n"
    #expect(try loop(halved).map { $0.hasSuffix(" trips 100 is interchanged with its positions: kernel 0") } == [true])
    func refusal(_ body: String, trips: Int = 100) throws -> String {
      let line = try #require(try loop(body, trips: trips).first)
      return String(try #require(line.split(separator: "is not interchanged with its positions: ").last))
    }
    #expect(try refusal(halved, trips: 1) == "single-step (it has one step at most)")
    #expect(
      try refusal("  %s = reduce.sum %v\n  %n = add %v, %s\n  return %n")
        == "reduction, kernel 0 (the kernel reduces over positions, and the result is ready only when all of them are done)")
    #expect(
      try refusal("  %r = slice %v starts [999] steps [-1] sizes [1000]\n  %n = add %v, %r\n  return %n")
        == "cross-element, kernel 0 (the kernel reads what a step computes at other positions than its own)")
    #expect(
      try refusal("  %a = slice %v starts [0] steps [1] sizes [500]\n  %n = concatenate %a, %a axis 0\n  return %n")
        == "other-instructions (its body is not kernels alone)")
  }

  @Test func aLoopOverTwoIndexSpacesIsNotInterchanged() throws {
    let lines = try steps(
      """
      region 0 {
        %i = argument 0 : i64[]
        %v = argument 1 : f32[1000]
        %w = argument 2 : f32[10]
        %n = mul %v, 0.5
        %h = slice %n starts [5] steps [1] sizes [10]
        %m = mul %w, %h
        return %n, %m
      }
      %v = argument 0 : f32[1000]
      %w = argument 1 : f32[10]
      %loop = loop %v, %w region 0 trips 100 carried 2 sliced 0
      %n = element %loop position 0
      %m = element %loop position 1
      return %n, %m

      """)
    #expect(
      lines.map {
        $0.hasSuffix(
          "other-positions, kernel 1 (the kernel has another number of positions than the first of the body)")
      } == [true], "\(lines)")
  }

  /// Three kernels, because one has no room for so many members; what the first hands on is over when the third writes.
  @Test func aLoopWhoseValuesShareMemoryUnevenlyIsNotInterchanged() throws {
    var body = "", last = "v"
    func chain(_ name: String, _ count: Int) {
      for number in 0..<count {
        body += "  %\(name)\(number) = sqrt %\(last)\n"
        last = "\(name)\(number)"
      }
    }
    chain("a", 512)
    body += "  %b = convert %\(last) : f64[1000]\n"
    last = "b"
    chain("c", 1100)
    body += "  %n = convert %\(last) : f32[1000]\n  return %n"
    #expect(
      try loop(body).map { $0.hasSuffix("shared-memory (values of elements of different sizes take turns in one memory)") } == [
        true
      ])
  }

  @Test func aLoopUntilAConditionIsNotInterchanged() throws {
    let lines = try steps(
      """
      region 0 {
        %v = argument 0 : f32[1000]
        %s = reduce.sum %v
        %t = gt %s, 1
        return %t
      }
      region 1 {
        %v = argument 0 : f32[1000]
        %n = mul %v, 0.5
        return %n
      }
      %v = argument 0 : f32[1000]
      %loop = while %v condition 0 body 1 carried 1
      %last = element %loop position 0
      return %last

      """)
    #expect(
      lines.map { $0.hasSuffix("until-condition (a condition decides after each step whether there is another)") } == [true],
      "\(lines)")
  }

  @Test func kernelsOfDifferentBlocksAreTwo() throws {
    let report = try report(
      """
      region 0 {
        %v = argument 0 : f32[100]
        %d = mul %v, 0.5
        return %d
      }
      region 1 {
        %v = argument 0 : f32[100]
        %d = mul %v, 2
        return %d
      }
      %s = argument 0 : i32[]
      %v = argument 1 : f32[100]
      %b = branch %s, %v regions [0, 1]
      %e = element %b position 0
      return %e

      """)
    #expect(report.boundaries.map { [$0.first, $0.second] } == [[0, 1]] && report.boundaries.map(\.reason) == [.differentBlock])
  }

  @Test func theSpecificationListsEveryReason() throws {
    let text = try String(contentsOf: SpecificationTests.specification.appending(path: "bytecode.md"), encoding: .utf8)
    let rows = FusionBoundary.allCases.map { "| `\($0.rawValue)` | \($0.meaning) |" }
    let steps = StepReason.allCases.map { "| `\($0.rawValue)` | \($0.meaning) |" }
    let loops = InterchangeRefusal.allCases.map { "| `\($0.rawValue)` | \($0.meaning) |" }
    for (title, rows) in [("reason", rows), ("step", steps), ("loop", loops)] {
      let table = (["| \(title) | |", "|---|---|"] + rows).joined(separator: "\n") + "\n\n"
      #expect(text.contains(table), "\(table)")
    }
  }
}
