// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTraining
import Testing

/// The snippets of Sources/HillockTraining.
@Suite struct TrainingSnippets {
  @Test func surrogates() throws {
    let spike = Surrogate.arctan()
    let v = NDArray([-1.0, 0.0, 2.0])
    _ = spike(v)                                       // [0, 1, 1]
    _ = try grad { (v: NDArray) in spike(v).sum() }(v) // 1/2 / (1 + (π/2 · v)²) at each
    #expect(try spike(v).floats() == [0, 1, 1])

    let triangle = Surrogate("triangle") { x in maximum(1 - abs(x), 0) }
    _ = try grad { (v: NDArray) in triangle(v).sum() }(NDArray([0.25, 3.0]))      // [0.75, 0]
    #expect(try grad { (v: NDArray) in triangle(v).sum() }(NDArray([0.25, 3.0])).floats() == [0.75, 0])
  }

  @Test func losses() throws {
    _ = squaredError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0]))         // 2, the mean of 0 and 4
    _ = absoluteError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0]))        // 1, the mean of 0 and 2
    _ = huberLoss(NDArray([1.5, 4.0]), 1, reduction: .none)            // [0.125, 2.5]
    #expect(try squaredError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0])).item(as: Double.self) == 2)
    #expect(try absoluteError(NDArray([1.0, 3.0]), NDArray([1.0, 1.0])).item(as: Double.self) == 1)
    #expect(try huberLoss(NDArray([1.5, 4.0]), 1, reduction: .none).floats() == [0.125, 2.5])
    _ = crossEntropy(NDArray([[0.0, 0.0], [9.0, 0.0]]), labels: NDArray([1, 0]), reduction: .none)      // [log 2, log(1 + e⁻⁹)]
    _ = crossEntropy(NDArray([0.0, 0.0]), probabilities: NDArray([0.25, 0.75]))      // log 2
    _ = binaryCrossEntropy(NDArray([0.0, 200.0]), NDArray([1.0, 0.0]), reduction: .none)      // [log 2, 200]
    _ = klDivergence(NDArray([0.0, 0.0]), probabilities: NDArray([0.0, 1.0]))      // log 2
    let log2 = Float(log(2.0))
    #expect(try abs(crossEntropy(NDArray([0.0, 0.0]), probabilities: NDArray([0.25, 0.75])).item() - log2) < 1e-6)
    #expect(try binaryCrossEntropy(NDArray([0.0, 200.0]), NDArray([1.0, 0.0]), reduction: .none).floats() == [log2, 200])
    #expect(try abs(klDivergence(NDArray([0.0, 0.0]), probabilities: NDArray([0.0, 1.0])).item() - log2) < 1e-6)
    _ = logSumExp(NDArray([1000.0, 1000.0]))           // 1000 + log 2
    _ = softmax(NDArray([0.0, 0.0]))                   // [0.5, 0.5]
    _ = oneHot(NDArray([2, 0]), classes: 3)            // [[0, 0, 1], [1, 0, 0]]
    _ = relu(NDArray([-1.0, 2.0]))                     // [0, 2]
    #expect(try oneHot(NDArray([2, 0]), classes: 3).floats() == [0, 0, 1, 1, 0, 0])
    #expect(try softmax(NDArray([0.0, 0.0])).floats() == [0.5, 0.5] && relu(NDArray([-1.0, 2.0])).floats() == [0, 2])
  }

  @Test func optimizers() throws {
    let w = TrainVar(NDArray([4.0, -2.0]))
    let optimizer = try SGD([w], rate: 0.25)
    let train = optimizer.minimize { square(w).sum() }
    for _ in 0..<10 { _ = try train() }
    _ = try w.floats()                                     // [4, -2] / 1024
    #expect(try w.floats() == [4 / 1024, -2 / 1024])
  }

  @Test func momentum() throws {
    let w = TrainVar(NDArray([1.0]))
    let optimizer = try SGD([w], rate: 0.1, momentum: 0.9)
    try optimizer.update(grad({ square(w).sum() }, of: [w])())
    _ = try w.floats()                                     // [0.8]
    #expect(try abs(w.floats()[0] - 0.8) < 1e-6)
  }

  @Test func adam() throws {
    let w = TrainVar(NDArray([1.0]))
    let optimizer = try Adam([w], rate: 0.1)
    try optimizer.update(grad({ square(w).sum() }, of: [w])())
    _ = try w.floats()                                     // [0.9], the first step is the rate
    #expect(try abs(w.floats()[0] - 0.9) < 1e-6)
  }

  @Test func minimizing() throws {
    let model = Dense(2, 1)
    let optimizer = try Adam(model.trainVars())
    let train = optimizer.minimize { (x: NDArray, y: NDArray) in squaredError(try model(x), y) }
    let loss = try train(ones(8, 2), zeros(8, 1))
    #expect(loss.shape.isEmpty)
  }

  @Test func rates() throws {
    let w = TrainVar(zeros(2)), rate = Variable(NDArray(0.1))
    _ = try SGD([w], rate: 0.1)
    _ = try SGD([w], rate: .cosine(from: 0.1, over: 1000))
    _ = try SGD([w], rate: rate)                    // rate.value = 0.01 later

    let schedule = { () -> [Double] in
      let rate = Schedule.warmUp(over: 10, then: .exponential(from: 0.1, by: 0.5, every: 100))
      _ = rate(5)                                        // 0.05
      _ = rate(110)                                      // 0.05
      return [try! rate(5).item(), try! rate(110).item()]
    }
    #expect(schedule().allSatisfy { abs($0 - 0.05) < 1e-12 })
  }

  @Test func clipping() throws {
    let w = TrainVar(NDArray([3.0, -4.0]))
    let gradients = try grad({ square(w).sum() }, of: [w])()       // [6, -8]
    _ = gradients.clipped(toValue: 7)[w]!                              // [6, -7]
    _ = gradients.globalNorm                                           // 10
    _ = gradients.clipped(toNorm: 5)[w]!                               // [3, -4]
    #expect(try gradients.clipped(toValue: 7)[w]!.floats() == [6, -7])
    #expect(try gradients.globalNorm.item(as: Double.self) == 10 && gradients.clipped(toNorm: 5)[w]!.floats() == [3, -4])
  }

  final class Residual: Layer {
    let inner = Dense(8, 8)
    override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
      x + relu(try inner(x, training: training))
    }
  }

  @Test func layers() throws {
    let y = try Residual()(ones(4, 8))             // f32[4, 8]
    #expect(y.shape == [4, 8])
    func activation() {
      let layer = Activation(relu)
      _ = layer
    }
    activation()
    let model = Sequential(Dense(784, 512), Activation(relu), Dropout(0.2), Dense(512, 10))
    _ = try model.trainVars(method: .relative).keys    // ["layers[0].W", "layers[0].b", "layers[3].W", "layers[3].b"]
    #expect(try model.trainVars(method: .relative).keys == ["layers[0].W", "layers[0].b", "layers[3].W", "layers[3].b"])
  }

  @Test func dense() throws {
    let layer = Dense(3, 2)
    let y = try layer(ones(5, 3))                  // f32[5, 2]
    #expect(y.shape == [5, 2])
  }

  @Test func normalisations() throws {
    let y = try LayerNorm(4)(NDArray([1.0, 2.0, 3.0, 4.0]))       // [-1.34, -0.45, 0.45, 1.34]
    for (value, known) in zip(try y.floats(), [-1.34, -0.45, 0.45, 1.34] as [Float]) { #expect(abs(value - known) < 0.005) }

    let layer = BatchNorm(2)
    _ = try layer(random.normal(32, 2), training: true)
    _ = try layer.mean.floats()                            // a tenth of the batch's mean
    #expect(layer.mean.error == nil)
  }

  @Test func dropout() throws {
    let layer = Dropout(0.5, seed: 1)
    _ = try layer(ones(8), training: true)         // zeros and twos
    _ = try layer(ones(8))                         // ones
    #expect(try layer(ones(8), training: true).floats().allSatisfy { $0 == 0 || $0 == 2 })
  }

  @Test func initializers() throws {
    let start = Initializer.xavierUniform()
    let W = start([784, 512], using: RandomState(seed: 1))
    let layer = Dense(784, 512, weights: .kaimingNormal(), bias: .constant(0.1))
    #expect(W.shape == layer.W.shape)
  }

  @Test func cells() throws {
    let cell = GRUCell(3, 16)
    let (outputs, last) = try cell.run(ones(20, 8, 3))      // 20 steps of a batch of 8: f32[20, 8, 16], and the state after them
    #expect(outputs.shape == [20, 8, 16] && last.shape == [8, 16])
  }
}
