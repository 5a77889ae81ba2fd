import Foundation
import Hillock

enum Timing {
  static func microseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1000
  }

  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// How many repetitions of something that takes this long make a round of about a tenth of a second.
  static func repetitions(_ microseconds: Double) -> Int { min(max(Int(100_000 / max(microseconds, 0.1)), 1), 2000) }

  struct Times {
    var ours: Double
    /// Those of the fastest peer, and its name.
    var theirs: Double?
    var by: String?
  }

  /// Medians of ours and, where there are any, the peers', from rounds in alternation. Each round begins with a repetition
  /// that is not counted, so that no side pays for the caches that the others used. What a repetition gives may be a part of
  /// the time that it takes (the mean of a thousand calls): how many there are follows from the latter.
  static func alternate(
    rounds: Int = 7, peer: Peer?, prepared: Bool, _ once: () throws -> Double
  ) throws -> Times {
    _ = try once()
    let count = repetitions(try microseconds { _ = try once() })
    let peers = prepared ? peer.map { peer in peer.names.indices.map { (peer: peer, number: $0) } } ?? [] : []
    let theirCounts = try peers.map { peer, number in
      _ = try peer.round(1, of: number)
      return repetitions(try microseconds { _ = try peer.round(4, of: number) } / 4)
    }
    var ours: [Double] = [], theirs = [[Double]](repeating: [], count: peers.count)
    for _ in 0..<rounds {
      _ = try once()
      for _ in 0..<count { ours.append(try once()) }
      for (peer, number) in peers { theirs[number] += try peer.round(theirCounts[number] + 1, of: number).dropFirst() }
    }
    let medians = theirs.map(median)
    let best = medians.indices.min { medians[$0] < medians[$1] }
    return Times(ours: median(ours), theirs: best.map { medians[$0] }, by: best.map { peers[$0].peer.names[$0] })
  }

  /// Microseconds of a call of each of two, in alternating batches of a quarter of a millisecond at least: the medians, and the
  /// median of the ratios of batches that followed each other.
  static func pairs(
    pairs: Int = 401, _ first: () throws -> Void, _ second: () throws -> Void
  ) throws -> (first: Double, second: Double, ratio: Double) {
    for _ in 0..<20 {
      try first()
      try second()
    }
    let once = try microseconds { try second() }
    let calls = max(Int(250 / max(once, 0.1)), 1)
    func batch(_ call: () throws -> Void) throws -> Double {
      try microseconds { for _ in 0..<calls { try call() } } / Double(calls)
    }
    var times: [(first: Double, second: Double)] = []
    // Long calls need fewer: two seconds of them.
    for pair in 0..<max(min(pairs, Int(1_000_000 / max(once * Double(calls), 1))), 11) {
      // Who comes second finds what the other left in the caches: they take turns.
      if pair & 1 == 0 {
        let one = try batch(first)
        times.append((one, try batch(second)))
      } else {
        let two = try batch(second)
        times.append((try batch(first), two))
      }
    }
    return (median(times.map(\.first)), median(times.map(\.second)), median(times.map { $0.first / $0.second }))
  }

  /// Programs made in the body are of this tier and these threads.
  static func configured<Result>(_ tier: Engine.TierChoice, threads: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = (Engine.tier, Engine.threads)
    (Engine.tier, Engine.threads) = (tier, threads)
    defer { (Engine.tier, Engine.threads) = before }
    return try body()
  }
}
