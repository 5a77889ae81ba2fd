import CHillock
import Synchronization

/// Workers that take the same steps side by side, and wait for each other where a step needs what others have done.
///
/// Member 0 leads. Others join while it works alone, and begin with it where it says so; from there on every member knows how
/// many there are, so that each can tell its own share of a step without asking.
final class StandingTeam: @unchecked Sendable {
  /// Who has joined, the leader not counted; below 0: too late.
  private let places = Atomic<Int>(0)
  /// 0: wait; n: begin, we are n; below 0: there is nothing to do.
  private let size = Atomic<Int>(0)
  /// Helpers that have copied what the leader has.
  private let ready = Atomic<Int>(0)
  /// The meeting after which everybody leaves.
  private let last = Atomic<Int>(.max)
  /// For each member the number of meetings that it has come to, each in cache lines of its own.
  private let arrivals: UnsafeMutablePointer<Atomic<Int>>
  private let capacity: Int
  private static let stride = 16
  /// What helpers begin with: set before `size`.
  private(set) var start: Run?
  private(set) var position = 0
  /// Times that the leader came by while some had joined and others not. Touched by the leader only.
  private var patience = Parameters.standingPatience
  /// How often a member looks for the others before it lets another thread run.
  private let spins: Int
  private static let count = Atomic<Int>(0)

  /// Teams that have begun in this process. For tests.
  static var begun: Int { count.load(ordering: .relaxed) }

  init(capacity: Int) {
    self.capacity = capacity
    spins = capacity > ProcessorCount.current ? 0 : Parameters.standingSpins
    arrivals = .allocate(capacity: capacity * Self.stride)
    for place in 0..<capacity * Self.stride { (arrivals + place).initialize(to: Atomic(0)) }
  }

  deinit {
    arrivals.deinitialize(count: capacity * Self.stride)
    arrivals.deallocate()
  }

  // MARK: Gathering

  /// A helper's number, if it is not too late.
  func join() -> Int? {
    var seen = places.load(ordering: .relaxed)
    while seen >= 0, seen < capacity - 1 {
      let (exchanged, original) = places.compareExchange(expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      if exchanged { return seen + 1 }
      seen = original
    }
    return nil
  }

  /// Waits for the leader; how many members there are. nil: nothing is left to do.
  func waitToBegin() -> Int? {
    var wait = StandingWait(spins: spins)
    while true {
      let size = size.load(ordering: .acquiring)
      if size != 0 { return size > 0 ? size : nil }
      wait.again()
    }
  }

  func isReady() { ready.add(1, ordering: .releasing) }

  /// Whether to begin now: all have come, or some have and the others keep us waiting.
  func isGathered(waiting isPatient: Bool) -> Bool {
    if isPatient {
      var wait = StandingWait(spins: spins)
      for _ in 0..<Parameters.standingSpins where places.load(ordering: .relaxed) < capacity - 1 { wait.again() }
    }
    let joined = places.load(ordering: .relaxed)
    guard joined > 0, joined < capacity - 1 else { return joined > 0 }
    patience -= 1
    return patience < 0 || isPatient
  }

  /// Begins with those who have joined; how many members there are. When it returns, all have copied what they need of `run`.
  func begin(_ run: Run, at position: Int) -> Int {
    let joined = places.exchange(-1, ordering: .acquiringAndReleasing)
    Self.count.add(1, ordering: .relaxed)
    start = run
    self.position = position
    size.store(joined + 1, ordering: .releasing)
    var wait = StandingWait(spins: spins)
    while ready.load(ordering: .acquiring) < joined { wait.again() }
    return joined + 1
  }

  /// Sends away who is still waiting.
  func disband() {
    places.store(-1, ordering: .relaxed)
    _ = size.compareExchange(expected: 0, desired: -1, ordering: .releasing)
  }

  // MARK: A machine that has no processors left

  /// No team is to stand before this moment.
  private static let restsUntil = Atomic<UInt64>(0)
  /// Whether the leader has waited so long that it goes on alone. Touched by the leader only.
  private(set) var isStalled = false

  static var rests: Bool {
    let end = restsUntil.load(ordering: .relaxed)
    return end != 0 && Clock.now() < end
  }

  /// After a wait for somebody who had no processor: teams rest for a multiple of it, so that waiting never takes more than a
  /// small part of the time.
  private func rest(since start: UInt64) {
    let now = Clock.now()
    isStalled = true
    Self.restsUntil.store(now &+ (now &- start) &* Parameters.standingRest, ordering: .relaxed)
  }

  // MARK: Meeting

  /// The leader's: everybody leaves after this meeting.
  func breakUp(after meeting: Int) { last.store(meeting, ordering: .relaxed) }

  /// Waits until all members have come to this meeting: what each did before is seen by all. Whether they go on together.
  func meet(_ member: Int, of members: Int, _ meeting: Int) -> Bool {
    arrivals[member * Self.stride].store(meeting, ordering: .releasing)
    for other in 0..<members where other != member {
      var wait = StandingWait(spins: spins)
      while arrivals[other * Self.stride].load(ordering: .acquiring) < meeting { wait.again() }
      if member == 0, wait.since != 0 { rest(since: wait.since) }
    }
    // Told before the leader came: all see the same, however late they look.
    return last.load(ordering: .relaxed) > meeting
  }
}

/// Spins as long as the others have processors of their own, then gives them this one, at last sleeps for moments.
private struct StandingWait {
  var spins: Int
  var wait = ShortWait()
  /// When spinning was given up; 0: not yet.
  var since: UInt64 = 0

  init(spins: Int) { self.spins = spins }

  @inline(__always)  // a few instructions between two looks
  mutating func again() {
    if spins > 0 {
      spins -= 1
      hk_pause()
    } else {
      if since == 0 { since = Clock.now() }
      wait.again()
    }
  }
}
