// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import HillockDynamics
import HillockTraining
import HillockTestSupport
import Testing

// README.md and the pages of Spec.

@Suite struct ReadmeSnippets {
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

  @Test func twoPrograms() throws {
    func gelu(_ x: NDArray) -> NDArray {
      let s = sqrt(2 / NDArray.pi)
      let cdf = 0.5 * (1.0 + tanh(s * (x + 0.044715 * (x ** 3))))
      return x * cdf
    }
    let fast = jit(gelu)
    let y = try fast(random.random(100_000))

    let model = LogisticRegression(dimension: 10)
    let step = jit(model)
    let points = random.normal(1000, 10), labels = 2.0 * random.bernoulli(0.5, 1000) - 1.0
    try step(points, labels)          // model.w has changed

    #expect(y.shape == [100_000])
    #expect(try model.w.value.floats() != (2.0 * ones(10) - 1.3).floats())
  }

  @Test func neuronsAndLoops() throws {
    let group = LIF(4)                                        // leaky integrate-and-fire neurons
    group.input[...] = NDArray([0, 10, 20, 30])
    let record = try group.run(200, monitors: ["spike": group.spike])
    let rate = record["spike"]?.sum(axis: 0)                  // spikes in 200 ms

    let v = Variable(zeros(3))
    try forLoop(0..<100) { i in v.value = 0.9 * v + 1.0 }     // also scan, whileLoop, cond, ifelse

    // R·I of 0, 10 and 20 mV do not pass 20 mV; at 30 mV it takes 10·ln(30/10) ms from rest, then 10·ln(35/10) + 1 ms a spike,
    // in whole steps of 0.1 ms (LIFTests has the formula).
    let spikes = try #require(rate).ints()
    #expect(spikes[0...2] == [0, 0, 0])
    #expect(abs(spikes[3] - (1 + Int((200 - 10 * log(3.0)) / (10 * log(3.5) + 1)))) <= 1)
    // v = 10·(1 − 0.9¹⁰⁰)
    for value in try v.value.floats() { #expect(abs(Double(value) - 10 * (1 - pow(0.9, 100))) < 1e-5) }
  }

  @Test func training() throws {
    let network = Sequential(Dense(2, 32), Activation(relu), Dense(32, 3))
    let optimizer = try Adam(network.trainVars(), rate: 0.01)
    let train = optimizer.minimize { (x: NDArray, labels: NDArray) in crossEntropy(try network(x), labels: labels) }
    let error = try train(random.normal(64, 2), random.randint(64, low: 0, high: 3))
    #expect(error.shape.isEmpty)
  }

  @Test func stateInFiles() throws {
    let folder = try ScratchFolder()
    let model = LogisticRegression(dimension: 10)
    let keys = try model.vars(method: .relative).keys         // ["w"]
    try model.saveStates(to: folder["model.npz"])
    try LogisticRegression(dimension: 10).loadStates(from: folder["model.npz"])
    #expect(keys == ["w"])
  }

  @Test func errorsOfShape() throws {
    _ = ones(3) + ones(4)          // add: shapes [3] and [4] cannot be broadcast together
    #expect((ones(3) + ones(4)).error?.message == "add: shapes [3] and [4] cannot be broadcast together")
  }

  @Test func errorsOfDType() throws {
    let n = Variable(zeros(3, dtype: .i32), name: "n")
    n.value = ones(3)          // the dtype of Variable n is int32, while the value given is float32; convert it with .asType(.i32)
    #expect(
      n.error?.message == "the dtype of Variable n is int32, while the value given is float32; convert it with .asType(.i32)")
  }
}
