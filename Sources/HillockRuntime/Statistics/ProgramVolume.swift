import HillockBytecode

/// How much one call of a program does: what the tier controller weighs calls by, and what the statistics turn times into
/// rates with. A while loop counts as one step of its body, a branch as its longest block.
package struct ProgramVolume: Sendable, Hashable {
  /// Tile instructions times positions; products, reductions and copies count their elements.
  package var work = 0
  /// Positions: those of a kernel's index space once, whatever its code.
  package var elements = 0
  /// Bytes read from arguments and Variables, and written to results and Variables: what a call must move at least.
  package var bytes = 0

  package init(work: Int, elements: Int, bytes: Int) {
    self.work = work
    self.elements = elements
    self.bytes = bytes
  }

  init(_ program: Program) {
    work = CostModel.work(program)
    elements = CostModel.volume(program.code, program) { $0.count }
    for register in program.registers {
      switch register.role {
      case .argument, .variable: bytes &+= register.type.byteCount
      case .constant, .temporary, .fresh, .row, .over: break
      }
    }
    for instruction in program.code {
      switch instruction {
      case .store(_, let register): bytes &+= program.registers[register].type.byteCount
      case .return(let registers): for register in registers { bytes &+= program.registers[register].type.byteCount }
      default: break
      }
    }
  }
}
