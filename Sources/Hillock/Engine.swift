import HillockIR
import HillockRuntime
import Synchronization

/// The settings of the process, and a look at what it runs.
public enum Engine {
  /// How programs are executed.
  public enum TierChoice: String, Sendable, CaseIterable {
    /// In the interpreter at first, as machine code when they are hot.
    case auto
    /// Always in the interpreter.
    case interpreter
    /// As machine code from the first run on.
    case native

    var policy: TierPolicy {
      switch self {
      case .auto: .auto
      case .interpreter: .interpreter
      case .native: .native
      }
    }

    init(_ policy: TierPolicy) {
      switch policy {
      case .auto: self = .auto
      case .interpreter: self = .interpreter
      case .native: self = .native
      }
    }
  }

  private static let tierSetting = AtomicSetting(TierChoice(Configuration.tier))

  /// How programs that are made from now on are executed. The environment variable is `HILLOCK_TIER=interpreter`, or `native`. The
  /// instruction set is the best of the processor, or a lower one that `HILLOCK_ISA` names: `baseline`, `avx2` or
  /// `avx512`. (For `baseline` there is no vector assembler: machine code calls the same kernels as the interpreter.) The
  /// results do not depend on either.
  public static var tier: TierChoice {
    get { tierSetting.value }
    set { tierSetting.value = newValue }
  }

  /// How runs are checked.
  public enum Barrier: String, Sendable, CaseIterable {
    /// Relies on what is proved before a program may run, and on its leases while it runs. This is enough, and costs almost nothing.
    case fast
    /// Also checks each store of a run, the ends of its memory and every read while the run happens, and compares native code
    /// with the interpreter. This is many times slower; use it to find a defect. A violation is a `verification` error.
    case strict
  }

  /// How programs that are made from now on are checked; also by `HILLOCK_BARRIER=strict`.
  ///
  /// Expressions outside `jit` keep their programs. To check all of them, set this before the first expression, or by the environment.
  public static var barrier: Barrier {
    get { Configuration.barrier == .strict ? .strict : .fast }
    set { Configuration.barrier = newValue == .strict ? .strict : .fast }
  }

  /// What happens if a call or an assignment wants a Variable that another thread is writing, or wants to write one that another thread
  /// is reading.
  public enum Conflicts: String, Sendable, CaseIterable {
    /// A `conflict` error at once that names the Variable and both sides. Nothing is changed.
    case error
    /// It waits until the other thread has finished. A thread that holds Variables itself (in a callback of a running program) gets
    /// the error instead of waiting, so there is no deadlock.
    case wait

    var policy: ConflictPolicy { self == .wait ? .wait : .error }
  }

  /// What happens at a conflict, unless a jitted function has another setting; also by `HILLOCK_CONFLICTS=wait`.
  public static var conflicts: Conflicts {
    get { Configuration.conflicts == .wait ? .wait : .error }
    set { Configuration.conflicts = newValue.policy }
  }

  /// How many threads work on one program, including the caller; also by `HILLOCK_THREADS`. By default it is the number of processors that
  /// the process may use, or fewer if its control group limits processor time. A number below 1 counts as 1, and one above 256
  /// as 256. The results do not depend on it.
  public static var threads: Int {
    get { Configuration.workers }
    set { Configuration.workers = newValue }
  }

  /// The most bytes that arrays may have at once, with what runs of programs need; also by `HILLOCK_MEMORY=8G` (bytes, or with `K`,
  /// `M`, `G` or `T`). By default it is seven eighths of the machine's memory, or of what the process's control group allows if that is less.
  ///
  /// An operation that needs more gives an array that carries a `system` error, or throws it. Without a limit, the system would end the
  /// process when its memory is used up. Memory that is already in use stays.
  public static var memoryLimit: Int {
    get { Configuration.memoryLimit }
    set { Configuration.memoryLimit = newValue }
  }

  /// Whether statistics are published for `hillock tiers`, and calls are timed; also by `HILLOCK_STATS=1`. When it is off, it costs
  /// nothing.
  public static var publishesStatistics: Bool {
    get { Configuration.statistics }
    set { Configuration.statistics = newValue }
  }

  private static let capacitySetting = AtomicSetting(64)

  /// How many programs (one for each signature) a function keeps that is jitted from now on. When there are more, the least recently used
  /// one is dropped. ``Jitted/capacity`` sets it for one function.
  public static var programsPerFunction: Int {
    get { capacitySetting.value }
    set { capacitySetting.value = max(newValue, 1) }
  }

  // Every call of a function with objects reads it.
  private static let staticStateSetting = Atomic<UInt8>(StaticStatePolicy.warn.code)

  /// What happens if a property that a program holds as a constant has changed. ``Jitted/staticState`` sets it for one
  /// function.
  public static var staticState: StaticStatePolicy {
    get { StaticStatePolicy(code: staticStateSetting.load(ordering: .relaxed)) ?? .warn }
    set { staticStateSetting.store(newValue.code, ordering: .relaxed) }
  }

  /// Receives warnings. By default they go to standard error.
  public static var warningHandler: @Sendable (String) -> Void {
    get { Warnings.handler }
    set { Warnings.handler = newValue }
  }

  /// Writes what happens from now on (tracing, lowering, compiles, promotions, calls, and each worker's share of them) to a
  /// file that Perfetto and Chrome show as a timeline; also by the environment variable `HILLOCK_TRACE=FILE`.
  ///
  ///     try Engine.startTrace("/tmp/run.json")
  ///     let y = try fast(x)
  ///     Engine.stopTrace()
  ///
  /// The file can be read at any moment, even if the process is killed. It grows to at most 256 MiB; later events are
  /// left out. If a trace is already on, it ends, complete. If the file cannot grow (a full disk), the trace ends there, still valid, and
  /// ``warningHandler`` gets a warning. Without a trace nothing is recorded, and it costs nothing.
  ///
  /// - Throws: a `system` error if the file cannot be written.
  public static func startTrace(_ path: String) throws(HillockError) { try Tracing.start(path) }

  /// Ends the trace, if one is on, and completes its file. The end of the process does the same.
  public static func stopTrace() { Tracing.stop() }

  /// The statistics of every program of this process, including one-step programs of eager expressions. Programs that are
  /// gone come first.
  public static func programs() -> [ProgramReport] { Statistics.snapshot().map(ProgramReport.init) }
}

/// The statistics of one program.
public struct ProgramReport: Sendable, Hashable {
  /// The name given to `jit`, or the place of the call; or the operation.
  public let name: String
  /// The types of the arguments and the static values.
  public let signature: String
  /// The number of calls so far.
  public let calls: Int
  /// Whether calls run machine code.
  public let isNative: Bool
  /// Why it is in its tier: a stable code of Spec/tiers.
  public let reason: String
  /// Why its function was traced again to make this program: which argument or property changed, and how, or that it was dropped
  /// earlier. nil for the first program.
  public let retraceReason: String?
  /// Whether it was dropped to make room for another program of its function.
  public let wasDropped: Bool
  /// The time of its compile; 0 while it is interpreted.
  public let compileMicroseconds: Double
  /// From the moment it was hot, or promotion was asked for, until calls found its machine code; 0 while it is interpreted.
  public let promotionMicroseconds: Double
  /// The size of its machine code; 0 while it is interpreted.
  public let codeBytes: Int

  init(_ snapshot: ProgramSnapshot) {
    name = snapshot.name
    signature = snapshot.signature
    calls = Int(clamping: snapshot.calls)
    isNative = snapshot.tier == .native
    reason = snapshot.reason
    retraceReason = snapshot.retraceReasons.last
    wasDropped = snapshot.wasEvicted
    compileMicroseconds = Double(snapshot.compileNanoseconds) / 1000
    promotionMicroseconds = Double(snapshot.promotionNanoseconds) / 1000
    codeBytes = Int(clamping: snapshot.codeBytes)
  }
}
