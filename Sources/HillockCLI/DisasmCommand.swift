import ArgumentParser
import HillockBytecode
import HillockIR
import HillockRuntime

#if Native
  import HillockNative
#endif

struct DisasmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disasm",
    abstract: "Shows a program at every stage: graph, graph after the passes, bytecode, what was fused, C, machine code.",
    discussion: "Without a choice all stages that the file has are shown, but for the machine code.")

  @Argument(help: "A graph (text) or bytecode (text or binary).")
  var file: String

  @Flag(help: "The graph as it is written.")
  var graph = false

  @Flag(help: "The graph after the passes.")
  var optimised = false

  @Flag(help: "The bytecode.")
  var bytecode = false

  @Flag(
    help: ArgumentHelp(
      "What each kernel computes, why kernels that follow each other are two, why other steps are no part of a kernel, which "
        + "loops are interchanged with their positions or why not, and what is taken block of rows by block of rows."))
  var fusion = false

  @Flag(
    help: ArgumentHelp(
      "The machine code: the vector code of kernels and of interchanged loops, beside the bytecode it was made for, and what "
        + "the code around it becomes, which --c shows as C."))
  var native = false

  @Option(help: "The instruction set of --c and --native: avx512, avx2 or baseline; by default the one that programs run with.")
  var isa: InstructionSet = .current

  @Flag(name: .customLong("c"), help: "The C translation unit of the native tier.")
  var c = false

  @Option(help: ArgumentHelp("Also write the bytecode's binary form.", valueName: "file"))
  var binary: String?

  func run() throws {
    let loaded = try ProgramFile(file)
    let all = !(graph || optimised || bytecode || fusion || c || native)
    if let source = loaded.graph {
      if all || graph { show("graph", source.text) }
      if all || optimised { show("graph after the passes", Passes.run(source).text) }
    } else if graph || optimised {
      throw HillockError(.argument, "\(file): the file holds bytecode, from which the graph cannot be had back")
    }
    if all || bytecode { show("bytecode", loaded.program.text) }
    if all || fusion { show("fusion", try fusionText(loaded)) }
    if all || c { try showC(loaded) }
    if native { try showNative(loaded) }
    if let binary { try FileBytes.write(loaded.program.encoded(), to: binary) }
  }

  private func fusionText(_ loaded: ProgramFile) throws -> String {
    let program = try loaded.verified().program
    let kernels =
      loaded.fusion?.text
      ?? "(the file holds bytecode, which does not tell what was fused into its kernels, nor why two kernels are two)\n"
    return kernels + program.stepText + RowGroupAnalysis(program).text
  }

  private func showC(_ loaded: ProgramFile) throws {
    #if Native
      show("C", CWriter.write(try loaded.verified(), isa: isa))
    #else
      if c { throw HillockError(.argument, "this build has no native tier (package trait Native)") }
    #endif
  }

  private func showNative(_ loaded: ProgramFile) throws {
    #if Native
      show("machine code", NativeListing.text(try loaded.verified(), isa: isa))
    #else
      throw HillockError(.argument, "this build has no native tier (package trait Native)")
    #endif
  }

  private func show(_ title: String, _ text: String) {
    print("# --- \(title)")
    print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }
}

extension InstructionSet: ExpressibleByArgument {
  public init?(argument: String) {
    guard let level = InstructionSet.allCases.first(where: { $0.description == argument }) else { return nil }
    self = level
  }

  public static var allValueStrings: [String] { allCases.map(\.description) }
}
