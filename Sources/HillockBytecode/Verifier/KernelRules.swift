import HillockIR

/// Kernels as launches see them: limits, operands, and the elements they reach.
extension Rule {
  static let kernelRules: [Rule] = [
    eachKernel(
      "kernel-limits",
      "A tile is a power of two from \(Kernel.minimumTile) to \(Kernel.chunk) positions; operands and tiles are at "
        + "most \(Kernel.maximumSlots)."
    ) { _, kernel in
      guard kernel.tile >= Kernel.minimumTile, kernel.tile <= Kernel.chunk, kernel.tile & (kernel.tile - 1) == 0 else {
        return "its tile is \(kernel.tile) positions"
      }
      let slots = kernel.operands.count + kernel.tiles.count
      return slots > Kernel.maximumSlots ? "it has \(slots) operands and tiles" : nil
    },
    eachOperand(
      "operand-access",
      "A written operand is contiguous or a reduction and nothing else is a reduction; strides are one for each "
        + "axis; rows run over an index space of one axis."
    ) { _, kernel, operand in
      switch operand.access {
      case .contiguous: return nil
      case .reduction: return operand.isWritten ? nil : "a reduction cannot be read"
      case .scalar, .whole: return operand.isWritten ? "it cannot be written" : nil
      case .strided(_, let strides):
        if operand.isWritten { return "it cannot be written" }
        return strides.count == kernel.shape.count
          ? nil : "\(strides.count) strides do not fit an index space of \(kernel.shape.count) axes"
      case .rows:
        if operand.isWritten { return "it cannot be written" }
        return kernel.shape.count == 1 ? nil : "rows do not fit an index space of \(kernel.shape.count) axes"
      }
    },
    eachKernel(
      "tile-overlap",
      "What parallel tiles write is disjoint: a written operand is its whole register from offset 0, or a reduction "
        + "as wide as its register, and no two written operands share a register or a buffer."
    ) { program, kernel in
      var registers: Set<Int> = [], buffers: Set<Int> = []
      for (index, operand) in kernel.operands.enumerated() where operand.isWritten {
        let register = program.registers[operand.register]
        switch operand.access {
        case .contiguous(let offset) where offset != 0 || register.type.count != kernel.count:
          return
            "p\(index) writes \(kernel.count) elements from \(offset) of r\(operand.register), which has \(register.type.count)"
        case .reduction(let width) where width != register.type.count:
          return "p\(index) reduces to \(width) elements, r\(operand.register) has \(register.type.count)"
        default: break
        }
        guard registers.insert(operand.register).inserted else { return "r\(operand.register) is written by two operands" }
        if case .temporary(let buffer) = program.memoryRole(of: operand.register), !buffers.insert(buffer).inserted {
          return "buffer \(buffer) is written by two operands"
        }
      }
      return nil
    },
    eachOperand(
      "access-bounds",
      "Every element that a position of the index space reads lies in the register; offsets lie in it or at its end, "
        + "strides are at most 2^40."
    ) { program, kernel, operand in
      if operand.isWritten { return nil }
      let available = program.registers[operand.register].type.count
      guard let last = lastElement(operand.access, kernel) else {
        return "its offset, length or strides are beyond the limits"
      }
      return last <= available ? nil : "it reaches \(last) elements of r\(operand.register), which has \(available)"
    },
    eachKernel("kernel-memory", "A kernel's accumulators, and its partials, are at most 2^43 bytes.") { program, kernel in
      var accumulators = 0, partials = 0
      for operand in kernel.operands {
        guard case .reduction(let width) = operand.access else { continue }
        let size = program.registers[operand.register].type.dtype.size
        guard let partial = checkedProduct(Swift.max(kernel.chunkCount, 1), width * size) else {
          return "its partials are too large"
        }
        // Each term is checked before it is added: neither sum comes near overflow.
        accumulators += Swift.max(Kernel.lanes, Kernel.rowLanes * width) * size
        guard accumulators <= maximumBytes, partial <= maximumBytes - partials else {
          return "a reduction to \(width) elements over \(kernel.count) positions is too large"
        }
        partials += partial
      }
      return nil
    },
  ]

  /// The number of elements from the register's start up to the last one read, its offset at least; nil where an element
  /// before the register is read or a number is beyond the limits. Checked types keep every count below 2^40.
  private static func lastElement(_ access: Access, _ kernel: Kernel) -> Int? {
    let limit = 0...Shape.maximumCount
    switch access {
    case .contiguous(let offset):
      guard limit.contains(offset) else { return nil }
      return offset + kernel.count
    case .scalar(let offset):
      guard limit.contains(offset) else { return nil }
      return kernel.count == 0 ? offset : offset + 1
    case .strided(let offset, let strides):
      guard limit.contains(offset), strides.allSatisfy({ limit.contains($0) || limit.contains(0 &- $0) }) else { return nil }
      if kernel.count == 0 { return offset }
      var first = offset, last = offset
      for (extent, stride) in zip(kernel.shape, strides) {
        guard let reach = checkedProduct(extent - 1, stride), let sum = checkedSum(stride < 0 ? first : last, reach) else {
          return nil
        }
        if stride < 0 { first = sum } else { last = sum }
      }
      return first < 0 || last >= Shape.maximumCount ? nil : last + 1
    case .rows(let offset, let length):
      guard limit.contains(offset), limit.contains(length), let elements = checkedProduct(kernel.count, length) else {
        return nil
      }
      return checkedSum(offset, elements)
    case .whole(let offset, let length):
      guard limit.contains(offset), limit.contains(length) else { return nil }
      return offset + length
    case .reduction(let width):
      return width
    }
  }
}
