import HillockIR

/// Values that are written into the place of older ones: by the rules of ``InPlaceRules`` their readers are done with them.
extension Program {
  /// The role that says where the register's memory is: that of the register it lies over, where it does.
  func memoryRole(of register: Int) -> Register.Role {
    guard case .over(let old) = registers[register].role else { return registers[register].role }
    return registers[old].role
  }

  /// Whether the register lies over another.
  func isOver(_ register: Int) -> Bool {
    if case .over = registers[register].role { true } else { false }
  }

  /// The Variable in whose memory the register lies where the run may write there.
  package func variableUnder(_ register: Int) -> Int? {
    guard case .over(let old) = registers[register].role, case .variable(let slot) = registers[old].role else { return nil }
    return slot
  }

  /// The first instruction of a block that may write in the place of a Variable's value. The verifier allows it outside loops
  /// and branches only.
  package func firstInPlaceWriter(in code: [Instruction]) -> Int? {
    code.firstIndex { writes($0).contains { variableUnder($0) != nil } }
  }

  /// The register of which another is a row, or itself.
  func whole(_ register: Int) -> Int {
    guard case .row(let whole) = registers[register].role else { return register }
    return self.whole(whole)
  }

  /// Whether an instruction that reads `old` for the last time may write `new` over it, in the same buffer.
  func isInPlace(_ instruction: Instruction, from old: Int, to new: Int) -> Bool {
    switch instruction {
    case .array(_, _, let destinations, _): return destinations.first == new && instruction.overwritten == old
    case .launch(let index): return isInPlace(kernels[index], from: old, to: new)
    case .loop, .whileLoop, .branch, .call, .store, .return: return false
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

extension Instruction {
  /// The register whose place the first destination of an array op may take: nothing else of the instruction reads it.
  var overwritten: Int? {
    guard case .array(let op, _, _, let sources) = self, let position = op.row.overwrites, sources.indices.contains(position),
      sources.count(where: { $0 == sources[position] }) == 1
    else { return nil }
    return sources[position]
  }

  /// Whether a run may end here without its values: what has such an instruction after it changes no Variable. Loops are
  /// where a run looks whether it has been cancelled.
  package var canFail: Bool {
    switch self {
    case .launch, .array, .store, .return: false
    case .loop, .whileLoop, .call: true
    case .branch(let branch): branch.blocks.contains { $0.contains(where: \.canFail) }
    }
  }
}
