import CHillock
import HillockBytecode
import HillockIR
import Synchronization

/// A verified program ready to run, in whatever tier the controller has it at the moment. Safe to run from many threads.
package final class Executable: Sendable {
  package let verified: VerifiedProgram
  package let signature: String
  package let options: ExecutionOptions
  let prepared: PreparedProgram
  package let statistics: ProgramStatistics
  private let controller: TierController
  private let frames = Mutex<[Frame]>([])

  package var program: Program { verified.program }

  package init(_ verified: VerifiedProgram, signature: String = "", options: ExecutionOptions = .default) {
    self.verified = verified
    self.signature = signature
    var options = options
    let isStrict = (options.barrier ?? Configuration.barrier) == .strict
    // What is checked is what the interpreter does; native code is compared with it where it is asked for.
    if isStrict, options.tier == .auto { options.tier = .interpreter }
    self.options = options
    prepared = PreparedProgram(
      verified.program, isa: options.isa ?? .current, isStrict: isStrict, chainsAlways: options.sharesAlways)
    statistics = ProgramStatistics(name: verified.program.name, signature: signature, volume: prepared.volume)
    controller = TierController(verified, work: prepared.volume.work, options: options, statistics: statistics)
    frames.withLock { $0.reserveCapacity(Parameters.pooledFrames) }
    if options.isListed { Statistics.register(statistics) }
  }

  deinit { if options.isListed { Statistics.unregister(statistics) } }

  package var tier: Tier { controller.tier }

  /// What the largest launch of a kernel takes one worker, in nanoseconds as the cost model estimates it: what decides whether
  /// it is shared.
  package var largestLaunch: UInt64 {
    UInt64(
      clamping: (prepared.kernels.map { $0.units.multipliedReportingOverflow(by: max($0.unitCost, 1)).partialValue }.max() ?? 0)
        / 1000)
  }

  /// Compiles now and runs natively from the next run on; the background does nothing else.
  package func promote() throws(NativeFailure) { try controller.promote(reason: TierReason.requested) }

  /// A frame for one run at a time: give it back with `recycle`.
  package func makeFrame() -> Frame {
    frames.withLock { $0.popLast() } ?? Frame(prepared)
  }

  package func recycle(_ frame: Frame) {
    guard frame.prepared === prepared else { return }
    frame.clear()
    frames.withLock { if $0.count < Parameters.pooledFrames { $0.append(frame) } }
  }

  /// Computes the frame's outputs from its inputs. Variables are not touched: the caller commits.
  package func run(_ frame: Frame) throws(HillockError) { _ = try run(frame, isCancellable: false) }

  /// The same, but the run ends early with `CancellationError` where that is asked for (`Cancellation`).
  package func runCancellably(_ frame: Frame) throws {
    try Cancellation.check()
    guard try run(frame, isCancellable: true) else { throw CancellationError() }
  }

  /// False where the run was cancelled.
  private func run(_ frame: Frame, isCancellable: Bool) throws(HillockError) -> Bool {
    if let error = prepared.error { throw error }
    guard frame.prepared === prepared else {
      throw HillockError(.argument, "\(program.name): the frame belongs to another executable")
    }
    let observed = Configuration.observed
    let start = observed.isEmpty ? 0 : Clock.now()
    var entries = controller.entries
    if entries == nil {
      controller.willInterpret(after: statistics.calls(.interpreter))
      entries = controller.entries
    }
    guard try execute(frame, entries, isCancellable, isTraced: observed.contains(.trace)) else { return false }
    let tier: Tier = entries == nil ? .interpreter : .native
    statistics.countCall(tier)
    if !observed.isEmpty { note(observed, tier, since: start) }
    return true
  }

  private func note(_ observed: Configuration.Observed, _ tier: Tier, since start: UInt64) {
    if observed.contains(.statistics) { statistics.addTime(tier, Clock.now() &- start) }
    if observed.contains(.trace) {
      Tracing.record(
        start, .run, program.name, .caller,
        ["tier": .text(tier.name), "signature": .text(signature), "work": .number(prepared.volume.work)])
    }
  }

  private func execute(
    _ frame: Frame, _ entries: UnsafePointer<NativeEntryTable>?, _ isCancellable: Bool, isTraced: Bool
  ) throws(HillockError) -> Bool {
    let isShared = prepared.isWorthSharing || options.sharesAlways
    let workers = isShared ? min(max(options.workers ?? Configuration.workers, 1), Parameters.maximumWorkers) : 1
    do throws(HillockError) {
      let workspace = try frame.begin(workers: workers)
      let partials = workspace + prepared.buffersByteCount
      var run = Run(
        registers: frame.registers, partialsTable: frame.partialsTable, partials: partials,
        scratch: partials + prepared.partialsByteCount, scratchStride: prepared.scratchStride, workers: workers,
        sharesAlways: options.sharesAlways, entries: entries, kernels: prepared.kernels.baseAddress,
        loops: prepared.loops.baseAddress, groups: prepared.groups.baseAddress,
        columnGroups: prepared.columnGroups.baseAddress, arrayOps: prepared.arrayOps.baseAddress, counters: frame.counters,
        registerCount: program.registers.count, loopCount: prepared.loops.count,
        localOffset: prepared.localOffset, groupOffset: prepared.groupOffset, standingOffset: prepared.standingOffset,
        loopOffset: prepared.loopOffset,
        controller: prepared.loops.isEmpty ? nil : Unmanaged.passUnretained(controller),
        frame: Unmanaged.passUnretained(frame), traced: isTraced ? Unmanaged.passUnretained(prepared) : nil,
        isCancellable: isCancellable, isStopped: frame.isStopped, lookInterval: options.lookInterval, steps: prepared.steps)
      if prepared.isStrict {
        try executeStrictly(&run, frame, workspace)
      } else {
        try run.execute()
      }
      if run.controller != nil {
        statistics.countSteps(interpreted: run.interpretedSteps, native: run.nativeSteps, switches: run.switches)
      }
      guard !frame.isStopped.pointee.load(ordering: .relaxed) else {
        frame.releaseLargeWorkspace()
        return false
      }
      frame.end()
      return true
    } catch {
      frame.releaseLargeWorkspace()
      throw error
    }
  }

  private func executeStrictly(_ run: inout Run, _ frame: Frame, _ workspace: UnsafeMutableRawPointer) throws(HillockError) {
    let strict = StrictRun(
      prepared, frame: frame, workspace: workspace, workers: run.workers, maximumSteps: options.strictSteps)
    run.strict = Unmanaged.passUnretained(strict)
    try run.execute()
    let violation = withExtendedLifetime(strict) {
      // A run that was cancelled has no outputs to be looked at.
      frame.isStopped.pointee.load(ordering: .relaxed) ? strict.violation : strict.finish()
    }
    if let violation { throw violation }
  }
}
