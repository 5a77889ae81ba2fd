#if Native && arch(x86_64)
  import CZydis

  /// Where the loop finds things: what of the function's registers and frame is settled before its body is allocated.
  struct LoopFrame {
    static let position = ZYDIS_REGISTER_RAX
    static let limit = ZYDIS_REGISTER_RSI
    static let constants = ZYDIS_REGISTER_RDX
    static let lane = ZYDIS_REGISTER_R10
    static let scratch = ZYDIS_REGISTER_R11
    static let second = ZYDIS_REGISTER_RDI
    static let streamRegisters = [
      ZYDIS_REGISTER_RCX, ZYDIS_REGISTER_R8, ZYDIS_REGISTER_R9, ZYDIS_REGISTER_RBX, ZYDIS_REGISTER_R12, ZYDIS_REGISTER_R13,
      ZYDIS_REGISTER_R14, ZYDIS_REGISTER_R15,
    ]
    /// The mask of the tail's lanes; the masks of values are k2…k7.
    static let tailMask = ZYDIS_REGISTER_K1
    static let firstMask = 2
    static let maskRegisters = 6
    /// How many uses of an invariant a carried value outweighs in the choice of those that have a register.
    private static let carriedWeight = 1_000
    /// The frame's first bytes: a bool tail, a loop's words, the pointers of streams that have no register, a loop's cells,
    /// then spills.
    static let boolBytes = 8
    /// A loop's function keeps three words behind them: the streams as they were given, the number of steps, the step's index.
    static let tableOffset = 8
    static let stepsOffset = 16
    static let indexOffset = 24
    /// Where a register waits while a stream without one borrows it.
    static let borrowedOffset = 32
    /// The number of the function's first position in the whole index space, and of the iteration's.
    static let firstOffset = 40
    static let positionOffset = 48
    private static let firstPointer = 56

    let level: VectorLevel
    let streamCount: Int
    let invariants: [InstructionSelection.Invariant]
    /// The vector register of each invariant that has one.
    let pinned: [Int?]
    /// Byte offsets into the table of constants; nil for scalars.
    let constantOffsets: [Int?]
    let windowOffsets: [Int: Int]
    /// In a loop's function, the cell of each scalar that has no register: it is repeated to a whole vector there before the
    /// first step, for each step would have to fetch its pointer, and AVX2 to repeat it.
    let scalarCells: [Int?]
    var cellCount = 0

    var allocatable: Int { level.vectorRegisters - pinned.lazy.filter { $0 != nil }.count }
    var cellBase: Int { (Self.firstPointer + 8 * max(0, streamCount - Self.streamRegisters.count) + 63) & ~63 }
    var spillBase: Int { cellBase + 64 * cellCount }

    /// The register that holds a stream's base, or the offset of its pointer in the frame.
    func base(ofStream stream: Int) -> (register: ZydisRegister?, frameOffset: Int) {
      stream < Self.streamRegisters.count
        ? (Self.streamRegisters[stream], 0) : (nil, Self.firstPointer + 8 * (stream - Self.streamRegisters.count))
    }

    /// `cellCount`: the cells of a loop's function.
    ///
    /// Gives the invariants that are used most a register, as many as the body leaves, and lays out the table. Carried values
    /// come first: each step waits for what the one before it has put there.
    static func make(
      _ program: VectorProgram, invariants: [InstructionSelection.Invariant], body: [MachineInstruction], pressure: Int,
      cellCount: Int? = nil
    ) -> (LoopFrame, [UInt32]) {
      let level = program.level
      var counts = [Int](repeating: 0, count: invariants.count)
      for instruction in body {
        for case .invariant(let index) in instruction.sources { counts[index] += 1 }
        if case .keep(let index) = instruction.form { counts[index] += carriedWeight }
      }
      // Two more for copies and for what has to be in a register for one instruction.
      let room = max(0, level.vectorRegisters - pressure - 2)
      var pinned = [Int?](repeating: nil, count: invariants.count)
      let byUse = invariants.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }
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
          func append(_ bits: UInt64) {
            table.append(UInt32(truncatingIfNeeded: bits))
            if bytes == 8 { table.append(UInt32(bits >> 32)) }
          }
          switch invariant {
          case .constant(let bits, bytes):
            offsets[index] = table.count * 4
            for _ in 0..<(level == .avx2 ? 32 / bytes : 1) { append(bits) }
          case .counting(let first, bytes):
            offsets[index] = table.count * 4
            for lane in 0..<level.registerBytes / bytes { append(UInt64(first + lane)) }
          default: break
          }
        }
      }
      var cells = cellCount ?? 0
      let scalarCells = invariants.indices.map { index -> Int? in
        guard cellCount != nil, pinned[index] == nil, counts[index] > 0, case .scalar = invariants[index] else { return nil }
        cells += 1
        return cells - 1
      }
      let frame = LoopFrame(
        level: level, streamCount: program.streams.count, invariants: invariants, pinned: pinned, constantOffsets: offsets,
        windowOffsets: windows, scalarCells: scalarCells, cellCount: cells)
      return (frame, table)
    }
  }
#endif
