import HillockIR

extension RowGroupAnalysis {
  /// A line for each row group that runs of the program form, those in blocks of control flow too; empty where there is none.
  package var text: String {
    lines(of: program.code, inside: nil).map { $0 + "\n" }.joined()
  }

  private func lines(of code: [Instruction], inside block: String?) -> [String] {
    var lines: [String] = []
    for group in groups(in: code) { lines.append(line(group, code, inside: block)) }
    for instruction in code {
      // It takes a position through all steps at a time, without groups.
      if case .loop(let loop) = instruction, program.interchangedKernels(loop) != nil { continue }
      for block in instruction.blocks { lines += self.lines(of: block, inside: String(instruction.text.dropLast(2))) }
    }
    return lines
  }

  private func line(_ group: RowGroup, _ code: [Instruction], inside block: String?) -> String {
    let place = block.map { " inside \($0)" } ?? ""
    let members = code[group.range].map(\.text).joined(separator: "; ")
    let locals = group.locals.isEmpty
      ? "" : "; for a block of rows only: " + group.locals.map { "r\($0.register)" }.joined(separator: ", ")
    return "instructions \(group.range.lowerBound) to \(group.range.upperBound - 1)\(place) are a row group: \(group.rows) rows, "
      + "\(group.rowByteCount) bytes each: \(members)\(locals)"
  }
}
