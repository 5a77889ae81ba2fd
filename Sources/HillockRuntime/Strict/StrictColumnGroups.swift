import HillockBytecode

/// The positions of a column group that a kernel has in hand, and where what it keeps of them lies.
struct ColumnsAtWork {
  let group: UnsafePointer<PreparedColumnGroup>
  let unit: Int
  /// Side by side; the first lies in row `row` of the block.
  let positions: Range<Int>
  let row: Int
  /// The worker's memory for the group.
  let memory: UnsafeMutableRawPointer

  /// Where the positions of a register of the group's own lie: the first byte, its place in the whole register, and how many.
  func place(of register: Int) -> (base: UnsafeMutableRawPointer, start: Int, byteCount: Int)? {
    guard let local = group.pointee.locals.first(where: { $0.register == register }) else { return nil }
    return (
      memory + local.offset + row * group.pointee.pitch(local.elementSize), positions.lowerBound * local.elementSize,
      positions.count * local.elementSize
    )
  }

  /// The units that positions belong to: in the order of the rows' chunks, panel by panel.
  func units(of positions: Range<Int>) -> Range<Int> {
    guard !positions.isEmpty else { return 0..<0 }
    let first = unit(of: positions.lowerBound), last = unit(of: positions.upperBound - 1)
    return min(first, last)..<max(first, last) + 1
  }

  private func unit(of position: Int) -> Int {
    let (row, column) = position.quotientAndRemainder(dividingBy: group.pointee.inner)
    let (outer, index) = row.quotientAndRemainder(dividingBy: group.pointee.extent)
    return (outer * group.pointee.chunks + index / Kernel.chunk) * group.pointee.panels + column / group.pointee.panel
  }
}

/// What a strict run checks of column groups: that the instructions read what is there when they are taken one by one, and that
/// kernels read what the group writes at the positions in hand alone.
extension StrictRun {
  func before(_ group: PreparedColumnGroup) {
    for member in group.members where member.kernel >= 0 {
      let count = prepared.program.kernels[member.kernel].count
      guard count != group.outer * group.extent * group.inner || group.panel * group.panels < group.inner else { continue }
      report(
        .coverage,
        "\(name(member)) does \(group.outer * group.extent) rows of \(group.inner) in a column group, of \(count) positions")
    }
    trying { replay(group) }
  }

  func after(_ group: PreparedColumnGroup) {
    replay(group)
    // What only the group touches was in the workers' memory.
    for local in group.locals { forget(local.register) }
  }

  private func replay(_ group: PreparedColumnGroup) {
    for member in group.members {
      let what = "\(name(member)) in a column group"
      let reads = member.kernel < 0 ? [group.reductions[member.reduction].source] : prepared.program.reads(.launch(member.kernel))
      for register in reads { read(register, what) }
      refuseInputs(writes(member, group), what)
      for register in writes(member, group) { define(register) }
    }
  }

  private func name(_ member: PreparedColumnGroup.Member) -> String {
    member.kernel < 0 ? "reduce" : "kernel \(member.kernel) \"\(prepared.program.kernels[member.kernel].name)\""
  }

  func writes(_ group: PreparedColumnGroup) -> [Int] { group.members.flatMap { writes($0, group) } }

  private func writes(_ member: PreparedColumnGroup.Member, _ group: PreparedColumnGroup) -> [Int] {
    member.kernel < 0 ? [group.reductions[member.reduction].destination] : prepared.program.writes(.launch(member.kernel))
  }

  /// Before a kernel is done for some positions: of what the group's kernels write, and of what lies in the same memory, it reads
  /// these alone; of what it reduces, nothing, for that is there when the group is over. False where it must not run: what it would
  /// read may be beyond all memory.
  func mayRead(_ kernel: Int, _ work: ColumnsAtWork) -> Bool {
    let group = work.group.pointee, program = prepared.program
    let locals = Set(group.locals.map(\.register)), written = writes(group)
    let kept = written.filter { !locals.contains($0) }
    for operand in program.kernels[kernel].operands where !operand.isWritten {
      let register = operand.register
      guard written.contains(register) || (!locals.contains(register) && sharesMemory(register, with: kept, registers)),
        let elements = program.kernels[kernel].elements(of: operand, at: work.positions), !elements.isEmpty
      else { continue }
      let isReduced = group.reductions.contains { $0.destination == register }
      let isOwn = elements.lowerBound >= work.positions.lowerBound && elements.upperBound <= work.positions.upperBound
      // What lies where a reduction is written, when all is read, may be read at any position.
      let isOlder = !written.contains(register) && group.reductions.contains { registers[$0.destination] == registers[register] }
      guard isReduced || (!isOwn && !isOlder) else { continue }
      let positions = "positions \(work.positions) of a column group"
      report(
        .undefined,
        "kernel \(kernel) \"\(program.kernels[kernel].name)\" reads elements \(elements) of r\(register) for \(positions)")
    }
    return violation == nil
  }

  /// After a member: nothing was stored beyond the pieces of the worker's memory.
  func checkGuards(_ group: UnsafePointer<PreparedColumnGroup>, _ memory: UnsafeMutableRawPointer) {
    let isWhole =
      Guards.firstChange(memory, min(Guards.length, group.pointee.byteCount)) == nil
      && group.pointee.gaps.allSatisfy { Guards.firstChange(memory + $0.offset, $0.byteCount) == nil }
    if !isWhole { report(.guarded, "a member of a column group stores beyond its rows or lanes") }
  }
}
