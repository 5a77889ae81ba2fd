import HillockIR

extension RowGroupAnalysis {
  /// A line for each row or column group that runs of the program form, those in blocks of control flow too; empty where there is
  /// none.
  package var text: String {
    lines(of: program.code, inside: nil).map { $0 + "\n" }.joined()
  }

  private func lines(of code: [Instruction], inside block: String?) -> [String] {
    var lines: [String] = []
    let rowGroups = groups(in: code)
    for group in rowGroups { lines.append(line(group, code, inside: block)) }
    for group in ColumnGroupAnalysis(self).groups(in: code, besides: rowGroups) { lines.append(line(group, code, inside: block)) }
    for instruction in code {
      // It takes a position through all steps at a time, without groups.
      if case .loop(let loop) = instruction, program.interchangedKernels(loop) != nil { continue }
      for block in instruction.blocks { lines += self.lines(of: block, inside: String(instruction.text.dropLast(2))) }
    }
    return lines
  }

  private func line(_ group: RowGroup, _ code: [Instruction], inside block: String?) -> String {
    line(
      code, group.range, inside: block, "a row group: \(group.rows) rows, \(group.rowByteCount) bytes each",
      group.locals.map(\.register))
  }

  private func line(_ group: ColumnGroup, _ code: [Instruction], inside block: String?) -> String {
    let times = group.outer > 1 ? "\(group.outer) times " : ""
    return line(
      code, group.range, inside: block,
      "a column group: \(times)\(group.extent) rows of \(group.inner) columns, \(group.positionByteCount) bytes a position",
      group.locals.map(\.register))
  }

  private func line(
    _ code: [Instruction], _ range: Range<Int>, inside block: String?, _ what: String, _ locals: [Int]
  ) -> String {
    let place = block.map { " inside \($0)" } ?? ""
    let members = code[range].map(\.text).joined(separator: "; ")
    let own = locals.isEmpty ? "" : "; for a block of rows only: " + locals.map { "r\($0)" }.joined(separator: ", ")
    return "instructions \(range.lowerBound) to \(range.upperBound - 1)\(place) are \(what): \(members)\(own)"
  }
}
