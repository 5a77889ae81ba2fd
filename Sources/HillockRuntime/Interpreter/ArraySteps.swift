import CHillock
import HillockBytecode

/// The bodies of the steps that are not kernels: each does the units first..<last of the present step.
extension Run {
  private var present: Step { step.unsafelyUnwrapped.pointee }

  private func base(_ register: Int) -> Pointer { registers[register].unsafelyUnwrapped }

  /// The items of these units.
  private func items(_ first: Int, _ last: Int) -> Range<Int> {
    let step = present
    let lower = first &* step.block
    return lower..<max(lower, min(last &* step.block, step.items))
  }

  /// The items and the columns of a unit, where panels of columns are shared as well.
  private func part(_ unit: Int, columns: Int) -> (items: Range<Int>, columns: Range<Int>) {
    let step = present
    let (block, panel) = unit.quotientAndRemainder(dividingBy: step.panels)
    let start = panel &* step.panel
    return (items(block, block &+ 1), start..<max(start, min(start &+ step.panel, columns)))
  }

  func matmul(_ first: Int, _ last: Int) {
    let step = present
    for unit in first..<last {
      let (rows, columns) = part(unit, columns: step.y)
      unsafeBitCast(step.function, to: hk_matmul_fn.self)(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound), Int64(step.x),
        Int64(step.y), base(step.destination), base(step.a), base(step.b))
    }
  }

  // MARK: Reductions over an axis

  func reduce(_ first: Int, _ last: Int) {
    let step = present
    if step.panels == 1 { return reduce(step, rows: items(first, last), registers) }
    for unit in first..<last {
      let (rows, columns) = part(unit, columns: step.y)
      reduce(step, rows: rows, columns: columns, registers)
    }
  }

  func reduce(_ step: Step, rows: Range<Int>, columns: Range<Int>? = nil, _ registers: UnsafeMutablePointer<Pointer?>) {
    unsafeBitCast(step.function, to: hk_reduce_axis_fn.self)(
      Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns?.lowerBound ?? 0), Int64(columns?.upperBound ?? step.y),
      Int64(step.x), Int64(step.y), registers[step.destination], registers[step.a])
  }

  /// The partial of chunk c of outer row r is the reduction of that chunk alone: a tree of one leaf.
  func reduceChunks(_ first: Int, _ last: Int) {
    let step = present
    let size = step.elementSize
    let chunks = (step.x + Kernel.chunk - 1) / Kernel.chunk
    for unit in first..<last {
      let (items, columns) = part(unit, columns: step.y)
      let item = items.lowerBound
      let (row, chunk) = item.quotientAndRemainder(dividingBy: chunks)
      let start = chunk * Kernel.chunk
      let extent = min(Kernel.chunk, step.x - start)
      unsafeBitCast(step.function, to: hk_reduce_axis_fn.self)(
        0, 1, Int64(columns.lowerBound), Int64(columns.upperBound), Int64(extent), Int64(step.y),
        partials + item * step.y * size, base(step.a) + (row * step.x + start) * step.y * size)
    }
  }

  func combineChunks() {
    let step = present
    let size = step.elementSize
    let chunks = (step.x + Kernel.chunk - 1) / Kernel.chunk
    for row in 0..<step.items / chunks {
      hk_combine_chunks(
        Int32(step.z), Int32(step.w), Int64(chunks), Int64(step.y), partials + row * chunks * step.y * size,
        base(step.destination) + row * step.y * size)
    }
  }

  // MARK: Rows by index

  /// An index beyond the ends is clamped; a negative one counts from the end.
  func gather(_ first: Int, _ last: Int) {
    let step = present
    guard step.x > 0 else { return }
    let indices = base(step.b).assumingMemoryBound(to: Int64.self)
    let source = base(step.a), destination = base(step.destination)
    for item in items(first, last) {
      let index = Int(indices[item])
      let row = min(max(index < 0 ? index &+ step.x : index, 0), step.x - 1)
      copyRow(destination + item * step.y, source + row * step.y, step.y)
    }
  }

  /// In order, so that the last update of a row wins. An index beyond the ends is dropped.
  func scatter() {
    let step = present
    let indices = base(step.b).assumingMemoryBound(to: Int64.self)
    let updates = base(step.c), destination = base(step.destination)
    for item in 0..<step.z {
      if item & 0xFFFFF == 0xFFFFF, isStopped(seenBy: 0) { return }
      let index = Int(indices[item])
      let row = index < 0 ? index &+ step.x : index
      guard row >= 0, row < step.x else { continue }
      copyRow(destination + row * step.y, updates + item * step.y, step.y)
    }
  }

  // MARK: Copies

  /// The destination starts as a copy of the base, unless it is the base.
  mutating func copyBase() {
    guard base(present.destination) != base(present.a), present.w > 0 else { return }
    let byteCount = present.w
    let block = Parameters.copyBlock
    share(
      units: (byteCount + block - 1) / block, unitCost: block * (Parameters.moveCost + Parameters.streamCost) / 64
    ) { context, _, first, last in
      let run = Run.at(context)
      let step = run.pointee.present
      let start = first * Parameters.copyBlock
      let end = min(last * Parameters.copyBlock, step.w)
      (run.pointee.base(step.destination) + start).copyMemory(from: run.pointee.base(step.a) + start, byteCount: end - start)
    }
  }

  func updateSlice(_ first: Int, _ last: Int) {
    let step = present
    guard let table = step.table, step.z > 0 else { return }
    let destination = base(step.destination), update = base(step.b)
    let size = step.y, length = step.z
    let stride = table[2 * step.x]
    for row in items(first, last) {
      // The row's place: the remaining axes of its linear index, from the last but one to the first.
      var place = table[0]
      var rest = row
      for axis in Swift.stride(from: step.x - 2, through: 0, by: -1) {
        let (quotient, index) = rest.quotientAndRemainder(dividingBy: table[1 + 2 * axis])
        place += index * table[2 + 2 * axis]
        rest = quotient
      }
      let source = update + row * length * size
      if stride == 1 {
        (destination + place * size).copyMemory(from: source, byteCount: length * size)
      } else {
        for element in 0..<length {
          copyRow(destination + (place + element * stride) * size, source + element * size, size)
        }
      }
    }
  }

  /// The sources' runs of each outer index, one behind the other.
  func place(_ first: Int, _ last: Int) {
    let step = present
    guard let table = step.table else { return }
    let destination = base(step.destination)
    for item in items(first, last) {
      for source in 0..<step.tableCount {
        let run = table[3 * source + 1]
        (destination + item * step.x + table[3 * source + 2]).copyMemory(
          from: base(table[3 * source]) + item * run, byteCount: run)
      }
    }
  }

  @inline(__always)  // rows are often one element, for which a call of memcpy costs more than the copy
  private func copyRow(_ destination: Pointer, _ source: Pointer, _ byteCount: Int) {
    switch byteCount {
    case 4: destination.copyMemory(from: source, byteCount: 4)
    case 8: destination.copyMemory(from: source, byteCount: 8)
    default: destination.copyMemory(from: source, byteCount: byteCount)
    }
  }
}
