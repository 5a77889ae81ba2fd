// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import HillockDynamics
import Testing

/// The snippets of Sources/HillockDynamics/Equations.
@Suite struct EquationSnippets {
  @Test func steps() throws {
    let x = try ODEMethod.rk4.step(NDArray([1.0, 2.0]), t: 0, dt: 0.1) { x, t in -x }       // [e⁻⁰·¹, 2 e⁻⁰·¹]
    #expect(abs(try x.floats()[1] - 2 * Float(exp(-0.1))) < 1e-6)
    do {
      let (x, v) = try ODEMethod.rk4.step(NDArray(1.0), NDArray(0.0), t: 0, dt: 0.1) { x, v, t in (v, -x) }
      #expect(abs(try x.item(as: Double.self) - cos(0.1)) < 1e-6)
      #expect(abs(try v.item(as: Double.self) + sin(0.1)) < 1e-6)
    }
    let v = try SDEMethod.eulerMaruyama.step(zeros(100), t: 0, dt: 0.1) { v, t in -v / 10 } diffusion: { v, t in 0.5 }
    #expect(v.shape == [100])
  }

  @Test func solutions() throws {
    let x = try odeint(NDArray([1.0, 2.0]), at: NDArray([0.0, 1.0, 2.0])) { x, t in -x }       // f32[3,2]: x, x·e⁻¹, x·e⁻²
    #expect(x.shape == [3, 2])
    #expect(abs(try x[2, 1].item(as: Double.self) - 2 * exp(-2)) < 1e-4)
    do {
      let (t, x) = try odeint(NDArray(1.0), for: 10, dt: 0.1, method: .rk4) { x, t in -x }       // f64[101], f32[101]
      #expect(t.dtype == .f64 && x.dtype == .f32 && t.shape == [101] && x.shape == [101])
    }
    struct Oscillator: ArrayTree {
      var x: NDArray, v: NDArray
      func visit(_ visitor: inout TreeVisitor) { x.visit(&visitor); v.visit(&visitor) }
      func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Oscillator {
        Oscillator(x: try x.map(transform), v: try v.map(transform))
      }
    }
    let start = Oscillator(x: NDArray([1.0]), v: NDArray([0.0]))
    let swing = try odeint(start, at: linspace(0, 6.28, count: 100)) { s, t in Oscillator(x: s.v, v: -s.x) }
    _ = swing.x.shape                                                              // [100, 1]
    #expect(swing.x.shape == [100, 1])
    let (V, w) = try odeint(NDArray(0.0), NDArray(0.0), at: linspace(0, 100, count: 1000)) { V, w, t in
      (V - V ** 3 / 3 - w + 0.5, 0.08 * (V + 0.7 - 0.8 * w))                    // FitzHugh and Nagumo
    }
    #expect(V.shape == [1000] && w.shape == [1000])
    do {
      let (t, (x, v)) = try odeint(NDArray(1.0), NDArray(0.0), for: 10, dt: 0.01) { x, v, t in (v, -x) }
      #expect(t.shape == [1001] && x.shape == [1001] && v.shape == [1001])
    }
    let control = StepControl(relative: 1e-8, absolute: 1e-10)
    #expect(control.trials > 0)
  }

  @Test func noise() throws {
    // 1000 Ornstein–Uhlenbeck processes with τ = 10
    let (t, x) = try sdeint(zeros(1000), for: 100, dt: 0.1) { x, t in -x / 10 } diffusion: { x, t in 0.5 }
    #expect(t.shape == [1001] && x.shape == [1001, 1000])
    do {
      let (t, (v, w)) = try sdeint(zeros(10), zeros(10), for: 100, dt: 0.1) { v, w, t in
        (v - v ** 3 / 3 - w, 0.08 * (v + 0.7 - 0.8 * w))
      } diffusion: { v, w, t in
        (0.1, 0)                                                                  // noise on v alone
      }
      #expect(t.shape == [1001] && v.shape == [1001, 10] && w.shape == [1001, 10])
    }
  }

  @Test func propagators() throws {
    // A membrane (τ = 10 ms, C = 250 pF) and a synaptic current (τ = 2 ms), as V′ = −V/10 + I/250, I′ = −I/2.
    let exact = try Propagator([[-1 / 10, 1 / 250], [0, -1 / 2]], dt: 0.1)
    let next = exact.step([zeros(100), ones(100)])                             // V and I after 0.1 ms
    #expect(abs(try next[1].floats()[0] - Float(exp(-0.05))) < 1e-6)
    do {
      // g′ = h − g/τ_d, h′ = −h/τ_r for 0.1 ms
      let (d, r) = (NDArray([10.0, 5.0]), NDArray([1.0, 5.0])), (g, h) = (zeros(2), ones(2))
      let next = g * Exact.decay(0.1, tau: d) + h * Exact.transfer(0.1, from: r, to: d)
      #expect(abs(try next.floats()[1] - Float(0.1 * exp(-0.02))) < 1e-6)
    }
  }
}

/// The snippets of Sources/HillockDynamics/HillockDynamics.docc/Equations.md.
@Suite struct EquationsGuide {
  @Test func solutions() throws {
    // FitzHugh and Nagumo's neuron
    let (V, w) = try odeint(NDArray(0.0), NDArray(0.0), at: linspace(0, 200, count: 2001)) { V, w, t in
      (V - V ** 3 / 3 - w + 0.5, 0.08 * (V + 0.7 - 0.8 * w))
    }
    _ = V.shape                                                   // [2001]
    #expect(V.shape == [2001] && w.shape == [2001])
    // It fires again and again.
    let crossings = try ((V[..<-1] .< 1) .& (V[1...] .>= 1)).bools().count { $0 }
    #expect(crossings > 3)

    let control = StepControl(relative: 1e-8, absolute: 1e-10)
    let start = [NDArray(1.0, dtype: .f64), NDArray(0.0, dtype: .f64)]
    let orbit = try odeint(start, at: linspace(0, 6.28, count: 100), control: control) { s, t in [s[1], -s[0]] }
    #expect(abs(try orbit[0][-1].item(as: Double.self) - cos(6.28)) < 1e-5)

    let (t, x) = try odeint(zeros(1000), for: 100, dt: 0.1, method: .rk4) { x, t in (cos(t) - x) / 10 }
    _ = t.shape                                                   // [1001]
    _ = x.shape                                                   // [1001, 1000]
    #expect(t.shape == [1001] && x.shape == [1001, 1000])
  }

  @Test func stepsInModels() throws {
    func step(_ V: NDArray, _ w: NDArray, _ input: NDArray, t: NDArray, dt: Double) throws -> (NDArray, NDArray) {
      try ODEMethod.exponentialEuler.step(V, w, t: t, dt: dt) { V, w, t in
        (V - V ** 3 / 3 - w + input, 0.08 * (V + 0.7 - 0.8 * w))
      }
    }
    let (V, _) = try step(zeros(3), zeros(3), ones(3), t: 0, dt: 0.1)
    #expect(try V.floats().allSatisfy { abs($0 - Float(exp(0.1) - 1)) < 1e-6 })

    let exact = try Propagator([[-1 / 10, 1 / 250], [0, -1 / 2]], dt: 0.1)          // V′ = −V/10 + I/250, I′ = −I/2
    let next = exact.step([zeros(100), ones(100)])
    #expect(next.count == 2)
  }

  @Test func noise() throws {
    let (times, (v, u)) = try sdeint(zeros(10), zeros(10), for: 100, dt: 0.1, method: .milstein) { v, u, t in
      (v - v ** 3 / 3 - u, 0.08 * (v + 0.7 - 0.8 * u))
    } diffusion: { v, u, t in
      (0.1 * v, 0)
    }
    #expect(times.shape == [1001] && v.shape == [1001, 10] && u.shape == [1001, 10])
  }

  @Test func gradients() throws {
    let end = { (k: NDArray) in try odeint(NDArray(1.0), for: 1, dt: 0.01) { x, t in -k * x }.states[-1] }
    let slope = grad(end)
    _ = try slope(NDArray(0.5))                                    // −e⁻⁰·⁵
    _ = try vmap(end)(NDArray([0.5, 1.0, 2.0]))                    // three rates in one program
    #expect(abs(try slope(NDArray(0.5)).item(as: Double.self) + exp(-0.5)) < 1e-5)
    #expect(try vmap(end)(NDArray([0.5, 1.0, 2.0])).shape == [3])
  }
}
