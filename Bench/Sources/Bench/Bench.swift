import ArgumentParser
import CBench
import Foundation
import Hillock

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Bench/run",
    abstract:
      "Measures Hillock against what the machine can do and, with --peers, against JAX, NumPy and PyTorch in the same run.",
    discussion: """
      Times are medians, in process, after a warm-up. The limit is the larger of the time to move the bytes and the time of \
      the arithmetic, both measured in this run. With --peers ours and theirs are measured in alternating rounds, and the \
      fastest of the peers counts. Suites: \(Suites.all.map(\.name).joined(separator: ", ")).
      """)

  @Argument(help: "Suites; by default all.")
  var suites: [String] = []

  @Flag(help: "Also measure JAX, NumPy and PyTorch (Bench/peers/setup makes its environment).")
  var peers = false

  @Option(help: ArgumentHelp("Write one JSON object a line for each row.", valueName: "file"))
  var json: String?

  @Option(help: "Largest number of elements in the suites gelu and streams.")
  var largest = 100_000_000

  @Option(help: "Of the suites gradients, numpy and streams only the rows whose name has this part; may be given several times.")
  var only: [String] = []

  @Option(help: "Points in the logistic suite.")
  var points = 20_000_000

  func validate() throws {
    for name in suites where !Suites.all.contains(where: { $0.name == name }) {
      throw ValidationError("there is no suite '\(name)'; there are \(Suites.all.map(\.name).joined(separator: ", "))")
    }
  }

  func run() throws {
    let peer = peers ? try Peer() : nil
    let machine = Machine()
    cb_print_lines()
    print(machine.summary)
    let report = try Report(json: json)
    let context = Context(machine: machine, peer: peer, report: report, largest: largest, points: points, only: only)
    for suite in Suites.all where suites.isEmpty || suites.contains(suite.name) {
      try suite.run(context)
    }
  }
}

/// What a suite needs.
struct Context {
  let machine: Machine
  let peer: Peer?
  let report: Report
  let largest: Int
  let points: Int
  let only: [String]

  func isWanted(_ name: String) -> Bool { only.isEmpty || only.contains { name.contains($0) } }
}

/// A named set of rows.
struct Suite: Sendable {
  let name: String
  let run: @Sendable (Context) throws -> Void
}

enum Suites {
  static let all = [
    GELUSuite.suite, LogisticSuite.suite, LoopsSuite.suite, CallsSuite.suite, CompileSuite.suite, ThreadsSuite.suite,
    BarrierSuite.suite,
    ArraysSuite.suite, NumPySuite.suite, StreamsSuite.suite, RowsSuite.suite, GradientsSuite.suite, NetworksSuite.suite,
  ]
}
