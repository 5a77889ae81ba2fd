import CHillock
import HillockBytecode
import HillockIR

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
  /// The steps each loop has done.
  var counters: UnsafeMutablePointer<Int>
  var registerCount: Int
  /// Where a worker's copy of the registers lies in its scratch.
  var localOffset: Int
  /// Where a worker's memory for a row group lies in its scratch.
  var groupOffset: Int
  /// Asked at back-edges whether the program has become native meanwhile; the caller keeps it alive. nil without loops.
  var controller: Unmanaged<TierController>?
  /// Steps of loops by the tier that did them, and loops that changed it in between; interchanged loops count their own.
  var interpretedSteps = 0
  var nativeSteps = 0
  var switches = 0
  /// What checks a strict run; the caller keeps it alive.
  var strict: Unmanaged<StrictRun>?
  /// Kept alive by the caller.
  var frame: Unmanaged<Frame>

  /// The program, while a trace is on.
  var traced: Unmanaged<PreparedProgram>?

  // What the bodies of the step being executed need.
  var step: UnsafePointer<Step>?
  var kernel: UnsafePointer<PreparedKernel>?
  var entry: hk_kernel_entry?
  var loop: UnsafePointer<PreparedLoop>?
  var group: UnsafePointer<PreparedRowGroup>?

  /// Executes the steps, or as many as there are before a strict run stops.
  mutating func execute(_ steps: UnsafeMutableBufferPointer<Step>) throws(HillockError) {
    var position = 0
    while position < steps.count {
      let step = UnsafePointer(steps.baseAddress.unsafelyUnwrapped + position)
      self.step = step
      var next = position + 1
      if let strict, !strict._withUnsafeGuaranteedRef({ $0.permits(step) }) { return }
      switch step.pointee.kind {
      case .launch: launch(step.pointee.a)
      case .matmul: share { run, _, first, last in Run.at(run).pointee.matmul(first, last) }
      case .reduce: share { run, _, first, last in Run.at(run).pointee.reduce(first, last) }
      case .reduceChunks:
        share { run, _, first, last in Run.at(run).pointee.reduceChunks(first, last) }
        combineChunks()
      case .gather: share { run, _, first, last in Run.at(run).pointee.gather(first, last) }
      case .scatter:
        copyBase()
        scatter()
      case .updateSlice:
        copyBase()
        share { run, _, first, last in Run.at(run).pointee.updateSlice(first, last) }
      case .place: share { run, _, first, last in Run.at(run).pointee.place(first, last) }
      case .claim: try claim()
      case .call: try call(step)
      case .rowGroup: rowGroup(step)
      case .interchangedLoop: interchangedLoop(step)
      case .enterLoop: next = enterLoop(step, at: position)
      case .repeatLoop: next = repeatLoop(step, at: position)
      case .enterWhile: next = enterWhile(step, at: position)
      case .test: next = test(step, at: position)
      case .repeatWhile: next = repeatWhile(step)
      case .select: next = select(step)
      case .jump: next = step.pointee.b
      }
      if let strict, !strict._withUnsafeGuaranteedRef({ $0.accepts(step, isLast: next == position + 1) }) { return }
      position = next
    }
  }

  private func claim() throws(HillockError) {
    var failure: HillockError?
    frame._withUnsafeGuaranteedRef { frame in
      do throws(HillockError) { try frame.claimVariables() } catch { failure = error }
    }
    if let failure { throw failure }
  }

  // MARK: Kernels

  private mutating func launch(_ index: Int) {
    if let strict, entries != nil { return strict._withUnsafeGuaranteedRef { launchCompared(index, $0) } }
    launch(index, entries)
  }

  mutating func launch(_ index: Int, _ entries: UnsafePointer<NativeEntryTable>?) {
    let kernel = UnsafePointer(kernels.unsafelyUnwrapped + index)
    self.kernel = kernel
    entry = entries?.pointee.kernels[index]
    for reduction in kernel.pointee.reductions {
      partialsTable[reduction.operand] = partials + reduction.partials
    }
    withUnsafePointer(to: &self) { run in
      run.pointee.share(units: kernel.pointee.units, unitCost: kernel.pointee.unitCost, run) { context, worker, first, last in
        let run = context.assumingMemoryBound(to: Run.self)
        let scratch = run.pointee.scratch + worker &* run.pointee.scratchStride
        let kernel = run.pointee.kernel.unsafelyUnwrapped
        let first = kernel.pointee.position(ofUnit: first), last = kernel.pointee.position(ofUnit: last)
        if let entry = run.pointee.entry {
          entry(
            run.pointee.registers, run.pointee.partialsTable, scratch.assumingMemoryBound(to: CChar.self), Int64(first),
            Int64(last))
        } else if run.pointee.strict != nil {
          run.pointee.runChecked(scratch, worker, first, last)
        } else {
          TileLoop.run(
            kernel, registers: run.pointee.registers, partials: run.pointee.partialsTable, scratch: scratch, first: first,
            last: last)
        }
      }
    }
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

  // MARK: Other steps

  /// Shares the step's units among the workers.
  private mutating func share(_ body: Team.Body) {
    guard let step else { return }
    withUnsafePointer(to: &self) { run in
      run.pointee.share(units: step.pointee.units, unitCost: step.pointee.unitCost, run, body)
    }
  }

  /// Shares units among the workers where that pays, or where it is asked for.
  func share(units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body) {
    guard let strict else { return distribute(units: units, unitCost: unitCost, context, body) }
    strict._withUnsafeGuaranteedRef { shareStrictly($0, units: units, unitCost: unitCost, context, body) }
  }

  func distribute(units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body) {
    if let traced {
      shareTraced(traced, units: units, unitCost: unitCost, context, body)
    } else {
      handOut(units: units, unitCost: unitCost, context, body)
    }
  }

  /// The same, where each worker's share is recorded.
  private func shareTraced(
    _ traced: Unmanaged<PreparedProgram>, units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body
  ) {
    let (name, program) = traced._withUnsafeGuaranteedRef { prepared in
      (step.map { prepared.name(of: $0.pointee) } ?? "step", prepared.program.name)
    }
    withUnsafePointer(to: TracedWork(context: context, body: body, name: name, program: program)) { work in
      handOut(units: units, unitCost: unitCost, work, TracedWork.body)
    }
  }

  private func handOut(units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body) {
    if sharesAlways {
      Team.shared.runShared(units: units, grain: 1, workers: workers, context: context, body: body)
    } else {
      Team.shared.run(units: units, unitCost: unitCost, workers: workers, context: context, body: body)
    }
  }

  private static func at(_ context: UnsafeRawPointer) -> UnsafePointer<Run> { context.assumingMemoryBound(to: Run.self) }
}
