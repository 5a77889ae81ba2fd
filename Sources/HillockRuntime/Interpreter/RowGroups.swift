import CHillock
import HillockBytecode
import HillockIR

/// A row group (see `RowGroup`), laid out for execution.
struct PreparedRowGroup {
  struct Member {
    /// The kernel, or -1 for a reduction, which `reduction` describes.
    var kernel: Int
    /// The kernel's positions, or the reduction's outer indices, for each row.
    var perRow: Int
    var reduction: AxisReductionKernel?
    /// The registers of a reduction.
    var source = 0
    var destination = 0
  }

  struct Local {
    var register: Int
    /// Where the rows of the present block lie in the worker's memory for the group.
    var offset: Int
    var rowByteCount: Int
  }

  var rows: Int
  /// Rows that a worker takes through all members at a time.
  var block: Int
  var members: UnsafeMutableBufferPointer<Member>
  var locals: UnsafeMutableBufferPointer<Local>
  /// Bytes of a worker's memory for the group.
  var byteCount: Int
  /// In strict runs, what nothing may write in that memory.
  var gaps: UnsafeMutableBufferPointer<Gap>

  struct Gap {
    /// The buffer that it stands behind.
    var buffer: Int
    var offset: Int
    var byteCount: Int
    /// Bytes that the buffer holds for each row.
    var rowByteCount: Int
  }

  /// `gap`: bytes between the registers in a worker's memory, and at its ends.
  init(_ group: RowGroup, _ program: Program, reductions: [AxisReductionKernel], rowCost: Int, gap: Int, arena: Arena) {
    rows = group.rows
    // As many rows as stay in the second-level cache, but no more than leave something to share.
    let fitting = Parameters.rowBlockByteCount / max(group.rowByteCount, 1)
    let worthwhile = Parameters.rowBlockCost / max(rowCost, 1)
    block = max(1, min(fitting, max(worthwhile, group.rows / Parameters.rowBlocks)))
    var remaining = reductions[...]
    members = arena.copy(
      group.members.map { member in
        switch member {
        case .launch(let kernel, let positions):
          Member(kernel: kernel, perRow: positions)
        case .reduce(let reduction, let items):
          Member(
            kernel: -1, perRow: items, reduction: remaining.removeFirst(), source: reduction.source,
            destination: reduction.destination)
        }
      })
    // Registers that take turns in a buffer of the program take turns here too.
    var rowByteCount: [Int: Int] = [:]
    for local in group.locals { rowByteCount[local.buffer] = max(rowByteCount[local.buffer] ?? 0, local.rowByteCount) }
    var offset: [Int: Int] = [:]
    var gaps: [Gap] = []
    byteCount = gap
    for buffer in rowByteCount.keys.sorted() {
      offset[buffer] = byteCount
      let end = byteCount + (rowByteCount[buffer] ?? 0) * block
      byteCount = (end + 63) & ~63 + gap
      gaps.append(Gap(buffer: buffer, offset: end, byteCount: byteCount - end, rowByteCount: rowByteCount[buffer] ?? 0))
    }
    self.gaps = arena.copy(gap > 0 ? gaps : [])
    locals = arena.copy(
      group.locals.map { Local(register: $0.register, offset: offset[$0.buffer] ?? 0, rowByteCount: $0.rowByteCount) })
  }
}

extension Run {
  mutating func rowGroup(_ step: UnsafePointer<Step>) {
    if let strict, entries != nil, !isComparing {
      return strict._withUnsafeGuaranteedRef { compare(step, $0) { $0.rowGroup(step) } }
    }
    group = UnsafePointer(groups.unsafelyUnwrapped + step.pointee.a)
    share(units: step.pointee.units, unitCost: step.pointee.unitCost) { context, worker, first, last in
      let run = Run.at(context)
      let group = run.pointee.group.unsafelyUnwrapped
      for block in first..<last {
        let start = block &* group.pointee.block
        run.pointee.allMembers(group, start, min(start &+ group.pointee.block, group.pointee.rows), worker: worker)
      }
    }
  }

  /// A worker's memory, and in it its own table of registers for a block of rows that begins at `first`.
  func blockTable(
    _ group: UnsafePointer<PreparedRowGroup>, _ first: Int, worker: Int
  ) -> (scratch: Pointer, registers: UnsafeMutablePointer<Pointer?>) {
    let (scratch, table) = ownTable(worker: worker)
    for local in group.pointee.locals {
      // Instructions go by the place of a row in the whole array, of which there are only these rows.
      table[local.register] = scratch + groupOffset + local.offset - first &* local.rowByteCount
    }
    return (scratch, table)
  }

  /// Takes the rows first..<last through the group.
  private func allMembers(_ group: UnsafePointer<PreparedRowGroup>, _ first: Int, _ last: Int, worker: Int) {
    if strict != nil, entries == nil { return allMembersChecked(group, first..<last, worker: worker) }
    let (scratch, table) = blockTable(group, first, worker: worker)
    for member in group.pointee.members {
      let start = first &* member.perRow, end = last &* member.perRow
      if let reduction = member.reduction {
        reduction.run(rows: start..<end, to: table[member.destination], from: table[member.source])
      } else {
        compute(
          UnsafePointer(kernels.unsafelyUnwrapped + member.kernel), entries?.pointee.kernels[member.kernel], table,
          scratch: scratch,
          start, end)
      }
    }
  }
}
