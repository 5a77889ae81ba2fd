#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// The instructions of one vector of a program, at one place of an unrolled iteration.
  struct InstructionSelection {
    /// What does not change in an iteration: a constant, a scalar, or the cell of a loop whose iterations are its steps.
    enum Invariant: Hashable {
      case constant(UInt64, bytes: Int)
      /// One lane after the other, up by one.
      case counting(from: Int, bytes: Int)
      case scalar(stream: Int, at: Int, bytes: Int)
      case cell(Int, bytes: Int)

      var bytes: Int {
        switch self {
        case .constant(_, let bytes), .counting(_, let bytes), .scalar(_, _, let bytes), .cell(_, let bytes): bytes
        }
      }

      /// Whether its lanes differ, so that no single element stands for it.
      var isWholeVector: Bool {
        if case .counting = self { return true }
        return false
      }
    }

    /// Which part of a loop's function the program is.
    enum LoopPart { case prologue, body, epilogue }

    let program: VectorProgram
    let isTail: Bool
    /// Which of the iteration's vectors this is.
    let place: Int
    private(set) var instructions: [MachineInstruction] = []
    private(set) var registerIsMask: [Bool]
    private(set) var invariants: [Invariant]

    var level: VectorLevel { program.level }
    var laneBytes: Int
    var positions: Int
    private var placed: [MachineOperand?]
    /// AVX2's tail masks, by element size.
    private var tailMasks: [Int: MachineOperand] = [:]
    private let part: LoopPart?
    /// The cells of one vector of a loop; before those of the first are two for AVX2's tail masks.
    private let cellCount: Int
    private var copies: [VectorProgram.ValueID: MachineOperand]?
    static let reservedCells = 2

    /// Continues the numbering of registers and invariants of an earlier selection.
    init(
      _ program: VectorProgram, isTail: Bool, place: Int, registerIsMask: [Bool], invariants: [Invariant],
      part: LoopPart? = nil, cellCount: Int = 0
    ) {
      self.program = program
      self.isTail = isTail
      self.place = place
      self.registerIsMask = registerIsMask
      self.invariants = invariants
      self.part = part
      self.cellCount = cellCount
      laneBytes = program.laneBytes
      positions = program.positions
      placed = [MachineOperand?](repeating: nil, count: program.values.count)
    }

    mutating func run() {
      if isTail && level == .avx2 { loadTailMasks() }
      for (id, cell) in program.cells.sorted(by: { $0.value < $1.value }) {
        placed[id] = read(cell: cell, program.values[id].dtype)
      }
      for step in program.steps {
        let first = instructions.count
        defer { for at in first..<instructions.count { instructions[at].origin = program.origins[step.value] } }
        switch step {
        case .compute(let id): placed[id] = select(program.values[id])
        case .store(let stream, let id):
          store(id, program.streams[stream].dtype, address(stream: stream), stream: stream)
        case .accumulate(let stream, let id):
          if program.streams[stream].dtype == .bool {
            storeMask(accumulated(id, stream), laneAddress(stream), stream: nil)
          } else {
            store(id, program.streams[stream].dtype, laneAddress(stream), stream: stream)
          }
        case .keep(let cell, let id): keep(id, in: cell)
        }
      }
    }

    // MARK: Cells

    private func number(ofCell cell: Int) -> Int { Self.reservedCells + place * cellCount + cell }

    /// A cell's value. Masks of AVX-512 are always in the frame.
    private mutating func read(cell: Int, _ dtype: DType) -> MachineOperand {
      let number = number(ofCell: cell)
      guard dtype == .bool else { return invariant(.cell(number, bytes: dtype.size)) }
      if level == .avx2 { return invariant(.cell(number, bytes: laneBytes)) }
      return emit(
        ZYDIS_MNEMONIC_KMOVW, [.memory(MachineAddress(base: .cell(number)))], bytes: 8, sourceBytes: 2, element: 2, toMask: true)
    }

    private mutating func keep(_ id: VectorProgram.ValueID, in cell: Int) {
      if part == .body, copies == nil { copyKept() }
      let number = number(ofCell: cell), dtype = program.values[id].dtype
      let source = copies?[id] ?? operand(id)
      let address = MachineAddress(base: .cell(number))
      if dtype == .bool && level == .avx512 {
        emitStore(ZYDIS_MNEMONIC_KMOVW, source, to: address, bytes: 8, memoryBytes: 2)
      } else if part == .body, case .invariant(let index) = read(cell: cell, dtype) {
        instructions.append(
          MachineInstruction(
            form: .keep(index), mnemonic: ZYDIS_MNEMONIC_VMOVUPS, bytes: level.registerBytes, sourceBytes: level.registerBytes,
            destination: nil, sources: OperandList([source]), takesMemory: false))
      } else {
        emitStore(ZYDIS_MNEMONIC_VMOVUPS, source, to: address, bytes: level.registerBytes)
      }
    }

    /// What a step keeps may be a cell itself, which changes before it is read: such values are copied first.
    private mutating func copyKept() {
      var copies: [VectorProgram.ValueID: MachineOperand] = [:]
      for case .keep(_, let id) in program.steps {
        guard case .invariant = operand(id), copies[id] == nil else { continue }
        copies[id] = emit(
          ZYDIS_MNEMONIC_VMOVAPS, [operand(id)], bytes: level.registerBytes, element: 4, takesMemory: false)
      }
      self.copies = copies
    }

    /// The bools that accumulators become. AVX2 stores all lanes: those behind the end keep what they had.
    private mutating func accumulated(_ id: VectorProgram.ValueID, _ stream: Int) -> MachineOperand {
      guard let mask = tailMasks[laneBytes] else { return operand(id) }
      let before = loadMask(laneAddress(stream), stream: nil)
      return emit(
        laneBytes == 4 ? ZYDIS_MNEMONIC_VBLENDVPS : ZYDIS_MNEMONIC_VBLENDVPD, [before, operand(id), mask], bytes: 32,
        element: laneBytes, takesMemory: false)
    }

    // MARK: Building

    private mutating func register(isMask: Bool = false) -> VirtualRegister {
      registerIsMask.append(isMask)
      return registerIsMask.count - 1
    }

    private mutating func invariant(_ invariant: Invariant) -> MachineOperand {
      if let known = invariants.firstIndex(of: invariant) { return .invariant(known) }
      invariants.append(invariant)
      return .invariant(invariants.count - 1)
    }

    mutating func constant(_ bits: UInt64, bytes: Int) -> MachineOperand { invariant(.constant(bits, bytes: bytes)) }

    /// Appends destination ← mnemonic(sources).
    @discardableResult
    mutating func emit(
      _ mnemonic: ZydisMnemonic, _ sources: [MachineOperand], bytes: Int, sourceBytes: Int? = nil, element: Int,
      immediate: Int? = nil, mask: VirtualRegister? = nil, tailMask: Bool = false, toMask: Bool = false,
      commutes: Bool = false, takesMemory: Bool = true, form: MachineInstruction.Form = .compute
    ) -> MachineOperand {
      let destination = register(isMask: toMask)
      instructions.append(
        MachineInstruction(
          form: form, mnemonic: mnemonic, bytes: bytes, sourceBytes: sourceBytes ?? bytes, destination: destination,
          sources: OperandList(sources), mask: mask, usesTailMask: tailMask, immediate: immediate, takesMemory: takesMemory,
          commutes: commutes, elementBytes: element))
      return .register(destination)
    }

    mutating func emitStore(
      _ mnemonic: ZydisMnemonic, _ source: MachineOperand, to address: MachineAddress, bytes: Int, memoryBytes: Int? = nil,
      tailMask: Bool = false, maskOperand: MachineOperand? = nil
    ) {
      instructions.append(
        MachineInstruction(
          form: .store(address), mnemonic: mnemonic, bytes: memoryBytes ?? bytes, sourceBytes: bytes, destination: nil,
          sources: OperandList((maskOperand.map { [$0] } ?? []) + [source]), usesTailMask: tailMask, takesMemory: false))
    }

    mutating func emit(_ form: MachineInstruction.Form) {
      instructions.append(
        MachineInstruction(
          form: form, mnemonic: ZYDIS_MNEMONIC_INVALID, bytes: 0, sourceBytes: 0, destination: nil, sources: OperandList([]),
          takesMemory: false))
    }

    // MARK: Where things are

    /// Bytes of a vector of elements of this size.
    func vectorBytes(_ element: Int) -> Int { positions * element }

    func operand(_ id: VectorProgram.ValueID) -> MachineOperand { placed[id]! }

    /// A mask's register. (Masks are never invariants at AVX-512.)
    func maskRegister(_ operand: MachineOperand) -> VirtualRegister? {
      if case .register(let register) = operand { return register }
      return nil
    }

    private func address(stream: Int) -> MachineAddress {
      let bytes = program.streams[stream].dtype.size
      return MachineAddress(
        base: .stream(stream), index: .position, scale: bytes, displacement: place * positions * bytes)
    }

    private func laneAddress(_ stream: Int) -> MachineAddress {
      let bytes = program.streams[stream].dtype.size
      return MachineAddress(base: .stream(stream), index: .lane, scale: bytes, displacement: place * positions * bytes)
    }

    // MARK: Memory

    private mutating func loadTailMasks() {
      // A stream may be wider than all lanes where nothing needs what it holds.
      var sizes = Set(program.streams.filter { $0.kind != .scalar && $0.dtype != .bool }.map(\.dtype.size))
      if program.accumulatesBools { sizes.insert(laneBytes) }
      for size in sizes.sorted() where size <= laneBytes {
        // In a loop's function the prologue puts them into cells.
        let cell = size / 8
        guard part == nil || part == .prologue else {
          tailMasks[size] = invariant(.cell(cell, bytes: size))
          continue
        }
        let place = MachineAddress(base: .window(bytes: size), index: .excess, scale: size)
        let mask = emit(ZYDIS_MNEMONIC_VMOVDQU, [.memory(place)], bytes: vectorBytes(size), element: size)
        tailMasks[size] = mask
        if part != nil {
          emitStore(ZYDIS_MNEMONIC_VMOVUPS, mask, to: MachineAddress(base: .cell(cell)), bytes: level.registerBytes)
        }
      }
    }

    /// `stream`: none where all lanes are there, whatever the tail is.
    private mutating func load(_ dtype: DType, _ address: MachineAddress, stream: Int?) -> MachineOperand {
      if dtype == .bool { return loadMask(address, stream: stream) }
      let size = dtype.size, bytes = vectorBytes(size)
      if let mask = tailMasks[size] {
        let mnemonic = size == 4 ? ZYDIS_MNEMONIC_VMASKMOVPS : ZYDIS_MNEMONIC_VMASKMOVPD
        return emit(mnemonic, [mask, .memory(address)], bytes: bytes, element: size)
      }
      let mnemonic = size == 4 ? ZYDIS_MNEMONIC_VMOVUPS : ZYDIS_MNEMONIC_VMOVUPD
      return emit(mnemonic, [.memory(address)], bytes: bytes, element: size, tailMask: isTail)
    }

    private mutating func store(_ id: VectorProgram.ValueID, _ dtype: DType, _ address: MachineAddress, stream: Int) {
      let source = operand(id)
      if dtype == .bool { return storeMask(source, address, stream: stream) }
      let size = dtype.size, bytes = vectorBytes(size)
      if let mask = tailMasks[size] {
        let mnemonic = size == 4 ? ZYDIS_MNEMONIC_VMASKMOVPS : ZYDIS_MNEMONIC_VMASKMOVPD
        return emitStore(mnemonic, source, to: address, bytes: bytes, maskOperand: mask)
      }
      emitStore(
        size == 4 ? ZYDIS_MNEMONIC_VMOVUPS : ZYDIS_MNEMONIC_VMOVUPD, source, to: address, bytes: bytes, tailMask: isTail)
    }

    // MARK: Values

    private mutating func select(_ value: VectorProgram.Value) -> MachineOperand {
      let dtype = value.dtype, element = dtype.size
      switch value.operation {
      case .load(let stream): return load(dtype, address(stream: stream), stream: stream)
      case .accumulator(let stream): return load(dtype, laneAddress(stream), stream: nil)
      case .gather(let stream): return gather(operand(value.operands[0]), stream, element)
      case .scalar(let stream, let offset):
        if dtype == .bool { return scalarMask(stream) }
        if part != nil, program.streams[stream].advance != 0 {
          return broadcast(MachineAddress(base: .stream(stream), displacement: offset), element)
        }
        return invariant(.scalar(stream: stream, at: offset, bytes: element))
      case .carried: return constant(0, bytes: element)  // in `program.cells` wherever it is read
      case .index: return broadcast(MachineAddress(base: .stepIndex), element)
      case .position:
        return emit(
          element == 4 ? ZYDIS_MNEMONIC_VPADDD : ZYDIS_MNEMONIC_VPADDQ,
          [
            broadcast(MachineAddress(base: .position), element),
            invariant(.counting(from: place * positions, bytes: element)),
          ], bytes: vectorBytes(element), element: element)
      case .rotateLeft(let count):
        return emit(
          ZYDIS_MNEMONIC_VPROLD, [operand(value.operands[0])], bytes: vectorBytes(element), element: element, immediate: count,
          takesMemory: false)
      case .constant(let bits):
        guard dtype == .bool else { return constant(bits, bytes: element) }
        return constantMask(bits != 0)
      case .primitive(let primitive):
        let sources = value.operands.map(operand)
        if primitive == .select { return blend(value, sources, element) }
        if dtype == .bool { return combineMasks(primitive, sources) }
        let bytes = vectorBytes(element)
        if primitive == .fma {
          return emit(
            ZYDIS_MNEMONIC_INVALID, sources, bytes: bytes, element: element, commutes: true, form: .multiplyAdd)
        }
        if primitive == .shl || primitive == .shr, case .constant(let count) = program.values[value.operands[1]].operation {
          // A count of the width or more shifts everything out, as one that is read from a register does.
          return emit(
            MnemonicTable.shift(primitive, dtype), [sources[0]], bytes: bytes, element: element,
            immediate: Int(min(count, 255)), takesMemory: false)
        }
        let row = MnemonicTable.primitive(primitive, dtype, level)
        return emit(
          row.mnemonic, sources, bytes: bytes, element: element, immediate: row.immediate, commutes: row.commutes)
      case .rare(let op):
        let sources = value.operands.map(operand)
        return emit(
          ZYDIS_MNEMONIC_INVALID, [sources[1], sources[2], sources[0]], bytes: vectorBytes(element), element: element,
          takesMemory: false, form: .rare(op, dtype))
      case .compare(let relation, let operandType):
        return compare(relation, operandType, value.operands.map(operand))
      case .convert(let from):
        return convert(operand(value.operands[0]), from: from, to: dtype)
      case .multiplyLow:
        return emit(
          ZYDIS_MNEMONIC_VPMULUDQ, value.operands.map(operand), bytes: vectorBytes(8), element: 8, commutes: true)
      }
    }

    private mutating func gather(_ numbers: MachineOperand, _ stream: Int, _ element: Int) -> MachineOperand {
      let mnemonic = element == 4 ? ZYDIS_MNEMONIC_VGATHERDPS : ZYDIS_MNEMONIC_VGATHERDPD
      let bytes = vectorBytes(element), zero = constant(0, bytes: 4)
      guard level == .avx2 else {
        let lanes = emit(
          ZYDIS_MNEMONIC_VPCMPD, [zero, zero], bytes: 8, sourceBytes: 64, element: 4, immediate: 0, tailMask: isTail,
          toMask: true, takesMemory: false)
        return emit(
          mnemonic, [numbers], bytes: bytes, sourceBytes: vectorBytes(4), element: element, mask: maskRegister(lanes),
          takesMemory: false, form: .gather(stream: stream))
      }
      let lanes =
        tailMasks[element].map { emit(ZYDIS_MNEMONIC_VMOVAPS, [$0], bytes: bytes, element: element, takesMemory: false) }
        ?? emit(ZYDIS_MNEMONIC_VPCMPEQD, [zero, zero], bytes: bytes, element: 4, takesMemory: false)
      return emit(
        mnemonic, [numbers, lanes], bytes: bytes, sourceBytes: vectorBytes(4), element: element, takesMemory: false,
        form: .gather(stream: stream))
    }

    /// One element that is another in each step.
    private mutating func broadcast(_ address: MachineAddress, _ element: Int) -> MachineOperand {
      emit(
        element == 4 ? ZYDIS_MNEMONIC_VBROADCASTSS : ZYDIS_MNEMONIC_VBROADCASTSD, [.memory(address)],
        bytes: vectorBytes(element), sourceBytes: element, element: element)
    }

    private mutating func compare(_ relation: Primitive, _ dtype: DType, _ sources: [MachineOperand]) -> MachineOperand {
      let element = dtype.size, bytes = vectorBytes(element)
      let commutes = relation == .eq || relation == .ne
      if level == .avx512 {
        let row = MnemonicTable.compareToMask(relation, dtype)
        return emit(
          row.mnemonic, sources, bytes: 8, sourceBytes: bytes, element: element, immediate: row.immediate, toMask: true,
          commutes: commutes)
      }
      let lanes: MachineOperand
      if dtype.isFloating {
        let row = MnemonicTable.compareToMask(relation, dtype)
        lanes = emit(row.mnemonic, sources, bytes: bytes, element: element, immediate: row.immediate, commutes: commutes)
      } else if relation == .eq {
        lanes = emit(
          element == 4 ? ZYDIS_MNEMONIC_VPCMPEQD : ZYDIS_MNEMONIC_VPCMPEQQ, sources, bytes: bytes, element: element,
          commutes: true)
      } else {
        // a < b is b > a.
        lanes = emit(
          element == 4 ? ZYDIS_MNEMONIC_VPCMPGTD : ZYDIS_MNEMONIC_VPCMPGTQ, [sources[1], sources[0]], bytes: bytes,
          element: element)
      }
      // Masks have the width of the widest lane.
      if element == laneBytes { return lanes }
      return emit(ZYDIS_MNEMONIC_VPMOVSXDQ, [lanes], bytes: 32, sourceBytes: 16, element: 4, takesMemory: false)
    }

    /// condition ? a : b
    private mutating func blend(
      _ value: VectorProgram.Value, _ sources: [MachineOperand], _ element: Int
    ) -> MachineOperand {
      let bytes = vectorBytes(element)
      let isZeroElse = program.values[value.operands[2]].operation == .constant(0)
      if level == .avx512 {
        guard let mask = maskRegister(sources[0]) else { return sources[1] }
        if isZeroElse {
          return emit(
            element == 4 ? ZYDIS_MNEMONIC_VMOVAPS : ZYDIS_MNEMONIC_VMOVAPD, [sources[1]], bytes: bytes, element: element,
            mask: mask, takesMemory: false)
        }
        return emit(
          element == 4 ? ZYDIS_MNEMONIC_VBLENDMPS : ZYDIS_MNEMONIC_VBLENDMPD, [sources[2], sources[1]], bytes: bytes,
          element: element, mask: mask)
      }
      let mask = element == laneBytes ? sources[0] : narrowed(sources[0])
      if isZeroElse {
        return emit(
          element == 4 ? ZYDIS_MNEMONIC_VANDPS : ZYDIS_MNEMONIC_VANDPD, [mask, sources[1]], bytes: bytes, element: element,
          commutes: true)
      }
      return emit(
        element == 4 ? ZYDIS_MNEMONIC_VBLENDVPS : ZYDIS_MNEMONIC_VBLENDVPD, [sources[2], sources[1], mask], bytes: bytes,
        element: element, takesMemory: false)
    }

    private mutating func convert(_ x: MachineOperand, from: DType, to: DType) -> MachineOperand {
      if from.size == 8 && to.size == 4 && !from.isFloating && !to.isFloating && level == .avx2 { return narrowed(x) }
      return emit(
        MnemonicTable.convert(from: from, to: to, level), [x], bytes: vectorBytes(to.size), sourceBytes: vectorBytes(from.size),
        element: from.size, takesMemory: false)
    }
  }
#endif
