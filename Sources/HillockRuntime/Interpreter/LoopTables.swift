import HillockBytecode

/// What the interpreter needs to take a tile of positions through all steps of an interchanged loop without setting anything up
/// in between (`LoopTile`).
///
/// From step to step only carried values change places, rows advance, and the index counts. So each kernel has two tables of
/// slot pointers, for even and for odd steps, that are filled once; a step writes the pointers of its rows into one of them.
struct LoopTables {
  struct Kernel {
    var kernel: Int
    /// Where its table for even steps begins, in words; that for odd steps follows.
    var table: Int
    var slotCount: Int
  }

  struct RowSlot {
    /// The slot's place in the table for even steps, in words, and how far that for odd steps is from it.
    var word: Int
    var slotCount: Int
    var whole: Int
    /// Bytes of a row of the whole, from its beginning to the operand's, and from one position to the next.
    var byteCount: Int
    var offset: Int
    var advance: Int
  }

  var kernels = UnsafeMutableBufferPointer<Kernel>(start: nil, count: 0)
  var rowSlots = UnsafeMutableBufferPointer<RowSlot>(start: nil, count: 0)
  /// Whether scalars are loaded into tiles anew in each step: their values change, or other kernels write there meanwhile.
  var repeatsInvariants = false
  /// The most positions: the shortest tile of the kernels. 0 where a step needs more than a few pointers.
  private var tile = 0
  private var goesThroughRows = false
  /// Bytes of all tables.
  var byteCount = 0
  /// Positions that are worth a claim of their own in the interpreter: fewer take hardly less time, because each step calls every
  /// tile kernel.
  var claim = 1

  init() {}

  init(_ loop: PreparedLoop, _ program: Program, _ kernels: UnsafeMutableBufferPointer<PreparedKernel>, arena: Arena) {
    var tables: [Kernel] = []
    var rowSlots: [RowSlot] = []
    var words = 0, calls = 0, position = 0
    let changing = Set(loop.rows.map(\.register) + [loop.register])
    repeatsInvariants = loop.kernels.count > 1
    tile = .max
    for index in loop.kernels {
      let kernel = kernels[index]
      let slotCount = kernel.slots.count + 1
      tables.append(Kernel(kernel: index, table: words, slotCount: slotCount))
      for (slot, place) in kernel.slots.enumerated() {
        guard let row = loop.rows.first(where: { $0.register == place.register }) else { continue }
        rowSlots.append(
          RowSlot(
            word: words + slot, slotCount: slotCount, whole: row.whole, byteCount: row.byteCount, offset: place.offset,
            advance: kernel.moving.first { $0.slot == slot }?.advance ?? 0))
      }
      if kernel.invariant.contains(where: { changing.contains(kernel.slots[$0.a].register) }) { repeatsInvariants = true }
      words += 2 * slotCount
      tile = min(tile, kernel.tile)
      calls += kernel.code.count
      position += CostModel.position(program.kernels[index], registers: program.registers)
    }
    self.kernels = arena.copy(tables)
    self.rowSlots = arena.copy(rowSlots)
    goesThroughRows = rowSlots.contains { $0.advance > 0 }
    // Rows of what the loop carries change places with it, and what a panel holds is another in each step.
    let carried = Set(loop.carries.flatMap { [$0.current, $0.next] })
    if loop.rows.contains(where: { carried.contains($0.whole) }) { tile = 0 }
    if loop.kernels.contains(where: { kernels[$0].panels.count > 0 }) { tile = 0 }
    // Tables that fill the nearest caches save nothing.
    let size = words * MemoryLayout<UnsafeMutableRawPointer?>.stride
    if size > Parameters.loopTables { tile = 0 }
    if tile > 0 { byteCount = size }
    // As much work as the calls.
    claim = max(min(calls * Parameters.callCost / max(position, 1), tile), 1)
  }

  /// How many of these positions the interpreter takes through all the steps before it begins with the others, a tile of them at
  /// most; nil where that is not worth while. Where each step goes through rows, longer runs are read and written faster.
  func share(of positions: Int) -> Int? {
    guard tile > 0, positions <= tile || !goesThroughRows else { return nil }
    // Evenly, and whole lines.
    let parts = (positions &+ tile &- 1) / tile, line = HillockBytecode.Kernel.line
    return min(((positions &+ parts &- 1) / parts &+ line &- 1) / line &* line, positions)
  }
}

/// A tile of positions on its way through the steps of an interchanged loop: its tables in a worker's scratch, filled.
struct LoopTile {
  typealias Pointer = UnsafeMutableRawPointer

  private let loop: UnsafePointer<PreparedLoop>
  private let kernels: UnsafeMutablePointer<PreparedKernel>
  private let tables: UnsafeMutablePointer<Pointer?>
  private let registers: UnsafeMutablePointer<Pointer?>
  private let first: Int
  private let count: Int

  /// Fills the tables; `registers` are as they are before the first step, and stay so through all of them.
  init(
    _ loop: UnsafePointer<PreparedLoop>, _ kernels: UnsafeMutablePointer<PreparedKernel>, tables: UnsafeMutablePointer<Pointer?>,
    registers: UnsafeMutablePointer<Pointer?>, scratch: Pointer, first: Int, last: Int
  ) {
    self.loop = loop
    self.kernels = kernels
    self.tables = tables
    self.registers = registers
    self.first = first
    count = last &- first
    loop.pointee.place(step: 0, in: registers)
    for parity in 0..<2 {
      for kernel in loop.pointee.tables.kernels {
        TileLoop.setUp(
          kernels + kernel.kernel, table: tables + (kernel.table &+ parity &* kernel.slotCount), registers: registers,
          scratch: scratch, position: first, last: last)
      }
      loop.pointee.exchange(in: registers)
    }
  }

  @inline(__always)  // beside a small kernel a call costs
  func take(step: Int) {
    let index = loop.pointee.index(ofStep: step), parity = step & 1
    registers[loop.pointee.register].unsafelyUnwrapped.storeBytes(of: Int64(index), as: Int64.self)
    for row in loop.pointee.tables.rowSlots {
      tables[row.word &+ parity &* row.slotCount] =
        registers[row.whole].unsafelyUnwrapped + (index &* row.byteCount &+ row.offset &+ row.advance &* first)
    }
    let loadsScalars = step == 0 || loop.pointee.tables.repeatsInvariants
    for kernel in loop.pointee.tables.kernels {
      let table = tables + (kernel.table &+ parity &* kernel.slotCount)
      let kernel = kernels + kernel.kernel
      if loadsScalars { TileLoop.execute(kernel.pointee.invariant, table, count: count, position: first, NoChecks()) }
      TileLoop.execute(kernel.pointee.code, table, count: count, position: first, NoChecks())
    }
  }

  /// Leaves the loop before a step: carried values are in the registers where that step expects them.
  func leave(before step: Int) {
    if step & 1 == 1 { loop.pointee.exchange(in: registers) }
  }
}
