import Testing

@testable import HillockCLI

@Suite("Times of repeated runs")
struct RunTimesTests {
  /// Run i takes i ns in some order that is no order, so the median of all is known.
  @Test("a million times are told from a bounded number of them")
  func bounded() {
    var times = RunTimes()
    let count = 1_000_000
    // 387 420 489 = 3^18 has no divisor in common with a million: each number comes once.
    for run in 0..<count { times.add(.nanoseconds(run * 387_420_489 % count + 1)) }
    #expect(times.count == count && times.shortest == .nanoseconds(1))
    #expect(times.keptCount <= RunTimes.capacity && times.keptCount > RunTimes.capacity / 4)
    #expect(abs(times.median / .nanoseconds(1) - Double(count / 2)) < 0.02 * Double(count))
  }

  @Test("of few runs all are kept")
  func exact() {
    var times = RunTimes()
    for time in [5, 1, 4, 2, 3] { times.add(.nanoseconds(time)) }
    #expect(times.median == .nanoseconds(3) && times.shortest == .nanoseconds(1) && times.count == 5)
    #expect(RunTimes().median == .zero)
  }
}
