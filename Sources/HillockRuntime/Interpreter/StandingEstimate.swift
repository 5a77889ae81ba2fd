/// What a standing team would save in a step of a loop, estimated: the work that it divides, less the meetings.
struct StandingEstimate {
  /// Picoseconds of the steps that are divided.
  private(set) var divided = 0
  private(set) var meetings = 0
  /// What members have done when the loop's step begins is what they did at the end of the step before.
  private var member: Run.Member = {
    var member = Run.Member()
    member.since = .shared
    return member
  }()

  mutating func note(_ act: Run.Act) {
    if member.mustMeet(before: act) { meetings += 1 }
    member.since = act == .lead ? .led : .shared
  }

  /// A step, or a phase of one, that is divided where it is worth it. `cost`: picoseconds of an item.
  mutating func noteShared(units: Int, items: Int, cost: Int) {
    let (product, overflow) = items.multipliedReportingOverflow(by: cost)
    let all = overflow ? Parameters.standingLimit + 1 : min(product, Parameters.standingLimit + 1)
    let isDivided = Shares.areWorthIt(units: units, cost: all)
    note(isDivided ? .divide : .lead)
    if isDivided { divided += all }
  }

  /// Whether a team is to stand, as two members would see it: the program alone decides, because its native code depends on this. None
  /// stands where steps have so much work that claims cost nothing beside it, and divide it better.
  var isWorthIt: Bool {
    divided <= Parameters.standingLimit && divided / 2 - meetings * Parameters.meetingCost >= Parameters.standingGain
  }
}
