// Two networks learn to tell a disc from the ring around it, by gradients of their Variables: a perceptron with a hidden layer, and a
// network of spiking neurons, whose spikes have the slope of a smooth function. The classes do not touch, so a good classifier
// is always right.

import Foundation
import Hillock
import Support

/// Points of the disc (class 0) and of the ring around it (class 1).
func sample(_ count: Int) -> (NDArray, NDArray) {
  let y = random.bernoulli(0.5, count).asType(.f32)
  let radius = random.random(count) + 1.4 * y, angle = 2 * NDArray.pi * random.random(count)
  return (stack([radius * cos(angle), radius * sin(angle)], axis: 1), y)
}

/// What both networks have: a hidden layer and one number at the end, the log-odds of class 1.
class Classifier: Base {
  let W: TrainVar, b: TrainVar, out: TrainVar, bias = TrainVar(NDArray(0.0))

  init(hidden: Int) {
    W = TrainVar(random.normal(2, hidden))
    b = TrainVar(random.normal(hidden))
    out = TrainVar(random.normal(hidden) / Float(hidden).squareRoot())
    super.init()
  }

  func logOdds(_ X: NDArray) throws -> NDArray { dot(tanh(dot(X, W) + b), out) + bias }

  /// The mean cross-entropy.
  func loss(_ X: NDArray, _ y: NDArray) throws -> NDArray {
    let z = try logOdds(X)
    return (softplus(z) - y * z).mean()
  }
}

final class SpikingClassifier: Classifier {
  /// A spike where v has reached the threshold; to derivatives, a step that rises smoothly.
  private func spike(_ v: NDArray) -> NDArray {
    withSlope((v .>= 0).asType(.f32), 1 / square(1 + 3 * abs(v)), of: v)
  }

  /// Leaky neurons get a constant current for 20 steps; what counts is how often each has fired.
  override func logOdds(_ X: NDArray) throws -> NDArray {
    let current = dot(X, W) + b
    let (_, count) = try forLoop(0..<20, carry: current * 0, current * 0) { _, v, count in
      let charged = 0.8 * v + 0.4 * current, fired = spike(charged - 1)
      return (charged - fired, count + fired)
    }
    return dot(count / 5, out) + bias
  }
}

/// Trains a network by gradient descent with momentum, and gives its accuracy on points that it has not seen.
func accuracy(_ name: String, _ model: Classifier, steps: Int, rate: Float) throws -> Double {
  let (X, y) = sample(Example.isSmall ? 500 : 5000)
  let variables = try model.trainVars(), gradient = valueAndGrad(model.loss, of: variables)
  let speeds = variables.values.map { Variable(zerosLike($0.value)) }
  let step = jit { (X: NDArray, y: NDArray) in
    let (loss, gradients) = try gradient(X, y)
    for (variable, speed) in zip(variables.values, speeds) {
      speed.value = 0.9 * speed + gradients[variable]!
      variable.value = variable - rate * speed
    }
    return loss
  }
  for number in 0..<steps {
    let loss = try step(X, y).item(as: Double.self)
    if number % (steps / 8) == 0 { print("\(name), step \(number): loss \(Example.short(loss))") }
  }
  let (unseen, classes) = sample(5000)
  let isRight = (try model.logOdds(unseen) .> 0) .== (classes .> 0.5)
  return try isRight.asType(.f64).mean().item(as: Double.self)
}

random.seed(1)
let plain = try accuracy("perceptron", Classifier(hidden: 16), steps: 400, rate: 0.1)
Example.check("accuracy of the perceptron", plain, is: 1, within: 0.02)
let spiking = try accuracy("spiking network", SpikingClassifier(hidden: 32), steps: 400, rate: 0.05)
Example.check("accuracy of the spiking network", spiking, is: 1, within: 0.05)
