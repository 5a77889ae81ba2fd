import Foundation
import HillockIR
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Random programs node by node, interpreted and compiled, compared bit for bit.
///
/// `HILLOCK_DIFFERENTIAL` sets how many programs are tried (300 by default), `HILLOCK_DIFFERENTIAL_SEED` the first seed. A
/// failing program is shrunk and printed with its seed.
@Suite struct DifferentialTests {
  @Test func everyWayToRunARandomProgramGivesTheSameBits() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["HILLOCK_DIFFERENTIAL"].flatMap(Int.init) ?? 300
    let first = environment["HILLOCK_DIFFERENTIAL_SEED"].flatMap(UInt64.init) ?? 1
    var run = 0, failed = 0, loops = 0
    for seed in first..<first + UInt64(count) {
      guard let program = try? RandomProgram(seed: seed, size: 24) else { continue }
      run += 1
      if program.graph.nodes.contains(where: { $0.operation.hasElements }) { loops += 1 }
      let difference = Differential.difference(program, seed: seed)
      if difference == nil { continue }
      failed += 1
      Issue.record("seed \(seed): \(Differential.shrunk(seed: seed))")
      if failed >= 10 { break }
    }
    print("\(run) random programs from seed \(first), \(loops) of them with loops or branches: \(failed) differ")
    #expect(run > count * 9 / 10, "the generator gives up too often: \(run) of \(count)")
    #expect(loops > count / 4, "too few programs have control flow: \(loops) of \(count)")
  }
}

enum Differential {
  /// Eager, interpreted with 1, 2 and 7 workers at one of the levels, native at every level with one of those numbers; and
  /// strictly, interpreted or native in turn.
  static func modes(_ seed: UInt64) -> [Mode] {
    let levels = InstructionSet.allCases.filter(\.isSupported), workers = [1, 2, 7]
    let engines = Mode.Engine.available
    var modes = [Mode(.eager, workers: 1, isa: .best)]
    for count in workers { modes.append(Mode(.interpreter, workers: count, isa: levels[Int(seed % UInt64(levels.count))])) }
    if engines.contains(.native) {
      for (position, isa) in levels.enumerated() {
        modes.append(Mode(.native, workers: workers[(Int(seed / 3 % 3) + position) % 3], isa: isa))
      }
    }
    let strict: Mode.Engine = engines.contains(.native) && seed % 2 == 0 ? .native : .interpreter
    modes.append(Mode(strict, workers: workers[Int(seed % 3)], isa: .best, barrier: .strict))
    return modes
  }

  /// nil where all agree, else what differs; an error where one fails.
  static func difference(_ program: RandomProgram, seed: UInt64) -> String? {
    let names = program.graph.variables.map(\.name)
    var test = ConformanceCase(name: "seed \(seed)", place: "", program: program.graph.text)
    test.arguments = program.arguments
    test.variables = Dictionary(uniqueKeysWithValues: zip(names, program.variables))
    do {
      let prepared = try PreparedCase(test)
      var reference: (mode: Mode, outputs: Outputs)?
      for mode in modes(seed) {
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
      return prepared.roundTripFailures().first
    } catch {
      return "\(error)"
    }
  }

  /// The smallest failing program that fewer choices and fewer roots give, as text.
  static func shrunk(seed: UInt64) -> String {
    var smallest: RandomProgram?
    for size in 0...24 {
      guard let program = try? RandomProgram(seed: seed, size: size), difference(program, seed: seed) != nil else { continue }
      smallest = program
      break
    }
    guard var program = smallest else { return "it did not fail again" }
    var roots = Array(0..<program.rootCount)
    let whole = program
    for root in roots where roots.count > 1 {
      let fewer = roots.filter { $0 != root }
      if difference(whole.keeping(fewer), seed: seed) != nil { roots = fewer }
    }
    let minimal = whole.keeping(roots)
    if difference(minimal, seed: seed) != nil { program = minimal }
    return "\(difference(program, seed: seed) ?? "")\n\(program.graph.text)"
  }
}
