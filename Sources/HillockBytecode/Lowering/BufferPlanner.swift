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
    let begin = temporaries.sorted { (lifetimes.first[$0]!, $0) < (lifetimes.first[$1]!, $1) }
    // The same, in the order in which they end; of those that have ended the first ones have been seen.
    let end = begin.indices.sorted { (lifetimes.last[begin[$0]]!, $0) < (lifetimes.last[begin[$1]]!, $1) }
    var endedCount = 0
    var isActive = [Bool](repeating: false, count: program.registers.count)
    var free = FreeBuffers()
    for register in begin {
      let start = lifetimes.first[register]!
      // A buffer is free only after the instruction that last used it: a kernel's outputs never lie on its inputs.
      let firstEnded = endedCount
      while endedCount < end.count, lifetimes.last[begin[end[endedCount]]]! < start { endedCount += 1 }
      for ended in end[firstEnded..<endedCount].sorted().map({ begin[$0] }) where isActive[ended] {
        isActive[ended] = false
        free.add(buffer(ended, program), byteCount: program.buffers[buffer(ended, program)])
      }
      let base = lifetimes.replaceable[register].flatMap { isActive[$0] && lifetimes.last[$0] == start ? $0 : nil }
      if let base { isActive[base] = false }
      let bytes = program.registers[register].type.byteCount
      let chosen = base.map { buffer($0, program) } ?? free.take(bytes, &program.buffers)
      program.registers[register].role = .temporary(buffer: chosen)
      isActive[register] = true
    }
  }

  private static func buffer(_ register: Int, _ program: Program) -> Int {
    guard case .temporary(let buffer) = program.registers[register].role else { return -1 }
    return buffer
  }
}

/// Buffers that nobody uses, in the order of their sizes; of those of one size the one that was given back first comes first.
private struct FreeBuffers {
  private var entries: [(byteCount: Int, buffer: Int)] = []

  /// The first entry of at least so many bytes.
  private func first(_ byteCount: Int) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].byteCount < byteCount { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func add(_ buffer: Int, byteCount: Int) { entries.insert((byteCount, buffer), at: first(byteCount + 1)) }

  /// The smallest free buffer that is large enough; otherwise the largest free one, grown; otherwise a new one.
  mutating func take(_ bytes: Int, _ buffers: inout [Int]) -> Int {
    let fitting = first(bytes)
    if fitting < entries.count { return entries.remove(at: fitting).buffer }
    if let largest = entries.last {
      let chosen = entries.remove(at: first(largest.byteCount)).buffer
      buffers[chosen] = bytes
      return chosen
    }
    buffers.append(bytes)
    return buffers.count - 1
  }
}
