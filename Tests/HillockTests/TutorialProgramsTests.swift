import Hillock
import Testing

/// The two programs of the tutorial pages.
@Suite struct TutorialProgramsTests {
  @Test func logisticRegressionObject() throws {
    final class LogisticRegression: Base, Callable2 {
      let w: Variable
      init(dimension: Int) {
        w = Variable(2.0 * ones(dimension) - 1.3)
        super.init()
      }

      func callAsFunction(_ X: NDArray, _ Y: NDArray) {
        let u = dot(((1.0 / (1.0 + exp(-Y * dot(X, w))) - 1.0) * Y), X)
        w.value = w - u
      }
    }
    let points = NDArray([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]])
    let labels = NDArray([1.0, 0.5, -1.0])
    let plain = LogisticRegression(dimension: 2), object = LogisticRegression(dimension: 2)
    let method = LogisticRegression(dimension: 2)
    let step = jit(object), methodStep = jit(method.callAsFunction)
    for _ in 0..<30 {
      plain(points, labels)
      try step(points, labels)
      try methodStep(points, labels)
    }
    let expected = try plain.w.value.floats()
    #expect(try object.w.value.floats() == expected)
    #expect(try method.w.value.floats() == expected)
    // NumPy, float64, 30 steps; the fixed order of additions in f32 stays within a few units of 1e-6.
    for (value, exact) in zip(expected, Self.logisticOracle) { #expect(abs(Double(value) - exact) < 2e-5) }
  }

  static let logisticOracle: [Double] = [4.427098568998199, -2.0706206522389072]

  @Test func gelu() throws {
    func gelu(_ x: NDArray) -> NDArray {
      let s = sqrt(2 / NDArray.pi)
      let cdf = 0.5 * (1.0 + tanh(s * (x + 0.044715 * (x ** 3))))
      return x * cdf
    }
    let x = random.random(100_000)
    let fast = jit(gelu)
    #expect(try fast(x).floats() == gelu(x).floats())
    // JAX, x = -2, -0.5, 0, 1, 3 in float64.
    let y = try fast(NDArray([-2, -0.5, 0, 1, 3])).floats()
    for (value, exact) in zip(y, [-0.04540230591222494, -0.15428599017485606, 0, 0.8411919906082768, 2.996362607918227]) {
      #expect(abs(Double(value) - exact) < 1e-6)
    }
  }
}
