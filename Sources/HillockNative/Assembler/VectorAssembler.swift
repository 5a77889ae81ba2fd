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
      let pressure = max(
        RegisterAllocator.pressure(main, isMask: mainIsMask).vectors, RegisterAllocator.pressure(tail, isMask: tailIsMask).vectors
      )
      let (frame, constants) = LoopFrame.make(program, invariants: invariants, body: main, pressure: pressure)
      var mainCode = RegisterAllocator(main, isMask: mainIsMask, frame: frame)
      try mainCode.run()
      var tailCode = RegisterAllocator(tail, isMask: tailIsMask, frame: frame)
      try tailCode.run()
      let slots = max(mainCode.spillSlots, tailCode.spillSlots)
      guard slots <= Self.mostSpills else { throw .tooLarge }

      var code = FunctionCode(program, frame: frame)
      try code.enter(spillSlots: slots, firstPosition: program.readsPosition ? program.streams.count : nil)
      try code.loadInvariants()
      let step = unroll * program.positions
      func positions(_ code: inout FunctionCode) throws(FusionBarrier) {
        try code.countPositions(
          step: step,
          main: { code throws(FusionBarrier) in
            if program.readsPosition { try code.notePosition() }
            try code.body(mainCode.output, origins: mainCode.origins)
            for (stream, share) in program.rowPrefetches { try code.advance(stream, by: step * share.rowByteCount) }
          },
          tail: { code throws(FusionBarrier) in
            if program.readsPosition { try code.notePosition() }
            try code.maskTail()
            try code.body(tailCode.output, origins: tailCode.origins)
          })
      }
      if let rows = program.rows {
        // Rows are prefetched in index spaces of one axis only, which is one row here.
        try code.countRows(rows, row: positions)
      } else {
        try positions(&code)
      }
      try code.leave()
      return VectorFunction(
        code: code.finish(), addresses: code.addresses, constants: constants, slots: program.streams.map(\.slot),
        readsPosition: program.readsPosition, rows: program.rows, level: level,
        positions: program.positions, unroll: unroll, spills: mainCode.spillCount,
        origins: code.origins, mainLoop: code.mainLoop, tailLoop: code.tailLoop)
    }

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
      main = Prefetching.spread(
        Prefetching.instructions(program, unroll: unroll), over: InstructionScheduler.run(main, isMask: mainIsMask, room: room))
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
          && candidate * program.positions <= min(64, program.rows?.length ?? 64)
        {
          return candidate
        }
      }
      return 1
    }
  }
#endif
