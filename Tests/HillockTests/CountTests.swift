import Foundation
import Hillock
import Testing

/// Draws of whole numbers against their distributions: χ² of 20 000 draws, with fixed seeds.
@Suite struct CountTests {
  /// χ² over cells in which 5 or more are expected, less its degrees of freedom, over √(2 · degrees): about a standard normal number.
  private func excess(_ draws: [Int], _ chances: [Int: Double]) -> Double {
    var seen: [Int: Double] = [:]
    for draw in draws { seen[draw, default: 0] += 1 }
    let n = Double(draws.count)
    var statistic = 0.0, cells = 0.0, restSeen = n, restDue = n
    for (k, chance) in chances where chance * n >= 5 {
      let due = chance * n
      statistic += (seen[k, default: 0] - due) * (seen[k, default: 0] - due) / due
      restSeen -= seen[k, default: 0]
      restDue -= due
      cells += 1
    }
    if restDue >= 5 {
      statistic += (restSeen - restDue) * (restSeen - restDue) / restDue
      cells += 1
    }
    return (statistic - (cells - 1)) / (2 * max(cells - 1, 1)).squareRoot()
  }

  @Test(arguments: [0.01, 0.7, 4, 9.99, 10, 35, 400]) func poisson(mean: Double) throws {
    let draws = try RandomState(seed: 11).poisson(mean, 20_000).ints()
    var chances: [Int: Double] = [:]
    for k in 0...Int(mean + 12 * mean.squareRoot() + 12) {
      chances[k] = exp(Double(k) * log(mean) - mean - lgamma(Double(k + 1)))
    }
    #expect(excess(draws, chances) < 3.5)
  }

  @Test(arguments: [(5, 0.2), (5, 0.9), (30, 0.5), (200, 0.03), (200, 0.4), (200, 0.85), (100_000, 0.001)])
  func binomial(tries: Int, p: Double) throws {
    let draws = try RandomState(seed: 12).binomial(tries, p, 20_000).ints(), n = Double(tries)
    var chances: [Int: Double] = [:]
    let spread = 12 * (n * p * (1 - p)).squareRoot() + 12
    for k in max(0, Int(n * p - spread))...min(tries, Int(n * p + spread)) {
      let ways = lgamma(n + 1) - lgamma(Double(k + 1)) - lgamma(n - Double(k) + 1)
      chances[k] = exp(ways + Double(k) * log(p) + (n - Double(k)) * log1p(-p))
    }
    #expect(excess(draws, chances) < 3.5)
  }

  @Test func shapesAndSeedsAreThoseOfOtherDraws() throws {
    let means = NDArray([0.0, 5, -3, .nan]), random = RandomState(seed: 3)
    let spikes = random.poisson(0.8, 100), each = random.poisson(NDArray([0.1, 5, 1000])), heads = random.binomial(10, 0.5, 100)
    #expect(spikes.shape == [100] && spikes.dtype == .i32 && each.shape == [3] && heads.shape == [100])
    let drawn = try RandomState(seed: 3).poisson(means).ints()
    #expect(drawn[0] == 0 && drawn[2] == 0 && drawn[3] == 0)
    #expect(
      try RandomState(seed: 3).poisson(0.8, 100).ints() == spikes.ints() && random.poisson(0.8, 100).ints() != spikes.ints())
    let state = RandomState(seed: 5), f = jit { state.poisson(3, 50) }
    #expect(try f().ints() == RandomState(seed: 5).poisson(3, 50).ints())
    #expect(RandomState(seed: 1).binomial(1.5, 0.5, 3).error?.code == .dtype)
    #expect(RandomState(seed: 1).poisson(ones(3), 4).error?.code == .shape)
    // Under one generator lanes draw what the whole batch draws.
    let lanes = RandomState(seed: 6), whole = RandomState(seed: 6)
    let batched = vmap { (mean: NDArray) in lanes.poisson(mean, 5) }
    #expect(try batched(NDArray([2.0, 30])).ints() == whole.poisson(NDArray([[2.0], [30]]), 2, 5).ints())
  }
}
