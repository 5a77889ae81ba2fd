import CHillock
import HillockBytecode
import HillockIR

/// A program laid out for execution, once: function pointers for one instruction set, tables of slots, offsets of
/// everything in the workspace. Immutable and shared by all runs.
final class PreparedProgram: @unchecked Sendable {
  let program: Program
  /// What stands in the way of execution, where something does; a run throws it.
  private(set) var error: HillockError?
  private(set) var steps = UnsafeMutableBufferPointer<Step>(start: nil, count: 0)
  private(set) var loops = UnsafeMutableBufferPointer<PreparedLoop>(start: nil, count: 0)
  private(set) var groups = UnsafeMutableBufferPointer<PreparedRowGroup>(start: nil, count: 0)
  private(set) var columnGroups = UnsafeMutableBufferPointer<PreparedColumnGroup>(start: nil, count: 0)
  private(set) var arrayOps = UnsafeMutableBufferPointer<PreparedArrayOp>(start: nil, count: 0)
  /// Fresh registers that change places in a loop.
  private(set) var exchanged = List<(current: Int, next: Int)>(start: nil, count: 0)
  private(set) var kernels = UnsafeMutableBufferPointer<PreparedKernel>(start: nil, count: 0)
  /// Registers that are set from arguments and Variables when a run starts.
  private(set) var bindings = List<Binding>(start: nil, count: 0)
  private(set) var constants: [(register: Int, storage: Storage)] = []
  private(set) var temporaries = List<(register: Int, offset: Int)>(start: nil, count: 0)
  private(set) var fresh = List<(register: Int, byteCount: Int)>(start: nil, count: 0)
  /// Registers in the place of what a loop carries.
  private(set) var over = List<(register: Int, old: Int)>(start: nil, count: 0)
  /// Registers that lie in their Variable's memory where a run may write there.
  private(set) var inPlace = List<InPlaceStore>(start: nil, count: 0)
  /// The registers of the results. Like what is stored they are fresh and distinct: the verifier saw to it.
  private(set) var results: [Int] = []
  /// By register.
  private(set) var byteCounts = List<Int>(start: nil, count: 0)
  /// By Variable slot.
  private(set) var stored = List<Int?>(start: nil, count: 0)

  /// The functions that are called.
  private(set) var called = List<Int>(start: nil, count: 0)

  // The workspace: buffers, then partials, then each worker's scratch.
  private(set) var buffersByteCount = 0
  private(set) var partialsByteCount = 0
  private(set) var scratchStride = 0
  private(set) var maximumOperands = 0
  /// In a strict run's workspace: what nothing may write, and where a worker's guarded tile lies in its scratch.
  private(set) var guards: [WorkspaceGuard] = []
  private(set) var bounceOffset = 0
  /// Where each buffer lies in the workspace.
  private(set) var bufferOffsets: [Int] = []
  private(set) var bufferByteCounts: [Int] = []
  let isStrict: Bool
  /// Whether kernels make chains whatever their size: for tests.
  private let chainsAlways: Bool
  /// Where a worker's copy of the registers lies in its scratch.
  private(set) var localOffset = 0
  /// Where a worker's memory for a row group lies in its scratch.
  private(set) var groupOffset = 0
  /// Where a worker's memory for the steps of a standing team lies in its scratch.
  private(set) var standingOffset = 0
  /// Where a worker's tables for interchanged loops lie in its scratch (`LoopTables`).
  private(set) var loopOffset = 0
  /// Whether any step is worth more than one worker.
  private(set) var isWorthSharing = false
  let volume: ProgramVolume

  private let arena = Arena()

  /// What runs go through: plain memory, for which no references are counted.
  typealias List = UnsafeMutableBufferPointer

  struct Binding {
    var register: Int
    /// Arguments first, then Variables.
    var input: Int
    var byteCount: Int
  }

  struct InPlaceStore {
    var register: Int
    var slot: Int
    var byteCount: Int
  }

  init(_ program: Program, isa: InstructionSet, isStrict: Bool = false, chainsAlways: Bool = false) {
    self.program = program
    self.isStrict = isStrict
    self.chainsAlways = chainsAlways
    volume = ProgramVolume(program)
    do throws(HillockError) {
      try prepareKernels(isa)
      try prepareRegisters()
      try prepareSteps(isa)
    } catch { self.error = error }
  }

  /// What a step is called in a trace.
  func name(of step: Step) -> String {
    if step.kind == .array, arrayOps.indices.contains(step.a) { return arrayOps[step.a].op.row.name }
    guard step.kind == .launch, program.kernels.indices.contains(step.a) else { return "\(step.kind)" }
    return "kernel \(step.a) \(program.kernels[step.a].name)"
  }

  func workspaceByteCount(workers: Int) -> Int { buffersByteCount + partialsByteCount + scratchStride * workers }

  private func prepareKernels(_ isa: InstructionSet) throws(HillockError) {
    var prepared: [PreparedKernel] = []
    for kernel in program.kernels {
      var preparation = KernelPreparation(kernel, registers: program.registers, isa: isa, arena: arena, isStrict: isStrict)
      preparation.makesChains = !isStrict && (chainsAlways || kernel.count >= Parameters.leastChained)
      let one = try preparation.prepare()
      prepared.append(one)
      localOffset = max(localOffset, (preparation.scratchByteCount + 127) & ~127)
      partialsByteCount = max(partialsByteCount, preparation.partialsByteCount)
      maximumOperands = max(maximumOperands, kernel.operands.count)
      note(cost: one.units &* one.unitCost)
    }
    kernels = arena.copy(prepared)
  }

  /// Behind everything else in each worker's scratch: a tile of the longest length and the widest elements.
  private func layOutGuardedTile() {
    bounceOffset = scratchStride + Guards.length
    scratchStride = bounceOffset + Kernel.chunk * 8 + Guards.length
  }

  private func note(cost: Int) {
    if UInt64(max(cost, 0)) / 1000 >= Parameters.parallelThreshold { isWorthSharing = true }
  }

  private func prepareRegisters() throws(HillockError) {
    let gap = isStrict ? Guards.length : 0
    guardWorkspace(to: gap, "the start of the workspace")
    bufferByteCounts = usedByteCounts
    for (index, byteCount) in bufferByteCounts.enumerated() {
      bufferOffsets.append(buffersByteCount)
      let end = buffersByteCount + byteCount
      buffersByteCount += (byteCount + 127) & ~127
      guardWorkspace(from: end, to: buffersByteCount + gap, "buffer \(index)")
    }
    var constantStorages: [Storage] = []
    for constant in program.constants {
      let storage = try Storage.allocate(byteCount: constant.bytes.count)
      constant.bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: storage.base, count: $0.count).copyMemory(from: $0) }
      constantStorages.append(storage)
    }
    var bindings: [Binding] = [], inPlace: [InPlaceStore] = []
    var temporaries: [(register: Int, offset: Int)] = [], over: [(register: Int, old: Int)] = []
    var fresh: [(register: Int, byteCount: Int)] = []
    for (index, register) in program.registers.enumerated() {
      switch register.role {
      case .argument(let position):
        bindings.append(Binding(register: index, input: position, byteCount: register.type.byteCount))
      case .variable(let slot):
        bindings.append(
          Binding(register: index, input: program.arguments.count + slot, byteCount: register.type.byteCount))
      case .constant(let position): constants.append((index, constantStorages[position]))
      case .temporary(let buffer): temporaries.append((index, bufferOffsets[buffer]))
      case .fresh: fresh.append((index, register.type.byteCount))
      // Loops point their rows at memory as they go.
      case .row: break
      case .over(let old):
        if let slot = program.variableUnder(index) {
          inPlace.append(InPlaceStore(register: index, slot: slot, byteCount: register.type.byteCount))
        } else {
          over.append((index, old))
        }
      }
    }
    byteCounts = arena.copy(program.registers.map(\.type.byteCount))
    self.bindings = arena.copy(bindings)
    self.inPlace = arena.copy(inPlace)
    self.temporaries = arena.copy(temporaries)
    self.over = arena.copy(over)
    self.fresh = arena.copy(fresh)
    prepareOutputs()
  }

  /// What the registers in each buffer need: a program may declare more, which costs nothing.
  private var usedByteCounts: [Int] {
    var used = program.buffers.map { _ in 0 }
    for register in program.registers {
      guard case .temporary(let buffer) = register.role, used.indices.contains(buffer) else { continue }
      used[buffer] = max(used[buffer], register.type.byteCount)
    }
    // One that is too short stays so: strict runs find it.
    return zip(used, program.buffers).map { min($0, $1) }
  }

  private func guardWorkspace(from start: Int = 0, to end: Int, _ name: String) {
    guard isStrict else { return }
    guards.append(WorkspaceGuard(offset: start, byteCount: end - start, name: name))
    buffersByteCount = end
  }

  private func prepareOutputs() {
    var stored = [Int?](repeating: nil, count: program.variables.count)
    for instruction in program.code {
      switch instruction {
      case .store(let slot, let register): stored[slot] = register
      case .return(let registers): results = registers
      default: break
      }
    }
    self.stored = arena.copy(stored)
  }

  private func guardPartials() -> Int {
    guard isStrict else { return 0 }
    let end = buffersByteCount + partialsByteCount
    guards.append(
      WorkspaceGuard(offset: end, byteCount: Guards.length + (-partialsByteCount & 127), name: "the partials of reductions"))
    return Guards.length
  }

  private func prepareSteps(_ isa: InstructionSet) throws(HillockError) {
    let layout = try ProgramLayout(program, isa: isa, arena: arena, isStrict: isStrict)
    for step in layout.steps { note(cost: step.units &* step.unitCost) }
    groups = arena.copy(layout.groups)
    columnGroups = arena.copy(layout.columnGroups)
    arrayOps = arena.copy(layout.arrayOps)
    // A worker's scratch: what its kernel or array op needs; its copy of the registers and an index, for interchanged loops and groups; and
    // memory for the rows of a group.
    let table = (program.registers.count + 1) * MemoryLayout<UnsafeMutableRawPointer?>.stride
    localOffset = max(localOffset, (layout.scratchByteCount + 127) & ~127)
    groupOffset = localOffset + (table + 127) & ~127
    let groupByteCount = (layout.groups.map(\.byteCount) + layout.columnGroups.map(\.byteCount)).max() ?? 0
    scratchStride = groupOffset + (groupByteCount + 127) & ~127
    if layout.loops.contains(where: \.canStand) {
      // Registers, indices and counters of loops, partials.
      let words = program.registers.count + 2 * layout.loops.count + 2 + maximumOperands
      standingOffset = scratchStride
      scratchStride += (words * MemoryLayout<Int>.stride + 127) & ~127
    }
    var prepared = layout.loops
    for index in prepared.indices where prepared[index].kernels.count > 0 {
      prepared[index].tables = LoopTables(prepared[index], program, kernels, arena: arena)
    }
    loopOffset = scratchStride
    scratchStride += ((prepared.map(\.tables.byteCount).max() ?? 0) + 127) & ~127
    if isStrict { layOutGuardedTile() }
    if layout.loops.contains(where: \.stands) { isWorthSharing = true }
    for loop in layout.loops where loop.kernels.count > 0 {
      // Workers share its positions, each of which goes through all the steps.
      let step = loop.kernels.reduce(0) { $0 &+ kernels[$1].units &* kernels[$1].unitCost }
      let (cost, overflow) = step.multipliedReportingOverflow(by: loop.trips)
      note(cost: overflow ? .max : cost)
    }
    let costs = layout.steps.map { step in
      guard step.kind == .launch else { return step.units &* step.unitCost }
      return kernels[step.a].units &* kernels[step.a].unitCost
    }
    partialsByteCount = max(partialsByteCount, layout.partialsByteCount)
    partialsByteCount = (partialsByteCount + 127) & ~127 + guardPartials()
    steps = arena.copy(layout.steps)
    for (index, cost) in costs.enumerated() {
      steps[index].cost = min(max(cost, 0), Parameters.lookInterval) + Parameters.stepCost
    }
    loops = arena.copy(prepared)
    called = arena.copy(
      Set(program.flattened.compactMap { if case .call(let function, _, _) = $0 { function } else { nil } }).sorted())
    exchanged = arena.copy(
      program.flattened.flatMap(\.carries).filter { program.registers[$0.next].role == .fresh }.map { ($0.current, $0.next) })
  }
}
