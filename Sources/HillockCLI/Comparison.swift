import Foundation
import Hillock

/// The ways of doing one job, their times and whether they gave the same bits. The ways take turns, so that what else the machine does
/// meets all of them.
struct Comparison {
  let title: String
  let unit: String
  private let perSecond: Double
  private var rows: [(name: String, seconds: Double)] = []
  private var reference: [UInt32] = []
  private(set) var isEqual = true
  private var load = MachineLoad()

  init(title: String, unit: String, perSecond: Double) {
    self.title = title
    self.unit = unit
    self.perSecond = perSecond
  }

  /// One way of doing a job that is a call.
  struct Call {
    let name: String
    let run: () throws -> NDArray
  }

  private static let rounds = 25
  /// How long a way is called before it is the turn of the next.
  private static let turn = Duration.milliseconds(10)

  /// Times the calls: of each the median over all its turns.
  mutating func measure(_ calls: [Call]) throws {
    var times = [[Double]](repeating: [], count: calls.count)
    for call in calls { for _ in 0..<5 { _ = try call.run() } }
    try load.watch {
      for _ in 0..<Self.rounds {
        for (index, call) in calls.enumerated() {
          let start = ContinuousClock.now
          repeat {
            let begin = ContinuousClock.now
            _ = try call.run()
            times[index].append((ContinuousClock.now - begin) / .seconds(1))
          } while ContinuousClock.now - start < Self.turn
        }
      }
    }
    for (call, times) in zip(calls, times) { try add(call.name, times.sorted()[times.count / 2], try call.run()) }
  }

  /// One way of doing a job of many steps; the Variable holds its result.
  struct Job {
    let name: String
    let result: Variable
    /// Does so many steps more.
    let run: (Int) throws -> Void
  }

  /// Times long jobs, some of the steps of each in turn, and says how much memory each takes beside its inputs.
  mutating func measure(_ jobs: [Job], steps: Int, inputBytes: Int) throws {
    var seconds = [Double](repeating: 0, count: jobs.count)
    var peaks = [PeakMemory?](repeating: nil, count: jobs.count)
    let turns = min(steps, 3)
    try load.watch {
      for turn in 0..<turns {
        let count = steps * (turn + 1) / turns - steps * turn / turns
        for (index, job) in jobs.enumerated() {
          let peak = try PeakMemory.measure {
            seconds[index] += try ContinuousClock().measure { try job.run(count) } / .seconds(1)
          }
          peaks[index] = peaks[index].map { $0.joined(peak) } ?? peak
        }
      }
    }
    for (index, job) in jobs.enumerated() {
      try add(job.name, seconds[index], job.result.value)
      if let peak = peaks[index] { print("    peak memory: \(peak.text(inputs: inputBytes))") }
    }
  }

  private mutating func add(_ name: String, _ seconds: Double, _ result: NDArray) throws {
    // (any NaN equals any NaN)
    let bits = try result.floats().map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
    if rows.isEmpty { reference = bits }
    if bits != reference { isEqual = false }
    rows.append((name, seconds))
    print("  \(name): \(Self.format(seconds * perSecond)) \(unit)")
  }

  var table: String {
    let slowest = rows.first?.seconds ?? 1
    let lines = rows.map { row in
      ["  " + row.name, Self.format(row.seconds * perSecond), unit, "\(Self.format(slowest / row.seconds)) times as fast"]
    }
    var text = [title] + TierReport.aligned(lines, textColumns: [0, 2])
    text.append("  " + (isEqual ? "all results are the same, bit for bit" : "THE RESULTS DIFFER"))
    if let busy = load.complaint { text.append("  " + busy) }
    return text.joined(separator: "\n")
  }

  /// Three digits.
  static func format(_ value: Double) -> String {
    value >= 100 ? String(format: "%.0f", value) : value >= 10 ? String(format: "%.1f", value) : String(format: "%.2f", value)
  }
}
