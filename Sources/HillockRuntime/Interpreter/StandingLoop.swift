import HillockBytecode
import HillockIR

/// Loops whose kernels depend on each other's elements, done by a standing team: every member takes all the steps, each with a
/// table of registers and counters of its own. Of a step that is worth it a member does its own share, always the same positions,
/// which so stay in its caches; small steps are the leader's.
///
/// Members run at their own pace between two meetings, so each piece of memory follows one of four rules:
///
/// - A member's own: its table of registers, the indices and counters of its loops, its scratch. No other member reads it, and it
///   writes there at any time.
/// - What a step stores that is divided (`divide`): each writes its share. They meet before the step and after it.
/// - What one does for all (`alone`): small steps, carried values at a loop's start, reductions that are combined. The leader
///   writes. They meet before it, unless the leader alone has worked since they met, and before others go on.
/// - What decides the way of all (`willDecide`): a condition, a selector. They meet before they read it, and before the next write
///   to memory that they share.
///
/// So a step writes shared memory through `divide` or `alone` and through nothing else, and `Member.mustMeet` says whether a meeting
/// is due. Registers take turns in the program's buffers: what a step writes may lie where an earlier value is still read, also if
/// the two have nothing to do with each other. That is why the leader's indices, which it sets between steps without a word, lie
/// in memory of its own and not in their buffers (`ownIndices`).
///
/// A leader that waits for a member without a processor lets the team break up, and goes on alone from that meeting.
///
/// Nothing in such a loop can fail, and the leader alone looks whether the run is cancelled: at a meeting, so that all leave there.
extension Run {
  /// What a member has done since the last meeting.
  enum SinceMeeting {
    case nothing
    /// Steps of the leader's.
    case led
    /// Its share of a step, or it has read what decides the way of all.
    case shared
  }

  /// The member that this run is.
  struct Member {
    var number = 0
    /// 0: no team stands.
    var count = 0
    /// Whose scratch it uses.
    var worker = 0
    var meetings = 0
    var since = SinceMeeting.nothing
    /// The team has broken up in the middle of a step.
    var hasLeft = false

    /// Whether a meeting parts what this member is about to do from what members have done since they last met.
    func mustMeet(before next: Act) -> Bool {
      switch since {
      case .nothing: false
      // One who works for all follows itself.
      case .led: next != .lead
      case .shared: true
      }
    }
  }

  /// What members do with the memory that they share.
  enum Act { case divide, lead, decide }

  /// Whether a team is to stand for this loop.
  func mayStand(_ step: UnsafePointer<Step>) -> Bool {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    return (sharesAlways ? loop.pointee.canStand : loop.pointee.stands)
      && workers > 1 && standing == nil && strict == nil && traced == nil && (sharesAlways || !StandingTeam.rests)
  }

  private struct Call {
    let run: UnsafeMutablePointer<Run>
    let team: Unmanaged<StandingTeam>
    let step: UnsafePointer<Step>
    let position: Int
  }

  /// Does a whole loop; the step to go on with.
  mutating func stand(_ step: UnsafePointer<Step>, at position: Int) throws(HillockError) -> Int {
    let capacity = sharesAlways ? workers : min(workers, max(ProcessorCount.current, 1))
    let team = StandingTeam(capacity: capacity)
    standing = .passUnretained(team)
    standingLoop = step.pointee.a
    standingEnd = step.pointee.b
    isLeading = false
    ownIndices(after: standingWords(worker: 0))
    withUnsafeMutablePointer(to: &self) { run in
      withUnsafePointer(to: Call(run: run, team: .passUnretained(team), step: step, position: position)) { call in
        // Helpers join when their threads run; a team that works for another leaves us alone.
        Team.shared.runShared(units: capacity, grain: 1, workers: capacity, context: call) { context, worker, _, _ in
          let call = context.assumingMemoryBound(to: Call.self)
          if worker > 0 { return Run.help(call.pointee.team, worker: worker) }
          // The leader may come back for what nobody has claimed.
          call.pointee.run.pointee.lead(call.pointee.step, at: call.pointee.position)
        }
      }
    }
    withExtendedLifetime(team) { standing = nil }
    member = Member()
    if let failure { throw failure }
    return step.pointee.b
  }

  private mutating func lead(_ step: UnsafePointer<Step>, at position: Int) {
    guard let team = standing, !isLeading else { return }
    isLeading = true
    let first = step.pointee.kind == .enterLoop ? enterLoop(step, at: position) : enterWhile(step, at: position)
    do throws(HillockError) { try execute(from: first, to: step.pointee.b) } catch { failure = error }
    team._withUnsafeGuaranteedRef { $0.disband() }
  }

  private static func help(_ team: Unmanaged<StandingTeam>, worker: Int) {
    team._withUnsafeGuaranteedRef { team in
      guard let number = team.join(), let count = team.waitToBegin(), var run = team.start else { return }
      let end = run.standingEnd
      run.becomeMember(number, of: count, worker: worker)
      team.isReady()
      // Nothing in the loop throws: what may has no team.
      try? run.execute(from: team.position, to: end)
    }
  }

  /// At a back-edge of the loop, while the leader is alone: goes on with those who have come.
  mutating func gather(at position: Int, of step: UnsafePointer<Step>) {
    guard let team = standing, member.count == 0, isLeading, step.pointee.a == standingLoop else { return }
    team._withUnsafeGuaranteedRef { team in
      guard team.isGathered(waiting: sharesAlways) else { return }
      let count = team.begin(self, at: position)
      member = Member(number: 0, count: count, worker: 0)
    }
  }

  /// A copy of the leader's run gets memory of its own for everything that a step sets.
  private mutating func becomeMember(_ number: Int, of count: Int, worker: Int) {
    member = Member(number: number, count: count, worker: worker)
    let words = standingWords(worker: worker)
    words.update(from: registers, count: registerCount)
    registers = words
    let own = ownIndices(after: words)
    own.update(from: counters, count: loopCount + 2)
    partialsTable = UnsafeMutableRawPointer(own + loopCount + 2).assumingMemoryBound(to: Pointer?.self)
    counters = own
    isCancellable = false
    failure = nil
  }

  /// A worker's memory for the steps of a standing team: a table of registers, indices and counters of loops, partials.
  private func standingWords(worker: Int) -> UnsafeMutablePointer<Pointer?> {
    (scratch + worker &* scratchStride + standingOffset).assumingMemoryBound(to: Pointer?.self)
  }

  /// The indices of this loop and of those inside it lie behind these words from here on, with the values they have. What lies
  /// behind the indices.
  @discardableResult
  private func ownIndices(after words: UnsafeMutablePointer<Pointer?>) -> UnsafeMutablePointer<Int> {
    let index = UnsafeMutableRawPointer(words + registerCount).assumingMemoryBound(to: Int.self)
    let loops = loops.unsafelyUnwrapped
    for loop in standingLoop..<loops[standingLoop].nestedEnd where loops[loop].trips >= 0 {
      let register = loops[loop].register
      if let present = registers[register] { index[loop] = present.load(as: Int.self) }
      registers[register] = UnsafeMutableRawPointer(index + loop)
    }
    return index + loopCount
  }

  // MARK: In a step

  /// Divides the units of a step among the members; `block` of them are a chunk of positions.
  mutating func divide(units: Int, unitCost: Int, block: Int, _ body: Team.Body) {
    let (cost, overflow) = units.multipliedReportingOverflow(by: unitCost)
    guard Shares.areWorthIt(units: units, cost: overflow ? .max : cost) || (sharesAlways && units > 1) else {
      guard alone(), units > 0 else { return }
      if strict != nil { return shareAmongAll(units: units, unitCost: unitCost, body) }
      return withUnsafePointer(to: &self) { body($0, 0, 0, units) }
    }
    if member.mustMeet(before: .divide) { meet() }
    guard !member.hasLeft else { return }
    guard member.count > 0 else {
      // The team has broken up, and the leader goes on alone.
      withUnsafePointer(to: &self) { body($0, 0, 0, units) }
      return
    }
    member.since = .shared
    if let strict {
      note(strict)
      return shareAmongAll(units: units, unitCost: unitCost, body)
    }
    let first = Shares.start(of: member.number, among: member.count, units: units, block: block)
    let last = Shares.start(of: member.number + 1, among: member.count, units: units, block: block)
    guard first < last else { return }
    let worker = member.worker
    withUnsafePointer(to: &self) { body($0, worker, first, last) }
  }

  /// Before what one does for all: whether this run does it.
  @inline(__always)  // without a team it is one comparison
  mutating func alone() -> Bool { member.count == 0 || leads() }

  private mutating func leads() -> Bool {
    if member.mustMeet(before: .lead) { meet() }
    guard member.count > 0 else { return true }
    guard !member.hasLeft else { return false }
    member.since = .led
    if let strict { note(strict) }
    return member.number == 0
  }

  /// Before a member reads what decides the way of all: whether it goes that way. Nobody writes it meanwhile; but where the team
  /// breaks up here, the leader goes on at once, and who leaves must not look.
  @inline(__always)  // without a team it is one comparison
  mutating func willDecide() -> Bool { member.count == 0 || decides() }

  private mutating func decides() -> Bool {
    if member.mustMeet(before: .decide) { meet() }
    if member.count > 0 { member.since = .shared }
    return !member.hasLeft
  }

  private mutating func meet() {
    if let strict {
      strict._withUnsafeGuaranteedRef { $0.team.meet() }
      member.since = .nothing
      return
    }
    guard let standing, !member.hasLeft else { return }
    member.meetings += 1
    let isOver = member.number == 0 && isCancellable && workSinceLook > lookInterval && look()
    standing._withUnsafeGuaranteedRef { team in
      let goesOnAlone = member.number == 0 && team.isStalled && !isOver && !sharesAlways
      if isOver || goesOnAlone { team.breakUp(after: member.meetings) }
      let isOver = !team.meet(member.number, of: member.count, member.meetings)
      if goesOnAlone { member = Member() } else { member.hasLeft = isOver }
    }
    member.since = .nothing
  }
}

/// Strict runs have no team: their steps are done one after the other, each shared as ever. But where a team would stand, the run
/// plays its leader: it meets as a leader does, and notes what members would have done since (`StrictTeam`).
extension Run {
  mutating func watchTeam(_ step: UnsafePointer<Step>) {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    guard member.count == 0, let strict, sharesAlways ? loop.pointee.canStand : loop.pointee.stands else { return }
    member = Member(number: 0, count: max(workers, 2))
    standingLoop = step.pointee.a
    standingEnd = step.pointee.b
    if !StrictTeam.leavesIndices { ownIndices(after: standingWords(worker: 0)) }
    strict._withUnsafeGuaranteedRef { $0.team.begin() }
  }

  mutating func endWatch() {
    guard member.count > 0, let strict else { return }
    member = Member()
    strict._withUnsafeGuaranteedRef { $0.team.end() }
  }

  /// The present step touches memory: that of all members, or the leader's work.
  private func note(_ strict: Unmanaged<StrictRun>) {
    guard let step else { return }
    let isLeader = member.since == .led
    strict._withUnsafeGuaranteedRef { $0.note(step, byLeader: isLeader) }
  }
}
