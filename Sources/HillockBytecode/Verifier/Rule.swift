import HillockIR

/// A rule that every program keeps before it may run.
package struct Rule: Sendable {
  package enum Group: String, CaseIterable, Sendable {
    /// Types, tables and indices.
    case structure
    /// Kernels and their tile code.
    case kernels
    /// The shapes of program-level instructions.
    case shapes
    /// Loops and branches.
    case loops
    /// The order of reads and writes.
    case flow
    /// The write barrier: Variables and results.
    case barrier
  }

  /// Stable: tools and tests name rules by it.
  package let id: String
  package let group: Group
  /// What holds, in one sentence.
  package let statement: String
  /// What breaks the rule, or nil. May rely on every rule that stands before it in `Rule.all`.
  package let violation: @Sendable (Program) -> String?
  /// The same from the walk that several rules share, for those rules.
  private let inFlow: (@Sendable (DefinitionFlow) -> String?)?

  package init(
    _ id: String, _ group: Group, _ statement: String, violation: @escaping @Sendable (Program) -> String?
  ) {
    self.id = id
    self.group = group
    self.statement = statement
    self.violation = violation
    inFlow = nil
  }

  /// A rule about which registers hold a value where.
  init(_ id: String, _ statement: String, inFlow: @escaping @Sendable (DefinitionFlow) -> String?) {
    self.id = id
    group = .flow
    self.statement = statement
    violation = { inFlow(DefinitionFlow(of: $0)) }
    self.inFlow = inFlow
  }

  /// The first rule of all that the program breaks, and what breaks it.
  static func firstViolation(in program: Program) -> (rule: Rule, violation: String)? {
    var walked: DefinitionFlow?
    for rule in all {
      let violation: String?
      if let inFlow = rule.inFlow {
        let flow = walked ?? DefinitionFlow(of: program)
        walked = flow
        violation = inFlow(flow)
      } else {
        violation = rule.violation(program)
      }
      if let violation { return (rule, violation) }
    }
    return nil
  }

  /// Every rule, in the order in which they are checked.
  package static let all = structureRules + loopRules + kernelRules + tileRules + shapeRules + flowRules + barrierRules

  package static func named(_ id: String) -> Rule? { all.first { $0.id == id } }
}

// MARK: Ways to write a rule

extension Rule {
  /// A rule about each instruction of the program, blocks included; the check is given its position in program order.
  static func eachInstruction(
    _ id: String, _ group: Group, _ statement: String,
    _ check: @escaping @Sendable (Program, Int, Instruction) -> String?
  ) -> Rule {
    Rule(id, group, statement) { program in
      for (position, instruction) in program.flattened.enumerated() {
        if let violation = check(program, position, instruction) { return "instruction \(position): \(violation)" }
      }
      return nil
    }
  }

  /// A rule about each register.
  static func eachRegister(
    _ id: String, _ statement: String, _ check: @escaping @Sendable (Program, Register) -> String?
  ) -> Rule {
    Rule(id, .structure, statement) { program in
      for (index, register) in program.registers.enumerated() {
        if let violation = check(program, register) { return "r\(index): \(violation)" }
      }
      return nil
    }
  }

  /// A rule about each kernel.
  static func eachKernel(
    _ id: String, _ statement: String, _ check: @escaping @Sendable (Program, Kernel) -> String?
  ) -> Rule {
    Rule(id, .kernels, statement) { program in
      for (index, kernel) in program.kernels.enumerated() {
        if let violation = check(program, kernel) { return "kernel \(index): \(violation)" }
      }
      return nil
    }
  }

  /// A rule about each operand of each kernel.
  static func eachOperand(
    _ id: String, _ statement: String, _ check: @escaping @Sendable (Program, Kernel, Operand) -> String?
  ) -> Rule {
    eachKernel(id, statement) { program, kernel in
      for (index, operand) in kernel.operands.enumerated() {
        if let violation = check(program, kernel, operand) { return "p\(index): \(violation)" }
      }
      return nil
    }
  }

  /// A rule about each tile instruction of each kernel.
  static func eachTileInstruction(
    _ id: String, _ statement: String, _ check: @escaping @Sendable (Program, Kernel, TileInstruction) -> String?
  ) -> Rule {
    eachKernel(id, statement) { program, kernel in
      for (line, instruction) in kernel.code.enumerated() {
        if let violation = check(program, kernel, instruction) { return "line \(line): \(violation)" }
      }
      return nil
    }
  }
}

/// The product, or nil where it overflows.
func checkedProduct(_ a: Int, _ b: Int) -> Int? {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? nil : product
}

/// The sum, or nil where it overflows.
func checkedSum(_ a: Int, _ b: Int) -> Int? {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? nil : sum
}
