import Foundation
import Hillock
import HillockDynamics

/// Networks of spiking neurons in steps of 0.1 ms, beside Brian2's C++ stand-alone of the same equations in the same run, in alternation.
/// Brian2 measures its own simulation, without building and compiling; ours is a second run, which does not compile either. Both begin anew
/// each time. The rates stand below the times: they must agree. `drawn` has connections that are stored nowhere, which Brian2 cannot have.
///
/// `HILLOCK_BENCH_NETWORKS` takes some networks only: names, or names and sizes, with commas.
enum NetworksSuite {
  /// Name, neurons, seconds of biology, and whether two threads are measured too.
  private static let cases: [(name: String, count: Int, seconds: Double, inParallel: Bool)] = [
    ("coba", 4_000, 1, true), ("coba", 40_000, 1, true), ("coba", 400_000, 0.3, true),
    ("coba-euler", 4_000, 1, true), ("cuba", 4_000, 1, true), ("cuba", 40_000, 1, true), ("cuba", 400_000, 0.3, true),
    ("cobahh", 4_000, 1, true), ("stdp", 1_001, 10, false), ("brunel", 10_000, 1, false), ("plastic", 10_000, 1, false),
    ("drawn", 1_000_000, 0.1, true),
  ]

  static let suite = Suite(name: "networks") { context in
    let wanted = ProcessInfo.processInfo.environment["HILLOCK_BENCH_NETWORKS"]?.split(separator: ",").map(String.init)
    for (name, count, seconds, inParallel) in cases
    where wanted.map({ $0.contains(name) || $0.contains("\(name) \(count)") }) ?? true {
      for threads in inParallel ? Set([1, context.machine.threads]).sorted() : [1] {
        try measure(name, count, seconds, threads, context)
      }
    }
  }

  private static func measure(_ name: String, _ count: Int, _ seconds: Double, _ threads: Int, _ context: Context) throws {
    try Timing.configured(.auto, threads: threads) {
      let brian2 = context.peer == nil || name == "drawn" ? nil : try Brian2(name, count, seconds, threads)
      let network = try NetworkModels.make(name, count)
      var times: [Double] = [], theirs: [Brian2.Run] = [], spikes = 0
      try network.run(10)  // this compiles
      for _ in 0..<3 {
        try network.reset()
        times.append(
          try Timing.microseconds {
            spikes +=
              try network.run(seconds * 1000, monitors: ["spikes": Monitor(spikesOf: network.counted)]).spikes("spikes")?
              .count ?? 0
          })
        if let run = try brian2?.run() { theirs.append(run) }
      }
      var row = Row(
        suite: "networks", name: "\(name) \(count)", tier: "auto", threads: threads, us: Timing.median(times), limit: nil)
      row.peer = theirs.first?.peer
      row.peerUs = theirs.isEmpty ? nil : Timing.median(theirs.map { $0.seconds * 1e6 })
      try context.report.add(row)
      let rate = Double(spikes) / 3 / Double(network.counted.count) / seconds
      context.report.note(
        String(format: "  %.2f spikes a neuron and second", rate)
          + (theirs.isEmpty ? "" : String(format: "; Brian2 %.2f", Timing.median(theirs.map(\.rate)))))
    }
  }
}

/// A network in Brian2, in a process of its own.
private final class Brian2 {
  struct Run: Decodable {
    let peer: String
    let seconds: Double
    let rate: Double
  }

  private let name: String
  private let process = Process(), input = Pipe(), output = Pipe()

  /// Nil where Brian2 is not installed.
  init?(_ name: String, _ count: Int, _ seconds: Double, _ threads: Int) throws {
    let folder = ProcessInfo.processInfo.environment["HILLOCK_BENCH_PEERS"] ?? "peers"
    let python = folder + "/.venv-networks/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    self.name = name
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [folder + "/brian2_networks.py", name, "\(count)", "\(seconds)", "\(threads)"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It waits here until Brian2 has built its program: building beside a measurement would spoil that.
    _ = try run()
  }

  func run() throws -> Run {
    try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) { line += byte }
    guard !line.isEmpty else { throw BenchError("Brian2 did not run \(name)") }
    return try JSONDecoder().decode(Run.self, from: line)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
