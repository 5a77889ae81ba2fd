import ArgumentParser
import Foundation
import Hillock
import HillockRuntime

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Runs GELU and logistic regression without jit, interpreted and compiled, and compares times and bits.")

  @Option(help: "Elements of GELU's input.")
  var elements = 100_000

  @Option(help: "Points of the logistic regression; by default 20 million, or what fits in memory comfortably.")
  var points: Int?

  @Option(help: "Steps of the logistic regression.")
  var steps = 30

  @Option(help: ArgumentHelp("Write a trace for Perfetto or Chrome: what each worker does when.", valueName: "file"))
  var trace: String?

  func validate() throws {
    guard elements > 0, points ?? 1 > 0, steps > 0 else { throw ValidationError("elements, points and steps are at least 1") }
    guard elements <= 1 << 30, points ?? 1 <= 1 << 28 else { throw ValidationError("that many do not fit a demonstration") }
  }

  func run() throws { try Recording.record(trace, compare) }

  private func compare() throws {
    // Times of each tier for the table at the end.
    Engine.publishesStatistics = true
    print("Hillock on \(Engine.threads) threads, instruction set \(InstructionSet.current)\n")
    let comparisons = [try runGELU(), try runLogisticRegression()]
    print("")
    for comparison in comparisons { print(comparison.table + "\n") }
    let programs = Statistics.snapshot(),
      isOurs = { (program: ProgramSnapshot) in Self.names.contains { program.name.hasPrefix($0) } }
    print("Tiers (and \(programs.count { !isOurs($0) }) one-step programs of the expressions outside jit)")
    print(TierReport.table(programs.filter(isOurs)))
    if let different = comparisons.first(where: { !$0.isEqual }) {
      throw HillockError(.verification, "\(different.title): the results differ between tiers")
    }
  }

  private static let names = ["gelu", "LogisticRegression"]

  // MARK: The two jobs

  private func runGELU() throws -> Comparison {
    print("GELU over \(elements) floats")
    let x = try random.random(elements).checked()
    // (the programs of single operations are made here, and stay interpreted)
    _ = try inTier(.interpreter) { try gelu(x).checked() }
    let interpreted = try inTier(.interpreter) { () -> Jitted<NDArray, NDArray> in
      let fast = jit(gelu, name: "gelu")
      _ = try fast(x)
      return fast
    }
    var calls = [
      Comparison.Call(name: "without jit") { try gelu(x).checked() },
      Comparison.Call(name: "jit, interpreter") { try interpreted(x) },
    ]
    let fast = jit(gelu, name: "gelu")
    if try promote("gelu", { _ = try fast(x) }) { calls.append(Comparison.Call(name: "jit, promoted") { try fast(x) }) }
    var comparison = Comparison(title: "GELU, \(elements) f32, a call", unit: "µs", perSecond: 1e6)
    try comparison.measure(calls)
    return comparison
  }

  private func runLogisticRegression() throws -> Comparison {
    let count = points ?? Self.comfortablePoints
    print("Logistic regression, \(count) points of 10 features, \(steps) steps (making the points)")
    let X = try random.random(count, 10).checked()
    let Y = try random.random(count).checked()

    let plain = LogisticRegression(dimension: 10), second = LogisticRegression(dimension: 10)
    let interpreted = jit(second)
    var jobs = [
      Comparison.Job(name: "without jit", result: plain.w) { steps in
        try inTier(.interpreter) {
          for _ in 0..<steps {
            plain(X, Y)
            _ = try plain.w.value.checked()
          }
        }
      },
      Comparison.Job(name: "jit, interpreter", result: second.w) { steps in
        try inTier(.interpreter) { for _ in 0..<steps { try interpreted(X, Y) } }
      },
    ]
    let model = LogisticRegression(dimension: 10)
    let step = jit(model)
    if try promote("LogisticRegression", { try step(X, Y) }) {
      model.w.value = LogisticRegression(dimension: 10).w.value
      jobs.append(Comparison.Job(name: "jit, promoted", result: model.w) { steps in for _ in 0..<steps { try step(X, Y) } })
    }
    var comparison = Comparison(title: "Logistic regression, \(count) × 10 f32, \(steps) steps", unit: "s", perSecond: 1)
    try comparison.measure(jobs, steps: steps, inputBytes: count * 11 * 4)
    return comparison
  }

  // MARK: Tiers

  /// Programs made in the body stay in this tier.
  private func inTier<Result>(_ tier: Engine.TierChoice, _ body: () throws -> Result) rethrows -> Result {
    let before = Engine.tier
    Engine.tier = tier
    defer { Engine.tier = before }
    return try body()
  }

  /// Calls until the program has been promoted by itself, for at most five seconds; whether it has been. Where nothing compiles,
  /// nobody waits for it.
  private func promote(_ name: String, _ call: () throws -> Void) throws -> Bool {
    let start = ContinuousClock.now
    var calls = 0
    while ContinuousClock.now - start < .seconds(5) {
      try call()
      calls += 1
      let programs = Statistics.snapshot().filter { $0.name.hasPrefix(name) && $0.isLive }
      if programs.contains(where: { $0.tier == .native }) {
        print("  promoted after \(calls) calls, \(Comparison.format((ContinuousClock.now - start) / .milliseconds(1))) ms")
        return true
      }
      // (The first call makes the program, and installs the native tier of a build that has one.)
      if programs.allSatisfy(\.isSettled) || !NativeTier.isInstalled { break }
    }
    print("  not promoted: programs stay in the interpreter (hillock doctor says why)")
    return false
  }

  /// Twenty million, or as many as leave half of the free memory to others. A point takes 44 bytes, and without jit each
  /// intermediate value of a step takes 4 more.
  private static var comfortablePoints: Int {
    let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let available = kibibytes.map { $0 << 10 } ?? Int(ProcessInfo.processInfo.physicalMemory / 2)
    let fitting = available / 2 / 100
    return fitting >= 20_000_000 ? 20_000_000 : max(fitting / 100_000 * 100_000, 100_000)
  }
}
