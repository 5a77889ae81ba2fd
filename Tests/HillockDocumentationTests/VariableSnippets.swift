// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockDynamics
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Variables and IO.
@Suite(.serialized) struct VariableSnippets {
  @Test func variables() throws {
    let v = Variable(arange(10))
    v[0] = 2
    v += 1
    v.value = arange(10)
    v.update(onesLike(v))
    #expect(try v.value.ints() == [Int](repeating: 1, count: 10))
  }

  @Test func batchAxes() throws {
    let state = Variable(zeros(1, 100), batchAxis: 0)
    state.value = zeros(32, 100)
    print(state.batchSize ?? 1)           // 32
    #expect(state.batchSize == 32)
  }

  @Test func parts() throws {
    let v = Variable(arange(10))
    v[0] = 2.0
    v[2..<4] = NDArray([7, 8])
    v[[5, -1]] = 0
    v[v .> 7] += 10
    #expect(try v.value.ints() == [2, 1, 7, 18, 4, 0, 6, 7, 18, 0])
  }

  @Test func views() throws {
    let v = Variable(zeros(2, 3))
    let row = VariableView(v, 1)
    row += 1                          // v: [[0, 0, 0], [1, 1, 1]]
    row[0] = 5                        // v: [[0, 0, 0], [5, 1, 1]]
    #expect(try v.value.floats() == [0, 0, 0, 5, 1, 1])
  }

  @Test func objects() throws {
    final class Counter: Base {
      let n = Variable(NDArray(0))
      func callAsFunction() { n += 1 }
    }
    let counter = Counter()
    print(counter.name)              // Counter0
    print(try counter.vars().keys)   // ["Counter0.n"]
    #expect(counter.name.hasPrefix("Counter"))
    #expect(try counter.vars().keys == ["\(counter.name).n"])
  }

  final class Net: Base {
    let bias = TrainVar(zeros(1)), cells = [LIF(2), LIF(2)]
  }

  @Test func collections() throws {
    let net = Net()
    _ = try net.vars().keys                       // ["Net0.bias", "LIF0.V", …]
    _ = try net.vars(method: .relative).keys      // ["bias", "cells[0].V", …]
    #expect(try net.vars().keys.prefix(2) == ["\(net.name).bias", "\(net.cells[0].name).V"])
    #expect(try net.vars(method: .relative).keys.prefix(2) == ["bias", "cells[0].V"])

    let all = try net.vars()
    let trained = all.subset(TrainVar.self)
    let rest = all - trained
    #expect(trained.count == 1 && rest.count == all.count - 1)
  }

  @Test func registrations() throws {
    final class Model: Base {}
    let model = Model()
    for i in 0..<3 { try model.register(Variable(zeros(2)), as: "trace\(i)") }
    #expect(try model.vars(method: .relative).keys == ["trace0", "trace1", "trace2"])
  }

  @Test func statesOfObjects() throws {
    let folder = try ScratchFolder()
    let net = Net(), twin = Net()
    net.bias.value = ones(1)
    try net.saveStates(to: folder["net.safetensors"])
    try twin.loadStates(from: folder["net.safetensors"])
    #expect(try twin.bias.value.floats() == [1])
  }

  @Test func namedArrays() throws {
    let folder = try ScratchFolder(), V = arange(3)
    var results = NamedArrays()
    results["V"] = V
    try results.save(to: folder["run.npz"])
    let again = try NamedArrays(contentsOf: folder["run.npz"])
    #expect(try again["V"]?.ints() == [0, 1, 2])
  }
}

/// It draws the Variables of others.
final class Plotter {
  let shown: [Variable]
  init(_ shown: [Variable]) { self.shown = shown }
}

extension Plotter: Stateless {}

@Suite struct StatelessSnippets {
  @Test func aPlotterIsPassedOver() throws {
    final class Model: Base {
      let v = Variable(zeros(1))
      var plotter: Plotter?
    }
    let model = Model()
    model.plotter = Plotter([model.v])
    #expect(try model.vars(method: .relative).keys == ["v"])
  }
}
