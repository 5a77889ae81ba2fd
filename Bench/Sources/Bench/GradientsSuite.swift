import Hillock

/// Derivatives and steps of training, each with the answer of a peer beside ours: a value and norms of gradients, from numbers that both
/// sides make in the same way. A case is `NAME` or `NAME SIZE`.
enum GradientsSuite {
  static let suite = Suite(name: "gradients") { context in
    for work in GradientWorks.all where context.isWanted(work.name) { try measure(work, context) }
    if context.isWanted(byHandName) { try byHand(context) }
  }

  private static func measure(_ work: GradientWork, _ context: Context) throws {
    let threads = context.machine.threads, peer = try context.peer?.prepare("gradients", work.name)
    if peer != nil, let theirs = try context.peer?.answer() {
      try compare(work, try work.make().answer(), theirs, context)
    }
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: threads) {
        let run = try work.make()
        let times = try Timing.alternate(peer: context.peer, prepared: peer != nil) {
          try Timing.microseconds { try run.step() }
        }
        try context.report.add(
          Row(
            suite: "gradients", name: work.name, tier: tier.rawValue, threads: threads, us: times.ours, limit: nil, peer: peer,
            peerUs: times.theirs))
      }
    }
    try first(work, peer, context)
    try context.peer?.drop()
  }

  /// The time until the first result, less the shortest of five later calls: three fresh functions, and as many of the peer's.
  private static func first(_ work: GradientWork, _ peer: String?, _ context: Context) throws {
    func own() throws -> Double {
      let run = try work.make(), first = try Timing.microseconds { try run.step() }
      let later = try (0..<5).map { _ in try Timing.microseconds { try run.step() } }
      return max(first - (later.min() ?? 0), 0)
    }
    let ours = try (0..<3).map { _ in try own() }
    var theirs: [Double] = []
    if peer != nil, let process = context.peer {
      let warm = try process.round(5).min() ?? 0
      theirs = try (0..<3).map { _ in max(try process.first() - warm, 0) }
    }
    try context.report.add(
      Row(
        suite: "gradients", name: "first \(work.name)", tier: "auto", threads: context.machine.threads, us: Timing.median(ours),
        limit: nil, peer: peer, peerUs: theirs.isEmpty ? nil : Timing.median(theirs)))
  }

  /// Prints both answers, and ends the run where they differ by more than the case allows.
  private static func compare(_ work: GradientWork, _ ours: [Double], _ theirs: [Double], _ context: Context) throws {
    let differences = zip(ours, theirs).map { abs($0 - $1) / max(abs($1), 1e-30) }
    let texts = zip(ours, theirs).map { "\($0) (theirs \($1))" }
    context.report.note("\(work.name): \(texts.joined(separator: ", "))")
    guard ours.count == theirs.count, differences.allSatisfy({ $0 <= work.tolerance }) else {
      throw BenchError("\(work.name): the answers differ by \(differences), of which \(work.tolerance) is allowed")
    }
  }

  private static let byHandName = "logistic by grad / by hand"

  /// The step of logistic regression by `grad` against the same step written by hand: its "speed-up" is the time of the latter over the
  /// time of the former.
  private static func byHand(_ context: Context) throws {
    let (X, y) = try GradientWorks.points()
    try Timing.configured(.native, threads: context.machine.threads) {
      let byGrad = try GradientWorks.logistic.make(), w = Variable(ones(10) * 0.1)
      let hand = jit { (X: NDArray, y: NDArray) in
        let u = dot((1 / (1 + exp(-y * dot(X, w))) - 1) * y, X)
        w.value = w - 1e-7 * u
      }
      let times = try Timing.pairs({ try byGrad.step() }, { try hand(X, y) })
      try context.report.add(
        Row(
          suite: "gradients", name: byHandName, tier: "native", threads: context.machine.threads,
          us: times.first,
          limit: nil, speedUp: 1 / times.ratio))
    }
  }
}
