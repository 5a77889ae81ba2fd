import Foundation
import HillockBytecode
import HillockIR
import Testing

@testable import HillockConformanceKit

#if Native
  import HillockNative
#endif

/// What a program is lowered to is the same in every process, though each has its own order of sets and dictionaries.
@Suite struct DeterminismTests {
  private static var cases: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Spec/conformance").path
  }

  /// FNV-1a: `Hasher` is what differs between processes.
  private static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// A line for each case: its place, and digests of the graph after the passes, of the bytecode, of what was grouped, and of the C
  /// text with its vector code.
  private static func printDigests() throws {
    for file in try CaseFiles.find([cases]) {
      for test in try CaseFiles.load(file) where !test.program.hasPrefix("hillock program") {
        guard let graph = try? Graph(parsing: test.program) else { continue }
        let optimised = Passes.run(graph)
        guard let lowered = try? Lowering.lowerReporting(optimised), let program = try? VerifiedProgram(lowered.program) else {
          continue
        }
        var texts = [
          optimised.text, program.program.text,
          lowered.fusion.text + program.program.stepText
            + RowGroupAnalysis(program.program).text,
        ]
        #if Native
          texts.append(CWriter.write(program, isa: .current))
        #endif
        let digests = texts.map { String(digest($0), radix: 16) }.joined(separator: " ")
        print("digest \(test.place) \(test.name): \(digests)")
      }
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("digest ") }
  }

  @Test func loweringGivesTheSameTextInEveryProcess() async throws {
    var first: [Substring] = []
    for process in 0..<3 {
      let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try Self.printDigests()
      }
      let lines = Self.lines(result.standardOutputContent)
      if process == 0 {
        first = lines
        #expect(first.count > 300, "cases were left out")
      }
      #expect(lines.count == first.count)
      for (line, other) in zip(lines, first) where line != other { Issue.record("\(other)\nbecame \(line)") }
    }
  }
}
