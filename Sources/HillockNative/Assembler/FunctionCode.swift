#if Native && arch(x86_64)
  import CZydis

  /// The machine code of a function over streams of positions while it is written: its entry and exit, and the pieces that
  /// its loops are put together from.
  struct FunctionCode {
    private(set) var buffer = CodeBuffer()
    /// What each piece is there for, and where its loops begin: see `VectorFunction`.
    private(set) var origins: [(offset: Int, instruction: Int32)] = []
    private(set) var mainLoop = 0
    private(set) var tailLoop = 0
    let program: VectorProgram
    let frame: LoopFrame
    /// Where in the frame a rare case has its two vectors, and the code that calls for them, if there are any.
    private(set) var rareBase = 0
    var rareCaller: CodeBuffer.Label?
    private(set) var addresses: [Int] = []

    init(_ program: VectorProgram, frame: LoopFrame) {
      self.program = program
      self.frame = frame
    }

    mutating func emit(_ mnemonic: ZydisMnemonic, _ operands: hk_asm_operand...) throws(FusionBarrier) {
      try buffer.emit(hk_asm_instruction(mnemonic, operands))
    }

    mutating func emit(_ instruction: hk_asm_instruction) throws(FusionBarrier) { try buffer.emit(instruction) }

    /// The address of a C function, into a register.
    mutating func emit(address: Int, to register: ZydisRegister) throws(FusionBarrier) {
      let start = buffer.bytes.count
      try emit(ZYDIS_MNEMONIC_MOV, .register(register), .immediate(address))
      // Two bytes and the address, unless that is so small that it is written shorter, as in programs that are not moved in memory.
      if buffer.bytes.count == start + 10 { addresses.append(start + 2) }
    }

    // MARK: Jumps

    mutating func label() -> CodeBuffer.Label { buffer.label() }
    mutating func call(_ label: CodeBuffer.Label) { buffer.call(label) }
    mutating func jump(_ label: CodeBuffer.Label, if condition: CodeBuffer.Condition? = nil) { buffer.jump(label, if: condition) }
    mutating func bind(_ label: CodeBuffer.Label) { buffer.bind(label) }
    mutating func align(_ multiple: Int) { buffer.align(multiple) }
    mutating func finish() -> [UInt8] { buffer.finish() }

    // MARK: Entry and exit

    private static let saved = [
      ZYDIS_REGISTER_RBX, ZYDIS_REGISTER_R12, ZYDIS_REGISTER_R13, ZYDIS_REGISTER_R14, ZYDIS_REGISTER_R15,
    ]

    /// The registers that belong to the caller and are used here.
    private var savedRegisters: [ZydisRegister] {
      let used = LoopFrame.streamRegisters.prefix(program.streams.count)
      return Self.saved.filter { used.contains($0) }
    }

    /// `isLoop`: the function is given a number of steps, and goes back to its streams for each vector. `firstPosition`: where
    /// in the table of streams the number of the first position is.
    ///
    /// Where it goes row by row it is given a number of rows.
    mutating func enter(spillSlots: Int, isLoop: Bool = false, firstPosition: Int? = nil) throws(FusionBarrier) {
      try emit(ZYDIS_MNEMONIC_PUSH, .register(ZYDIS_REGISTER_RBP))
      try emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_RBP), .register(ZYDIS_REGISTER_RSP))
      for register in savedRegisters { try emit(ZYDIS_MNEMONIC_PUSH, .register(register)) }
      rareBase = frame.spillBase + 64 * spillSlots
      try emit(ZYDIS_MNEMONIC_SUB, .register(ZYDIS_REGISTER_RSP), .immediate(rareBase + PlacedRareCase.frameBytes))
      try emit(ZYDIS_MNEMONIC_AND, .register(ZYDIS_REGISTER_RSP), .immediate(-64))
      if isLoop {
        try emit(ZYDIS_MNEMONIC_MOV, Self.word(LoopFrame.tableOffset), .register(LoopFrame.second))
      }
      if isLoop || program.rows != nil {
        try emit(ZYDIS_MNEMONIC_MOV, Self.word(LoopFrame.stepsOffset), .register(ZYDIS_REGISTER_RCX))
      }
      if let firstPosition {
        let word = hk_asm_operand.memory(LoopFrame.second, displacement: 8 * firstPosition, bytes: 8)
        try emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), word)
        try emit(ZYDIS_MNEMONIC_MOV, Self.word(LoopFrame.firstOffset), .register(LoopFrame.scratch))
      }
      for stream in program.streams.indices { try loadPointer(stream) }
    }

    /// A word of the frame.
    static func word(_ offset: Int) -> hk_asm_operand { .memory(ZYDIS_REGISTER_RSP, displacement: offset, bytes: 8) }

    /// A stream's pointer from the table at `LoopFrame.second` to where it lives.
    mutating func loadPointer(_ stream: Int) throws(FusionBarrier) {
      let home = frame.base(ofStream: stream)
      let pointer = hk_asm_operand.memory(LoopFrame.second, displacement: 8 * stream, bytes: 8)
      try emit(ZYDIS_MNEMONIC_MOV, .register(home.register ?? LoopFrame.scratch), pointer)
      if home.register == nil {
        try emit(ZYDIS_MNEMONIC_MOV, Self.word(home.frameOffset), .register(LoopFrame.scratch))
      }
    }

    /// Moves a stream's pointer.
    mutating func advance(_ stream: Int, by bytes: Int) throws(FusionBarrier) {
      let home = frame.base(ofStream: stream)
      try emit(ZYDIS_MNEMONIC_ADD, home.register.map { .register($0) } ?? Self.word(home.frameOffset), .immediate(bytes))
    }

    mutating func leave() throws(FusionBarrier) {
      try emit(ZYDIS_MNEMONIC_VZEROUPPER)
      let saved = savedRegisters
      try emit(
        ZYDIS_MNEMONIC_LEA, .register(ZYDIS_REGISTER_RSP),
        .memory(ZYDIS_REGISTER_RBP, displacement: -8 * saved.count, bytes: 8))
      for register in saved.reversed() { try emit(ZYDIS_MNEMONIC_POP, .register(register)) }
      try emit(ZYDIS_MNEMONIC_POP, .register(ZYDIS_REGISTER_RBP))
      try emit(ZYDIS_MNEMONIC_RET)
      try writeRareCaller()
    }

    // MARK: Constants and scalars

    /// Into the registers that they have through the whole function. Cells change with each vector: `moveCells`; a row's scalars
    /// with each row: `loadRowScalars`.
    mutating func loadInvariants() throws(FusionBarrier) {
      var loader = RegisterAllocator([], isMask: [], frame: frame)
      for (index, home) in frame.pinned.enumerated() {
        guard let home, !isRowScalar(index) else { continue }
        if case .cell = frame.invariants[index] { continue }
        loader.loadInvariant(index, into: home)
      }
      for index in frame.invariants.indices { loader.keepScalar(index) }
      try body(loader.output)
    }

    private func isRowScalar(_ invariant: Int) -> Bool {
      guard program.rows != nil, case .scalar(let stream, _, _) = frame.invariants[invariant] else { return false }
      return program.streams[stream].advance != 0
    }

    /// The elements that stand for a whole row, into the registers that they have.
    private mutating func loadRowScalars() throws(FusionBarrier) {
      var loader = RegisterAllocator([], isMask: [], frame: frame)
      for (index, home) in frame.pinned.enumerated() {
        if let home, isRowScalar(index) { loader.loadInvariant(index, into: home) }
      }
      try body(loader.output)
    }

    /// Moves these cells, as far as they have registers, between these and the frame.
    mutating func moveCells(_ cells: Range<Int>, isLoad: Bool) throws(FusionBarrier) {
      var mover = RegisterAllocator([], isMask: [], frame: frame)
      for (index, home) in frame.pinned.enumerated() {
        guard let home, case .cell(let cell, _) = frame.invariants[index], cells.contains(cell) else { continue }
        mover.moveCell(index, home, isLoad: isLoad)
      }
      try body(mover.output)
    }

    // MARK: Loops

    /// What is to be done for a row, for each row.
    mutating func countRows(
      _ rows: RowWalk, row: (inout FunctionCode) throws(FusionBarrier) -> Void
    ) throws(FusionBarrier) {
      let next = label(), done = label()
      bind(next)
      try loadRowScalars()
      try row(&self)
      try emit(ZYDIS_MNEMONIC_SUB, Self.word(LoopFrame.stepsOffset), .immediate(1))
      jump(done, if: .zero)
      for (stream, entry) in program.streams.enumerated() where entry.advance != 0 { try advance(stream, by: entry.advance) }
      if program.readsPosition {
        try emit(ZYDIS_MNEMONIC_ADD, Self.word(LoopFrame.firstOffset), .immediate(rows.length))
      }
      jump(next)
      bind(done)
    }

    /// A loop over full iterations of `step` positions, and one over the rest, a vector at a time.
    mutating func countPositions(
      step: Int, main: (inout FunctionCode) throws(FusionBarrier) -> Void,
      tail: (inout FunctionCode) throws(FusionBarrier) -> Void
    ) throws(FusionBarrier) {
      let mainLabel = label(), tailCheck = label(), tailLabel = label(), done = label()
      // Writing the low half clears the whole.
      try emit(ZYDIS_MNEMONIC_XOR, .register(ZYDIS_REGISTER_EAX), .register(ZYDIS_REGISTER_EAX))
      // rsi counts what is left behind the current iteration.
      try emit(ZYDIS_MNEMONIC_ADD, .register(LoopFrame.limit), .immediate(-step))
      jump(tailCheck, if: .less)
      align(32)
      bind(mainLabel)
      mainLoop = buffer.bytes.count
      try main(&self)
      try emit(ZYDIS_MNEMONIC_ADD, .register(LoopFrame.position), .immediate(step))
      try emit(ZYDIS_MNEMONIC_CMP, .register(LoopFrame.position), .register(LoopFrame.limit))
      jump(mainLabel, if: .lessOrEqual)

      bind(tailCheck)
      try emit(ZYDIS_MNEMONIC_ADD, .register(LoopFrame.limit), .immediate(step))
      try emit(ZYDIS_MNEMONIC_CMP, .register(LoopFrame.position), .register(LoopFrame.limit))
      jump(done, if: .greaterOrEqual)
      bind(tailLabel)
      tailLoop = buffer.bytes.count
      try tail(&self)
      try emit(ZYDIS_MNEMONIC_ADD, .register(LoopFrame.position), .immediate(program.positions))
      try emit(ZYDIS_MNEMONIC_CMP, .register(LoopFrame.position), .register(LoopFrame.limit))
      jump(tailLabel, if: .less)
      bind(done)
    }

    // MARK: An iteration

    /// Puts the number of the iteration's first position, in the whole index space, where the body reads it.
    mutating func notePosition() throws(FusionBarrier) {
      try emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), Self.word(LoopFrame.firstOffset))
      try emit(ZYDIS_MNEMONIC_ADD, .register(LoopFrame.scratch), .register(LoopFrame.position))
      try emit(ZYDIS_MNEMONIC_MOV, Self.word(LoopFrame.positionOffset), .register(LoopFrame.scratch))
    }

    /// `origins`: one for each instruction; none where they belong to no tile instruction.
    mutating func body(_ code: [PlacedInstruction], origins: [Int32] = []) throws(FusionBarrier) {
      note(VectorFunction.control)
      defer { note(VectorFunction.control) }
      if program.accumulates && !code.isEmpty {
        // Accumulators follow each other as positions do, and repeat after 64.
        try emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_R10D), .register(ZYDIS_REGISTER_EAX))
        try emit(ZYDIS_MNEMONIC_AND, .register(ZYDIS_REGISTER_R10D), .immediate(63))
      }
      for (at, placed) in code.enumerated() {
        if at < origins.count { note(origins[at]) }
        switch placed {
        case .plain(let instruction): try buffer.emit(instruction)
        case .copyIn(let stream): try copyBool(stream, isIn: true)
        case .copyOut(let stream): try copyBool(stream, isIn: false)
        case .rare(let rare): try callRare(rare)
        }
      }
    }

    /// What follows is there for this tile instruction.
    private mutating func note(_ origin: Int32) {
      if origins.last?.instruction != origin { origins.append((buffer.bytes.count, origin)) }
    }

    /// Selects the lanes of the tail's next vector: AVX-512 by a mask register, AVX2 by how far into its window of ones and
    /// zeros to look.
    mutating func maskTail() throws(FusionBarrier) {
      if frame.level == .avx512 {
        try emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), .register(LoopFrame.limit))
        try emit(ZYDIS_MNEMONIC_SUB, .register(LoopFrame.scratch), .register(LoopFrame.position))
        // No more than a vector's positions: the bytes of a bool's register reach beyond them.
        try emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_EDI), .immediate((1 << program.positions) - 1))
        try emit(
          ZYDIS_MNEMONIC_BZHI, .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_R11D))
        try emit(ZYDIS_MNEMONIC_KMOVW, .register(LoopFrame.tailMask), .register(ZYDIS_REGISTER_EDI))
      } else {
        try emit(ZYDIS_MNEMONIC_XOR, .register(ZYDIS_REGISTER_EDI), .register(ZYDIS_REGISTER_EDI))
        try emit(
          ZYDIS_MNEMONIC_LEA, .register(LoopFrame.scratch),
          .memory(LoopFrame.position, displacement: program.positions, bytes: 8))
        try emit(ZYDIS_MNEMONIC_SUB, .register(LoopFrame.scratch), .register(LoopFrame.limit))
        try emit(ZYDIS_MNEMONIC_CMOVS, .register(LoopFrame.scratch), .register(LoopFrame.second))
      }
    }

    /// The bytes of a bool tail, one by one, into the frame or out of it: AVX2 has no masks for bytes.
    private mutating func copyBool(_ stream: Int, isIn: Bool) throws(FusionBarrier) {
      let home = frame.base(ofStream: stream)
      // A stream without a register borrows the first one's.
      let base = home.register ?? LoopFrame.streamRegisters[0]
      let inFrame = { (index: ZydisRegister, displacement: Int, bytes: Int) in
        hk_asm_operand.memory(ZYDIS_REGISTER_RSP, index: index, scale: 1, displacement: displacement, bytes: bytes)
      }
      let counter = LoopFrame.second, byte = ZYDIS_REGISTER_R11B
      if isIn {
        try emit(ZYDIS_MNEMONIC_XOR, .register(ZYDIS_REGISTER_R11D), .register(ZYDIS_REGISTER_R11D))
        try emit(ZYDIS_MNEMONIC_MOV, inFrame(ZYDIS_REGISTER_NONE, 0, 8), .register(LoopFrame.scratch))
      }
      // counter = min(n - position, positions); the address of the vector's first element goes to the scratch register's
      // partner by adding the counter downwards.
      try emit(ZYDIS_MNEMONIC_MOV, .register(counter), .register(LoopFrame.limit))
      try emit(ZYDIS_MNEMONIC_SUB, .register(counter), .register(LoopFrame.position))
      try emit(ZYDIS_MNEMONIC_CMP, .register(counter), .immediate(program.positions))
      let isInside = label(), loop = label()
      jump(isInside, if: .lessOrEqual)
      try emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_EDI), .immediate(program.positions))
      bind(isInside)
      if home.register == nil {
        try emit(ZYDIS_MNEMONIC_MOV, Self.word(LoopFrame.borrowedOffset), .register(base))
        try emit(ZYDIS_MNEMONIC_MOV, .register(base), Self.word(home.frameOffset))
      }
      try emit(ZYDIS_MNEMONIC_ADD, .register(base), .register(LoopFrame.position))
      bind(loop)
      let outside = hk_asm_operand.memory(base, index: counter, scale: 1, displacement: -1, bytes: 1)
      let inside = inFrame(counter, -1, 1)
      try emit(ZYDIS_MNEMONIC_MOV, .register(byte), isIn ? outside : inside)
      try emit(ZYDIS_MNEMONIC_MOV, isIn ? inside : outside, .register(byte))
      try emit(ZYDIS_MNEMONIC_SUB, .register(counter), .immediate(1))
      jump(loop, if: .notZero)
      if home.register == nil {
        try emit(ZYDIS_MNEMONIC_MOV, .register(base), Self.word(LoopFrame.borrowedOffset))
      } else {
        try emit(ZYDIS_MNEMONIC_SUB, .register(base), .register(LoopFrame.position))
      }
    }
  }
#endif
