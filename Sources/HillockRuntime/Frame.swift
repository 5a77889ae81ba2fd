import HillockBytecode
import HillockIR
import Synchronization

/// What one run works on: inputs, outputs, the table of registers. One run at a time uses it; its executable keeps it for
/// the next.
package final class Frame: @unchecked Sendable {
  let prepared: PreparedProgram
  /// The base address of each register.
  let registers: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  let partialsTable: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Arguments first, then Variables.
  private let inputs: UnsafeMutablePointer<Storage?>
  private let inputCount: Int
  /// The storage of each fresh register, while this frame owns it.
  private let owned: UnsafeMutablePointer<Storage?>
  private let registerCount: Int
  /// The steps each loop has done; then, of the native code of the whole program, the steps of all loops, and the work until it
  /// next looks whether the run is cancelled.
  let counters: UnsafeMutablePointer<Int>
  /// The Variables that the caller has leased for this run, by slot.
  // One run at a time uses a frame: nothing else could be in the middle of an access to these.
  @exclusivity(unchecked) private var leases: LeasePlan?
  /// The functions that the program calls, by slot.
  @exclusivity(unchecked) private var functions: [ExternalFunction?]
  /// Whether the run was cancelled: set by its caller, seen by all workers.
  let isStopped: UnsafeMutablePointer<Atomic<Bool>>
  /// Kept from run to run where it is small.
  @exclusivity(unchecked) private var workspace: MemoryPool.Block?

  init(_ prepared: PreparedProgram) {
    self.prepared = prepared
    isStopped = .allocate(capacity: 1)
    isStopped.initialize(to: Atomic(false))
    functions = Array(repeating: nil, count: prepared.program.functions.count)
    inputCount = prepared.program.arguments.count + prepared.program.variables.count
    registerCount = prepared.program.registers.count
    registers = .allocate(capacity: max(registerCount, 1))
    registers.initialize(repeating: nil, count: max(registerCount, 1))
    partialsTable = .allocate(capacity: max(prepared.maximumOperands, 1))
    partialsTable.initialize(repeating: nil, count: max(prepared.maximumOperands, 1))
    inputs = .allocate(capacity: max(inputCount, 1))
    inputs.initialize(repeating: nil, count: max(inputCount, 1))
    owned = .allocate(capacity: max(registerCount, 1))
    owned.initialize(repeating: nil, count: max(registerCount, 1))
    counters = .allocate(capacity: prepared.loops.count + 2)
    counters.initialize(repeating: 0, count: prepared.loops.count + 2)
    for (register, storage) in prepared.constants { registers[register] = storage.base }
  }

  deinit {
    if let workspace { MemoryPool.shared.give(workspace) }
    inputs.deinitialize(count: max(inputCount, 1)).deallocate()
    owned.deinitialize(count: max(registerCount, 1)).deallocate()
    registers.deallocate()
    partialsTable.deallocate()
    counters.deallocate()
    isStopped.deinitialize(count: 1).deallocate()
  }

  package func setArgument(_ index: Int, _ storage: Storage) {
    guard index >= 0, index < prepared.program.arguments.count else { return }
    inputs[index] = storage
  }

  package func setVariable(_ slot: Int, _ storage: Storage) {
    guard slot >= 0, slot < prepared.program.variables.count else { return }
    inputs[prepared.program.arguments.count + slot] = storage
  }

  /// Lets the run write into the memory of the Variables that are leased for it. Where the commit would find a value that
  /// does not fit its Variable, it may not.
  func lend(_ leases: LeasePlan) {
    guard !prepared.inPlace.isEmpty else { return }
    for (slot, register) in prepared.stored.enumerated() {
      guard let register else { continue }
      guard leases.isWritten.indices.contains(slot), leases.isWritten[slot],
        leases.byteCount(slot) == prepared.byteCounts[register]
      else { return }
    }
    self.leases = leases
  }

  /// Binds a function to the slot in which the program calls it, until the frame is cleared.
  package func setFunction(_ slot: Int, _ function: ExternalFunction) {
    guard functions.indices.contains(slot) else { return }
    functions[slot] = function
  }

  func function(_ slot: Int) -> ExternalFunction? { functions.indices.contains(slot) ? functions[slot] : nil }

  /// The result at this position, moved out of the frame. Before a successful run: the empty storage.
  package func takeResult(_ index: Int) -> Storage {
    guard prepared.results.indices.contains(index) else { return .empty }
    return take(prepared.results[index]) ?? .empty
  }

  /// The value the run gave to the Variable in this slot, moved out of the frame; nil where it stores none. For runs without
  /// a lease, which write nothing in place.
  package func takeStored(_ slot: Int) -> Storage? {
    guard prepared.stored.indices.contains(slot), let register = prepared.stored[slot] else { return nil }
    return take(register)
  }

  /// Gives the Variable in this slot the value the run computed for it, if any. The frame keeps what the Variable had until
  /// it is cleared: memory is given back outside the locks of a commit.
  func exchangeStored(_ slot: Int, with cell: VariableCell) {
    guard prepared.stored.indices.contains(slot), let register = prepared.stored[slot] else { return }
    if owned[register] == nil { cell.endOverwriting(isChanged: true) } else { cell.exchange(&owned[register]) }
  }

  /// The size of the value the run gave to the Variable in this slot; nil where it stores none.
  func storedByteCount(_ slot: Int) -> Int? {
    guard prepared.stored.indices.contains(slot), let register = prepared.stored[slot] else { return nil }
    return owned[register]?.byteCount
  }

  private func take(_ register: Int) -> Storage? {
    defer { owned[register] = nil }
    return owned[register]
  }

  // MARK: For the executable

  /// The memory of a fresh register, while this frame owns it.
  func storage(of register: Int) -> Storage? { owned[register] }

  /// Points the registers at their memory, and allocates what is fresh.
  func begin(workers: Int) throws(HillockError) -> UnsafeMutableRawPointer {
    isStopped.pointee.store(false, ordering: .relaxed)
    if let slot = prepared.called.first(where: { functions[$0] == nil }) { throw unbound(slot) }
    for binding in prepared.bindings {
      guard let storage = inputs[binding.input], storage.byteCount >= binding.byteCount else {
        throw unfit(binding)
      }
      registers[binding.register] = storage.base
    }
    for (register, byteCount) in prepared.fresh {
      let storage =
        prepared.isStrict ? try Storage.allocateGuarded(byteCount: byteCount) : try Storage.allocate(byteCount: byteCount)
      owned[register] = storage
      registers[register] = storage.base
    }
    let byteCount = prepared.workspaceByteCount(workers: workers)
    let base: UnsafeMutableRawPointer
    if let workspace, workspace.sizeClass.byteCount >= byteCount {
      base = workspace.base
    } else {
      if let small = workspace { MemoryPool.shared.give(small) }
      workspace = nil
      let block = try MemoryPool.shared.take(byteCount: byteCount)
      workspace = block
      base = block.base
    }
    for (register, offset) in prepared.temporaries { registers[register] = base + offset }
    for (register, old) in prepared.over { registers[register] = registers[old] }
    return base
  }

  /// Before the first store: the memory into which each Variable's new value is written. It is the Variable's own where this
  /// run has it alone (Spec/variables.md), else fresh. Nothing that follows in the run can fail. (But a strict run can.)
  func claimVariables() throws(HillockError) {
    if prepared.isStrict { return try copyVariables() }
    do throws(HillockError) {
      for store in prepared.inPlace {
        // The cell keeps the value while it is leased; a reference of ours would count as a reader's.
        if leases != nil { inputs[prepared.program.arguments.count + store.slot] = nil }
        if let base = leases?.cells[store.slot].beginOverwriting() {
          registers[store.register] = base
        } else {
          let storage = try Storage.allocate(byteCount: store.byteCount)
          owned[store.register] = storage
          registers[store.register] = storage.base
        }
      }
    } catch {
      // Nothing has been written yet.
      for store in prepared.inPlace where owned[store.register] == nil {
        leases?.cells[store.slot].endOverwriting(isChanged: false)
      }
      throw error
    }
  }

  /// In a strict run: what is written in place goes over a guarded copy of the Variable's value, from which all that follows
  /// reads. The run can still be stopped, and the Variable's own memory can be looked at when it is done.
  private func copyVariables() throws(HillockError) {
    for store in prepared.inPlace {
      let storage = try Storage.allocateGuarded(byteCount: store.byteCount)
      owned[store.register] = storage
      registers[store.register] = storage.base
      for binding in prepared.bindings where binding.input == prepared.program.arguments.count + store.slot {
        if let old = registers[binding.register] { storage.base.copyMemory(from: old, byteCount: store.byteCount) }
        registers[binding.register] = storage.base
      }
    }
  }

  func end() {
    // Loops exchange the addresses of carried values; their storages follow here.
    for (current, next) in prepared.exchanged where owned[current]?.base != registers[current] {
      swap(&owned[current], &owned[next])
    }
    releaseLargeWorkspace()
  }

  /// A large workspace serves other programs between two runs of this one.
  func releaseLargeWorkspace() {
    guard let block = workspace, block.sizeClass.byteCount > Parameters.retainedWorkspace else { return }
    MemoryPool.shared.give(block)
    workspace = nil
  }

  /// Lets go of all inputs and outputs.
  func clear() {
    for index in 0..<inputCount { inputs[index] = nil }
    for (register, _) in prepared.fresh { owned[register] = nil }
    for store in prepared.inPlace { owned[store.register] = nil }
    leases = nil
    for slot in prepared.called { functions[slot] = nil }
  }

  private func unbound(_ slot: Int) -> HillockError {
    let program = prepared.program
    return HillockError(
      .call,
      "\(program.name) calls function \(program.functions[slot].text), and none is bound: a program that was read from text or bytes has no functions of its own"
    )
  }

  private func unfit(_ binding: PreparedProgram.Binding) -> HillockError {
    let program = prepared.program
    let isArgument = binding.input < program.arguments.count
    let what =
      isArgument
      ? "argument \(binding.input)" : "Variable \(program.variables[binding.input - program.arguments.count].name)"
    let given = inputs[binding.input].map { "\($0.byteCount) bytes" } ?? "nothing"
    return HillockError(
      .argument,
      "\(program.name): \(what) is \(program.registers[binding.register].type), \(binding.byteCount) bytes; it was given \(given)"
    )
  }
}
