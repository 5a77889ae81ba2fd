import Foundation
import Hillock
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Random programs node by node, interpreted and compiled, compared bit for bit.
///
/// `HILLOCK_DIFFERENTIAL` sets how many programs are tried (300 by default), `HILLOCK_DIFFERENTIAL_SEED` the first seed. A
/// failing program is shrunk and printed with its seed; with `HILLOCK_DIFFERENTIAL_CASES` it is also written to this folder, as a case
/// that `hillock-conformance` runs. Every machine instruction is decoded again.
///
/// `HILLOCK_DIFFERENTIAL_LARGE` sets how many programs over 2¹⁵ to 2²⁰ elements are tried (6 by default), with loops in loops on
/// standing teams of 2, 3 and 7; `tools/differential` runs many in a release build.
@Suite(.columnGroupsOfAnySize) struct DifferentialTests {
  init() { NativeCompilers.checkCode() }

  @Test func everyWayToRunARandomProgramGivesTheSameBits() throws {
    let count = Self.number("HILLOCK_DIFFERENTIAL") ?? 300
    let tried = try Self.tryPrograms(count, .small)
    #expect(tried.run > count * 9 / 10, "the generator gives up too often: \(tried.run) of \(count)")
    #expect(tried.loops > count / 4, "too few programs have control flow: \(tried.loops) of \(count)")
    // (Other seeds may leave something rare out.)
    if Self.firstSeed == 1, count >= 300 {
      #expect(tried.coverage.missing.isEmpty, "no program has \(tried.coverage.missing.joined(separator: ", "))")
    }
  }

  @Test func programsOverLargeIndexSpacesToo() throws {
    let count = Self.number("HILLOCK_DIFFERENTIAL_LARGE") ?? 6
    let tried = try Self.tryPrograms(count, .large)
    #expect(tried.run > count * 8 / 10, "the generator gives up too often: \(tried.run) of \(count)")
    #expect(tried.teams >= count / 4, "too few programs have loops for which a team stands: \(tried.teams) of \(count)")
  }

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  private static var firstSeed: UInt64 { UInt64(max(number("HILLOCK_DIFFERENTIAL_SEED") ?? 1, 0)) }

  private struct Tried {
    var run = 0, failed = 0
    /// Programs with control flow; with a loop for which a team can stand.
    var loops = 0, teams = 0
    var coverage = ProgramCoverage()
  }

  private static func tryPrograms(_ count: Int, _ scale: RandomScale) throws -> Tried {
    var tried = Tried()
    for seed in firstSeed..<firstSeed + UInt64(count) {
      guard let program = try? RandomProgram(seed: seed, size: scale.size, scale: scale) else { continue }
      tried.run += 1
      if program.graph.nodes.contains(where: { $0.operation.hasElements }) { tried.loops += 1 }
      if tried.coverage.add(program.graph) { tried.teams += 1 }
      guard let difference = Differential.difference(program, seed: seed, scale) else { continue }
      tried.failed += 1
      let smallest = Differential.shrunk(seed: seed, scale)
      let shown = smallest.map { "shrunk: \($0.graph.text)" } ?? "it did not fail again"
      Issue.record("seed \(seed), \(scale): \(difference)\n\(shown)")
      if let smallest, let folder = ProcessInfo.processInfo.environment["HILLOCK_DIFFERENTIAL_CASES"] {
        try Differential.write(smallest, seed: seed, to: folder)
      }
      if tried.failed >= 10 { break }
    }
    print(
      "\(tried.run) random programs (\(scale)) from seed \(firstSeed), \(tried.loops) of them with loops or branches, \(tried.teams) with standing teams: \(tried.failed) differ"
    )
    print(tried.coverage.text)
    return tried
  }
}

/// Random programs whose calls fail, one after the other.
@Suite struct FailingCallTests {
  /// `ProgramRun` looks at the Variables and their leases after a run that failed; here at the error, and at the memory: as much
  /// is given back as was taken. (In a process of its own, where nobody else takes any.)
  @Test func aCallThatFailsInARandomProgramLeavesNothingBehind() async {
    await #expect(processExitsWith: .success) {
      var failures: [String] = []
      var programs = 0, runs = 0
      for seed in UInt64(1)...400 where programs < 60 {
        guard let program = try? RandomProgram(seed: seed, size: 24), !program.graph.functions.isEmpty else { continue }
        let before = MemoryPool.shared.usage.liveBytes
        let (made, failure) = Differential.failingCalls(program, seed: seed)
        runs += made
        if made > 0 { programs += 1 }
        if let failure { failures.append("seed \(seed): \(failure)") }
        let left = MemoryPool.shared.usage.liveBytes - before
        if left != 0 { failures.append("seed \(seed): \(left) bytes were taken and not given back") }
      }
      print("\(programs) random programs with calls, \(runs) runs in which one of them failed: \(failures.count) went wrong")
      for failure in failures { print(failure) }
      if programs < 50 || !failures.isEmpty { exit(1) }
    }
  }
}

enum Differential {
  /// Eager, interpreted with 1, 2 and 7 workers at one of the levels, native at every level with one of those numbers; and
  /// strictly, interpreted or native in turn.
  static func modes(_ seed: UInt64) -> [Mode] {
    let levels = InstructionSet.allCases.filter(\.isSupported), workers = [1, 2, 7]
    let engines = Mode.Engine.available
    var modes = [Mode(.eager, workers: 1, isa: .current)]
    for count in workers { modes.append(Mode(.interpreter, workers: count, isa: levels[Int(seed % UInt64(levels.count))])) }
    if engines.contains(.native) {
      for (position, isa) in levels.enumerated() {
        modes.append(Mode(.native, workers: workers[(Int(seed / 3 % 3) + position) % 3], isa: isa))
      }
    }
    let strict: Mode.Engine = engines.contains(.native) && seed % 2 == 0 ? .native : .interpreter
    modes.append(Mode(strict, workers: workers[Int(seed % 3)], isa: .current, barrier: .strict))
    return modes
  }

  /// The case of a program, without expectations.
  static func test(_ program: RandomProgram, seed: UInt64) -> ConformanceCase {
    var test = ConformanceCase(name: "seed \(seed)", place: "", program: program.graph.text)
    test.arguments = program.arguments
    test.variables = Dictionary(uniqueKeysWithValues: zip(program.graph.variables.map(\.name), program.variables))
    return test
  }

  /// Runs a program in which each of its calls fails in turn (the first few, and the last), in several ways; the number of runs,
  /// and what went wrong.
  static func failingCalls(_ program: RandomProgram, seed: UInt64) -> (runs: Int, failure: String?) {
    var runs = 0
    do {
      let prepared = try PreparedCase(test(program, seed: seed))
      let modes = modes(seed).filter { $0.engine != .eager }
      for mode in modes.enumerated().filter({ ($0.offset + Int(seed)) % 2 == 0 }).map(\.element) {
        let whole = try prepared.run(mode)
        guard whole.calls.count > 0 else { continue }
        for call in Set((1...whole.calls.count).prefix(5) + [whole.calls.count]).sorted() {
          let host = HostFunctions(failingCall: call)
          runs += 1
          do throws(HillockError) {
            _ = try ProgramRun.run(
              prepared.verified, arguments: program.arguments, variables: program.variables, options: mode.options,
              keepsValues: call % 2 == 0, host: host)
            return (runs, "\(mode): call \(call) of \(whole.calls.count) failed, and the run did not")
          } catch {
            guard error.code == .call, failedCall(error) == call, host.record.count == call else {
              return (runs, "\(mode): call \(call) of \(whole.calls.count): \(error); \(host.record.count) calls were made")
            }
          }
        }
      }
      return (runs, nil)
    } catch {
      return (runs, "\(error)")
    }
  }

  /// The number of the call that an error is of.
  private static func failedCall(_ error: HillockError) -> Int? {
    if let failure = error.underlyingError as? HostFunctions.Failure { return failure.call }
    #if Foreign
      if let status = error.underlyingError as? ForeignStatus { return Int(status.code) }
    #endif
    return nil
  }

  /// Eager; interpreted by one worker and by teams of 2, 3 and 7; native by one of these at each level; and now and then strictly.
  static func largeModes(_ seed: UInt64) -> [Mode] {
    let levels = InstructionSet.allCases.filter(\.isSupported), teams = [2, 3, 7]
    var modes = [Mode(.eager, workers: 1, isa: .current)]
    for count in teams { modes.append(Mode(.interpreter, workers: count, isa: levels[Int(seed % UInt64(levels.count))])) }
    if Mode.Engine.available.contains(.native) {
      for (position, isa) in levels.enumerated() {
        modes.append(Mode(.native, workers: teams[(Int(seed / 3 % 3) + position) % 3], isa: isa))
      }
    }
    if seed % 8 == 0 { modes.append(Mode(.interpreter, workers: 2, isa: .current, barrier: .strict)) }
    return modes
  }

  /// nil where all agree, else what differs; an error where one fails.
  static func difference(_ program: RandomProgram, seed: UInt64, _ scale: RandomScale = .small) -> String? {
    do {
      let prepared = try PreparedCase(test(program, seed: seed))
      var reference: (mode: Mode, outputs: Outputs)?
      for mode in scale == .small ? modes(seed) : largeModes(seed) {
        let outputs: Outputs
        do throws(HillockError) {
          outputs = try prepared.run(mode)
        } catch {
          return "\(mode): \(error)"
        }
        guard let first = reference else {
          reference = (mode, outputs)
          continue
        }
        let differences = prepared.differences(outputs, mode: mode, from: first.outputs, mode: first.mode)
        if let difference = differences.first { return difference }
      }
      if scale == .large, let reference, let difference = try unforced(prepared, program, reference) { return difference }
      return prepared.roundTripFailures().first
    } catch {
      return "\(error)"
    }
  }

  /// Two workers share what pays, as in ordinary runs: interpreted, and by the native function of the whole program, which calls
  /// the runtime for loops with a team.
  private static func unforced(
    _ prepared: PreparedCase, _ program: RandomProgram, _ reference: (mode: Mode, outputs: Outputs)
  ) throws(HillockError) -> String? {
    for mode in [Mode(.interpreter, workers: 2, isa: .current), Mode(.native, workers: 2, isa: .current)]
    where Mode.Engine.available.contains(mode.engine) {
      var options = mode.options
      options.sharesAlways = false
      let outputs = try ProgramRun.run(
        prepared.verified, arguments: program.arguments, variables: program.variables, options: options, keepsValues: false)
      let differences = prepared.differences(outputs, mode: mode, from: reference.outputs, mode: reference.mode)
      if let difference = differences.first { return "unforced: \(difference)" }
    }
    return nil
  }

  /// The smallest failing program that fewer choices and fewer roots give; nil where none fails again. `fails` is for tests.
  static func shrunk(
    seed: UInt64, _ scale: RandomScale = .small, fails: (RandomProgram) -> Bool
  ) -> RandomProgram? {
    var smallest: RandomProgram?
    for size in 0...scale.size {
      guard let program = try? RandomProgram(seed: seed, size: size, scale: scale), fails(program) else { continue }
      smallest = program
      break
    }
    guard let whole = smallest else { return nil }
    var roots = Array(0..<whole.rootCount)
    for root in roots where roots.count > 1 {
      let fewer = roots.filter { $0 != root }
      if fails(whole.keeping(fewer)) { roots = fewer }
    }
    let minimal = whole.keeping(roots)
    return fails(minimal) ? minimal : whole
  }

  /// A race does not show each time: programs with teams are tried several times.
  static func shrunk(seed: UInt64, _ scale: RandomScale) -> RandomProgram? {
    shrunk(seed: seed, scale) { program in
      (0..<(scale == .small ? 1 : 8)).contains { _ in difference(program, seed: seed, scale) != nil }
    }
  }

  /// Writes the program as a case that expects what it gives node by node, or the error that comes then.
  static func write(_ program: RandomProgram, seed: UInt64, to folder: String) throws {
    var test = test(program, seed: seed)
    do throws(HillockError) {
      let prepared = try PreparedCase(test)
      let outputs = try prepared.run(Mode(.eager, workers: 1, isa: .current))
      test.results = outputs.results.map { Expectation(value: $0, tolerance: .exact) }
      for (slot, value) in outputs.stored {
        test.stored[program.graph.variables[slot].name] = Expectation(value: value, tolerance: .exact)
      }
    } catch {
      test.error = ExpectedError(code: error.code)
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, bytes) in CaseWriter.files(test, name: "seed\(seed)") {
      try Data(bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name))
    }
  }
}

/// What is made of a random program that fails.
@Suite struct FailingProgramTests {
  /// Programs that read a Variable "fail" here: the smallest of them is written, read back with every bit, and passes the runner.
  @Test func aFailingProgramIsWrittenAsACase() throws {
    let folder = try ScratchFolder()
    var written = 0
    for seed in UInt64(1)...40 where written < 3 {
      guard
        let program = Differential.shrunk(
          seed: seed,
          fails: { program in
            program.graph.nodes.contains { if case .variable = $0.operation { true } else { false } }
          })
      else { continue }
      try Differential.write(program, seed: seed, to: folder.path)
      written += 1
      let read = try #require(try CaseFiles.load(folder["seed\(seed).case"]).first)
      #expect(read.program == program.graph.text && read.name == "seed \(seed)")
      #expect(read.arguments == program.arguments)
      #expect(read.variables == Dictionary(uniqueKeysWithValues: zip(program.graph.variables.map(\.name), program.variables)))
      let outcome = CaseRunner(modes: Differential.modes(seed)).run(read)
      #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    }
    #expect(written == 3)
  }
}
