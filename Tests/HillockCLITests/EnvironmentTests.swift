import Foundation
import HillockTestSupport
import Testing

/// What environment variables make of a process, seen by `doctor`.
@Suite struct EnvironmentTests {
  private func doctor(_ environment: [String: String]) throws -> CommandRun {
    try CommandRun(["doctor", "--elements", "1000"], environment: environment)
  }

  @Test func aChoiceIsTaken() throws {
    let run = try doctor(["HILLOCK_TIER": "interpreter", "HILLOCK_BARRIER": "strict", "HILLOCK_CONFLICTS": "wait"])
    #expect(run.output.contains("tier interpreter, barrier strict, conflicts wait"))
    #expect(run.errors == "")
  }

  @Test(arguments: [
    ("HILLOCK_BARRIER", "STRICT", "it takes fast, strict"), ("HILLOCK_CONFLICTS", "Wait", "it takes error, wait"),
    ("HILLOCK_TIER", "jit", "it takes auto, interpreter, native"), ("HILLOCK_ISA", "sse9", "it takes baseline, avx2, avx512"),
    ("HILLOCK_THREADS", "two", "it takes a whole number from 1 to 256"),
    ("HILLOCK_THREADS", "99999999999999999999", "it takes a whole number from 1 to 256"),
    ("HILLOCK_THREADS", "0", "it takes a whole number from 1 to 256"),
    ("HILLOCK_THREADS", "-1", "it takes a whole number from 1 to 256"),
    ("HILLOCK_THREADS", "257", "it takes a whole number from 1 to 256"),
  ])
  func aWordThatMeansNothingIsReportedOnce(_ name: String, _ text: String, _ reason: String) throws {
    let run = try doctor([name: text])
    #expect(run.errors == "hillock: warning: \(name)=\(text) has no effect: \(reason)\n")
    #expect(run.status == 0)
    #expect(run.output.contains("tier auto, barrier fast, conflicts error"))
  }

  @Test func aTextOfAnyKindIsReportedOnOneLine() throws {
    let run = try doctor(["HILLOCK_TIER": "\u{1B}[31m\n" + String(repeating: "t", count: 10_000)])
    #expect(run.errors.hasPrefix("hillock: warning: HILLOCK_TIER=\\u{1B}[31m\\ntttt"))
    #expect(run.errors.hasSuffix("has no effect: it takes auto, interpreter, native\n"))
    #expect(run.errors.count < 400 && run.errors.split(separator: "\n").count == 1)
  }

  @Test func aFolderThatStatisticsCannotBePublishedInIsReportedOnce() throws {
    let folder = try ScratchFolder()
    try Data().write(to: URL(fileURLWithPath: folder["file"]))
    for (path, reason) in [
      (folder["file"], "it is no folder, or a link to one"), (folder["no/folder"], "No such file or directory"),
    ] {
      let run = try doctor(["HILLOCK_STATS": "1", "HILLOCK_STATS_DIR": path])
      #expect(run.errors == "hillock: warning: no statistics are published in \(path): \(reason)\n")
      #expect(run.status == 0)
      let tiers = try CommandRun(["tiers"], environment: ["HILLOCK_STATS_DIR": path])
      #expect(tiers.status == 1 && tiers.errors.contains("in \(path) (\(reason));"), "\(tiers.errors)")
    }
  }

  @Test func anEmptyVariableIsNone() throws {
    let names = [
      "HILLOCK_BARRIER", "HILLOCK_CONFLICTS", "HILLOCK_TIER", "HILLOCK_ISA", "HILLOCK_THREADS", "HILLOCK_STATS", "HILLOCK_TRACE",
    ]
    #expect(try doctor(Dictionary(uniqueKeysWithValues: names.map { ($0, "") })).errors == "")
  }

  #if Native && arch(x86_64)
    /// The native tier works all the same: its code calls the tile kernels.
    @Test func withoutAVXThereIsNoAssembler() throws {
      let run = try doctor(["HILLOCK_ISA": "baseline"])
      #expect(run.output.contains("vector assembler  none for baseline"))
      #expect(run.output.contains("programs run at level baseline"))
      #expect(run.output.contains("libtcc works"))
      #expect(run.errors == "")
    }
  #endif
}
