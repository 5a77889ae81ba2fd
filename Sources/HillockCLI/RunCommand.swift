import ArgumentParser
import HillockBytecode
import HillockIR
import HillockRuntime

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a program.",
    discussion: """
      Inputs are .npy files: `--input x=x.npy` for an argument by its name in the graph, `--input 0=x.npy` by its position, \
      `--input w=w.npy` for a Variable by its name. \
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
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is between 1 and 1024, not \(threads)") }
  }

  func run() throws {
    NativeSupport.install()
    try Recording.record(trace, execute)
  }

  private func execute() throws {
    let source = try ProgramFile(file)
    let program = try source.verified()
    var inputs = try Inputs(program.program, names: source.graph?.argumentNames ?? [:], input)
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
    var times: [Duration] = []
    var results: [ConstantData] = []
    for _ in 0..<count {
      let frame = executable.makeFrame()
      defer { executable.recycle(frame) }
      inputs.bind(to: frame)
      let start = ContinuousClock.now
      try executable.run(frame)
      times.append(.now - start)
      results = inputs.takeOutputs(from: frame)
    }
    try report(results, inputs, program.program)
    if count > 1 {
      print("\(count) runs: median \(median(times)), shortest \(times.min() ?? .zero); tier \(executable.tier.name)")
    }
  }

  private func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

  private func report(_ results: [ConstantData], _ inputs: Inputs, _ program: Program) throws(HillockError) {
    var outputs = results.enumerated().map { (name: "result\($0.offset)", value: $0.element) }
    for slot in inputs.storedSlots { outputs.append((program.variables[slot].name, inputs.variable(slot))) }
    guard let output else {
      for (name, value) in outputs { print("\(name) \(value.type) = \(ArrayText.summary(value))") }
      return
    }
    try FileBytes.makeFolder(output)
    for (name, value) in outputs {
      let path = "\(output)/\(name.map { $0 == "/" || $0 == "\0" ? "_" : String($0) }.joined()).npy"
      try FileBytes.write(NumPyFile.encode(value), to: path)
      print("\(path) \(value.type)")
    }
  }
}

extension TierPolicy: ExpressibleByArgument {}
extension BarrierMode: ExpressibleByArgument {}

/// The storages that a program's arguments and Variables have, from the command line and then from run to run.
private struct Inputs {
  private let program: Program
  private var arguments: [Storage] = []
  private var variables: [Storage] = []

  /// Reads `name=path` pairs; every argument and Variable must be given, with its exact type.
  init(_ program: Program, names: [Int: String], _ pairs: [String]) throws(HillockError) {
    self.program = program
    var files: [String: String] = [:]
    for pair in pairs {
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
        throw HillockError(.argument, "--input \(pair): write it as NAME=FILE.npy")
      }
      let name = String(pair[..<equals])
      guard files.updateValue(String(pair[pair.index(after: equals)...]), forKey: name) == nil else {
        throw HillockError(.argument, "--input \(name) is given twice")
      }
    }
    for (index, type) in program.arguments.enumerated() {
      // A name that a Variable has too means the Variable.
      let name = names[index].flatMap { name in program.variables.contains { $0.name == name } ? nil : name } ?? "\(index)"
      let path = files.removeValue(forKey: name) ?? files.removeValue(forKey: "\(index)")
      arguments.append(try Self.load(path, "argument \(name)", name, type))
    }
    for slot in program.variables {
      variables.append(try Self.load(files.removeValue(forKey: slot.name), "Variable \(slot.name)", slot.name, slot.type))
    }
    if let name = files.keys.min() {
      let known = program.arguments.indices.map { names[$0] ?? "\($0)" } + program.variables.map(\.name)
      throw HillockError(
        .argument,
        "--input \(name): the program has no such input; it takes "
          + "\(known.isEmpty ? "none" : known.joined(separator: ", "))")
    }
  }

  private static func load(_ path: String?, _ what: String, _ name: String, _ type: ArrayType) throws(HillockError) -> Storage {
    guard let path else { throw HillockError(.argument, "\(what) is missing: give it with --input \(name)=FILE.npy (\(type))") }
    let array: ConstantData
    let bytes = try FileBytes.read(path)
    do { array = try NumPyFile.decode(bytes) } catch { throw error.about(path) }
    guard array.type == type else {
      let code: ErrorCode = array.type.dtype == type.dtype ? .shape : .dtype
      throw HillockError(code, "\(path): \(what) is \(type), the file holds \(array.type)")
    }
    let storage = try Storage.allocate(byteCount: array.bytes.count)
    array.bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { storage.base.copyMemory(from: source, byteCount: bytes.count) }
    }
    return storage
  }

  func bind(to frame: Frame) {
    for (index, storage) in arguments.enumerated() { frame.setArgument(index, storage) }
    for (slot, storage) in variables.enumerated() { frame.setVariable(slot, storage) }
  }

  /// The slots that the program writes, in order.
  var storedSlots: [Int] {
    let slots = program.code.compactMap { instruction -> Int? in
      if case .store(let slot, _) = instruction { slot } else { nil }
    }
    return Set(slots).sorted()
  }

  /// Commits the Variables, and returns the results.
  mutating func takeOutputs(from frame: Frame) -> [ConstantData] {
    for slot in storedSlots {
      if let storage = frame.takeStored(slot) { variables[slot] = storage }
    }
    var results: [ConstantData] = []
    for case .return(let registers) in program.code {
      for (index, register) in registers.enumerated() {
        results.append(Self.data(frame.takeResult(index), program.registers[register].type))
      }
    }
    return results
  }

  func variable(_ slot: Int) -> ConstantData { Self.data(variables[slot], program.variables[slot].type) }

  private static func data(_ storage: Storage, _ type: ArrayType) -> ConstantData {
    withExtendedLifetime(storage) {
      ConstantData(type: type, bytes: Array(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount)))
    }
  }
}
