import CHillock
import HillockBytecode
import Synchronization

/// Decides in which tier one program runs, and moves it.
///
/// A call counts itself and compares the count with `nextAttempt`; everything else happens off the warm path. The entries
/// are published by one atomic store, once: they never change or go away while the program lives.
final class TierController: Sendable {
  private enum State: UInt8 {
    case cold, queued, native, blacklisted
  }

  private let program: VerifiedProgram
  private let options: ExecutionOptions
  private let statistics: ProgramStatistics
  /// The address of the native entries; 0 while the program is interpreted.
  private let published = Atomic<UInt>(0)
  /// The number of interpreted calls at which to try a compile.
  private let nextAttempt: Atomic<UInt64>
  /// Work done at back-edges of interpreted runs.
  private let loopWork = Atomic<UInt64>(0)
  /// When the compile that is queued or under way was asked for.
  private let askedAt = Atomic<UInt64>(0)
  /// Back-edges of interpreted runs; counted for `publishAtBackEdge` only.
  private let backEdges = Atomic<UInt64>(0)
  private let state = Atomic<UInt8>(State.cold.rawValue)
  private let native = Mutex<NativeEntries?>(nil)

  init(_ program: VerifiedProgram, work: Int, options: ExecutionOptions, statistics: ProgramStatistics) {
    self.program = program
    self.options = options
    self.statistics = statistics
    let first: UInt64 =
      switch options.tier {
      case .auto: options.tierParameters.hotCalls(work: work)
      case .interpreter: .max
      case .native: 0
      }
    nextAttempt = Atomic(options.publishAtBackEdge == nil ? first : .max)
    statistics.note(tier: .interpreter, reason: options.tier == .interpreter ? TierReason.policy : TierReason.cold)
    if options.tier == .interpreter { statistics.noteSettled() }
  }

  var tier: Tier { published.load(ordering: .relaxed) == 0 ? .interpreter : .native }

  /// The native entries to run with; nil: interpret.
  @inline(__always)  // one load on the warm path
  var entries: UnsafePointer<NativeEntryTable>? { UnsafePointer(bitPattern: published.load(ordering: .acquiring)) }

  /// Called before an interpreted run, with the number of interpreted calls so far.
  @inline(__always)  // one comparison on the warm path
  func willInterpret(after calls: UInt64) {
    if calls >= nextAttempt.load(ordering: .relaxed) { attempt() }
  }

  /// Called where a loop of an interpreted run goes back to its next step: the native entries as soon as there are any.
  @inline(__always)  // two loads on the way of every interpreted step
  func afterBackEdge() -> UnsafePointer<NativeEntryTable>? {
    if let entries { return entries }
    return options.publishAtBackEdge == nil ? nil : publish(atBackEdge: options.publishAtBackEdge)
  }

  /// The test hook: compiles at exactly this back-edge of the program's life, and goes on with the entries.
  private func publish(atBackEdge wanted: UInt64?) -> UnsafePointer<NativeEntryTable>? {
    guard backEdges.add(1, ordering: .relaxed).newValue == wanted else { return nil }
    try? promote(reason: TierReason.requested)
    return entries
  }

  /// Called with the work that a loop of an interpreted run does: it makes the program hot as well as calls do.
  func noteLoop(work: Int) {
    guard options.tier == .auto, options.publishAtBackEdge == nil, state.load(ordering: .relaxed) == State.cold.rawValue
    else { return }
    let step = UInt64(min(max(work, 0), .max / 2)) &+ 1
    let done = loopWork.wrappingAdd(step, ordering: .relaxed).newValue
    if done >= options.tierParameters.hotWork {
      loopWork.store(0, ordering: .relaxed)
      attempt()
    }
  }

  func countSteps(interpreted: Int, native: Int, switches: Int) {
    statistics.countSteps(interpreted: interpreted, native: native, switches: switches)
  }

  /// A program whose policy is `native` compiles now; another is handed to the background.
  private func attempt() {
    guard transition(from: .cold, to: .queued) else { return }
    nextAttempt.store(.max, ordering: .relaxed)
    askedAt.store(Clock.now(), ordering: .relaxed)
    if options.tier == .native {
      compileFromQueue(reason: TierReason.requested)
    } else {
      statistics.note(tier: .interpreter, reason: TierReason.queued)
      guard !CompileQueue.add({ [self] in compileFromQueue(reason: TierReason.hot) }) else { return }
      askedAt.store(0, ordering: .relaxed)
      back(
        off: NativeFailure(
          stage: .write, reason: TierReason.noThread, detail: "the system gives no thread for the compile (pthread_create)"))
    }
  }

  private func transition(from: State, to: State) -> Bool {
    state.compareExchange(expected: from.rawValue, desired: to.rawValue, ordering: .acquiringAndReleasing).exchanged
  }

  private func compileFromQueue(reason: String) {
    do throws(NativeFailure) {
      try promote(reason: reason)
    } catch {
      // The caller never sees it: the statistics do.
    }
  }

  /// Compiles now and swaps the entries. Does nothing where the program is native already.
  func promote(reason: String) throws(NativeFailure) {
    let now = Clock.now()
    try NativeTier.exclusively { () throws(NativeFailure) in
      guard tier == .interpreter else { return }
      let asked = askedAt.exchange(0, ordering: .relaxed)
      do throws(NativeFailure) {
        publish(try traced(reason), reason: reason, asked: asked == 0 ? now : asked)
      } catch {
        back(off: error)
        throw error
      }
    }
  }

  /// Compiles, and records it where a trace is on.
  private func traced(_ reason: String) throws(NativeFailure) -> any NativeCode {
    let start = Tracing.begin()
    guard start != 0 else { return try compile() }
    let track: TraceRecorder.Track = reason == TierReason.hot ? .compiler : .caller
    func record(_ outcome: String, _ code: (any NativeCode)?) {
      func stage(_ stage: NativeStage) -> TraceValue {
        .number(Int(clamping: code?.stageTimes.first { $0.stage == stage }?.nanoseconds ?? 0))
      }
      Tracing.record(
        start, .compile, program.program.name, track,
        [
          "outcome": .text(outcome), "bytes": .number(code?.codeByteCount ?? 0), "write_ns": stage(.write),
          "assemble_ns": stage(.assemble),
          "compile_ns": stage(.compile), "relocate_ns": stage(.relocate), "protect_ns": stage(.protect),
        ])
    }
    do throws(NativeFailure) {
      let code = try compile()
      record("compiled", code)
      return code
    } catch {
      record(error.reason, nil)
      throw error
    }
  }

  private func compile() throws(NativeFailure) -> any NativeCode {
    guard let compiler = options.compiler ?? NativeTier.installed else {
      throw NativeFailure(
        stage: .write, reason: TierReason.noCompiler, detail: "this build or process has no native tier", isFinal: true)
    }
    let code = try compiler.compile(program, isa: options.isa ?? .current, injectFailure: options.injectFailure)
    guard code.kernels.count == program.program.kernels.count else {
      throw NativeFailure(
        stage: .relocate, reason: TierReason.badCode,
        detail: "\(code.kernels.count) entries for \(program.program.kernels.count) kernels")
    }
    let loops = program.program.interchangedLoops.count
    guard code.loops.count == loops else {
      throw NativeFailure(
        stage: .relocate, reason: TierReason.badCode, detail: "\(code.loops.count) entries for \(loops) loops")
    }
    return code
  }

  private func publish(_ code: any NativeCode, reason: String, asked: UInt64) {
    let entries = NativeEntries(code)
    native.withLock { $0 = entries }
    let latency = Clock.now() &- asked
    statistics.notePromotion(code, reason: reason, latency: latency)
    if Tracing.isOn {
      Tracing.moment(
        .promote, program.program.name, reason == TierReason.hot ? .compiler : .caller,
        ["reason": .text(reason), "latency_ns": .number(Int(clamping: latency))])
    }
    nextAttempt.store(.max, ordering: .relaxed)
    state.store(State.native.rawValue, ordering: .releasing)
    published.store(UInt(bitPattern: entries.table), ordering: .releasing)
  }

  private func back(off failure: NativeFailure) {
    let attempts = statistics.noteFailure(failure)
    let parameters = options.tierParameters
    // Nothing is tried by itself any more; a later `promote` may still succeed.
    let isFinal = attempts >= parameters.maximumAttempts || failure.isFinal || statistics.isSettled
    if isFinal { statistics.noteSettled() }
    state.store((isFinal ? State.blacklisted : State.cold).rawValue, ordering: .releasing)
    let (next, overflow) = max(statistics.calls(.interpreter), 1).multipliedReportingOverflow(by: parameters.backoff)
    nextAttempt.store(isFinal || overflow ? .max : next, ordering: .relaxed)
  }

  /// Waits until every compile that has been handed to the background is over. For tests and tools.
  static func drain() { CompileQueue.drain() }
}
