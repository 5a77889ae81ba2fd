import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct ConnectionTests {
  /// P(X² ≥ x) of a χ² with many degrees of freedom, by Wilson and Hilferty's cube root.
  private func tail(_ chi2: Double, _ degrees: Double) -> Double {
    let z = (pow(chi2 / degrees, 1 / 3.0) - (1 - 2 / (9 * degrees))) / (2 / (9 * degrees)).squareRoot()
    return erfc(z / 2.0.squareRoot()) / 2
  }

  /// The largest distance of sorted p-values from the uniform distribution, times √n: above 1.63 for one in a hundred true ones.
  private func kolmogorovSmirnov(_ p: [Double]) -> Double {
    let sorted = p.sorted(), n = Double(p.count)
    let distance =
      sorted.enumerated().map { max(Double($0.offset + 1) / n - $0.element, $0.element - Double($0.offset) / n) }.max() ?? 1
    return distance * n.squareRoot()
  }

  /// Connections that are drawn again at each spike are those that are stored, in both directions.
  @Test func storedAndDrawnConnectionsAreTheSame() throws {
    for (includeSelf, probability) in [(true, 0.1), (false, 0.6), (true, 1), (true, 0)] {
      let stored = try Connections.fixedProbability(probability, from: 30, to: 30, includeSelf: includeSelf, seed: 9)
      let drawn = try DrawnMatrix(30, 30, probability: probability, hollow: !includeSelf, seed: 9)
      let each = (arange(30).reshaped(30, 1) .== arange(30)).asType(.f32), dense = stored.dense.asType(.f32)
      #expect(try dot(each, drawn).floats() == dense.floats() && dot(drawn, each).floats() == dense.T.floats())
    }
  }

  /// Blocks of one source stand beside each other, and each stays what it is.
  @Test func blocksStandSideBySide() throws {
    let parts = try [
      Connections.fixedProbability(0.3, from: 7, to: 5, seed: 1), .allToAll(from: 7, to: 3),
      .fixedTotalNumber(20, from: 7, to: 4, seed: 2),
    ]
    let joined = try Connections(sideBySide: parts)
    #expect(joined.preCount == 7 && joined.postCount == 12 && joined.count == parts.reduce(0) { $0 + $1.count })
    let blocks = concatenate(parts.map(\.dense), axis: 1)
    #expect(try joined.dense.bools() == blocks.bools())
    // A pair that is connected twice still is, and targets ascend.
    let rows = try joined.rowStarts.scalars(as: Int.self), targets = try joined.targets.scalars(as: Int.self)
    for row in 0..<7 { #expect(targets[rows[row]..<rows[row + 1]].elementsEqual(targets[rows[row]..<rows[row + 1]].sorted())) }
    #expect(try joined.inDegrees[8...].scalars(as: Int.self) == parts[2].inDegrees.scalars(as: Int.self))
    #expect(throws: HillockError.self) { try Connections(sideBySide: [.oneToOne(3), .oneToOne(4)]) }
    #expect(throws: HillockError.self) { try Connections(sideBySide: []) }
  }

  /// Rows that outgrow the room for them move, and stay what they are.
  @Test func rowsGrow() throws {
    let places = (0..<60).map { [Double($0)] }
    let near = try Connections.byDistance(places) { $0 <= 20 ? 1 : 0 }
    let expected = (0..<60).flatMap { row in (0..<60).filter { $0 != row && abs($0 - row) <= 20 } }
    #expect(try near.targets.scalars(as: Int.self) == expected && near.targets.shape == [expected.count])
    #expect(
      try near.senders.scalars(as: Int.self)
        == (0..<60).flatMap { row in
          Array(repeating: row, count: (0..<60).count { $0 != row && abs($0 - row) <= 20 })
        })
    // Their memory is that of the elements: a Variable takes no other.
    #expect(Variable(near.targets).shape == [expected.count])
    #expect(try Connections.fixedProbability(0, from: 3, to: 4).targets.shape == [0])
  }

  /// Over 200 seeds the degrees are binomial: their χ² against n·p gives p-values that are uniform.
  @Test func pairsAreIndependent() throws {
    let p = 0.2, pre = 60, post = 80
    for side in ["out", "in"] {
      let values = try (0..<200).map { seed in
        let drawn = try Connections.fixedProbability(p, from: pre, to: post, seed: UInt64(seed))
        let degrees: [Double] = try (side == "out" ? drawn.outDegrees : drawn.inDegrees).scalars()
        let mean = p * Double(side == "out" ? post : pre)
        return tail(degrees.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / (mean * (1 - p)) }, Double(degrees.count))
      }
      #expect(kolmogorovSmirnov(values) < 1.63, "\(side)")
    }
  }

  /// The degrees of the other side are multinomial: each element has the same chance.
  @Test func fixedDegreesAreExactAndOthersEven() throws {
    var values: [[Double]] = [[], [], []]
    for seed in 0..<200 {
      let out = try Connections.fixedOutDegree(10, from: 50, to: 40, allowsMultiple: true, seed: UInt64(seed))
      let into = try Connections.fixedInDegree(10, from: 40, to: 50, allowsMultiple: true, seed: UInt64(seed))
      let total = try Connections.fixedTotalNumber(500, from: 50, to: 40, seed: UInt64(seed))
      #expect(try Set(out.outDegrees.scalars(as: Int.self)) == [10] && Set(into.inDegrees.scalars(as: Int.self)) == [10])
      #expect(total.count == 500)
      for (position, degrees) in [out.inDegrees, into.outDegrees, total.inDegrees].enumerated() {
        let counts: [Double] = try degrees.scalars()
        values[position].append(tail(counts.reduce(0) { $0 + ($1 - 12.5) * ($1 - 12.5) / 12.5 }, 39))
      }
    }
    for values in values { #expect(kolmogorovSmirnov(values) < 1.63) }
  }

  @Test func withoutMultiplesEachPairIsConnectedOnce() throws {
    for (degree, size) in [(0, 5), (3, 40), (39, 40), (40, 40)] {
      let drawn = try Connections.fixedOutDegree(degree, from: 7, to: size, seed: 4)
      let pairs = try zip(drawn.senders.scalars(as: Int.self), drawn.targets.scalars(as: Int.self)).map { $0 * size + $1 }
      #expect(Set(pairs).count == 7 * degree && pairs == pairs.sorted())
    }
    let noSelf = try Connections.fixedInDegree(4, from: 6, to: 6, includeSelf: false, seed: 1)
    let pairs = try zip(noSelf.senders.scalars(as: Int.self), noSelf.targets.scalars(as: Int.self))
    #expect(pairs.allSatisfy { $0 != $1 })
    #expect(throws: HillockError.self) { try Connections.fixedOutDegree(6, from: 6, to: 6, includeSelf: false) }
    #expect(throws: HillockError.self) { try Connections.fixedProbability(1.5, from: 1, to: 1) }
    #expect(throws: HillockError.self) { try Connections(pairs: [(0, 3)], from: 1, to: 3) }
  }

  @Test func allFormsAreOfTheSameDraw() throws {
    let drawn = try Connections.fixedProbability(0.3, from: 12, to: 9, seed: 5)
    #expect(
      try Connections.fixedProbability(0.3, from: 12, to: 9, seed: 5).targets.scalars(as: Int.self) == drawn.targets.scalars())
    let dense: [Bool] = try drawn.dense.scalars()
    #expect(
      try dense.filter { $0 }.count == drawn.count && drawn.transposed.dense.scalars(as: Bool.self) == drawn.dense.T.scalars())
    let again = try Connections(matrix: drawn.dense)
    #expect(
      try again.targets.scalars(as: Int.self) == drawn.targets.scalars()
        && again.rowStarts.scalars(as: Int.self) == drawn.rowStarts.scalars())
    let square = try Connections.fixedProbability(0.3, from: 9, to: 9, seed: 6), both = try square.symmetric
    #expect(try both.dense.scalars(as: Bool.self) == (square.dense .| square.dense.T).scalars())
  }

  @Test func poissonPairsHaveTheirMean() throws {
    let drawn = try Connections.pairwisePoisson(mean: 0.5, from: 100, to: 200, seed: 2)
    // 10 000 ± 100.
    #expect(abs(drawn.count - 10_000) < 400)
  }

  @Test func gridsAndGraphs() throws {
    let moore = try Connections.grid([3, 4]), neumann = try Connections.grid([3, 4], isMoore: false)
    #expect(try moore.outDegrees.scalars(as: Int.self) == [3, 5, 5, 3, 5, 8, 8, 5, 3, 5, 5, 3])
    #expect(try neumann.outDegrees.scalars(as: Int.self) == [2, 3, 3, 2, 3, 4, 4, 3, 2, 3, 3, 2])
    #expect(try Set(Connections.grid([5, 5], radius: 1, isPeriodic: true).outDegrees.scalars(as: Int.self)) == [8])
    // A torus of two columns: both neighbours along the axis are the same element.
    #expect(try Set(Connections.grid([2, 5], isMoore: false, isPeriodic: true).outDegrees.scalars(as: Int.self)) == [3])
    let ring = try Connections.smallWorld(20, neighbours: 4, probability: 0)
    #expect(try Set(ring.outDegrees.scalars(as: Int.self)) == [4])
    let world = try Connections.smallWorld(200, neighbours: 6, probability: 0.3, seed: 1)
    #expect(try world.count == 1200 && world.transposed.targets.scalars(as: Int.self) == world.targets.scalars())
    #expect(
      try world.targets.scalars(as: Int.self) != Connections.smallWorld(200, neighbours: 6, probability: 0).targets.scalars())
    let grown = try Connections.scaleFree(500, links: 3, seed: 1)
    #expect(grown.count == 2 * 3 * 497)
    #expect(try grown.outDegrees.scalars(as: Int.self).max() ?? 0 > 30)
    let near = try Connections.byDistance((0..<10).map { [Double($0)] }, period: 10) { $0 <= 1 ? 1 : 0 }
    #expect(try near.targets.scalars(as: Int.self).prefix(4) == [1, 9, 0, 2])
  }

  @Test func distributionsAreDrawn() throws {
    random.seed(1)
    let group = LIF(4000, tau: Distribution.normal(mean: 10, std: 2, between: 8...12), V: Distribution.uniform(-5, 5))
    let tau: [Double] = try group.tau.array.scalars()
    #expect(tau.allSatisfy { (8...12).contains($0) } && abs(tau.reduce(0, +) / 4000 - 10) < 0.1 && Set(tau).count > 3000)
    let never = LIF(4, tau: Distribution.normal(mean: 0, std: 1, between: 100...101))
    #expect(throws: HillockError.self) { try never.run(1) }
    let onGrid = Distribution.uniform(0.5, 2).rounded(to: 0.1)
    let pair = try Connections.allToAll(from: 4, to: 4000)
    let projection = try Projection(from: LIF(4), to: group, pair, delay: onGrid, synapse: .delta)
    try projection.prepare(dt: 0.1)
  }
}
