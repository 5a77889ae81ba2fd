/// The longest run of instructions from a place on that can be taken row by row over so many rows.
///
/// The place moves forwards only. What the run already holds is kept, so that all places of a block together take time in proportion
/// to its length.
struct RowWindow {
  let rows: Int
  private(set) var range: Range<Int>
  /// The last instructions of the run that touch and that write each register.
  private var touchedLast: [Int: Int] = [:]
  private var writtenLast: [Int: Int] = [:]
  /// Bytes of a row, in all registers that the run touches.
  private var rowByteCount = 0
  /// Where the latest value was written that a later instruction of the run reads.
  private var latestLink = -1

  init(rows: Int, first: Int) {
    self.rows = rows
    range = first..<first
  }

  /// Whether a row, in all registers together, is short enough. If not, the run ends where it was found out.
  var fits: Bool { rowByteCount <= RowGroup.maximumRowByteCount }

  /// Whether an instruction of the run reads what another one has written.
  var hasLink: Bool { latestLink >= range.lowerBound }

  /// Begins the run at `first`, and takes in what follows, up to `end`.
  mutating func move(to first: Int, before end: Int, _ code: [Instruction], _ analysis: RowGroupAnalysis) {
    if first >= range.upperBound {
      self = RowWindow(rows: rows, first: first)
    } else {
      for position in range.lowerBound..<first { drop(position, code[position], analysis) }
      range = first..<range.upperBound
    }
    while range.upperBound < end, fits, add(code[range.upperBound], analysis) {}
  }

  private mutating func drop(_ position: Int, _ instruction: Instruction, _ analysis: RowGroupAnalysis) {
    for register in RowGroupAnalysis.touched(instruction, analysis.program) where touchedLast[register] == position {
      touchedLast[register] = nil
      rowByteCount -= analysis.rowByteCount(register, rows)
    }
    for register in analysis.program.writes(instruction) where writtenLast[register] == position { writtenLast[register] = nil }
  }

  /// False where the instruction cannot follow.
  private mutating func add(_ instruction: Instruction, _ analysis: RowGroupAnalysis) -> Bool {
    let position = range.upperBound, program = analysis.program
    guard analysis.member(instruction, rows: rows, isWritten: { writtenLast[$0] != nil }) != nil else { return false }
    for register in program.reads(instruction) { latestLink = max(latestLink, writtenLast[register] ?? -1) }
    for register in program.writes(instruction) { writtenLast[register] = position }
    for register in RowGroupAnalysis.touched(instruction, program) {
      if touchedLast.updateValue(position, forKey: register) == nil { rowByteCount += analysis.rowByteCount(register, rows) }
    }
    range = range.lowerBound..<position + 1
    return true
  }
}
