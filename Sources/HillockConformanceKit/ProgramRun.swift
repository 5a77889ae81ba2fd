import HillockBytecode
import HillockIR
import HillockRuntime

/// What a run leaves behind: its results, and the new values of the Variables it stores, by slot.
struct Outputs: Sendable, Hashable {
  var results: [ConstantData]
  var stored: [Int: ConstantData]
}

/// Runs one program once.
enum ProgramRun {
  static func run(
    _ program: VerifiedProgram, arguments: [ConstantData], variables: [ConstantData], options: ExecutionOptions
  ) throws(HillockError) -> Outputs {
    let executable = Executable(program, signature: "conformance", options: options)
    if options.tier == .native { try promote(executable) }
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    for (index, array) in arguments.enumerated() { frame.setArgument(index, try storage(array)) }
    for (slot, array) in variables.enumerated() { frame.setVariable(slot, try storage(array)) }
    try executable.run(frame)
    return outputs(of: program.program, frame)
  }

  /// A case that asks for native code must run native code: a failed compile is a failure here.
  private static func promote(_ executable: Executable) throws(HillockError) {
    do {
      try executable.promote()
    } catch {
      throw HillockError(.system, "the native compile failed at stage \(error.stage.rawValue): \(error.reason): \(error.detail)")
    }
  }

  private static func outputs(of program: Program, _ frame: Frame) -> Outputs {
    var outputs = Outputs(results: [], stored: [:])
    for instruction in program.code {
      switch instruction {
      case .return(let registers):
        for (index, register) in registers.enumerated() {
          outputs.results.append(data(frame.takeResult(index), program.registers[register].type))
        }
      case .store(let slot, _):
        if let storage = frame.takeStored(slot) { outputs.stored[slot] = data(storage, program.variables[slot].type) }
      default: break
      }
    }
    return outputs
  }

  private static func storage(_ array: ConstantData) throws(HillockError) -> Storage {
    let storage = try Storage.allocate(byteCount: array.bytes.count)
    array.bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { storage.base.copyMemory(from: source, byteCount: bytes.count) }
    }
    return storage
  }

  private static func data(_ storage: Storage, _ type: ArrayType) -> ConstantData {
    withExtendedLifetime(storage) {
      ConstantData(type: type, bytes: Array(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount)))
    }
  }
}
