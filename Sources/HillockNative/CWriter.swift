import HillockBytecode
import HillockIR
import HillockRuntime

/// Writes a verified program as one C translation unit: a function of the ABI `hk_kernel_entry` for each kernel, one of the ABI
/// `hk_loop_entry` for each loop that is interchanged with its positions, and one of the ABI `hk_program_entry` for all of it.
///
/// Tile code that the vector assembler takes becomes machine code, given as data; the rest calls the interpreter's C
/// functions, tile by tile. Either way the same operations are done in the same order: the bits are the interpreter's.
package struct CWriter {
  /// The C source and what it refers to.
  struct Unit {
    var source: String
    /// Each once, in the order of their first use.
    var functions: [TileFunction]
    /// What the source leaves room for.
    var placed: [PlacedBytes] = []
    /// The kernels that have a function. One that only loops launch that have vector code of their own needs none.
    var kernels: [Int]
    /// How long the vector assembler took of the time of writing.
    var assembleNanoseconds: UInt64 = 0
    var loopCount: Int
    /// Whether it has a function of the whole program.
    var hasProgram = false
  }

  /// The C source of a program, as `hillock disasm` prints it.
  package static func write(_ program: VerifiedProgram, isa: InstructionSet = .current) -> String {
    unit(program.program, level: VectorLevel(isa), form: .shown).source
  }

  /// The name of a kernel's function.
  static func entryName(kernel: Int) -> String { "hk_kernel_\(kernel)" }

  /// The name of the function of an interchanged loop, by its place in `Program.interchangedLoops`.
  static func entryName(loop: Int) -> String { "hk_loop_\(loop)" }

  static func unit(_ program: Program, level: VectorLevel?, form: CodeForm) -> Unit {
    var functions: [TileFunction] = []
    var seen: Set<TileFunction> = []
    var bodies: [String] = []
    var placed: [PlacedBytes] = []
    var assembleNanoseconds: UInt64 = 0
    func assembling<Result>(_ work: () -> Result) -> Result {
      let start = Clock.now()
      defer { assembleNanoseconds += Clock.now() &- start }
      return work()
    }
    let loops = program.interchangedLoops
    let forms = assembling { loops.map { LoopForm(program, $0.loop, kernels: $0.kernels, level: level) } }
    let fused = zip(loops, forms).compactMap { loop, form in if case .fused = form { loop.kernels } else { nil } }
    let launches = launches(program, fused: fused)
    let kernels = program.kernels.indices.filter { launches[$0] > 0 }
    for index in program.kernels.indices {
      guard launches[index] > 0 else {
        bodies.append("// kernel \(index) \"\(comment(program.kernels[index].name))\": in the vector code of its loop, below\n")
        continue
      }
      var writer = assembling { KernelWriter(program: program, index: index, level: level, text: form) }
      bodies.append(writer.write())
      placed += writer.placed
      for function in writer.functions where seen.insert(function).inserted { functions.append(function) }
    }
    for (index, (loop, loopForm)) in zip(loops, forms).enumerated() {
      var writer = LoopWriter(program: program, index: index, loop, form: loopForm, text: form)
      bodies.append(writer.write())
      placed += writer.placed
    }
    let outline = ProgramOutline(program)
    if let outline {
      var writer = ProgramWriter(outline)
      bodies.append(writer.write())
      for function in writer.functions where seen.insert(function).inserted { functions.append(function) }
    }
    let title = "// program \"\(comment(program.name))\": \(program.kernels.count) kernels\n"
    let prototypes = functions.map { $0.prototype + "\n" }.joined()
    return Unit(
      source: ([title + prototypes] + bodies).joined(separator: "\n"), functions: functions, placed: placed,
      kernels: kernels, assembleNanoseconds: assembleNanoseconds, loopCount: loops.count, hasProgram: outline != nil)
  }

  /// How often each kernel is launched by itself, or by a loop that goes kernel by kernel; `fused`: the kernels of each loop that
  /// has vector code of its own.
  static func launches(_ program: Program, fused: [[Int]]) -> [Int] {
    var launches = [Int](repeating: 0, count: program.kernels.count)
    for case .launch(let kernel) in program.flattened { launches[kernel] += 1 }
    for kernel in fused.joined() { launches[kernel] -= 1 }
    return launches
  }

  /// Text that cannot end a comment or continue it on the next line.
  static func comment(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 32 || $0 == "\\" || $0.value == 127 ? "?" : Character($0) })
  }
}
