import HillockIR

/// When a register may lie over another, in whose memory it is written. The program is walked once, so that a question takes no longer
/// where there are many.
struct InPlaceRules {
  /// Who uses the registers of a block.
  private struct BlockUses {
    let code: [Instruction]
    /// The first instruction that writes each register, as a part of what it does itself.
    var writer: [Int: Int] = [:]
    /// The last instruction that reads each register or a row of it, in its blocks too.
    var lastReader: [Int: Int] = [:]
    /// The last instruction that can fail; -1: there is none.
    var lastFailure = -1
  }

  private let code: BlockUses
  /// For a carried value's current place, the next one and the block that writes it.
  private var bodies: [Int: (next: Int, body: Int)] = [:]
  private var blocks: [BlockUses] = []
  /// What carried values become.
  private let nexts: Set<Int>
  /// The registers of each Variable.
  private var olds: [Int: [Int]] = [:]
  /// What is stored in each Variable.
  private var stored: [Int: Set<Int>] = [:]
  /// The registers that lie over each carried value.
  private var overs: [Int: [Int]] = [:]
  /// How many registers lie over each Variable.
  private var overCount: [Int: Int] = [:]

  init(_ program: Program) {
    var blocks: [BlockUses] = [], bodies: [Int: (next: Int, body: Int)] = [:]
    code = Self.uses(of: program.code, program, &blocks, &bodies).uses
    self.blocks = blocks
    self.bodies = bodies
    nexts = Set(program.flattened.flatMap(\.carries).map(\.next))
    for (register, role) in program.registers.map(\.role).enumerated() {
      if case .variable(let slot) = role { olds[slot, default: []].append(register) }
      if let slot = program.variableUnder(register) { overCount[slot, default: 0] += 1 }
      if case .over(let old) = role, bodies[old] != nil { overs[old, default: []].append(register) }
    }
    for case .store(let slot, let register) in program.code { stored[slot, default: []].insert(register) }
  }

  /// Of a block, and in `blocks` of the bodies of the loops in it; also all registers that it reads.
  private static func uses(
    of code: [Instruction], _ program: Program, _ blocks: inout [BlockUses], _ bodies: inout [Int: (next: Int, body: Int)]
  ) -> (uses: BlockUses, reads: Set<Int>) {
    var uses = BlockUses(code: code)
    var all: Set<Int> = []
    for (position, instruction) in code.enumerated() {
      for register in program.writes(instruction) where uses.writer[register] == nil { uses.writer[register] = position }
      var reads = Set((program.reads(instruction) + program.holds(instruction)).map(program.whole))
      var body: BlockUses?
      for block in instruction.blocks {
        let inner = Self.uses(of: block, program, &blocks, &bodies)
        reads.formUnion(inner.reads)
        body = inner.uses
      }
      if let body, !instruction.carries.isEmpty {
        for carry in instruction.carries where bodies[carry.current] == nil { bodies[carry.current] = (carry.next, blocks.count) }
        blocks.append(body)
      }
      for register in reads { uses.lastReader[register] = position }
      if instruction.canFail { uses.lastFailure = position }
      all.formUnion(reads)
    }
    return (uses, all)
  }

  // MARK: Carried values

  /// Notes which registers lie over the carried value `current`.
  mutating func note(_ registers: [Int], over current: Int) { overs[current] = registers }

  /// What stands against `register` lying over the carried value `current`.
  ///
  /// Those that lie over it are written one after the other, each in the place of the one before: the first in that of `current`, and the
  /// last is what the value becomes.
  func carriedViolation(_ register: Int, over current: Int, _ program: Program) -> String? {
    guard let (next, index) = bodies[current], overs[current, default: []].contains(next) else {
      return "they are not the places of one carried value"
    }
    guard register == next || !nexts.contains(register) else { return "another carried value becomes it" }
    let body = blocks[index]
    guard let position = body.writer[register], body.code[position].blocks.isEmpty else {
      return "the loop's body does not write it by itself"
    }
    var earlier: [(position: Int, register: Int)] = [(-1, current)]
    for other in overs[current, default: []] where other != register {
      guard let written = body.writer[other], written != position else {
        return "the loop's body does not write both by themselves"
      }
      if written < position {
        earlier.append((written, other))
      } else if register == next {
        return "r\(other) is written after what the value becomes"
      }
    }
    let writer = body.code[position], old = earlier.max { $0.position < $1.position }?.register ?? current
    let touchesRows = (program.reads(writer) + program.writes(writer)).contains { $0 != current && program.whole($0) == current }
    let readsOthers = earlier.contains { $0.register != old && Self.reads(writer, $0.register, program) }
    guard !touchesRows, !readsOthers, program.isInPlace(writer, from: old, to: register) else {
      return "it is not written in place"
    }
    return earlier.contains { body.lastReader[$0.register, default: -1] > position } ? "the old value is read later" : nil
  }

  /// The registers that could lie over a carried value: the next one, and before it those that array ops change in place.
  func succession(_ carry: Carry, _ program: Program) -> [Int] {
    guard let (next, index) = bodies[carry.current], next == carry.next else { return [] }
    let body = blocks[index]
    var registers = [next]
    while let position = body.writer[registers[0]], let old = body.code[position].overwritten, body.writer[old] != nil,
      case .temporary = program.registers[old].role, program.registers[old].type == program.registers[next].type
    {
      registers.insert(old, at: 0)
    }
    return registers
  }

  // MARK: Variables

  /// Notes that one more register lies over a Variable, or one less.
  mutating func note(over slot: Int, _ change: Int) { overCount[slot, default: 0] += change }

  /// What stands against `register`, which lies over the Variable in this slot, doing so.
  func variableViolation(_ register: Int, over slot: Int, _ program: Program) -> String? {
    guard stored[slot]?.contains(register) == true else { return "it is not what the Variable becomes" }
    guard overCount[slot] == 1 else { return "more than one register lies over the Variable" }
    // A branch writes its results as well, but by instructions of its blocks; a call may fail while it writes.
    guard let position = code.writer[register], code.code[position].blocks.isEmpty, !code.code[position].canFail else {
      return "no instruction that cannot fail writes it outside loops and branches"
    }
    let writer = code.code[position]
    for old in olds[slot, default: []]
    where Self.reads(writer, old, program) && !program.isInPlace(writer, from: old, to: register) {
      return "it is not written in place of r\(old)"
    }
    if code.lastFailure > position { return "something may fail when it is written" }
    return olds[slot, default: []].contains { code.lastReader[$0, default: -1] > position } ? "the old value is read later" : nil
  }

  /// Whether an instruction reads the register or a row of it. (A kernel may have a thousand operands: no list of them is made.)
  private static func reads(_ instruction: Instruction, _ register: Int, _ program: Program) -> Bool {
    guard case .launch(let kernel) = instruction else { return program.reads(instruction).map(program.whole).contains(register) }
    return program.kernels[kernel].operands.contains { !$0.isWritten && program.whole($0.register) == register }
  }
}
