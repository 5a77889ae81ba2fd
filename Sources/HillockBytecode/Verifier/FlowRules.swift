import HillockIR

/// The order of reads and writes: each value is written once, before it is read, and stays until its last reader is done.
extension Rule {
  static let flowRules: [Rule] = [
    eachInstruction("write-to-input", .flow,
      "Instructions write temporaries and fresh registers only: arguments, Variables and constants are read only."
    ) { program, _, instruction in
      for register in program.writes(instruction) {
        switch program.registers[register].role {
        case .argument, .variable, .constant: return "r\(register) is written, and is read only"
        case .temporary, .fresh: break
        }
      }
      return nil
    },
    Rule("single-definition", .flow, "A register is written by at most one instruction.") { program in
      var defined: Set<Int> = []
      for (position, instruction) in program.code.enumerated() {
        for register in program.writes(instruction) where !defined.insert(register).inserted {
          return "instruction \(position): r\(register) is written again"
        }
      }
      return nil
    },
    Rule("read-before-write", .flow, "A temporary or fresh register is read only after an instruction wrote it.") { program in
      var defined: Set<Int> = []
      for (position, instruction) in program.code.enumerated() {
        for register in program.reads(instruction) where !defined.contains(register) {
          switch program.registers[register].role {
          case .argument, .variable, .constant: break
          case .temporary, .fresh: return "instruction \(position): r\(register) is read before it is written"
          }
        }
        defined.formUnion(program.writes(instruction))
      }
      return nil
    },
    Rule("early-reuse", .flow,
      "A buffer is overwritten only after the last reader of the value in it, or in place: by update or scatter on "
        + "its base, or by a kernel that reads the old value contiguously, at the same element size, and no later than "
        + "the elementwise instruction that overwrites it."
    ) { program in
      var lastRead = [Int](repeating: -1, count: program.registers.count)
      for (position, instruction) in program.code.enumerated() {
        for register in program.reads(instruction) { lastRead[register] = position }
      }
      var occupant = [Int?](repeating: nil, count: program.buffers.count)
      for (position, instruction) in program.code.enumerated() {
        for register in program.writes(instruction) {
          guard case .temporary(let buffer) = program.registers[register].role else { continue }
          defer { occupant[buffer] = register }
          guard let old = occupant[buffer], lastRead[old] >= position else { continue }
          if lastRead[old] == position, program.isInPlace(instruction, from: old, to: register) { continue }
          return "instruction \(position): r\(register) overwrites r\(old) in buffer \(buffer), which is still read"
        }
      }
      return nil
    },
    Rule("fresh-use", .flow, "A fresh register is returned or stored.") { program in
      var used: Set<Int> = []
      for instruction in program.code {
        switch instruction {
        case .store(_, let register): used.insert(register)
        case .return(let registers): used.formUnion(registers)
        default: break
        }
      }
      return program.registers.indices.first { program.registers[$0].role == .fresh && !used.contains($0) }
        .map { "r\($0) is neither returned nor stored" }
    },
  ]
}

extension Program {
  /// Whether an instruction that reads `old` for the last time may write `new` over it, in the same buffer.
  fileprivate func isInPlace(_ instruction: Instruction, from old: Int, to new: Int) -> Bool {
    switch instruction {
    case .scatter(_, let base, let indices, let updates): return old == base && old != indices && old != updates
    case .updateSlice(_, let base, let update, _, _): return old == base && old != update
    case .launch(let index): return isInPlace(kernels[index], from: old, to: new)
    case .matmul, .reduce, .gather, .concatenate, .store, .return: return false
    }
  }

  private func isInPlace(_ kernel: Kernel, from old: Int, to new: Int) -> Bool {
    guard registers[old].type.dtype.size == registers[new].type.dtype.size else { return false }
    var oldSlots: Set<UInt16> = []
    var newSlot: UInt16?
    for (slot, operand) in kernel.operands.enumerated() {
      if operand.register == new, operand.isWritten {
        guard operand.access == .contiguous(offset: 0) else { return false }
        newSlot = UInt16(slot)
      } else if operand.register == old {
        guard operand.access == .contiguous(offset: 0) else { return false }
        oldSlots.insert(UInt16(slot))
      }
    }
    guard let write = kernel.code.firstIndex(where: { $0.destination == newSlot }) else { return false }
    if !oldSlots.isDisjoint(with: kernel.code[write].sources) {
      // Tile kernels may be given a destination that is exactly a source; other loops may not.
      guard case .elementwise = kernel.code[write].opcode else { return false }
    }
    return kernel.code[(write + 1)...].allSatisfy { oldSlots.isDisjoint(with: $0.sources) }
  }
}
