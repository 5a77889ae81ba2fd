import HillockIR

extension Instruction {
  /// Why it is a step of its own; nil for kernels, for loops (which have reasons of their own), and for what does no work.
  package var stepReason: StepReason? {
    switch self {
    case .array(let op, _, _, _): op.row.reason
    case .branch: .controlFlow
    case .call: .call
    case .launch, .loop, .whileLoop, .store, .return: nil
    }
  }
}

extension Program {
  /// A line for each instruction that is neither a kernel nor in a group, those in blocks of control flow too: why it is a step of
  /// its own, and whether a loop is interchanged with its positions. Empty where there is none.
  package var stepText: String { stepLines(of: code, inside: nil, RowGroupAnalysis(self)).map { $0 + "\n" }.joined() }

  private func stepLines(of code: [Instruction], inside block: String?, _ analysis: RowGroupAnalysis) -> [String] {
    var lines: [String] = []
    let rowGroups = analysis.groups(in: code)
    let groups = rowGroups.map(\.range) + ColumnGroupAnalysis(analysis).groups(in: code, besides: rowGroups).map(\.range)
    let grouped = Set(groups.flatMap { $0 })
    for (position, instruction) in code.enumerated() where !grouped.contains(position) {
      let head = instruction.blocks.isEmpty ? instruction.text : String(instruction.text.dropLast(2))
      let place = block.map { " inside \($0)" } ?? ""
      if let step = instruction.stepReason { lines.append("\(head)\(place) is a step: \(step.rawValue) (\(step.meaning))") }
      if let interchange = interchange(instruction) { lines.append("\(head)\(place) \(Self.text(interchange))") }
      for block in instruction.blocks { lines += stepLines(of: block, inside: head, analysis) }
    }
    return lines
  }

  private func interchange(_ instruction: Instruction) -> Interchange? {
    switch instruction {
    case .loop(let loop): interchange(loop)
    case .whileLoop: .refused(.untilCondition, kernel: nil)
    default: nil
    }
  }

  private static func text(_ interchange: Interchange) -> String {
    switch interchange {
    case .kernels(let kernels):
      "is interchanged with its positions: \(kernels.count == 1 ? "kernel" : "kernels") \(kernels.map(String.init).joined(separator: ", "))"
    case .refused(let reason, let kernel):
      "is not interchanged with its positions: \(reason.rawValue)\(kernel.map { ", kernel \($0)" } ?? "") (\(reason.meaning))"
    }
  }
}
