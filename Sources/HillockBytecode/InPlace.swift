import HillockIR

/// Values that are written into the place of older ones: by the rules below their readers are done with them.
extension Program {
  /// The role that says where the register's memory is: that of the register it lies over, where it does.
  func memoryRole(of register: Int) -> Register.Role {
    guard case .over(let old) = registers[register].role else { return registers[register].role }
    return registers[old].role
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

  /// What stands against `register` lying over the carried value `current`.
  func carriedOverViolation(_ register: Int, _ current: Int) -> String? {
    guard let body = body(carrying: current, to: register) else { return "they are not the places of one carried value" }
    guard let writer = body.firstIndex(where: { $0.blocks.isEmpty && writes($0).contains(register) }) else {
      return "the loop's body does not write it by itself"
    }
    let touchesRows = (reads(body[writer]) + writes(body[writer])).contains { $0 != current && whole($0) == current }
    guard !touchesRows, isInPlace(body[writer], from: current, to: register) else { return "it is not written in place" }
    if body[(writer + 1)...].contains(where: { touches($0) { $0 == current } }) { return "the old value is read later" }
    return nil
  }

  private func body(carrying current: Int, to next: Int) -> [Instruction]? {
    for instruction in flattened where instruction.carries.contains(where: { $0.current == current && $0.next == next }) {
      return instruction.blocks.last
    }
    return nil
  }

  /// What stands against `register` lying over the Variable in a slot.
  func variableOverViolation(_ register: Int, _ slot: Int) -> String? {
    guard code.contains(.store(slot: slot, register: register)) else { return "it is not what the Variable becomes" }
    let others = registers.indices.filter { variableUnder($0) == slot }
    guard others == [register] else { return "more than one register lies over the Variable" }
    // A branch writes its results as well, but by instructions of its blocks; a call may fail while it writes.
    guard let writer = code.firstIndex(where: { writes($0).contains(register) }), code[writer].blocks.isEmpty,
      !code[writer].canFail
    else { return "no instruction that cannot fail writes it outside loops and branches" }
    let isOld = { (other: Int) in registers[other].role == .variable(slot) }
    for old in Set(reads(code[writer]).map(whole)).sorted() where isOld(old) && !isInPlace(code[writer], from: old, to: register)
    {
      return "it is not written in place of r\(old)"
    }
    for later in code[(writer + 1)...] {
      if later.canFail { return "something may fail when it is written" }
      if touches(later, isOld) { return "the old value is read later" }
    }
    return nil
  }

  /// The register of which another is a row, or itself.
  private func whole(_ register: Int) -> Int {
    guard case .row(let whole) = registers[register].role else { return register }
    return self.whole(whole)
  }

  /// Whether an instruction, or one in its blocks, reads such a register or a row of it.
  private func touches(_ instruction: Instruction, _ isMeant: (Int) -> Bool) -> Bool {
    if (reads(instruction) + holds(instruction)).contains(where: { isMeant(whole($0)) }) { return true }
    return instruction.blocks.contains { $0.contains { touches($0, isMeant) } }
  }

  /// Whether an instruction that reads `old` for the last time may write `new` over it, in the same buffer.
  func isInPlace(_ instruction: Instruction, from old: Int, to new: Int) -> Bool {
    switch instruction {
    case .scatter(_, let base, let indices, let updates): return old == base && old != indices && old != updates
    case .updateSlice(_, let base, let update, _, _): return old == base && old != update
    case .launch(let index): return isInPlace(kernels[index], from: old, to: new)
    case .matmul, .reduce, .gather, .concatenate, .loop, .whileLoop, .branch, .call, .store, .return: return false
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
  /// Whether a run may end here without its values: what has such an instruction after it changes no Variable. Loops are
  /// where a run looks whether it has been cancelled.
  package var canFail: Bool {
    switch self {
    case .launch, .matmul, .reduce, .gather, .scatter, .updateSlice, .concatenate, .store, .return: false
    case .loop, .whileLoop, .call: true
    case .branch(let branch): branch.blocks.contains { $0.contains(where: \.canFail) }
    }
  }
}
