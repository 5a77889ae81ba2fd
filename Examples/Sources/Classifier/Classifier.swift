// A perceptron with a hidden layer learns which of two classes a point belongs to. The points lie around the four corners (±1, ±1); class
// 1 are those around (1, 1) and (−1, −1), so no straight line parts the classes.
//
// The noise has a standard deviation of 0.5 in each direction. The best classifier looks at the signs: each of the two is right
// with probability p = Φ(1/0.5), and the class is right where both are, or neither: p² + (1 − p)².

import Foundation
import Hillock
import HillockTraining
import Support

let noise = 0.5

/// Points [count, 2] and their classes [count], 0 or 1.
func sample(_ count: Int) -> (NDArray, NDArray) {
  let corners = 2 * random.bernoulli(0.5, count, 2).asType(.f32) - 1
  let classes = (corners[.all, 0] .== corners[.all, 1]).asType(.i32)
  return (corners + random.normal(count, 2, std: noise), classes)
}

random.seed(1)
let model = Sequential(Dense(2, 32, weights: .kaimingUniform()), Activation(relu), Dense(32, 2))
let (points, classes) = sample(Example.isSmall ? 4000 : 40_000)

let steps = 300
let optimizer = try Adam(model.trainVars(), rate: .cosine(from: 0.02, over: steps))
let train = optimizer.minimize { (x: NDArray, labels: NDArray) in
  crossEntropy(try model(x, training: true), labels: labels)
}
for step in 0..<steps {
  let loss = try train(points, classes).item(as: Double.self)
  if step % 30 == 0 { print("step \(step)  loss \(Chart.bar(loss, of: 0.8)) \(Example.short(loss))") }
}

// What the model makes of the plane: # where it says class 1.
let places = linspace(-2, 2, count: 33)
let plane = stack(
  [
    places.broadcast(to: 33, 33).flattened(), (-places).reshaped(33, 1).broadcast(to: 33, 33).flattened(),
  ], axis: 1)
print(Chart.cells(try (model(plane).argmax(axis: -1) .== 1).bools(), width: 33))

let (unseen, truth) = sample(100_000)
let accuracy = try (model(unseen).argmax(axis: -1) .== truth).asType(.f64).mean().item(as: Double.self)
let p = 1 - 0.5 * erfc(1 / noise / 2.0.squareRoot())
Example.check("accuracy on points not seen", accuracy, is: p * p + (1 - p) * (1 - p), within: 0.01)
