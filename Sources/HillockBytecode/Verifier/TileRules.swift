import HillockIR

/// Tile code: what its instructions name, in what form, and in what order.
extension Rule {
  static let tileRules: [Rule] = [
    eachTileInstruction(
      "opcode-type",
      "A tile instruction exists at its dtype; an iota's axis is one of the index space's; random blocks are counted from a "
        + "number below 2⁴⁰ - 1."
    ) { _, kernel, instruction in
      if TileSignature(instruction) == nil { return "the opcode does not exist at \(instruction.dtype.name)" }
      if case .randomBits(let first) = instruction.opcode, !Operation.randomBlocks.contains(first) {
        return "there is no random block \(first)"
      }
      guard case .iota(let axis) = instruction.opcode, !kernel.shape.indices.contains(axis) else { return nil }
      return "there is no axis \(axis) in an index space of \(kernel.shape.count) axes"
    },
    eachTileInstruction(
      "slot-index",
      "A tile instruction names a destination and exactly the sources its opcode takes, each an operand or a tile."
    ) { _, kernel, instruction in
      guard let signature = TileSignature(instruction) else { return nil }
      let count = signature.sources.count
      guard [instruction.a, instruction.b, instruction.c].prefix(count) == instruction.sources[...] else {
        return "it takes \(count) sources, found \(instruction.sources.count)"
      }
      let slots = kernel.operands.count + kernel.tiles.count
      return ([instruction.destination] + instruction.sources).first { Int($0) >= slots }
        .map { "there is no slot \($0), the kernel has \(slots)" }
    },
    eachTileInstruction(
      "slot-kind",
      "Each slot lies as its opcode needs it: rows, whole and strided operands, scalars and reductions only where "
        + "they are taken; results go to tiles and written operands."
    ) { _, kernel, instruction in
      guard let signature = TileSignature(instruction) else { return nil }
      for (slot, source) in zip(instruction.sources, signature.sources)
      where !TileSignature.matches(slot, source.kind, in: kernel) {
        return "slot \(slot) is not \(source.kind.rawValue)"
      }
      return TileSignature.matches(instruction.destination, signature.destination.kind, in: kernel)
        ? nil : "the destination, slot \(instruction.destination), is not \(signature.destination.kind.rawValue)"
    },
    eachTileInstruction("slot-type", "Each slot has the dtype that the instruction reads or writes there.") {
      program, kernel, instruction in
      guard let signature = TileSignature(instruction) else { return nil }
      let expected = signature.sources.map(\.dtype) + [signature.destination.dtype]
      for (slot, dtype) in zip(instruction.sources + [instruction.destination], expected)
      where program.dtype(of: slot, in: kernel) != dtype {
        return "slot \(slot) is \(program.dtype(of: slot, in: kernel).name), expected \(dtype.name)"
      }
      return nil
    },
    eachTileInstruction(
      "slot-length",
      "Rows and the whole vector of a row product have one length; a random key has 2 words; an outer accumulation "
        + "is as wide as its rows, every other reduction has width 1."
    ) { _, kernel, instruction in
      func length(_ slot: UInt16) -> Int {
        switch kernel.operands[Int(slot)].access {
        case .rows(_, let length), .whole(_, let length), .reduction(let length): length
        case .contiguous, .scalar, .strided: 1
        }
      }
      let (given, expected): (Int, Int)
      switch instruction.opcode {
      case .randomBits: (given, expected) = (length(instruction.a), 2)
      case .rowDot: (given, expected) = (length(instruction.a), length(instruction.b))
      case .reduce, .dotAccumulate: (given, expected) = (length(instruction.destination), 1)
      case .outerAccumulate: (given, expected) = (length(instruction.destination), length(instruction.b))
      case .elementwise, .convert, .load, .iota: return nil
      }
      return given == expected ? nil : "the length is \(given), expected \(expected)"
    },
    eachTileInstruction("form", "An elementwise instruction has scalars only where there is a tile kernel for them.") {
      _, kernel, instruction in
      guard case .elementwise = instruction.opcode else { return nil }
      var mask = 0
      for (position, slot) in instruction.sources.enumerated() where kernel.isOperand(slot) {
        if case .scalar = kernel.operands[Int(slot)].access { mask |= 1 << position }
      }
      let arity = instruction.sources.count
      return TileForm.exists(arity: arity, mask: mask)
        ? nil : "there is no form of \(arity) sources with the scalars of mask \(mask); load one into a tile"
    },
    eachKernel("tile-undefined", "A tile or a written operand is read only after it was written.") { _, kernel in
      var written: Set<UInt16> = []
      for (line, instruction) in kernel.code.enumerated() {
        for slot in instruction.sources where !written.contains(slot) {
          if !kernel.isOperand(slot) || kernel.operands[Int(slot)].isWritten {
            return "line \(line): slot \(slot) is read before it is written"
          }
        }
        written.insert(instruction.destination)
      }
      return nil
    },
    eachKernel("operand-written", "A written operand is the destination of exactly one tile instruction.") { _, kernel in
      var writes = [Int](repeating: 0, count: kernel.operands.count)
      for instruction in kernel.code where kernel.isOperand(instruction.destination) {
        writes[Int(instruction.destination)] += 1
      }
      return kernel.operands.indices.first { kernel.operands[$0].isWritten && writes[$0] != 1 }
        .map { "p\($0) is the destination of \(writes[$0]) instructions" }
    },
  ]
}
