import Foundation

/// One measurement.
struct Row {
  var suite: String
  var name: String
  var tier: String
  var threads: Int
  var us: Double
  /// The least that the machine needs for it; nil where no limit is defined.
  var limit: Double?
  var peer: String?
  var peerUs: Double?
  /// Against the row that the suite names.
  var speedUp: Double?

  /// Theirs / ours.
  var ratio: Double? { peerUs.map { $0 / us } }

  /// The keys are fixed: other programs read them.
  var json: String {
    func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
    func number(_ value: Double?) -> String {
      guard let value, value.isFinite else { return "null" }
      return String(format: "%.6g", value)
    }
    return "{\"suite\": \(text(suite)), \"case\": \(text(name)), \"tier\": \(text(tier)), \"threads\": \(threads), "
      + "\"us\": \(number(us)), \"limit_us\": \(number(limit)), \"peer\": \(text(peer)), \"peer_us\": \(number(peerUs)), "
      + "\"ratio\": \(number(ratio)), \"speedup\": \(number(speedUp))}"
  }
}

/// Prints rows as they come, and writes them as JSON lines.
final class Report {
  private let file: FileHandle?
  private var suite = ""

  init(json: String?) throws {
    guard let json else {
      file = nil
      return
    }
    guard FileManager.default.createFile(atPath: json, contents: nil), let file = FileHandle(forWritingAtPath: json) else {
      throw BenchError("\(json) cannot be written")
    }
    self.file = file
  }

  func add(_ row: Row) throws {
    if row.suite != suite {
      suite = row.suite
      print("\n\(suite)")
      print(line("case", "tier", "threads", "µs", "limit µs", "of limit", "peer", "peer µs", "ratio", "speed-up"))
    }
    let fraction = row.limit.map { String(format: "%.0f %%", 100 * $0 / row.us) }
    print(
      line(
        row.name, row.tier, "\(row.threads)", digits(row.us), digits(row.limit), fraction ?? "-", row.peer ?? "-",
        digits(row.peerUs), digits(row.ratio), digits(row.speedUp)))
    try file?.write(contentsOf: Data((row.json + "\n").utf8))
  }

  /// A line between rows.
  func note(_ text: String) { print(text) }

  private func line(_ cells: String...) -> String {
    let widths = [24, 12, 7, 12, 12, 8, 12, 12, 8, 9]
    return zip(cells, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: max(cell.1 - cell.0.count, 0))
      return column < 2 || column == 6 ? cell.0 + padding : padding + cell.0
    }.joined(separator: " ")
  }

  private func digits(_ value: Double?) -> String {
    guard let value else { return "-" }
    return value >= 1000 ? String(format: "%.0f", value) : String(format: value >= 10 ? "%.1f" : "%.2f", value)
  }
}
