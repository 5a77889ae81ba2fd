import Foundation
import Hillock
import HillockTraining
import Testing

/// The slope of each surrogate is the derivative of its primitive, which is written here from the formula, in Swift's doubles.
@Suite struct SurrogateTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let surrogate: Surrogate
    /// Where its primitive has corners: no sample is there.
    let corners: [Double]
    let primitive: @Sendable (Double) -> Double
    var testDescription: String { surrogate.description }
  }

  private static func sigma(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// The integral from −∞ of a normal density.
  private static func normal(_ x: Double, _ mean: Double, _ sigma: Double) -> Double {
    0.5 * erfc(-(x - mean) / (sigma * 2.0.squareRoot()))
  }

  private static func squareWave(_ x: Double, _ n: Int, _ T: Double) -> Double {
    var sum = 0.0
    for i in 1...n {
      let odd = Double(2 * i - 1)
      sum += sin(odd * 2 * Double.pi * x / T) / odd
    }
    return 0.5 + 2 / Double.pi * sum
  }

  /// With the default parameters, and with others. (One list literal takes the compiler too long.)
  static let cases: [Case] = {
    var cases: [Case] = []
    func add(_ surrogate: Surrogate, corners: [Double] = [0], _ primitive: @escaping @Sendable (Double) -> Double) {
      cases.append(Case(surrogate: surrogate, corners: corners, primitive: primitive))
    }
    add(.sigmoid()) { sigma(4 * $0) }
    add(.sigmoid(alpha: 1.5)) { sigma(1.5 * $0) }
    add(.piecewiseQuadratic(), corners: [-1, 0, 1]) { x in
      x < -1 ? 0 : x > 1 ? 1 : (1 - abs(x) / 2) * x + 0.5
    }
    add(.piecewiseQuadratic(alpha: 0.5), corners: [-2, 0, 2]) { x in
      x < -2 ? 0 : x > 2 ? 1 : -0.125 * abs(x) * x + 0.5 * x + 0.5
    }
    add(.piecewiseExp()) { $0 < 0 ? exp($0) / 2 : 1 - exp(-$0) / 2 }
    add(.piecewiseExp(alpha: 3)) { $0 < 0 ? exp(3 * $0) / 2 : 1 - exp(-3 * $0) / 2 }
    add(.softSign()) { $0 / (2 + 2 * abs($0)) + 0.5 }
    add(.softSign(alpha: 2)) { (2 * $0 / (1 + abs(2 * $0)) + 1) / 2 }
    add(.arctan()) { atan(Double.pi / 2 * $0) / Double.pi + 0.5 }
    add(.arctan(alpha: 2)) { atan(Double.pi * $0) / Double.pi + 0.5 }
    add(.nonzeroSignLog()) { ($0 < 0 ? -1 : 1) * log(abs($0) + 1) }
    add(.nonzeroSignLog(alpha: 3)) { ($0 < 0 ? -1 : 1) * log(abs(3 * $0) + 1) }
    add(.erf()) { erfc(-$0) / 2 }
    add(.erf(alpha: 0.7)) { erfc(-0.7 * $0) / 2 }
    add(.piecewiseLeakyReLU(), corners: [-1, 1]) { x in
      x < -1 ? 0.01 * x + 0.01 : x > 1 ? 0.01 * x - 0.01 + 1 : x / 2 + 0.5
    }
    add(.piecewiseLeakyReLU(c: 0.2, w: 0.5), corners: [-0.5, 0.5]) { x in
      x < -0.5 ? 0.2 * x + 0.1 : x > 0.5 ? 0.2 * x - 0.1 + 1 : x + 0.5
    }
    add(.squarewaveFourierSeries()) { squareWave($0, 2, 8) }
    add(.squarewaveFourierSeries(n: 5, period: 6)) { squareWave($0, 5, 6) }
    add(.s2nn()) { $0 < 0 ? sigma(4 * $0) : log($0 + 1 + 1e-8) + 0.5 }
    add(.s2nn(alpha: 2, beta: 0.5, epsilon: 0.1)) { $0 < 0 ? sigma(2 * $0) : 0.5 * log($0 + 1.1) + 0.5 }
    add(.qPseudoSpike()) { x in x < 0 ? 0.5 / (1 - 2 * x) : 1 - 0.5 / (1 + 2 * x) }
    add(.qPseudoSpike(alpha: 3)) { x in x < 0 ? 0.5 * pow(1 - x, -2) : 1 - 0.5 * pow(1 + x, -2) }
    add(.leakyReLU()) { $0 < 0 ? 0.1 * $0 : $0 }
    add(.leakyReLU(alpha: 0.3, beta: 2)) { $0 < 0 ? 0.3 * $0 : 2 * $0 }
    add(.logTailedReLU(), corners: [0, 1]) { $0 > 1 ? log($0) + 1 : $0 > 0 ? $0 : 0 }
    add(.logTailedReLU(alpha: 0.2), corners: [0, 1]) { $0 > 1 ? log($0) + 1 : $0 > 0 ? $0 : 0.2 * $0 }
    // Of these the formula is the slope. Their primitives are its integrals.
    add(.reluGrad(), corners: [-1, 0, 1]) { x in
      let y = min(max(x, -1), 1)
      return 0.3 * (y - y * abs(y) / 2)
    }
    add(.reluGrad(alpha: 2, width: 0.5), corners: [-0.5, 0, 0.5]) { x in
      let y = min(max(x, -0.5), 0.5)
      return 2 * (0.5 * y - y * abs(y) / 2)
    }
    add(.gaussianGrad()) { 0.5 * normal($0, 0, 0.5) }
    add(.gaussianGrad(sigma: 2, alpha: 3)) { 3 * normal($0, 0, 2) }
    add(.multiGaussianGrad()) { x in
      0.5 * (1.15 * normal(x, 0, 0.5) - 0.15 * normal(x, 0.5, 3) - 0.15 * normal(x, -0.5, 3))
    }
    add(.multiGaussianGrad(h: 0.3, s: 4, sigma: 1, scale: 2)) { x in
      2 * (1.3 * normal(x, 0, 1) - 0.3 * normal(x, 1, 4) - 0.3 * normal(x, -1, 4))
    }
    add(.invSquareGrad()) { $0 / (100 * abs($0) + 1) }
    add(.invSquareGrad(alpha: 2)) { $0 / (2 * abs($0) + 1) }
    add(.slayerGrad()) { ($0 < 0 ? -1 : 1) * (1 - exp(-abs($0))) }
    add(.slayerGrad(alpha: 2)) { ($0 < 0 ? -1 : 1) * (1 - exp(-2 * abs($0))) / 2 }
    return cases
  }()

  static let h = 1e-5

  /// Samples from −3 to 3, away from corners.
  private static func samples(_ test: Case) -> [Double] {
    stride(from: -2.995, to: 3, by: 0.0731).filter { x in test.corners.allSatisfy { abs(x - $0) > 1e-3 } }
  }

  /// Central differences of the primitive, with an error of h² and of rounding by h.
  private static func slopes(_ test: Case, _ xs: [Double]) -> [Double] {
    xs.map { (test.primitive($0 + h) - test.primitive($0 - h)) / (2 * h) }
  }

  @Test func thereAreEighteenOfThem() {
    let names = Set(Self.cases.map { $0.surrogate.description.prefix { $0 != "(" } })
    #expect(names.count == 18)
  }

  @Test(arguments: cases) func theSlopeIsTheDerivativeOfThePrimitive(_ test: Case) throws {
    let xs = Self.samples(test), known = Self.slopes(test, xs), spike = test.surrogate
    try #require(xs.count > 60)
    // The third derivative of invSquareGrad(100) is large near 0: h² · 10⁶.
    let tolerance = 3e-6
    try expectClose(spike.slope(at: doubles(xs)), known, within: tolerance, "slope")
    let gradient = grad { (x: NDArray) in spike(x).sum() }
    try expectClose(try gradient(doubles(xs)), known, within: tolerance, "gradient")
    let single = try gradient(NDArray(xs))
    #expect(single.dtype == .f32)
    try expectClose(single, known, within: 1e-5, "gradient in f32")
    let (value, tangent) = try jvp({ spike($0) }, at: doubles(xs), along: 2 * onesLike(doubles(xs)))
    try expectClose(value, xs.map { $0 >= 0 ? 1 : 0 }, "value")
    try expectClose(tangent, known.map { 2 * $0 }, within: 2 * tolerance, "tangent")
  }

  @Test(arguments: cases) func itWorksInLanesAndLoops(_ test: Case) throws {
    let xs = Self.samples(test), known = Self.slopes(test, xs), spike = test.surrogate
    let lanes = vmap(grad { (x: NDArray) in 3 * spike(x) })
    try expectClose(try lanes(doubles(xs)), known.map { 3 * $0 }, within: 1e-5, "lanes")
    // Each step adds its share of the spikes: the gradient is that of all steps.
    let looped = grad { (x: NDArray) in
      try forLoop(0..<4, carry: zerosLike(x)) { _, total in total + 0.25 * spike(x) }.sum()
    }
    let compiled = jit(looped)
    try expectClose(try looped(doubles(xs)), known, within: 1e-5, "loop")
    try expectClose(try compiled(doubles(xs)), known, within: 1e-5, "compiled loop")
  }

  @Test(arguments: cases) func theSecondDerivativeIsFinite(_ test: Case) throws {
    let spike = test.surrogate
    let second = grad { (x: NDArray) in try grad { (x: NDArray) in spike(x).sum() }(x).sum() }
    let points = doubles([-2, -1, -0.5, 0, 0.5, 1, 2])
    #expect(try isFinite(second(points)).all().item(as: Bool.self))
  }

  @Test func theStepIsExact() throws {
    let spike = Surrogate.sigmoid()
    let x = NDArray([-Float.leastNonzeroMagnitude, -0.0, 0, .leastNonzeroMagnitude, .infinity, -.infinity, .nan])
    #expect(try spike(x).floats() == [0, 1, 1, 1, 1, 0, 0])
    #expect(try spike(0.5).item(as: Double.self) == 1)
    #expect(spike(x.asType(.f64)).dtype == .f64)
  }

  @Test func mistakesAreErrors() {
    #expect(Surrogate.sigmoid()(NDArray([1, 2])).error?.code == .dtype)
    #expect(Surrogate.qPseudoSpike(alpha: 1)(NDArray([1.0])).error?.code == .argument)
    #expect(Surrogate.squarewaveFourierSeries(n: 0)(NDArray([1.0])).error?.code == .argument)
    #expect(Surrogate.sigmoid()(NDArray([1.0]).reshaped(3)).error?.code == .shape)
  }

  /// A network of one neuron that should fire less: its weight goes down, which a step alone would not tell.
  @Test func aSpikingNeuronLearns() throws {
    let w = TrainVar(NDArray(2.0, dtype: .f32)), spike = Surrogate.arctan()
    let loss = {
      let (_, count) = try forLoop(0..<50, carry: NDArray(0.0, dtype: .f32), NDArray(0.0, dtype: .f32)) { _, v, count in
        let charged = 0.9 * v + 0.1 * w, fired = spike(charged - 1)
        return (charged - fired, count + fired)
      }
      return square(count - 2)
    }
    let optimizer = try SGD([w], rate: 0.001)
    let step = optimizer.minimize(loss)
    let first = try step().item(as: Double.self)
    for _ in 0..<60 { _ = try step() }
    let last = try step().item(as: Double.self)
    #expect(first > 1 && last == 0, "from \(first) to \(last)")
  }
}
