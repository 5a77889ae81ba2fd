/// The statistics of one program at one moment: of this process, or read from another's file.
package struct ProgramSnapshot: Sendable, Hashable {
  package var name: String
  package var signature: String
  package var isLive = true
  package var tier = Tier.interpreter
  /// Why the program is in its tier: see `TierReason`.
  package var reason = ""
  /// The compiler's own words for the last failure; a file cuts them.
  package var detail = ""
  package var interpretedCalls: UInt64 = 0
  package var nativeCalls: UInt64 = 0
  /// Of the calls that were timed: those made while statistics were on.
  package var interpretedNanoseconds: UInt64 = 0
  package var nativeNanoseconds: UInt64 = 0
  package var timedInterpretedCalls: UInt64 = 0
  package var timedNativeCalls: UInt64 = 0
  /// Nanoseconds since 1970; nil: not promoted.
  package var promotedAt: UInt64?
  package var promotedAfter: UInt64 = 0
  /// From the moment the program was hot, or promotion was asked for, to the swap.
  package var promotionNanoseconds: UInt64 = 0
  /// Nanoseconds of each stage of the compile.
  package var stageTimes: [NativeStage: UInt64] = [:]
  package var codeBytes: UInt64 = 0
  package var failedCompiles: UInt64 = 0
  package var retraces: UInt64 = 0
  /// The latest ones; a file holds the last only.
  package var retraceReasons: [String] = []
  package var barrierChecks: UInt64 = 0
  /// Tile instructions times positions of one call.
  package var work: UInt64 = 0
  /// What a call reads from arguments and Variables and writes to results and Variables.
  package var bytes: UInt64 = 0
  /// Positions that a call goes through.
  package var elements: UInt64 = 0
  /// Steps of loops, by the tier that did them; where positions go in groups through all the steps, each group's.
  package var interpretedSteps: UInt64 = 0
  package var nativeSteps: UInt64 = 0
  /// Loops, or groups of positions of one, that went on natively between two of their steps.
  package var switches: UInt64 = 0
  /// Whether it had to make room for another program of its function.
  package var wasEvicted = false
  /// Whether it stays in its tier unless promotion is asked for: native, or interpreted for good (because the policy says so, no
  /// compile can succeed, or enough of them have failed).
  package var isSettled = false

  package init(name: String, signature: String) {
    self.name = name
    self.signature = signature
  }

  package var calls: UInt64 { interpretedCalls &+ nativeCalls }
  package var compileNanoseconds: UInt64 { stageTimes.values.reduce(0, &+) }

  /// Nanoseconds a call took in this tier, in the mean; nil where none was timed.
  package func time(_ tier: Tier) -> Double? {
    let (calls, nanoseconds) =
      tier == .native ? (timedNativeCalls, nativeNanoseconds) : (timedInterpretedCalls, interpretedNanoseconds)
    return calls == 0 ? nil : Double(nanoseconds) / Double(calls)
  }

  /// So much a call as a rate a second in this tier; nil where none was timed.
  package func rate(_ amount: UInt64, _ tier: Tier) -> Double? {
    guard let time = time(tier), time > 0 else { return nil }
    return Double(amount) / time * 1e9
  }

  /// How many times as fast the native tier is; nil where one of the tiers was not timed.
  package var speedUp: Double? {
    guard let interpreted = time(.interpreter), let native = time(.native), native > 0 else { return nil }
    return interpreted / native
  }

  mutating func set(_ value: (Counter) -> UInt64) {
    tier = Tier(rawValue: UInt8(truncatingIfNeeded: value(.tier))) ?? .interpreter
    interpretedCalls = value(.interpretedCalls)
    nativeCalls = value(.nativeCalls)
    interpretedNanoseconds = value(.interpretedNanoseconds)
    nativeNanoseconds = value(.nativeNanoseconds)
    promotedAt = value(.promotedAt) == 0 ? nil : value(.promotedAt)
    timedInterpretedCalls = value(.timedInterpretedCalls)
    timedNativeCalls = value(.timedNativeCalls)
    promotedAfter = value(.promotedAfter)
    promotionNanoseconds = value(.promotionNanoseconds)
    for stage in NativeStage.allCases { stageTimes[stage] = value(stage.counter) }
    codeBytes = value(.codeBytes)
    failedCompiles = value(.failedCompiles)
    retraces = value(.retraces)
    barrierChecks = value(.barrierChecks)
    work = value(.work)
    bytes = value(.bytes)
    elements = value(.elements)
    interpretedSteps = value(.interpretedSteps)
    nativeSteps = value(.nativeSteps)
    switches = value(.switches)
    wasEvicted = value(.evicted) != 0
    isSettled = value(.settled) != 0
  }
}
