import HillockBytecode
import HillockIR
import HillockRuntime

#if Native
  import HillockNative
#endif

/// A program read from a file: a graph as text, or bytecode as text or in its binary form.
struct ProgramFile {
  let path: String
  /// nil where the file holds bytecode.
  let graph: Graph?
  /// Lowered from the graph where the file holds one; not verified yet.
  let program: Program
  /// What lowering fused; nil where the file holds bytecode.
  let fusion: FusionReport?

  init(_ path: String) throws(HillockError) {
    self.path = path
    // (text becomes a graph and then a program, each many times as large)
    let bytes = try FileBytes.read(path, expansion: 64)
    do {
      if let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") {
        if Program.isText(text) {
          graph = nil
          program = try Program(parsing: text)
          fusion = nil
        } else {
          let parsed = try Graph(parsing: text)
          let start = Tracing.begin()
          graph = parsed
          let lowered = try Lowering.lowerReporting(Passes.run(parsed))
          Tracing.end(start, .lower, parsed.name, ["kernels": .number(lowered.program.kernels.count)])
          program = lowered.program
          fusion = lowered.fusion
        }
      } else {
        graph = nil
        program = try Program(decoding: bytes)
        fusion = nil
      }
    } catch {
      throw error.about(path)
    }
  }

  func verified() throws(HillockError) -> VerifiedProgram {
    let start = Tracing.begin()
    defer { Tracing.end(start, .verify, program.name) }
    do { return try VerifiedProgram(program) } catch { throw error.about(path) }
  }
}

/// The native tier of a process that runs programs without the library.
enum NativeSupport {
  /// Installs the native tier where the build has one.
  static func install() {
    #if Native
      NativeTier.install(TCCCompiler())
    #endif
  }
}
