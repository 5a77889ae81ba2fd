import Foundation
import Hillock
import HillockTraining
import Testing

@Suite struct InitializerTests {
  /// Name, mean and standard deviation, from the formulas.
  static let cases: [(String, Double, Double)] = [
    ("uniform", 0.15, 0.05 / 3.0.squareRoot()), ("normal", 2.0, 3.0), ("xavierUniform", 0, 0.05), ("xavierNormal", 0, 0.1),
    ("kaimingUniform", 0, (2.0 / 300).squareRoot()), ("kaimingNormal", 0, (2.0 / 300).squareRoot()),
    ("lecunUniform", 0, (1.0 / 300).squareRoot()), ("lecunNormal", 0, (1.0 / 300).squareRoot()),
    // The variance of a normal distribution between ±2 is 1 − 4 φ(2)/(2 Φ(2) − 1).
    ("truncatedNormal", 1, 0.5 * 0.8796256610342398),
  ]

  /// Those of a matrix of 300 × 500 numbers; the bounds are five standard errors.
  @Test(arguments: cases) func meanAndDeviation(_ name: String, _ mean: Double, _ std: Double) throws {
    let initializers: [String: Initializer] = [
      "uniform": .uniform(low: 0.1, high: 0.2), "normal": .normal(mean: 2, std: 3), "xavierUniform": .xavierUniform(),
      "xavierNormal": .xavierNormal(gain: 2), "kaimingUniform": .kaimingUniform(), "kaimingNormal": .kaimingNormal(),
      "lecunUniform": .lecunUniform(), "lecunNormal": .lecunNormal(), "truncatedNormal": .truncatedNormal(mean: 1, std: 0.5),
    ]
    let initializer = try #require(initializers[name]), x = initializer([300, 500], using: RandomState(seed: 7), dtype: .f64)
    let count = 150_000.0
    #expect(abs(try x.mean().item(as: Double.self) - mean) < 5 * std / count.squareRoot())
    #expect(abs(try x.std().item(as: Double.self) - std) < 5 * std / (2 * count).squareRoot())
    if name.hasSuffix("Uniform") {
      // No number is beyond √3 standard deviations, and some are close to it.
      let most = try abs(x).max().item(as: Double.self)
      #expect(most <= std * 3.0.squareRoot() && most > 0.999 * std * 3.0.squareRoot())
    }
    if name == "truncatedNormal" { #expect(try abs(x - 1).max().item(as: Double.self) <= 1) }
    let again = initializer([300, 500], using: RandomState(seed: 7), dtype: .f64)
    #expect(try again.scalars(as: Double.self) == x.scalars(as: Double.self))
    #expect(initializer([3, 2], using: RandomState()).dtype == .f32)
  }

  @Test func constants() throws {
    #expect(try Initializer.zeros([2, 2]).floats() == [0, 0, 0, 0])
    #expect(try Initializer.ones([2]).floats() == [1, 1])
    #expect(try Initializer.constant(2.5)([2]).floats() == [2.5, 2.5])
  }

  @Test(arguments: [[4, 4], [7, 3], [3, 7], [1, 1], [1, 5]]) func orthogonalMatrices(_ shape: [Int]) throws {
    let Q = Initializer.orthogonal(gain: 2)(shape, using: RandomState(seed: 3), dtype: .f64), few = min(shape[0], shape[1])
    let product = shape[0] >= shape[1] ? matmul(Q.T, Q) : matmul(Q, Q.T)
    try expectClose(product, try (4 * eye(few, dtype: .f64)).scalars(), within: 1e-14)
  }

  /// Elements of random orthogonal matrices of size n have mean 0 and variance 1/n, also on the diagonal, where reflections alone would
  /// prefer a sign.
  @Test func orthogonalMatricesHaveNoPreference() throws {
    let generator = RandomState(seed: 11), initializer = Initializer.orthogonal()
    let matrices = stack((0..<600).map { _ in initializer([3, 3], using: generator, dtype: .f64) })
    let means = try matrices.mean(axis: 0).scalars(as: Double.self),
      squares = try square(matrices).mean(axis: 0).scalars(as: Double.self)
    // Standard errors: √(1/3/600) = 0.024, and of squares, whose variance is 4/45, 0.012.
    #expect(means.allSatisfy { abs($0) < 0.12 } && squares.allSatisfy { abs($0 - 1.0 / 3) < 0.06 }, "\(means) \(squares)")
  }

  @Test func mistakesAreErrors() {
    #expect(Initializer.orthogonal()([3]).error?.code == .shape)
    #expect(Initializer.normal()([-1, 2]).error?.code == .shape)
    #expect(Initializer.normal()([2], dtype: .i32).error?.code == .dtype)
    #expect(Initializer.truncatedNormal(limit: 0)([2]).error?.code == .argument)
  }
}
