import HillockBytecode
import HillockIR

@testable import HillockRuntime

/// What random programs consist of once they are laid out for execution: steps by their kind, tile instructions by their
/// opcode, operands by the way they are read, and combinations that go their own way. Counted, so that "covered" is a fact.
struct ProgramCoverage {
  private var programs: [String: Int] = [:]

  /// Everything that a few hundred programs must have.
  static let wanted: [String] =
    stepKinds.map { "step \($0)" } + ArrayOp.allCases.map { "array op \($0)" } + [
      "array op reduce in chunks",
      "Variable in place", "Variable not in place", "Variable in a while loop's condition", "carried value in place",
      "loop in a loop",
      "branch in a loop", "loop in a branch", "while loop in a loop", "call in a loop", "call in a branch",
      "call in a while loop's condition",
      "interchanged loop with rows", "interchanged loop with draws", "reversed loop", "row group with a reduction",
      "row group with kernels",
      "row group in a loop", "column group with kernels", "column group with several reductions", "column group of panels",
      "column group of chunks", "operand contiguous", "operand strided", "operand scalar", "operand reduction", "tile randombits",
      "operand rows", "operand whole", "tile convert", "tile iota", "tile load", "tile reduce", "tile rowdot",
      "tile dotaccumulate",
      "tile outeraccumulate",
    ] + foreignCalls

  private static let stepKinds: [Step.Kind] = [
    .launch, .call, .claim, .rowGroup, .columnGroup, .interchangedLoop,
    .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select, .jump,
  ]

  private static let foreignCalls: [String] = {
    #if Foreign
      ["foreign call", "foreign call in a loop"]
    #else
      []
    #endif
  }()

  var missing: [String] { Self.wanted.filter { programs[$0] == nil } }

  /// Programs that have each.
  var text: String {
    let names = programs.keys.sorted()
    return "programs that have: " + names.map { "\($0) \(programs[$0] ?? 0)" }.joined(separator: "; ")
  }

  /// Whether a team can stand for one of its loops.
  @discardableResult
  mutating func add(_ graph: Graph) -> Bool {
    guard let program = try? Lowering.lower(Passes.run(graph)) else { return false }
    let prepared = PreparedProgram(program, isa: .current)
    // It owns the memory that is read below.
    defer { withExtendedLifetime(prepared) {} }
    var found: Set<String> = Set(prepared.steps.map { "step \($0.kind)" })
    for op in prepared.arrayOps {
      found.insert("array op \(op.op)")
      if op.op == .reduce, op.phases.count > 1 { found.insert("array op reduce in chunks") }
    }
    if !prepared.inPlace.isEmpty { found.insert("Variable in place") }
    if prepared.inPlace.count < prepared.stored.compactMap({ $0 }).count { found.insert("Variable not in place") }
    if !prepared.over.isEmpty { found.insert("carried value in place") }
    for group in prepared.groups {
      for member in group.members { found.insert(member.kernel < 0 ? "row group with a reduction" : "row group with kernels") }
    }
    for group in prepared.columnGroups {
      if group.members.contains(where: { $0.kernel >= 0 }) { found.insert("column group with kernels") }
      if group.reductions.count > 1 { found.insert("column group with several reductions") }
      if group.panels > 1 { found.insert("column group of panels") }
      if group.chunks > 1 { found.insert("column group of chunks") }
    }
    for loop in prepared.loops {
      if loop.isReversed { found.insert("reversed loop") }
      guard !loop.kernels.isEmpty else { continue }
      if !loop.rows.isEmpty { found.insert("interchanged loop with rows") }
      let code = loop.kernels.flatMap { program.kernels[$0].code }
      let draws = code.contains { if case .randomBits = $0.opcode { true } else { false } }
      if draws { found.insert("interchanged loop with draws") }
    }
    for kernel in program.kernels {
      for operand in kernel.operands { found.insert("operand \(Self.name(operand.access))") }
      for instruction in kernel.code { if let name = Self.name(instruction.opcode) { found.insert("tile \(name)") } }
    }
    nesting(program.code, inside: [], program, &found)
    let canStand = prepared.loops.contains(where: \.canStand)
    if canStand { found.insert("standing team") }
    for name in found { programs[name, default: 0] += 1 }
    return canStand
  }

  private func nesting(_ code: [Instruction], inside outer: Set<String>, _ program: Program, _ found: inout Set<String>) {
    if outer.contains("loop"), !RowGroupAnalysis(program).groups(in: code).isEmpty { found.insert("row group in a loop") }
    for instruction in code {
      switch instruction {
      case .loop(let loop):
        if outer.contains("loop") { found.insert("loop in a loop") }
        if outer.contains("branch") { found.insert("loop in a branch") }
        nesting(loop.body, inside: outer.union(["loop"]), program, &found)
      case .whileLoop(let loop):
        if outer.contains("loop") { found.insert("while loop in a loop") }
        nesting(loop.condition, inside: outer.union(["condition"]), program, &found)
        nesting(loop.body, inside: outer.union(["loop"]), program, &found)
      case .branch(let branch):
        if outer.contains("loop") { found.insert("branch in a loop") }
        for block in branch.blocks { nesting(block, inside: outer.union(["branch"]), program, &found) }
      case .call(let function, _, _):
        if program.functions[function].name.hasPrefix("c_") {
          found.insert("foreign call")
          if outer.contains("loop") { found.insert("foreign call in a loop") }
        }
        if outer.contains("loop") { found.insert("call in a loop") }
        if outer.contains("branch") { found.insert("call in a branch") }
        if outer.contains("condition") { found.insert("call in a while loop's condition") }
      default: break
      }
      guard outer.contains("condition") else { continue }
      let isVariable = { (register: Int) in if case .variable = program.registers[register].role { true } else { false } }
      if program.reads(instruction).contains(where: isVariable) { found.insert("Variable in a while loop's condition") }
    }
  }

  private static func name(_ access: Access) -> String {
    switch access {
    case .contiguous: "contiguous"
    case .scalar: "scalar"
    case .strided: "strided"
    case .rows: "rows"
    case .whole: "whole"
    case .reduction: "reduction"
    }
  }

  /// nil: elementwise ops, of which every kernel is full.
  private static func name(_ opcode: TileOpcode) -> String? {
    switch opcode {
    case .elementwise: nil
    case .convert: "convert"
    case .load: "load"
    case .iota: "iota"
    case .randomBits: "randombits"
    case .rowDot: "rowdot"
    case .reduce: "reduce"
    case .dotAccumulate: "dotaccumulate"
    case .outerAccumulate: "outeraccumulate"
    }
  }
}
