import HillockIR

/// Why an instruction is a step of its own and no part of a kernel. The raw values are stable: `hillock disasm` prints them,
/// `Spec/bytecode.md` lists them.
package enum ArrayStep: String, CaseIterable, Sendable {
  case matrixProduct = "matrix-product"
  case axisReduction = "axis-reduction"
  case byIndex = "by-index"
  case partialUpdate = "partial-update"
  case concatenation
  case controlFlow = "control-flow"
  case call

  /// nil for kernels, for loops (which have reasons of their own), and for what does no work.
  package init?(_ instruction: Instruction) {
    switch instruction {
    case .matmul: self = .matrixProduct
    case .reduce: self = .axisReduction
    case .gather, .scatter: self = .byIndex
    case .updateSlice: self = .partialUpdate
    case .concatenate: self = .concatenation
    case .branch: self = .controlFlow
    case .call: self = .call
    case .launch, .loop, .whileLoop, .store, .return: return nil
    }
  }

  /// One sentence for readers.
  package var meaning: String {
    switch self {
    case .matrixProduct: "an element of it needs a whole row and a whole column"
    case .axisReduction: "it keeps some axes: each result has positions of its own, not one tile's"
    case .byIndex: "which elements belong to a position is known when the indices are"
    case .partialUpdate: "it writes some positions of an array and keeps the others"
    case .concatenation: "its positions belong to several arrays"
    case .controlFlow: "which block runs is known when the selector is"
    case .call: "it runs outside the program"
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
      if let step = ArrayStep(instruction) { lines.append("\(head)\(place) is a step: \(step.rawValue) (\(step.meaning))") }
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
