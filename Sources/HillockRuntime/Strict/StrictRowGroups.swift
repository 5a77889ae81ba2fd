import HillockBytecode

/// The rows of a row group that a worker has in hand, and where what it keeps of them lies.
struct RowsAtWork {
  let group: UnsafePointer<PreparedRowGroup>
  let rows: Range<Int>
  /// The worker's memory for the group.
  let memory: UnsafeMutableRawPointer

  /// Where the rows of a register of the group's own lie: the first byte, its place in the whole register, and how many.
  func place(of register: Int) -> (base: UnsafeMutableRawPointer, start: Int, byteCount: Int)? {
    guard let local = group.pointee.locals.first(where: { $0.register == register }) else { return nil }
    return (memory + local.offset, rows.lowerBound * local.rowByteCount, rows.count * local.rowByteCount)
  }
}

/// What a strict run checks of row groups: that the instructions read what is there when they are taken one by one, and that
/// taking them block by block reads no other row of what the group writes.
extension StrictRun {
  func before(_ group: PreparedRowGroup, units: Int) {
    for member in group.members {
      let items = member.reduction?.outer ?? prepared.program.kernels[member.kernel].count
      guard units * group.block < group.rows || group.rows * member.perRow != items else { continue }
      report(.coverage, "\(name(member)) does \(min(units * group.block, group.rows) * member.perRow) of \(items) in a row group")
    }
    trying { replay(group) }
  }

  func after(_ group: PreparedRowGroup) {
    replay(group)
    // What only the group touches was in the workers' memory.
    for local in group.locals { forget(local.register) }
  }

  private func replay(_ group: PreparedRowGroup) {
    for member in group.members {
      let what = "\(name(member)) in a row group"
      for register in reads(member) { read(register, what) }
      refuseInputs(writes(member), what)
      for register in writes(member) { define(register) }
    }
  }

  private func name(_ member: PreparedRowGroup.Member) -> String {
    member.kernel < 0 ? "reduce" : "kernel \(member.kernel) \"\(prepared.program.kernels[member.kernel].name)\""
  }

  private func reads(_ member: PreparedRowGroup.Member) -> [Int] {
    member.kernel < 0 ? [member.source] : prepared.program.reads(.launch(member.kernel))
  }

  func writes(_ member: PreparedRowGroup.Member) -> [Int] {
    member.kernel < 0 ? [member.destination] : prepared.program.writes(.launch(member.kernel))
  }

  /// Before a member is done for some rows: of what the group writes, and of what lies in the same memory, it reads these rows. False
  /// where it must not run: what it would read may be beyond all memory.
  func mayRead(_ member: PreparedRowGroup.Member, _ work: RowsAtWork) -> Bool {
    let group = work.group.pointee
    let positions = work.rows.lowerBound * member.perRow..<work.rows.upperBound * member.perRow
    if let reduction = member.reduction {
      let perItem = reduction.extent * reduction.inner
      let elements = positions.lowerBound * perItem..<positions.upperBound * perItem
      checkRows(member.source, elements, name(member), work)
      return violation == nil
    }
    let kernel = prepared.program.kernels[member.kernel]
    for operand in kernel.operands where !operand.isWritten && sharesMemory(operand.register, group) {
      guard let elements = kernel.elements(of: operand, at: positions) else { continue }
      checkRows(operand.register, elements, name(member), work)
    }
    return violation == nil
  }

  private func checkRows(_ register: Int, _ elements: Range<Int>, _ what: String, _ work: RowsAtWork) {
    guard !elements.isEmpty, sharesMemory(register, work.group.pointee) else { return }
    let perRow = prepared.program.registers[register].type.count / max(work.group.pointee.rows, 1)
    let own = work.rows.lowerBound * perRow..<work.rows.upperBound * perRow
    guard !own.contains(elements.lowerBound) || !own.contains(elements.upperBound - 1) else { return }
    report(
      .undefined,
      "\(what) reads elements \(elements) of r\(register) for rows \(work.rows) of a row group, which are elements \(own)")
  }

  /// After a member: nothing was stored beyond the rows in hand.
  func checkGuards(_ member: PreparedRowGroup.Member, _ work: RowsAtWork) {
    guard Guards.firstChange(work.memory, min(Guards.length, work.group.pointee.byteCount)) == nil else {
      return report(.guarded, "\(name(member)) stores before the rows of a row group")
    }
    for gap in work.group.pointee.gaps {
      // The last block has fewer rows than there is room for.
      let idle = (work.group.pointee.block - work.rows.count) * gap.rowByteCount
      guard Guards.firstChange(work.memory + (gap.offset - idle), gap.byteCount + idle) != nil else { continue }
      return report(.guarded, "\(name(member)) stores beyond the rows of buffer \(gap.buffer) in a row group")
    }
  }

  /// Whether a group writes a register, or memory where it lies. What only the group touches lies in its workers' memory.
  private func sharesMemory(_ register: Int, _ group: PreparedRowGroup) -> Bool {
    let locals = Set(group.locals.map(\.register)), written = group.members.flatMap(writes)
    if written.contains(register) { return true }
    return !locals.contains(register) && sharesMemory(register, with: written.filter { !locals.contains($0) }, registers)
  }

  /// Whether a register is among others, or lies where one of them does.
  func sharesMemory(_ register: Int, with others: [Int], _ registers: UnsafePointer<Pointer?>) -> Bool {
    others.contains { $0 == register || (registers[$0] != nil && registers[$0] == registers[register]) }
  }
}

extension Kernel {
  /// From the first to the last element of the register that an operand is read at for some positions; nil for none.
  func elements(of operand: Operand, at positions: Range<Int>) -> Range<Int>? {
    guard !positions.isEmpty else { return nil }
    switch operand.access {
    case .contiguous(let offset): return offset + positions.lowerBound..<offset + positions.upperBound
    case .rows(let offset, let length): return offset + positions.lowerBound * length..<offset + positions.upperBound * length
    case .scalar(let offset): return offset..<offset + 1
    case .whole(let offset, let length): return offset..<offset + length
    case .reduction: return nil
    case .strided(let offset, let strides):
      var (least, most) = (Int.max, Int.min)
      for position in positions {
        var (rest, element) = (position, offset)
        for axis in shape.indices.reversed() {
          element += rest % shape[axis] * strides[axis]
          rest /= shape[axis]
        }
        (least, most) = (min(least, element), max(most, element))
      }
      return least..<most + 1
    }
  }
}

extension Run {
  /// Takes rows through the group in the interpreter, each store watched.
  func allMembersChecked(_ group: UnsafePointer<PreparedRowGroup>, _ rows: Range<Int>, worker: Int) {
    guard let strict else { return }
    let (scratch, table) = blockTable(group, rows.lowerBound, worker: worker)
    let work = RowsAtWork(group: group, rows: rows, memory: scratch + groupOffset)
    Guards.fill(work.memory, group.pointee.byteCount)
    for member in group.pointee.members {
      guard strict._withUnsafeGuaranteedRef({ $0.mayRead(member, work) }) else { return }
      let start = rows.lowerBound * member.perRow, end = rows.upperBound * member.perRow
      if let reduction = member.reduction {
        reduction.run(rows: start..<end, to: table[member.destination], from: table[member.source])
      } else {
        let kernel = UnsafePointer(kernels.unsafelyUnwrapped + member.kernel)
        TileLoop.run(
          kernel, registers: table, partials: partialsTable, scratch: scratch, first: start, last: end,
          checks: checks(strict, kernel, table, unit: member.perRow * group.pointee.block, worker: worker, rows: work))
      }
      strict._withUnsafeGuaranteedRef { $0.checkGuards(member, work) }
    }
  }
}
