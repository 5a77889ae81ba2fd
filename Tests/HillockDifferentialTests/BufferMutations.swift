import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break buffers and registers.
extension Mutation {
  static let buffers: [Mutation] = [
    Mutation("early reuse", .refusedOrSame) { program, random in
      // Two temporaries in one buffer, large enough for both.
      let used = program.uses.filter(program.isTemporary).sorted()
      guard let a = used.randomElement(using: &random), let b = used.filter({ $0 != a }).randomElement(using: &random),
        case .temporary(let buffer) = program.registers[b].role
      else { return false }
      program.registers[a].role = .temporary(buffer: buffer)
      program.buffers[buffer] = max(program.buffers[buffer], program.registers[a].type.byteCount)
      return true
    },
    Mutation("in place", .refusedOrSame) { program, random in
      // What a kernel writes over what it reads.
      let kernels = program.kernels.indices.filter { index in
        let operands = program.kernels[index].operands
        return operands.contains { $0.isWritten && program.isTemporary($0.register) }
          && operands.contains { !$0.isWritten && program.isTemporary($0.register) }
      }
      guard let kernel = kernels.randomElement(using: &random) else { return false }
      let operands = program.kernels[kernel].operands
      guard let new = operands.filter({ $0.isWritten && program.isTemporary($0.register) }).randomElement(using: &random),
        let old = operands.filter({ !$0.isWritten && program.isTemporary($0.register) }).randomElement(using: &random),
        case .temporary(let buffer) = program.registers[old.register].role
      else { return false }
      program.registers[new.register].role = .temporary(buffer: buffer)
      program.buffers[buffer] = max(program.buffers[buffer], program.registers[new.register].type.byteCount)
      return true
    },
    Mutation("in place of a Variable", .refusedOrSame) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      let old = program.registers.indices.filter { program.registers[$0] == Register(type: type, role: .variable(store.slot)) }
      guard let below = old.randomElement(using: &random), below < store.register else { return false }
      program.registers[store.register].role = .over(below)
      return true
    },
    Mutation("in place of another Variable", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      let other = program.registers.indices.filter { register in
        if case .variable(let slot) = program.registers[register].role { return slot != store.slot && register < store.register }
        return false
      }
      guard let below = other.randomElement(using: &random) else { return false }
      program.registers[store.register].role = .over(below)
      return program.registers[below].type == type
    },
    Mutation("in place of what is carried", .refusedOrSame) { program, random in
      let carries = program.flattened.flatMap(\.carries).filter { $0.current < $0.next }
      guard let carry = carries.randomElement(using: &random) else { return false }
      program.registers[carry.next].role = .over(carry.current)
      return true
    },
    Mutation("short buffer", .refused) { program, random in
      let used = program.registers.indices.filter { program.isTemporary($0) && program.registers[$0].type.byteCount > 0 }
      guard let register = used.randomElement(using: &random), case .temporary(let buffer) = program.registers[register].role
      else { return false }
      program.buffers[buffer] = program.registers[register].type.byteCount - 1
      return true
    },
    Mutation("wrong dtype", .refusedOrSafe) { program, random in
      guard let register = program.uses.sorted().randomElement(using: &random) else { return false }
      let old = program.registers[register].type.dtype
      program.registers[register].type.dtype =
        DType.allCases.filter { $0 != old && $0.size == old.size }.randomElement(using: &random) ?? .f32
      return program.registers[register].type.dtype != old
    },
    Mutation("wrong shape", .refusedOrSafe) { program, random in
      let known = program.uses.filter { !program.registers[$0].type.shape.isEmpty }.sorted()
      guard let register = known.randomElement(using: &random) else { return false }
      let axis = program.registers[register].type.shape.indices.randomElement(using: &random)!
      program.registers[register].type.shape[axis] += Bool.random(using: &random) ? 1 : -1
      return true
    },
    Mutation("undefined register", .refusedOrSafe) { program, random in
      let known = program.places { !program.writes($0).isEmpty && $0.blocks.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { _ in [] }
      return true
    },
    Mutation("read before write", .refused) { program, random in
      // A copy, at the very beginning, of what an instruction writes later.
      let later = Set(program.flattened.flatMap(program.writes)).filter { register in
        guard !program.registers[register].type.shape.isEmpty else { return false }
        if case .row = program.registers[register].role { return false }
        return true
      }
      guard let register = later.sorted().randomElement(using: &random) else { return false }
      let copy = program.addTemporary(program.registers[register].type)
      program.code.insert(.array(.concatenate, [[0]], destinations: [copy], sources: [register]), at: 0)
      return true
    },
    Mutation("region escape", .refused) { program, random in
      // A copy, after everything, of what only a block writes.
      var inside: Set<Int> = []
      var outside: Set<Int> = []
      for instruction in program.code {
        outside.formUnion(program.writes(instruction))
        if case .loop(let loop) = instruction {
          for row in loop.rows {
            if case .row(let whole) = program.registers[row].role { outside.insert(whole) }
          }
        }
        for block in instruction.blocks { inside.formUnion(block.flatMap(program.writes)) }
      }
      let escaping = inside.subtracting(outside).filter { !program.registers[$0].type.shape.isEmpty }
      guard let register = escaping.sorted().randomElement(using: &random) else { return false }
      let copy = program.addTemporary(program.registers[register].type)
      program.append(.array(.concatenate, [[0]], destinations: [copy], sources: [register]))
      return true
    },
    Mutation("no such register", .refused) { program, random in
      guard let (kernel, operand) = program.operands({ _, _ in true }).randomElement(using: &random) else { return false }
      program.kernels[kernel].operands[operand].register = program.registers.count
      return true
    },
    Mutation("double definition", .refused) { program, random in
      let known = program.places { !program.writes($0).isEmpty && $0.blocks.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { [$0, $0] }
      return true
    },
  ]
}
