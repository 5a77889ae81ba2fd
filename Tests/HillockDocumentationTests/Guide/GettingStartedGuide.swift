// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockDynamics
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/GettingStarted.md.
@Suite(.serialized) struct GettingStartedGuide {
  @Test func arrays() throws {

    let x = linspace(0, 1, count: 5)
    let y = x * x + 1
    print(y)                       // NDArray([1., 1.0625, 1.25, 1.5625, 2.], dtype=float32)
    print(y.sum())                 // NDArray(6.875, dtype=float32)
    #expect("\(y)" == "NDArray([1.    , 1.0625, 1.25  , 1.5625, 2.    ], dtype=float32)" || "\(y)" == "NDArray([1., 1.0625, 1.25, 1.5625, 2.], dtype=float32)", "\(y)")
    #expect("\(y.sum())" == "NDArray(6.875, dtype=float32)", "\(y.sum())")
  }

  @Test func functions() throws {
    func gelu(_ x: NDArray) -> NDArray {
      let s = sqrt(2 / NDArray.pi)
      return 0.5 * x * (1 + tanh(s * (x + 0.044715 * x ** 3)))
    }

    let fast = jit(gelu)
    let activated = try fast(NDArray([-1.0, 0, 1]))          // [-0.158808, 0, 0.841192]
    #expect(try zip(activated.floats(), [-0.158808, 0, 0.841192]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
  }

  @Test func state() throws {
    let temperature = Variable(full([3], 100.0))
    try forLoop(0..<10) { _ in temperature -= 0.1 * (temperature - 20) }
    print(temperature)             // 20 + 80 · 0.9¹⁰ = 47.89 everywhere
    #expect(try temperature.value.floats().allSatisfy { abs($0 - 47.894276) < 1e-4 })
  }
}
