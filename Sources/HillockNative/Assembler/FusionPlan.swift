import HillockBytecode
import HillockIR
import HillockRuntime

/// How a kernel's tile code is executed: which runs of it become vector code, and which instructions call tile kernels.
struct FusionPlan {
  enum Item {
    /// Calls the instruction's tile kernel, for this reason.
    case call(Int, FusionBarrier)
    /// These instructions are one vector program.
    case fused(Range<Int>, VectorProgram)
  }

  var items: [Item]

  init(_ kernel: Kernel, of program: Program, level: VectorLevel, panels: [Int: TransposedPanel]) {
    items = []
    let rows = RowWalk(kernel, registers: program.registers)
    let barriers = kernel.code.map { FusionBarrier.of($0, in: kernel, level: level, rows: rows, panels: panels) }
    var at = 0
    while at < kernel.code.count {
      if let barrier = barriers[at] {
        items.append(.call(at, barrier))
        at += 1
        continue
      }
      var end = at
      while end < kernel.code.count, barriers[end] == nil { end += 1 }
      if end - at == 1 && kernel.code.count > 1 {
        items.append(.call(at, .single))
      } else {
        items.append(.fused(at..<end, Self.vectorProgram(kernel, of: program, at..<end, level: level, rows: rows)))
      }
      at = end
    }
    addPrefetches(kernel, program.registers)
  }

  /// Vector code between instructions that go through rows from memory takes its share of prefetching them, and prefetches what
  /// it reads itself.
  private mutating func addPrefetches(_ kernel: Kernel, _ registers: [Register]) {
    let runs = items.compactMap { if case .fused(let run, _) = $0 { run.lowerBound } else { nil } }
    let shares = RowPrefetch.shares(
      of: kernel, registers: registers, tile: KernelWriter.prefetchTile(kernel), others: runs)
    guard !shares.isEmpty else { return }
    for (at, item) in items.enumerated() {
      guard case .fused(let run, var program) = item, let share = shares[run.lowerBound] else { continue }
      program.prefetchedStreams = program.streams.indices.filter { stream in
        let slot = program.streams[stream].slot
        guard kernel.isOperand(slot), case .contiguous = kernel.operands[Int(slot)].access else { return false }
        let operand = kernel.operands[Int(slot)]
        return !operand.isWritten && registers[operand.register].type.byteCount > Parameters.prefetchThreshold
      }
      let dtype = registers[kernel.operands[share.slot].register].type.dtype
      // Its pointer moves by itself.
      program.rowPrefetches = [(program.stream(UInt16(share.slot), dtype), share)]
      items[at] = .fused(run, program)
    }
  }

  /// The run as a vector program: tiles that only the run itself uses never reach memory.
  private static func vectorProgram(
    _ kernel: Kernel, of program: Program, _ run: Range<Int>, level: VectorLevel, rows: RowWalk?
  ) -> VectorProgram {
    var builder = VectorBuilder(level: level)
    var current: [UInt16: VectorProgram.ValueID] = [:]
    let isWalked = kernel.code[run].contains { $0.opcode == .load && rows?.operands[Int($0.a)] != nil }
    let rows = isWalked ? rows : nil
    translate(kernel, of: program, run, into: &builder, current: &current, rows: rows, stores: true)
    // What a later instruction reads from a tile has to be there.
    for slot in Set(kernel.code[run].map(\.destination)).sorted() {
      guard !kernel.isOperand(slot), isRead(slot, after: run.upperBound, in: kernel), let value = current[slot] else { continue }
      builder.store(builder.stream(slot, kernel.tiles[Int(slot) - kernel.operands.count]), value)
    }
    var vectors = builder.finish()
    if let rows { vectors.walk(rows, in: kernel) }
    return vectors
  }

  /// Adds a run's instructions to a vector program. `current` holds the value of each slot that has one; other operands are
  /// read from streams of their own, as are keys that are not in `keys`. `rows`: how the code goes row by row. `stores`: whether
  /// written operands go to memory.
  static func translate(
    _ kernel: Kernel, of program: Program, _ run: Range<Int>, into builder: inout VectorBuilder,
    current: inout [UInt16: VectorProgram.ValueID], keys: [UInt16: Int] = [:], rows: RowWalk? = nil, stores: Bool
  ) {
    func dtype(_ slot: UInt16) -> DType { program.dtype(of: slot, in: kernel) }
    func read(_ slot: UInt16) -> VectorProgram.ValueID {
      if let value = current[slot] { return value }
      let value = operand(slot)
      current[slot] = value
      return value
    }
    func operand(_ slot: UInt16) -> VectorProgram.ValueID {
      guard kernel.isOperand(slot) else { return builder.value(.load(stream: builder.stream(slot, dtype(slot))), dtype(slot)) }
      if let step = rows?.operands[Int(slot)]?.step {
        let stream = builder.stream(slot, dtype(slot), step == 0 ? .scalar : .walked)
        return builder.value(step == 0 ? .scalar(stream: stream, at: 0) : .load(stream: stream), dtype(slot))
      }
      let operand = kernel.operands[Int(slot)], kind = operand.access.streamKind
      if let bits = program.constantBits(operand) { return builder.constant(bits, dtype(slot)) }
      return builder.read(builder.stream(slot, dtype(slot), kind), operand.access, of: kernel.shape)
    }
    func define(_ slot: UInt16, _ value: VectorProgram.ValueID) {
      current[slot] = value
      if stores && kernel.isOperand(slot) { builder.store(builder.stream(slot, dtype(slot)), value) }
    }

    for at in run {
      let instruction = kernel.code[at]
      builder.origin = Int32(truncatingIfNeeded: at)
      let type = instruction.dtype
      switch instruction.opcode {
      case .elementwise(let op):
        let sources = instruction.sources.map(read)
        define(instruction.destination, builder.expand(BodyCache.body(op, type), sources))
      case .convert(let from):
        define(instruction.destination, builder.convert(read(instruction.a), from: from, to: type))
      case .load:
        define(instruction.destination, read(instruction.a))
      case .reduce(let kind):
        let term = read(instruction.a)
        builder.accumulate(builder.stream(instruction.destination, type), type) {
          Self.combine(kind, &$0, accumulator: $1, term, type)
        }
      case .dotAccumulate:
        let a = read(instruction.a), b = read(instruction.b)
        builder.accumulate(builder.stream(instruction.destination, type), type) {
          $0.expand(.fma, type, [a, b, $1], types: [type, type, type])
        }
      case .iota(let axis):
        define(instruction.destination, builder.iota(axis, of: kernel.shape, type))
      case .randomBits(let first):
        let key = keys[instruction.a] ?? builder.stream(instruction.a, .u32, .scalar)
        define(instruction.destination, builder.randomBits(key: key, type, first: first, positions: kernel.count))
      case .rowDot, .outerAccumulate:
        break  // A barrier keeps these out of every run.
      }
    }
  }

  private static func isRead(_ slot: UInt16, after start: Int, in kernel: Kernel) -> Bool {
    for instruction in kernel.code[start...] {
      if instruction.sources.contains(slot) { return true }
      if instruction.destination == slot { return false }
    }
    return false
  }

  /// As the tile kernels combine an accumulator with a term (Spec/numerics.md).
  private static func combine(
    _ kind: ReduceKind, _ builder: inout VectorBuilder, accumulator: VectorProgram.ValueID, _ term: VectorProgram.ValueID,
    _ dtype: DType
  ) -> VectorProgram.ValueID {
    func primitive(_ primitive: Primitive) -> VectorProgram.ValueID {
      builder.expand(primitive, dtype, [accumulator, term], types: [dtype, dtype])
    }
    switch kind {
    case .sum: return primitive(.add)
    case .product: return primitive(.mul)
    case .any: return primitive(.or)
    case .all: return primitive(.and)
    case .max, .min:
      let extreme = primitive(kind == .max ? .max : .min)
      guard dtype.isFloating else { return extreme }
      let isNaN = builder.compare(.ne, dtype, accumulator, accumulator)
      return builder.select(isNaN, accumulator, extreme, dtype)
    }
  }
}
