import Foundation
import Hillock
import HillockDynamics
import Testing

/// Tables of NEST's own tests (`testsuite/pytests/neurons`, `regressions`), and the closed forms behind them, in f64.
@Suite struct NESTTests {
  private func run(_ group: NeuGroup, _ duration: Double, dt: Double = 0.1) throws -> (V: [Double], spikes: [Double]) {
    let record = try group.run(duration, dt: dt, monitors: ["V": group.V, "spike": group.spike])
    let fired = try #require(record["spike"]).bools(), times: [Double] = try record.times.scalars()
    return (try #require(record["V"]).scalars(), fired.indices.filter { fired[$0] }.map { times[$0] })
  }

  /// `test_iaf_psc_alpha.py`: I_e 1000 pA.
  @Test func aConstantCurrent() throws {
    let (V, spikes) = try run(IafPsc(1, I_e: 1000.0, dtype: .f64), 7)
    let table = [
      (0.1, -69.602), (0.2, -69.2079), (0.3, -68.8178), (0.4, -68.4316), (0.5, -68.0492), (4.3, -56.0204), (4.4, -55.7615),
      (4.5, -55.5051), (4.6, -55.2513), (4.7, -55.0001), (4.8, -70), (5.8, -70), (6.8, -70), (6.9, -69.602), (7, -69.2079),
    ]
    for (t, expected) in table {
      #expect((V[Int((t * 10).rounded()) - 1] - expected).magnitude < 7e-5, "at \(t)")
    }
    #expect(spikes.count == 1 && (spikes[0] - 4.8).magnitude < 1e-9)
  }

  /// `test_iaf_psc_alpha.py`: I_e 1450 pA, with four lengths of steps.
  @Test(arguments: [0.1, 0.2, 0.5, 1])
  func theSameForAnyStep(dt: Double) throws {
    let (V, spikes) = try run(IafPsc(1, I_e: 1450.0, dtype: .f64), 6, dt: dt)
    for (t, expected) in [(1.0, -64.4806), (2, -59.4864), (3, -70), (4, -70), (5, -70)] {
      #expect((V[Int((t / dt).rounded()) - 1] - expected).magnitude < 7e-5, "at \(t)")
    }
    #expect((spikes[0] - 3).magnitude < 1e-9)
    guard dt == 0.1 else { return }
    #expect((V[28] + 55.3993).magnitude < 7e-5 && (V[50] + 69.4229).magnitude < 7e-5)
  }

  /// `test_iaf_psc_exp.py`: V is E_L + (1 − exp(−t/τ))·R·I until the threshold, then held for t_ref, then the same curve again.
  @Test func theCurveOfACurrent() throws {
    let (V, spikes) = try run(IafPsc(1, I_e: 1000.0, dtype: .f64), 30)
    let resistance = 10.0 / 250
    var since = 0, expectedSpikes: [Double] = []
    for (step, value) in V.enumerated() {
      since += 1
      var expected = -70 + resistance * 1000 * -expm1(-Double(since) * 0.1 / 10)
      if since <= 0 { expected = -70 }
      if expected >= -55 {
        expectedSpikes.append(Double(step + 1) * 0.1)
        expected = -70
        since = -20
      }
      #expect((value - expected).magnitude < 1e-9, "step \(step)")
    }
    #expect(spikes.count == expectedSpikes.count && zip(spikes, expectedSpikes).allSatisfy { ($0 - $1).magnitude < 1e-9 })
  }

  /// `test_ticket_310.py`: a neuron that begins above the threshold fires once, in the first step.
  @Test func aNeuronAboveTheThresholdFiresOnce() throws {
    for group in [IafPsc(1, V: -50.0, dtype: .f64), IafCondExp(1, V: -50.0, dtype: .f64)] as [NeuGroup] {
      let (_, spikes) = try run(group, 100)
      #expect(spikes.count == 1 && (spikes[0] - 0.1).magnitude < 1e-9, "\(type(of: group))")
    }
  }

  /// `test_ticket_421.py`: a neuron at rest stays there.
  @Test func aNeuronAtRestStaysThere() throws {
    for (group, rest) in [(IafPsc(1, dtype: .f64), -70), (IafCondExp(1, dtype: .f64), -70)] as [(NeuGroup, Double)] {
      #expect(try run(group, 100).V.allSatisfy { ($0 - rest).magnitude < 1e-12 }, "\(type(of: group))")
    }
  }

  /// The conductance-based neuron without synapses is the current-based one with τ_m = C/g_L.
  @Test func aLeakIsExact() throws {
    let conductance = IafCondExp(1, I_e: 200.0, dtype: .f64)
    let (V, _) = try run(conductance, 20)
    for (step, value) in V.enumerated() {
      let exact = -70 + 200 / 16.6667 * -expm1(-Double(step + 1) * 0.1 * 16.6667 / 250)
      #expect((value - exact).magnitude < 1e-9)
    }
  }

  /// The first spikes of `aeif_cond_exp` at 800 pA against Runge and Kutta's method at a fine step, written out.
  @Test func anAdaptiveNeuronFiresWhenItsEquationsDo() throws {
    func slopes(_ V: Double, _ w: Double) -> (Double, Double) {
      // NEST evaluates both equations at V_peak at most: a stage beyond it would carry w away.
      let V = min(V, 0), upstroke = 2 * exp((V + 50.4) / 2), leak = -70.6 - V + upstroke
      return ((30 * leak - w + 800) / 281, (4 * (V + 70.6) - w) / 144)
    }
    let dt = 0.0005
    var V = -70.6, w = 0.0, expected: [Double] = []
    for step in 1...Int(40 / dt) {
      let a = slopes(V, w), b = slopes(V + dt / 2 * a.0, w + dt / 2 * a.1)
      let c = slopes(V + dt / 2 * b.0, w + dt / 2 * b.1), d = slopes(V + dt * c.0, w + dt * c.1)
      V += dt / 6 * (a.0 + 2 * b.0 + 2 * c.0 + d.0)
      w += dt / 6 * (a.1 + 2 * b.1 + 2 * c.1 + d.1)
      if V >= 0 {
        expected.append(Double(step) * dt)
        V = -60
        w += 80.5
      }
    }
    let (_, spikes) = try run(AeifCondExp(1, I_e: 800.0, dtype: .f64), 40, dt: 0.01)
    #expect(spikes.count == 2 && expected.count == 2, "\(spikes), \(expected)")
    for (found, exact) in zip(spikes, expected) { #expect((found - exact).magnitude < 0.05, "\(found), \(exact)") }
  }

  private final class Net: DynamicalSystem {
    let projection: Projection
    init(_ projection: Projection) {
      self.projection = projection
      super.init()
    }
  }

  /// `test_iaf_psp.py` with a spike generator: a spike at 2 ms, an alpha synapse of 2 ms, weight 100 pA, delay 1 ms.
  @Test func aSpikeOfAGivenTimeArrivesAfterItsDelay() throws {
    let source = try SpikeTimeGroup(1, times: [2.0], indices: [0]), neuron = IafPsc(1, dtype: .f64)
    let net = Net(
      try Projection(
        from: source, to: neuron, Connections(pairs: [(0, 0)], from: 1, to: 1), weight: 100, delay: 1.0, synapse: .alpha(tau: 2)))
    let V: [Double] = try #require(try net.run(6, monitors: ["V": neuron.V])["V"]).scalars()
    let table = [
      (3.0, -70), (3.1, -69.9974), (3.2, -69.9899), (3.5, -69.9434), (4.0, -69.8108), (4.5, -69.6435), (5.7, -69.2383),
    ]
    for (t, expected) in table { #expect((V[Int((t * 10).rounded()) - 1] - expected).magnitude < 7e-5, "at \(t)") }
  }
}
