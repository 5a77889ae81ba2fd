import HillockIR

/// Loops and branches: the registers they keep for themselves.
extension Rule {
  static let loopRules: [Rule] = [
    eachInstruction(
      "carry-type", .loops,
      "A carried value's initial, current and next registers have one type; current and next are different registers, both "
        + "temporary or both fresh, or next lies over current."
    ) { program, _, instruction in
      for carry in instruction.carries {
        let (current, next) = (program.registers[carry.current], program.registers[carry.next])
        guard program.registers[carry.initial].type == current.type, next.type == current.type else {
          return "r\(carry.initial), r\(carry.current) and r\(carry.next) have different types"
        }
        guard carry.current != carry.next else { return "r\(carry.current) cannot change places with itself" }
        switch (current.role, next.role) {
        case (.temporary, .temporary), (.fresh, .fresh): break
        case (.temporary, .over(carry.current)), (.fresh, .over(carry.current)): break
        default: return "r\(carry.current) and r\(carry.next) cannot change places: their roles differ"
        }
      }
      return nil
    },
    Rule("carry-owner", .loops, "A register is the current or the next of at most one carried value.") { program in
      var owned: Set<Int> = []
      for (position, instruction) in program.flattened.enumerated() {
        for register in instruction.carries.flatMap({ [$0.current, $0.next] }) where !owned.insert(register).inserted {
          return "instruction \(position): r\(register) changes places in two ways"
        }
      }
      return nil
    },
    eachInstruction(
      "loop-registers", .loops,
      "A loop runs 0 times or more; its index is an i64[] temporary, a test a bool[] temporary, a selector i32[]; a branch has a "
        + "block."
    ) { program, _, instruction in
      func isTemporary(_ register: Int, _ dtype: DType) -> Bool {
        guard case .temporary = program.registers[register].role else { return false }
        return program.registers[register].type == ArrayType(dtype, [])
      }
      switch instruction {
      case .loop(let loop):
        guard loop.trips >= 0 else { return "it runs \(loop.trips) times" }
        return isTemporary(loop.index, .i64) ? nil : "its index r\(loop.index) is no i64[] temporary"
      case .whileLoop(let loop):
        return isTemporary(loop.test, .bool) ? nil : "its test r\(loop.test) is no bool[] temporary"
      case .branch(let branch):
        guard !branch.blocks.isEmpty else { return "it has no block" }
        let type = program.registers[branch.selector].type
        return type == ArrayType(.i32, []) ? nil : "its selector r\(branch.selector) is \(type), not i32[]"
      default:
        return nil
      }
    },
    Rule(
      "row-owner", .loops,
      "A row belongs to exactly one loop, which has as many steps as the row's whole has rows; rows that are written have "
        + "different wholes."
    ) { program in
      var owned: Set<Int> = []
      for (position, instruction) in program.flattened.enumerated() {
        guard case .loop(let loop) = instruction else { continue }
        for row in loop.rows {
          guard case .row(let whole) = program.registers[row].role else { return "instruction \(position): r\(row) is no row" }
          guard program.registers[whole].type.shape[0] == loop.trips else {
            return "instruction \(position): r\(whole) has \(program.registers[whole].type.shape[0]) rows for \(loop.trips) steps"
          }
          guard owned.insert(row).inserted else { return "instruction \(position): r\(row) belongs to two loops" }
        }
      }
      var stacked: Set<Int> = []
      for instruction in program.flattened {
        for register in program.writes(instruction) {
          guard case .row(let whole) = program.registers[register].role else { continue }
          guard stacked.insert(whole).inserted else { return "two rows of r\(whole) are written" }
        }
      }
      for register in program.registers.indices {
        guard case .row = program.registers[register].role, !owned.contains(register) else { continue }
        return "r\(register) is a row and belongs to no loop"
      }
      return nil
    },
  ]
}
