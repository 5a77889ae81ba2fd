import HillockIR

/// Consecutive instructions that work row by row over the same rows: a worker can take a block of rows through all of them
/// while what they hand to each other is in its nearest caches (a softmax: the rows' maxima, the exponentials, their sums,
/// the quotients).
package struct RowGroup: Hashable, Sendable {
  /// What an instruction of the group does for a block of rows.
  package enum Member: Hashable, Sendable {
    /// The kernel's positions of the rows, `positions` for each row.
    case launch(kernel: Int, positions: Int)
    /// `items` outer indices of a reduction for each row.
    case reduce(AxisReduction, items: Int)
  }

  /// The instructions, as a range of the block of code they stand in.
  package var range: Range<Int>
  package var rows: Int
  package var members: [Member]
  /// Temporaries that nothing outside the group touches: a worker needs memory for the rows of its block only.
  package var locals: [Local]
  /// Bytes of all registers that the group reads or writes row by row, for each row.
  package var rowByteCount: Int

  package struct Local: Hashable, Sendable {
    package var register: Int
    /// The buffer of the register: locals that share one share the block's memory too.
    package var buffer: Int
    package var rowByteCount: Int
  }

  /// Fewer rows are not worth sharing; from this number on a reduction's outer indices are also never split.
  package static let minimumRows = 64
  /// A row, in all registers together, must leave room in a second-level cache.
  package static let maximumRowByteCount = 256 << 10
}

/// Finds the row groups of a program's blocks.
///
/// An instruction is rowwise over R rows where R divides its positions (or a reduction's outer indices), and where each row
/// of what it reads of the group's own values depends on the same row of these alone. What was there before the group may be
/// read in any way. Taking rows out of turn must not let a write meet an earlier instruction's read of another row: what
/// shares memory with a register that outlives the group lies there row upon row, and is taken row by row too.
package struct RowGroupAnalysis {
  let program: Program
  /// The number of instructions that touch each register.
  private(set) var touches: [Int]
  /// Where each register may lie: registers with the same number may share memory.
  private(set) var memories: [Int]

  package init(_ program: Program) {
    self.program = program
    touches = Array(repeating: 0, count: program.registers.count)
    memories = Self.memories(program)
    for instruction in program.flattened {
      for register in Self.touched(instruction, program) { touches[register] += 1 }
    }
  }

  /// The groups of a block, in order; they do not overlap. None extends over the place where a run takes the memory of the
  /// Variables that it writes in place.
  package func groups(in code: [Instruction]) -> [RowGroup] {
    var groups: [RowGroup] = []
    var start = 0
    let claim = program.firstInPlaceWriter(in: code) ?? code.count
    while start < code.count {
      guard isEligible(code[start]) else {
        start += 1
        continue
      }
      let limit = start < claim ? claim : code.count
      let end = code[start..<limit].firstIndex { !isEligible($0) } ?? limit
      var windows: [Int: RowWindow] = [:]
      var at = start
      while at < end {
        guard let anchor = code[at..<end].firstIndex(where: { rows(ofAnchor: $0) != nil }),
          let rows = rows(ofAnchor: code[anchor])
        else { break }
        let group = makeGroup(around: anchor, from: at, to: end, rows: rows, code, &windows)
        if let group { groups.append(group) }
        at = group?.range.upperBound ?? anchor + 1
      }
      start = end
    }
    return groups
  }

  /// A group that contains the anchor, whose rows these are. The rows of a later reduction of the stretch will do too, where
  /// they are fewer: those of a reduction of what was reduced before.
  private func makeGroup(
    around anchor: Int, from start: Int, to end: Int, rows: Int, _ code: [Instruction], _ windows: inout [Int: RowWindow]
  ) -> RowGroup? {
    var candidates = [rows]
    for other in code[anchor..<min(end, anchor + Self.reach)].compactMap(rows(ofAnchor:)) {
      if rows % other == 0, !candidates.contains(other) { candidates.append(other) }
    }
    for rows in candidates {
      var window = windows.removeValue(forKey: rows) ?? RowWindow(rows: rows, first: -1)
      defer { windows[rows] = window }
      // Whether a group begins at a place does not depend on the anchor: what was refused for an earlier one is not tried again.
      let first = max(start, anchor - Self.reach, window.range.lowerBound + 1)
      for first in stride(from: first, through: anchor, by: 1) {
        window.move(to: first, before: end, code, self)
        if window.fits, window.hasLink, window.range.contains(anchor), let group = makeGroup(window.range, rows: rows, code) {
          return group
        }
      }
    }
    return nil
  }

  /// How many instructions before and after a reduction are looked at.
  private static let reach = 8

  // MARK: Instructions

  /// Launches that reduce nothing themselves, and reductions over an axis.
  private func isEligible(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .launch(let index):
      let kernel = program.kernels[index]
      return kernel.count > 0 && !kernel.operands.contains { if case .reduction = $0.access { true } else { false } }
    case .array:
      guard let reduction = instruction.reduction else { return false }
      return reduction.outer >= RowGroup.minimumRows && reduction.extent > 0 && reduction.inner > 0
    case .loop, .whileLoop, .branch, .call, .store, .return: return false
    }
  }

  /// The rows of an instruction that cannot be part of a kernel over more positions than rows.
  private func rows(ofAnchor instruction: Instruction) -> Int? {
    switch instruction {
    case .array: return instruction.reduction?.outer
    case .launch(let index):
      let kernel = program.kernels[index]
      let hasRowDot = kernel.code.contains { $0.opcode == .rowDot }
      return hasRowDot && kernel.count >= RowGroup.minimumRows ? kernel.count : nil
    case .loop, .whileLoop, .branch, .call, .store, .return: return nil
    }
  }

  /// Bytes of a row, where the register is made of rows.
  func rowByteCount(_ register: Int, _ rows: Int) -> Int {
    let type = program.registers[register].type
    return type.count % rows == 0 ? type.byteCount / rows : 0
  }

  /// What the instruction does for a block of rows, after others of its group have written these registers; nil where it cannot be
  /// taken row by row.
  func member(_ instruction: Instruction, rows: Int, isWritten: (Int) -> Bool) -> RowGroup.Member? {
    switch instruction {
    case .launch(let index):
      let kernel = program.kernels[index]
      guard kernel.count % rows == 0 else { return nil }
      for operand in kernel.operands where !operand.isWritten && isWritten(operand.register) {
        guard isRowwise(operand, kernel, rows: rows) else { return nil }
      }
      return .launch(kernel: index, positions: kernel.count / rows)
    case .array:
      guard let reduction = instruction.reduction, reduction.outer % rows == 0,
        program.registers[reduction.source].type.count == reduction.outer * reduction.extent * reduction.inner
      else { return nil }
      return .reduce(reduction, items: reduction.outer / rows)
    case .loop, .whileLoop, .branch, .call, .store, .return: return nil
    }
  }

  /// Whether the positions of a row read elements of the same row of the register only.
  private func isRowwise(_ operand: Operand, _ kernel: Kernel, rows: Int) -> Bool {
    let count = program.registers[operand.register].type.count
    guard count % rows == 0 else { return false }
    switch operand.access {
    case .contiguous(let offset): return offset == 0 && count == kernel.count
    case .rows(let offset, let length): return offset == 0 && count == kernel.count * length
    case .strided(let offset, let strides):
      return isRowwise(offset: offset, strides: strides, kernel.shape, rows: rows, rowLength: count / rows)
    case .scalar, .whole, .reduction: return false
    }
  }

  /// The leading axes, which count the rows, must step from row to row, and the others stay within one.
  private func isRowwise(offset: Int, strides: [Int], _ shape: [Int], rows: Int, rowLength: Int) -> Bool {
    var leading = 1
    var axis = 0
    while leading < rows, axis < shape.count {
      leading *= shape[axis]
      axis += 1
    }
    guard leading == rows else { return false }
    var stride = rowLength
    for axis in (0..<axis).reversed() where shape[axis] != 1 {
      guard strides[axis] == stride else { return false }
      stride *= shape[axis]
    }
    var least = offset, most = offset
    for axis in axis..<shape.count {
      let reach = (shape[axis] - 1) * strides[axis]
      if reach < 0 { least += reach } else { most += reach }
    }
    return least >= 0 && most < rowLength
  }

  // MARK: Groups

  /// The group of these instructions, where there is one worth having and safe to take row by row.
  private func makeGroup(_ range: Range<Int>, rows: Int, _ code: [Instruction]) -> RowGroup? {
    var written: Set<Int> = []
    var members: [RowGroup.Member] = []
    var touchesInside: [Int: Int] = [:]
    for instruction in code[range] {
      guard let member = member(instruction, rows: rows, isWritten: written.contains) else { return nil }
      members.append(member)
      written.formUnion(program.writes(instruction))
      for register in Self.touched(instruction, program) { touchesInside[register, default: 0] += 1 }
    }
    var group = RowGroup(range: range, rows: rows, members: members, locals: [], rowByteCount: 0)
    for register in touchesInside.keys.sorted() {
      group.rowByteCount += rowByteCount(register, rows)
      guard case .temporary(let buffer) = program.registers[register].role, written.contains(register),
        touches[register] == touchesInside[register]
      else { continue }
      group.locals.append(
        RowGroup.Local(register: register, buffer: buffer, rowByteCount: program.registers[register].type.byteCount / rows))
    }
    return isSafe(group, code[range], written, touchesInside.keys) ? group : nil
  }

  /// Whether no row that one member writes is another row's value for another: registers that share memory with one that is
  /// written and outlives the group lie there row upon row, and are taken row by row.
  private func isSafe(_ group: RowGroup, _ code: ArraySlice<Instruction>, _ written: Set<Int>, _ touched: some Sequence<Int>)
    -> Bool
  {
    let locals = Set(group.locals.map(\.register))
    let sharing = Dictionary(grouping: touched.filter { !locals.contains($0) }, by: { memories[$0] })
    let unsafe = registersNotTakenByRows(code, rows: group.rows)
    for registers in sharing.values where registers.count > 1 && registers.contains(where: written.contains) {
      let byteCount = program.registers[registers[0]].type.byteCount
      guard
        registers.allSatisfy({
          program.registers[$0].type.byteCount == byteCount && program.registers[$0].type.count % group.rows == 0
            && !unsafe.contains($0)
        })
      else { return false }
    }
    return true
  }

  /// The registers that a kernel takes in another way than row by row.
  private func registersNotTakenByRows(_ code: ArraySlice<Instruction>, rows: Int) -> Set<Int> {
    var registers: Set<Int> = []
    for case .launch(let index) in code {
      let kernel = program.kernels[index]
      for operand in kernel.operands where !isRowwise(operand, kernel, rows: rows) { registers.insert(operand.register) }
    }
    return registers
  }

  /// Registers in one buffer share it, and so do the two that are exchanged.
  private static func memories(_ program: Program) -> [Int] {
    func memory(_ register: Int) -> Int {
      switch program.registers[register].role {
      case .temporary(let buffer): program.registers.count + buffer
      case .row(let whole), .over(let whole): memory(whole)
      case .argument, .variable, .constant, .fresh: register
      }
    }
    var memories = program.registers.indices.map(memory)
    for (register, partner) in program.exchangedInOrder where memories[register] != memories[partner] {
      let (one, other) = (memories[register], memories[partner])
      for register in memories.indices where memories[register] == other { memories[register] = one }
    }
    return memories
  }

  static func touched(_ instruction: Instruction, _ program: Program) -> Set<Int> {
    var touched = Set(program.reads(instruction) + program.writes(instruction) + program.holds(instruction))
    for carry in instruction.carries { touched.formUnion([carry.initial, carry.current, carry.next]) }
    for register in touched {
      if case .row(let whole) = program.registers[register].role { touched.insert(whole) }
    }
    return touched
  }
}
