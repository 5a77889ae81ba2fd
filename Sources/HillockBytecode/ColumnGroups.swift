import HillockIR

/// Consecutive instructions over one array seen as [outer, extent, inner]: kernels of its positions, and reductions of its rows
/// into columns. A worker can take a block of rows through all of them while it is in the nearest caches (a variance: the squares
/// of the distances and their sums; a mean and a maximum of the same columns).
package struct ColumnGroup: Hashable, Sendable {
  package enum Member: Hashable, Sendable {
    case launch(kernel: Int)
    /// `isApart`: nothing that other members read or write may lie where its result does.
    case reduce(AxisReduction, isApart: Bool)
  }

  /// The instructions, as a range of the block of code they stand in.
  package var range: Range<Int>
  package var outer: Int
  package var extent: Int
  package var inner: Int
  package var members: [Member]
  /// Temporaries that nothing outside the group touches: a worker needs memory for the positions of its block only.
  package var locals: [Local]
  /// Bytes of a position in all registers that hold one element for each.
  package var positionByteCount: Int

  /// Whether kernels are members.
  package var computes: Bool { members.contains { if case .launch = $0 { true } else { false } } }

  package struct Local: Hashable, Sendable {
    package var register: Int
    /// The buffer of the register: locals that share one share the block's memory too.
    package var buffer: Int
    package var elementByteCount: Int
  }

  /// Arrays of fewer positions stay in the nearest caches anyway.
  package static let minimumCount = 1 << 10
  /// Bytes of an array that a kernel must compute to be a member. A smaller one stays in the shared cache until it is reduced, and
  /// the kernel is through it faster at a stretch than by pieces of rows; tests of groups lower the limit.
  @TaskLocal package static var leastComputedByteCount = 1 << 24
  /// A worker's memory holds lanes for each reduction.
  package static let maximumMembers = 16
  /// Workers share chunks of rows, and of these panels of at least so many columns.
  package static let leastPanel = 128
  /// Of more where kernels are members, which begin anew with each piece of a row.
  package static let leastComputedPanel = 256
  /// A group is no hindrance to sharing where it has so many parts,
  package static let manyParts = 16
  /// or where a part has no more than so many tile instructions times positions.
  package static let smallPart = 1 << 21
}

/// Finds the column groups of a program's blocks, among the instructions that are in no row group.
///
/// Within a group, what the group writes is read position by position alone, and reductions are there when it is over. As for row
/// groups, no write may meet an earlier instruction's read of another position.
package struct ColumnGroupAnalysis {
  private let program: Program
  private let rows: RowGroupAnalysis

  package init(_ rows: RowGroupAnalysis) {
    self.rows = rows
    program = rows.program
  }

  /// The groups of a block, in order; they overlap neither each other nor the row groups.
  package func groups(in code: [Instruction], besides rowGroups: [RowGroup]) -> [ColumnGroup] {
    let claim = program.firstInPlaceWriter(in: code) ?? code.count
    var isTaken = [Bool](repeating: false, count: code.count)
    for group in rowGroups { for position in group.range { isTaken[position] = true } }
    var groups: [ColumnGroup] = []
    for position in code.indices where !isTaken[position] {
      guard let space = Space(code[position]) else { continue }
      func isEligible(_ other: Int) -> Bool {
        !isTaken[other] && (other < claim) == (position < claim) && self.isEligible(code[other], space)
      }
      var (first, last) = (position, position)
      while first > 0, position - first < ColumnGroup.maximumMembers / 2, isEligible(first - 1) { first -= 1 }
      while last + 1 < code.count, last + 1 - first < ColumnGroup.maximumMembers, isEligible(last + 1) { last += 1 }
      guard let group = makeGroup(around: position, in: first..<last + 1, space, code) else { continue }
      for position in group.range { isTaken[position] = true }
      groups.append(group)
    }
    return groups
  }

  /// What a reduction of rows sees its source as.
  private struct Space: Hashable {
    let outer, extent, inner, count: Int

    init?(_ instruction: Instruction) {
      guard let reduction = instruction.reduction, reduction.inner > 1, reduction.extent > 1, reduction.outer > 0,
        let count = Shape.checkedCount([reduction.outer, reduction.extent, reduction.inner]), count >= ColumnGroup.minimumCount
      else { return nil }
      (outer, extent, inner, self.count) = (reduction.outer, reduction.extent, reduction.inner, count)
    }
  }

  private func isEligible(_ instruction: Instruction, _ space: Space) -> Bool {
    switch instruction {
    case .launch(let index):
      let kernel = program.kernels[index]
      let computed = kernel.operands.filter(\.isWritten).map { program.registers[$0.register].type.byteCount }.max() ?? 0
      return kernel.count == space.count && computed >= ColumnGroup.leastComputedByteCount
        && !kernel.operands.contains { isHindrance($0.access, kernel.shape) }
    case .array: return Space(instruction) == space
    case .loop, .whileLoop, .branch, .call, .store, .return: return false
    }
  }

  /// What is there when all positions are done, and what is read in other runs than rows of the array.
  private func isHindrance(_ access: Access, _ shape: [Int]) -> Bool {
    switch access {
    case .reduction, .rows: return true
    case .contiguous, .scalar, .whole: return false
    case .strided(_, let strides):
      guard let innermost = shape.lastIndex(where: { $0 != 1 }) else { return false }
      return strides[innermost] != 0 && strides[innermost] != 1
    }
  }

  /// A stretch of eligible instructions around the reduction that can be a group, where it is worth one.
  private func makeGroup(around anchor: Int, in stretch: Range<Int>, _ space: Space, _ code: [Instruction]) -> ColumnGroup? {
    var (first, end) = (stretch.lowerBound, stretch.upperBound)
    while let refused = firstRefused(code, first..<end, space) {
      if refused <= anchor { first = refused } else { end = refused }
      if refused == first, firstRefused(code, first..<first + 1, space) != nil { return nil }
    }
    // What nobody in the group reads has its own place before and behind it.
    while end > anchor + 1, case .launch = code[end - 1] { end -= 1 }
    while first < anchor, case .launch = code[first] {
      let written = program.writes(code[first])
      if code[(first + 1)..<end].contains(where: { program.reads($0).contains(where: written.contains) }) { break }
      first += 1
    }
    guard end - first > 1, isLinked(code[first..<end], space), isShareable(code[first..<end], space) else { return nil }
    return group(first..<end, space, code)
  }

  /// The first instruction that reads otherwise than position by position what is written before it in the range.
  private func firstRefused(_ code: [Instruction], _ range: Range<Int>, _ space: Space) -> Int? {
    var written: Set<Int> = [], reduced: Set<Int> = []
    for position in range {
      switch code[position] {
      case .launch(let index):
        let kernel = program.kernels[index]
        for operand in kernel.operands where !operand.isWritten {
          if reduced.contains(operand.register) { return position }
          if written.contains(operand.register), !isPositionwise(operand, space) { return position }
        }
        written.formUnion(program.writes(code[position]))
      case .array:
        guard let reduction = code[position].reduction, !reduced.contains(reduction.source),
          program.registers[reduction.source].type.count == space.count
        else { return position }
        reduced.insert(reduction.destination)
      case .loop, .whileLoop, .branch, .call, .store, .return: return position
      }
    }
    return nil
  }

  private func isPositionwise(_ operand: Operand, _ space: Space) -> Bool {
    guard case .contiguous(0) = operand.access else { return false }
    return program.registers[operand.register].type.count == space.count
  }

  /// Whether some member reads what another writes or reads as well, element by element.
  private func isLinked(_ code: ArraySlice<Instruction>, _ space: Space) -> Bool {
    var seen: Set<Int> = []
    for instruction in code {
      let reads = Set(program.reads(instruction)).filter { program.registers[$0].type.count == space.count }
      if !seen.isDisjoint(with: reads) { return true }
      seen.formUnion(reads)
      if case .launch = instruction { seen.formUnion(program.writes(instruction)) }
    }
    return false
  }

  /// Whether there are parts enough for many workers, or so little work that few will do. (A kernel alone can be shared by any run
  /// of positions.)
  private func isShareable(_ code: ArraySlice<Instruction>, _ space: Space) -> Bool {
    let chunks = (space.extent + Kernel.chunk - 1) / Kernel.chunk
    let (parts, overflow) = (space.outer * chunks).multipliedReportingOverflow(by: max(space.inner / ColumnGroup.leastPanel, 1))
    guard !overflow, parts < ColumnGroup.manyParts else { return true }
    let instructions = code.reduce(0) { sum, instruction in
      if case .launch(let index) = instruction { sum + program.kernels[index].code.count } else { sum + 1 }
    }
    return space.count / parts <= ColumnGroup.smallPart / instructions
  }

  private func group(_ range: Range<Int>, _ space: Space, _ code: [Instruction]) -> ColumnGroup? {
    var touchesInside: [Int: Int] = [:]
    for instruction in code[range] {
      for register in RowGroupAnalysis.touched(instruction, program) { touchesInside[register, default: 0] += 1 }
    }
    var group = ColumnGroup(
      range: range, outer: space.outer, extent: space.extent, inner: space.inner, members: [], locals: [], positionByteCount: 0)
    var reduced: Set<Int> = []
    var written: Set<Int> = []
    for instruction in code[range] {
      written.formUnion(program.writes(instruction))
      if let reduction = instruction.reduction { reduced.insert(reduction.destination) }
    }
    for register in touchesInside.keys.sorted() {
      let type = program.registers[register].type
      if type.count == space.count, !reduced.contains(register) { group.positionByteCount += type.dtype.size }
      guard case .temporary(let buffer) = program.registers[register].role, written.contains(register),
        !reduced.contains(register),
        rows.touches[register] == touchesInside[register]
      else { continue }
      group.locals.append(ColumnGroup.Local(register: register, buffer: buffer, elementByteCount: type.dtype.size))
    }
    let locals = Set(group.locals.map(\.register))
    let sharing = Dictionary(grouping: touchesInside.keys.filter { !locals.contains($0) }, by: { rows.memories[$0] })
    for registers in sharing.values where registers.count > 1 && registers.contains(where: written.contains) {
      guard isSafe(registers, written, reduced, code[range], space) else { return nil }
    }
    group.members = code[range].compactMap { instruction in
      if case .launch(let index) = instruction { return .launch(kernel: index) }
      return instruction.reduction.map { .reduce($0, isApart: sharing[rows.memories[$0.destination]]?.count == 1) }
    }
    return group
  }

  /// Whether registers that share memory, some of which the group writes, keep out of each other's way: a reduction, which is
  /// written when the group is over, where nothing else is written and nothing is read after it; what kernels write, where all
  /// are taken position by position.
  private func isSafe(
    _ registers: [Int], _ written: Set<Int>, _ reduced: Set<Int>, _ code: ArraySlice<Instruction>, _ space: Space
  ) -> Bool {
    if registers.contains(where: reduced.contains) {
      guard registers.count(where: written.contains) == 1,
        let writer = code.firstIndex(where: { program.writes($0).contains(where: registers.contains) })
      else { return false }
      return !code[(writer + 1)...].contains { program.reads($0).contains(where: registers.contains) }
    }
    let byteCount = program.registers[registers[0]].type.byteCount
    return registers.allSatisfy { register in
      program.registers[register].type.byteCount == byteCount
        && code.allSatisfy { instruction in
          guard case .launch(let index) = instruction else { return program.registers[register].type.count == space.count }
          return program.kernels[index].operands.allSatisfy { $0.register != register || isPositionwise($0, space) }
        }
    }
  }
}
