import HillockBytecode
import HillockIR
import HillockRuntime

/// Writes a verified program as one C translation unit: a function of the ABI `hk_kernel_entry` for each kernel.
///
/// Tile code that the vector assembler takes becomes machine code, given as data; the rest calls the interpreter's C
/// functions, tile by tile. Either way the same operations are done in the same order: the bits are the interpreter's.
package struct CWriter {
  /// The C source and what it refers to.
  struct Unit {
    var source: String
    /// Each once, in the order of their first use.
    var functions: [TileFunction]
    /// How long the vector assembler took of the time of writing.
    var assembleNanoseconds: UInt64 = 0
  }

  /// The C source of a program, as `hillock disasm` prints it.
  package static func write(_ program: VerifiedProgram, isa: InstructionSet = .best) -> String {
    unit(program.program, level: VectorLevel(isa)).source
  }

  /// The name of a kernel's function.
  static func entryName(_ kernel: Int) -> String { "hk_kernel_\(kernel)" }

  static func unit(_ program: Program, level: VectorLevel?) -> Unit {
    var functions: [TileFunction] = []
    var seen: Set<TileFunction> = []
    var bodies: [String] = []
    var assembleNanoseconds: UInt64 = 0
    for index in program.kernels.indices {
      let start = Clock.now()
      var writer = KernelWriter(program: program, index: index, level: level)
      assembleNanoseconds += Clock.now() &- start
      bodies.append(writer.write())
      for function in writer.functions where seen.insert(function).inserted { functions.append(function) }
    }
    let title = "// program \"\(comment(program.name))\": \(program.kernels.count) kernels\n"
    let prototypes = functions.map { $0.prototype + "\n" }.joined()
    return Unit(
      source: ([title + prototypes] + bodies).joined(separator: "\n"), functions: functions,
      assembleNanoseconds: assembleNanoseconds)
  }

  /// Text that cannot end a comment or continue it on the next line.
  static func comment(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 32 || $0 == "\\" || $0.value == 127 ? "?" : Character($0) })
  }
}
