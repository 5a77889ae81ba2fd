// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import HillockTraining
import Testing

/// The snippets of Sources/HillockTraining/HillockTraining.docc/Training.md.
@Suite struct TrainingGuide {
  @Test func trainingAModel() throws {
    random.seed(1)
    let model = Sequential(Dense(2, 16), Activation { tanh($0) }, Dense(16, 2))
    let optimizer = try Adam(model.trainVars(), rate: 0.01)
    let train = optimizer.minimize { (x: NDArray, labels: NDArray) in
      crossEntropy(try model(x, training: true), labels: labels)
    }

    let x = random.normal(100, 2), labels = (x[.all, 0] .> x[.all, 1]).asType(.i32)
    for _ in 0..<200 { _ = try train(x, labels) }
    let accuracy = try (model(x).argmax(axis: -1) .== labels).asType(.f32).mean()
    #expect(try accuracy.item(as: Double.self) > 0.95)

    let slope = valueAndGrad({ (x: NDArray, labels: NDArray) in crossEntropy(try model(x), labels: labels) }, of: optimizer.variables)
    let (loss, gradients) = try slope(x, labels)
    try optimizer.update(gradients.clipped(toNorm: 1))
    #expect(try loss.item(as: Double.self) < 0.3)

    let epoch = jit { (xs: NDArray, labels: NDArray) in
      try forLoop(over: xs.reshaped(10, 10, 2), labels.reshaped(10, 10)) { x, labels in try train(x, labels) }
    }
    let losses = try epoch(x, labels)                        // f32[10]
    #expect(losses.shape == [10])
    #expect(try optimizer.step.value.item(as: Int.self) == 211)

    _ = try SGD(model.trainVars(), rate: .cosine(from: 0.1, over: 1000), momentum: 0.9)
    _ = try AdamW(model.trainVars(), rate: .warmUp(over: 100, then: .exponential(from: 0.01, by: 0.5, every: 1000)))
  }

  final class Training: Base {
    let model: Dense
    let optimizer: Adam
    init(inputs: Int) throws {
      model = Dense(inputs, 1)
      optimizer = try Adam(model.trainVars())
      super.init()
    }
  }

  @Test func saving() throws {
    let folder = try ScratchFolder()
    try Training(inputs: 3).saveStates(to: folder["training.safetensors"])
  }

  @Test func spiking() throws {
    let W = TrainVar(random.normal(5, 3)), spike = Surrogate.arctan()
    func spikes(_ inputs: NDArray) throws -> NDArray {
      let (_, fired) = try scan(inputs, init: zeros(3)) { v, input in
        let charged = 0.9 * v + dot(input, W), fired = spike(charged - 1)
        return (charged - fired, fired)
      }
      return fired
    }
    let learn = try SGD([W], rate: 0.01).minimize { (inputs: NDArray) in square(try spikes(inputs).mean(axis: 0) - 0.2).sum() }
    _ = try learn(random.random(100, 5))
    #expect(W.error == nil)
  }

  @Test func recurrent() throws {
    let cell = LSTMCell(5, 8)
    let (outputs, state) = try cell.run(random.normal(20, 4, 5))      // 20 steps of a batch of 4: f32[20, 4, 8]
    #expect(outputs.shape == [20, 4, 8] && state.h.shape == [4, 8])
  }
}
