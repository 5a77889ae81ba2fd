import CHillock
import HillockBytecode
import HillockIR
import Synchronization

/// Executes steps; every body below works on plain memory described by a `Run`, which lives on the caller's stack.
struct Run {
  typealias Pointer = UnsafeMutableRawPointer

  var registers: UnsafeMutablePointer<Pointer?>
  /// For each operand of the kernel being launched, its partials.
  var partialsTable: UnsafeMutablePointer<Pointer?>
  var partials: Pointer
  var scratch: Pointer
  var scratchStride: Int
  var workers: Int
  var sharesAlways: Bool
  /// The native entries; nil in the interpreter.
  var entries: UnsafePointer<NativeEntryTable>?
  var kernels: UnsafeMutablePointer<PreparedKernel>?
  var loops: UnsafeMutablePointer<PreparedLoop>?
  var groups: UnsafeMutablePointer<PreparedRowGroup>?
  var columnGroups: UnsafeMutablePointer<PreparedColumnGroup>?
  var arrayOps: UnsafeMutablePointer<PreparedArrayOp>?
  /// The steps each loop has done.
  var counters: UnsafeMutablePointer<Int>
  var registerCount: Int
  var loopCount: Int
  /// Where a worker's copy of the registers lies in its scratch.
  var localOffset: Int
  /// Where a worker's memory for a group lies in its scratch, and that for the steps of a standing team.
  var groupOffset: Int
  var standingOffset: Int
  /// Where a worker's tables for interchanged loops lie in its scratch.
  var loopOffset: Int
  /// Asked at back-edges whether the program has become native meanwhile; the caller keeps it alive. nil without loops.
  var controller: Unmanaged<TierController>?
  /// Steps of loops by the tier that did them, and loops that changed it in between; interchanged loops count their own.
  var interpretedSteps = 0
  var nativeSteps = 0
  var switches = 0
  /// Whether the program has become native at the back-edge that was just taken.
  var isSwitching = false
  /// What checks a strict run; the caller keeps it alive.
  var strict: Unmanaged<StrictRun>?
  /// Whether a strict run is doing a step natively, to compare.
  var isComparing = false
  /// Kept alive by the caller.
  var frame: Unmanaged<Frame>

  /// The program, while a trace is on.
  var traced: Unmanaged<PreparedProgram>?
  /// Whether the run ends early where that is asked for (`Cancellation`), and whether it has.
  var isCancellable: Bool
  var isStopped: UnsafeMutablePointer<Atomic<Bool>>
  /// Work done since the last look, in picoseconds, and how much of it there may be.
  var workSinceLook = 0
  var lookInterval: Int
  var steps: UnsafeMutableBufferPointer<Step>
  /// Why the run ends early.
  var failure: HillockError?

  // What the bodies of the step being executed need.
  var step: UnsafePointer<Step>?
  var kernel: UnsafePointer<PreparedKernel>?
  var entry: hk_kernel_entry?
  var loop: UnsafePointer<PreparedLoop>?
  var group: UnsafePointer<PreparedRowGroup>?
  var columnGroup: UnsafePointer<PreparedColumnGroup>?
  var arrayOp: UnsafePointer<PreparedArrayOp>?
  /// The team that stands for a loop, or is about to; the caller keeps it alive. And what this run is in it.
  var standing: Unmanaged<StandingTeam>?
  var standingLoop = 0
  var standingEnd = 0
  var isLeading = false
  var member = Member()
  /// Picoseconds that a step of an interchanged loop takes for one position, estimated; and its units that are claimed together.
  var positionCost = 0
  var joined = 1
  var body: Team.Body?
  /// The units that a worker does between two looks.
  var slice = 1

  /// The native code of the program as a whole, where there is one, and nobody asks to see each step, or to share it.
  var programEntry: hk_program_entry? {
    guard let entries, strict == nil, traced == nil, !sharesAlways else { return nil }
    return entries.pointee.program
  }

  /// Executes the steps, or as many as there are before a strict run stops or the run is cancelled.
  mutating func execute() throws(HillockError) {
    if let entry = programEntry { return try execute(entry, from: 0) }
    try execute(from: 0, to: steps.count)
  }

  /// Executes steps until `end` is the next one.
  mutating func execute(from start: Int, to end: Int) throws(HillockError) {
    var position = start
    while position != end {
      let step = UnsafePointer(steps.baseAddress.unsafelyUnwrapped + position)
      self.step = step
      var next = position + 1
      workSinceLook &+= step.pointee.cost
      if isCancellable, member.count == 0 || strict != nil {
        let isDue = workSinceLook > lookInterval || step.pointee.kind == .call
        if isDue ? look() : isStopped.pointee.load(ordering: .relaxed) { return }
      }
      if let strict {
        // First of all: it gives indices the places in which they hold values from here on.
        if step.pointee.kind == .enterLoop || step.pointee.kind == .enterWhile { watchTeam(step) }
        guard strict._withUnsafeGuaranteedRef({ $0.permits(step) }) else { return }
      }
      switch step.pointee.kind {
      case .enterLoop: next = try mayStand(step) ? stand(step, at: position) : enterLoop(step, at: position)
      case .repeatLoop: next = repeatLoop(step, at: position)
      case .enterWhile: next = try mayStand(step) ? stand(step, at: position) : enterWhile(step, at: position)
      case .test: next = test(step, at: position)
      case .repeatWhile: next = repeatWhile(step)
      case .select: next = select(step, at: position)
      case .jump: next = step.pointee.b
      default: try perform(step)
      }
      if let strict {
        guard strict._withUnsafeGuaranteedRef({ $0.accepts(step, isLast: next == position + 1) }) else { return }
        if next == standingEnd { endWatch() }
      }
      position = next
      if member.hasLeft { return }
      if isSwitching {
        isSwitching = false
        if let entry = programEntry { return try execute(entry, from: position) }
      }
    }
  }

  /// A step that is no control flow.
  mutating func perform(_ step: UnsafePointer<Step>) throws(HillockError) {
    switch step.pointee.kind {
    case .launch: launch(step)
    case .array: array(step)
    case .claim:
      try claim()
      // From here on every run ends in a commit.
      isCancellable = false
    case .call: try call(step)
    case .rowGroup: rowGroup(step)
    case .columnGroup: columnGroup(step)
    case .interchangedLoop: interchangedLoop(step)
    case .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select, .jump: break
    }
  }

  private func claim() throws(HillockError) {
    var failure: HillockError?
    frame._withUnsafeGuaranteedRef { frame in
      do throws(HillockError) { try frame.claimVariables() } catch { failure = error }
    }
    if let failure { throw failure }
    strict?._withUnsafeGuaranteedRef { strict in frame._withUnsafeGuaranteedRef { strict.claim($0) } }
  }

  /// Whether the run is to stop; asks.
  mutating func look() -> Bool {
    workSinceLook = 0
    return isStopped(seenBy: 0)
  }

  /// Whether the run is to stop. Only worker 0, the caller, asks; the others see what it has found.
  func isStopped(seenBy worker: Int) -> Bool {
    guard isCancellable else { return false }
    if isStopped.pointee.load(ordering: .relaxed) { return true }
    guard worker == 0, Cancellation.isRequested else { return false }
    isStopped.pointee.store(true, ordering: .relaxed)
    return true
  }

  // MARK: Kernels

  mutating func launch(_ step: UnsafePointer<Step>) {
    if let strict, entries != nil, !isComparing {
      return strict._withUnsafeGuaranteedRef { compare(step, $0) { $0.launch(step) } }
    }
    let index = step.pointee.a
    let kernel = UnsafePointer(kernels.unsafelyUnwrapped + index)
    self.kernel = kernel
    entry = entries?.pointee.kernels[index]
    for reduction in kernel.pointee.reductions {
      partialsTable[reduction.operand] = partials + reduction.partials
    }
    if kernel.pointee.isSmall, member.count == 0, !sharesAlways, strict == nil {
      launchAlone(kernel)
    } else {
      launchShared(kernel)
    }
    guard !kernel.pointee.reductions.isEmpty, alone() else { return }
    for reduction in kernel.pointee.reductions {
      let out = registers[reduction.register]
      if kernel.pointee.chunks == 0 {
        hk_reduce_start(reduction.kind, reduction.dtype, Int64(reduction.width), out)
      } else {
        hk_combine_chunks(
          reduction.kind, reduction.dtype, Int64(kernel.pointee.chunks), Int64(reduction.width),
          partials + reduction.partials, out)
      }
    }
  }

  /// Without the team: asking it costs more than a small kernel.
  private func launchAlone(_ kernel: UnsafePointer<PreparedKernel>) {
    guard kernel.pointee.units > 0 else { return }
    compute(kernel, entry, registers, scratch: scratch, 0, kernel.pointee.positions)
  }

  /// Does the positions first..<last of a kernel, in native code where it has an entry.
  @inline(__always)  // beside a small kernel a call costs
  func compute(
    _ kernel: UnsafePointer<PreparedKernel>, _ entry: hk_kernel_entry?, _ registers: UnsafeMutablePointer<Pointer?>,
    scratch: Pointer,
    _ first: Int, _ last: Int
  ) {
    if let entry {
      entry(registers, partialsTable, scratch.assumingMemoryBound(to: CChar.self), Int64(first), Int64(last))
    } else {
      TileLoop.run(kernel, registers: registers, partials: partialsTable, scratch: scratch, first: first, last: last)
    }
  }

  /// A worker's memory, and in it its own copy of the table of registers.
  func ownTable(worker: Int) -> (scratch: Pointer, registers: UnsafeMutablePointer<Pointer?>) {
    let scratch = scratch + worker &* scratchStride
    let table = (scratch + localOffset).assumingMemoryBound(to: Pointer?.self)
    table.update(from: registers, count: registerCount)
    return (scratch, table)
  }

  /// How many units of a kernel a worker claims together. A strict run keeps account of single ones.
  private func together(_ kernel: UnsafePointer<PreparedKernel>) -> Int { strict == nil ? kernel.pointee.together : 1 }

  private mutating func launchShared(_ kernel: UnsafePointer<PreparedKernel>) {
    let together = together(kernel)
    share(
      units: (kernel.pointee.units &+ together &- 1) / together, unitCost: kernel.pointee.unitCost &* together,
      block: max(Kernel.chunk / (kernel.pointee.unit &* together), 1)
    ) { context, worker, first, last in
      let run = Run.at(context)
      let scratch = run.pointee.scratch + worker &* run.pointee.scratchStride
      let kernel = run.pointee.kernel.unsafelyUnwrapped
      let together = run.pointee.together(kernel)
      let first = kernel.pointee.position(ofUnit: first &* together), last = kernel.pointee.position(ofUnit: last &* together)
      if run.pointee.strict != nil, run.pointee.entry == nil {
        run.pointee.runChecked(scratch, worker, first, last)
      } else {
        run.pointee.compute(kernel, run.pointee.entry, run.pointee.registers, scratch: scratch, first, last)
      }
    }
  }

  // MARK: Other steps

  /// Shares units among the workers where that pays, or where it is asked for. The body's context is this run. A body that
  /// looks by itself whether the run is stopped is given `slice` units at least. `block` units are a chunk of positions.
  mutating func share(units: Int, unitCost: Int, slice: Int = 1, block: Int = 1, _ body: Team.Body) {
    self.body = body
    if member.count > 0 { return divide(units: units, unitCost: unitCost, block: block, body) }
    self.slice = max(slice, lookInterval / max(unitCost, 1))
    shareAmongAll(units: units, unitCost: unitCost, body)
  }

  /// Units that no standing team divides.
  mutating func shareAmongAll(units: Int, unitCost: Int, _ body: Team.Body) {
    withUnsafePointer(to: &self) { run in
      guard let strict = run.pointee.strict else {
        return Run.distribute(run, units: units, unitCost: unitCost, run, run.pointee.isCancellable ? Run.inSlices : body)
      }
      strict._withUnsafeGuaranteedRef { run.pointee.shareStrictly($0, units: units, unitCost: unitCost, run, body) }
    }
  }

  /// Does a claim in parts, and leaves the rest of it where the run is stopped: what a stopped run computes is thrown away.
  private static let inSlices: Team.Body = { context, worker, first, last in
    let run = Run.at(context)
    guard let body = run.pointee.body else { return }
    var next = first
    while next < last, !run.pointee.isStopped(seenBy: worker) {
      let end = min(next &+ run.pointee.slice, last)
      body(context, worker, next, end)
      next = end
    }
  }

  // What follows is told the run's place: a method would copy the run that is behind a pointer.

  static func distribute(
    _ run: UnsafePointer<Run>, units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body
  ) {
    if let traced = run.pointee.traced {
      shareTraced(run, traced, units: units, unitCost: unitCost, context, body)
    } else {
      handOut(run, units: units, unitCost: unitCost, context, body)
    }
  }

  /// The same, where each worker's share is recorded.
  private static func shareTraced(
    _ run: UnsafePointer<Run>, _ traced: Unmanaged<PreparedProgram>, units: Int, unitCost: Int, _ context: UnsafeRawPointer,
    _ body: Team.Body
  ) {
    let step = run.pointee.step, kind = step?.pointee.kind
    let (name, program) = traced._withUnsafeGuaranteedRef { prepared in
      (step.map { prepared.name(of: $0.pointee) } ?? "step", prepared.program.name)
    }
    let claimed = kind == .launch || kind == .interchangedLoop ? run.pointee.kernel : nil
    let work = TracedWork(
      context: context, body: body, name: name, program: program, units: claimed?.pointee.units ?? units,
      together: kind == .interchangedLoop ? run.pointee.joined : claimed.map { run.pointee.together($0) } ?? 1)
    withUnsafePointer(to: work) { work in
      handOut(run, units: units, unitCost: unitCost, work, TracedWork.body)
    }
  }

  private static func handOut(
    _ run: UnsafePointer<Run>, units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body
  ) {
    let workers = run.pointee.workers
    if run.pointee.sharesAlways {
      Team.shared.runShared(units: units, grain: 1, workers: workers, context: context, body: body)
    } else {
      Team.shared.run(units: units, unitCost: unitCost, workers: workers, context: context, body: body)
    }
  }

  static func at(_ context: UnsafeRawPointer) -> UnsafePointer<Run> { context.assumingMemoryBound(to: Run.self) }
}
