// A network of spiking neurons learns to tell which half of its inputs fired first. Each input fires once; all fire equally often
// in both classes, so only the times of the spikes tell them apart. A spike is a step, which has no slope; to derivatives it is
// the smooth step of a surrogate. The classes do not touch, so a good classifier is always right.

import Foundation
import Hillock
import HillockTraining
import Support

let channels = 20, duration = 40

/// Spikes [duration, count, channels], 0 or 1, and the class of each example: 0 where the first half of the channels fires first.
func sample(_ count: Int) -> (NDArray, NDArray) {
  let classes = random.randint(count, low: 0, high: 2)
  let half = (arange(channels) .>= channels / 2).asType(.i32)
  let isLate = classes.reshaped(count, 1) .!= half
  let times = random.randint(count, channels, low: 0, high: duration / 2) + select(isLate, duration / 2, 0)
  return ((arange(duration).reshaped(duration, 1, 1) .== times).asType(.f32), classes)
}

/// Leaky neurons, and at the end leaky sums of their spikes: one for each class.
final class SpikingNetwork: Layer {
  let input: Dense, output: Dense
  let spike = Surrogate.arctan(alpha: 2)

  init(hidden: Int) {
    input = Dense(channels, hidden, weights: .kaimingNormal())
    output = Dense(hidden, 2)
    super.init()
  }

  override func callAsFunction(_ spikes: NDArray, training: Bool = false) throws -> NDArray {
    let currents = try input(spikes), rest = zerosLike(currents[0])
    let ((_, trace), _) = try scan(currents, init: rest, rest) { v, trace, current in
      let charged = 0.9 * v + current, fired = spike(charged - 1)
      return ((charged - fired, 0.95 * trace + fired), fired.mean())
    }
    return try output(trace)
  }
}

random.seed(2)
let network = SpikingNetwork(hidden: 32), (spikes, classes) = sample(Example.isSmall ? 200 : 1000)

let optimizer = try Adam(network.trainVars(), rate: 0.01)
let train = optimizer.minimize(clipping: { $0.clipped(toNorm: 1) }) { (spikes: NDArray, classes: NDArray) in
  crossEntropy(try network(spikes), labels: classes)
}
for step in 0..<(Example.isSmall ? 60 : 150) {
  let loss = try train(spikes, classes).item(as: Double.self)
  if step % 10 == 0 { print("step \(step)  loss \(Chart.bar(loss, of: 1)) \(Example.short(loss))") }
}

let (unseen, truth) = sample(2000)
let accuracy = try (network(unseen).argmax(axis: -1) .== truth).asType(.f64).mean().item(as: Double.self)
Example.check("accuracy on spikes not seen", accuracy, is: 1, within: 0.02)
