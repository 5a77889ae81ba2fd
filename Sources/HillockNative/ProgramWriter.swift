import HillockBytecode
import HillockIR
import HillockRuntime

/// Writes a whole program as one C function of the ABI `hk_program_entry`: its control flow, and straight calls of the functions
/// of its kernels. What needs the runtime is called back.
struct ProgramWriter {
  static let entryName = "hk_program"

  private let outline: ProgramOutline
  private(set) var functions: [TileFunction] = []
  private var text = ""

  init(_ outline: ProgramOutline) { self.outline = outline }

  mutating func write() -> String {
    line(0, "// the whole program: \(outline.steps.count) steps")
    line(
      0,
      "void \(Self.entryName)(void **r, void **partials, char *memory, char *scratch, long *counters, void *run, "
        + "long (*call)(void *, long), long at) {")
    // Where a run may come in: at the start, and at back-edges.
    line(1, "switch (at) {")
    line(1, "case 0: break;")
    for target in Set(outline.steps.compactMap(Self.backEdge)).sorted() where target > 0 {
      line(1, "case \(target): goto s\(target);")
    }
    line(1, "default: return;")
    line(1, "}")
    for index in outline.steps.indices {
      line(0, "s\(index):")
      write(outline.steps[index], index)
    }
    line(0, "s\(outline.steps.count):")
    line(1, "return;")
    line(0, "}")
    return text
  }

  private static func backEdge(_ step: ProgramOutline.Step) -> Int? {
    switch step {
    case .repeatLoop(_, let body): body
    case .repeatWhile(_, let condition): condition
    default: nil
    }
  }

  private mutating func write(_ step: ProgramOutline.Step, _ index: Int) {
    switch step {
    case .kernel(let kernel, let positions, let chunks, let reductions, let cost):
      look(after: cost)
      write(kernel, positions: positions, chunks: chunks, reductions)
    case .call(let reason): line(1, "if (call(run, \(index))) return; // [called: \(reason.rawValue)]")
    case .enterLoop(let loop, let exit):
      start(outline.loops[loop])
      line(1, "counters[\(loop)] = 0;")
      guard outline.loops[loop].trips > 0 else { return line(1, "goto s\(exit);") }
      place(outline.loops[loop], "0")
    case .repeatLoop(let loop, let body):
      exchange(outline.loops[loop])
      look(after: Parameters.stepCost)
      line(1, "if (++counters[\(loop)] < \(outline.loops[loop].trips)) {")
      place(outline.loops[loop], "counters[\(loop)]")
      line(2, "goto s\(body);")
      line(1, "}")
    case .enterWhile(let loop): start(outline.loops[loop])
    case .test(let loop, let exit): line(1, "if (!*(unsigned char *)r[\(outline.loops[loop].register)]) goto s\(exit);")
    case .repeatWhile(let loop, let condition):
      exchange(outline.loops[loop])
      look(after: Parameters.stepCost)
      line(1, "goto s\(condition);")
    case .select(let register, let targets):
      line(1, "switch (*(int *)r[\(register)]) {")
      for (number, target) in targets.enumerated().dropFirst().dropLast() { line(1, "case \(number): goto s\(target);") }
      // Beyond the ends, the nearest.
      let last = targets.count - 1
      line(1, "default: if (*(int *)r[\(register)] >= \(max(last, 1))) goto s\(targets[last]); goto s\(targets[0]);")
      line(1, "}")
    case .jump(let target): line(1, "goto s\(target);")
    case .standing(let exit):
      line(1, "if (call(run, \(index))) return; // [called: standing-team]")
      line(1, "goto s\(exit);")
    case .apart: break
    }
  }

  private mutating func write(_ kernel: Int, positions: Int, chunks: Int, _ reductions: [ProgramOutline.Reduction]) {
    for reduction in reductions {
      // A single chunk's partial is the result.
      let place = chunks == 1 ? "r[\(reduction.register)]" : "memory + \(reduction.partials)"
      line(1, "partials[\(reduction.operand)] = \(place);")
    }
    if positions > 0 { line(1, "\(CWriter.entryName(kernel: kernel))(r, partials, scratch, 0, \(positions));") }
    for reduction in reductions where chunks != 1 {
      let (kind, dtype, width) = (reduction.kind, reduction.dtype, reduction.width)
      if chunks == 0 {
        line(1, "\(use(.reduceStart))(\(kind), \(dtype), \(width), r[\(reduction.register)]);")
      } else {
        line(
          1,
          "\(use(.combineChunks))(\(kind), \(dtype), \(chunks), \(width), memory + \(reduction.partials), "
            + "r[\(reduction.register)]);")
      }
    }
  }

  /// Work is counted, and after so much of it the run looks whether it is cancelled.
  private mutating func look(after cost: Int) {
    line(1, "if ((counters[\(outline.loops.count + 1)] -= \(cost)) < 0 && call(run, -1)) return;")
  }

  // MARK: Loops

  private mutating func start(_ loop: ProgramOutline.Loop) {
    for carry in loop.carries {
      line(1, "\(use(.copy))(r[\(carry.current)], r[\(carry.initial)], \(carry.byteCount));")
    }
  }

  /// The values of a step become those that the next one reads.
  private mutating func exchange(_ loop: ProgramOutline.Loop) {
    line(1, "counters[\(outline.loops.count)]++;")
    for carry in loop.carries {
      line(1, "{ void *t = r[\(carry.current)]; r[\(carry.current)] = r[\(carry.next)]; r[\(carry.next)] = t; }")
    }
  }

  /// Sets the index of a step and points the rows at it.
  private mutating func place(_ loop: ProgramOutline.Loop, _ step: String) {
    let index = loop.isReversed ? "\(loop.trips - 1) - \(step)" : step
    line(1, "{ long i = \(index); *(long *)r[\(loop.register)] = i;")
    for row in loop.rows { line(2, "r[\(row.register)] = (char *)r[\(row.whole)] + i * \(row.byteCount);") }
    line(1, "}")
  }

  // MARK: Text

  private mutating func use(_ function: TileFunction) -> String {
    if !functions.contains(function) { functions.append(function) }
    return function.name
  }

  private mutating func line(_ depth: Int, _ text: String) {
    for _ in 0..<depth { self.text += "  " }
    self.text += text + "\n"
  }
}
