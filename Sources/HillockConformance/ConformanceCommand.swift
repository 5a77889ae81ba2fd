import ArgumentParser
import HillockCommandLine
import HillockConformanceKit
import HillockIR
import HillockRuntime

@main
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hillock-conformance",
    abstract: "Runs conformance cases in every tier, and compares the tiers with each other and with the expectations.",
    discussion: """
      Each case runs node by node, interpreted and compiled, with several numbers of workers and at every instruction-set \
      level of the processor. All must agree bit for bit, and meet the expectation. The last line is `N passed, N failed`.
      """)

  static func main() { runAsProcess(failure: 2) }

  @Argument(help: "Case files, or folders in which *.case files are looked for.")
  var paths: [String] = ["Spec/conformance"]

  @Option(help: "Only these, separated by commas: eager, interpreter, native. The first is what the others are compared with.")
  var tier: TierList = TierList()

  @Option(help: "Numbers of workers, separated by commas.")
  var threads: ThreadList = ThreadList()

  @Option(help: "Only cases whose name matches this regular expression.")
  var filter: String?

  @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "file"))
  var junit: String?

  @Flag(help: "Also fail where an operation of the op table has no case.")
  var coverage = false

  func run() throws {
    let outcomes = try runCases()
    if let junit { try FileBytes.write(Array(JUnitReport.xml(outcomes).utf8), to: junit) }
    let failed = outcomes.count { !$0.passed }
    print("\(outcomes.count - failed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode.failure }
  }

  private func runCases() throws -> [CaseOutcome] {
    let pattern = try filter.map { try regularExpression($0) }
    let modes = Mode.all(engines: tier.engines, workers: threads.counts)
    let runner = CaseRunner(modes: modes)
    print(
      "\(modes.count) modes: \(tier.engines.map(\.rawValue).joined(separator: ", ")); workers \(threads); levels \(levels(modes))"
    )
    var outcomes: [CaseOutcome] = []
    var covered = Coverage()
    for file in try CaseFiles.find(paths) {
      var cases: [ConformanceCase] = []
      do throws(HillockError) {
        cases = try CaseFiles.load(file)
      } catch {
        outcomes.append(report(CaseOutcome(name: file, place: file, failures: ["\(error)"], seconds: 0)))
      }
      if let pattern { cases.removeAll { $0.name.firstMatch(of: pattern) == nil } }
      let first = outcomes.count
      for test in cases {
        if let graph = try? Graph(parsing: test.program) { covered.add(graph) }
        outcomes.append(report(runner.run(test)))
      }
      let new = outcomes[first...]
      if !new.isEmpty { print("\(OneLine.name(file)): \(new.count { $0.passed }) of \(new.count) passed") }
    }
    if coverage {
      let failures = covered.missing.isEmpty ? [] : ["no case has: \(covered.missing.joined(separator: ", "))"]
      outcomes.append(report(CaseOutcome(name: "coverage of the op table", place: "op table", failures: failures, seconds: 0)))
    }
    guard !outcomes.isEmpty else { throw HillockError(.argument, "no case matches --filter '\(filter ?? "")'") }
    return outcomes
  }

  private func report(_ outcome: CaseOutcome) -> CaseOutcome {
    if !outcome.passed {
      print("FAILED \(OneLine.name(outcome.place)): \(OneLine.name(outcome.name))")
      for failure in outcome.failures.prefix(4) { print("    \(OneLine.message(failure))") }
      if outcome.failures.count > 4 { print("    and \(outcome.failures.count - 4) more failures of this case") }
    }
    return outcome
  }

  private func levels(_ modes: [Mode]) -> String {
    InstructionSet.allCases.filter { level in modes.contains { $0.isa == level } }.map(\.description).joined(separator: ", ")
  }

  private func regularExpression(_ text: String) throws -> Regex<AnyRegexOutput> {
    do {
      return try Regex(text)
    } catch {
      throw HillockError(.argument, "--filter: '\(text)' is no regular expression")
    }
  }
}

/// `eager,native`
struct TierList: ExpressibleByArgument {
  var engines = Mode.Engine.available

  init() {}

  init?(argument: String) {
    let named = argument.split(separator: ",").map { Mode.Engine(rawValue: String($0)) }
    guard !named.isEmpty, !named.contains(nil) else { return nil }
    engines = named.compactMap { $0 }
  }

  var defaultValueDescription: String { engines.map(\.rawValue).joined(separator: ",") }
}

/// `1,2,7`
struct ThreadList: ExpressibleByArgument, CustomStringConvertible {
  var counts = [1, 2, 7]

  init() {}

  init?(argument: String) {
    let given = argument.split(separator: ",").map { Int($0) }
    guard !given.isEmpty, given.allSatisfy({ $0 != nil && (1...Parameters.maximumWorkers).contains($0 ?? 0) }) else { return nil }
    counts = given.compactMap { $0 }
  }

  var description: String { counts.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}
