import Foundation

/// Random numbers for one row of connections, from the seed of the draw and the number of the row: SplitMix64 (Steele, Lea and Flood,
/// OOPSLA 2014), whose streams begin at well mixed places.
struct RowGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, row: Int, stream: UInt64 = 0) {
    state = Self.mixed(Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) ^ (UInt64(row) &+ 1) &* 0xD1B5_4A32_D192_ED03 ^ stream)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in (0, 1).
  mutating func unit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  /// A Poisson number, by counting exponential gaps: for small means.
  mutating func poisson(_ mean: Double) -> Int {
    var count = 0, sum = -Foundation.log(unit())
    while sum < mean {
      count += 1
      sum -= Foundation.log(unit())
    }
    return count
  }

  /// So many different numbers below a bound, ascending. (Floyd's method: Bentley, Programming pearls, CACM 30, 1987.)
  mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    // Most of them are wanted: those that are not are fewer.
    if count * 2 > bound {
      let left = Set(sample(bound - count, below: bound))
      return (0..<bound).filter { !left.contains($0) }
    }
    var chosen: Set<Int> = []
    for top in bound - count..<bound where !chosen.insert(Int.random(in: 0...top, using: &self)).inserted { chosen.insert(top) }
    return chosen.sorted()
  }
}
