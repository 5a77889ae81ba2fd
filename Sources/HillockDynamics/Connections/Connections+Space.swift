import Foundation
import Hillock

// Rules that follow places in space or a graph's growth, within one group.
extension Connections {
  /// Neighbours on a grid: those whose places differ by at most `radius` along each axis (Moore's neighbourhood), or whose differences sum to
  /// at most `radius` (von Neumann's).
  ///
  /// - Parameters:
  ///   - shape: the extents of the grid; the group has this shape.
  ///   - isMoore: Moore's neighbourhood, or von Neumann's.
  ///   - isPeriodic: whether the grid closes on itself. A neighbour that is reached both ways round is connected once.
  ///   - includeSelf: whether an element is connected with itself.
  public static func grid(
    _ shape: [Int], radius: Int = 1, isMoore: Bool = true, isPeriodic: Bool = false, includeSelf: Bool = false
  ) throws(HillockError) -> Connections {
    try check(shape)
    // Step by step, so that no product overflows: each factor is below 2^31.
    var count = 1
    for extent in shape {
      count *= extent
      try check([count])
    }
    guard radius >= 0 else { throw HillockError(.argument, "a neighbourhood has a radius of 0 or more, not \(radius)") }
    guard count > 0 else { return try rows(count: 0, to: 0, expecting: 0) { _, _ in } }
    // All differences of places within the radius.
    var offsets: [[Int]] = [[]]
    for extent in shape {
      let reach = min(radius, isPeriodic ? extent : max(extent - 1, 0))
      offsets = offsets.flatMap { offset in (-reach...reach).map { offset + [$0] } }
    }
    if !isMoore { offsets = offsets.filter { $0.reduce(0) { $0 + abs($1) } <= radius } }
    let steps = shape.indices.map { axis in shape[(axis + 1)...].reduce(1, *) }
    return try rows(count: count, to: count, expecting: count * min(offsets.count, count)) { row, targets in
      let place = shape.indices.map { row / steps[$0] % shape[$0] }
      var found: Set<Int> = []
      for offset in offsets {
        var target = 0, isInside = true
        for axis in shape.indices {
          var at = place[axis] + offset[axis]
          if isPeriodic { at = ((at % shape[axis]) + shape[axis]) % shape[axis] }
          isInside = isInside && (0..<shape[axis]).contains(at)
          target += at * steps[axis]
        }
        if isInside, includeSelf || target != row { found.insert(target) }
      }
      targets += found.map { Int32($0) }
    }
  }

  /// Each pair with a probability of its distance, for example `{ exp(-$0 * $0 / (2 * 0.1 * 0.1)) }`.
  ///
  /// - Parameters:
  ///   - positions: a place for each element of the group, all of one dimension.
  ///   - probability: of a distance; below 0 counts as 0, above 1 as 1.
  ///   - period: the extent of a space that closes on itself along each axis; nil for an open one.
  public static func byDistance(
    _ positions: [[Double]], includeSelf: Bool = false, period: Double? = nil, seed: UInt64 = 0,
    probability: (_ distance: Double) -> Double
  ) throws(HillockError) -> Connections {
    try check([positions.count])
    guard positions.allSatisfy({ $0.count == positions[0].count && $0.allSatisfy(\.isFinite) }) else {
      throw HillockError(.shape, "positions are finite and of one dimension")
    }
    return try rows(count: positions.count, to: positions.count, expecting: 0) { row, targets in
      var generator = RowGenerator(seed: seed, row: row)
      for target in positions.indices {
        let draw = generator.unit()
        guard includeSelf || target != row else { continue }
        let squares = zip(positions[row], positions[target]).map { a, b -> Double in
          let open = abs(a - b), short = period.map { min(open, abs($0 - open)) } ?? open
          return short * short
        }
        if draw < probability(squares.reduce(0, +).squareRoot()) { targets.append(Int32(target)) }
      }
    }
  }

  /// A ring on which each element is connected with its `neighbours` nearest, and each connection is led elsewhere with a probability.
  /// (Watts and Strogatz, Nature 393, 1998.) Each connection is there both ways.
  ///
  /// - Parameters:
  ///   - neighbours: an even number, below the number of elements.
  ///   - probability: of leading a connection to an element chosen evenly among those that are not connected yet.
  public static func smallWorld(
    _ count: Int, neighbours: Int, probability: Double, seed: UInt64 = 0
  ) throws(HillockError) -> Connections {
    try check([count])
    guard neighbours >= 0, neighbours % 2 == 0, neighbours < max(count, 1), (0...1).contains(probability) else {
      throw HillockError(
        .argument,
        "a small world has an even number of neighbours below its \(count) elements and a probability from 0 to 1, not \(neighbours) and "
          + "\(probability)")
    }
    var sets = [Set<Int>](repeating: [], count: count)
    var generator = RowGenerator(seed: seed, row: 0)
    func connect(_ a: Int, _ b: Int) {
      sets[a].insert(b)
      sets[b].insert(a)
    }
    for reach in 1..<(neighbours / 2 + 1) { for a in 0..<count { connect(a, (a + reach) % count) } }
    for reach in 1..<(neighbours / 2 + 1) {
      for a in 0..<count where generator.unit() < probability && sets[a].count < count - 1 {
        let b = (a + reach) % count
        guard sets[a].contains(b) else { continue }
        var other = Int.random(in: 0..<count, using: &generator)
        while other == a || sets[a].contains(other) { other = Int.random(in: 0..<count, using: &generator) }
        sets[a].remove(b)
        sets[b].remove(a)
        connect(a, other)
      }
    }
    return try rows(of: sets)
  }

  /// A graph that grows: each new element is connected with `links` elements that are there, chosen in proportion to their connections.
  /// (Barabási and Albert, Science 286, 1999.) Each connection is there both ways.
  public static func scaleFree(_ count: Int, links: Int, seed: UInt64 = 0) throws(HillockError) -> Connections {
    try check([count])
    guard links >= 1, links < max(count, 1) else {
      throw HillockError(.argument, "a new element is connected with 1 to \(count - 1) elements, not \(links)")
    }
    var generator = RowGenerator(seed: seed, row: 0)
    var sets = [Set<Int>](repeating: [], count: count)
    // Each element stands here once for each of its connections.
    var ends: [Int] = []
    for element in links..<count {
      var chosen: Set<Int> = ends.isEmpty ? Set(0..<links) : []
      while chosen.count < links { chosen.insert(ends[Int.random(in: ends.indices, using: &generator)]) }
      for other in chosen.sorted() {
        sets[element].insert(other)
        sets[other].insert(element)
        ends += [element, other]
      }
    }
    return try rows(of: sets)
  }

  /// The connections of each element with those in its set.
  private static func rows(of sets: [Set<Int>]) throws(HillockError) -> Connections {
    try rows(count: sets.count, to: sets.count, expecting: sets.reduce(0) { $0 + $1.count }) { row, targets in
      targets += sets[row].map { Int32($0) }
    }
  }
}
