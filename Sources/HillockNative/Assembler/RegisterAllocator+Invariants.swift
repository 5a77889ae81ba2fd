#if Native && arch(x86_64)
  import CZydis

  /// Constants, scalars and cells: as operands, and on the way between the registers and the frame.
  extension RegisterAllocator {
    /// Whether the operand is an invariant that has no register.
    func isInMemory(_ operand: MachineOperand) -> Bool {
      if case .invariant(let index) = operand { return frame.pinned[index] == nil }
      return false
    }

    func takesFromMemory(_ instruction: MachineInstruction, _ index: Int) -> Bool {
      guard instruction.takesMemory else { return false }
      if cell(ofInvariant: index) != nil { return true }
      if frame.level == .avx512 { return instruction.elementBytes == frame.invariants[index].bytes }
      // AVX2 has no broadcasting operands: only constants, of which the table holds whole vectors.
      return frame.constantOffsets[index] != nil
    }

    mutating func invariantMemory(
      _ index: Int, _ instruction: MachineInstruction, broadcast: inout Int
    ) -> hk_asm_operand {
      let element = frame.invariants[index].bytes
      if let cell = cell(ofInvariant: index) {
        return memory(MachineAddress(base: .cell(cell)), bytes: instruction.sourceBytes)
      }
      let isRepeated = frame.level == .avx512 && !frame.invariants[index].isWholeVector
      if isRepeated { broadcast = instruction.sourceBytes / element }
      return invariantAddress(index, bytes: isRepeated ? element : instruction.sourceBytes)
    }

    mutating func invariantAddress(_ index: Int, bytes: Int) -> hk_asm_operand {
      if case .scalar(let stream, let offset, _) = frame.invariants[index] {
        return memory(MachineAddress(base: .stream(stream), displacement: offset), bytes: bytes)
      }
      return .memory(LoopFrame.constants, displacement: frame.constantOffsets[index] ?? 0, bytes: bytes)
    }

    /// Every lane of a register ← the invariant.
    mutating func loadInvariant(_ index: Int, into home: Int) {
      if cell(ofInvariant: index) != nil { return moveCell(index, home, isLoad: true) }
      broadcastInvariant(index, into: home)
    }

    mutating func broadcastInvariant(_ index: Int, into home: Int) {
      let element = frame.invariants[index].bytes, whole = frame.level.registerBytes
      if frame.invariants[index].isWholeVector {
        return append(ZYDIS_MNEMONIC_VMOVUPS, [vector(home, bytes: whole), invariantAddress(index, bytes: whole)], nil)
      }
      append(
        element == 4 ? ZYDIS_MNEMONIC_VBROADCASTSS : ZYDIS_MNEMONIC_VBROADCASTSD,
        [vector(home, bytes: frame.level.registerBytes), invariantAddress(index, bytes: element)], nil)
    }

    /// The cell that holds the invariant as a whole vector.
    func cell(ofInvariant index: Int) -> Int? {
      if case .cell(let cell, _) = frame.invariants[index] { return cell }
      return frame.scalarCells[index]
    }

    /// Puts a scalar that has a cell there; before anything is in registers that the body allocates.
    mutating func keepScalar(_ index: Int) {
      guard frame.scalarCells[index] != nil else { return }
      broadcastInvariant(index, into: 0)
      moveCell(index, 0, isLoad: false)
    }

    /// The place of a cell.
    mutating func cell(_ index: Int, bytes: Int) -> hk_asm_operand {
      if let home = frame.pinned[index] { return vector(home, bytes: bytes) }
      guard case .cell(let cell, _) = frame.invariants[index] else { return .immediate(0) }
      return memory(MachineAddress(base: .cell(cell)), bytes: bytes)
    }

    /// Between a register and the cell's place in the frame.
    mutating func moveCell(_ index: Int, _ home: Int, isLoad: Bool) {
      guard let cell = cell(ofInvariant: index) else { return }
      let register = vector(home, bytes: frame.level.registerBytes)
      let place = memory(MachineAddress(base: .cell(cell)), bytes: frame.level.registerBytes)
      append(ZYDIS_MNEMONIC_VMOVUPS, isLoad ? [register, place] : [place, register], nil)
    }
  }
#endif
