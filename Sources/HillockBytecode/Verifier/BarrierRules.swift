import HillockIR

/// The static rules of the write barrier. With `write-to-input` they make a run's effects on Variables exactly its stores.
extension Rule {
  /// A rule about each register that lies over another.
  private static func eachOver(
    _ id: String, _ statement: String, _ check: @escaping @Sendable (InPlaceRules, Program, Int, Int) -> String?
  ) -> Rule {
    Rule(id, .barrier, statement) { program in
      let rules = InPlaceRules(program)
      for (index, register) in program.registers.enumerated() {
        guard case .over(let old) = register.role else { continue }
        if let violation = check(rules, program, index, old) { return "r\(index) over r\(old): \(violation)" }
      }
      return nil
    }
  }

  static let barrierRules: [Rule] = [
    eachInstruction("store-type", .barrier, "A stored register has exactly the Variable's dtype and shape.") {
      program, _, instruction in
      guard case .store(let slot, let register) = instruction else { return nil }
      let (variable, given) = (program.variables[slot], program.registers[register].type)
      return given == variable.type ? nil : "Variable \(variable.name) has type \(variable.type), r\(register) has \(given)"
    },
    Rule("store-once", .barrier, "A Variable is stored at most once.") { program in
      var stored: Set<Int> = []
      for (position, instruction) in program.code.enumerated() {
        guard case .store(let slot, _) = instruction, !stored.insert(slot).inserted else { continue }
        return "instruction \(position): Variable \(program.variables[slot].name) is stored again"
      }
      return nil
    },
    Rule("store-fresh", .barrier, "A stored register is fresh, or lies over its Variable, and is stored in one Variable only.") {
      program in
      var stored: Set<Int> = []
      for (position, instruction) in program.code.enumerated() {
        guard case .store(let slot, let register) = instruction else { continue }
        guard program.registers[register].role == .fresh || program.variableUnder(register) == slot else {
          return "instruction \(position): r\(register) is not fresh"
        }
        guard stored.insert(register).inserted else { return "instruction \(position): r\(register) is stored twice" }
      }
      return nil
    },
    Rule(
      "result-aliases", .barrier,
      "Results are fresh, distinct and not stored: none shares memory with a Variable, an argument or another result."
    ) { program in
      var taken: Set<Int> = []
      for instruction in program.code {
        guard case .store(_, let register) = instruction else { continue }
        taken.insert(register)
      }
      guard case .return(let results) = program.code.last else { return nil }
      for register in results {
        guard program.registers[register].role == .fresh else { return "result r\(register) is not fresh" }
        guard taken.insert(register).inserted else { return "result r\(register) is stored or returned twice" }
      }
      return nil
    },
    Rule(
      "stale-read", .barrier,
      "Every read of a Variable sees the latest write: after a store no instruction reads a register of that Variable."
    ) { program in
      var stored: Set<Int> = []
      for (position, instruction) in program.code.enumerated() {
        for register in program.reads(instruction) {
          guard case .variable(let slot) = program.registers[register].role, stored.contains(slot) else { continue }
          return "instruction \(position): r\(register) is Variable \(program.variables[slot].name) before its store"
        }
        if case .store(let slot, _) = instruction { stored.insert(slot) }
      }
      return nil
    },
    eachOver(
      "carried-in-place",
      "Registers lie over a carried value only if its body writes them by itself, one after the other and the next value last, each "
        + "as the last reader of the one before, in place as under `early-reuse`; no other carried value becomes one of them but the last."
    ) { rules, program, register, old in
      guard case .variable = program.registers[old].role else { return rules.carriedViolation(register, over: old, program) }
      return nil
    },
    eachOver(
      "variable-in-place",
      "A register lies over a Variable only if it alone is its new value, an instruction outside loops and branches writes it "
        + "as the last reader of the old value, in place as under `early-reuse`, and nothing after that can fail."
    ) { rules, program, register, old in
      guard case .variable(let slot) = program.registers[old].role else { return nil }
      return rules.variableViolation(register, over: slot, program)
    },
  ]
}
