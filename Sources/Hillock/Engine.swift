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

  /// How programs that are made from now on are executed; also by `HILLOCK_TIER=interpreter`, or `native`. The instruction set
  /// that they are executed with is the best of the processor, or a lower one that `HILLOCK_ISA` names: `baseline`, `avx2` or
  /// `avx512`. (For `baseline` there is no vector assembler: machine code calls the kernels that the interpreter calls.) The
  /// results do not depend on either.
  public static var tier: TierChoice {
    get { tierSetting.value }
    set { tierSetting.value = newValue }
  }

  /// How runs are watched.
  public enum Barrier: String, Sendable, CaseIterable {
    /// What is proved before a program may run, and what is leased while it runs: nearly free, and enough.
    case fast
    /// Besides, each store of a run, the ends of its memory and every read are checked while it happens, and native code is
    /// compared with the interpreter. Many times slower: for looking into a defect. A violation is a `verification` error.
    case strict
  }

  /// How programs that are made from now on are watched; also by `HILLOCK_BARRIER=strict`.
  ///
  /// Expressions outside `jit` keep the programs they have; set it before the first, or by the environment, to watch all.
  public static var barrier: Barrier {
    get { Configuration.barrier == .strict ? .strict : .fast }
    set { Configuration.barrier = newValue == .strict ? .strict : .fast }
  }

  /// What becomes of a call, or of an assignment, that wants a Variable which another thread is writing, or that would write
  /// one which another is reading.
  public enum Conflicts: String, Sendable, CaseIterable {
    /// A `conflict` error at once that names the Variable and both sides. Nothing is changed.
    case error
    /// It waits until the other has ended. A thread that holds Variables itself (in a callback of a running program) does not
    /// wait but gets the error: so threads never wait for each other in a circle.
    case wait

    var policy: ConflictPolicy { self == .wait ? .wait : .error }
  }

  /// What becomes of conflicts, where a jitted function does not say otherwise; also by `HILLOCK_CONFLICTS=wait`.
  public static var conflicts: Conflicts {
    get { Configuration.conflicts == .wait ? .wait : .error }
    set { Configuration.conflicts = newValue.policy }
  }

  /// How many threads work on one program, the caller included; by default, or by the environment variable
  /// `HILLOCK_THREADS`, as many as the process has processors, or processors' worth of time where its control group has a quota.
  /// A number below 1 counts as 1, one above 256 as 256. The results do not depend on it.
  public static var threads: Int {
    get { Configuration.workers }
    set { Configuration.workers = newValue }
  }

  /// The most bytes that arrays may have at once, with what runs of programs need; also by `HILLOCK_MEMORY=8G` (bytes, or with `K`,
  /// `M`, `G` or `T`). By default seven eighths of the machine's memory, or of what the process's control group allows where that is less.
  ///
  /// An operation that needs more gives an array that carries a `system` error, or throws it: without a limit, the system would end the
  /// process when its memory is used up. What is in use already stays.
  public static var memoryLimit: Int {
    get { Configuration.memoryLimit }
    set { Configuration.memoryLimit = newValue }
  }

  /// Whether the statistics are published for `hillock tiers`, and calls timed; also by `HILLOCK_STATS=1`. Off, it costs
  /// nothing.
  public static var publishesStatistics: Bool {
    get { Configuration.statistics }
    set { Configuration.statistics = newValue }
  }

  private static let capacitySetting = AtomicSetting(64)

  /// How many programs, one a signature, a function that is jitted from now on keeps; the least recently used one makes room
  /// for another. ``Jitted/capacity`` sets it for one function.
  public static var programsPerFunction: Int {
    get { capacitySetting.value }
    set { capacitySetting.value = max(newValue, 1) }
  }

  // Every call of a function with objects reads it.
  private static let staticStateSetting = Atomic<UInt8>(StaticStatePolicy.warn.code)

  /// What happens where a property has changed that a program holds as a constant. ``Jitted/staticState`` sets it for one
  /// function.
  public static var staticState: StaticStatePolicy {
    get { StaticStatePolicy(code: staticStateSetting.load(ordering: .relaxed)) ?? .warn }
    set { staticStateSetting.store(newValue.code, ordering: .relaxed) }
  }

  /// Where warnings go; by default, to standard error.
  public static var warningHandler: @Sendable (String) -> Void {
    get { Warnings.handler }
    set { Warnings.handler = newValue }
  }

  /// Writes what happens from now on (tracing, lowering, compiles, promotions, calls, and each worker's share of them) to a
  /// file that Perfetto and Chrome show as a picture over time; also by the environment variable `HILLOCK_TRACE=FILE`.
  ///
  ///     try Engine.startTrace("/tmp/run.json")
  ///     let y = try fast(x)
  ///     Engine.stopTrace()
  ///
  /// The file can be read at any moment, also where the process is killed. It grows to 256 MiB at most; events beyond are
  /// left out. A trace that is on already ends, complete. Without one nothing is recorded, and it costs nothing. Where the
  /// file takes no more (a full disk) the trace ends there, still valid, and ``warningHandler`` is told.
  ///
  /// - Throws: a `system` error where the file cannot be written.
  public static func startTrace(_ path: String) throws(HillockError) { try Tracing.start(path) }

  /// Ends the trace, if one is on: its file is complete then. The end of the process does the same.
  public static func stopTrace() { Tracing.stop() }

  /// What is known of every program of this process, one-step programs of eager expressions among them; those that are
  /// gone come first.
  public static func programs() -> [ProgramReport] { Statistics.snapshot().map(ProgramReport.init) }
}

/// What is known of one program.
public struct ProgramReport: Sendable, Hashable {
  /// The function, as `jit` was told or by its place; or the operation.
  public let name: String
  /// The types of the arguments and the static values.
  public let signature: String
  /// The calls of it so far.
  public let calls: Int
  /// Whether calls run machine code.
  public let isNative: Bool
  /// Why it is in its tier: a stable code of Spec/tiers.
  public let reason: String
  /// Why its function was traced again to make it: which argument or property changed, and how, or that it was dropped
  /// earlier; nil for the first program.
  public let retraceReason: String?
  /// Whether it had to make room for another program of its function.
  public let wasDropped: Bool
  /// What its compile took; 0 while it is interpreted.
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
