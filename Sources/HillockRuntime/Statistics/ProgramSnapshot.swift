/// The statistics of one program at one moment: of this process, or read from another's file.
package struct ProgramSnapshot: Sendable, Hashable {
  package var name: String
  package var signature: String
  package var isLive = true
  package var tier = Tier.interpreter
  /// Why the program is in its tier: see `TierReason`.
  package var reason = ""
  /// The compiler's own words for the last failure; not in the file.
  package var detail = ""
  package var interpretedCalls: UInt64 = 0
  package var nativeCalls: UInt64 = 0
  /// 0 where times were not measured.
  package var interpretedNanoseconds: UInt64 = 0
  package var nativeNanoseconds: UInt64 = 0
  /// Nanoseconds since 1970; nil: not promoted.
  package var promotedAt: UInt64?
  package var promotedAfter: UInt64 = 0
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

  package init(name: String, signature: String) {
    self.name = name
    self.signature = signature
  }

  package var calls: UInt64 { interpretedCalls &+ nativeCalls }
  package var compileNanoseconds: UInt64 { stageTimes.values.reduce(0, &+) }

  mutating func set(_ value: (Counter) -> UInt64) {
    tier = Tier(rawValue: UInt8(truncatingIfNeeded: value(.tier))) ?? .interpreter
    interpretedCalls = value(.interpretedCalls)
    nativeCalls = value(.nativeCalls)
    interpretedNanoseconds = value(.interpretedNanoseconds)
    nativeNanoseconds = value(.nativeNanoseconds)
    promotedAt = value(.promotedAt) == 0 ? nil : value(.promotedAt)
    promotedAfter = value(.promotedAfter)
    for stage in NativeStage.allCases { stageTimes[stage] = value(stage.counter) }
    codeBytes = value(.codeBytes)
    failedCompiles = value(.failedCompiles)
    retraces = value(.retraces)
    barrierChecks = value(.barrierChecks)
    work = value(.work)
  }
}
