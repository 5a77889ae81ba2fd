#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// Turns a loop program into machine code: a function `void f(void **streams, long n, const void *constants, long steps)`.
  ///
  /// Outside are the loops over positions of every vector function; in each of their iterations the steps. Carried values and
  /// what is the same in all steps stay in registers as far as there are any, else in the function's frame. Behind the
  /// streams is the first step's index, then the first position.
  struct LoopAssembler {
    private static let longestBody = 6_000
    private static let longestUnrolled = 256
    private static let mostSpills = 200
    private static let mostCells = 400
    private static let registersForConstants = 4

    /// The code of one vector, or of several side by side.
    private struct Part {
      var instructions: [MachineInstruction] = []
      var isMask: [Bool] = []
      var code: [PlacedInstruction] = []
    }

    private struct Parts {
      var prologue = Part(), body = Part(), epilogue = Part()
    }

    private let loop: LoopProgram
    private let level: VectorLevel
    private var invariants: [InstructionSelection.Invariant] = []
    private var main = Parts()
    private var tail = Parts()
    private var unroll = 1

    static func assemble(_ loop: LoopProgram) throws(FusionBarrier) -> VectorFunction {
      var assembler = LoopAssembler(loop: loop, level: loop.body.level)
      return try assembler.run()
    }

    private init(loop: LoopProgram, level: VectorLevel) {
      self.loop = loop
      self.level = level
    }

    private mutating func run() throws(FusionBarrier) -> VectorFunction {
      tail = select(places: 0..<1, isTail: true)
      main = select(places: 0..<1, isTail: false)
      guard main.body.instructions.count <= Self.longestBody else { throw .tooLarge }
      unroll = chooseUnroll()
      if unroll > 1 { main = select(places: 0..<unroll, isTail: false) }
      schedule(&main.body, cells: unroll * vectorCells)
      schedule(&tail.body, cells: vectorCells)

      let cells = InstructionSelection.reservedCells + unroll * loop.cellCount
      guard cells <= Self.mostCells else { throw .tooLarge }
      let pressure = max(
        RegisterAllocator.pressure(main.body.instructions, isMask: main.body.isMask).vectors,
        RegisterAllocator.pressure(tail.body.instructions, isMask: tail.body.isMask).vectors)
      let (frame, constants) = LoopFrame.make(
        loop.body, invariants: invariants, body: main.body.instructions, pressure: pressure, cellCount: cells)
      var spillSlots = 0, spillCount = 0
      for part in [\Parts.prologue, \Parts.body, \Parts.epilogue] {
        spillCount += try allocate(&main[keyPath: part], frame, &spillSlots)
        _ = try allocate(&tail[keyPath: part], frame, &spillSlots)
      }
      guard spillSlots <= Self.mostSpills else { throw .tooLarge }

      var code = FunctionCode(loop.body, frame: frame)
      try code.enter(
        spillSlots: spillSlots, isLoop: true, firstPosition: loop.readsPosition ? loop.body.streams.count + 1 : nil)
      try code.loadInvariants()
      try code.countPositions(
        step: unroll * loop.body.positions,
        main: { code throws(FusionBarrier) in try write(main, places: unroll, isTail: false, &code) },
        tail: { code throws(FusionBarrier) in try write(tail, places: 1, isTail: true, &code) })
      try code.leave()
      return VectorFunction(
        code: code.finish(), addresses: code.addresses, constants: constants, slots: loop.body.streams.map(\.slot),
        readsPosition: loop.readsPosition, level: level,
        positions: loop.body.positions, unroll: unroll, spills: spillCount,
        origins: code.origins, mainLoop: code.mainLoop, tailLoop: code.tailLoop)
    }

    private func allocate(_ part: inout Part, _ frame: LoopFrame, _ spillSlots: inout Int) throws(FusionBarrier) -> Int {
      var allocator = RegisterAllocator(part.instructions, isMask: part.isMask, frame: frame)
      try allocator.run()
      part.code = allocator.output
      spillSlots = max(spillSlots, allocator.spillSlots)
      return allocator.spillCount
    }

    // MARK: Selection

    /// The instructions of these vectors side by side, so that the latencies of one hide behind the work of the others.
    private mutating func select(places: Range<Int>, isTail: Bool) -> Parts {
      var parts = Parts()
      parts.prologue = select(loop.prologue, .prologue, places: places, isTail: isTail)
      parts.body = select(loop.body, .body, places: places, isTail: isTail)
      parts.epilogue = select(loop.epilogue, .epilogue, places: places, isTail: isTail)
      return parts
    }

    private mutating func select(
      _ program: VectorProgram, _ kind: InstructionSelection.LoopPart, places: Range<Int>, isTail: Bool
    ) -> Part {
      var part = Part()
      var columns: [[MachineInstruction]] = []
      for place in places {
        var selection = InstructionSelection(
          program, isTail: isTail, place: place, registerIsMask: part.isMask, invariants: invariants, part: kind,
          cellCount: loop.cellCount)
        selection.run()
        part.isMask = selection.registerIsMask
        invariants = selection.invariants
        columns.append(selection.instructions)
      }
      guard let length = columns.first?.count else { return part }
      part.instructions.reserveCapacity(length * columns.count)
      for at in 0..<length { for column in columns { part.instructions.append(column[at]) } }
      return part
    }

    /// Puts the instructions of a step in a better order; it leaves registers to cells, and some to constants.
    private func schedule(_ part: inout Part, cells: Int) {
      let room = max(level.vectorRegisters - cells - Self.registersForConstants, level.vectorRegisters / 2)
      part.instructions = InstructionScheduler.run(
        part.instructions, isMask: part.isMask, room: (vectors: room, masks: LoopFrame.maskRegisters))
    }

    /// Cells of a vector that may have a vector register: AVX-512's masks stay in the frame.
    private var vectorCells: Int { loop.cellCount - (level == .avx512 ? loop.maskCells : 0) }

    /// The most vectors whose steps fit side by side into the registers, cells included, up to four: a step waits for the one
    /// before it, and only another vector's step can fill the time. Long bodies fill it by themselves. Constants are no
    /// reason for fewer: as operands in memory they cost next to nothing. Nor are masks, which live shortly: scheduling sees
    /// to it that they come one after the other.
    private func chooseUnroll() -> Int {
      let pressure = RegisterAllocator.pressure(main.body.instructions, isMask: main.body.isMask)
      for candidate in [4, 2] {
        if main.body.instructions.count * candidate <= Self.longestUnrolled,
          (pressure.vectors + vectorCells) * candidate + 2 <= level.vectorRegisters,
          pressure.masks * candidate <= 2 * LoopFrame.maskRegisters
        {
          return candidate
        }
      }
      return 1
    }

    // MARK: Code

    private func write(_ parts: Parts, places: Int, isTail: Bool, _ code: inout FunctionCode) throws(FusionBarrier) {
      // Streams that move are where the last vector has left them.
      try code.emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.second), FunctionCode.word(LoopFrame.tableOffset))
      for (stream, its) in loop.body.streams.enumerated() where its.advance != 0 { try code.loadPointer(stream) }
      let index = hk_asm_operand.memory(LoopFrame.second, displacement: 8 * loop.body.streams.count, bytes: 8)
      if loop.readsIndex {
        try code.emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.scratch), index)
        try code.emit(ZYDIS_MNEMONIC_MOV, FunctionCode.word(LoopFrame.indexOffset), .register(LoopFrame.scratch))
      }
      if loop.readsPosition { try code.notePosition() }
      if isTail { try code.maskTail() }
      try code.body(parts.prologue.code)
      let first = InstructionSelection.reservedCells
      try code.moveCells(first..<first + places * loop.cellCount, isLoad: true)
      try code.emit(ZYDIS_MNEMONIC_MOV, .register(LoopFrame.lane), FunctionCode.word(LoopFrame.stepsOffset))

      let step = code.label()
      code.align(32)
      code.bind(step)
      try code.body(parts.body.code)
      for (stream, its) in loop.body.streams.enumerated() where its.advance != 0 {
        try code.advance(stream, by: its.advance)
      }
      if loop.readsIndex {
        try code.emit(ZYDIS_MNEMONIC_ADD, FunctionCode.word(LoopFrame.indexOffset), .immediate(loop.isReversed ? -1 : 1))
      }
      try code.emit(ZYDIS_MNEMONIC_SUB, .register(LoopFrame.lane), .immediate(1))
      code.jump(step, if: .notZero)
      try code.body(parts.epilogue.code)
    }
  }
#endif
