import Foundation
import HillockRuntime

/// Tier statistics as a table or as JSON.
enum TierReport {
  // MARK: Table

  static func table(_ file: StatisticsFile) -> String {
    let state = file.isLive ? "running" : file.finished == nil ? "gone without a word" : "finished"
    var lines = [
      "\(file.name) (process \(file.process), \(state)): \(file.workers) workers, "
        + "\(file.instructionSet?.description ?? "unknown instruction set")"
    ]
    lines.append(table(file.programs))
    if file.dropped > 0 { lines.append("\(file.dropped) more programs had no room in the file") }
    return lines.joined(separator: "\n")
  }

  static func table(_ programs: [ProgramSnapshot]) -> String {
    guard !programs.isEmpty else { return "no programs" }
    let header = [
      "program", "signature", "tier", "why", "calls", "interpreted", "µs/call", "native", "µs/call", "compile ms", "code B", "retraces",
      "checks",
    ]
    let rows = programs.map(row)
    let notes = programs.flatMap { program -> [String] in
      var notes = program.retraceReasons.map { "\(program.name): traced again: \($0)" }
      if !program.detail.isEmpty { notes.append("\(program.name): compile failed: \(program.detail)") }
      return notes
    }
    return (aligned([header] + rows, textColumns: [0, 1, 2, 3]) + notes).joined(separator: "\n")
  }

  private static func row(_ program: ProgramSnapshot) -> [String] {
    [
      shortened(program.name + (program.isLive ? "" : " (gone)"), 32), shortened(program.signature, 36), program.tier.name,
      program.reason, "\(program.calls)",
      "\(program.interpretedCalls)", perCall(program.interpretedNanoseconds, program.interpretedCalls),
      "\(program.nativeCalls)", perCall(program.nativeNanoseconds, program.nativeCalls),
      program.compileNanoseconds == 0 ? "-" : String(format: "%.2f", Double(program.compileNanoseconds) / 1e6),
      program.codeBytes == 0 ? "-" : "\(program.codeBytes)", "\(program.retraces)", "\(program.barrierChecks)",
    ]
  }

  private static func perCall(_ nanoseconds: UInt64, _ calls: UInt64) -> String {
    calls == 0 || nanoseconds == 0 ? "-" : String(format: "%.1f", Double(nanoseconds) / Double(calls) / 1000)
  }

  private static func shortened(_ text: String, _ limit: Int) -> String {
    text.count > limit ? text.prefix(limit - 1) + "…" : text
  }

  /// Columns padded to their widest cell; text to the left, numbers to the right.
  static func aligned(_ rows: [[String]], textColumns: Set<Int>) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return textColumns.contains(column) ? cell + padding : padding + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  // MARK: JSON

  /// One line; the keys are stable.
  static func json(_ file: StatisticsFile) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(ProcessRecord(file)), as: UTF8.self)
  }

  private struct ProcessRecord: Encodable {
    var process: Int
    var name: String
    var live: Bool
    var started_ns: UInt64
    var finished_ns: UInt64?
    var workers: Int
    var isa: String?
    var dropped: UInt64
    var programs: [ProgramRecord]

    init(_ file: StatisticsFile) {
      process = file.process
      name = file.name
      live = file.isLive
      started_ns = file.started
      finished_ns = file.finished
      workers = file.workers
      isa = file.instructionSet?.description
      dropped = file.dropped
      programs = file.programs.map(ProgramRecord.init)
    }
  }

  private struct ProgramRecord: Encodable {
    var name: String
    var signature: String
    var live: Bool
    var tier: String
    var reason: String
    var calls: UInt64
    var interpreter: TierRecord
    var native: TierRecord
    var promoted_at_ns: UInt64?
    var promoted_after_calls: UInt64
    var compile_ns: [String: UInt64]
    var code_bytes: UInt64
    var failed_compiles: UInt64
    var retraces: UInt64
    var retrace_reasons: [String]
    var barrier_checks: UInt64
    var work: UInt64

    init(_ program: ProgramSnapshot) {
      name = program.name
      signature = program.signature
      live = program.isLive
      tier = program.tier.name
      reason = program.reason
      calls = program.calls
      interpreter = TierRecord(calls: program.interpretedCalls, ns: program.interpretedNanoseconds)
      native = TierRecord(calls: program.nativeCalls, ns: program.nativeNanoseconds)
      promoted_at_ns = program.promotedAt
      promoted_after_calls = program.promotedAfter
      compile_ns = Dictionary(uniqueKeysWithValues: program.stageTimes.map { ($0.key.rawValue, $0.value) })
      code_bytes = program.codeBytes
      failed_compiles = program.failedCompiles
      retraces = program.retraces
      retrace_reasons = program.retraceReasons
      barrier_checks = program.barrierChecks
      work = program.work
    }
  }

  private struct TierRecord: Encodable {
    var calls: UInt64
    var ns: UInt64
  }
}
