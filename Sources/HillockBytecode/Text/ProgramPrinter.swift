import HillockIR

extension Program {
  /// The text form; `Program(parsing:)` reads it back, whether or not the program verifies. Spec/bytecode.md describes it.
  package var text: String {
    var constantText = ConstantText()
    var lines = ["hillock program \(Self.version)", "name \(TextScanner.quoted(name))"]
    for (i, type) in arguments.enumerated() { lines.append("argument \(i) : \(type)") }
    for (i, slot) in variables.enumerated() { lines.append("variable \(i) \(TextScanner.quoted(slot.name)) : \(slot.type)") }
    for (i, data) in constants.enumerated() { lines.append("constant \(i) : \(data.type) \(constantText.write(data))") }
    for (i, function) in functions.enumerated() { lines.append("function \(i) \(function.text)") }
    for (i, bytes) in buffers.enumerated() { lines.append("buffer \(i) : \(bytes)") }
    for (i, register) in registers.enumerated() { lines.append("r\(i) : \(register.type) = \(register.role.text)") }
    for (i, kernel) in kernels.enumerated() { lines += kernel.lines(index: i) }
    for instruction in code { lines += instruction.lines }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Register.Role {
  fileprivate var text: String {
    switch self {
    case .argument(let i): "argument \(i)"
    case .variable(let i): "variable \(i)"
    case .constant(let i): "constant \(i)"
    case .temporary(let buffer): "buffer \(buffer)"
    case .fresh: "fresh"
    case .row(let whole): "row r\(whole)"
    case .over(let old): "over r\(old)"
    }
  }
}

extension Instruction {
  /// The lines of the text form: one, and for control flow those of its blocks, indented.
  package var lines: [String] {
    var lines = [text]
    guard !blocks.isEmpty else { return lines }
    for carry in carries { lines.append("  carry r\(carry.initial), r\(carry.current), r\(carry.next)") }
    for (position, block) in blocks.enumerated() {
      if position > 0 { lines.append("then {") }
      lines += block.flatMap(\.lines).map { "  " + $0 }
      lines.append("}")
    }
    return lines
  }

  /// The line of the text form; of control flow, the first.
  package var text: String {
    func list(_ registers: [Int]) -> String { registers.map { "r\($0)" }.joined(separator: ", ") }
    switch self {
    case .launch(let kernel): return "launch \(kernel)"
    case .array(let op, let attributes, let destinations, let sources):
      let words = ["\(list(destinations)) = \(op.name(attributes))", list(sources), op.row.text(attributes)]
      return words.filter { !$0.isEmpty }.joined(separator: " ")
    case .loop(let loop):
      let rows = loop.rows.isEmpty ? "" : " rows \(list(loop.rows))"
      return "loop r\(loop.index) trips \(loop.trips)\(loop.isReversed ? " reversed" : "")\(rows) {"
    case .whileLoop(let loop): return "while r\(loop.test) {"
    case .branch(let branch):
      let results = branch.results.isEmpty ? "" : " results \(list(branch.results))"
      return "branch r\(branch.selector) blocks \(branch.blocks.count)\(results) {"
    case .call(let function, let operands, let results):
      let taken = operands.isEmpty ? "" : " \(list(operands))"
      return "call \(function)\(taken)" + (results.isEmpty ? "" : " results \(list(results))")
    case .store(let slot, let register): return "store \(slot), r\(register)"
    case .return(let results): return results.isEmpty ? "return" : "return \(list(results))"
    }
  }
}

extension Kernel {
  /// The lines of the text form, from `kernel` to `end`.
  package func lines(index: Int) -> [String] {
    var lines = ["kernel \(index) \(TextScanner.quoted(name)) shape \(shape) tile \(tile)"]
    for (i, operand) in operands.enumerated() {
      lines.append("  p\(i) = \(operand.isWritten ? "write" : "read") r\(operand.register) \(operand.access.text)")
    }
    for (i, dtype) in tiles.enumerated() { lines.append("  t\(i) : \(dtype.name)") }
    lines += code.map { "  \(text($0))" }
    return lines + ["end"]
  }

  /// The line of a tile instruction: `t2 = add t0, p1 : f32`.
  package func text(_ instruction: TileInstruction) -> String {
    var sources = [instruction.a, instruction.b, instruction.c]
    while sources.last == TileInstruction.none { sources.removeLast() }
    var words = ["\(slotName(instruction.destination)) = \(instruction.opcode.name)"]
    if !sources.isEmpty { words.append(sources.map(slotName).joined(separator: ", ")) }
    switch instruction.opcode {
    case .convert(let from): words.append("from \(from.name)")
    case .iota(let axis): words.append("axis \(axis)")
    case .randomBits(let first) where first != 0: words.append("first \(first)")
    default: break
    }
    return words.joined(separator: " ") + " : \(instruction.dtype.name)"
  }

  /// Operands are p0, p1, …, tiles t0, t1, …; a slot that is not used is `_`.
  private func slotName(_ slot: UInt16) -> String {
    if slot == TileInstruction.none { return "_" }
    return isOperand(slot) ? "p\(slot)" : "t\(Int(slot) - operands.count)"
  }
}

extension Access {
  fileprivate var text: String {
    switch self {
    case .contiguous(let offset): "contiguous \(offset)"
    case .scalar(let offset): "scalar \(offset)"
    case .strided(let offset, let strides): "strided \(offset) \(strides)"
    case .rows(let offset, let length): "rows \(offset) \(length)"
    case .whole(let offset, let length): "whole \(offset) \(length)"
    case .reduction(let width): "reduction \(width)"
    }
  }
}

extension TileOpcode {
  /// The name in the text form.
  package var name: String {
    switch self {
    case .elementwise(let op): OpTable.rows.indices.contains(Int(op.code)) ? op.row.name : "elementwise.\(op.code)"
    case .convert: "convert"
    case .load: "load"
    case .iota: "iota"
    case .randomBits: "randombits"
    case .rowDot: "rowdot"
    case .reduce(let kind): "reduce.\(kind.name)"
    case .dotAccumulate: "dotaccumulate"
    case .outerAccumulate: "outeraccumulate"
    }
  }
}
