import HillockBytecode
import Testing

@testable import HillockRuntime

/// Where members of a team divide an index space, and when a team is worth it.
@Suite struct SharesTests {
  private static let counts = [1, 63, 64, 65, 4095, 4096, 4097, 8000, 16_000, 16_384, 20_481, 64_000, 1_000_003]

  private static func starts(_ count: Int, members: Int, unit: Int) -> [Int] {
    let units = (count + unit - 1) / unit
    return (0...members).map { min(Shares.start(of: $0, among: members, units: units, block: Kernel.chunk / unit) * unit, count) }
  }

  @Test(arguments: counts, [1, 2, 3, 7, 64])
  func sharesFollowEachOtherAndCoverAll(count: Int, members: Int) {
    for starts in [
      Self.starts(count, members: members, unit: Kernel.line), Self.starts(count, members: members, unit: Kernel.chunk),
      (0...members).map { Shares.start(of: $0, among: members, positions: count) },
    ] {
      #expect(starts.first == 0 && starts.last == count)
      #expect(starts == starts.sorted())
    }
  }

  /// A sum is divided by chunks, and what uses it by lines: a member that has two chunks or more has the same positions in both.
  @Test(arguments: [2, 3, 7])
  func stepsByLinesAndByChunksDivideAtTheSamePlaces(members: Int) {
    for count in [2 * members * Kernel.chunk, 2 * members * Kernel.chunk - 96, 5 * members * Kernel.chunk + 17, 1_000_003] {
      let byChunks = Self.starts(count, members: members, unit: Kernel.chunk)
      #expect(Self.starts(count, members: members, unit: Kernel.line) == byChunks, "\(count)")
      #expect((0...members).map { Shares.start(of: $0, among: members, positions: count) } == byChunks, "\(count)")
    }
  }

  /// 16 000 positions are four chunks, the last one shorter.
  @Test func sharesAreWholeChunks() {
    #expect(Self.starts(16_000, members: 2, unit: Kernel.line) == [0, 8192, 16_000])
    #expect(Self.starts(16_000, members: 2, unit: Kernel.chunk) == [0, 8192, 16_000])
    // Too few chunks: halves, in lines.
    #expect(Self.starts(8000, members: 2, unit: Kernel.line) == [0, 62 * 64, 8000])
  }

  /// A kernel with a sum, a small kernel that uses it, and a kernel over all positions. Members meet before the first, because the step
  /// before has just ended, before the sum is combined, and before the last kernel; the leader's two pieces of work follow each other.
  @Test func aSumAndWhatUsesItTakeThreeMeetings() {
    var estimate = StandingEstimate()
    estimate.noteShared(units: 4, items: 16_000, cost: 200)
    estimate.note(.lead)
    estimate.noteShared(units: 1, items: 1, cost: 200)
    estimate.noteShared(units: 250, items: 16_000, cost: 30)
    #expect(estimate.meetings == 3)
    #expect(estimate.divided == 16_000 * 230)
    // 1.84 µs less 0.9 are more than 0.75.
    #expect(estimate.isWorthIt)
    // Half the work: 0.92 µs less 0.9.
    var half = StandingEstimate()
    half.noteShared(units: 2, items: 8000, cost: 200)
    half.note(.lead)
    half.noteShared(units: 125, items: 8000, cost: 30)
    #expect(!half.isWorthIt)
  }

  @Test func muchWorkIsClaimedInstead() {
    var estimate = StandingEstimate()
    estimate.noteShared(units: 1000, items: .max, cost: .max)
    #expect(estimate.divided > Parameters.standingLimit)
    #expect(!estimate.isWorthIt)
  }
}
