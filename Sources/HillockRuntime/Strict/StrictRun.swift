import HillockBytecode
import HillockIR
import Synchronization

/// One strict run: who has claimed what, what holds a value, and the first violation.
///
/// Workers ask it while an instruction runs; between instructions only the caller does.
final class StrictRun: @unchecked Sendable {
  // @unchecked: `claims` are atomics; everything else is changed between instructions, or under `violation`.
  typealias Pointer = UnsafeMutableRawPointer

  let prepared: PreparedProgram
  let registers: UnsafeMutablePointer<Pointer?>
  private let workspace: Pointer
  /// Memory that the run may write: buffers and fresh arrays.
  private var regions: [(base: Pointer, byteCount: Int)]
  private var fresh: [(register: Int, storage: Storage)]
  private let inputs: [(name: String, base: Pointer, byteCount: Int, checksum: UInt64)]

  /// For each unit of the present instruction, 1 + the worker that claimed it; 0: nobody.
  private var claims: UnsafeMutablePointer<Atomic<Int>>
  private var capacity = 0
  private var units = 0
  /// What the present instruction's units are done by.
  private(set) var body: Team.Body?

  /// The register whose value each piece of memory holds, by its first byte: temporaries and fresh arrays.
  private var held: [Pointer: Int] = [:]
  /// Rows that the present step of their loop has written.
  private var writtenRows: Set<Int> = []
  /// Rows that each loop stacks.
  private var stacked: [Int: [Int]] = [:]

  /// What members of a standing team would do; nothing where none would stand.
  var team = StrictTeam()

  private var backEdges = 0
  private let maximumSteps: Int?

  private let first = Mutex<HillockError?>(nil)
  private let isViolated = Atomic<Bool>(false)

  init(_ prepared: PreparedProgram, frame: Frame, workspace: Pointer, workers: Int, maximumSteps: Int? = nil) {
    self.prepared = prepared
    self.maximumSteps = maximumSteps
    self.workspace = workspace
    registers = frame.registers
    Guards.fill(workspace, prepared.workspaceByteCount(workers: workers))
    fresh = prepared.fresh.compactMap { register, _ in frame.storage(of: register).map { (register, $0) } }
    regions =
      fresh.map { ($0.storage.base, $0.storage.byteCount) }
      + zip(prepared.bufferOffsets, prepared.bufferByteCounts).map { (workspace + $0, $1) }
    inputs = Self.inputs(prepared, frame.registers)
    claims = .allocate(capacity: 1)
  }

  deinit { claims.deallocate() }

  private static func inputs(
    _ prepared: PreparedProgram, _ registers: UnsafeMutablePointer<Pointer?>
  ) -> [(name: String, base: Pointer, byteCount: Int, checksum: UInt64)] {
    prepared.program.registers.enumerated().compactMap { index, register in
      let name: String
      switch register.role {
      case .argument(let position): name = "argument \(position)"
      case .variable(let slot): name = "Variable \(prepared.program.variables[slot].name)"
      case .constant(let position): name = "constant \(position)"
      case .temporary, .fresh, .row, .over: return nil
      }
      guard let base = registers[index] else { return nil }
      return (name, base, register.type.byteCount, Guards.checksum(base, register.type.byteCount))
    }
  }

  // MARK: Violations

  var violation: HillockError? { isViolated.load(ordering: .acquiring) ? first.withLock { $0 } : nil }

  func report(_ check: StrictCheck, _ message: String) {
    first.withLock { if $0 == nil { $0 = check.violation("\(prepared.program.name): \(message)") } }
    isViolated.store(true, ordering: .releasing)
  }

  func report(
    _ check: StrictCheck, in kernel: UnsafePointer<PreparedKernel>, _ call: UnsafePointer<PreparedInstruction>?, _ message: String
  ) {
    let index = index(of: kernel)
    let line = call.map { ", line \($0.pointee.line)" } ?? ""
    report(check, "kernel \(index) \"\(prepared.program.kernels[index].name)\"\(line) \(message)")
  }

  /// Counts steps of a loop.
  func countSteps(_ steps: Int = 1) {
    backEdges = backEdges.addingReportingOverflow(steps).overflow ? .max : backEdges + steps
    guard let maximumSteps, backEdges > maximumSteps else { return }
    first.withLock {
      if $0 == nil { $0 = HillockError(.argument, "\(prepared.program.name): its loops take more than \(maximumSteps) steps") }
    }
    isViolated.store(true, ordering: .releasing)
  }

  private func index(of kernel: UnsafePointer<PreparedKernel>) -> Int {
    prepared.kernels.baseAddress.map { kernel - UnsafePointer($0) } ?? 0
  }

  // MARK: Claims

  /// Begins an instruction of so many units.
  func begin(units: Int, _ body: Team.Body) {
    self.body = body
    self.units = units
    if units > capacity {
      claims.deallocate()
      claims = .allocate(capacity: units)
      capacity = units
    }
    for index in 0..<units { (claims + index).initialize(to: Atomic(0)) }
  }

  /// Whether the worker may do these units: nobody has claimed them before.
  func claim(_ range: Range<Int>, worker: Int) -> Bool {
    for index in range {
      guard index < units else {
        report(.coverage, "worker \(worker) claims unit \(index) of \(units)")
        return false
      }
      guard claims[index].compareExchange(expected: 0, desired: worker + 1, ordering: .relaxed).exchanged else {
        report(.coverage, "unit \(index) is claimed by worker \(worker), and was claimed before")
        return false
      }
    }
    return true
  }

  func end() {
    guard let left = (0..<units).first(where: { claims[$0].load(ordering: .relaxed) == 0 }) else { return }
    report(.coverage, "unit \(left) of \(units) was not done")
  }

  // MARK: Stores of tiles

  /// Whether a worker may store these positions of a register here.
  func permits(
    _ checks: StoreChecks, _ call: UnsafePointer<PreparedInstruction>, register: Int, _ pointer: Pointer?, position: Int,
    count: Int
  ) -> Bool {
    let kernel = checks.kernel
    let operand = prepared.program.kernels[index(of: kernel)].operands[call.pointee.destination]
    let place = "positions \(position)..<\(position + count) of r\(register)"
    guard operand.isWritten, !isInput(register) else {
      report(.target, in: kernel, call, "stores \(place), which it may not write")
      return false
    }
    let type = prepared.program.registers[register].type
    let size = type.dtype.size
    guard let pointer, position + count <= type.count, lies(pointer, register, position * size, count * size, checks) else {
      report(.target, in: kernel, call, "stores \(place) where these do not lie")
      return false
    }
    for index in checks.units(of: position..<position + count)
    where index >= units || claims[index].load(ordering: .relaxed) != checks.worker + 1 {
      report(.owner, in: kernel, call, "stores \(place) in worker \(checks.worker), which has not claimed them")
      return false
    }
    return true
  }

  /// Whether these bytes of a register lie here, in memory that the run may write.
  private func lies(_ pointer: Pointer, _ register: Int, _ offset: Int, _ byteCount: Int, _ checks: StoreChecks) -> Bool {
    if let place = checks.place(of: register) {
      return pointer == place.base + (offset - place.start) && offset >= place.start
        && offset + byteCount <= place.start + place.byteCount
    }
    guard let base = checks.registers[register], pointer == base + offset else { return false }
    return regions.contains { $0.base <= pointer && pointer + byteCount <= $0.base + $0.byteCount }
  }

  /// Whether memory is a buffer of the program's or a fresh array: members of a standing team share these.
  func isShared(_ pointer: Pointer) -> Bool { regions.contains { $0.base <= pointer && pointer < $0.base + $0.byteCount } }

  func permitsPartial(
    _ kernel: UnsafePointer<PreparedKernel>, _ reduction: PreparedKernel.Reduction, chunk: Int, _ pointer: Pointer, worker: Int
  ) -> Bool {
    let partials = workspace + prepared.buffersByteCount
    let byteCount = reduction.width * reduction.elementSize
    guard pointer == partials + reduction.partials + chunk * byteCount,
      pointer + byteCount <= partials + prepared.partialsByteCount - Guards.length
    else {
      report(.target, in: kernel, nil, "stores the partial of chunk \(chunk) of r\(reduction.register) where it does not lie")
      return false
    }
    // A kernel with a reduction is shared by chunks.
    guard kernel.pointee.unit == Kernel.chunk, chunk < units, claims[chunk].load(ordering: .relaxed) == worker + 1 else {
      report(
        .owner, in: kernel, nil,
        "stores the partial of chunk \(chunk) of r\(reduction.register) in worker \(worker), which has not claimed it")
      return false
    }
    return true
  }

  func isInput(_ register: Int) -> Bool {
    switch prepared.program.registers[register].role {
    case .argument, .variable, .constant: true
    case .temporary, .fresh, .over: false
    case .row(let whole): isInput(whole)
    }
  }

  // MARK: What holds a value

  func isDefined(_ register: Int) -> Bool {
    switch prepared.program.registers[register].role {
    case .argument, .constant: true
    // Until something is written in its place.
    case .variable: registers[register].flatMap { held[$0] } == nil
    case .temporary, .fresh, .over: registers[register].map { held[$0] == register } ?? false
    case .row(let whole): writtenRows.contains(register) || isDefined(whole)
    }
  }

  func define(_ register: Int) {
    switch prepared.program.registers[register].role {
    case .argument, .variable, .constant: break
    case .temporary, .fresh, .over: if let base = registers[register] { held[base] = register }
    case .row: writtenRows.insert(register)
    }
  }

  func read(_ register: Int, _ what: @autoclosure () -> String) {
    guard !isDefined(register) else { return }
    let other = registers[register].flatMap { held[$0] }.map { ": r\($0) lies there now" } ?? ": nothing was stored there"
    report(.undefined, "\(what()) reads r\(register), which holds no value\(other)")
  }

  /// Values have changed places: what was `next` is `current`, and `next` holds nothing.
  func exchange(_ carries: UnsafeMutableBufferPointer<PreparedLoop.Carry>) {
    for carry in carries {
      // (They may be one place.)
      if let base = registers[carry.next] { held[base] = nil }
      define(carry.current)
    }
  }

  /// What is held is tried out, and is then as it was.
  func trying(_ body: () -> Void) {
    let (held, rows, stacked) = (held, writtenRows, stacked)
    body()
    (self.held, writtenRows, self.stacked) = (held, rows, stacked)
  }

  /// The register's memory holds its value no more.
  func forget(_ register: Int) {
    if let base = registers[register], held[base] == register { held[base] = nil }
  }

  /// Variables have got the memory in which they are written in place.
  func claim(_ frame: Frame) {
    for store in prepared.inPlace {
      guard let storage = frame.storage(of: store.register) else { continue }
      fresh.append((store.register, storage))
      regions.append((storage.base, storage.byteCount))
    }
  }

  // MARK: Rows

  func enter(_ loop: Int, _ rows: UnsafeMutableBufferPointer<PreparedLoop.Row>) {
    stacked[loop] = rows.filter { !isDefined($0.whole) }.map(\.register)
    clear(rows)
  }

  func clear(_ rows: UnsafeMutableBufferPointer<PreparedLoop.Row>) { writtenRows.subtract(rows.map(\.register)) }

  func requireRows(_ loop: Int) {
    for row in stacked[loop, default: []] where !writtenRows.contains(row) {
      report(.undefined, "a step of a loop ends without writing r\(row), which it stacks")
    }
  }

  /// The wholes that the loop has stacked are there.
  func leave(_ loop: Int, _ rows: UnsafeMutableBufferPointer<PreparedLoop.Row>) {
    let own = Set(stacked[loop, default: []])
    for row in rows where own.contains(row.register) { define(row.whole) }
    clear(rows)
  }

  // MARK: Guards and inputs

  /// After an instruction: the ends of all memory are whole.
  func checkGuards(_ what: @autoclosure () -> String) {
    for piece in prepared.guards where Guards.firstChange(workspace + piece.offset, piece.byteCount) != nil {
      report(.guarded, "\(what()) stores beyond the end of \(piece.name)")
      return
    }
    for (register, storage) in fresh where !storage.isIntact {
      report(.guarded, "\(what()) stores beyond the ends of r\(register)")
      return
    }
  }

  /// After the run, or after native code.
  func checkInputs(_ what: @autoclosure () -> String) {
    for input in inputs where Guards.checksum(input.base, input.byteCount) != input.checksum {
      report(.input, "\(what()) changes \(input.name)")
      return
    }
  }

  // MARK: Native code

  func bytes(_ register: Int) -> [UInt8] {
    guard let base = registers[register] else { return [] }
    return Array(UnsafeRawBufferPointer(start: base, count: prepared.program.registers[register].type.byteCount))
  }

  /// All memory that the run may write, as it is.
  func memory() -> [[UInt8]] { regions.map { Array(UnsafeRawBufferPointer(start: $0.base, count: $0.byteCount)) } }

  /// Puts all memory back to what it was, after looking whether anything but these registers has changed.
  func restore(_ memory: [[UInt8]], _ written: [Int], _ what: String) {
    checkGuards(what)
    checkInputs(what)
    let own = written.compactMap { register in
      registers[register].map { $0..<$0 + prepared.program.registers[register].type.byteCount }
    }
    for (region, bytes) in zip(regions, memory) {
      for (offset, byte) in bytes.enumerated() where region.base.load(fromByteOffset: offset, as: UInt8.self) != byte {
        if !own.contains(where: { $0.contains(region.base + offset) }) {
          report(.native, "\(what) changes memory that it does not write")
          break
        }
      }
      bytes.withUnsafeBytes { if let source = $0.baseAddress { region.base.copyMemory(from: source, byteCount: bytes.count) } }
    }
  }
}
