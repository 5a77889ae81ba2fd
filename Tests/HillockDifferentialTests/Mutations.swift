import HillockBytecode
import HillockIR
import HillockTestSupport

extension Mutation {
  // MARK: Variables and results

  static let stores: [Mutation] = [
    Mutation("wrong slot", .refusedOrSafe) { program, random in
      guard let store = program.stores.randomElement(using: &random), program.variables.count > 1 else { return false }
      let other = program.variables.indices.filter { $0 != store.slot }.randomElement(using: &random)!
      program.replace(at: store.place) { _ in [.store(slot: other, register: store.register)] }
      return true
    },
    Mutation("no such slot", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let none = program.variables.count
      program.replace(at: store.place) { _ in [.store(slot: none, register: store.register)] }
      return true
    },
    Mutation("double store", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.replace(at: store.place) { [$0, $0] }
      return true
    },
    Mutation("one value in two Variables", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.variables.append(program.variables[store.slot])
      let added = program.variables.count - 1
      program.replace(at: store.place) { [$0, .store(slot: added, register: store.register)] }
      return true
    },
    Mutation("dropped store", .refusedOrSafe) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.replace(at: store.place) { _ in [] }
      return true
    },
    Mutation("store of another dtype", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let old = program.variables[store.slot].type.dtype
      program.variables[store.slot].type.dtype = DType.allCases.filter { $0 != old }.randomElement(using: &random)!
      return true
    },
    Mutation("store of another shape", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.variables[store.slot].type.shape.append(2)
      return true
    },
    Mutation("store of an input", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      program.arguments.append(type)
      let register = program.addRegister(type, .argument(program.arguments.count - 1))
      program.replace(at: store.place) { _ in [.store(slot: store.slot, register: register)] }
      return true
    },
    Mutation("stale read", .refused) { program, random in
      // A copy of the Variable, made after its store.
      let known = program.stores.filter { !program.variables[$0.slot].type.shape.isEmpty }
      guard let store = known.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      let variable = program.addRegister(type, .variable(store.slot)), copy = program.addTemporary(type)
      program.replace(at: store.place) { [$0, .concatenate(destination: copy, sources: [variable], axis: 0)] }
      return true
    },
    Mutation("aliasing result: stored", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [store.register])
      return true
    },
    Mutation("aliasing result: twice", .refused) { program, random in
      guard let result = program.results.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [result])
      return true
    },
    Mutation("aliasing result: an input or a buffer", .refused) { program, random in
      let others = program.registers.indices.filter { program.registers[$0].role != .fresh }
      guard let other = others.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [other])
      return true
    },
    Mutation("wrong variable", .refusedOrSafe) { program, random in
      let known = program.registers.indices.filter { if case .variable = program.registers[$0].role { true } else { false } }
      guard let register = known.randomElement(using: &random) else { return false }
      program.registers[register].role = .variable(Int.random(in: 0...program.variables.count, using: &random))
      return true
    },
    Mutation("store or return in a block", .refused) { program, random in
      let inner = program.places { !$0.blocks.isEmpty && $0.blocks.contains { !$0.isEmpty } }
      guard let place = inner.randomElement(using: &random) else { return false }
      program.insert([.return([])], before: place + 1)
      return true
    },
    Mutation("no return", .refused) { program, _ in
      program.code.removeLast()
      return true
    },
  ]

  // MARK: Buffers and registers

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
      program.registers[register].type.dtype = DType.allCases.filter { $0 != old && $0.size == old.size }.randomElement(using: &random) ?? .f32
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
      program.code.insert(.concatenate(destination: copy, sources: [register], axis: 0), at: 0)
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
      program.append(.concatenate(destination: copy, sources: [register], axis: 0))
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

  // MARK: Kernels

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
      program.kernels[kernel].operands[operand].access = .rows(offset: offset, length: length + (Bool.random(using: &random) ? 1 : -1))
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

  // MARK: Tile code

  static let tileCode: [Mutation] = [
    Mutation("accumulate without start", .refused) { program, random in
      // A tile where a reduction's lanes belong: nothing starts or folds it.
      let known = program.lines { _, line in
        switch line.opcode {
        case .reduce, .dotAccumulate, .outerAccumulate: true
        default: false
        }
      }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].tiles.append(program.kernels[kernel].code[line].dtype)
      let tile = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count - 1
      program.kernels[kernel].code[line].destination = UInt16(tile)
      return true
    },
    Mutation("dropped tile instruction", .refusedOrSafe) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      program.kernels[kernel].code.remove(at: line)
      return true
    },
    Mutation("dropped store of a tile", .refused) { program, random in
      let known = program.lines { kernel, line in kernel.isOperand(line.destination) }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.remove(at: line)
      return true
    },
    Mutation("double store of a tile", .refused) { program, random in
      let known = program.lines { kernel, line in kernel.isOperand(line.destination) }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.insert(program.kernels[kernel].code[line], at: line)
      return true
    },
    Mutation("undefined tile", .refused) { program, random in
      let known = program.lines { kernel, line in line.sources.contains { !kernel.isOperand($0) } }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      let tile = program.kernels[kernel].code[line].sources.first { !program.kernels[kernel].isOperand($0) }!
      program.kernels[kernel].tiles.append(program.kernels[kernel].tiles[Int(tile) - program.kernels[kernel].operands.count])
      let undefined = UInt16(program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count - 1)
      if program.kernels[kernel].code[line].a == tile { program.kernels[kernel].code[line].a = undefined }
      if program.kernels[kernel].code[line].b == tile { program.kernels[kernel].code[line].b = undefined }
      if program.kernels[kernel].code[line].c == tile { program.kernels[kernel].code[line].c = undefined }
      return true
    },
    Mutation("wrong order of tile instructions", .refusedOrSafe) { program, random in
      let known = program.lines { kernel, _ in kernel.code.count > 1 }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.swapAt(line, line == 0 ? 1 : line - 1)
      return true
    },
    Mutation("wrong source", .refusedOrSafe) { program, random in
      let known = program.lines { _, line in line.a != TileInstruction.none }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].a = UInt16(Int.random(in: 0..<slots, using: &random))
      return true
    },
    Mutation("wrong destination", .refusedOrSafe) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].destination = UInt16(Int.random(in: 0..<slots, using: &random))
      return true
    },
    Mutation("no such slot of a kernel", .refused) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].destination = UInt16(slots)
      return true
    },
    Mutation("wrong dtype of a tile instruction", .refused) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let old = program.kernels[kernel].code[line].dtype
      // A comparison or a conversion to bool says its operands' dtype: any other is another instruction.
      program.kernels[kernel].code[line].dtype = DType.allCases.filter { $0 != old }.randomElement(using: &random)!
      return true
    },
  ]

  // MARK: Loops and branches

  static let loops: [Mutation] = [
    Mutation("missing carry", .refused) { program, random in
      // The instruction that writes a carried value's next is left out.
      let next = Set(program.flattened.flatMap(\.carries).map(\.next))
      let known = program.places { $0.blocks.isEmpty && !next.isDisjoint(with: program.writes($0)) }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { _ in [] }
      return true
    },
    carries("swapped carry", .refused) { carry, _, _ in
      (carry.current, carry.next) = (carry.next, carry.current)
      return true
    },
    carries("carry without a second place", .refused) { carry, _, _ in
      carry.next = carry.current
      return true
    },
    carries("carry of another type", .refused) { carry, program, random in
      let type = program.registers[carry.current].type
      let others = program.registers.indices.filter { program.registers[$0].type != type }
      guard let other = others.randomElement(using: &random) else { return false }
      carry.initial = other
      return true
    },
    Mutation("carry in two loops", .refused) { program, random in
      let known = program.places { !$0.carries.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        switch instruction {
        case .loop(var loop):
          loop.carries.append(loop.carries[0])
          return [.loop(loop)]
        case .whileLoop(var loop):
          loop.carries.append(loop.carries[0])
          return [.whileLoop(loop)]
        default: return [instruction]
        }
      }
      return true
    },
    loop("trips", .refused, where: { !$0.rows.isEmpty }) { loop, random in
      loop.trips += [-1, 1, 1000].randomElement(using: &random)!
    },
    loop("negative trips", .refused) { loop, _ in loop.trips = -1 },
    loop("other trips", .refusedOrSafe) { loop, random in loop.trips = Int.random(in: 0...4, using: &random) },
    loop("row without a loop", .refused, where: { !$0.rows.isEmpty }) { loop, random in
      loop.rows.remove(at: Int.random(in: 0..<loop.rows.count, using: &random))
    },
    loop("row in the loop twice", .refused, where: { !$0.rows.isEmpty }) { loop, _ in loop.rows.append(loop.rows[0]) },
    loop("reversed", .refusedOrSafe) { loop, _ in loop.isReversed.toggle() },
    Mutation("row of another array", .refusedOrSafe) { program, random in
      let known = program.registers.indices.filter { if case .row = program.registers[$0].role { true } else { false } }
      guard let row = known.randomElement(using: &random) else { return false }
      program.registers[row].role = .row(of: Int.random(in: 0..<program.registers.count, using: &random))
      return true
    },
    Mutation("dropped block", .refusedOrSafe) { program, random in
      let known = program.places { if case .branch = $0 { true } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .branch(var branch) = instruction else { return [instruction] }
        branch.blocks.removeLast()
        return [.branch(branch)]
      }
      return true
    },
    Mutation("block without its result", .refused) { program, random in
      let known = program.places { if case .branch(let branch) = $0 { !branch.results.isEmpty } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .branch(var branch) = instruction else { return [instruction] }
        branch.blocks.append([])
        return [.branch(branch)]
      }
      return true
    },
  ]

  private static func carries(
    _ name: String, _ verdict: Verdict, _ change: @escaping @Sendable (inout Carry, Program, inout SeededRandom) -> Bool
  ) -> Mutation {
    Mutation(name, verdict) { program, random in
      let known = program.places { !$0.carries.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      let copy = program
      var isChanged = false
      program.replace(at: place) { instruction in
        switch instruction {
        case .loop(var loop):
          isChanged = change(&loop.carries[Int.random(in: 0..<loop.carries.count, using: &random)], copy, &random)
          return [.loop(loop)]
        case .whileLoop(var loop):
          isChanged = change(&loop.carries[Int.random(in: 0..<loop.carries.count, using: &random)], copy, &random)
          return [.whileLoop(loop)]
        default: return [instruction]
        }
      }
      return isChanged
    }
  }

  private static func loop(
    _ name: String, _ verdict: Verdict, where isWanted: @escaping @Sendable (Loop) -> Bool = { _ in true },
    _ change: @escaping @Sendable (inout Loop, inout SeededRandom) -> Void
  ) -> Mutation {
    Mutation(name, verdict) { program, random in
      let known = program.places { if case .loop(let loop) = $0 { isWanted(loop) } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .loop(var loop) = instruction else { return [instruction] }
        change(&loop, &random)
        return [.loop(loop)]
      }
      return true
    }
  }

  // MARK: Program-level instructions

  static let steps: [Mutation] = [
    Mutation("wrong operand of a step", .refusedOrSafe) { program, random in
      let other = Int.random(in: 0..<max(program.registers.count, 1), using: &random)
      return step(&program, &random) { instruction, _ in
        switch instruction {
        case .matmul(let d, _, let b): .matmul(destination: d, a: other, b: b)
        case .reduce(let kind, let d, _, let outer, let extent, let inner):
          .reduce(kind, destination: d, source: other, outer: outer, extent: extent, inner: inner)
        case .gather(let d, let source, _): .gather(destination: d, source: source, indices: other)
        case .scatter(let d, let base, _, let updates): .scatter(destination: d, base: base, indices: other, updates: updates)
        case .updateSlice(let d, let base, _, let starts, let steps):
          .updateSlice(destination: d, base: base, update: other, starts: starts, steps: steps)
        case .concatenate(let d, let sources, let axis): .concatenate(destination: d, sources: sources.dropLast() + [other], axis: axis)
        default: nil
        }
      }
    },
    Mutation("update out of range", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .updateSlice(let d, let base, let update, var starts, let steps) = instruction, !starts.isEmpty,
          program.registers[update].type.count > 0
        else { return nil }
        starts[0] = program.registers[base].type.shape[0]
        return .updateSlice(destination: d, base: base, update: update, starts: starts, steps: steps)
      }
    },
    Mutation("reduce of other extents", .refused) { program, random in
      step(&program, &random) { instruction, _ in
        guard case .reduce(let kind, let d, let source, let outer, let extent, let inner) = instruction, outer * inner > 0 else {
          return nil
        }
        return .reduce(kind, destination: d, source: source, outer: outer, extent: extent + 1, inner: inner)
      }
    },
    Mutation("concatenate of one array less", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .concatenate(let d, let sources, let axis) = instruction, let last = sources.last,
          program.registers[last].type.shape[axis] > 0
        else { return nil }
        return .concatenate(destination: d, sources: sources.dropLast(), axis: axis)
      }
    },
    Mutation("wrong order of steps", .refusedOrSafe) { program, random in
      guard program.code.count > 2 else { return false }
      let at = Int.random(in: 0..<program.code.count - 2, using: &random)
      program.code.swapAt(at, at + 1)
      return true
    },
    Mutation("no such kernel", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .launch = instruction else { return nil }
        return .launch(program.kernels.count)
      }
    },
  ]

  /// Changes one instruction of those that can be changed so.
  private static func step(
    _ program: inout Program, _ random: inout SeededRandom, _ change: (Instruction, Program) -> Instruction?
  ) -> Bool {
    let copy = program
    let known = program.places { change($0, copy) != nil }
    guard let place = known.randomElement(using: &random) else { return false }
    program.replace(at: place) { [change($0, copy) ?? $0] }
    return true
  }
}
