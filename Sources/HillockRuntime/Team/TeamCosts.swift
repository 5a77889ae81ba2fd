import CHillock
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What it takes on this machine until a helper has joined a launch, as `hillock doctor` tells it.
///
/// Nothing is decided by it: what is measured while others use the processors would make launches that pay run alone. From what
/// work on a launch is shared is a constant (`Parameters`, team).
package struct TeamCosts: Sendable {
  /// Nanoseconds until a helper that spins has joined: the median of a few launches. 0: not measured.
  package var join: UInt64 = 0
  /// Nanoseconds until a helper that was parked has joined. 0: not measured.
  package var wake: UInt64 = 0

  /// How long the caller waits for a helper, in nanoseconds; and how often it measures one that is awake.
  private static let longestHandshake: UInt64 = 300_000
  private static let handshakes = 9

  /// A launch of two units: the caller does one and waits in it, for a bounded time, until a helper has begun the other.
  private final class Handshake: Sendable {
    let arrival = Atomic<UInt64>(0)

    static let body: Team.Body = { context, worker, first, last in
      let handshake = Unmanaged<Handshake>.fromOpaque(context).takeUnretainedValue()
      if worker > 0 { return handshake.arrival.store(Clock.now(), ordering: .releasing) }
      // All units at once, or the second one: no helper came, or the team is at work for another.
      guard last - first == 1, first == 0 else { return }
      let start = Clock.now()
      while handshake.arrival.load(ordering: .acquiring) == 0, Clock.now() &- start < longestHandshake { hk_pause() }
    }
  }

  /// Takes less than two milliseconds, during which the team has no other work.
  package static func measure() -> TeamCosts {
    var costs = TeamCosts()
    guard Configuration.workers > 1 else { return costs }
    let start = Clock.now()
    // The first one starts the helper's thread, which is not what a later launch pays. Where no helper comes in time there is
    // no processor for one: asking again would only take longer.
    guard handshake() != nil else { return costs }
    var joins: [UInt64] = []
    // On a busy machine there is a limit to all of it.
    while joins.count < handshakes, Clock.now() &- start < 2 &* longestHandshake, let join = handshake() {
      joins.append(join)
    }
    guard joins.count == handshakes else { return costs }
    costs.join = joins.sorted()[joins.count / 2]
    let last = Clock.now()
    while Team.shared.awakeHelpers > 0 {
      guard Clock.now() &- last < 2 &* Parameters.linger else { return costs }
      hk_pause()
    }
    costs.wake = handshake() ?? 0
    return costs
  }

  /// Nanoseconds from publishing a launch to the helper's first unit; nil where none came in time, or the team was not free.
  private static func handshake() -> UInt64? {
    let handshake = Handshake()
    let start = Clock.now()
    withExtendedLifetime(handshake) {
      Team.shared.runShared(
        units: 2, grain: 1, workers: 2, context: UnsafeRawPointer(Unmanaged.passUnretained(handshake).toOpaque()),
        body: Handshake.body)
    }
    let arrival = handshake.arrival.load(ordering: .acquiring)
    return arrival > start ? arrival &- start : nil
  }

  /// The processor time, in nanoseconds, that this process uses in an interval after a launch by all workers and the time its
  /// helpers linger: next to none where they park.
  package static func idleProcessorTime(interval: UInt64) -> UInt64 {
    Team.shared.runShared(
      units: 4 * Configuration.workers, grain: 1, workers: Configuration.workers,
      context: UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    ) { _, _, _, _ in
      let start = Clock.now()
      while Clock.now() &- start < 100_000 { hk_pause() }
    }
    // Much longer than helpers linger: a busy machine may let them wait for their turn to park.
    usleep(50_000)
    let before = processorTime
    usleep(UInt32(clamping: interval / 1000))
    return processorTime &- before
  }

  /// Nanoseconds that all threads of this process have used.
  private static var processorTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(max(time.tv_sec, 0)) &* 1_000_000_000 &+ UInt64(max(time.tv_nsec, 0))
  }
}
