import CHillock
import HillockBytecode
import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Looks up a kernel's functions and lays out its tables.
struct KernelPreparation {
  let kernel: Kernel
  let registers: [Register]
  let isa: Int32
  let arena: Arena
  let layout: ScratchLayout
  private let panels: [Int: TransposedPanel]
  private let isStrict: Bool
  /// Whether instructions are joined (`KernelChains`).
  var makesChains = false

  init(_ kernel: Kernel, registers: [Register], isa: InstructionSet, arena: Arena, isStrict: Bool = false) {
    self.kernel = kernel
    self.registers = registers
    self.isa = isa.rawValue
    self.arena = arena
    self.isStrict = isStrict
    layout = ScratchLayout(kernel, gap: isStrict ? Guards.length : 0, dtypeOf: { registers[$0].type.dtype })
    panels = TransposedPanel.panels(of: kernel, registers: registers, layout: layout)
  }

  /// Bytes of scratch a worker needs.
  var scratchByteCount: Int { tableOffset + (slotCount + 1) * MemoryLayout<UnsafeMutableRawPointer?>.stride }

  /// Bytes of partials the kernel needs.
  private(set) var partialsByteCount = 0

  private var slotCount: Int { kernel.operands.count + kernel.tiles.count + panels.count }
  private var tableOffset: Int { TransposedPanel.end(of: panels, layout) }

  mutating func prepare() throws(HillockError) -> PreparedKernel {
    var prepared = PreparedKernel()
    prepared.positions = kernel.count
    prepared.chunks = kernel.chunkCount
    prepared.tile = kernel.tile
    let cost = CostModel.position(kernel, registers: registers)
    prepared.unit = kernel.unit
    prepared.units = kernel.unitCount
    prepared.unitCost = Swift.min(kernel.count, kernel.unit) * cost
    let (all, overflow) = prepared.units.multipliedReportingOverflow(by: prepared.unitCost)
    prepared.isSmall = !overflow && UInt64(all) / 1000 < Parameters.parallelThreshold
    prepared.together = panels.values.reduce(1) { Swift.max($0, ($1.positions + kernel.unit - 1) / kernel.unit) }
    prepared.layoutByteCount = layout.byteCount
    prepared.tableOffset = tableOffset
    prepared.operandCount = kernel.operands.count
    prepareSlots(&prepared)
    prepared.reductions = arena.copy(try reductions())

    var invariant: [PreparedInstruction] = []
    var code: [PreparedInstruction] = []
    let prefetch = RowPrefetch.shares(of: kernel, registers: registers, tile: kernel.tile)
    for (line, instruction) in kernel.code.enumerated() {
      var call = try prepare(instruction)
      if let share = prefetch[line] { (call.y, call.z, call.parts) = (share.ahead, share.part, share.parts) }
      call.line = line
      if isInvariant(instruction) { invariant.append(call) } else { code.append(call) }
    }
    prepared.invariant = arena.copy(invariant)
    prepared.code = arena.copy(makesChains ? try chained(code) : code)
    return prepared
  }

  private func prepareSlots(_ prepared: inout PreparedKernel) {
    var slots: [PreparedKernel.Slot] = []
    var moving: [PreparedKernel.Moving] = []
    for (index, operand) in kernel.operands.enumerated() {
      let size = registers[operand.register].type.dtype.size
      var slot = PreparedKernel.Slot(register: operand.register, offset: 0, size: size)
      switch operand.access {
      case .contiguous(let offset):
        slot.offset = offset * size
        moving.append(PreparedKernel.Moving(slot: index, advance: size))
      case .rows(let offset, let length):
        slot.offset = offset * size
        moving.append(PreparedKernel.Moving(slot: index, advance: length * size))
      case .scalar(let offset), .strided(let offset, _), .whole(let offset, _):
        slot.offset = offset * size
      case .reduction:
        slot = PreparedKernel.Slot(register: -1, offset: layout.accumulatorOffsets[index] ?? 0, size: size)
      }
      slots.append(slot)
    }
    slots += zip(layout.tileOffsets, kernel.tiles).map { PreparedKernel.Slot(register: -1, offset: $0, size: $1.size) }
    if isStrict { prepared.gaps = arena.copy(gaps(slots)) }
    prepared.panels = arena.copy(Array(slots.count..<slots.count + panels.count))
    slots += panelOrder.map { PreparedKernel.Slot(register: -1, offset: $0.offset, size: 1) }
    prepared.slots = arena.copy(slots)
    prepared.moving = arena.copy(moving)
  }

  /// Their slots follow the tiles'.
  private var panelOrder: [TransposedPanel] { panels.values.sorted { $0.slot < $1.slot } }

  /// What lies between the end of each tile, or of a reduction's lanes, and the next piece of the scratch.
  private func gaps(_ slots: [PreparedKernel.Slot]) -> [PreparedKernel.Gap] {
    let scratch = slots.indices.filter { slots[$0].register < 0 }.sorted { slots[$0].offset < slots[$1].offset }
    return scratch.enumerated().map { position, slot in
      let elements: Int
      if slot < kernel.operands.count, case .reduction(let width) = kernel.operands[slot].access {
        elements = Swift.max(Kernel.lanes, Kernel.rowLanes * width)
      } else {
        elements = kernel.tile
      }
      let end = slots[slot].offset + elements * slots[slot].size
      let next = position + 1 < scratch.count ? slots[scratch[position + 1]].offset : layout.byteCount
      return PreparedKernel.Gap(slot: slot, offset: end, byteCount: next - end)
    }
  }

  private mutating func reductions() throws(HillockError) -> [PreparedKernel.Reduction] {
    var result: [PreparedKernel.Reduction] = []
    for (index, operand) in kernel.operands.enumerated() {
      guard case .reduction(let width) = operand.access else { continue }
      guard let writer = kernel.code.first(where: { Int($0.destination) == index }) else {
        throw HillockError(.verification, "kernel \(kernel.name): nothing writes the reduction in operand \(index)")
      }
      let dtype = registers[operand.register].type.dtype
      var kind = ReduceKind.sum
      var lanes = Kernel.lanes
      if case .reduce(let its) = writer.opcode { kind = its }
      if case .outerAccumulate = writer.opcode { lanes = Kernel.rowLanes }
      result.append(
        PreparedKernel.Reduction(
          operand: index, register: operand.register, kind: Int32(kind.rawValue), dtype: Int32(dtype.rawValue), lanes: lanes,
          width: width, elementSize: dtype.size, accumulator: layout.accumulatorOffsets[index] ?? 0,
          partials: partialsByteCount))
      partialsByteCount += (kernel.chunkCount * width * dtype.size + 63) & ~63
    }
    return result
  }

  private mutating func prepare(_ instruction: TileInstruction) throws(HillockError) -> PreparedInstruction {
    func slot(_ slot: UInt16) -> Int { slot == TileInstruction.none ? slotCount : Int(slot) }
    let dtype = Int32(instruction.dtype.rawValue)
    var call = PreparedInstruction(
      call: .tile, function: nil, destination: slot(instruction.destination), a: slot(instruction.a), b: slot(instruction.b),
      c: slot(instruction.c))
    switch instruction.opcode {
    case .elementwise(let op):
      let form = instruction.sources.enumerated().reduce(0) { $0 | (isScalar($1.element) ? 1 << $1.offset : 0) }
      call.function = try required(
        hk_elementwise(isa, Int32(op.code), dtype, Int32(form)), "\(op.row.name) at \(instruction.dtype.name), form \(form)")
    case .convert(let from):
      call.function = try required(
        hk_convert(isa, Int32(from.rawValue), dtype), "convert from \(from.name) to \(instruction.dtype.name)")
    case .load: try prepareLoad(instruction, &call)
    case .iota(let axis):
      call.call = .iota
      call.x = Int(dtype)
      call.y = kernel.shape.dropFirst(axis + 1).reduce(1, *)
      call.z = kernel.shape[axis]
    case .randomBits(let first):
      call.call = .randomBits
      call.x = Int(dtype)
      call.y = first
      call.function = try required(hk_random_bits(isa), "randombits")
    case .rowDot:
      call.call = .rowDot
      call.function = try required(hk_row_dot(isa, dtype), "rowdot at \(instruction.dtype.name)")
      try prepareRows(instruction.a, &call)
    case .reduce(let kind):
      call.call = .reduce
      call.function = try required(
        hk_reduce(isa, Int32(kind.rawValue), dtype), "reduce.\(kind.name) at \(instruction.dtype.name)")
    case .dotAccumulate:
      call.call = .dotAccumulate
      call.function = try required(hk_dot_accumulate(isa, dtype), "dotaccumulate at \(instruction.dtype.name)")
    case .outerAccumulate:
      call.call = .outerAccumulate
      call.function = try required(hk_outer_accumulate(isa, dtype), "outeraccumulate at \(instruction.dtype.name)")
      try prepareRows(instruction.b, &call)
    }
    return call
  }

  private func prepareLoad(_ instruction: TileInstruction, _ call: inout PreparedInstruction) throws(HillockError) {
    guard kernel.isOperand(instruction.a) else {
      throw HillockError(.verification, "kernel \(kernel.name): a load reads an operand, not a tile")
    }
    let size = instruction.dtype.size
    switch kernel.operands[Int(instruction.a)].access {
    case .contiguous:
      call.call = .copy
      call.x = size
    case .strided where panels[Int(instruction.a)] != nil:
      let place = panelOrder.firstIndex { $0.slot == Int(instruction.a) } ?? 0
      call.call = .transposed
      call.function = try required(hk_load_transposed(isa), "a transposed load")
      call.b = kernel.operands.count + kernel.tiles.count + place
      call.transposition = UnsafePointer(arena.copy([panelOrder[place].transposition]).baseAddress)
    case .strided(_, let strides):
      call.call = .strided
      call.x = kernel.shape.count
      call.y = size
      // One element more, so that a kernel without axes has a table too.
      call.table = arena.copy(kernel.shape.map(Int64.init) + strides.map(Int64.init) + [0]).baseAddress
    case .scalar:
      // One axis of stride 0.
      call.call = .strided
      call.x = 1
      call.y = size
      call.table = arena.copy([Int64(Swift.max(kernel.count, 1)), 0]).baseAddress
    case .rows, .whole, .reduction:
      throw HillockError(.verification, "kernel \(kernel.name): a load takes one element a position")
    }
  }

  func isScalar(_ slot: UInt16) -> Bool {
    guard kernel.isOperand(slot), case .scalar = kernel.operands[Int(slot)].access else { return false }
    return true
  }

  /// A scalar loaded into a tile that no other instruction writes stays there from tile to tile.
  private func isInvariant(_ instruction: TileInstruction) -> Bool {
    guard case .load = instruction.opcode, isScalar(instruction.a), !kernel.isOperand(instruction.destination) else {
      return false
    }
    return kernel.code.count(where: { $0.destination == instruction.destination }) == 1
  }

  private func prepareRows(_ slot: UInt16, _ call: inout PreparedInstruction) throws(HillockError) {
    guard kernel.isOperand(slot), case .rows(_, let length) = kernel.operands[Int(slot)].access else {
      throw HillockError(.verification, "kernel \(kernel.name): rows are read from an operand whose access is rows")
    }
    call.x = length
  }

  func required<Function>(_ function: Function?, _ what: String) throws(HillockError) -> UnsafeRawPointer {
    guard let function else {
      throw HillockError(.verification, "kernel \(kernel.name): there is no tile kernel for \(what)")
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }
}

/// Memory that lives as long as a prepared program and is freed with it.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
    guard !elements.isEmpty else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = memory.initialize(from: elements)
    if let base = memory.baseAddress { blocks.append(UnsafeMutableRawPointer(base)) }
    return memory
  }

  /// Memory for so many bytes, aligned to a line of cache. nil where the machine has none.
  func allocate(byteCount: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(byteCount, 1)) == 0, let memory else { return nil }
    blocks.append(memory)
    return memory
  }

  deinit { for block in blocks { block.deallocate() } }
}
