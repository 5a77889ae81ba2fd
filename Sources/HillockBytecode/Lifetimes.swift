import HillockIR

/// From which instruction to which each register's memory is in use. Instructions are numbered in program order, control
/// flow at its start and its end; what a loop reads from outside is in use until the loop ends, and both places of a carried
/// value as long as either. The planner and the verifier both go by it.
struct Lifetimes {
  private(set) var first: [Int?]
  private(set) var last: [Int?]
  /// The instruction that begins each register's life.
  private(set) var definition: [Int: Instruction] = [:]
  /// For the destination of an array op, the register that it may overwrite if nothing reads it afterwards.
  private(set) var replaceable: [Int: Int] = [:]
  private var position = 0

  init(_ program: Program) {
    first = Array(repeating: nil, count: program.registers.count)
    last = first
    walk(program.code, program)
    for (register, partner) in program.exchangedInOrder { last[register] = max(last[register] ?? 0, last[partner] ?? 0) }
  }

  private mutating func touch(_ register: Int, _ program: Program) {
    var register = register
    if case .row(let whole) = program.registers[register].role { register = whole }
    first[register] = first[register] ?? position
    last[register] = position
  }

  private mutating func walk(_ code: [Instruction], _ program: Program) {
    for instruction in code {
      position += 1
      switch instruction {
      case .loop(let loop):
        enter(instruction, [loop.index] + loop.rows, program)
      case .whileLoop(let loop):
        enter(instruction, [loop.test], program)
      case .branch(let branch):
        // Results live through all blocks, whichever runs.
        enter(instruction, [branch.selector] + branch.results, program)
      case .launch, .array, .call, .store, .return:
        if case .array(_, _, let destinations, _) = instruction, let first = destinations.first, let old = instruction.overwritten
        {
          replaceable[first] = old
        }
        for register in program.reads(instruction) { touch(register, program) }
        for register in program.writes(instruction) {
          if first[register] == nil { definition[register] = instruction }
          touch(register, program)
        }
      }
    }
  }

  private mutating func enter(_ instruction: Instruction, _ others: [Int], _ program: Program) {
    let start = position
    let carries = instruction.carries
    for carry in carries { touch(carry.initial, program) }
    let held = carries.flatMap { [$0.current, $0.next] } + others
    // `current` must not share memory with any `initial`: it is written while the others are still to be copied.
    position += 1
    for register in held { touch(register, program) }
    for carry in carries { touch(carry.initial, program) }
    for block in instruction.blocks { walk(block, program) }
    position += 1
    for register in held { touch(register, program) }
    for register in first.indices {
      guard let begun = first[register], let used = last[register], begun < start, used >= start else { continue }
      last[register] = position
    }
  }
}
