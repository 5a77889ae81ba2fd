import CHillock
import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An instruction-set level of the tile kernels and of vector code.
package enum InstructionSet: Int32, CaseIterable, Sendable, CustomStringConvertible {
  case baseline = 0
  case avx2 = 1
  case avx512 = 2

  package var isSupported: Bool { hk_isa_supported(rawValue) != 0 }

  /// The level at which programs run: the best of this processor, or the one that `HILLOCK_ISA` names.
  package static let current: InstructionSet = {
    let best = InstructionSet(rawValue: hk_isa_best()) ?? .baseline
    guard let asked: InstructionSet = Environment.choice("HILLOCK_ISA", \.description) else { return best }
    if asked.isSupported { return asked }
    Environment.complain("HILLOCK_ISA", asked.description, "this processor's best is \(best)")
    return best
  }()

  package var description: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }
}

package enum TierPolicy: String, CaseIterable, Sendable {
  /// Interpreted at first; compiled in the background when hot.
  case auto
  /// Never compiled.
  case interpreter
  /// Compiled before the first run.
  case native
}

/// How an executable runs; nil takes the process's setting.
package struct ExecutionOptions: Sendable {
  package var tier: TierPolicy
  package var workers: Int?
  package var isa: InstructionSet?
  package var barrier: BarrierMode?
  /// A test hook: a strict run whose loops go back more often than this ends with an `argument` error.
  package var strictSteps: Int?
  package var tierParameters = TierParameters.default
  /// nil: the one that is installed in the process.
  package var compiler: (any NativeCompiler)?
  /// Work between two looks at whether the run is cancelled, in picoseconds; tests let it look at every step.
  package var lookInterval = Parameters.lookInterval
  /// A test hook: work is shared among the workers however small it is, unit by unit, and kernels of any size make chains.
  package var sharesAlways = false
  /// Whether the program appears in the statistics.
  package var isListed = true
  /// A test hook: the stage at which compiles are to fail.
  package var injectFailure: NativeStage?
  /// A test hook: the program is compiled at exactly this back-edge of an interpreted run, counted from 1 over its life, and
  /// at no other time.
  package var publishAtBackEdge: UInt64?

  package init(tier: TierPolicy = .auto, workers: Int? = nil, isa: InstructionSet? = nil) {
    self.tier = tier
    self.workers = workers
    self.isa = isa
  }

  package static let `default` = ExecutionOptions()
}

/// The settings of the process. Each has one source: the assignment if there was one, else its environment variable as it
/// was at the first use, else the default.
package enum Configuration {
  private static let workersSetting = Atomic<Int>(defaultWorkers)
  private static let idleMemorySetting = Atomic<Int>(defaultIdleMemory)
  private static let memorySetting = Atomic<Int>(defaultMemory)
  private static let strictSetting = Atomic<Bool>(Environment.choice("HILLOCK_BARRIER") == BarrierMode.strict)
  private static let waitSetting = Atomic<Bool>(Environment.choice("HILLOCK_CONFLICTS") == ConflictPolicy.wait)
  private static let observedSetting = Atomic<UInt8>(defaultObserved.rawValue)

  /// How programs are executed where nothing else is said. `HILLOCK_TIER`; `auto` by default.
  package static let tier: TierPolicy = Environment.choice("HILLOCK_TIER") ?? .auto

  /// Threads that work on one launch, the caller included. `HILLOCK_THREADS`; by default one for each processor that this
  /// process may use, or as many as its control group's quota allows.
  package static var workers: Int {
    get { workersSetting.load(ordering: .relaxed) }
    set { workersSetting.store(min(max(newValue, 1), Parameters.maximumWorkers), ordering: .relaxed) }
  }

  /// Bytes of idle memory that the pool keeps for later use: by default 256 MiB, or an eighth of physical memory if that
  /// is more.
  package static var idleMemoryLimit: Int {
    get { idleMemorySetting.load(ordering: .relaxed) }
    set {
      idleMemorySetting.store(max(newValue, 0), ordering: .relaxed)
      MemoryPool.shared.trim(to: max(newValue, 0))
    }
  }

  /// The most bytes that arrays and the runs of programs may have at once; beyond it an operation is a `system` error instead of the
  /// end of the process by a system that is out of memory. `HILLOCK_MEMORY`; by default seven eighths of the machine's memory, or of
  /// what its control group allows.
  package static var memoryLimit: Int {
    get { memorySetting.load(ordering: .relaxed) }
    set { memorySetting.store(max(newValue, 0), ordering: .relaxed) }
  }

  /// How programs made from now on are watched. `HILLOCK_BARRIER=strict`; `fast` by default.
  package static var barrier: BarrierMode {
    get { strictSetting.load(ordering: .relaxed) ? .strict : .fast }
    set { strictSetting.store(newValue == .strict, ordering: .relaxed) }
  }

  /// What becomes of a run that wants a Variable which another has. `HILLOCK_CONFLICTS=wait`; `error` by default.
  package static var conflicts: ConflictPolicy {
    get { waitSetting.load(ordering: .relaxed) ? .wait : .error }
    set { waitSetting.store(newValue == .wait, ordering: .relaxed) }
  }

  /// Whether calls are timed and the statistics published in a file that other processes can read. `HILLOCK_STATS=1`; off
  /// by default, and then it costs nothing.
  package static var statistics: Bool {
    get { observed.contains(.statistics) }
    set {
      setObserved(.statistics, newValue)
      if newValue { Statistics.publishAll() }
    }
  }

  /// What calls are watched for: one load on the warm path answers for all of it.
  struct Observed: OptionSet {
    let rawValue: UInt8
    static let statistics = Observed(rawValue: 1)
    /// A trace is being written; `Tracing` starts and stops it. `HILLOCK_TRACE=FILE`.
    static let trace = Observed(rawValue: 2)
  }

  @inline(__always)  // one load on the warm path
  static var observed: Observed { Observed(rawValue: observedSetting.load(ordering: .relaxed)) }

  static func setObserved(_ what: Observed, _ isOn: Bool) {
    if isOn {
      observedSetting.bitwiseOr(what.rawValue, ordering: .relaxed)
    } else {
      observedSetting.bitwiseAnd(~what.rawValue, ordering: .relaxed)
    }
  }

  private static var defaultObserved: Observed {
    let statistics: Observed = Environment.isOn("HILLOCK_STATS") ? .statistics : []
    guard let path = Environment.text("HILLOCK_TRACE") else { return statistics }
    return Tracing.open(path) ? statistics.union(.trace) : statistics
  }

  private static var defaultWorkers: Int {
    Environment.integer("HILLOCK_THREADS", in: 1...Parameters.maximumWorkers)
      ?? min(ProcessorCount.current, Parameters.maximumWorkers)
  }

  private static var defaultIdleMemory: Int {
    max(Parameters.idleMemoryFloor, MemorySize.physical / Parameters.idleMemoryShare)
  }

  private static var defaultMemory: Int {
    max(Environment.byteCount("HILLOCK_MEMORY") ?? MemorySize.current / 8 * 7, 0)
  }
}
