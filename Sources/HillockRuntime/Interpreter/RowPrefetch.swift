import HillockBytecode

/// What an instruction that goes through rows, or stands between two that do, prefetches of rows that come from memory.
///
/// Memory is idle while a tile is computed on, unless all parts of that work ask for some of the lines that come next: one
/// pass over points of ten floats took 1.3 times as long where its first instruction asked for all of them. That is native code.
/// The interpreter's elementwise instructions are calls that ask for nothing, and there the first one does best.
package struct RowPrefetch: Hashable, Sendable {
  /// The operand.
  package var slot: Int
  /// Bytes of a row.
  package var rowByteCount: Int
  /// How many rows further.
  package var ahead: Int
  /// The lines whose number in a block of rows is `part` modulo `parts` (`prefetch_lines` in CHillock).
  package var part: Int
  package var parts: Int

  /// The most bytes of a row that the tile kernels take many at a time, in blocks that fill whole lines: of as many rows as
  /// a line has elements.
  private static let longestShortRow = 64

  /// The share of each instruction of a kernel that reads rows, and of those in `others`, which are where vector code stands
  /// for instructions: by their positions in the code. `tile`: how many positions all of them do before the next ones; no
  /// line is needed before each of them has been at the place that asks for it. nil for `others`: the first reader has it all.
  package static func shares(
    of kernel: Kernel, registers: [Register], tile: Int, others: [Int]? = nil
  ) -> [Int: RowPrefetch] {
    var shares: [Int: RowPrefetch] = [:]
    for (slot, operand) in kernel.operands.enumerated() {
      guard case .rows(_, let length) = operand.access else { continue }
      let type = registers[operand.register].type, rowByteCount = length * type.dtype.size
      guard type.byteCount > Parameters.prefetchThreshold, (1..<Parameters.longRow).contains(rowByteCount) else { continue }
      let readers = kernel.code.indices.filter { kernel.code[$0].rows == UInt16(slot) }
      var sharing = Array(readers.prefix(others == nil ? 1 : readers.count))
      if let others, type.dtype.isFloating, rowByteCount <= longestShortRow { sharing += others.filter { shares[$0] == nil } }
      sharing.sort()
      for (part, instruction) in sharing.enumerated() {
        shares[instruction] = RowPrefetch(
          slot: slot, rowByteCount: rowByteCount, ahead: max(Parameters.prefetchDistance / rowByteCount, tile), part: part,
          parts: sharing.count)
      }
    }
    return shares
  }
}

extension TileInstruction {
  /// The operand whose rows it goes through.
  fileprivate var rows: UInt16? {
    switch opcode {
    case .rowDot: a
    case .outerAccumulate: b
    default: nil
    }
  }
}
