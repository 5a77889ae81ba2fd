/// What a loop keeps of its steps for the way back.
///
/// Kept is what a step begins with, in slots. With a slot for each step nothing is run twice besides the step itself. In L levels the
/// steps are cut into blocks, these into blocks, and so on: T steps take about L · T^(1/L) slots and L - 1 more runs forward. That is
/// the order of the binomial schedule (Griewank and Walther, Algorithm 799, 2000), which does with fewer slots by a constant factor;
/// levels are nested loops, whose size does not depend on the number of steps.
indirect enum LoopSchedule: Equatable {
  /// What each step begins with is kept.
  case steps(Int)
  /// What each of `count` blocks begins with is kept. A block is run again as `each` says; the steps behind the blocks, as `rest` says.
  case blocks(Int, each: LoopSchedule, rest: LoopSchedule?)

  /// Where the beginnings of all steps take more bytes than this, there are levels.
  static let limit = 64 << 20

  var trips: Int {
    switch self {
    case .steps(let count): count
    case .blocks(let count, let each, let rest): count * each.trips + (rest?.trips ?? 0)
    }
  }

  /// - Parameters:
  ///   - bytes: what a step's beginning takes.
  ///   - slots: how many may be kept at a time; nil for as few levels as stay within the limit.
  /// - Throws: `.argument` where so few slots do not do.
  init(trips: Int, bytes: Int, slots: Int?) throws(HillockError) {
    let allowed = slots ?? max(Self.limit / max(bytes, 1), 1)
    guard trips > allowed, trips > 3 else {
      self = .steps(trips)
      return
    }
    var least: (levels: Int, size: Int, slots: Int)?
    for levels in 2...Self.most {
      guard let candidate = Self.fewest(trips, levels: levels) else { break }
      if least.map({ candidate.slots < $0.slots }) != false { least = (levels, candidate.size, candidate.slots) }
      if candidate.slots <= allowed { break }
    }
    guard let least, least.slots <= allowed || slots == nil else {
      throw HillockError(
        .argument,
        "a loop of \(trips) steps cannot be differentiated with \(allowed) slots; it takes \(min(least?.slots ?? trips, trips)): "
          + "checkpoint(slots: \(min(least?.slots ?? trips, trips)))")
    }
    self = Self.made(trips, levels: least.levels, size: least.size)
  }

  private static let most = 40

  /// The size of the parts of a block, at all levels the same, with which this many levels take the fewest slots.
  private static func fewest(_ trips: Int, levels: Int) -> (size: Int, slots: Int)? {
    // The largest whole number whose power is not beyond the steps, by halving; the best size is that or the next.
    var (root, beyond) = (1, trips)
    while beyond - root > 1 {
      let middle = root + (beyond - root) / 2
      if power(middle, levels) <= trips { root = middle } else { beyond = middle }
    }
    var best: (size: Int, slots: Int)?
    for size in max(2, root)...max(2, root) + 1 {
      let block = power(size, levels - 1)
      guard block <= trips / 2 else { break }
      let slots = trips / block + (levels - 1) * size
      if best.map({ slots < $0.slots }) != false { best = (size, slots) }
    }
    return best
  }

  /// (A power beyond the largest integer counts as that.)
  private static func power(_ base: Int, _ exponent: Int) -> Int {
    var result = 1
    for _ in 0..<exponent {
      let (next, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { return .max }
      result = next
    }
    return result
  }

  private static func made(_ trips: Int, levels: Int, size: Int) -> LoopSchedule {
    guard trips > size, levels > 1 else { return .steps(trips) }
    let block = power(size, levels - 1)
    guard block < trips else { return made(trips, levels: levels - 1, size: size) }
    let rest = trips % block
    return .blocks(
      trips / block, each: made(block, levels: levels - 1, size: size),
      rest: rest == 0 ? nil : made(rest, levels: levels - 1, size: size))
  }
}
