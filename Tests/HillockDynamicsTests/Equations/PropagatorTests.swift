import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct PropagatorTests {
  /// What tools/oracle/dynamics.py has computed with 60 digits.
  struct Reference: Decodable {
    struct Transfer: Decodable {
      var dt: Double, tau1: Double, tau2: Double
      var transfer: Double, double: Double
    }
    struct Exponential: Decodable {
      var matrix: [[Double]], dt: Double
      var state: [[Double]], input: [[Double]]
    }
    var transfers: [Transfer]
    var exponentials: [Exponential]

    static func load() throws -> Reference {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      return try JSONDecoder().decode(
        Reference.self, from: Data(contentsOf: folder.appendingPathComponent("Oracle/propagators.json")))
    }
  }

  private func isClose(_ value: Double, _ exact: Double, _ tolerance: Double) -> Bool {
    (value - exact).magnitude <= tolerance * exact.magnitude
  }

  /// Time constants that are equal, differ by 10⁻¹⁰ to 10⁻¹, or lie far apart, as numbers and as arrays.
  @Test func transfersHaveAllTheirDigits() throws {
    let cases = try Reference.load().transfers
    #expect(
      cases.contains { $0.tau1 == $0.tau2 } && cases.contains { $0.tau1 != $0.tau2 && ($0.tau1 / $0.tau2 - 1).magnitude < 1e-9 })
    for (dtype, tolerance) in [(DType.f64, 4e-15), (.f32, 3e-6)] {
      for c in cases {
        let first = NDArray([c.tau1], dtype: dtype), second = NDArray([c.tau2], dtype: dtype)
        let simple: Double = try Exact.transfer(c.dt, from: first, to: second).item()
        let twice: Double = try Exact.doubleTransfer(c.dt, from: first, to: second).item()
        #expect(isClose(simple, c.transfer, tolerance), "\(c) \(dtype): \(simple)")
        #expect(isClose(twice, c.double, 4 * tolerance), "\(c) \(dtype): \(twice)")
        // As numbers they are computed in double whatever they meet.
        let simpleNumber: Double = try (Exact.transfer(c.dt, from: c.tau1, to: c.tau2) * ones(1, dtype: .f64)).item()
        let twiceNumber: Double = try (Exact.doubleTransfer(c.dt, from: c.tau1, to: c.tau2) * ones(1, dtype: .f64)).item()
        #expect(isClose(simpleNumber, c.transfer, 4e-15), "\(c)")
        #expect(isClose(twiceNumber, c.double, 2e-14), "\(c)")
      }
    }
  }

  @Test func exponentialsOfMatrices() throws {
    for c in try Reference.load().exponentials {
      let exact = try Propagator(c.matrix, dt: c.dt)
      for (found, expected) in [(exact.state, c.state), (exact.input, c.input)] {
        let largest = expected.joined().map(\.magnitude).max() ?? 0
        for (value, e) in zip(found.joined(), expected.joined()) {
          // Of small steps each element has all its digits, of large ones the largest.
          let isExact = isClose(value, e, 1e-13), isNear = (value - e).magnitude <= 1e-14 * largest
          #expect(isExact || c.dt > 1e-3 && isNear, "\(c): \(value)")
        }
      }
    }
  }

  /// A membrane with an exponential synapse and a constant current, against the closed form of the voltage.
  @Test func aStepIsTheSolution() throws {
    let exact = try Propagator([[-1 / 10, 1 / 250], [0, -1 / 2]], dt: 0.1)
    var x = [NDArray([0.0, 1], dtype: .f64), NDArray([100.0, 0], dtype: .f64)]
    for _ in 0..<50 { x = exact.step(x, input: [NDArray([0.0, 0.5], dtype: .f64), nil]) }
    let V: [Double] = try x[0].scalars(), I: [Double] = try x[1].scalars()
    let psp = 100.0 / 250 * (exp(-5.0 / 10) - exp(-5.0 / 2)) / (1.0 / 2 - 1.0 / 10)
    #expect(isClose(V[0], psp, 1e-13) && isClose(I[0], 100 * exp(-2.5), 1e-13))
    #expect(isClose(V[1], 5 + (1 - 5) * exp(-0.5), 1e-13) && I[1] == 0)
  }

  @Test func matricesThatAreNoneAreErrors() throws {
    for (matrix, dt) in [
      ([], 1), ([[1, 2]], 1), ([[.nan]], 1), ([[1]], -1), ([[1]], .infinity), ([[1e300]], 1e10), ([[1]], 1e4),
    ] as [([[Double]], Double)] {
      let error = #expect(throws: HillockError.self) { try Propagator(matrix, dt: dt) }
      #expect(error?.code == .argument)
    }
    #expect(try Propagator([[-1]], dt: 1).step([ones(1), ones(1)])[0].error?.code == .shape)
  }

  @Test func decaysAndGains() throws {
    let taus = [1e-3, 0.5, 10, 1e6]
    let decay: [Double] = try Exact.decay(0.1, tau: NDArray(taus, dtype: .f64)).scalars()
    let gain: [Double] = try Exact.gain(0.1, tau: NDArray(taus, dtype: .f64)).scalars()
    for (tau, (d, g)) in zip(taus, zip(decay, gain)) {
      #expect(isClose(d, exp(-0.1 / tau), 1e-14) && isClose(g, -tau * expm1(-0.1 / tau), 1e-14))
    }
  }

  /// Slopes in the time constants, also where the two are equal: central differences of the values of the oracle's formula.
  @Test func transfersAreDifferentiated() throws {
    func exact(_ a: Double, _ b: Double) -> Double { a * b / (a - b) * (exp(-0.5 / a) - exp(-0.5 / b)) }
    for (a, b) in [(2.0, 5.0), (3, 3)] {
      let slope = grad { (tau: NDArray) in Exact.transfer(0.5, from: tau, to: NDArray(b, dtype: .f64)) }
      let h = a == b ? 1e-3 : 1e-5
      let expected = (exact(a + h, b) - exact(a - h, b)) / (2 * h)
      #expect(isClose(try slope(NDArray(a, dtype: .f64)).item(), expected, 1e-5), "\(a), \(b)")
    }
  }
}
