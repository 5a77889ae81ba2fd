import Foundation
import Hillock
import HillockDynamics
import Testing

/// Fires in the steps that it is told.
private final class Pulses: DynamicalSystem, SpikeSource {
  let size: [Int]
  let spike: Variable
  private let table: NDArray

  /// - Parameter steps: for each element the steps in which it fires: its spikes have the times of their ends.
  init(_ steps: [[Int]], count: Int) {
    size = [steps.count]
    spike = Variable(zeros(size, dtype: .bool), name: "spike")
    table = NDArray((0..<count).map { step in steps.map { $0.contains(step) } })
    super.init()
  }

  override func update(_ step: TimeStep) { spike.value = table[step.index] }
}

@Suite struct ProjectionTests {
  /// NEST's default `iaf_psc_*` neuron: C = 250 pF and τ = 10 ms, so R = τ/C = 0.04 mV/pA.
  private func nestNeuron(_ count: Int = 1) -> LIF {
    LIF(count, V_rest: -70.0, V_reset: -70.0, V_th: -55.0, R: 0.04, tau: 10.0, tau_ref: 2.0, dtype: .f64)
  }

  private final class Pair: DynamicalSystem {
    // Declared in the wrong order on purpose: it makes no difference.
    let target: LIF, projection: Projection, source: Pulses
    init(_ source: Pulses, _ target: LIF, _ projection: Projection) {
      (self.source, self.target, self.projection) = (source, target, projection)
      super.init()
    }
  }

  private final class Drawn: DynamicalSystem {
    let source: Pulses, target: LIF, projection: DynamicalSystem
    init(_ source: Pulses, _ target: LIF, _ projection: DynamicalSystem) {
      (self.source, self.target, self.projection) = (source, target, projection)
      super.init()
    }
  }

  /// Connections that are drawn again at each spike are the stored ones of the same seed.
  @Test(arguments: [nil, 0.1, 0.4], [Synapse.exponential(tau: 2), .alpha(tau: 2), .delta])
  func aDrawnProjectionIsAStoredOneOfItsSeed(delay: Double?, synapse: Synapse) throws {
    func potentials(_ make: (Pulses, LIF) throws -> DynamicalSystem) throws -> [Double] {
      let source = Pulses((0..<40).map { [$0 % 7, 9 + $0 % 5] }, count: 40), target = nestNeuron(30)
      let record = try Drawn(source, target, make(source, target)).run(4, monitors: ["V": target.V])
      return try #require(record["V"]).scalars()
    }
    for part in [0..<40, 10..<25] {
      let stored = try potentials { source, target in
        try Projection(
          from: Subgroup(of: source, part), to: target,
          .fixedProbability(0.3, from: part.count, to: 30, includeSelf: false, seed: 5), weight: 3, delay: delay, synapse: synapse
        )
      }
      let drawn = try potentials { source, target in
        try DrawnProjection(
          from: Subgroup(of: source, part), to: target, probability: 0.3, includeSelf: false, weight: 3, delay: delay,
          synapse: synapse, seed: 5)
      }
      #expect(stored == drawn)
      #expect(Set(stored).count > 30)
    }
  }

  @Test func aDrawnProjectionHasAProbabilityAndOneWeight() throws {
    let a = LIF(4), b = LIF(3)
    #expect(throws: HillockError.self) { try DrawnProjection(from: a, to: b, probability: 1.5, synapse: .delta) }
    #expect(throws: HillockError.self) {
      try DrawnProjection(from: a, to: b, probability: 0.5, weight: NDArray([1.0, 2]), synapse: .delta)
    }
    let early = try DrawnProjection(from: a, to: b, probability: 0.5, delay: 0, synapse: .delta)
    #expect(throws: HillockError.self) { try early.run(1) }
  }

  /// The table of NEST's test_iaf_psp.py: an alpha synapse of 2 ms, a spike at 2 ms, weight 100 pA, delay 1 ms; to 10⁻⁶ of V.
  @Test(arguments: [0.1, 0.2, 0.5, 1.0])
  func aPostsynapticPotentialIsThatOfNEST(dt: Double) throws {
    let source = Pulses([[Int((2 / dt).rounded()) - 1]], count: Int((6 / dt).rounded())), target = nestNeuron()
    let projection = try Projection(
      from: source, to: target, Connections(pairs: [(0, 0)], from: 1, to: 1), weight: 100, delay: 1.0, synapse: .alpha(tau: 2))
    let record = try Pair(source, target, projection).run(6, dt: dt, monitors: ["V": target.V])
    let V: [Double] = try #require(record["V"]).scalars()
    let known = [
      3.0: -70, 3.1: -69.9974, 3.2: -69.9899, 3.5: -69.9434, 4.0: -69.8108, 4.5: -69.6435, 5.0: -69.4681, 5.7: -69.2383,
    ]
    var compared = 0
    for (index, V) in V.enumerated() {
      let t = Double(index + 1) * dt
      // The closed form, from 3 ms on.
      let s = max(t - 3, 0), b = 1 / 2.0 - 1 / 10.0
      let exact = -70 + 100 * M_E / (2 * 250) * ((exp(-s / 10) - exp(-s / 2)) / (b * b) - s * exp(-s / 2) / b)
      #expect((V - exact).magnitude < 1e-10)
      if let known = known[(t * 10).rounded() / 10] {
        #expect((V - known).magnitude < 1e-4)
        compared += 1
      }
    }
    #expect(compared >= 3)
  }

  /// NEST's test_iaf_psc_alpha.py: a constant current of 1 000 pA, and one of 1 450 pA at four lengths of a step.
  @Test func aConstantCurrentGivesTheSpikesOfNEST() throws {
    let neuron = nestNeuron()
    neuron.input[...] = 1000
    let record = try neuron.run(8, monitors: ["V": neuron.V, "spike": neuron.spike])
    let V: [Double] = try #require(record["V"]).scalars(), spike: [Bool] = try #require(record["spike"]).scalars()
    for (step, known) in zip(0..., [-69.602, -69.2079, -68.8178, -68.4316, -68.0492]) {
      #expect((V[step] - known).magnitude < 1e-4)
    }
    for (step, known) in zip(42..., [-56.0204, -55.7615, -55.5051, -55.2513, -55.0001]) {
      #expect((V[step] - known).magnitude < 1e-4)
    }
    #expect(spike.firstIndex(of: true) == 47)
    #expect(V[47...67].allSatisfy { $0 == -70 } && V[68] > -70)
    for dt in [0.1, 0.2, 0.5, 1.0] {
      let neuron = nestNeuron()
      neuron.input[...] = 1450
      let record = try neuron.run(6, dt: dt, monitors: ["V": neuron.V, "spike": neuron.spike])
      let V: [Double] = try #require(record["V"]).scalars(), spike: [Bool] = try #require(record["spike"]).scalars()
      #expect(spike.firstIndex(of: true) == Int((3 / dt).rounded()) - 1)
      #expect((V[Int((1 / dt).rounded()) - 1] + 64.4806).magnitude < 1e-4)
      #expect((V[Int((2 / dt).rounded()) - 1] + 59.4864).magnitude < 1e-4)
    }
  }

  /// An exponential synapse: I = w·exp(−t/τ_s), V = R·w·τ_s/(τ_s − τ)·(exp(−t/τ_s) − exp(−t/τ)); equal time constants: R·w·(t/τ)·exp(−t/τ).
  @Test(arguments: [2, 9.999_999_99, 10, 10.000_001, 40])
  func anExponentialCurrentIsExact(tau: Double) throws {
    let source = Pulses([[0]], count: 100), target = nestNeuron()
    let projection = try Projection(
      from: source, to: target, Connections(pairs: [(0, 0)], from: 1, to: 1), weight: 100, synapse: .exponential(tau: tau))
    let record = try Pair(source, target, projection).run(10, monitors: ["V": target.V])
    for (index, V) in try #require(record["V"]).scalars(as: Double.self).enumerated() {
      let s = max(Double(index + 1) * 0.1 - 0.2, 0), b = 1 / tau - 1 / 10.0
      // ∫ exp(−(s − x)/10)·exp(−x/τ) dx / 10
      let exact = -70 + 4 * exp(-s / 10) * (b == 0 ? s : -expm1(-s * b) / b) / 10
      #expect((V - exact).magnitude < 1e-9, "\(index)")
    }
  }

  /// A delay of d steps arrives after d steps, for d = 1 beside d = 50, in one projection or in several, wherever the run is cut.
  @Test func eachDelayArrivesInItsStep() throws {
    let delays = [0.1, 5, 0.2, 1.3, 4.9]
    func spikes(_ projections: (Pulses, LIF) throws -> [Projection], parts: [Double]) throws -> [[Int]] {
      let source = Pulses([[3, 20, 21, 60]], count: 200)
      let target = LIF(5, V_th: 1e9, dtype: .f64)
      final class Network: DynamicalSystem {
        let projections: [Projection], target: LIF
        init(_ projections: [Projection], _ target: LIF) {
          (self.projections, self.target) = (projections, target)
          super.init()
        }
      }
      let network = Network(try projections(source, target), target)
      var jumps: [[Int]] = Array(repeating: [], count: 5), before = Array(repeating: 0.0, count: 5), step = 0
      for part in parts {
        let record = try network.run(part, monitors: ["V": target.V])
        let V: [Double] = try #require(record["V"]).scalars()
        for _ in 0..<V.count / 5 {
          for neuron in 0..<5 {
            let value = V[(step * 5 + neuron) % V.count]
            if value > before[neuron] { jumps[neuron].append(step) }
          }
          for neuron in 0..<5 { before[neuron] = V[(step * 5 + neuron) % V.count] }
          step += 1
        }
      }
      return jumps
    }
    let expected = delays.map { delay in [3, 20, 21, 60].map { $0 + Int((delay * 10).rounded()) } }
    let one = try spikes(
      { source, target in
        [
          try Projection(
            from: source, to: target, Connections(pairs: (0..<5).map { (0, $0) }, from: 1, to: 5), weight: 1.0,
            delay: NDArray(delays), synapse: .delta)
        ]
      }, parts: [20])
    #expect(one == expected)
    let several = try spikes(
      { source, target in
        try delays.enumerated().map { neuron, delay in
          try Projection(
            from: source, to: target, Connections(pairs: [(0, neuron)], from: 1, to: 5), weight: 1.0, delay: delay,
            synapse: .delta)
        }
      }, parts: [10, 10])
    #expect(several == expected)
  }

  /// One step beside 50 and beside delays that need two bytes, and four: each arrives in its step, at the target it is for.
  @Test(arguments: [50, 256, 257, 40_000, 65_537]) func longDelaysArriveInTheirSteps(longest: Int) throws {
    // (Behind the end of its table the last row counts: without a spike.)
    let steps = [1, 50, longest], spike = 3
    let source = Pulses([[spike]], count: spike + 2), target = LIF(3, V_th: 1e9, tau: 1e9, dtype: .f64)
    let projection = try Projection(
      from: source, to: target, Connections(pairs: (0..<3).map { (0, $0) }, from: 1, to: 3), weight: NDArray([1.0, 2, 3]),
      delay: NDArray(steps.map { 0.1 * Double($0) }, dtype: .f64), synapse: .delta)
    final class Network: DynamicalSystem {
      let source: Pulses, projection: Projection, target: LIF
      init(_ source: Pulses, _ projection: Projection, _ target: LIF) {
        (self.source, self.projection, self.target) = (source, projection, target)
        super.init()
      }
    }
    let network = Network(source, projection, target)
    let V = try #require(try network.run(0.1 * Double(longest + spike + 2), monitors: ["V": target.V])["V"])
    // Where the potential leaves rest, and by how much.
    let first = (V .> 0.5).argmax(axis: 0)
    #expect(try first.scalars(as: Int.self) == steps.map { $0 + spike })
    #expect(try round(V[-1]).asType(.i32).scalars(as: Int.self) == [1, 2, 3])
  }

  @Test func equalSynapsesShareAStateAndOthersDoNot() throws {
    let source = Pulses([[0, 3, 7], [1]], count: 100), merged = nestNeuron(2), other = nestNeuron(2)
    func project(_ to: LIF, _ pair: (Int, Int), _ synapse: Synapse) throws -> Projection {
      try Projection(from: source, to: to, try Connections(pairs: [pair], from: 2, to: 2), weight: 30, synapse: synapse)
    }
    _ = try project(merged, (0, 1), .exponential(tau: 3))
    _ = try project(merged, (1, 1), .exponential(tau: 3))
    _ = try project(merged, (1, 1), .exponential(tau: 4))
    #expect(merged.receptors.count == 2)
    _ = try project(other, (1, 0), .alpha(tau: 3))
    _ = try project(other, (1, 0), .alpha(tau: 3, normalization: .jump))
    #expect(other.receptors.count == 2)
  }

  @Test func mistakesAreNamed() throws {
    let source = Pulses([[0]], count: 10), target = LIF(2)
    let pair = try Connections(pairs: [(0, 1)], from: 1, to: 2)
    #expect(throws: HillockError.self) { try Projection(from: source, to: LIF(3), pair, synapse: .delta) }
    #expect(throws: HillockError.self) { try Projection(from: source, to: target, pair, weight: ones(2), synapse: .delta) }
    #expect(throws: HillockError.self) { try Projection(from: source, to: target, pair, synapse: .exponential(tau: 0)) }
    for delay in [0.0, 0.15, -1] {
      let target = LIF(2)
      let projection = try Projection(from: source, to: target, pair, delay: delay, synapse: .delta)
      let error = #expect(throws: HillockError.self) { try Pair(source, target, projection).run(1) }
      #expect(error?.message.contains("delays of a projection") == true)
    }
  }
}

@Suite struct InputAndGateTests {
  /// The jumps of V are Poisson numbers: mean and variance are sources · rate · dt.
  @Test(arguments: [0.05, 1.6, 40])
  func poissonInputHasMeanAndVarianceOfItsRate(mean: Double) throws {
    let group = LIF(2000, V_th: 1e9, tau: 1e12, dtype: .f64)
    let input = try PoissonInput(to: group, sources: 100, rate: mean * 100, weight: 1, synapse: .delta, seed: 3)
    final class Network: DynamicalSystem {
      let input: PoissonInput
      init(_ input: PoissonInput) {
        self.input = input
        super.init()
      }
    }
    let record = try Network(input).run(1, monitors: ["V": group.V])
    let V = try #require(record["V"]), jumps = concatenate([V[0..<1], V[1...] - V[..<9]])
    // 20 000 numbers: five standard deviations of their mean and variance.
    let n = 20_000.0
    #expect(abs(try jumps.mean().item(as: Double.self) - mean) < 5 * (mean / n).squareRoot())
    #expect(abs(try jumps.variance().item(as: Double.self) - mean) < 5 * ((mean + 2 * mean * mean) / n).squareRoot())
    #expect(throws: HillockError.self) { try PoissonInput(to: group, rate: -1, synapse: .delta) }
  }

  /// Released amounts of NEST's tsodyks2_synapse for spikes every 50 ms: x ← 1 + (x − x·u − 1)·e^(−h/τ_r), u ← U + u·(1 − U)·e^(−h/τ_f).
  @Test func aDepressingSynapseReleasesWhatTheRecurrenceSays() throws {
    let source = Pulses((0..<1).map { _ in (0..<10).map { 1 + 500 * $0 } }, count: 5100),
      target = LIF(1, V_th: 1e9, tau: 1e12, dtype: .f64)
    let projection = try Projection(
      from: source, to: target, Connections(pairs: [(0, 0)], from: 1, to: 1), weight: 1.0, synapse: .delta,
      release: ShortTermPlasticity(use: 0.5, facilitation: 30, recovery: 800))
    final class Network: DynamicalSystem {
      let projection: Projection
      init(_ projection: Projection) {
        self.projection = projection
        super.init()
      }
    }
    let record = try Network(projection).run(500, monitors: ["V": target.V])
    let V: [Double] = try #require(record["V"]).scalars()
    var u = 0.5, x = 1.0, sum = 0.0
    for spike in 0..<10 {
      sum += u * x
      #expect((V[500 * spike + 10] - sum).magnitude < 1e-9)
      x = 1 + (x - x * u - 1) * exp(-50 / 800.0)
      u = 0.5 + u * 0.5 * exp(-50 / 30.0)
    }
  }

  /// One spike opens AMPA channels for half a millisecond: s = s∞·(1 − e^(−(αT + β)·t)) with s∞ = αT/(αT + β), then decay by β.
  @Test func aPulseOpensAndClosesChannels() throws {
    let source = Pulses([[0], []], count: 100), target = LIF(2, dtype: .f64)
    let projection = try GatedProjection(
      from: source, to: target, try .allToAll(from: 2, to: 2), weight: 0.1, synapse: .ampa(), output: .conductance(reversal: 20))
    final class Network: DynamicalSystem {
      let projection: GatedProjection
      init(_ projection: GatedProjection) {
        self.projection = projection
        super.init()
      }
    }
    let record = try Network(projection).run(10, monitors: ["s": projection.s, "V": target.V])
    let s: [Double] = try #require(record["s"]).scalars(), V: [Double] = try #require(record["V"]).scalars()
    let opening = 0.98 * 0.5, rate = opening + 0.18, open = opening / rate * (1 - exp(-0.5 * rate))
    // The spike has the time 0.1 ms and arrives at 0.2 ms, the end of step 1; the pulse lasts for steps 2 to 6.
    for step in 0..<100 {
      let t = Double(step - 1) * 0.1
      let exact = t <= 0 ? 0 : t <= 0.5 + 1e-9 ? opening / rate * (1 - exp(-t * rate)) : open * exp(-0.18 * (t - 0.5))
      #expect((s[2 * step] - exact).magnitude < 1e-12 && s[2 * step + 1] == 0)
    }
    #expect(V[4] == 0 && V[2 * 99] > 0.1 && V[2 * 99] == V[2 * 99 + 1])
  }

  /// All with all by one weight is one sum; the same with a weight for each connection, or with connections that are listed, is not.
  @Test func gatesOfAllWithAllAreOneSum() throws {
    final class Net: DynamicalSystem {
      let source: SpikeTimeGroup, target = LIF(3, V_th: 1e9, dtype: .f64)
      let projection: GatedProjection
      init(_ connections: Connections, weight: some ParameterConvertible) throws {
        source = try SpikeTimeGroup(4, times: [1, 1.5, 2, 2], indices: [0, 1, 2, 3])
        projection = try GatedProjection(
          from: source, to: target, connections, weight: weight, synapse: .nmda(), output: .conductance(reversal: 10))
        super.init()
      }
      func V() throws -> [Double] { try #require(try run(20, monitors: ["V": target.V])["V"]).scalars() }
    }
    let all = try Connections.allToAll(from: 4, to: 3)
    let pairs = try Connections(pairs: (0..<4).flatMap { a in (0..<3).map { (a, $0) } }, from: 4, to: 3)
    let one = try Net(all, weight: 0.3).V()
    let each = try Net(all, weight: full([12], 0.3, dtype: .f64)).V(), listed = try Net(pairs, weight: 0.3).V()
    #expect(one.last.map { $0 > 0.1 } ?? false)
    for (a, b) in zip(one, each) { #expect((a - b).magnitude < 1e-12) }
    for (a, b) in zip(one, listed) { #expect((a - b).magnitude < 1e-12) }
    // Without themselves, neurons are not all connected with all.
    let hollow = try Net(Connections(matrix: NDArray([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]])), weight: 0.3).V()
    #expect(hollow != one)
  }

  /// Two membranes with a junction: the difference of their potentials decays with (1 + 2·R·w)/τ, the mean with 1/τ.
  @Test func gapJunctionsPullPotentialsTogether() throws {
    let group = LIF(2, V_th: 1e9, V: NDArray([10.0, 2.0], dtype: .f64), dtype: .f64)
    let junction = try GapJunctions(
      from: group, to: group, try Connections(pairs: [(0, 1)], from: 2, to: 2).symmetric, weight: 0.5)
    final class Network: DynamicalSystem {
      let junction: GapJunctions
      init(_ junction: GapJunctions) {
        self.junction = junction
        super.init()
      }
    }
    try Network(junction).run(5, dt: 0.001)
    let V: [Double] = try group.V.value.scalars()
    #expect((V[0] - V[1] - 8 * exp(-5 * 2 / 10.0)).magnitude < 2e-3)
    #expect((V[0] + V[1] - 12 * exp(-5 / 10.0)).magnitude < 2e-3)
  }

  @Test func aSubgroupFiresWithItsGroup() throws {
    let group = LIF(10), target = LIF(2, V_th: 1e9, dtype: .f64)
    group.input.value = NDArray((0..<10).map { $0 == 7 ? 1000.0 : 0 })
    let projection = try Projection(
      from: Subgroup(of: group, 5..<10), to: target, Connections(pairs: [(2, 1), (0, 0)], from: 5, to: 2), synapse: .delta)
    final class Network: DynamicalSystem {
      let projection: Projection
      init(_ projection: Projection) {
        self.projection = projection
        super.init()
      }
    }
    try Network(projection).run(2)
    let V: [Double] = try target.V.value.scalars()
    #expect(V[0] == 0 && V[1] > 0.5)
    #expect(throws: HillockError.self) { try Subgroup(of: group, 5..<11) }
  }
}

@Suite struct STDPTests {
  /// The weight after all spikes is w₀ plus the sum over all pairs, each by its distance in time.
  @Test(arguments: [1, 4])
  func aWeightIsTheSumOverPairs(delaySteps: Int) throws {
    let pre = [[3, 9, 20, 33, 34, 70], [5, 21, 50]], post = [4, 10, 23, 34, 60, 71, 90]
    // What the target's own spikes are is given: a strong pulse makes it fire in the next step.
    let source = Pulses(pre, count: 200), trigger = Pulses([post.map { $0 - 1 }], count: 200)
    let target = LIF(1, tau_ref: 0.0, dtype: .f64)
    let drive = try Projection(
      from: trigger, to: target, Connections(pairs: [(0, 0)], from: 1, to: 1), weight: 1000, synapse: .delta)
    let learn = try PlasticProjection(
      from: source, to: target, .allToAll(from: 2, to: 1), weight: NDArray([0.3, 0.6], dtype: .f64),
      delay: 0.1 * Double(delaySteps),
      rule: STDP(tauPlus: 16.8, tauMinus: 33.7, potentiation: 0.02, depression: 0.015), synapse: .delta)
    final class Network: DynamicalSystem {
      let drive: Projection, learn: PlasticProjection
      init(_ drive: Projection, _ learn: PlasticProjection) {
        (self.drive, self.learn) = (drive, learn)
        super.init()
      }
    }
    let record = try Network(drive, learn).run(12, monitors: ["spike": target.spike])
    let fired: [Bool] = try #require(record["spike"]).scalars()
    #expect(fired.indices.filter { fired[$0] } == post)
    let weights: [Double] = try learn.weight.value.scalars()
    for (synapse, start) in [0.3, 0.6].enumerated() {
      var exact = start
      for arrival in pre[synapse].map({ $0 + delaySteps - 1 }) {
        for spike in post {
          // An arrival is taken in, and a spike of the target is seen, in the step after.
          let difference = 0.1 * Double(spike - arrival)
          if difference > 0.05 { exact += 0.02 * exp(-difference / 16.8) }
          if difference < -0.05 { exact -= 0.015 * exp(difference / 33.7) }
        }
      }
      #expect((weights[synapse] - exact).magnitude < 1e-12, "\(synapse)")
    }
  }

  @Test func weightsStayWithinTheirBounds() throws {
    let source = Pulses([Array(stride(from: 1, to: 1000, by: 3))], count: 1000), target = LIF(1, tau_ref: 0.0, dtype: .f64)
    target.input[...] = 1000
    let learn = try PlasticProjection(
      from: source, to: target, .allToAll(from: 1, to: 1), weight: 0.5, rule: STDP(potentiation: 1, depression: 0, bounds: 0...1),
      synapse: .delta)
    final class Network: DynamicalSystem {
      let learn: PlasticProjection
      init(_ learn: PlasticProjection) {
        self.learn = learn
        super.init()
      }
    }
    try Network(learn).run(50)
    #expect(try learn.weight.value.scalars() == [1.0])
    try learn.reset()
    #expect(try learn.weight.value.scalars() == [0.5])
    #expect(throws: HillockError.self) { try STDPTests.unbounded(source, target) }
  }

  private static func unbounded(_ source: Pulses, _ target: LIF) throws {
    _ = try PlasticProjection(
      from: source, to: target, .allToAll(from: 1, to: 1), weight: 0.5,
      rule: STDP(potentiation: 1, depression: 1, powers: (plus: 1, minus: 1)), synapse: .delta)
  }
}
