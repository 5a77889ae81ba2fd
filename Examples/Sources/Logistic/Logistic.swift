// Logistic regression: an object whose Variables are trained by a compiled method, tried on points that it has not seen.
// The points of the two classes are normal around μ and −μ. The best classifier is right with probability Φ(|μ|), and its weights
// are 2 μ.

import Foundation
import Hillock
import Support

final class LogisticRegression: Base {
  let w: Variable
  let b = Variable(NDArray(0.0), name: "b")

  init(dimension: Int) {
    w = Variable(zeros(dimension), name: "w")
    super.init()
  }

  func logOdds(_ X: NDArray) -> NDArray { dot(X, w) + b }

  /// One step down the gradient of the mean cross-entropy; gives the loss before it.
  func train(_ X: NDArray, _ y: NDArray) -> NDArray {
    let z = logOdds(X), slope = (sigmoid(z) - y) / X.shape[0]
    w -= 2 * dot(slope, X)
    b -= 2 * slope.sum()
    return (softplus(z) - y * z).mean()
  }
}

let mu = NDArray([0.9, -0.6, 0.3, 0.9, -0.5])

/// Points and their classes, 0 or 1.
func sample(_ count: Int) -> (NDArray, NDArray) {
  let y = random.bernoulli(0.5, count).asType(.f32)
  return (random.normal(count, 5) + (2 * y - 1)[.all, .newAxis] * mu, y)
}

random.seed(1)
let model = LogisticRegression(dimension: 5)
let train = jit(model, LogisticRegression.train)
let (X, y) = sample(Example.isSmall ? 20_000 : 1_000_000)

for step in 0...60 {
  let loss = try train(X, y).item(as: Double.self)
  if step % 6 == 0 { print("step \(step < 10 ? " " : "")\(step)  loss \(Chart.bar(loss, of: 0.7)) \(Example.short(loss))") }
}

let (unseen, classes) = sample(Example.isSmall ? 20_000 : 1_000_000)
let isRight = (model.logOdds(unseen) .> 0) .== (classes .> 0.5)
let accuracy = try isRight.asType(.f64).mean().item(as: Double.self)
let distance = try sqrt((mu * mu).sum()).item(as: Double.self)
Example.check("accuracy", accuracy, is: 0.5 * erfc(-distance / 2.0.squareRoot()), within: Example.isSmall ? 0.01 : 0.002)
let ratio = try (dot(model.w, mu) / (mu * mu).sum()).item(as: Double.self)
Example.check("weights along μ, in |μ|", ratio, is: 2, within: 0.1)

try model.saveStates(to: "\(Example.folder)/logistic.safetensors")
let twin = LogisticRegression(dimension: 5)
try twin.loadStates(from: "\(Example.folder)/logistic.safetensors")
Example.check("a twin loads the weights", try twin.w.value.floats() == model.w.value.floats())
