import ArgumentParser
import HillockBytecode
import HillockIR
import HillockRuntime

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a program.",
    discussion: """
      A file of a Swift function: write what `try f.graph(x)` gives of a jitted function `f` to a file. Its arguments have no names \
      there: `--input 0=x.npy` is the first.

      Inputs are .npy files: `--input w=w.npy` for a Variable by its name, `--input 0=x.npy` for an argument by its position, \
      `--input x=x.npy` by its name in the graph. Where such a word could mean several, it means the first of these; \
      `variable:0` and `argument:0` mean any slot and any position.

      Results are printed, or written as result0.npy, … and the Variables that the program stores as NAME.npy. With --repeat, \
      each run starts from the Variables that the one before left.
      """)

  @Argument(help: "A graph (text) or bytecode (text or binary).")
  var file: String

  @Option(help: ArgumentHelp("An argument or a Variable.", valueName: "name=x.npy"))
  var input: [String] = []

  @Option(help: ArgumentHelp("The folder that .npy files are written to.", valueName: "dir"))
  var output: String?

  @Option(help: "auto, interpreter or native; by default what HILLOCK_TIER says, or auto.")
  var tier: TierPolicy?

  @Option(help: "Workers; by default HILLOCK_THREADS, or one for each processor.")
  var threads: Int?

  @Option(help: "fast, or strict: every store is checked, native code compared with the interpreter.")
  var barrier: BarrierMode?

  @Option(help: ArgumentHelp("Write a trace for Perfetto or Chrome: what each worker does when.", valueName: "file"))
  var trace: String?

  @Option(name: .customLong("repeat"), help: "Runs.")
  var count = 1

  func validate() throws {
    guard count >= 1 else { throw ValidationError("--repeat is at least 1, not \(count)") }
    if let threads, !(1...Parameters.maximumWorkers).contains(threads) {
      throw ValidationError("--threads is between 1 and \(Parameters.maximumWorkers), not \(threads)")
    }
  }

  func run() throws {
    NativeSupport.install()
    try Recording.record(trace, execute)
  }

  private func execute() throws {
    let source = try ProgramFile(file)
    let program = try source.verified()
    let outputs = RunOutputs(program.program)
    if output != nil { try outputs.checkFileNames() }
    var inputs = try RunInputs(program.program, names: source.graph?.argumentNames ?? [:], input)
    var options = ExecutionOptions(tier: tier ?? Configuration.tier, workers: threads)
    options.barrier = barrier
    let executable = Executable(program, signature: file, options: options)
    if tier == .native {
      do throws(NativeFailure) {
        try executable.promote()
      } catch {
        throw HillockError(
          .system, "the native compile failed at stage \(error.stage.rawValue): \(error.reason): \(error.detail)")
      }
    }
    var times = RunTimes()
    var results: [Storage] = []
    for _ in 0..<count {
      let frame = executable.makeFrame()
      defer { executable.recycle(frame) }
      inputs.bind(to: frame)
      let start = ContinuousClock.now
      try executable.run(frame)
      times.add(.now - start)
      results = inputs.takeOutputs(from: frame, storedSlots: outputs.storedSlots)
    }
    try outputs.report(results + outputs.storedSlots.map(inputs.variable), to: output)
    if count > 1 {
      print("\(count) runs: median \(times.median), shortest \(times.shortest); tier \(executable.tier.name)")
    }
  }
}

extension TierPolicy: ExpressibleByArgument {}
extension BarrierMode: ExpressibleByArgument {}
