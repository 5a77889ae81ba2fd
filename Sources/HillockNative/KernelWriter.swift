import HillockBytecode
import HillockIR
import HillockRuntime

/// Writes the C function of one kernel, and before it the vector code of its fused runs.
struct KernelWriter {
  private let program: Program
  private let kernel: Kernel
  private let index: Int
  private let layout: ScratchLayout
  private let panels: [Int: TransposedPanel]
  private(set) var functions: [TileFunction] = []
  private var text: CText
  private let items: [AssembledItem]
  private let prefetches: [Int: RowPrefetch]

  init(program: Program, index: Int, level: VectorLevel?, text form: CodeForm) {
    text = CText(form: form)
    self.program = program
    self.kernel = program.kernels[index]
    self.index = index
    self.layout = ScratchLayout(kernel) { program.registers[$0].type.dtype }
    self.panels = TransposedPanel.panels(of: kernel, registers: program.registers, layout: layout)
    self.items = AssembledItem.items(kernel, of: program, level: level, panels: panels)
    prefetches = RowPrefetch.shares(
      of: kernel, registers: program.registers, tile: Self.prefetchTile(kernel), others: AssembledItem.fusedRuns(items))
  }

  /// What its vector code consists of, where it is not in the text.
  var placed: [PlacedBytes] { text.placed }

  mutating func write() -> String {
    writeHeader()
    for table in writeTables() { line(0, table) }
    for item in items {
      if case .fused(let run, let function) = item { writeVectorFunction(run, function) }
    }
    line(0, "void \(CWriter.entryName(kernel: index))(void **registers, void **partials, char *scratch, long first, long last) {")
    for slot in kernel.operands.indices { declareOperand(slot) }
    if items.count == 1, case .fused(let run, let function) = items[0] {
      writeWhole(run, function)
    } else {
      writeTiled()
    }
    line(0, "}")
    return text.text
  }

  /// One pass over registers: no tiles.
  private mutating func writeWhole(_ run: Range<Int>, _ function: VectorFunction) {
    line(1, "void *slots[\(function.slots.count + 1)];")
    writeRuns { writer, depth in
      writer.writeCall(run, function, at: "begin", count: "end - begin", depth: depth)
    }
  }

  /// The positions from `first` to `last`, in runs from `begin` to `end`: all of them, or those of each chunk where there is a
  /// reduction.
  private mutating func writeRuns(_ body: (inout KernelWriter, _ depth: Int) -> Void) {
    guard kernel.hasReduction else {
      line(1, "long begin = first;")
      line(1, "long end = last;")
      return body(&self, 1)
    }
    line(1, "for (long begin = first; begin < last; begin += \(Kernel.chunk)) {")
    line(2, "long chunk = begin / \(Kernel.chunk);")
    line(2, "long end = begin + \(Kernel.chunk) < last ? begin + \(Kernel.chunk) : last;")
    for instruction in kernel.code { startReduction(instruction) }
    body(&self, 2)
    for instruction in kernel.code { finishReduction(instruction) }
    line(1, "}")
  }

  private mutating func writeTiled() {
    for (tile, dtype) in kernel.tiles.enumerated() {
      line(1, "char *t\(kernel.operands.count + tile) = scratch + \(layout.tileOffsets[tile]); // \(dtype.name)")
    }
    for item in items {
      if case .fused(let run, let function) = item { line(1, "void *slots_\(run.lowerBound)[\(function.slots.count + 1)];") }
    }
    writeRuns { writer, depth in
      let tile = writer.prefetches.isEmpty ? writer.kernel.tile : Self.prefetchTile(writer.kernel)
      writer.line(depth, "for (long at = begin; at < end; at += \(tile)) {")
      writer.line(depth + 1, "long n = end - at < \(tile) ? end - at : \(tile);")
      for item in writer.items {
        switch item {
        case .call(let at, let barrier): writer.write(at, barrier)
        case .fused(let run, let function):
          writer.writeCall(run, function, at: "at", count: "n", table: "slots_\(run.lowerBound)", depth: depth + 1)
        }
      }
      writer.line(depth, "}")
    }
  }

  // MARK: Vector code

  /// Room for the machine code and its constants, or both as data, and the declaration by which C calls it.
  private mutating func writeVectorFunction(_ run: Range<Int>, _ function: VectorFunction) {
    let name = "hk_fused_\(index)_\(run.lowerBound)"
    for instruction in kernel.code[run] { line(0, "//   \(describe(instruction))") }
    let parameters = "void **slots, long n, const void *constants" + (function.rows == nil ? "" : ", long rows")
    text.vectorFunction(name, function, parameters: parameters, of: "an iteration")
  }

  private mutating func writeCall(
    _ run: Range<Int>, _ function: VectorFunction, at: String, count: String, table: String = "slots", depth: Int
  ) {
    if let rows = function.rows { return writeRows(rows, run, function, at: at, count: count, table: table, depth: depth) }
    for (i, slot) in function.slots.enumerated() { line(depth, "\(table)[\(i)] = \(address(slot, at: at));") }
    if function.readsPosition { line(depth, "\(table)[\(function.slots.count)] = (void *)\(at);") }
    line(depth, "hk_fused_\(index)_\(run.lowerBound)(\(table), \(count), hk_fused_\(index)_\(run.lowerBound)_constants);")
  }

  /// Whole rows as many at a time as their operands move evenly through; parts of rows at the beginning and at the end.
  private mutating func writeRows(
    _ rows: RowWalk, _ run: Range<Int>, _ function: VectorFunction, at: String, count: String, table: String, depth: Int
  ) {
    let depth = depth + 1, innermost = rows.extents.count - 1
    line(depth - 1, "for (long p = \(at), stop = \(at) + (\(count)), rows, m; p < stop; p += rows * m) {")
    line(depth, "long q = p / \(rows.length), column = p - q * \(rows.length);")
    line(depth, "m = \(rows.length) - column < stop - p ? \(rows.length) - column : stop - p;")
    for axis in rows.extents.indices.reversed() where axis > 0 {
      line(depth, "long i\(axis) = q % \(rows.extents[axis]);")
      line(depth, "q /= \(rows.extents[axis]);")
    }
    if innermost >= 0 { line(depth, "long i0 = q;") }
    line(depth, "rows = m < \(rows.length) ? 1 : (stop - p) / \(rows.length);")
    if innermost > 0 {
      line(depth, "if (rows > \(rows.extents[innermost]) - i\(innermost)) rows = \(rows.extents[innermost]) - i\(innermost);")
    }
    for (i, slot) in function.slots.enumerated() {
      var place = address(slot, at: "p")
      if let operand = rows.operands[Int(slot)], kernel.isOperand(slot) {
        var terms = operand.strides.enumerated().filter { $0.element != 0 }.map { "i\($0.offset) * \($0.element)" }
        if operand.step == 1 { terms.append("column") }
        if !terms.isEmpty { place += " + (\(terms.joined(separator: " + "))) * \(dtype(ofOperand: Int(slot)).size)" }
      } else if !kernel.isOperand(slot) {
        place += " + (p - \(at)) * \(kernel.tiles[Int(slot) - kernel.operands.count].size)"
      }
      line(depth, "\(table)[\(i)] = \(place);")
    }
    if function.readsPosition { line(depth, "\(table)[\(function.slots.count)] = (void *)p;") }
    line(depth, "hk_fused_\(index)_\(run.lowerBound)(\(table), m, hk_fused_\(index)_\(run.lowerBound)_constants, rows);")
    line(depth - 1, "}")
  }

  // MARK: The frame

  private mutating func writeHeader() {
    line(
      0,
      "// kernel \(index) \"\(CWriter.comment(kernel.name))\": index space \(kernel.shape), "
        + "tile \(kernel.tile), \(kernel.unitCount) units of \(kernel.unit)")
  }

  /// Extents and strides, as constants outside the function.
  private func writeTables() -> [String] {
    func table(_ name: String, _ values: [Int]) -> String {
      "static const long \(name)[] = {\((values.isEmpty ? [0] : values).map(String.init).joined(separator: ", "))};"
    }
    var tables: [String] = []
    for (slot, operand) in kernel.operands.enumerated() {
      guard case .strided(_, let strides) = operand.access else { continue }
      if tables.isEmpty { tables.append(table("dims_\(index)", kernel.shape)) }
      if let panel = panels[slot] {
        tables.append(table("transposition_\(index)_\(slot)", panel.transposition.words))
      } else {
        tables.append(table("strides_\(index)_\(slot)", strides))
      }
    }
    // A scalar is loaded by standing still along one long axis.
    if kernel.code.contains(where: { $0.opcode == .load && isScalar($0.a) }) {
      tables += [table("axis_\(index)", [kernel.count]), table("still_\(index)", [0])]
    }
    return tables
  }

  private mutating func declareOperand(_ slot: Int) {
    let operand = kernel.operands[slot]
    let size = dtype(ofOperand: slot).size
    let (offset, kind): (Int, String) =
      switch operand.access {
      case .contiguous(let offset): (offset, "contiguous")
      case .scalar(let offset): (offset, "scalar")
      case .strided(let offset, let strides): (offset, "strided \(strides)")
      case .rows(let offset, let length): (offset, "rows of \(length)")
      case .whole(let offset, let length): (offset, "whole, \(length)")
      case .reduction(let width): (0, "reduction, width \(width)")
      }
    let note = "// r\(operand.register) \(dtype(ofOperand: slot).name), \(kind)\(operand.isWritten ? ", written" : "")"
    if let lanes = layout.accumulatorOffsets[slot] {
      line(1, "char *o\(slot) = scratch + \(lanes); \(note)")
    } else {
      line(1, "char *o\(slot) = (char *)registers[\(operand.register)]\(offset == 0 ? "" : " + \(offset * size)"); \(note)")
    }
    if let panel = panels[slot] {
      line(1, "long *panel\(slot) = (long *)(scratch + \(panel.offset));")
      line(1, "panel\(slot)[0] = panel\(slot)[1] = 0; // the positions in it: none; then the end of those that are wanted")
      line(1, "panel\(slot)[2] = last;")
    }
  }

  // MARK: Reductions

  /// The lanes that a reducing instruction accumulates into: how many, how wide, and how they are combined.
  private func lanes(_ instruction: TileInstruction) -> (kind: ReduceKind, count: Int, width: Int)? {
    switch instruction.opcode {
    case .reduce(let kind): return (kind, Kernel.lanes, 1)
    case .dotAccumulate: return (.sum, Kernel.lanes, 1)
    case .outerAccumulate:
      guard case .reduction(let width) = kernel.operands[Int(instruction.destination)].access else { return nil }
      return (.sum, Kernel.rowLanes, width)
    default: return nil
    }
  }

  private mutating func startReduction(_ instruction: TileInstruction) {
    guard let lanes = lanes(instruction) else { return }
    let kind = lanes.kind.rawValue, dtype = instruction.dtype.rawValue
    line(
      2,
      "\(use(.reduceStart))(\(kind), \(dtype), \(lanes.count * lanes.width), o\(instruction.destination)); "
        + "// \(lanes.kind.name) \(instruction.dtype.name)")
  }

  private mutating func finishReduction(_ instruction: TileInstruction) {
    guard let lanes = lanes(instruction) else { return }
    let slot = instruction.destination, size = instruction.dtype.size
    line(
      2,
      "\(use(.foldLanes))(\(lanes.kind.rawValue), \(instruction.dtype.rawValue), \(lanes.count), \(lanes.width), "
        + "o\(slot), (char *)partials[\(slot)] + chunk * \(lanes.width * size));")
  }

  // MARK: Tile code

  private mutating func write(_ at: Int, _ barrier: FusionBarrier) {
    let instruction = kernel.code[at]
    let d = address(instruction.destination), dtype = instruction.dtype
    line(3, "// \(describe(instruction)) [called: \(barrier.rawValue)]")
    switch instruction.opcode {
    case .elementwise(let op):
      let sources = [instruction.a, instruction.b, instruction.c]
      let form = sources.indices.reduce(0) { $0 | (isScalar(sources[$1]) ? 1 << $1 : 0) }
      let function = use(.elementwise(op, dtype, form: form))
      line(3, "\(function)(n, \(d), \(sources.map { address($0) }.joined(separator: ", ")));")
    case .convert(let from):
      line(3, "\(use(.convert(from: from, to: dtype)))(n, \(d), \(address(instruction.a)), 0, 0);")
    case .load: writeLoad(instruction, into: d)
    case .iota(let axis):
      let inner = kernel.shape[(axis + 1)...].reduce(1, *)
      line(3, "\(use(.iota))(n, \(d), \(dtype.rawValue), at, \(inner), \(kernel.shape[axis]));")
    case .randomBits(let first):
      line(3, "\(use(.randomBits))(n, \(d), \(dtype.rawValue), o\(instruction.a), at\(first == 0 ? "" : " + \(first)"));")
    case .rowDot:
      let length = rowLength(instruction.a)
      line(
        3,
        "\(use(.rowDot(dtype)))(n, \(length), \(d), \(address(instruction.a)), o\(instruction.b), "
          + "\(prefetch(at)));")
    case .reduce(let kind):
      line(3, "\(use(.reduce(kind, dtype)))(n, \(d), \(address(instruction.a)));")
    case .dotAccumulate:
      line(3, "\(use(.dotAccumulate(dtype)))(n, \(d), \(address(instruction.a)), \(address(instruction.b)));")
    case .outerAccumulate:
      let length = rowLength(instruction.b)
      line(
        3,
        "\(use(.outerAccumulate(dtype)))(n, \(length), \(d), \(address(instruction.a)), "
          + "\(address(instruction.b)), \(prefetch(at)));")
    }
  }

  private mutating func writeLoad(_ instruction: TileInstruction, into d: String) {
    let slot = Int(instruction.a), size = instruction.dtype.size
    guard kernel.isOperand(instruction.a) else {
      line(3, "\(use(.copy))(\(d), t\(slot), n * \(size));")
      return
    }
    switch kernel.operands[slot].access {
    case .strided where panels[slot] != nil:
      line(3, "\(use(.loadTransposed))(n, \(d), o\(slot), at, panel\(slot), transposition_\(index)_\(slot));")
    case .strided(_, let strides):
      line(3, "\(use(.loadStrided))(n, \(d), o\(slot), at, \(strides.count), dims_\(index), strides_\(index)_\(slot), \(size));")
    case .scalar:
      line(3, "\(use(.loadStrided))(n, \(d), o\(slot), at, 1, axis_\(index), still_\(index), \(size));")
    default:
      line(3, "\(use(.copy))(\(d), \(address(instruction.a)), n * \(size));")
    }
  }

  // MARK: Operands

  private func dtype(ofOperand slot: Int) -> DType { program.registers[kernel.operands[slot].register].type.dtype }

  private func isScalar(_ slot: UInt16) -> Bool {
    guard slot != TileInstruction.none, kernel.isOperand(slot) else { return false }
    if case .scalar = kernel.operands[Int(slot)].access { return true }
    return false
  }

  /// Where the elements of a slot for the positions from `at` on begin.
  private func address(_ slot: UInt16, at: String = "at") -> String {
    if slot == TileInstruction.none { return "0" }
    guard kernel.isOperand(slot) else { return "t\(slot)" }
    let size = dtype(ofOperand: Int(slot)).size
    switch kernel.operands[Int(slot)].access {
    case .contiguous: return "o\(slot) + \(at) * \(size)"
    case .rows(_, let length): return "o\(slot) + \(at) * \(length * size)"
    case .scalar, .whole, .strided, .reduction: return "o\(slot)"
    }
  }

  private func rowLength(_ slot: UInt16) -> Int {
    guard kernel.isOperand(slot), case .rows(_, let length) = kernel.operands[Int(slot)].access else { return 1 }
    return length
  }

  /// Positions in a tile of a kernel that prefetches rows.
  static func prefetchTile(_ kernel: Kernel) -> Int { Swift.min(kernel.tile, Parameters.prefetchTile) }

  /// What the instruction at a place prefetches of the rows it goes through, as arguments.
  private func prefetch(_ at: Int) -> String {
    guard let share = prefetches[at] else { return "0, 0, 1" }
    return "\(share.ahead), \(share.part), \(share.parts)"
  }

  private func describe(_ instruction: TileInstruction) -> String {
    func name(_ slot: UInt16) -> String { kernel.isOperand(slot) ? "o\(slot)" : "t\(slot)" }
    let operation =
      switch instruction.opcode {
      case .elementwise(let op): op.row.name
      case .convert(let from): "convert.\(from.name)"
      case .load: "load"
      case .iota(let axis): "iota(axis: \(axis))"
      case .randomBits: "random_bits"
      case .rowDot: "row_dot"
      case .reduce(let kind): "reduce_\(kind.name)"
      case .dotAccumulate: "dot_accumulate"
      case .outerAccumulate: "outer_accumulate"
      }
    let sources = instruction.sources.map { " " + name($0) }.joined(separator: ",")
    return "\(name(instruction.destination)) = \(operation).\(instruction.dtype.name)\(sources)"
  }

  // MARK: Text

  private mutating func use(_ function: TileFunction) -> String {
    if !functions.contains(function) { functions.append(function) }
    return function.name
  }

  private mutating func line(_ depth: Int, _ text: String) { self.text.line(depth, text) }
}
