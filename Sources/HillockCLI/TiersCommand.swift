import ArgumentParser
import Foundation
import HillockCommandLine
import HillockIR
import HillockRuntime

struct TiersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiers",
    abstract: "Shows the tier statistics of processes that embed Hillock, live or finished.",
    discussion: """
      A process publishes its statistics where HILLOCK_STATS=1 is set (or the library's setting is on). Without an argument \
      all processes of this user are shown.
      """)

  @Argument(help: "A process number or the path of a statistics file.")
  var process: String?

  @Flag(help: "One JSON object for each process, a line each.")
  var json = false

  @Flag(help: "Show it again every second until interrupted.")
  var watch = false

  func run() throws {
    while true {
      let files = try load()
      if json {
        for file in files { print(try TierReport.json(file)) }
      } else {
        if watch { print("\u{1B}[H\u{1B}[2J", terminator: "") }
        print(files.map(TierReport.table).joined(separator: "\n\n"))
      }
      guard watch else { return }
      try StandardStreams.flush()
      sleep(1)
    }
  }

  /// The folder of the statistics, and why it is not looked into where that is so.
  private static var directory: String {
    let path = StatisticsFile.directory
    return OneLine.name(path) + (StatisticsFile.objection(to: path).map { " (\($0))" } ?? "")
  }

  private func load() throws(HillockError) -> [StatisticsFile] {
    if let process {
      if let number = Int(process) {
        guard let entry = StatisticsFile.list().first(where: { $0.process == number }) else {
          throw HillockError(
            .argument,
            "process \(number) has published no statistics in \(Self.directory); start it with "
              + "HILLOCK_STATS=1")
        }
        return [try StatisticsFile.read(entry.path)]
      }
      return [try StatisticsFile.read(process)]
    }
    let entries = StatisticsFile.list()
    guard !entries.isEmpty else {
      throw HillockError(
        .argument, "no process has published statistics in \(Self.directory); start one with HILLOCK_STATS=1")
    }
    var files: [StatisticsFile] = []
    for entry in entries {
      do throws(HillockError) {
        files.append(try StatisticsFile.read(entry.path))
      } catch {
        StandardStreams.complain("hillock tiers: \(error)")
      }
    }
    return files
  }
}
