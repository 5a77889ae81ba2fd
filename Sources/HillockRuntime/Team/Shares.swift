import HillockBytecode

/// Where the members of a standing team divide an index space.
///
/// All steps divide equal spaces at the same places, so that what a member has written is in its own caches when it reads it. A cache
/// line that another member has written takes about 150 ns: a few dozen of them cost more than the step's work.
enum Shares {
  /// Whether a step of so many units and picoseconds is divided; otherwise it is the leader's.
  static func areWorthIt(units: Int, cost: Int) -> Bool { units > 1 && cost >= Parameters.standingThreshold }

  /// The units before the share of `member`. `block` units are a chunk of positions. Shares are whole chunks where each member has two
  /// or more, because that is how reductions are divided.
  static func start(of member: Int, among members: Int, units: Int, block: Int) -> Int {
    let blocks = (units &+ block &- 1) / block
    guard blocks >= 2 &* members else { return units &* member / members }
    return min(blocks &* member / members &* block, units)
  }

  /// The positions before the share of `member`.
  static func start(of member: Int, among members: Int, positions: Int) -> Int {
    let lines = (positions + Kernel.line - 1) / Kernel.line
    return min(start(of: member, among: members, units: lines, block: Kernel.chunk / Kernel.line) &* Kernel.line, positions)
  }
}
