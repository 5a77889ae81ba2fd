import HillockBytecode
import HillockIR
import HillockRuntime

/// What came of a case: nothing but its name where it passed.
package struct CaseOutcome: Sendable {
  package var name: String
  package var place: String
  package var failures: [String]
  package var seconds: Double

  package init(name: String, place: String, failures: [String], seconds: Double) {
    self.name = name
    self.place = place
    self.failures = failures
    self.seconds = seconds
  }

  package var passed: Bool { failures.isEmpty }
}

/// Runs a case in every mode, compares the modes with each other bit for bit, and the first of them with the expectation.
package struct CaseRunner: Sendable {
  package var modes: [Mode]

  package init(modes: [Mode]) { self.modes = modes }

  package func run(_ test: ConformanceCase) -> CaseOutcome {
    var failures: [String] = []
    let time = ContinuousClock().measure { failures = self.failures(of: test) }
    return CaseOutcome(name: test.name, place: test.place, failures: failures, seconds: time / .seconds(1))
  }

  private func failures(of test: ConformanceCase) -> [String] {
    do {
      let prepared = try PreparedCase(test)
      let outputs = try runAll(prepared)
      guard let reference = outputs.first else { return ["none of the chosen modes can run this case"] }
      if let expected = test.error { return ["expected \(expected.description), but the program ran"] }
      var failures = prepared.roundTripFailures()
      failures += prepared.mismatches(reference.outputs, mode: reference.mode)
      for other in outputs.dropFirst() {
        failures += prepared.differences(other.outputs, mode: other.mode, from: reference.outputs, mode: reference.mode)
      }
      return failures
    } catch {
      guard let expected = test.error else { return ["\(error)"] }
      return expected.matches(error) ? [] : ["expected \(expected.description), got \(error)"]
    }
  }

  private func runAll(_ prepared: PreparedCase) throws(HillockError) -> [(mode: Mode, outputs: Outputs)] {
    var result: [(mode: Mode, outputs: Outputs)] = []
    for mode in modes where prepared.graph != nil || mode.runsBytecode {
      do {
        result.append((mode, try prepared.run(mode)))
      } catch {
        throw HillockError(error.code, "\(mode): \(error.message)", rule: error.rule, location: error.location)
      }
    }
    return result
  }
}

/// A case whose program has been read, lowered and verified, and whose inputs fit it.
struct PreparedCase {
  let test: ConformanceCase
  /// nil where the case gives bytecode.
  let graph: Graph?
  let verified: VerifiedProgram
  let variables: [ConstantData]

  init(_ test: ConformanceCase) throws(HillockError) {
    self.test = test
    let slots: [VariableSlot], arguments: [ArrayType], program: Program
    if Program.isText(test.program) {
      guard test.transformations.isEmpty else {
        throw HillockError(.argument, "the case gives bytecode; a graph can be transformed")
      }
      graph = nil
      program = try Program(parsing: test.program)
    } else {
      var graph = try Graph(parsing: test.program)
      for transformation in test.transformations { graph = try transformation.applied(to: graph) }
      self.graph = graph
      let optimised = Passes.run(graph) { node, operands in try? EagerRun.evaluate(node, operands) }
      program = try Lowering.lower(optimised)
    }
    verified = try VerifiedProgram(program)
    slots = program.variables
    arguments = program.arguments
    guard test.arguments.map(\.type) == arguments else {
      throw HillockError(.argument, "the program takes \(arguments), the case gives \(test.arguments.map(\.type))")
    }
    var initial: [ConstantData] = []
    for slot in slots {
      guard let value = test.variables[slot.name], value.type == slot.type else {
        let given = test.variables[slot.name].map { "\($0.type)" } ?? "nothing"
        throw HillockError(.argument, "Variable \(slot.name) is \(slot.type), the case gives \(given)")
      }
      initial.append(value)
    }
    variables = initial
    for name in Set(test.variables.keys).union(test.stored.keys).sorted() where !slots.contains(where: { $0.name == name }) {
      throw HillockError(.argument, "the program has no Variable \(name)")
    }
  }

  /// With one worker the Variables' values are somebody else's as well, with more they may be written in place.
  func run(_ mode: Mode) throws(HillockError) -> Outputs {
    if mode.engine == .eager, let graph {
      return try EagerRun.run(graph, arguments: test.arguments, variables: variables, options: mode.options)
    }
    return try ProgramRun.run(
      verified, arguments: test.arguments, variables: variables, options: mode.options, keepsValues: mode.workers == 1)
  }

  // MARK: Comparisons

  /// Where the outputs miss the expectation. A Variable that no `stored` line names is expected to keep its value.
  func mismatches(_ outputs: Outputs, mode: Mode) -> [String] {
    var failures: [String] = []
    if outputs.results.count != test.results.count {
      failures.append("\(mode): the program has \(outputs.results.count) results, the case expects \(test.results.count)")
    }
    for (index, (value, expected)) in zip(outputs.results, test.results).enumerated() {
      if let difference = Comparison.difference(value, from: expected.value, expected.tolerance) {
        failures.append("\(mode): result \(index): \(difference)")
      }
    }
    for (slot, variable) in verified.program.variables.enumerated() {
      let value = outputs.stored[slot] ?? variables[slot]
      let expected = test.stored[variable.name] ?? Expectation(value: variables[slot], tolerance: .exact)
      if let difference = Comparison.difference(value, from: expected.value, expected.tolerance) {
        failures.append("\(mode): Variable \(variable.name): \(difference)")
      }
    }
    return failures
  }

  /// Where two modes disagree; any bit counts.
  func differences(_ outputs: Outputs, mode: Mode, from reference: Outputs, mode other: Mode) -> [String] {
    guard outputs != reference else { return [] }
    let comparison = "\(mode) (against \(other))"
    guard outputs.results.count == reference.results.count, outputs.stored.keys == reference.stored.keys else {
      return ["\(comparison): other results or other Variables are written"]
    }
    var failures: [String] = []
    if outputs.calls != reference.calls {
      failures.append(
        "\(comparison): \(outputs.calls.count) calls of host functions, \(reference.calls.count) before, or with other operands")
    }
    for (index, (value, expected)) in zip(outputs.results, reference.results).enumerated() {
      if let difference = Comparison.difference(value, from: expected, .exact) {
        failures.append("\(comparison): result \(index): \(difference)")
      }
    }
    for (slot, value) in outputs.stored.sorted(by: { $0.key < $1.key }) {
      guard let expected = reference.stored[slot] else { continue }
      if let difference = Comparison.difference(value, from: expected, .exact) {
        failures.append("\(comparison): Variable \(verified.program.variables[slot].name): \(difference)")
      }
    }
    return failures
  }

  /// The text and binary forms must lose nothing.
  func roundTripFailures() -> [String] {
    var failures: [String] = []
    if let graph, (try? Graph(parsing: graph.text)) != graph { failures.append("the graph's text form reads back otherwise") }
    let program = verified.program
    if (try? Program(parsing: program.text)) != program { failures.append("the bytecode's text form reads back otherwise") }
    if (try? Program(decoding: program.encoded())) != program {
      failures.append("the bytecode's binary form reads back otherwise")
    }
    return failures
  }
}
