import HillockIR

/// Lets new values lie over the old ones they replace, wherever the verifier's rules allow it: those of Variables, and those
/// that loops carry.
enum InPlacePlanner {
  /// For a program whose code is complete and whose temporaries have no buffers yet.
  static func plan(_ program: inout Program) {
    for carry in program.flattened.flatMap(\.carries) where program.carriedOverViolation(carry.next, carry.current) == nil {
      program.registers[carry.next].role = .over(carry.current)
    }
    for instruction in program.code {
      guard case .store(let slot, let register) = instruction, program.registers[register].role == .fresh else { continue }
      let old = program.registers.firstIndex { $0.role == .variable(slot) }
      // A Variable that is only written has no register yet.
      program.registers[register].role = .over(old ?? program.registers.count)
      if old == nil { program.registers.append(Register(type: program.variables[slot].type, role: .variable(slot))) }
      guard program.variableOverViolation(register, slot) != nil else { continue }
      program.registers[register].role = .fresh
      if old == nil { program.registers.removeLast() }
    }
  }
}
