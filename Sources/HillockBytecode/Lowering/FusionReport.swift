/// Why two kernels that follow each other are two. The raw values are stable: `hillock disasm` prints them, `Spec/bytecode.md`
/// lists them.
package enum FusionBoundary: String, CaseIterable, Sendable {
  /// They run over index spaces of different shapes.
  case differentIndexSpace = "different-index-space"
  /// The second reads a reduction of the first, which is ready only when all positions are done.
  case reductionBoundary = "reduction-boundary"
  /// The second reads a value of the first at other positions than its own: shifted, transposed, broadcast, or whole.
  case readElsewhere = "read-elsewhere"
  /// The second waits for something that waits for the first.
  case waitsForAnother = "waits-for-another"
  /// The first has as many members as a kernel may have.
  case tooManyMembers = "too-many-members"
  /// The first is older than the kernels that fusion looks at.
  case tooOld = "too-old"
  /// The second copies a result that shares memory with something else: an argument, a view, or a value that is returned twice.
  case resultCopy = "result-copy"
  /// They lie in different blocks of control flow.
  case differentBlock = "different-block"

  /// One sentence for readers.
  package var meaning: String {
    switch self {
    case .differentIndexSpace: "they run over index spaces of different shapes"
    case .reductionBoundary: "the second reads a reduction of the first, which is ready only when all positions are done"
    case .readElsewhere:
      "the second reads a value of the first at other positions than its own: shifted, transposed, broadcast or whole"
    case .waitsForAnother: "the second waits for something that waits for the first"
    case .tooManyMembers: "the first has as many members as a kernel may have"
    case .tooOld: "the first is older than the kernels that fusion looks at"
    case .resultCopy:
      "the second copies a result that shares memory with something else: an argument, a view, or a value returned twice"
    case .differentBlock: "they are in different blocks of control flow"
    }
  }
}

/// What lowering fused, and why not more.
package struct FusionReport: Sendable, Hashable {
  package struct Boundary: Sendable, Hashable {
    /// Kernels that are launched one after the other in the same block, whatever other instructions are between them; or that
    /// follow each other in the text, in different blocks.
    package var first: Int
    package var second: Int
    package var reason: FusionBoundary
  }

  /// For each kernel, by its number, the operations that it computes in order.
  package var members: [Int: [String]] = [:]
  package var boundaries: [Boundary] = []

  mutating func merge(_ other: FusionReport) {
    members.merge(other.members) { $1 }
    boundaries += other.boundaries
  }

  /// Adds what the blocks of a program keep apart.
  mutating func addBlocks(of program: Program) {
    var last: (kernel: Int, block: Int)?
    var count = 0
    func walk(_ code: [Instruction]) {
      count += 1
      let block = count
      for instruction in code {
        if case .launch(let kernel) = instruction {
          if let last, last.block != block {
            boundaries.append(Boundary(first: last.kernel, second: kernel, reason: .differentBlock))
          }
          last = (kernel, block)
        }
        for block in instruction.blocks { walk(block) }
      }
    }
    walk(program.code)
  }

  /// A line for each kernel and for each boundary.
  package var text: String {
    var lines = members.sorted { $0.key < $1.key }.map { kernel, operations in
      "kernel \(kernel) computes \(operations.joined(separator: ", "))"
    }
    lines += boundaries.sorted { ($0.second, $0.first) < ($1.second, $1.first) }.map {
      "kernels \($0.first) and \($0.second) are two: \($0.reason.rawValue) (\($0.reason.meaning))"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
