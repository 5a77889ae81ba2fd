import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break kernels and their operands.
extension Mutation {
  static let kernels: [Mutation] = [
    Mutation("overlapping tiles", .refused) { program, random in
      let known = program.operands { _, operand in
        if case .contiguous = operand.access { return operand.isWritten }
        return false
      }
      guard let (kernel, operand) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].operands[operand].access = .contiguous(offset: Int.random(in: 1...64, using: &random))
      return true
    },
    Mutation("two operands write one register", .refused) { program, random in
      let known = program.kernels.indices.filter { program.kernels[$0].operands.count(where: \.isWritten) > 1 }
      guard let kernel = known.randomElement(using: &random) else { return false }
      let written = program.kernels[kernel].operands.indices.filter { program.kernels[kernel].operands[$0].isWritten }
      program.kernels[kernel].operands[written[1]].register = program.kernels[kernel].operands[written[0]].register
      return true
    },
    Mutation("two operands write one buffer", .refused) { program, random in
      let known = program.kernels.indices.filter { index in
        program.kernels[index].operands.count { $0.isWritten && program.isTemporary($0.register) } > 1
      }
      guard let kernel = known.randomElement(using: &random) else { return false }
      let written = program.kernels[kernel].operands.filter { $0.isWritten && program.isTemporary($0.register) }
      guard case .temporary(let buffer) = program.registers[written[0].register].role else { return false }
      program.registers[written[1].register].role = .temporary(buffer: buffer)
      program.buffers[buffer] = max(program.buffers[buffer], program.registers[written[1].register].type.byteCount)
      return true
    },
    Mutation("write to an input", .refused) { program, random in
      guard let (kernel, operand) = program.operands({ _, operand in operand.isWritten }).randomElement(using: &random) else {
        return false
      }
      let type = program.registers[program.kernels[kernel].operands[operand].register].type
      let input: Int
      if Bool.random(using: &random) {
        program.arguments.append(type)
        input = program.addRegister(type, .argument(program.arguments.count - 1))
      } else {
        program.variables.append(VariableSlot(name: "w", type: type))
        input = program.addRegister(type, .variable(program.variables.count - 1))
      }
      program.kernels[kernel].operands[operand].register = input
      return true
    },
    Mutation("out of range access", .refused) { program, random in
      let known = program.operands { kernel, operand in
        if case .contiguous = operand.access { return !operand.isWritten && kernel.count > 0 }
        if case .whole(_, let length) = operand.access { return length > 0 }
        return false
      }
      guard let (kernel, operand) = known.randomElement(using: &random) else { return false }
      let count = program.registers[program.kernels[kernel].operands[operand].register].type.count
      let access = program.kernels[kernel].operands[operand].access
      program.kernels[kernel].operands[operand].access = access.moved(by: Bool.random(using: &random) ? count : -count - 1)
      return true
    },
    Mutation("moved access", .refusedOrSafe) { program, random in
      guard let (kernel, operand) = program.operands({ _, operand in !operand.isWritten }).randomElement(using: &random) else {
        return false
      }
      let access = program.kernels[kernel].operands[operand].access
      program.kernels[kernel].operands[operand].access = access.moved(by: [-1, 1, 64].randomElement(using: &random)!)
      return true
    },
    Mutation("wrong strides", .refusedOrSafe) { program, random in
      let known = program.operands { _, operand in
        if case .strided(_, let strides) = operand.access { return !strides.isEmpty }
        return false
      }
      guard let (kernel, operand) = known.randomElement(using: &random),
        case .strided(let offset, var strides) = program.kernels[kernel].operands[operand].access
      else { return false }
      let axis = strides.indices.randomElement(using: &random)!
      strides[axis] = [strides[axis] + 1, -strides[axis], strides[axis] * 2, 0].randomElement(using: &random)!
      program.kernels[kernel].operands[operand].access = .strided(offset: offset, strides: strides)
      return true
    },
    Mutation("wrong access", .refusedOrSafe) { program, random in
      guard let (kernel, operand) = program.operands({ _, operand in !operand.isWritten }).randomElement(using: &random) else {
        return false
      }
      let axes = program.kernels[kernel].shape.count
      let accesses: [Access] = [
        .scalar(offset: 0), .contiguous(offset: 0), .strided(offset: 0, strides: Array(repeating: 1, count: axes)),
        .rows(offset: 0, length: 1), .whole(offset: 0, length: 1),
      ]
      let old = program.kernels[kernel].operands[operand].access
      program.kernels[kernel].operands[operand].access = accesses.filter { $0 != old }.randomElement(using: &random)!
      return true
    },
    Mutation("row length", .refused) { program, random in
      let known = program.operands { kernel, operand in
        if case .rows = operand.access { return kernel.count > 0 }
        return false
      }
      guard let (kernel, operand) = known.randomElement(using: &random),
        case .rows(let offset, let length) = program.kernels[kernel].operands[operand].access
      else { return false }
      program.kernels[kernel].operands[operand].access = .rows(
        offset: offset, length: length + (Bool.random(using: &random) ? 1 : -1))
      return true
    },
    Mutation("tile length", .refused) { program, random in
      guard let kernel = program.kernels.indices.randomElement(using: &random) else { return false }
      program.kernels[kernel].tile = [0, -64, 32, 96, 8192, 1 << 40].randomElement(using: &random)!
      return true
    },
    Mutation("chunk count", .refusedOrSafe) { program, random in
      // More or fewer positions.
      let known = program.kernels.indices.filter { !program.kernels[$0].shape.isEmpty }
      guard let kernel = known.randomElement(using: &random) else { return false }
      let axis = program.kernels[kernel].shape.indices.randomElement(using: &random)!
      program.kernels[kernel].shape[axis] += [-1, 1, 4096].randomElement(using: &random)!
      return true
    },
    Mutation("wrong reduction width", .refused) { program, random in
      let known = program.operands { _, operand in
        if case .reduction = operand.access { return true }
        return false
      }
      guard let (kernel, operand) = known.randomElement(using: &random),
        case .reduction(let width) = program.kernels[kernel].operands[operand].access
      else { return false }
      program.kernels[kernel].operands[operand].access = .reduction(width: width + [-1, 1, 4096].randomElement(using: &random)!)
      return true
    },
  ]
}
