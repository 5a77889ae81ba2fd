import HillockBytecode
import HillockIR
import HillockRuntime

/// What a run leaves behind: its results, the new values of the Variables it stores, by slot, and the calls it made.
struct Outputs: Sendable, Hashable {
  var results: [ConstantData]
  var stored: [Int: ConstantData]
  var calls = HostFunctions.Calls()
}

/// Runs one program once.
enum ProgramRun {
  /// `keepsValues`: somebody else has the values of the Variables, so that none is written in place. They must stay as they are.
  static func run(
    _ program: VerifiedProgram, arguments: [ConstantData], variables: [ConstantData], options: ExecutionOptions,
    keepsValues: Bool = false, host: HostFunctions = HostFunctions()
  ) throws(HillockError) -> Outputs {
    let executable = Executable(program, signature: "conformance", options: options)
    if options.tier == .native { try promote(executable) }
    return try run(executable, arguments: arguments, variables: variables, keepsValues: keepsValues, host: host)
  }

  static func run(
    _ executable: Executable, arguments: [ConstantData], variables: [ConstantData], keepsValues: Bool, host: HostFunctions
  ) throws(HillockError) -> Outputs {
    let program = executable.program
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    for (index, array) in arguments.enumerated() { frame.setArgument(index, try storage(array)) }
    for (slot, function) in program.functions.enumerated() {
      if let function = try host.function(function) { frame.setFunction(slot, function) }
    }
    let cells = try Cells(program, variables, keepsValues: keepsValues)
    do throws(HillockError) {
      let lease = try cells.leases.acquire(site: "conformance")
      lease.load(into: frame)
      try executable.run(frame)
      try lease.commit(from: frame)
    } catch {
      try cells.check(changed: [], "the run failed (\(error.message))")
      throw error
    }
    var outputs = Outputs(results: [], stored: [:], calls: host.record)
    for instruction in program.code {
      switch instruction {
      case .return(let registers):
        for (index, register) in registers.enumerated() {
          outputs.results.append(data(frame.takeResult(index), program.registers[register].type))
        }
      case .store(let slot, _): outputs.stored[slot] = data(cells.cells[slot].load(), program.variables[slot].type)
      default: break
      }
    }
    try cells.check(changed: Set(outputs.stored.keys), "the run is done")
    return outputs
  }

  /// The Variables of one run.
  private struct Cells {
    let cells: [VariableCell]
    let leases: LeasePlan
    private let initial: [ConstantData]
    private let kept: [Storage]

    init(_ program: Program, _ initial: [ConstantData], keepsValues: Bool) throws(HillockError) {
      var cells: [VariableCell] = [], kept: [Storage] = []
      for (slot, value) in zip(program.variables, initial) {
        let storage = try storage(value)
        if keepsValues { kept.append(storage) }
        cells.append(try VariableCell(name: slot.name, type: slot.type, storage: storage))
      }
      let stored = Set(
        program.code.compactMap { instruction -> Int? in if case .store(let slot, _) = instruction { slot } else { nil } })
      (self.cells, self.initial, self.kept) = (cells, initial, kept)
      leases = LeasePlan(cells, isWritten: cells.indices.map(stored.contains))
    }

    /// Other Variables than these have not changed, values that somebody has never do, and nobody holds a lease.
    func check(changed: Set<Int>, _ when: String) throws(HillockError) {
      for (slot, storage) in kept.enumerated() where data(storage, initial[slot].type) != initial[slot] {
        throw HillockError(.verification, "the value that Variable \(cells[slot].name) had has changed when \(when)")
      }
      for (slot, cell) in cells.enumerated() where !changed.contains(slot) {
        guard cell.version == 0, data(cell.load(), cell.type) == initial[slot] else {
          throw HillockError(.verification, "Variable \(cell.name) has changed when \(when)")
        }
      }
      // Fails where a lease is left.
      _ = try LeasePlan(cells, isWritten: cells.map { _ in true }).acquire(site: "check")
    }
  }

  /// A case that asks for native code must run native code: a failed compile is a failure here.
  private static func promote(_ executable: Executable) throws(HillockError) {
    do {
      try executable.promote()
    } catch {
      throw HillockError(.system, "the native compile failed at stage \(error.stage.rawValue): \(error.reason): \(error.detail)")
    }
  }

  static func storage(_ array: ConstantData) throws(HillockError) -> Storage {
    let storage = try Storage.allocate(byteCount: array.bytes.count)
    array.bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { storage.base.copyMemory(from: source, byteCount: bytes.count) }
    }
    return storage
  }

  static func data(_ storage: Storage, _ type: ArrayType) -> ConstantData {
    withExtendedLifetime(storage) {
      ConstantData(type: type, bytes: Array(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount)))
    }
  }
}
