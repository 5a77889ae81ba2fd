import HillockBytecode

/// What the members of a standing team would do to the memory that they share, between two meetings (see `StandingLoop`).
///
/// A strict run does the steps one after the other, so nothing can race; but the run asks at the same places whether members must
/// meet, so it is known which accesses no meeting would part. Two of them, by different members, that lie in the same memory and
/// of which one writes, are a race.
struct StrictTeam {
  private struct Access {
    let start: UInt
    let end: UInt
    let isWrite: Bool
    let byLeader: Bool
    let what: String
  }

  /// Since the last meeting.
  private var accesses: [Access] = []
  private(set) var stands = false

  /// A test hook: indices stay in the program's buffers, where a leader must not write them.
  @TaskLocal static var leavesIndices = false

  mutating func begin() { (accesses, stands) = ([], true) }

  mutating func end() { (accesses, stands) = ([], false) }

  mutating func meet() { accesses = [] }

  /// Notes the accesses of one step; what one of them collides with.
  mutating func note(
    _ touched: [(base: UnsafeMutableRawPointer, byteCount: Int, isWrite: Bool)], byLeader: Bool, _ what: String
  ) -> String? {
    let new = touched.map { piece in
      let start = UInt(bitPattern: piece.base)
      return Access(
        start: start, end: start &+ UInt(piece.byteCount), isWrite: piece.isWrite, byLeader: byLeader, what: what)
    }
    let collision = accesses.first { old in
      !(old.byLeader && byLeader)
        && new.contains { $0.start < old.end && old.start < $0.end && ($0.isWrite || old.isWrite) }
    }
    accesses += new
    return collision?.what
  }
}

extension StrictRun {
  /// A step that is divided or done by the leader, when it begins.
  func note(_ step: UnsafePointer<Step>, byLeader: Bool) {
    guard team.stands else { return }
    note(reads: teamReads(step), writes: teamWrites(step), byLeader: byLeader, name(step))
  }

  /// Control flow, when it is done: the leader copies carried values and sets the index, and everybody reads what decides.
  func noteControl(_ step: UnsafePointer<Step>) {
    guard team.stands else { return }
    switch step.pointee.kind {
    case .enterLoop, .enterWhile:
      let loop = prepared.loops[step.pointee.a]
      let index = loop.trips > 0 ? [loop.register] : []
      note(
        reads: loop.carries.map(\.initial), writes: loop.carries.map(\.current) + index, byLeader: true,
        "the start of \(name(step))")
    case .repeatLoop:
      note(reads: [], writes: [prepared.loops[step.pointee.a].register], byLeader: true, "the index of \(name(step))")
    case .test:
      note(reads: [prepared.loops[step.pointee.a].register], writes: [], byLeader: false, "the condition of \(name(step))")
    case .select: note(reads: [step.pointee.a], writes: [], byLeader: false, "the selector of \(name(step))")
    default: break
    }
  }

  private func note(reads: [Int], writes: [Int], byLeader: Bool, _ what: String) {
    // Other memory belongs to one member, or nobody writes it.
    let shared = reads.map { ($0, false) } + writes.map { ($0, true) }
    let touched = shared.compactMap { register, isWrite -> (base: Pointer, byteCount: Int, isWrite: Bool)? in
      guard let base = registers[register], isShared(base) else { return nil }
      return (base, prepared.program.registers[register].type.byteCount, isWrite)
    }
    guard let other = team.note(touched, byLeader: byLeader, what) else { return }
    report(.team, "\(what) and \(other) touch the same memory, and members of a standing team do not meet between them")
  }

  private func teamReads(_ step: UnsafePointer<Step>) -> [Int] {
    switch step.pointee.kind {
    case .rowGroup:
      let group = prepared.groups[step.pointee.a], locals = Set(group.locals.map(\.register))
      return group.members.flatMap { member in
        member.kernel < 0 ? [member.source] : prepared.program.reads(.launch(member.kernel))
      }.filter { !locals.contains($0) }
    case .columnGroup:
      let group = prepared.columnGroups[step.pointee.a], locals = Set(group.locals.map(\.register))
      let kernels = group.members.filter { $0.kernel >= 0 }.flatMap { prepared.program.reads(.launch($0.kernel)) }
      return (kernels + group.reductions.map(\.source)).filter { !locals.contains($0) }
    // Noted when they are done.
    case .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select, .jump: return []
    default: return reads(step)
    }
  }

  private func teamWrites(_ step: UnsafePointer<Step>) -> [Int] {
    switch step.pointee.kind {
    case .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select, .jump, .claim: []
    default: outputs(step)
    }
  }
}
