import HillockIR

/// Lets temporaries with disjoint lifetimes share buffers.
enum BufferPlanner {
  /// Assigns a buffer to every temporary of a program whose code is complete, and fills `program.buffers`.
  static func plan(_ program: inout Program) {
    var lastUse = Array(repeating: -1, count: program.registers.count)
    for (position, instruction) in program.code.enumerated() {
      for register in program.reads(instruction) + program.writes(instruction) { lastUse[register] = position }
    }
    var free: [Int] = []
    for (position, instruction) in program.code.enumerated() {
      for register in program.writes(instruction) {
        guard case .temporary = program.registers[register].role else { continue }
        let bytes = program.registers[register].type.byteCount
        let base = replaceableBase(instruction, in: program, lastUse: lastUse, position: position)
        program.registers[register].role = .temporary(buffer: base ?? take(bytes, &free, &program.buffers))
        if let base { free.removeAll { $0 == base } }
      }
      // Freed only after the instruction: a kernel's outputs never lie on its inputs.
      for register in Set(program.reads(instruction) + program.writes(instruction)) where lastUse[register] == position {
        guard case .temporary(let buffer) = program.registers[register].role else { continue }
        let isTaken = program.writes(instruction).contains {
          $0 != register && program.registers[$0].role == .temporary(buffer: buffer)
        }
        if !isTaken { free.append(buffer) }
      }
    }
  }

  /// The smallest free buffer that is large enough; otherwise the largest free one, grown; otherwise a new one.
  private static func take(_ bytes: Int, _ free: inout [Int], _ buffers: inout [Int]) -> Int {
    if let fitting = free.filter({ buffers[$0] >= bytes }).min(by: { buffers[$0] < buffers[$1] }) {
      free.removeAll { $0 == fitting }
      return fitting
    }
    if let largest = free.max(by: { buffers[$0] < buffers[$1] }) {
      free.removeAll { $0 == largest }
      buffers[largest] = bytes
      return largest
    }
    buffers.append(bytes)
    return buffers.count - 1
  }

  /// The buffer of the base that `updateSlice` or `scatter` may overwrite, because nothing reads it afterwards.
  private static func replaceableBase(
    _ instruction: Instruction, in program: Program, lastUse: [Int], position: Int
  ) -> Int? {
    let base: Int
    let others: [Int]
    switch instruction {
    case .updateSlice(_, let register, let update, _, _): (base, others) = (register, [update])
    case .scatter(_, let register, let indices, let updates): (base, others) = (register, [indices, updates])
    default: return nil
    }
    guard case .temporary(let buffer) = program.registers[base].role, lastUse[base] == position, !others.contains(base)
    else { return nil }
    return buffer
  }
}

extension Program {
  /// The registers an instruction reads.
  package func reads(_ instruction: Instruction) -> [Int] {
    switch instruction {
    case .launch(let index): kernels[index].operands.filter { !$0.isWritten }.map(\.register)
    case .matmul(_, let a, let b): [a, b]
    case .reduce(_, _, let source, _, _, _): [source]
    case .gather(_, let source, let indices): [source, indices]
    case .scatter(_, let base, let indices, let updates): [base, indices, updates]
    case .updateSlice(_, let base, let update, _, _): [base, update]
    case .concatenate(_, let sources, _): sources
    case .store(_, let register): [register]
    case .return(let registers): registers
    }
  }

  /// The registers an instruction writes.
  package func writes(_ instruction: Instruction) -> [Int] {
    switch instruction {
    case .launch(let index): kernels[index].operands.filter(\.isWritten).map(\.register)
    case .matmul(let destination, _, _), .reduce(_, let destination, _, _, _, _), .gather(let destination, _, _),
      .scatter(let destination, _, _, _), .updateSlice(let destination, _, _, _, _), .concatenate(let destination, _, _):
      [destination]
    case .store, .return: []
    }
  }
}
