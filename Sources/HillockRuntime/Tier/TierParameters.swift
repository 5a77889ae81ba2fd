/// The numbers of the tier controller, in one place. Work is counted in tile instructions times positions; the interpreter
/// does roughly ten of these in a nanosecond.
package struct TierParameters: Sendable {
  /// Work of all interpreted calls together from which a program is hot: about what a compile costs.
  package var hotWork: UInt64 = 20_000_000
  /// What a call weighs beside its work.
  package var callWork: UInt64 = 2_000
  /// A program is not compiled before this call, however large.
  package var minimumCalls: UInt64 = 2
  /// After a failed compile the next attempt comes at this many times the calls there have been.
  package var backoff: UInt64 = 4
  /// Failed compiles after which a program stays interpreted for good.
  package var maximumAttempts: UInt64 = 4

  package init() {}

  package static let `default` = TierParameters()

  /// The number of calls at which a program of this much work a call gets hot.
  func hotCalls(work: Int) -> UInt64 {
    let (weight, overflow) = UInt64(max(work, 0)).addingReportingOverflow(callWork)
    return max(overflow ? 1 : hotWork / max(weight, 1), minimumCalls)
  }
}
