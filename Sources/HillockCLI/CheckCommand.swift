import ArgumentParser
import HillockBytecode
import HillockIR

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks programs against every rule of the verifier and the barrier, and says what was checked.")

  @Argument(help: "Graphs (text) or bytecode (text or binary).")
  var files: [String]

  @Flag(name: .shortAndLong, help: "Show each rule.")
  var verbose = false

  func run() throws {
    var broken = 0
    for file in files {
      do throws(HillockError) {
        if !check(try ProgramFile(file)) { broken += 1 }
      } catch {
        print("\(error)")
        broken += 1
      }
    }
    if broken > 0 { throw ExitCode.failure }
  }

  /// Rules build on the ones before them, so the first that is broken ends the check.
  private func check(_ loaded: ProgramFile) -> Bool {
    let program = loaded.program
    var kept: [Rule] = []
    for rule in Rule.all {
      if let violation = rule.violation(program) {
        print("\(OneLine.name(loaded.path)): breaks rule \(rule.id): \(OneLine.message(violation))")
        print("  the rule: \(rule.statement)")
        print(
          "  \(kept.count) rules before it are kept; the \(Rule.all.count - kept.count - 1) after it rely on it and were not checked"
        )
        return false
      }
      if verbose { print("  kept  \(rule.id): \(rule.statement)") }
      kept.append(rule)
    }
    let groups = Rule.Group.allCases.map { group in "\(kept.count { $0.group == group }) \(group.rawValue)" }.joined(
      separator: ", ")
    print("\(OneLine.name(loaded.path)): well formed: \(kept.count) rules kept (\(groups))")
    print(
      "  \(loaded.graph == nil ? "bytecode" : "graph, lowered to bytecode"): \(program.arguments.count) arguments, "
        + "\(program.variables.count) Variables, \(program.kernels.count) kernels, \(program.code.count) instructions")
    let stored = program.code.compactMap { instruction -> String? in
      if case .store(let slot, _) = instruction { OneLine.name(program.variables[slot].name) } else { nil }
    }
    print("  writes \(stored.isEmpty ? "no Variable" : "Variable " + stored.joined(separator: ", "))")
    return true
  }
}
