import CHillock
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Workers that share the units of one job at a time.
///
/// The caller is worker 0 and begins at once. Helpers are threads of our own (`HelperThread`); they join by claiming ranges of
/// units, spin for a bounded time after their last work, and then sleep. The caller waits for claimed ranges only, never for a
/// helper that has claimed nothing; so a helper that is late, or for which the system gives no thread, costs nothing but its help.
/// A caller that finds the team at work for another does its own job alone.
///
/// All claims go through one word: the job's number in the high half, the next unclaimed unit in the low half. A claim is a
/// compare-and-exchange of the whole word, so it cannot succeed for a job other than the one whose description was read:
/// the number changes before the description does.
package final class Team: @unchecked Sendable {
  package static let shared = Team()

  /// Does the units first..<last of a job; `worker` is below the job's number of workers, and one at a time uses it.
  package typealias Body = @convention(c) (_ context: UnsafeRawPointer, _ worker: Int, _ first: Int, _ last: Int) -> Void

  private typealias Padding = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  private static let noPadding: Padding = (0, 0, 0, 0, 0, 0, 0, 0)
  private static let closed: UInt64 = 0xffff_ffff

  private let claims = Atomic<UInt64>(Team.closed)
  private let padding0 = Team.noPadding
  /// Units that are done.
  private let finished = Atomic<Int>(0)
  private let padding1 = Team.noPadding
  // The job: written while the word is closed.
  private let body = Atomic<UInt>(0)
  private let context = Atomic<UInt>(0)
  private let unitCount = Atomic<Int>(0)
  private let grain = Atomic<Int>(1)
  private let workerCount = Atomic<Int>(1)
  private let padding2 = Team.noPadding
  private let isTaken = Atomic<Bool>(false)
  /// Helpers that are in their loop, working or spinning.
  private let awake = Atomic<Int>(0)

  /// For each worker, whether its helper is started (or about to be).
  private let isStarted: UnsafeMutablePointer<Atomic<Bool>>
  /// The helpers by worker, started when they are first wanted; touched only by the caller that has taken the team.
  private var threads: [HelperThread?] = []
  /// When a thread may be asked for again, after one was refused.
  private var retryAt: UInt64 = 0

  private init() {
    isStarted = .allocate(capacity: Parameters.maximumWorkers)
    for worker in 0..<Parameters.maximumWorkers { (isStarted + worker).initialize(to: Atomic(false)) }
  }

  package var awakeHelpers: Int { awake.load(ordering: .relaxed) }

  /// Does a job of `units` units, each of which takes about `unitCost` picoseconds, with at most `workers` workers.
  package func run(units: Int, unitCost: Int, workers: Int, context: UnsafeRawPointer, body: Body) {
    guard units > 0 else { return }
    let limit = min(workers, units, Parameters.maximumWorkers)
    let (cost, overflow) = units.multipliedReportingOverflow(by: max(unitCost, 1))
    let time = overflow ? UInt64.max : UInt64(cost) / 1000
    guard limit > 1, time >= threshold, units < Int(Team.closed), take() else {
      return body(context, 0, 0, units)
    }
    defer { isTaken.store(false, ordering: .releasing) }
    let grain = max(1, min(units / limit, Int(Parameters.minimumClaim) * 1000 / max(unitCost, 1)))
    share(units: units, grain: grain, workers: limit, context: context, body: body)
  }

  /// Does a job with the team whatever it costs, if the team is free.
  package func runShared(units: Int, grain: Int, workers: Int, context: UnsafeRawPointer, body: Body) {
    guard units > 0 else { return }
    let limit = min(workers, units, Parameters.maximumWorkers)
    guard limit > 1, units < Int(Team.closed), take() else { return body(context, 0, 0, units) }
    defer { isTaken.store(false, ordering: .releasing) }
    share(units: units, grain: max(grain, 1), workers: limit, context: context, body: body)
  }

  private var threshold: UInt64 {
    awake.load(ordering: .relaxed) > 0 ? Parameters.parallelThreshold : Parameters.wakeThreshold
  }

  private func take() -> Bool {
    !isTaken.load(ordering: .relaxed)
      && isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  // MARK: The caller

  private func share(units: Int, grain: Int, workers: Int, context: UnsafeRawPointer, body: Body) {
    let number = (claims.load(ordering: .relaxed) >> 32 &+ 1) & 0xffff_ffff
    let word = number << 32
    claims.store(word | Team.closed, ordering: .releasing)
    // Releasing, so that a helper that sees any of these also sees that the earlier job is over.
    self.body.store(unsafeBitCast(body, to: UInt.self), ordering: .releasing)
    self.context.store(UInt(bitPattern: context), ordering: .releasing)
    unitCount.store(units, ordering: .releasing)
    self.grain.store(grain, ordering: .releasing)
    workerCount.store(workers, ordering: .releasing)
    finished.store(0, ordering: .releasing)
    claims.store(word, ordering: .releasing)
    wake(workers: min(workers, (units + grain - 1) / grain))

    var own = 0
    var seen = claims.load(ordering: .relaxed)
    while true {
      let next = Int(seen & Team.closed)
      guard next < units else { break }
      let count = claimSize(remaining: units - next, grain: grain, workers: workers)
      let (exchanged, original) = claims.weakCompareExchange(
        expected: seen, desired: seen &+ UInt64(count), ordering: .relaxed)
      if exchanged {
        body(context, 0, next, next + count)
        own += count
        seen = claims.load(ordering: .relaxed)
      } else {
        seen = original
      }
    }
    var spins = 0
    while finished.load(ordering: .acquiring) != units - own {
      hk_pause()
      spins += 1
      // Whoever has claimed may wait for this very processor.
      if spins > Parameters.spinsBeforeYield { sched_yield() }
    }
    claims.store(word | Team.closed, ordering: .releasing)
  }

  /// Large claims first, small ones at the end, so that workers finish together.
  @inline(__always)  // a few instructions between two atomic operations
  private func claimSize(remaining: Int, grain: Int, workers: Int) -> Int {
    min(remaining, max(grain, remaining / (workers * Parameters.claimDivisor)))
  }

  private func wake(workers: Int) {
    for worker in 1..<max(workers, 1) {
      guard !isStarted[worker].load(ordering: .relaxed),
        isStarted[worker].compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
      else { continue }
      guard let thread = thread(worker) else {
        isStarted[worker].store(false, ordering: .releasing)
        return
      }
      thread.wake()
    }
  }

  /// nil where the system gives no thread now.
  private func thread(_ worker: Int) -> HelperThread? {
    while threads.count <= worker { threads.append(nil) }
    if let thread = threads[worker] { return thread }
    guard retryAt == 0 || Clock.now() >= retryAt else { return nil }
    let thread = HelperThread(stackByteCount: Parameters.helperStack) { [unowned self] in
      help(worker: worker)
    }
    retryAt = thread == nil ? Clock.now() &+ Parameters.threadRetry : 0
    threads[worker] = thread
    return thread
  }

  // MARK: A helper

  private func help(worker: Int) {
    awake.add(1, ordering: .relaxed)
    var idleSince = Clock.now()
    var spins = 0
    while true {
      if claimOnce(worker: worker) {
        idleSince = 0
        spins = 0
        continue
      }
      hk_pause()
      spins += 1
      guard spins & 63 == 0 else { continue }
      let now = Clock.now()
      if idleSince == 0 { idleSince = now }
      if now &- idleSince > Parameters.linger { break }
    }
    awake.subtract(1, ordering: .relaxed)
    // A job published from here on starts this helper again.
    isStarted[worker].store(false, ordering: .releasing)
  }

  /// Claims and does one range of the present job; false where there is none for this worker.
  @inline(__always)  // the body of the spinning loop
  private func claimOnce(worker: Int) -> Bool {
    let seen = claims.load(ordering: .acquiring)
    let next = Int(seen & Team.closed)
    if next == Int(Team.closed) { return false }
    let units = unitCount.load(ordering: .acquiring)
    let workers = workerCount.load(ordering: .acquiring)
    guard next < units, worker < workers else { return false }
    let grain = grain.load(ordering: .acquiring)
    let function = body.load(ordering: .acquiring)
    guard let pointer = UnsafeRawPointer(bitPattern: context.load(ordering: .acquiring)) else { return false }
    let count = claimSize(remaining: units - next, grain: grain, workers: workers)
    guard claims.compareExchange(expected: seen, desired: seen &+ UInt64(count), ordering: .acquiring).exchanged
    else { return false }
    unsafeBitCast(function, to: Body.self)(pointer, worker, next, next + count)
    finished.add(count, ordering: .releasing)
    return true
  }
}
