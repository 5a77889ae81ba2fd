#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// Turns a vector program into machine code.
  ///
  /// The function has two loops: one over full iterations of `unroll` vectors, and one over the rest, a vector at a time,
  /// with the lanes beyond the end masked off. Constants and scalars stay in registers as far as there are any.
  struct VectorAssembler {
    /// More instructions than this in one iteration are not taken: the code would leave the instruction cache.
    private static let longestIteration = 6_000
    private static let longestUnrolled = 192
    private static let mostSpills = 200

    private let program: VectorProgram
    private let level: VectorLevel
    private var buffer = CodeBuffer()
    private var main: [MachineInstruction] = []
    private var mainIsMask: [Bool] = []
    private var tail: [MachineInstruction] = []
    private var tailIsMask: [Bool] = []
    private var invariants: [InstructionSelection.Invariant] = []
    private var unroll = 1

    static func assemble(_ program: VectorProgram) throws(FusionBarrier) -> VectorFunction {
      var assembler = VectorAssembler(program: program, level: program.level)
      return try assembler.run()
    }

    private init(program: VectorProgram, level: VectorLevel) {
      self.program = program
      self.level = level
    }

    private mutating func run() throws(FusionBarrier) -> VectorFunction {
      try selectInstructions()
      let (frame, constants) = placeInvariants()
      var mainCode = RegisterAllocator(main, isMask: mainIsMask, frame: frame)
      try mainCode.run()
      var tailCode = RegisterAllocator(tail, isMask: tailIsMask, frame: frame)
      try tailCode.run()
      let slots = max(mainCode.spillSlots, tailCode.spillSlots)
      guard slots <= Self.mostSpills else { throw .tooLarge }

      try enter(frame, frameBytes: frame.spillBase + 64 * slots)
      try loadInvariants(frame)
      try emit(.XOR32(LoopFrame.position))
      let step = unroll * program.positions
      let mainLoop = buffer.label(), tailCheck = buffer.label(), tailLoop = buffer.label(), done = buffer.label()

      // rsi counts what is left behind the current iteration.
      try emit(.add(LoopFrame.limit, -step))
      buffer.jump(tailCheck, if: .less)
      buffer.align(32)
      buffer.bind(mainLoop)
      try body(mainCode.output, frame)
      try emit(.add(LoopFrame.position, step))
      try emit(.compare(LoopFrame.position, LoopFrame.limit))
      buffer.jump(mainLoop, if: .lessOrEqual)

      buffer.bind(tailCheck)
      try emit(.add(LoopFrame.limit, step))
      try emit(.compare(LoopFrame.position, LoopFrame.limit))
      buffer.jump(done, if: .greaterOrEqual)
      buffer.bind(tailLoop)
      try maskTail()
      try body(tailCode.output, frame)
      try emit(.add(LoopFrame.position, program.positions))
      try emit(.compare(LoopFrame.position, LoopFrame.limit))
      buffer.jump(tailLoop, if: .less)
      buffer.bind(done)
      try leave()
      return VectorFunction(
        code: buffer.finish(), constants: constants, slots: program.streams.map(\.slot), level: level,
        positions: program.positions, unroll: unroll, spills: mainCode.spillCount)
    }

    private mutating func emit(_ instruction: hk_asm_instruction) throws(FusionBarrier) { try buffer.emit(instruction) }

    // MARK: What the loops do

    private mutating func selectInstructions() throws(FusionBarrier) {
      var last = InstructionSelection(program, isTail: true, place: 0, registerIsMask: [], invariants: [])
      last.run()
      tail = last.instructions
      tailIsMask = last.registerIsMask
      invariants = last.invariants

      var places: [[MachineInstruction]] = []
      func select(_ place: Int) {
        var selection = InstructionSelection(
          program, isTail: false, place: place, registerIsMask: mainIsMask, invariants: invariants)
        selection.run()
        mainIsMask = selection.registerIsMask
        invariants = selection.invariants
        places.append(selection.instructions)
      }
      select(0)
      let length = places[0].count
      guard length <= Self.longestIteration else { throw .tooLarge }
      unroll = chooseUnroll(places[0])
      for place in 1..<max(unroll, 1) { select(place) }
      // Independent vectors side by side, so that the latencies of one hide behind the work of the others.
      main = []
      main.reserveCapacity(length * unroll)
      for at in 0..<length { for place in places { main.append(place[at]) } }
      let room = (vectors: level.vectorRegisters - Self.registersForInvariants(level), masks: LoopFrame.maskRegisters)
      main = InstructionScheduler.run(main, isMask: mainIsMask, room: room)
      tail = InstructionScheduler.run(tail, isMask: tailIsMask, room: room)
    }

    /// Registers that scheduling leaves to constants and copies.
    private static func registersForInvariants(_ level: VectorLevel) -> Int { level == .avx512 ? 10 : 4 }

    /// The most vectors an iteration can hold without spilling, up to four.
    private func chooseUnroll(_ single: [MachineInstruction]) -> Int {
      let pressure = RegisterAllocator.pressure(single, isMask: mainIsMask)
      for candidate in [4, 2] {
        // Short bodies gain from fewer loop instructions; long ones overlap by themselves.
        let isShort = single.count * candidate <= (candidate == 4 ? 64 : Self.longestUnrolled)
        let fits = pressure.vectors * candidate + invariants.count + 2 <= level.vectorRegisters
        // Positions of an iteration never pass the 64 accumulators of a reduction.
        if isShort && fits && pressure.masks * candidate <= LoopFrame.maskRegisters
          && candidate * program.positions <= 64
        {
          return candidate
        }
      }
      return 1
    }

    // MARK: Constants and scalars

    /// Gives the invariants that are used most a register, as many as the body leaves, and lays out the table.
    private func placeInvariants() -> (LoopFrame, [UInt32]) {
      var counts = [Int](repeating: 0, count: invariants.count)
      for instruction in main {
        for case .invariant(let index) in instruction.sources { counts[index] += 1 }
      }
      let pressure = max(
        RegisterAllocator.pressure(main, isMask: mainIsMask).vectors, RegisterAllocator.pressure(tail, isMask: tailIsMask).vectors)
      // Two more for copies and for what has to be in a register for one instruction.
      let room = max(0, level.vectorRegisters - pressure - 2)
      var pinned = [Int?](repeating: nil, count: invariants.count)
      let byUse = invariants.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
      for (i, index) in byUse.prefix(room).enumerated() { pinned[index] = level.vectorRegisters - 1 - i }

      // AVX2 has no broadcasting operands: its table holds whole vectors.
      var table: [UInt32] = []
      var windows: [Int: Int] = [:]
      var offsets = [Int?](repeating: nil, count: invariants.count)
      if level == .avx2 {
        for bytes in [4, 8] {
          windows[bytes] = table.count * 4
          let words = program.positions * bytes / 4
          table += [UInt32](repeating: .max, count: words) + [UInt32](repeating: 0, count: words)
        }
      }
      for bytes in [8, 4] {
        for (index, invariant) in invariants.enumerated() {
          guard case .constant(let bits, bytes) = invariant else { continue }
          offsets[index] = table.count * 4
          let words = bytes == 8 ? [UInt32(truncatingIfNeeded: bits), UInt32(bits >> 32)] : [UInt32(truncatingIfNeeded: bits)]
          for _ in 0..<(level == .avx2 ? 32 / bytes : 1) { table += words }
        }
      }
      let frame = LoopFrame(
        level: level, streamCount: program.streams.count, invariants: invariants, pinned: pinned, constantOffsets: offsets,
        windowOffsets: windows)
      return (frame, table)
    }

    private mutating func loadInvariants(_ frame: LoopFrame) throws(FusionBarrier) {
      var loader = RegisterAllocator([], isMask: [], frame: frame)
      for (index, home) in frame.pinned.enumerated() {
        if let home { loader.loadInvariant(index, into: home) }
      }
      try body(loader.output, frame)
    }

    // MARK: Entry and exit

    private static let saved = [
      ZYDIS_REGISTER_RBX, ZYDIS_REGISTER_R12, ZYDIS_REGISTER_R13, ZYDIS_REGISTER_R14, ZYDIS_REGISTER_R15,
    ]

    /// The registers that belong to the caller and are used here.
    private var savedRegisters: [ZydisRegister] {
      let used = LoopFrame.streamRegisters.prefix(program.streams.count)
      return Self.saved.filter { used.contains($0) }
    }

    private mutating func enter(_ frame: LoopFrame, frameBytes: Int) throws(FusionBarrier) {
      try buffer.emit(ZYDIS_MNEMONIC_PUSH, .register(ZYDIS_REGISTER_RBP))
      try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_RBP), .register(ZYDIS_REGISTER_RSP))
      for register in savedRegisters { try buffer.emit(ZYDIS_MNEMONIC_PUSH, .register(register)) }
      try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(ZYDIS_REGISTER_RSP), .immediate(frameBytes))
      try buffer.emit(ZYDIS_MNEMONIC_AND, .register(ZYDIS_REGISTER_RSP), .immediate(-64))
      for stream in program.streams.indices {
        let home = frame.base(ofStream: stream)
        let pointer = hk_asm_operand.memory(LoopFrame.second, displacement: 8 * stream, bytes: 8)
        if let register = home.register {
          try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(register), pointer)
        } else {
          try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), pointer)
          try buffer.emit(
            ZYDIS_MNEMONIC_MOV, .memory(ZYDIS_REGISTER_RSP, displacement: home.frameOffset, bytes: 8),
            .register(LoopFrame.scratch))
        }
      }
    }

    private mutating func leave() throws(FusionBarrier) {
      try buffer.emit(ZYDIS_MNEMONIC_VZEROUPPER)
      let saved = savedRegisters
      try buffer.emit(
        ZYDIS_MNEMONIC_LEA, .register(ZYDIS_REGISTER_RSP),
        .memory(ZYDIS_REGISTER_RBP, displacement: -8 * saved.count, bytes: 8))
      for register in saved.reversed() { try buffer.emit(ZYDIS_MNEMONIC_POP, .register(register)) }
      try buffer.emit(ZYDIS_MNEMONIC_POP, .register(ZYDIS_REGISTER_RBP))
      try buffer.emit(ZYDIS_MNEMONIC_RET)
    }

    // MARK: An iteration

    private mutating func body(_ code: [PlacedInstruction], _ frame: LoopFrame) throws(FusionBarrier) {
      if program.accumulates && !code.isEmpty {
        // Accumulators follow each other as positions do, and repeat after 64.
        try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_R10D), .register(ZYDIS_REGISTER_EAX))
        try buffer.emit(ZYDIS_MNEMONIC_AND, .register(ZYDIS_REGISTER_R10D), .immediate(63))
      }
      for placed in code {
        switch placed {
        case .plain(let instruction): try buffer.emit(instruction)
        case .copyIn(let stream): try copyBool(stream, frame, isIn: true)
        case .copyOut(let stream): try copyBool(stream, frame, isIn: false)
        }
      }
    }

    /// Selects the lanes of the tail's next vector: AVX-512 by a mask register, AVX2 by how far into its window of ones and
    /// zeros to look.
    private mutating func maskTail() throws(FusionBarrier) {
      if level == .avx512 {
        try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), .register(LoopFrame.limit))
        try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(LoopFrame.scratch), .register(LoopFrame.position))
        try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_EDI), .immediate(-1))
        try buffer.emit(
          ZYDIS_MNEMONIC_BZHI, .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_R11D))
        try buffer.emit(ZYDIS_MNEMONIC_KMOVW, .register(LoopFrame.tailMask), .register(ZYDIS_REGISTER_EDI))
      } else {
        try buffer.emit(ZYDIS_MNEMONIC_XOR, .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_EDI))
        try buffer.emit(
          ZYDIS_MNEMONIC_LEA, .register(LoopFrame.scratch),
          .memory(LoopFrame.position, displacement: program.positions, bytes: 8))
        try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(LoopFrame.scratch), .register(LoopFrame.limit))
        try buffer.emit(ZYDIS_MNEMONIC_CMOVS, .register(LoopFrame.scratch), .register(LoopFrame.second))
      }
    }

    /// The bytes of a bool tail, one by one, into the frame or out of it: AVX2 has no masks for bytes.
    private mutating func copyBool(_ stream: Int, _ frame: LoopFrame, isIn: Bool) throws(FusionBarrier) {
      guard let base = frame.base(ofStream: stream).register else { throw .tooLarge }
      let inFrame = { (index: ZydisRegister, displacement: Int, bytes: Int) in
        hk_asm_operand.memory(ZYDIS_REGISTER_RSP, index: index, scale: 1, displacement: displacement, bytes: bytes)
      }
      let counter = LoopFrame.second, byte = ZYDIS_REGISTER_R11B
      if isIn {
        try buffer.emit(ZYDIS_MNEMONIC_XOR, .register(ZYDIS_REGISTER_R11D), .register(ZYDIS_REGISTER_R11D))
        try buffer.emit(ZYDIS_MNEMONIC_MOV, inFrame(ZYDIS_REGISTER_NONE, 0, 8), .register(LoopFrame.scratch))
      }
      // counter = min(n - position, positions); the address of the vector's first element goes to the scratch register's
      // partner by adding the counter downwards.
      try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(counter), .register(LoopFrame.limit))
      try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(counter), .register(LoopFrame.position))
      try buffer.emit(ZYDIS_MNEMONIC_CMP, .register(counter), .immediate(program.positions))
      let isInside = buffer.label(), loop = buffer.label()
      buffer.jump(isInside, if: .lessOrEqual)
      try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_EDI), .immediate(program.positions))
      buffer.bind(isInside)
      try buffer.emit(ZYDIS_MNEMONIC_ADD, .register(base), .register(LoopFrame.position))
      buffer.bind(loop)
      let outside = hk_asm_operand.memory(base, index: counter, scale: 1, displacement: -1, bytes: 1)
      let inside = inFrame(counter, -1, 1)
      try buffer.emit(ZYDIS_MNEMONIC_MOV, .register(byte), isIn ? outside : inside)
      try buffer.emit(ZYDIS_MNEMONIC_MOV, isIn ? inside : outside, .register(byte))
      try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(counter), .immediate(1))
      buffer.jump(loop, if: .notZero)
      try buffer.emit(ZYDIS_MNEMONIC_SUB, .register(base), .register(LoopFrame.position))
    }
  }

  extension hk_asm_instruction {
    fileprivate static func XOR32(_ register: ZydisRegister) -> hk_asm_instruction {
      // Writing the low half clears the whole.
      let half = register == ZYDIS_REGISTER_RAX ? ZYDIS_REGISTER_EAX : register
      return hk_asm_instruction(ZYDIS_MNEMONIC_XOR, [.register(half), .register(half)])
    }

    fileprivate static func add(_ register: ZydisRegister, _ value: Int) -> hk_asm_instruction {
      hk_asm_instruction(ZYDIS_MNEMONIC_ADD, [.register(register), .immediate(value)])
    }

    fileprivate static func compare(_ a: ZydisRegister, _ b: ZydisRegister) -> hk_asm_instruction {
      hk_asm_instruction(ZYDIS_MNEMONIC_CMP, [.register(a), .register(b)])
    }
  }
#endif
