import HillockIR

/// Lets new values lie over the old ones they replace, wherever the verifier's rules allow it: those of Variables, and those
/// that loops carry.
enum InPlacePlanner {
  /// For a program whose code is complete and whose temporaries have no buffers yet.
  static func plan(_ program: inout Program) {
    var rules = InPlaceRules(program)
    for carry in program.flattened.flatMap(\.carries) {
      for registers in [rules.succession(carry, program), [carry.next]] {
        // Two carried values may become the same.
        if registers.contains(where: { program.isOver($0) }) { continue }
        rules.note(registers, over: carry.current)
        if registers.allSatisfy({ rules.carriedViolation($0, over: carry.current, program) == nil }) {
          for register in registers { program.registers[register].role = .over(carry.current) }
          break
        }
        rules.note([], over: carry.current)
      }
    }
    var registerOf: [Int: Int] = [:]
    for (index, register) in program.registers.enumerated() {
      if case .variable(let slot) = register.role, registerOf[slot] == nil { registerOf[slot] = index }
    }
    for instruction in program.code {
      guard case .store(let slot, let register) = instruction, program.registers[register].role == .fresh else { continue }
      let old = registerOf[slot]
      // A Variable that is only written has no register yet.
      program.registers[register].role = .over(old ?? program.registers.count)
      if old == nil { program.registers.append(Register(type: program.variables[slot].type, role: .variable(slot))) }
      rules.note(over: slot, 1)
      guard rules.variableViolation(register, over: slot, program) != nil else {
        registerOf[slot] = old ?? program.registers.count - 1
        continue
      }
      rules.note(over: slot, -1)
      program.registers[register].role = .fresh
      if old == nil { program.registers.removeLast() }
    }
  }
}
