import HillockIR

/// Lets temporaries with disjoint lifetimes share buffers.
enum BufferPlanner {
  /// Assigns a buffer to every temporary of a program whose code is complete, and fills `program.buffers`.
  static func plan(_ program: inout Program) {
    let lifetimes = Lifetimes(program)
    let temporaries = program.registers.indices.filter { register in
      guard case .temporary = program.registers[register].role else { return false }
      return lifetimes.first[register] != nil
    }
    var active: [Int] = []
    var free: [Int] = []
    for register in temporaries.sorted(by: { lifetimes.first[$0]! < lifetimes.first[$1]! }) {
      let start = lifetimes.first[register]!
      // A buffer is free only after the instruction that last used it: a kernel's outputs never lie on its inputs.
      for ended in active where lifetimes.last[ended]! < start { free.append(buffer(ended, program)) }
      active.removeAll { lifetimes.last[$0]! < start }
      let base = lifetimes.replaceable[register].flatMap { base -> Int? in
        guard active.contains(base), lifetimes.last[base] == start else { return nil }
        return base
      }
      if let base { active.removeAll { $0 == base } }
      let bytes = program.registers[register].type.byteCount
      let chosen = base.map { buffer($0, program) } ?? take(bytes, &free, &program.buffers)
      program.registers[register].role = .temporary(buffer: chosen)
      active.append(register)
    }
  }

  private static func buffer(_ register: Int, _ program: Program) -> Int {
    guard case .temporary(let buffer) = program.registers[register].role else { return -1 }
    return buffer
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
}
