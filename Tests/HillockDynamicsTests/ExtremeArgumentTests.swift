import Hillock
import HillockDynamics
import Testing

/// Arguments at the ends of what an `Int` and a `Double` can say: they give errors, or the value that is well defined. None traps.
@Suite struct ExtremeArgumentTests {
  /// All of these throw a `HillockError`.
  private func expectErrors(_ bodies: [(what: String, body: () throws -> Void)], _ location: SourceLocation = #_sourceLocation) {
    for (what, body) in bodies {
      #expect(throws: HillockError.self, "\(what)", sourceLocation: location) { try body() }
    }
  }

  private let most = Int(Int32.max)

  @Test func connectionsOfExtremeNumbers() throws {
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("one to one", { _ = try Connections.oneToOne(Int.max) }),
      ("one to one, negative", { _ = try Connections.oneToOne(Int.min) }),
      ("all to all", { _ = try Connections.allToAll(from: Int.max, to: Int.max) }),
      ("mean", { _ = try Connections.pairwisePoisson(mean: 1e300, from: 1, to: 1) }),
      ("infinite mean", { _ = try Connections.pairwisePoisson(mean: .infinity, from: 1, to: 1) }),
      ("mean that is no number", { _ = try Connections.pairwisePoisson(mean: .nan, from: 1, to: 1) }),
      ("probability", { _ = try Connections.fixedProbability(.nan, from: 1, to: 1) }),
      ("out-degree", { _ = try Connections.fixedOutDegree(Int.max, from: 1, to: 2, allowsMultiple: true) }),
      ("negative out-degree", { _ = try Connections.fixedOutDegree(Int.min, from: 1, to: 2, allowsMultiple: true) }),
      ("in-degree", { _ = try Connections.fixedInDegree(Int.max, from: 2, to: 1, allowsMultiple: true) }),
      ("total number", { _ = try Connections.fixedTotalNumber(Int.max, from: 1, to: 1) }),
      ("negative total number", { _ = try Connections.fixedTotalNumber(Int.min, from: 1, to: 1) }),
      ("total number of none", { _ = try Connections.fixedTotalNumber(1, from: 0, to: 1) }),
      ("pair", { _ = try Connections(pairs: [(Int.max, Int.min)], from: 1, to: 1) }),
      ("small world", { _ = try Connections.smallWorld(3, neighbours: Int.min, probability: 0) }),
      ("scale-free", { _ = try Connections.scaleFree(0, links: Int.max) }),
    ]
    expectErrors(bodies)
    #expect(try Connections.fixedTotalNumber(0, from: 0, to: 0).count == 0)
    #expect(try Connections.smallWorld(0, neighbours: 0, probability: 1).count == 0)
  }

  @Test func gridsOfExtremeShapes() throws {
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("product of Ints", { _ = try Connections.grid([Int.max, 2]) }),
      ("product of extents", { _ = try Connections.grid([1 << 30, 1 << 30, 1 << 30]) }),
      ("negative", { _ = try Connections.grid([-1, Int.min]) }),
      ("radius", { _ = try Connections.grid([2], radius: Int.min) }),
    ]
    expectErrors(bodies)
    #expect(try Connections.grid([0, most, most, most]).count == 0)
    // Four places, each with the three others; and three on a ring, each with the two others.
    #expect(try Connections.grid([2, 2], radius: Int.max).count == 12)
    #expect(try Connections.grid([3], radius: Int.max, isPeriodic: true).count == 6)
  }

  @Test func measuresOfExtremeRanges() throws {
    let spikes = try SpikeList(times: [1, 2], neurons: [0, 1])
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("neurons", { _ = try spikes.rate(of: 0..<Int.max, over: 0...3) }),
      ("negative neurons", { _ = try spikes.rates(of: Int.min..<0, over: 0...3) }),
      ("window", { _ = try spikes.rate(of: 0..<2, over: -1e308...1e308) }),
      ("counts", { _ = try spikes.counts(of: 0..<100_000, over: 0...100_000, bin: 1) }),
      ("bin", { _ = try spikes.counts(of: 0..<2, over: 0...3, bin: .nan) }),
      ("short bin", { _ = try spikes.counts(of: 0..<2, over: 0...3, bin: .leastNonzeroMagnitude) }),
      ("long bin", { _ = try spikes.rate(of: 0..<2, over: 0...3, bin: .infinity) }),
      ("smoothing", { _ = try spikes.rate(of: 0..<2, over: 0...3, bin: 1, smoothing: .gaussian(sigma: .infinity)) }),
      ("lag", { _ = try spikes.correlogram(of: 0, with: 1, over: 0...3, lag: .infinity, bin: 1) }),
      ("lag in bins", { _ = try spikes.correlogram(of: 0, with: 1, over: 0...3, lag: 1, bin: 0) }),
      ("neuron", { _ = try spikes.correlogram(of: Int.max, with: Int.min, over: 0...3, lag: 1, bin: 1) }),
      ("frequency", { _ = try spikes.spectrum(of: 0..<2, over: 0...3, upTo: .infinity) }),
      ("segment", { _ = try spikes.spectrum(of: 0..<2, over: 0...3, upTo: 1000, segment: .nan) }),
    ]
    expectErrors(bodies)
    // A neuron that never fires, whatever its number.
    let silent = try spikes.correlogram(of: 0, with: Int.max - 1, over: 0...3, lag: 1, bin: 1)
    #expect(try silent.values.scalars(as: Double.self) == [0, 0, 0])
  }

  @Test func encodersOfExtremeCounts() throws {
    let x = NDArray([0.5])
    #expect(LatencyEncoder()(x, steps: Int.min).error != nil)
    #expect(LatencyEncoder()(x, steps: Int.max).error != nil)
    #expect(PoissonEncoder()(x, steps: Int.min).error != nil)
    #expect(PoissonEncoder()(x, steps: Int.max).error != nil)
    #expect(WeightedPhaseEncoder(phases: Int.max)(x, steps: 2).error?.code == .argument)
    let population = PopulationEncoder(Int.min, range: 0...1)
    // One bump at most is as wide as the range.
    #expect(population.width == 1)
    #expect(population.centers.error != nil)
  }

  @Test func groupsOfExtremeShapes() throws {
    let large = LIF(1 << 41), overflowing = LIF(size: [Int.max, 2])
    #expect(overflowing.count == 0)
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("input", { _ = try PoissonInput(to: large, rate: 1.0, synapse: .exponential(tau: 5)) }),
      ("projection", { _ = try Projection(from: overflowing, to: overflowing, .oneToOne(1), synapse: .delta) }),
      ("drawn", { _ = try DrawnProjection(from: overflowing, to: large, probability: 0.5, synapse: .delta) }),
      ("sources", { _ = try SpikeTimeGroup(size: [Int.max, 2], times: [], indices: []) }),
      ("negative sources", { _ = try SpikeTimeGroup(size: [-1], times: [1], indices: [0]) }),
      ("part", { _ = try Subgroup(of: overflowing, 0..<Int.max) }),
      ("run", { _ = try large.run(0.1) }),
    ]
    expectErrors(bodies)
    // A step that goes back holds the spike that it looks at.
    let source = try SpikeTimeGroup(2, times: [1, 2], indices: [0, 1])
    try source.prepare(dt: -5)
    try source.prepare(dt: .nan)
  }

  @Test func batchesOfExtremeSizes() throws {
    let group = LIF(2), source = PoissonGroup(2, rates: 1.0)
    _ = try PoissonInput(to: group, rate: 1.0, synapse: .exponential(tau: 5))
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("negative", { try group.reset(batch: -1) }),
      ("least", { try group.reset(batch: Int.min) }),
      ("most", { try group.reset(batch: Int.max) }),
      ("negative source", { try source.reset(batch: -1) }),
      ("most of a source", { try source.reset(batch: Int.max) }),
    ]
    expectErrors(bodies)
    #expect(group.stateShape == [2])
    try group.run(0.2)
    #expect(group.V.shape == [2])
  }

  @Test func delaysOfExtremeLengths() throws {
    // 10⁹ steps of 2000 elements are more than an array may have.
    let a = LIF(2000), b = LIF(2000)
    for delay in [1e8, 1e300, Double.infinity, Double.nan, -1.0] {
      let projection = try Projection(from: a, to: b, .oneToOne(2000), delay: delay, synapse: .exponential(tau: 5))
      #expect(throws: HillockError.self, "a delay of \(delay) ms") { try projection.prepare(dt: 0.1) }
      let gated = try GatedProjection(from: a, to: b, .oneToOne(2000), delay: delay, synapse: .nmda())
      #expect(throws: HillockError.self, "a delay of \(delay) ms with gates") { try gated.prepare(dt: 0.1) }
    }
    let step = TimeStep(index: 0, t: 0.0, dt: 0.1)
    for duration in [Double.infinity, Double.nan, 1e300, -1.0] {
      #expect(throws: HillockError.self, "\(duration) ms") { try step.count(duration, "a duration") }
    }
    try b.run(0.2)
    #expect(b.V.shape == [2000])
  }

  @Test func clocksAtTheirEnd() throws {
    let group = LIF(2)
    for steps in [Int.max, Int.min] {
      group.clock.steps.value = full([], steps, dtype: .i64)
      _ = try? group.run(0.2)
      try group.reset()
      #expect(try group.run(0.3).times.count == 3)
    }
  }

  @Test func propagatorsOfExtremeMatrices() throws {
    let bodies: [(what: String, body: () throws -> Void)] = [
      ("twice the norm", { _ = try Propagator([[-1.7e308]], dt: 1) }),
      ("norm", { _ = try Propagator([[1e300]], dt: 1e300) }),
      ("empty", { _ = try Propagator([], dt: 1) }),
      ("dt", { _ = try Propagator([[1]], dt: .nan) }),
    ]
    expectErrors(bodies)
    // exp(0) = 1, and a step of no length takes no input in.
    let still = try Propagator([[-1]], dt: 0)
    #expect(still.state == [[1]])
    #expect(still.input == [[0]])
  }
}
