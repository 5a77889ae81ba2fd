import HillockBytecode
import HillockIR

/// How a loop that is interchanged with its positions becomes native code.
enum LoopForm {
  /// One vector function that runs all steps of a vector before the next vector's.
  case fused(LoopProgram, VectorFunction)
  /// The body's kernels one after the other in each step, for this reason.
  case kernels(FusionBarrier)

  init(_ program: Program, _ loop: Loop, kernels: [Int], level: VectorLevel?) {
    guard let level else {
      self = .kernels(.noAssembler)
      return
    }
    #if Native && arch(x86_64)
      do throws(FusionBarrier) {
        let fused = try LoopProgram(program, loop, kernels: kernels, level: level)
        self = .fused(fused, try LoopAssembler.assemble(fused))
      } catch {
        self = .kernels(error)
      }
    #else
      self = .kernels(.noAssembler)
    #endif
  }
}

/// Writes the C function of a loop that is interchanged with its positions, of the ABI `hk_loop_entry`.
struct LoopWriter {
  private let program: Program
  private let interchanged: Program.InterchangedLoop
  private let index: Int
  private let form: LoopForm
  private var text: CText

  private var loop: Loop { interchanged.loop }

  /// What its vector code consists of, where it is not in the text.
  var placed: [PlacedBytes] { text.placed }

  init(program: Program, index: Int, _ interchanged: Program.InterchangedLoop, form: LoopForm, text codeForm: CodeForm) {
    text = CText(form: codeForm)
    self.program = program
    self.index = index
    self.interchanged = interchanged
    self.form = form
  }

  mutating func write() -> String {
    let names = interchanged.kernels.map { "\"\(CWriter.comment(program.kernels[$0].name))\"" }.joined(separator: ", ")
    text.line(0, "// loop \(index): \(loop.trips) steps\(loop.isReversed ? ", reversed" : ""), of \(names)")
    switch form {
    case .fused(let fused, let function): write(fused, function)
    case .kernels(let barrier): writeKernels(barrier)
    }
    return text.text
  }

  private mutating func begin() {
    text.line(
      0,
      "void \(CWriter.entryName(loop: index))(void **registers, void **partials, char *scratch, long first, long last, "
        + "long from, long to) {")
  }

  /// The index of a step.
  private func indexOf(_ step: String) -> String { loop.isReversed ? "\(loop.trips - 1) - \(step)" : step }

  // MARK: One vector function

  private mutating func write(_ fused: LoopProgram, _ function: VectorFunction) {
    let name = "hk_steps_\(index)"
    text.vectorFunction(name, function, parameters: "void **streams, long n, const void *constants, long steps", of: "a group")
    begin()
    text.line(1, "long index = \(indexOf("from"));")
    text.line(1, "long isOdd = (to - from) & 1;")
    text.line(1, "void *streams[\(function.slots.count + 2)];")
    for (i, slot) in function.slots.enumerated() { text.line(1, "streams[\(i)] = \(address(fused.pointers[Int(slot)]));") }
    text.line(1, "streams[\(function.slots.count)] = (void *)index;")
    if function.readsPosition { text.line(1, "streams[\(function.slots.count + 1)] = (void *)first;") }
    text.line(1, "\(name)(streams, last - first, \(name)_constants, to - from);")
    text.line(1, "if (isOdd) {")
    text.line(2, "void *other;")
    exchange(depth: 2)
    text.line(1, "}")
    text.line(0, "}")
  }

  private func address(_ pointer: LoopProgram.Pointer) -> String {
    let base: String =
      switch pointer.role {
      case .captured(let register): "(char *)registers[\(register)]"
      case .row(let whole, let bytes): "(char *)registers[\(whole)] + index * \(bytes)"
      case .carriedIn(let position): "(char *)registers[\(loop.carries[position].current)]"
      // After an odd number of steps the value is where `next` was.
      case .carriedOut(let position):
        "(char *)registers[isOdd ? \(loop.carries[position].next) : \(loop.carries[position].current)]"
      }
    return base + (pointer.offset == 0 ? "" : " + \(pointer.offset)") + (pointer.size == 0 ? "" : " + first * \(pointer.size)")
  }

  // MARK: Kernel by kernel

  private mutating func writeKernels(_ barrier: FusionBarrier) {
    begin()
    text.line(1, "// kernel by kernel: \(barrier.rawValue)")
    text.line(1, "void *other;")
    text.line(1, "for (long step = from; step < to; step++) {")
    text.line(2, "long index = \(indexOf("step"));")
    text.line(2, "*(long *)registers[\(loop.index)] = index;")
    for row in loop.rows {
      guard case .row(let whole) = program.registers[row].role else { continue }
      text.line(
        2, "registers[\(row)] = (char *)registers[\(whole)] + index * \(program.registers[row].type.byteCount);")
    }
    for kernel in interchanged.kernels {
      text.line(2, "\(CWriter.entryName(kernel: kernel))(registers, partials, scratch, first, last);")
    }
    exchange(depth: 2)
    text.line(1, "}")
    text.line(0, "}")
  }

  /// Current and next values change places.
  private mutating func exchange(depth: Int) {
    for carry in loop.carries {
      text.line(
        depth,
        "other = registers[\(carry.current)]; registers[\(carry.current)] = registers[\(carry.next)]; "
          + "registers[\(carry.next)] = other;")
    }
  }
}
