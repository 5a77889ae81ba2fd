import Foundation
import HillockIR
import HillockRuntime

/// Tier statistics as a table or as JSON.
enum TierReport {
  // MARK: Table

  static func table(_ file: StatisticsFile) -> String {
    let state = file.isLive ? "running" : file.finished == nil ? "gone without a word" : "finished"
    var lines = [
      "\(OneLine.name(file.name)) (process \(file.process), \(state)): \(file.workers) workers, "
        + "\(file.instructionSet?.description ?? "unknown instruction set")"
    ]
    lines.append(table(file.programs))
    if file.dropped > 0 { lines.append("\(file.dropped) more programs had no room in the file") }
    if file.unfinished > 0 { lines.append("\(file.unfinished) more programs were being written, and are not shown") }
    return lines.joined(separator: "\n")
  }

  static func table(_ programs: [ProgramSnapshot]) -> String {
    guard !programs.isEmpty else { return "no programs" }
    let header = [
      "program", "signature", "tier", "why", "interpreted", "µs/call", "native", "µs/call", "speed-up", "GB/s", "M el/s",
      "compile ms", "retraces", "checks",
    ]
    let rows = programs.map(row)
    return (aligned([header] + rows, textColumns: [0, 1, 2, 3]) + programs.flatMap(notes)).joined(separator: "\n")
  }

  /// The rates are those of the tier that the program is in; without a time there, of the other.
  private static func row(_ program: ProgramSnapshot) -> [String] {
    let other: Tier = program.tier == .native ? .interpreter : .native
    let tier = program.time(program.tier) == nil ? other : program.tier
    return [
      OneLine.shown(program.name, atMost: 24) + (program.wasEvicted ? " (dropped)" : program.isLive ? "" : " (gone)"),
      OneLine.shown(program.signature, atMost: 36), program.tier.name, OneLine.name(program.reason),
      "\(program.interpretedCalls)", number(program.time(.interpreter).map { $0 / 1000 }),
      "\(program.nativeCalls)", number(program.time(.native).map { $0 / 1000 }), number(program.speedUp),
      number(program.rate(program.bytes, tier).map { $0 / 1e9 }), number(program.rate(program.elements, tier).map { $0 / 1e6 }),
      program.compileNanoseconds == 0 ? "-" : milliseconds(program.compileNanoseconds), "\(program.retraces)",
      "\(program.barrierChecks)",
    ]
  }

  /// What does not fit a column: how the compile went, loops that changed their tier, retraces.
  private static func notes(_ program: ProgramSnapshot) -> [String] {
    var notes: [String] = []
    if program.promotedAt != nil {
      let stages = NativeStage.allCases.map { "\($0.rawValue) \(milliseconds(program.stageTimes[$0] ?? 0))" }.joined(
        separator: ", ")
      notes.append(
        "compiled in \(milliseconds(program.compileNanoseconds)) ms (\(stages)) to \(program.codeBytes) bytes; promoted "
          + "\(milliseconds(program.promotionNanoseconds)) ms after it was \(program.reason), after \(program.promotedAfter) "
          + "calls")
    }
    if program.switches > 0 {
      notes.append(
        "\(program.switches) loops moved to native code between two steps; \(program.interpretedSteps) steps were interpreted, "
          + "\(program.nativeSteps) native")
    }
    notes += program.retraceReasons.map { "traced again: \($0)" }
    if !program.detail.isEmpty { notes.append("\(program.failedCompiles) compiles failed, the last one at \(program.detail)") }
    return notes.map { "\(OneLine.name(program.name)): \(OneLine.message($0))" }
  }

  /// Three digits; a dash for what is not known.
  private static func number(_ value: Double?) -> String {
    guard let value else { return "-" }
    return value >= 100
      ? String(format: "%.0f", value) : value >= 10 ? String(format: "%.1f", value) : String(format: "%.2f", value)
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String { String(format: "%.2f", Double(nanoseconds) / 1e6) }

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
    var unfinished: Int
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
      unfinished = file.unfinished
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
    var promotion_ns: UInt64
    var speed_up: Double?
    var compile_ns: [String: UInt64]
    var code_bytes: UInt64
    var failed_compiles: UInt64
    var failure: String
    var retraces: UInt64
    var retrace_reasons: [String]
    var evicted: Bool
    var settled: Bool
    var barrier_checks: UInt64
    var work: UInt64
    var bytes_per_call: UInt64
    var elements_per_call: UInt64
    var interpreted_steps: UInt64
    var native_steps: UInt64
    var loop_switches: UInt64

    init(_ program: ProgramSnapshot) {
      name = program.name
      signature = program.signature
      live = program.isLive
      tier = program.tier.name
      reason = program.reason
      calls = program.calls
      interpreter = TierRecord(program, .interpreter)
      native = TierRecord(program, .native)
      promoted_at_ns = program.promotedAt
      promoted_after_calls = program.promotedAfter
      promotion_ns = program.promotionNanoseconds
      speed_up = program.speedUp
      compile_ns = Dictionary(uniqueKeysWithValues: program.stageTimes.map { ($0.key.rawValue, $0.value) })
      code_bytes = program.codeBytes
      failed_compiles = program.failedCompiles
      failure = program.detail
      retraces = program.retraces
      retrace_reasons = program.retraceReasons
      evicted = program.wasEvicted
      settled = program.isSettled
      barrier_checks = program.barrierChecks
      work = program.work
      bytes_per_call = program.bytes
      elements_per_call = program.elements
      interpreted_steps = program.interpretedSteps
      native_steps = program.nativeSteps
      loop_switches = program.switches
    }
  }

  private struct TierRecord: Encodable {
    var calls: UInt64
    var timed_calls: UInt64
    /// Of the timed calls.
    var ns: UInt64
    var ns_per_call: Double?
    var bytes_per_second: Double?
    var elements_per_second: Double?

    init(_ program: ProgramSnapshot, _ tier: Tier) {
      let isNative = tier == .native
      calls = isNative ? program.nativeCalls : program.interpretedCalls
      timed_calls = isNative ? program.timedNativeCalls : program.timedInterpretedCalls
      ns = isNative ? program.nativeNanoseconds : program.interpretedNanoseconds
      ns_per_call = program.time(tier)
      bytes_per_second = program.rate(program.bytes, tier)
      elements_per_second = program.rate(program.elements, tier)
    }
  }
}
