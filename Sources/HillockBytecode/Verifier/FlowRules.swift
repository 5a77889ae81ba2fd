import HillockIR

/// The order of reads and writes: each value is written once, before it is read, and stays until its last reader is done.
extension Rule {
  static let flowRules: [Rule] = [
    eachInstruction(
      "write-to-input", .flow,
      "Instructions write temporaries, fresh registers and rows of these only: arguments, Variables and constants are read only."
    ) { program, _, instruction in
      for register in program.writes(instruction) where program.isReadOnly(register) {
        return "r\(register) is written, and is read only"
      }
      return nil
    },
    Rule(
      "single-definition", .flow,
      "A register is written by at most one instruction; a branch's results by one in each block."
    ) { program in
      var defined: Set<Int> = []
      return doubleDefinition(program.code, program, &defined)
    },
    Rule(
      "read-before-write",
      "A temporary, a fresh register or a stacked row is read only where an instruction has written it; what a block writes is "
        + "read in that block only, a branch's results aside."
    ) { $0.undefinedRead },
    Rule(
      "missing-carry",
      "A loop's body writes the next value of everything carried and every row that is stacked; a condition writes its test; "
        + "every block of a branch writes all its results."
    ) { $0.missingDefinition },
    Rule(
      "row-write", "A row is written only by the loop that makes its whole: what exists before the loop is sliced."
    ) { $0.lateRowWrite },
    Rule(
      "early-reuse", .flow,
      "A buffer is overwritten only after the last reader of the value in it, or in place: by update, scatter, "
        + "dynamicupdate, deliver, deliverdrawn or adapt on its base, or by a kernel that reads the old value contiguously, at the same element size, and no later "
        + "than the elementwise instruction that overwrites it. What a loop reads from outside is read until the loop ends; "
        + "either place of a carried value may hold it."
    ) { program in
      let lifetimes = Lifetimes(program)
      let exchanged = program.exchanged
      let temporaries = program.registers.indices.filter { lifetimes.first[$0] != nil }
        .sorted { lifetimes.first[$0]! < lifetimes.first[$1]! }
      var occupants: [Int: [Int]] = [:]
      for register in temporaries {
        guard case .temporary(let buffer) = program.registers[register].role, let start = lifetimes.first[register] else {
          continue
        }
        // Who is done before this one begins is done before all that follow.
        occupants[buffer]?.removeAll { (lifetimes.last[$0] ?? -1) < start }
        for old in occupants[buffer, default: []] {
          if lifetimes.last[old] == start, let instruction = lifetimes.definition[register] {
            // What the instruction reads by the partner's name may lie here.
            let names = [old] + program.reads(instruction).filter { $0 == exchanged[old] }
            if names.allSatisfy({ program.isInPlace(instruction, from: $0, to: register) }) { continue }
          }
          return "r\(register) overwrites r\(old) in buffer \(buffer), which is still read"
        }
        occupants[buffer, default: []].append(register)
      }
      return nil
    },
    Rule("fresh-use", .flow, "A fresh register is returned or stored, or changes places with one that is.") { program in
      var used: Set<Int> = []
      for instruction in program.code {
        switch instruction {
        case .store(_, let register): used.insert(register)
        case .return(let registers): used.formUnion(registers)
        default: break
        }
      }
      for (register, partner) in program.exchangedInOrder where used.contains(register) { used.insert(partner) }
      return program.registers.indices.first { program.registers[$0].role == .fresh && !used.contains($0) }
        .map { "r\($0) is neither returned nor stored" }
    },
  ]
}

/// The first register that is defined twice; `defined` collects those defined so far.
private func doubleDefinition(_ code: [Instruction], _ program: Program, _ defined: inout Set<Int>) -> String? {
  for instruction in code {
    if case .branch(let branch) = instruction {
      let results = Set(branch.results)
      if let again = branch.results.first(where: defined.contains) { return "r\(again) is written again" }
      for block in branch.blocks {
        if let violation = doubleDefinition(block, program, &defined) { return violation }
        defined.subtract(results)
      }
      guard results.count == branch.results.count else { return "a branch names a result twice" }
      defined.formUnion(results)
      continue
    }
    for register in program.writes(instruction) where !defined.insert(register).inserted {
      return "r\(register) is written again"
    }
    for block in instruction.blocks {
      if let violation = doubleDefinition(block, program, &defined) { return violation }
    }
  }
  return nil
}

/// Follows which registers hold a value at each instruction.
struct DefinitionFlow {
  private let program: Program
  private var defined: Set<Int> = []
  private(set) var undefinedRead: String?
  private(set) var missingDefinition: String?
  private(set) var lateRowWrite: String?
  /// Rows of wholes that were complete before their loop.
  private var slicedRows: Set<Int> = []
  private var position = -1

  init(of program: Program) {
    self.program = program
    walk(program.code)
  }

  private mutating func walk(_ code: [Instruction]) {
    for instruction in code {
      position += 1
      for register in program.reads(instruction) { read(register) }
      switch instruction {
      case .loop(let loop): enter(loop)
      case .whileLoop(let loop):
        let outer = defined
        defined.formUnion(loop.carries.map(\.current))
        walk(loop.condition)
        require([loop.test], "the test")
        walk(loop.body)
        require(loop.carries.map(\.next), "the next value of what is carried,")
        defined = outer.union(loop.carries.map(\.current))
      case .branch(let branch):
        let outer = defined
        for block in branch.blocks {
          walk(block)
          require(branch.results, "the result")
          defined = outer
        }
        defined.formUnion(branch.results)
      default:
        let written = program.writes(instruction)
        if let row = written.first(where: slicedRows.contains) {
          lateRowWrite =
            lateRowWrite ?? "instruction \(position): r\(row) is a row of a register that was written before the loop"
        }
        defined.formUnion(written)
      }
    }
  }

  private mutating func enter(_ loop: Loop) {
    let outer = defined
    var stacked: [(row: Int, whole: Int)] = []
    for row in loop.rows {
      guard case .row(let whole) = program.registers[row].role else { continue }
      if isDefined(whole) {
        defined.insert(row)
        slicedRows.insert(row)
      } else {
        stacked.append((row, whole))
      }
    }
    defined.formUnion(loop.carries.map(\.current) + [loop.index])
    walk(loop.body)
    require(loop.carries.map(\.next), "the next value of what is carried,")
    require(stacked.map(\.row), "the stacked row")
    defined = outer.union(loop.carries.map(\.current)).union(stacked.map(\.whole))
  }

  private func isDefined(_ register: Int) -> Bool {
    switch program.registers[register].role {
    case .argument, .variable, .constant: true
    case .temporary, .fresh, .row, .over: defined.contains(register)
    }
  }

  private mutating func read(_ register: Int) {
    guard !isDefined(register) else { return }
    undefinedRead = undefinedRead ?? "instruction \(position): r\(register) is read before it is written"
  }

  private mutating func require(_ registers: [Int], _ what: String) {
    for register in registers where !defined.contains(register) {
      missingDefinition =
        missingDefinition ?? "\(what) r\(register) is not written in a block that ends at instruction \(position)"
    }
  }
}

extension Program {
  /// Whether the register lies in an argument, a Variable or a constant, as itself or as a row.
  fileprivate func isReadOnly(_ register: Int) -> Bool {
    switch registers[register].role {
    case .argument, .variable, .constant: true
    case .temporary, .fresh, .over: false
    case .row(let whole): isReadOnly(whole)
    }
  }
}
