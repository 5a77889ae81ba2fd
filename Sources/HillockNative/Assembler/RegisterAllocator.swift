#if Native && arch(x86_64)
  import CZydis

  /// What the allocator hands to the encoder.
  enum PlacedInstruction {
    case plain(hk_asm_instruction)
    case copyIn(stream: Int)
    case copyOut(stream: Int)
    case rare(PlacedRareCase)
  }

  /// Gives straight-line code physical registers in one scan; where there are too few, the value whose next use is
  /// furthest away waits in the frame.
  /// (L. A. Bélády, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5, 1966.)
  struct RegisterAllocator {
    private let instructions: [MachineInstruction]
    private let isMask: [Bool]
    let frame: LoopFrame
    private(set) var output: [PlacedInstruction] = []
    /// For each of them, the origin of the instruction it was written for.
    private(set) var origins: [Int32] = []
    private(set) var spillSlots = 0
    private(set) var spillCount = 0

    /// Positions of all uses, register by register, each register's in order; `next` is where its next one is, `end` where
    /// the next register's begin.
    private var uses: [Int]
    private var next: [Int]
    private var end: [Int]
    private var place: [Int?]
    private var slot: [Int?]
    /// What each physical register holds.
    private var vectors: [Int?]
    private var masks: [Int?]
    private var freeSlots: [Int] = []
    /// Marks a register that holds an invariant for the length of one instruction.
    private static let temporary = -1

    init(_ instructions: [MachineInstruction], isMask: [Bool], frame: LoopFrame) {
      self.instructions = instructions
      self.isMask = isMask
      self.frame = frame
      place = [Int?](repeating: nil, count: isMask.count)
      slot = [Int?](repeating: nil, count: isMask.count)
      vectors = [Int?](repeating: nil, count: frame.allocatable)
      masks = [Int?](repeating: nil, count: LoopFrame.maskRegisters)
      (uses, next, end) = Self.uses(instructions, registers: isMask.count)
    }

    private static func uses(
      _ instructions: [MachineInstruction], registers: Int
    ) -> (uses: [Int], next: [Int], end: [Int]) {
      var end = [Int](repeating: 0, count: registers)
      for instruction in instructions { instruction.forEachRegisterRead { end[$0] += 1 } }
      var total = 0
      var next = end
      for register in 0..<registers {
        next[register] = total
        total += end[register]
        end[register] = next[register]
      }
      var uses = [Int](repeating: 0, count: total)
      for (at, instruction) in instructions.enumerated() {
        instruction.forEachRegisterRead { register in
          // Two operands of one instruction are one use.
          if end[register] > next[register], uses[end[register] - 1] == at { return }
          uses[end[register]] = at
          end[register] += 1
        }
      }
      return (uses, next, end)
    }

    /// The greatest number of vector and of mask registers alive at once.
    static func pressure(_ instructions: [MachineInstruction], isMask: [Bool]) -> (vectors: Int, masks: Int) {
      var last = [Int](repeating: -1, count: isMask.count)
      for (at, instruction) in instructions.enumerated() { instruction.forEachRegisterRead { last[$0] = at } }
      var live = (vectors: 0, masks: 0), most = (vectors: 0, masks: 0)
      func count(_ register: VirtualRegister, _ change: Int) {
        if isMask[register] { live.masks += change } else { live.vectors += change }
      }
      for (at, instruction) in instructions.enumerated() {
        instruction.forEachRegisterRead { register in
          guard last[register] == at else { return }
          count(register, -1)
          last[register] = -1  // counted, though it may be read again by the same instruction
        }
        if let destination = instruction.destination, last[destination] >= 0 { count(destination, 1) }
        most = (max(most.vectors, live.vectors), max(most.masks, live.masks))
      }
      return most
    }

    mutating func run() throws(FusionBarrier) {
      for at in instructions.indices {
        try allocate(at)
        while origins.count < output.count { origins.append(instructions[at].origin) }
      }
    }

    // MARK: One instruction

    private mutating func allocate(_ at: Int) throws(FusionBarrier) {
      var instruction = instructions[at]
      switch instruction.form {
      case .copyIn(let stream): return output.append(.copyIn(stream: stream))
      case .copyOut(let stream): return output.append(.copyOut(stream: stream))
      default: break
      }
      if instruction.commutes, instruction.sources.count >= 2, isInMemory(instruction.sources[0]),
        !isInMemory(instruction.sources[1])
      {
        instruction.sources.swapFirstTwo()
      }
      var read: [VirtualRegister] = []
      instruction.forEachRegisterRead { if !read.contains($0) { read.append($0) } }
      var locked: UInt64 = 0
      var lockedMasks: UInt64 = 0
      for register in read {
        let home = try bring(register, locked: locked, lockedMasks: lockedMasks)
        if isMask[register] { lockedMasks |= 1 << home } else { locked |= 1 << home }
      }
      // Operands as the encoder wants them. Of the invariants that have no register one may be a memory operand; the others
      // are loaded into temporaries, before that one's address is formed: both may need the scratch pointer.
      let isFused = { if case .multiplyAdd = instruction.form { true } else { false } }()
      let inMemory = instruction.sources.indices.last { position in
        guard case .invariant(let index) = instruction.sources[position], frame.pinned[index] == nil else { return false }
        return (isFused || position == instruction.sources.count - 1) && takesFromMemory(instruction, index)
      }
      var operands = [hk_asm_operand](repeating: .immediate(0), count: instruction.sources.count)
      var temporaries: [Int] = []
      var broadcast = 0
      for (position, source) in instruction.sources.enumerated() {
        switch source {
        case .register(let register): operands[position] = operand(register, bytes: instruction.sourceBytes)
        case .memory: break
        case .invariant(let index):
          if let home = frame.pinned[index] {
            operands[position] = vector(home, bytes: instruction.sourceBytes)
          } else if position != inMemory {
            let home = try take(isMask: false, locked: locked, lockedMasks: lockedMasks)
            vectors[home] = Self.temporary
            locked |= 1 << home
            temporaries.append(home)
            loadInvariant(index, into: home)
            operands[position] = vector(home, bytes: instruction.sourceBytes)
          }
        }
      }
      for (position, source) in instruction.sources.enumerated() {
        if case .memory(let address) = source { operands[position] = memory(address, bytes: instruction.sourceBytes) }
        if case .invariant(let index) = source, position == inMemory {
          operands[position] = invariantMemory(index, instruction, broadcast: &broadcast)
        }
      }
      let maskOperand = instruction.mask.map { LoopFrame.firstMask + (place[$0] ?? 0) }
      let dying = read.filter { isLastUse($0, at) }

      if isFused {
        try allocateMultiplyAdd(
          instruction, operands, dying: dying, temporaries: temporaries, broadcast: broadcast, locked: locked,
          lockedMasks: lockedMasks)
        release(dying, temporaries)
        advance(read, at)
        return releaseIfUnused(instruction)
      }

      if case .gather(let stream) = instruction.form, let destination = instruction.destination {
        // No register is two of its operands. The destination is cleared first, or the gather waits for what was in it.
        let home = try take(isMask: false, locked: locked, lockedMasks: lockedMasks)
        settle(destination, home)
        let target = vector(home, bytes: instruction.bytes)
        append(ZYDIS_MNEMONIC_VXORPS, [target, target, target], nil)
        var place = memory(MachineAddress(base: .stream(stream)), bytes: instruction.elementBytes)
        place.index = operands[0].reg
        place.scale = Int32(instruction.elementBytes)
        let lanes = operands.dropFirst().map { vector(physical($0), bytes: instruction.bytes) }
        append(instruction.mnemonic, [target, place] + lanes, instruction, mask: maskOperand)
        release(dying, temporaries)
        advance(read, at)
        return releaseIfUnused(instruction)
      }

      if case .rare(let op, let dtype) = instruction.form, let destination = instruction.destination {
        var home = physical(operands[0])
        if case .register(let register) = instruction.sources[0], dying.contains(register) {
          place[register] = nil
        } else {
          home = try take(isMask: false, locked: locked, lockedMasks: lockedMasks)
          append(
            ZYDIS_MNEMONIC_VMOVAPS, [vector(home, bytes: instruction.bytes), operands[0]], nil)
        }
        settle(destination, home)
        output.append(
          .rare(
            PlacedRareCase(
              op: op, dtype: dtype, bytes: instruction.bytes, value: vector(home, bytes: instruction.bytes),
              argument: operands[1],
              condition: frame.level == .avx512 ? operands[2] : vector(physical(operands[2]), bytes: 32))))
        release(dying, temporaries)
        advance(read, at)
        return releaseIfUnused(instruction)
      }

      release(dying, temporaries)
      advance(read, at)
      var all: [hk_asm_operand] = []
      switch instruction.form {
      case .store(let address), .prefetch(let address): all.append(memory(address, bytes: instruction.bytes))
      case .keep(let index): all.append(cell(index, bytes: instruction.bytes))
      default:
        guard let destination = instruction.destination else { break }
        let home = try take(isMask: isMask[destination], locked: 0, lockedMasks: 0)
        settle(destination, home)
        all.append(operand(destination, bytes: instruction.bytes))
      }
      all += operands
      if let immediate = instruction.immediate {
        all.append(hk_asm_operand(kind: 2, reg: 0, index: 0, scale: 0, size: 0, value: Int64(immediate)))
      }
      append(instruction.mnemonic, all, instruction, mask: maskOperand, broadcast: broadcast)
      releaseIfUnused(instruction)
    }

    /// a · b + c: the destination is one of the sources; the form is the one that overwrites a value that is not needed
    /// any more, or a copy.
    private mutating func allocateMultiplyAdd(
      _ instruction: MachineInstruction, _ operands: [hk_asm_operand], dying: [VirtualRegister], temporaries: [Int],
      broadcast: Int, locked: UInt64, lockedMasks: UInt64
    ) throws(FusionBarrier) {
      guard let destination = instruction.destination else { return }
      var (a, b) = (0, 1)
      let c = 2
      func isFree(_ position: Int) -> Bool {
        switch instruction.sources[position] {
        case .register(let register): dying.contains(register)
        case .invariant: operands[position].kind == HK_ASM_REGISTER.code && isTemporary(operands[position], temporaries)
        case .memory: false
        }
      }
      func isMemory(_ position: Int) -> Bool { operands[position].kind == HK_ASM_MEMORY.code }
      if isMemory(a) { swap(&a, &b) }
      let isWide = instruction.elementBytes == 8
      let f132 = isWide ? ZYDIS_MNEMONIC_VFMADD132PD : ZYDIS_MNEMONIC_VFMADD132PS
      let f213 = isWide ? ZYDIS_MNEMONIC_VFMADD213PD : ZYDIS_MNEMONIC_VFMADD213PS
      let f231 = isWide ? ZYDIS_MNEMONIC_VFMADD231PD : ZYDIS_MNEMONIC_VFMADD231PS

      // (mnemonic, the source that is overwritten, the other two in order)
      let choice: (ZydisMnemonic, Int, Int, Int)
      if isMemory(b) {
        choice = isFree(c) || !isFree(a) ? (f231, c, a, b) : (f132, a, c, b)
      } else if isMemory(c) {
        choice = isFree(b) && !isFree(a) ? (f213, b, a, c) : (f213, a, b, c)
      } else if isFree(c) {
        choice = (f231, c, a, b)
      } else if isFree(a) {
        choice = (f213, a, b, c)
      } else if isFree(b) {
        choice = (f213, b, a, c)
      } else {
        choice = (f231, c, a, b)
      }
      let (mnemonic, target, second, third) = choice
      let home: Int
      if isFree(target) {
        home = physical(operands[target])
      } else {
        home = try take(isMask: false, locked: locked, lockedMasks: lockedMasks)
        append(
          ZYDIS_MNEMONIC_VMOVAPS,
          [vector(home, bytes: instruction.bytes), vector(physical(operands[target]), bytes: instruction.bytes)], nil)
      }
      if case .register(let register) = instruction.sources[target], dying.contains(register) { place[register] = nil }
      settle(destination, home)
      append(
        mnemonic, [vector(home, bytes: instruction.bytes), operands[second], operands[third]], instruction,
        broadcast: broadcast)
    }

    private func isTemporary(_ operand: hk_asm_operand, _ temporaries: [Int]) -> Bool {
      temporaries.contains(physical(operand))
    }

    /// The number of a vector register operand.
    private func physical(_ operand: hk_asm_operand) -> Int {
      for first in [ZYDIS_REGISTER_ZMM0, ZYDIS_REGISTER_YMM0, ZYDIS_REGISTER_XMM0] where operand.reg >= first.code {
        return Int(operand.reg - first.code)
      }
      return 0
    }

    // MARK: Registers

    private func isLastUse(_ register: VirtualRegister, _ at: Int) -> Bool {
      next[register] + 1 == end[register] && uses[next[register]] == at
    }

    private mutating func advance(_ read: [VirtualRegister], _ at: Int) {
      for register in read where next[register] < end[register] && uses[next[register]] == at { next[register] += 1 }
    }

    private mutating func release(_ dying: [VirtualRegister], _ temporaries: [Int]) {
      for register in dying {
        if let home = place[register] {
          if isMask[register] { masks[home] = nil } else if vectors[home] == register { vectors[home] = nil }
          place[register] = nil
        }
        if let known = slot[register] {
          freeSlots.append(known)
          slot[register] = nil
        }
      }
      for home in temporaries where vectors[home] == Self.temporary { vectors[home] = nil }
    }

    private mutating func releaseIfUnused(_ instruction: MachineInstruction) {
      guard let destination = instruction.destination, next[destination] == end[destination] else { return }
      release([destination], [])
    }

    private mutating func settle(_ register: VirtualRegister, _ home: Int) {
      place[register] = home
      if isMask[register] { masks[home] = register } else { vectors[home] = register }
    }

    /// The physical register of a value, loaded from the frame where it waits there.
    private mutating func bring(
      _ register: VirtualRegister, locked: UInt64, lockedMasks: UInt64
    ) throws(FusionBarrier) -> Int {
      if let home = place[register] { return home }
      let home = try take(isMask: isMask[register], locked: locked, lockedMasks: lockedMasks)
      settle(register, home)
      let memory = spill(slot[register] ?? 0, isMask: isMask[register])
      if isMask[register] {
        append(ZYDIS_MNEMONIC_KMOVW, [mask(home), memory], nil)
      } else {
        append(ZYDIS_MNEMONIC_VMOVUPS, [vector(home, bytes: frame.level.registerBytes), memory], nil)
      }
      return home
    }

    /// A free register; the value in it, if there is one, goes to the frame.
    private mutating func take(isMask wantsMask: Bool, locked: UInt64, lockedMasks: UInt64) throws(FusionBarrier) -> Int {
      let bank = wantsMask ? masks : vectors
      if let free = bank.firstIndex(of: nil) { return free }
      var victim: (home: Int, use: Int)?
      for (home, register) in bank.enumerated() {
        guard let register, register >= 0, (wantsMask ? lockedMasks : locked) >> home & 1 == 0 else { continue }
        let use = next[register] < end[register] ? uses[next[register]] : .max
        if use > victim?.use ?? -1 { victim = (home, use) }
      }
      guard let victim, let register = bank[victim.home] else { throw .tooLarge }
      if slot[register] == nil {
        let free = freeSlots.popLast() ?? spillSlots
        spillSlots = max(spillSlots, free + 1)
        slot[register] = free
        spillCount += 1
        let memory = spill(free, isMask: wantsMask)
        if wantsMask {
          append(ZYDIS_MNEMONIC_KMOVW, [memory, mask(victim.home)], nil)
        } else {
          append(ZYDIS_MNEMONIC_VMOVUPS, [memory, vector(victim.home, bytes: frame.level.registerBytes)], nil)
        }
      }
      place[register] = nil
      return victim.home
    }

    // MARK: Operands

    func vector(_ home: Int, bytes: Int) -> hk_asm_operand {
      let first = bytes == 64 ? ZYDIS_REGISTER_ZMM0 : bytes == 32 ? ZYDIS_REGISTER_YMM0 : ZYDIS_REGISTER_XMM0
      return .register(first.code + Int32(home))
    }

    private func mask(_ home: Int) -> hk_asm_operand {
      .register(ZYDIS_REGISTER_K0.code + Int32(LoopFrame.firstMask + home))
    }

    private func operand(_ register: VirtualRegister, bytes: Int) -> hk_asm_operand {
      let home = place[register] ?? 0
      return isMask[register] ? mask(home) : vector(home, bytes: bytes)
    }

    private func spill(_ slot: Int, isMask: Bool) -> hk_asm_operand {
      .memory(
        ZYDIS_REGISTER_RSP, displacement: frame.spillBase + 64 * slot, bytes: isMask ? 2 : frame.level.registerBytes)
    }

    /// An address; a stream without a register has its pointer fetched first.
    mutating func memory(_ address: MachineAddress, bytes: Int) -> hk_asm_operand {
      var displacement = address.displacement
      let base: ZydisRegister
      switch address.base {
      case .stream(let stream):
        let home = frame.base(ofStream: stream)
        if let register = home.register {
          base = register
        } else {
          append(
            ZYDIS_MNEMONIC_MOV,
            [.register(LoopFrame.scratch.code), .memory(ZYDIS_REGISTER_RSP, displacement: home.frameOffset, bytes: 8)], nil)
          base = LoopFrame.scratch
        }
      case .window(let size):
        base = LoopFrame.constants
        displacement += frame.windowOffsets[size] ?? 0
      case .frame: base = ZYDIS_REGISTER_RSP
      case .stepIndex:
        base = ZYDIS_REGISTER_RSP
        displacement += LoopFrame.indexOffset
      case .position:
        base = ZYDIS_REGISTER_RSP
        displacement += LoopFrame.positionOffset
      case .cell(let cell):
        base = ZYDIS_REGISTER_RSP
        displacement += frame.cellBase + 64 * cell
      }
      let index =
        switch address.index {
        case .none: ZYDIS_REGISTER_NONE
        case .position: LoopFrame.position
        case .lane: LoopFrame.lane
        case .excess: LoopFrame.scratch
        }
      return .memory(base, index: index, scale: address.scale, displacement: displacement, bytes: bytes)
    }

    // MARK: Output

    mutating func append(
      _ mnemonic: ZydisMnemonic, _ operands: [hk_asm_operand], _ instruction: MachineInstruction?, mask: Int? = nil,
      broadcast: Int = 0
    ) {
      var encoded = hk_asm_instruction(mnemonic, operands, evex: frame.level == .avx512)
      encoded.broadcast = Int32(broadcast)
      if let mask { encoded.mask = ZYDIS_REGISTER_K0.code + Int32(mask) }
      if instruction?.usesTailMask == true { encoded.mask = LoopFrame.tailMask.code }
      // Lanes that are not selected become 0; the blends take them from their first source, and gathers leave them.
      let isBlend = mnemonic == ZYDIS_MNEMONIC_VBLENDMPS || mnemonic == ZYDIS_MNEMONIC_VBLENDMPD
      let isGather = mnemonic == ZYDIS_MNEMONIC_VGATHERDPS || mnemonic == ZYDIS_MNEMONIC_VGATHERDPD
      let isStore = operands.first?.kind == HK_ASM_MEMORY.code
      encoded.zeroing = encoded.mask != ZYDIS_REGISTER_NONE.code && !isBlend && !isGather && !isStore ? 1 : 0
      output.append(.plain(encoded))
    }
  }
#endif
