import Foundation
import HillockBytecode
import HillockConformanceKit
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// The barrier's mutation test: valid programs, broken by machine in each of the ways of `Mutation.all`.
///
/// No unbroken program may be refused. Every mutant that breaks a promise must be. A mutant that the verifier takes for another
/// valid program is run strictly and through the slow oracle: neither may find anything; where the change cannot change what is
/// computed, the bits must be the same.
///
/// `HILLOCK_MUTATIONS` sets how many programs are broken (120 by default, each in every way), `HILLOCK_MUTATIONS_SEED` the first
/// seed. A failure is printed with its seed and shrunk.
@Suite struct MutationTests {
  @Test func everyBrokenProgramIsRefusedOrSafe() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["HILLOCK_MUTATIONS"].flatMap(Int.init) ?? 120
    let first = environment["HILLOCK_MUTATIONS_SEED"].flatMap(UInt64.init) ?? 1
    var tally: [String: Mutants] = [:]
    var failures = 0, programs = 0
    for seed in first..<first + UInt64(count) {
      guard let subject = try Subject(seed: seed, size: Subject.size) else { continue }
      programs += 1
      if let complaint = ProgramOracle(subject.program).complaint {
        Issue.record("seed \(seed): the oracle finds that \(complaint)")
      }
      for mutation in Mutation.all {
        let outcome = subject.outcome(of: mutation)
        tally[mutation.name, default: Mutants()].count(outcome)
        guard case .failure(let what) = outcome else { continue }
        failures += 1
        Issue.record("seed \(seed), \(mutation.name): \(what)\n\(Subject.shrunk(seed: seed, mutation))")
        if failures >= 10 { return }
      }
    }
    report(tally, programs, first)
    #expect(Mutation.all.count >= 20)
    if count >= 120 {
      for mutation in Mutation.all {
        #expect((tally[mutation.name]?.made ?? 0) > 0, "no program could be broken in this way: \(mutation.name)")
      }
    }
  }

  private func report(_ tally: [String: Mutants], _ programs: Int, _ first: UInt64) {
    print("\(programs) programs from seed \(first), none of them refused; mutants by class: made, refused, safe, same bits")
    var all = Mutants()
    for mutation in Mutation.all {
      let mutants = tally[mutation.name, default: Mutants()]
      all.add(mutants)
      print("  \(mutation.name): \(mutants.made), \(mutants.refused), \(mutants.safe), \(mutants.same)")
    }
    print(
      "  all \(Mutation.all.count) classes: \(all.made), \(all.refused), \(all.safe), \(all.same); unchanged \(all.unchanged)")
  }
}

private struct Mutants {
  var made = 0, refused = 0, safe = 0, same = 0, unchanged = 0

  mutating func count(_ outcome: Subject.Outcome) {
    switch outcome {
    case .inapplicable: return
    case .unchanged:
      unchanged += 1
      return
    case .refused: refused += 1
    case .safe: safe += 1
    case .same: same += 1
    case .failure: break
    }
    made += 1
  }

  mutating func add(_ other: Mutants) {
    made += other.made
    refused += other.refused
    safe += other.safe
    same += other.same
    unchanged += other.unchanged
  }
}

/// A valid program that is broken: random, or, every fourth, one of the conformance cases.
struct Subject {
  enum Outcome {
    /// The program has nothing that could be broken in this way.
    case inapplicable
    /// The mutant is the program itself.
    case unchanged
    case refused
    /// A valid program of another meaning, which ran without a violation.
    case safe
    /// A valid program of the same meaning, which gave the same bits.
    case same
    case failure(String)
  }

  static let size = 16

  let program: Program
  let arguments: [ConstantData]
  let variables: [ConstantData]
  private let seed: UInt64

  /// nil where the generator gives up. An error where a valid program is refused.
  init?(seed: UInt64, size: Int) throws {
    self.seed = seed
    var random = SeededRandom(seed: seed)
    if seed % 4 == 0, let test = Self.cases.randomElement(using: &random), let graph = try? Graph(parsing: test.program) {
      program = try VerifiedProgram(try Lowering.lower(Passes.run(graph))).program
      arguments = test.arguments
      variables = program.variables.map { test.variables[$0.name] ?? ConstantData(type: $0.type, bytes: []) }
      return
    }
    guard let subject = try? RandomProgram(seed: seed, size: size) else { return nil }
    let lowered = try Lowering.lower(seed % 2 == 0 ? Passes.run(subject.graph) : subject.graph)
    program = try VerifiedProgram(lowered).program
    arguments = subject.arguments
    variables = subject.variables
  }

  /// Cases that run and give graphs.
  private static let cases: [ConformanceCase] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Spec/conformance").path
    let files = (try? CaseFiles.find([folder])) ?? []
    return files.flatMap { (try? CaseFiles.load($0)) ?? [] }
      .filter { $0.error == nil && !$0.program.hasPrefix("hillock program") }
  }()

  func outcome(of mutation: Mutation) -> Outcome {
    var mutant = program
    var random = SeededRandom(seed: seed ^ UInt64(bitPattern: Int64(mutation.name.utf8.reduce(0) { $0 &* 31 &+ Int($1) })))
    guard mutation.apply(&mutant, &random) else { return .inapplicable }
    guard mutant != program else { return .unchanged }
    let verified: VerifiedProgram
    do { verified = try VerifiedProgram(mutant) } catch { return .refused }
    if mutation.verdict == .refused { return .failure("the verifier accepts it") }
    if let complaint = ProgramOracle(mutant).complaint { return .failure("the oracle finds that \(complaint)") }
    do {
      try runStrictly(verified)
      guard mutation.verdict == .refusedOrSame else { return .safe }
      let outputs = try run(verified), expected = try run(VerifiedProgram(program))
      guard let place = outputs.indices.first(where: { outputs[$0] != expected[$0] }) else { return .same }
      return .failure(
        "it gives other bits: array \(place) of \(program.results.count) results and the Variables: "
          + "\(outputs[place].prefix(16)), not \(expected[place].prefix(16))")
    } catch let error as HillockError where error.code == .argument {
      // A loop that does not end: nothing was violated so far.
      return .safe
    } catch {
      return .failure("\(error)")
    }
  }

  /// Runs it strictly; arrays that the mutant has beyond the original's are zeros.
  private func runStrictly(_ verified: VerifiedProgram) throws {
    var options = ExecutionOptions(tier: .interpreter, workers: 3)
    options.barrier = .strict
    options.sharesAlways = true
    options.strictSteps = 200
    options.isListed = false
    let executable = Executable(verified, signature: "mutation", options: options)
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    let mutant = verified.program
    try setInputs(of: mutant, in: frame)
    for (slot, variable) in mutant.variables.enumerated() {
      frame.setVariable(slot, try storage(variable.type, slot < variables.count ? variables[slot] : nil))
    }
    try executable.run(frame)
  }

  /// What a run with leases gives, and leaves in the Variables: writing in place where the program allows it.
  private func run(_ verified: VerifiedProgram) throws -> [[UInt8]] {
    var options = ExecutionOptions(tier: .interpreter, workers: 3)
    options.barrier = .fast
    options.sharesAlways = true
    options.isListed = false
    let executable = Executable(verified, signature: "mutation", options: options)
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    let mutant = verified.program
    try setInputs(of: mutant, in: frame)
    let cells = try mutant.variables.enumerated().map { slot, variable in
      let data = slot < variables.count ? variables[slot] : nil
      return try VariableCell(name: variable.name, type: variable.type, storage: storage(variable.type, data))
    }
    let stored = Set(mutant.stores.map(\.slot))
    let lease = try LeasePlan(cells, isWritten: cells.indices.map(stored.contains)).acquire(site: "mutation")
    lease.load(into: frame)
    try executable.run(frame)
    try lease.commit(from: frame)
    return mutant.results.indices.map { copy(frame.takeResult($0)) } + cells.map { copy($0.load()) }
  }

  /// The bytes of a storage, which must live until they are read: its memory goes back to the pool with it.
  private func copy(_ storage: Storage) -> [UInt8] {
    withExtendedLifetime(storage) { Array(storage.bytes) }
  }

  private func setInputs(of mutant: Program, in frame: Frame) throws {
    let host = HostFunctions()
    for (slot, function) in mutant.functions.enumerated() {
      if let function = try host.function(function) { frame.setFunction(slot, function) }
    }
    for (index, type) in mutant.arguments.enumerated() {
      frame.setArgument(index, try storage(type, index < arguments.count ? arguments[index] : nil))
    }
  }

  private func storage(_ type: ArrayType, _ data: ConstantData?) throws -> Storage {
    let bytes = data.flatMap { $0.bytes.count == type.byteCount ? $0.bytes : nil } ?? [UInt8](repeating: 0, count: type.byteCount)
    return try bytes.withUnsafeBytes { try Storage.copy($0) }
  }

  /// The smallest program of the seed that fails in the same way, and its mutant.
  static func shrunk(seed: UInt64, _ mutation: Mutation) -> String {
    for size in 0...Self.size {
      guard let subject = try? Subject(seed: seed, size: size), case .failure(let what) = subject.outcome(of: mutation)
      else { continue }
      var mutant = subject.program
      var random = SeededRandom(seed: seed ^ UInt64(bitPattern: Int64(mutation.name.utf8.reduce(0) { $0 &* 31 &+ Int($1) })))
      _ = mutation.apply(&mutant, &random)
      return "size \(size): \(what)\nbefore:\n\(subject.program.text)\nafter:\n\(mutant.text)"
    }
    return "it did not fail again"
  }
}
