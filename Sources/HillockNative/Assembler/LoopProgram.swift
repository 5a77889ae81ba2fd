import HillockBytecode
import HillockIR

/// A loop that is interchanged with its positions, as vector programs: what the assembler makes one function of, in which a
/// vector goes through all the steps before the next one begins.
///
/// What a step hands to the next, and what is the same in all steps, is in *cells*: one for each vector, in a register or in
/// the function's frame. `prologue` fills them, `body` is one step, `epilogue` writes the carried values to memory. The three
/// share values and streams.
struct LoopProgram {
  /// What a stream of the function points at when the function is called; the stream's slot is its place in `pointers`.
  struct Pointer: Hashable {
    enum Role: Hashable {
      /// A register that the loop does not change.
      case captured(register: Int)
      /// The row of a register at the first step.
      case row(whole: Int, bytes: Int)
      /// Where a carried value is before the steps, and where it belongs after them.
      case carriedIn(Int)
      case carriedOut(Int)
    }

    var role: Role
    /// Bytes from the register's beginning.
    var offset: Int
    /// Bytes from one position to the next; 0 for one element.
    var size: Int
  }

  private(set) var pointers: [Pointer] = []
  private(set) var prologue: VectorProgram
  private(set) var body: VectorProgram
  private(set) var epilogue: VectorProgram
  /// Carried values have the first cells, in their order.
  private(set) var cellCount: Int
  let isReversed: Bool
  /// Whether a step reads its index.
  private(set) var readsIndex = false
  /// Whether it needs to know where in the index space it is. (What is made of that is the same in all steps.)
  var readsPosition: Bool { prologue.readsPosition }
  /// Cells that hold masks.
  private(set) var maskCells = 0

  private typealias ValueID = VectorProgram.ValueID

  /// - Throws: the reason why an instruction of the body has no place in vector code.
  init(_ program: Program, _ loop: Loop, kernels order: [Int], level: VectorLevel) throws(FusionBarrier) {
    let kernels = order.map { program.kernels[$0] }
    for kernel in kernels {
      for instruction in kernel.code {
        let barrier = FusionBarrier.of(instruction, in: kernel, level: level, isInLoop: true)
        if let barrier { throw barrier }
      }
    }
    var translation = Translation(program, loop, level)
    for kernel in kernels { try translation.nameRows(kernel) }
    for kernel in kernels { try translation.append(kernel) }
    let next = try translation.finish()

    let values = translation.builder.program
    var whole = values
    // Where carried values come from and go to.
    var loads: [ValueID] = [], carried: [ValueID] = [], targets: [Int] = []
    for (position, carry) in loop.carries.enumerated() {
      let dtype = program.registers[carry.current].type.dtype
      let source = translation.stream(.carriedIn(position), offset: 0, size: dtype.size, dtype)
      targets.append(translation.stream(.carriedOut(position), offset: 0, size: dtype.size, dtype))
      loads.append(translation.builder.value(.load(stream: source), dtype))
      carried.append(translation.builder.value(.carried(position), dtype))
    }
    whole.values = translation.builder.program.values
    whole.origins = translation.builder.program.origins
    whole.streams = translation.builder.program.streams
    pointers = translation.pointers
    isReversed = loop.isReversed
    let carriedCount = loop.carries.count

    // What changes from step to step; masks are not kept, but computed anew.
    let changes = Self.changing(whole)
    let stores = values.steps.filter { if case .store = $0 { true } else { false } }
    var roots = next
    for case .store(_, let value) in stores { roots.append(value) }
    func isKept(_ id: ValueID) -> Bool {
      guard !changes[id], whole.values[id].dtype != .bool else { return false }
      switch whole.values[id].operation {
      case .constant, .scalar: return false
      default: return true
      }
    }
    let inBody = Self.needed(whole, roots, stopAt: { isKept($0) })
    let kept = inBody.filter(isKept)
    maskCells = carried.count(where: { whole.values[$0].dtype == .bool })
    readsIndex = inBody.contains { whole.values[$0].operation == .index }
    cellCount = carriedCount + kept.count

    body = whole
    prologue = whole
    epilogue = whole
    for (cell, id) in kept.enumerated() { body.cells[id] = carriedCount + cell }
    let reads = Set(inBody)
    for (cell, id) in carried.enumerated() {
      if reads.contains(id) { body.cells[id] = cell }
      epilogue.cells[id] = cell
    }
    body.steps = inBody.filter { body.cells[$0] == nil }.map { .compute($0) } + stores
    for (cell, id) in next.enumerated() where id != carried[cell] { body.steps.append(.keep(cell: cell, id)) }
    prologue.steps = Self.needed(whole, kept, stopAt: { _ in false }).map { .compute($0) }
    for (cell, id) in kept.enumerated() { prologue.steps.append(.keep(cell: carriedCount + cell, id)) }
    for (cell, id) in loads.enumerated() where reads.contains(carried[cell]) {
      prologue.steps += [.compute(id), .keep(cell: cell, id)]
    }
    epilogue.steps = carried.indices.map { .store(stream: targets[$0], carried[$0]) }
    let laneBytes = max(prologue.widestLane, body.widestLane, epilogue.widestLane)
    prologue.laneBytes = laneBytes
    body.laneBytes = laneBytes
    epilogue.laneBytes = laneBytes
  }

  /// Which values may differ between two steps.
  private static func changing(_ program: VectorProgram) -> [Bool] {
    var changes: [Bool] = []
    for value in program.values {
      switch value.operation {
      case .carried, .index: changes.append(true)
      case .load(let stream), .scalar(let stream, _), .accumulator(let stream):
        changes.append(program.streams[stream].advance != 0)
      case .gather(let stream): changes.append(program.streams[stream].advance != 0 || value.operands.contains { changes[$0] })
      default: changes.append(value.operands.contains { changes[$0] })
      }
    }
    return changes
  }

  /// What these values are computed from, and they themselves, in order; nothing before what satisfies `stopAt`.
  private static func needed(_ program: VectorProgram, _ roots: [ValueID], stopAt: (ValueID) -> Bool) -> [ValueID] {
    var isNeeded = [Bool](repeating: false, count: program.values.count)
    for root in roots { isNeeded[root] = true }
    for id in program.values.indices.reversed() where isNeeded[id] && !stopAt(id) {
      for operand in program.values[id].operands { isNeeded[operand] = true }
    }
    return isNeeded.indices.filter { isNeeded[$0] }
  }
}

/// The body of a loop on its way into one vector program.
private struct Translation {
  let program: Program
  let loop: Loop
  var builder: VectorBuilder
  var pointers: [LoopProgram.Pointer] = []
  /// The value of each register that the step has written so far.
  private var written: [Int: VectorProgram.ValueID] = [:]
  private let carried: [Int: Int]

  init(_ program: Program, _ loop: Loop, _ level: VectorLevel) {
    self.program = program
    self.loop = loop
    builder = VectorBuilder(level: level)
    carried = Dictionary(uniqueKeysWithValues: loop.carries.enumerated().map { ($0.element.current, $0.offset) })
  }

  /// A stream that begins here. Those that move come first: `nameRows` makes them before all others.
  mutating func stream(
    _ role: LoopProgram.Pointer.Role, offset: Int, size: Int, _ dtype: DType, _ kind: VectorProgram.Stream.Kind = .walked
  ) -> Int {
    let pointer = LoopProgram.Pointer(role: role, offset: offset, size: size)
    let slot = pointers.firstIndex(of: pointer) ?? pointers.count
    if slot == pointers.count { pointers.append(pointer) }
    var advance = 0
    if case .row(_, let bytes) = role { advance = loop.isReversed ? -bytes : bytes }
    return builder.stream(UInt16(slot), dtype, kind, advance: advance)
  }

  /// The streams of the rows that a kernel reads or writes.
  mutating func nameRows(_ kernel: Kernel) throws(FusionBarrier) {
    for operand in kernel.operands where loop.rows.contains(operand.register) { _ = try stream(operand) }
  }

  private mutating func stream(_ operand: Operand) throws(FusionBarrier) -> Int {
    let type = program.registers[operand.register].type
    let (offset, size): (Int, Int) =
      switch operand.access {
      case .contiguous(let offset): (offset, type.dtype.size)
      case .scalar(let offset): (offset, 0)
      case .strided(let offset, _): (offset, 0)
      case .whole(let offset, _): (offset, 0)
      case .rows: throw .rowDot
      case .reduction: throw .outerAccumulate
      }
    var role = LoopProgram.Pointer.Role.captured(register: operand.register)
    if loop.rows.contains(operand.register), case .row(let whole) = program.registers[operand.register].role {
      // A step's pointers advance by an immediate.
      guard type.byteCount <= Int(Int32.max) else { throw .tooLarge }
      role = .row(whole: whole, bytes: type.byteCount)
    }
    return stream(role, offset: offset * type.dtype.size, size: size, type.dtype, operand.access.streamKind)
  }

  mutating func append(_ kernel: Kernel) throws(FusionBarrier) {
    var current: [UInt16: VectorProgram.ValueID] = [:]
    var keys: [UInt16: Int] = [:]
    for (slot, operand) in kernel.operands.enumerated() where !operand.isWritten {
      // Whole vectors are the keys of random numbers.
      if case .whole = operand.access {
        keys[UInt16(slot)] = try stream(operand)
      } else {
        current[UInt16(slot)] = try read(operand, of: kernel.shape)
      }
    }
    FusionPlan.translate(
      kernel, of: program, kernel.code.indices, into: &builder, current: &current, keys: keys, stores: false)
    for (slot, operand) in kernel.operands.enumerated() where operand.isWritten {
      written[operand.register] = current[UInt16(slot)]
    }
  }

  private mutating func read(_ operand: Operand, of shape: [Int]) throws(FusionBarrier) -> VectorProgram.ValueID {
    let dtype = program.registers[operand.register].type.dtype
    if let value = written[operand.register] { return value }
    if let position = carried[operand.register] { return builder.value(.carried(position), dtype) }
    if operand.register == loop.index { return builder.value(.index, dtype) }
    if let bits = program.constantBits(operand) { return builder.constant(bits, dtype) }
    return builder.read(try stream(operand), operand.access, of: shape)
  }

  /// Stores the rows that are stacked. The next value of each carried one.
  mutating func finish() throws(FusionBarrier) -> [VectorProgram.ValueID] {
    for row in loop.rows {
      guard let value = written[row] else { continue }
      let stream = try stream(Operand(register: row, access: .contiguous(offset: 0), isWritten: true))
      builder.store(stream, value)
    }
    var next: [VectorProgram.ValueID] = []
    for carry in loop.carries {
      // The verifier saw to it that the body writes it.
      guard let value = written[carry.next] else { throw .single }
      next.append(value)
    }
    return next
  }
}
