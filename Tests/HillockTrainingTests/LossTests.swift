import Foundation
import Hillock
import HillockTraining
import Testing

@Suite struct LossTests {
  struct Case: Decodable {
    let prediction: [Double], target: [Double], none: [Double], mean: Double, sum: Double, gradient: [Double]
  }

  private static func loss(_ name: String, _ p: NDArray, _ t: [Double], _ reduction: Reduction) -> NDArray {
    let labels = NDArray(t, dtype: .i32), rows = doubles(t).reshaped(2, -1)
    return switch name {
    case "squared": squaredError(p, rows, reduction: reduction)
    case "absolute": absoluteError(p, rows, reduction: reduction)
    case "huber": huberLoss(p, rows, delta: 0.6, reduction: reduction)
    case "binary": binaryCrossEntropy(p, rows, reduction: reduction)
    case "labels": crossEntropy(p, labels: labels, reduction: reduction)
    case "smooth labels": crossEntropy(p, labels: labels, smoothing: 0.1, reduction: reduction)
    case "probabilities": crossEntropy(p, probabilities: rows, reduction: reduction)
    case "divergence": klDivergence(p, probabilities: rows, reduction: reduction)
    default: full([], Double.nan)
    }
  }

  @Test(arguments: ["squared", "absolute", "huber", "binary", "labels", "smooth labels", "probabilities", "divergence"])
  func theNumbersArePyTorchs(_ name: String) throws {
    let known = try #require(try Oracle.read("losses.json", as: [String: Case].self)[name])
    let p = doubles(known.prediction, 2, 3)
    try expectClose(Self.loss(name, p, known.target, .none), known.none, "none")
    try expectClose(Self.loss(name, p, known.target, .sum), [known.sum], "sum")
    try expectClose(Self.loss(name, p, known.target, .mean), [known.mean], "mean")
    let gradient = grad { (p: NDArray) in Self.loss(name, p, known.target, .mean) }
    try expectClose(try gradient(p), known.gradient, "gradient")
    // In lanes: the same losses one by one.
    let targets = doubles(known.target).reshaped(2, -1)
    if !name.contains("labels") {
      let lanes = vmap { (p: NDArray, t: NDArray) in
        switch name {
        case "squared": squaredError(p, t, reduction: .sum)
        case "absolute": absoluteError(p, t, reduction: .sum)
        case "huber": huberLoss(p, t, delta: 0.6, reduction: .sum)
        case "binary": binaryCrossEntropy(p, t, reduction: .sum)
        case "probabilities": crossEntropy(p, probabilities: t, reduction: .sum)
        default: klDivergence(p, probabilities: t, reduction: .sum)
        }
      }
      try expectClose(try lanes(p, targets).sum(), [known.sum], "lanes")
    }
  }

  @Test func extremeLogitsStayFinite() throws {
    let z = doubles([1e4, -1e4, 0], 1, 3)
    try expectClose(crossEntropy(z, labels: NDArray([1])), [2e4])
    let slope = grad { (z: NDArray) in crossEntropy(z, labels: NDArray([1])) }
    try expectClose(try slope(z), [1, -1, 0])
    try expectClose(binaryCrossEntropy(doubles([1e4, -1e4]), doubles([1, 1]), reduction: .none), [0, 1e4])
    try expectClose(logSumExp(doubles([1e5, 1e5])), [1e5 + log(2.0)])
    try expectClose(softmax(doubles([1e5, 1e5])), [0.5, 0.5])
    try expectClose(logSoftmax(doubles([0, -1e5])), [0, -1e5])
  }

  @Test func aRowOfNothingHasNoSlope() throws {
    let x = NDArray([-Double.infinity, -.infinity], dtype: .f64)
    #expect(try logSumExp(x).item(as: Double.self) == -.infinity)
    let slope = grad { (x: NDArray) in logSumExp(x) }
    #expect(try slope(x).scalars(as: Double.self) == [0, 0])
    #expect(try logSumExp(NDArray([Double.nan, 1])).item(as: Double.self).isNaN)
    #expect(try logSumExp(NDArray([Double.infinity, 1])).item(as: Double.self) == .infinity)
  }

  @Test func labelsThatDoNotExistAreNaN() throws {
    let losses = crossEntropy(zeros(3, 2), labels: NDArray([0, 2, -1]), reduction: .none)
    let values = try losses.floats()
    #expect(abs(values[0] - Float(log(2.0))) < 1e-6 && values[1].isNaN && values[2].isNaN)
  }

  @Test func classesMayLieAlongAnyAxis() throws {
    let z = random.normal([2, 5, 3], dtype: .f64), labels = random.randint(2, 3, low: 0, high: 5)
    let moved = crossEntropy(z.transposed(0, 2, 1), labels: labels, reduction: .none)
    try expectClose(crossEntropy(z, labels: labels, axis: 1, reduction: .none), try moved.scalars())
  }

  @Test func mistakesAreErrorsThatNameTheShapes() {
    let error = squaredError(zeros(3, 1), zeros(3)).error
    #expect(error?.code == .shape && error?.message.contains("[3, 1]") == true && error?.message.contains("[3]") == true)
    #expect(absoluteError(NDArray([1, 2]), NDArray([1, 2])).error?.code == .dtype)
    #expect(huberLoss(zeros(2), zeros(2), delta: 0).error?.code == .argument)
    #expect(crossEntropy(zeros(3, 2), labels: NDArray([0, 1])).error?.code == .shape)
    #expect(crossEntropy(zeros(3, 2), labels: zeros(3)).error?.code == .dtype)
    #expect(crossEntropy(zeros(3, 2), labels: NDArray([0, 1, 1]), axis: 2).error?.code == .index)
    #expect(crossEntropy(zeros(3, 2), labels: NDArray([0, 1, 1]), smoothing: 2).error?.code == .argument)
    #expect(crossEntropy(zeros(3, 2), probabilities: zeros(2, 2)).error?.code == .shape)
    #expect(binaryCrossEntropy(zeros(3), zeros(3, 1)).error?.code == .shape)
    #expect(klDivergence(zeros(3), probabilities: zeros(2)).error?.code == .shape)
    #expect(squaredError(zeros(3).reshaped(2), zeros(3)).error?.code == .shape)
  }

  @Test func activationsAtTheirCorners() throws {
    let x = doubles([-1000, -2, 0, 2, 1000])
    try expectClose(relu(x), [0, 0, 0, 2, 1000])
    try expectClose(try grad { (x: NDArray) in relu(x).sum() }(x), [0, 0, 0, 1, 1])
    try expectClose(leakyReLU(x), [-10, -0.02, 0, 2, 1000])
    try expectClose(elu(x), [-1, exp(-2.0) - 1, 0, 2, 1000])
    try expectClose(try grad { (x: NDArray) in elu(x).sum() }(x), [0, exp(-2.0), 1, 1, 1])
    try expectClose(silu(x), [0, -2 / (1 + exp(2.0)), 0, 2 / (1 + exp(-2.0)), 1000])
    try expectClose(gelu(x), [0, -erfc(2.0.squareRoot()), 0, 2 - erfc(2.0.squareRoot()), 1000])
    try expectClose(oneHot(NDArray([2, 0, -1, 3]), classes: 3), [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  }
}
