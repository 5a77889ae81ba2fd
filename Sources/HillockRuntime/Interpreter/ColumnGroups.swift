import CHillock
import HillockBytecode
import HillockIR

/// A column group (see `ColumnGroup`), laid out for execution. A unit is a panel of the columns of a chunk of rows: its rows are
/// taken block by block through the kernels, and join the lanes of the reductions; at its end it gives each reduction's partial.
struct PreparedColumnGroup {
  struct Member {
    /// The kernel, or -1 for a reduction.
    var kernel: Int
    /// The reduction's place among the group's.
    var reduction = 0
  }

  struct Reduction {
    var join: hk_reduce_rows_fn
    var kind: Int32
    var dtype: Int32
    var source: Int
    var destination: Int
    var elementSize: Int
    /// In the worker's memory for the group.
    var lanes = 0
    /// In the partials; -1 where there is one partial, which is the result, and may be written while others work.
    var partials = -1
    /// Where the source's rows lie in the worker's memory for the group; -1 where it is no local.
    var local = -1
  }

  /// What a kernel reads from memory, element by element.
  struct Stream {
    var register: Int
    /// Of the first element, in bytes.
    var offset: Int
    var elementSize: Int
  }

  struct Local {
    var register: Int
    /// Where the first row of the present block lies in the worker's memory for the group.
    var offset: Int
    var elementSize: Int
  }

  var outer: Int
  var extent: Int
  var inner: Int
  var chunks: Int
  /// Columns of a panel, and panels.
  var panel: Int
  var panels: Int
  /// Rows that a worker takes through all members at a time.
  var block: Int
  var unitCost: Int
  var members = UnsafeMutableBufferPointer<Member>(start: nil, count: 0)
  var reductions = UnsafeMutableBufferPointer<Reduction>(start: nil, count: 0)
  var locals = UnsafeMutableBufferPointer<Local>(start: nil, count: 0)
  /// What is asked for a row ahead: pieces of rows that lie apart are no stream to the processor.
  var streams = UnsafeMutableBufferPointer<Stream>(start: nil, count: 0)
  /// Bytes of a worker's memory for the group.
  var byteCount = 0
  /// In strict runs, what nothing may write in that memory.
  var gaps = UnsafeMutableBufferPointer<Gap>(start: nil, count: 0)

  struct Gap {
    var offset: Int
    var byteCount: Int
  }

  var units: Int { outer * chunks * panels }

  /// Bytes from one row of a local to the next. Rows of a panel are a line further apart than they are long: lengths are often
  /// powers of two, which would fall on the same places of the cache.
  func pitch(_ elementSize: Int) -> Int { panels == 1 ? inner &* elementSize : panel &* elementSize &+ 64 }

  /// The rows and the columns of a unit. Rows are counted through all outer indices.
  func part(_ unit: Int) -> (index: Int, rows: Range<Int>, columns: Range<Int>) {
    let (index, place) = unit.quotientAndRemainder(dividingBy: panels)
    let (outer, chunk) = index.quotientAndRemainder(dividingBy: chunks)
    let start = outer &* extent &+ chunk &* Kernel.chunk, from = place &* panel
    return (
      index, start..<min(start &+ Kernel.chunk, (outer &+ 1) &* extent), from..<min(from &+ panel, inner)
    )
  }

  /// `cost`: picoseconds of a position, estimated; `laneByteCount`, `localByteCount`: bytes of a column in all lanes, and of a
  /// position in all locals.
  init(_ group: ColumnGroup, cost: Int, laneByteCount: Int, localByteCount: Int) {
    (outer, extent, inner) = (group.outer, group.extent, group.inner)
    chunks = (extent + Kernel.chunk - 1) / Kernel.chunk
    let rows = min(extent, Kernel.chunk)
    // Panels are so narrow that some rows of them stay in the cache with their lanes; and so many that each worker has its part,
    // where the parts are worth claiming.
    let fitting = Parameters.columnBlockByteCount / (laneByteCount + Parameters.leastColumnRows * localByteCount)
    let (all, overflow) = (rows &* inner).multipliedReportingOverflow(by: cost)
    let least = group.computes ? ColumnGroup.leastComputedPanel : ColumnGroup.leastPanel
    let worthwhile = min(overflow ? .max : all / (Int(Parameters.minimumClaim) * 1000), inner / least)
    let wanted = (2 * Configuration.workers + outer * chunks - 1) / (outer * chunks)
    panels = max((inner + max(fitting, 64) - 1) / max(fitting, 64), min(wanted, worthwhile), 1)
    panel = panels == 1 ? inner : ((inner + panels - 1) / panels + 63) & ~63
    panels = (inner + panel - 1) / panel
    let rowByteCount = panel * group.positionByteCount
    let most = (Parameters.columnBlockByteCount / 2 / max(rowByteCount, 1)) & ~15
    block = min(max(most, Parameters.leastColumnRows), Kernel.chunk)
    unitCost = max(rows &* panel &* cost, 1)
  }
}

extension StepBuilder {
  /// `gap`: bytes between the pieces of a worker's memory, and at its ends.
  mutating func columnGroup(_ group: ColumnGroup, gap: Int) throws(HillockError) -> PreparedColumnGroup {
    var cost = 0, laneByteCount = 0
    var members: [PreparedColumnGroup.Member] = [], reductions: [PreparedColumnGroup.Reduction] = [], isApart: [Bool] = []
    for member in group.members {
      switch member {
      case .launch(let kernel):
        members.append(PreparedColumnGroup.Member(kernel: kernel))
        cost += CostModel.position(program.kernels[kernel], registers: program.registers)
      case .reduce(let reduction, let apart):
        let kind = reduction.kind, dtype = program.registers[reduction.source].type.dtype
        guard let join = hk_reduce_rows(isa, Int32(kind.rawValue), Int32(dtype.rawValue)) else {
          throw HillockError(.verification, "there is no kernel for reduce.\(kind.name) at \(dtype.name)")
        }
        members.append(PreparedColumnGroup.Member(kernel: -1, reduction: reductions.count))
        reductions.append(
          PreparedColumnGroup.Reduction(
            join: join, kind: Int32(kind.rawValue), dtype: Int32(dtype.rawValue), source: reduction.source,
            destination: reduction.destination,
            elementSize: dtype.size))
        isApart.append(apart)
        laneByteCount += Kernel.rowLanes * dtype.size
        cost += dtype.size * Parameters.moveCost / 64 + 1
      }
    }
    // Registers that take turns in a buffer of the program take turns here too.
    var elementSize: [Int: Int] = [:]
    for local in group.locals { elementSize[local.buffer] = max(elementSize[local.buffer] ?? 0, local.elementByteCount) }
    var prepared = PreparedColumnGroup(
      group, cost: cost, laneByteCount: laneByteCount, localByteCount: elementSize.values.reduce(0, +))

    var gaps: [PreparedColumnGroup.Gap] = []
    prepared.byteCount = gap
    func take(_ byteCount: Int) -> Int {
      let offset = prepared.byteCount, end = offset + byteCount
      prepared.byteCount = (end + 63) & ~63 + gap
      gaps.append(PreparedColumnGroup.Gap(offset: end, byteCount: prepared.byteCount - end))
      return offset
    }
    var offset: [Int: Int] = [:]
    for buffer in elementSize.keys.sorted() { offset[buffer] = take(prepared.pitch(elementSize[buffer] ?? 0) * prepared.block) }
    let locals = group.locals.map {
      PreparedColumnGroup.Local(register: $0.register, offset: offset[$0.buffer] ?? 0, elementSize: $0.elementByteCount)
    }
    var partials = 0
    for index in reductions.indices {
      reductions[index].lanes = take(Kernel.rowLanes * prepared.panel * reductions[index].elementSize)
      reductions[index].local = locals.first { $0.register == reductions[index].source }?.offset ?? -1
      if prepared.chunks == 1, isApart[index] { continue }
      reductions[index].partials = partials
      partials += (prepared.outer * prepared.chunks * prepared.inner * reductions[index].elementSize + 63) & ~63
    }
    needPartials(partials)
    prepared.streams = arena.copy(prepared.panels > 1 ? streams(group) : [])
    prepared.members = arena.copy(members)
    prepared.reductions = arena.copy(reductions)
    prepared.locals = arena.copy(locals)
    prepared.gaps = arena.copy(gap > 0 ? gaps : [])
    return prepared
  }

  private func streams(_ group: ColumnGroup) -> [PreparedColumnGroup.Stream] {
    var streams: [PreparedColumnGroup.Stream] = [], seen = Set(group.locals.map(\.register))
    for case .launch(let kernel) in group.members {
      for operand in program.kernels[kernel].operands where !seen.contains(operand.register) {
        seen.insert(operand.register)
        let type = program.registers[operand.register].type
        guard !operand.isWritten, case .contiguous(let offset) = operand.access, type.byteCount > Parameters.prefetchThreshold
        else { continue }
        streams.append(
          PreparedColumnGroup.Stream(register: operand.register, offset: offset * type.dtype.size, elementSize: type.dtype.size))
      }
    }
    return streams
  }
}

extension Run {
  mutating func columnGroup(_ step: UnsafePointer<Step>) {
    if let strict, entries != nil, !isComparing {
      return strict._withUnsafeGuaranteedRef { compare(step, $0) { $0.columnGroup(step) } }
    }
    let group = UnsafePointer(columnGroups.unsafelyUnwrapped + step.pointee.a)
    columnGroup = group
    share(units: step.pointee.units, unitCost: step.pointee.unitCost) { context, worker, first, last in
      let run = Run.at(context)
      for unit in first..<last { run.pointee.columns(run.pointee.columnGroup.unsafelyUnwrapped, unit, worker: worker) }
    }
    guard group.pointee.reductions.contains(where: { $0.partials >= 0 }), alone() else { return }
    for reduction in group.pointee.reductions where reduction.partials >= 0 {
      let size = group.pointee.inner &* reduction.elementSize
      for outer in 0..<group.pointee.outer {
        hk_combine_chunks(
          reduction.kind, reduction.dtype, Int64(group.pointee.chunks), Int64(group.pointee.inner),
          partials + reduction.partials + outer &* group.pointee.chunks &* size,
          registers[reduction.destination].unsafelyUnwrapped + outer &* size)
      }
    }
  }

  /// Takes the rows of a unit through the group.
  private func columns(_ group: UnsafePointer<PreparedColumnGroup>, _ unit: Int, worker: Int) {
    let (scratch, table) = ownTable(worker: worker)
    let memory = scratch + groupOffset
    let (index, rows, columns) = group.pointee.part(unit)
    let isChecked = strict != nil && entries == nil, work = ColumnWork(unit: unit, worker: worker, isChecked: isChecked)
    if isChecked { Guards.fill(memory, group.pointee.byteCount) }
    for reduction in group.pointee.reductions {
      hk_reduce_start(reduction.kind, reduction.dtype, Int64(Kernel.rowLanes &* columns.count), memory + reduction.lanes)
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      // A unit may be long. (Members of a standing team end together, where they meet.)
      if member.count == 0, isStopped(seenBy: worker) { return }
      let end = min(row &+ group.pointee.block, rows.upperBound)
      for member in group.pointee.members {
        if member.kernel < 0 {
          join(group, group.pointee.reductions[member.reduction], row..<end, columns, memory)
        } else if group.pointee.panels == 1 {
          compute(group, member.kernel, row &* columns.count..<end &* columns.count, at: 0, work, table)
        } else {
          for next in row..<end {
            let start = next &* group.pointee.inner &+ columns.lowerBound
            if next &+ 1 < rows.upperBound { prefetch(group, start &+ group.pointee.inner, count: columns.count) }
            compute(group, member.kernel, start..<start &+ columns.count, at: next &- row, work, table)
          }
        }
        if isChecked { strict?._withUnsafeGuaranteedRef { $0.checkGuards(group, memory) } }
      }
      row = end
    }
    for reduction in group.pointee.reductions {
      let place = (index &* group.pointee.inner &+ columns.lowerBound) &* reduction.elementSize
      let out = reduction.partials < 0 ? registers[reduction.destination].unsafelyUnwrapped : partials + reduction.partials
      hk_fold_lanes(
        reduction.kind, reduction.dtype, Int64(Kernel.rowLanes), Int64(columns.count), memory + reduction.lanes, out + place)
    }
  }

  private func prefetch(_ group: UnsafePointer<PreparedColumnGroup>, _ position: Int, count: Int) {
    for stream in group.pointee.streams {
      let base = registers[stream.register].unsafelyUnwrapped + stream.offset
      hk_prefetch(base + position &* stream.elementSize, Int64(count &* stream.elementSize))
    }
  }

  private func join(
    _ group: UnsafePointer<PreparedColumnGroup>, _ reduction: PreparedColumnGroup.Reduction, _ rows: Range<Int>,
    _ columns: Range<Int>, _ memory: Pointer
  ) {
    var source = memory + reduction.local, pitch = group.pointee.pitch(reduction.elementSize) / reduction.elementSize
    if reduction.local < 0 {
      pitch = group.pointee.inner
      source =
        registers[reduction.source].unsafelyUnwrapped
        + (rows.lowerBound &* pitch &+ columns.lowerBound) &* reduction.elementSize
    }
    reduction.join(Int64(rows.count), Int64(columns.count), Int64(pitch), memory + reduction.lanes, source)
  }

  /// Who takes a unit, and whether every store is watched.
  private struct ColumnWork {
    var unit: Int
    var worker: Int
    var isChecked: Bool
  }

  /// Positions of a kernel that lie side by side; the first is in row `row` of the block.
  private func compute(
    _ group: UnsafePointer<PreparedColumnGroup>, _ index: Int, _ positions: Range<Int>, at row: Int, _ work: ColumnWork,
    _ table: UnsafeMutablePointer<Pointer?>
  ) {
    let scratch = scratch + work.worker &* scratchStride
    let kernel = UnsafePointer(kernels.unsafelyUnwrapped + index)
    for local in group.pointee.locals {
      // Kernels go by the place of a position in the whole array, of which there are only these.
      table[local.register] =
        scratch + groupOffset + local.offset + row &* group.pointee.pitch(local.elementSize)
        - positions.lowerBound &* local.elementSize
    }
    guard work.isChecked, let strict else {
      return compute(
        kernel, entries?.pointee.kernels[index], table, scratch: scratch, positions.lowerBound, positions.upperBound)
    }
    let columns = ColumnsAtWork(
      group: group, unit: work.unit, positions: positions, row: row, memory: scratch + groupOffset)
    guard strict._withUnsafeGuaranteedRef({ $0.mayRead(index, columns) }) else { return }
    TileLoop.run(
      kernel, registers: table, partials: partialsTable, scratch: scratch, first: positions.lowerBound,
      last: positions.upperBound,
      checks: checks(strict, kernel, table, unit: positions.count, worker: work.worker, columns: columns))
  }
}
