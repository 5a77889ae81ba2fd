import Foundation
import Hillock
import HillockTraining
import Testing

@Suite struct LayerTests {
  @Test func dense() throws {
    let layer = Dense(2, 3, dtype: .f64)
    layer.W.value = doubles([1, 2, 3, 4, 5, 6], 2, 3)
    layer.b?.value = doubles([10, 20, 30])
    try expectClose(try layer(doubles([1, -1])), [7, 17, 27])
    try expectClose(try layer(doubles([1, -1, 0, 2], 2, 2)), [7, 17, 27, 18, 30, 42])
    #expect(try layer(zeros(4, 5, 2, dtype: .f64)).shape == [4, 5, 3])
    #expect(Dense(2, 3, bias: nil).b == nil)
    #expect(try layer(zeros(4, dtype: .f64)).error?.code == .shape)
    #expect(try Dense(-1, 3)(zeros(4)).error?.code == .shape)
  }

  @Test func normalisations() throws {
    let known = try Oracle.read("normalisations.json", as: [String: [Double]].self)
    func values(_ name: String) throws -> [Double] { try #require(known[name]) }
    let x = doubles(try values("x"), 5, 4), scale = doubles(try values("scale")), shift = doubles(try values("shift"))
    let layer = LayerNorm(4, dtype: .f64), rms = RMSNorm(4, dtype: .f64), batch = BatchNorm(4, dtype: .f64)
    (layer.scale.value, layer.shift.value, rms.scale.value, batch.scale.value, batch.shift.value) = (
      scale, shift, scale, scale, shift
    )

    try expectClose(try layer(x), try values("layer"), within: 1e-11, "layer")
    try expectClose(try rms(x), try values("rms"), within: 1e-11, "rms")
    let layerSlope = grad { (x: NDArray) in (try layer(x) ** 3).sum() }
    try expectClose(try layerSlope(x), try values("layer gradient"), within: 1e-10, "layer gradient")
    let rmsSlope = grad { (x: NDArray) in (try rms(x) ** 3).sum() }
    try expectClose(try rmsSlope(x), try values("rms gradient"), within: 1e-10, "rms gradient")

    // The derivative writes the running values once, like any call.
    let batchSlope = grad { (x: NDArray) in (try batch(x, training: true) ** 3).sum() }
    try expectClose(try batchSlope(x), try values("batch gradient"), within: 1e-10, "batch gradient")
    let train = jit { (x: NDArray) in try batch(x, training: true) }
    try expectClose(try train(2 * x), try values("batch"), within: 1e-11, "batch")
    try expectClose(batch.mean.value, try values("mean"), "mean")
    try expectClose(batch.variance.value, try values("variance"), "variance")
    try expectClose(try batch(x), try values("batch later"), within: 1e-11, "batch later")
    #expect(throws: HillockError.self) { try batch(x[0..<1], training: true) }
    // A picture's features are its last axis.
    #expect(try BatchNorm(3)(random.normal(2, 4, 4, 3), training: true).shape == [2, 4, 4, 3])
  }

  struct Cell: Decodable {
    let W: [Double], U: [Double], b: [Double], c: [Double], outputs: [Double], last: [Double], dW: [Double], dU: [Double],
      db: [Double]
    let dc: [Double]
  }
  struct Cells: Decodable {
    let xs: [Double], h: [Double], c: [Double], rnn: Cell, gru: Cell, lstm: Cell
  }

  /// Outputs and gradients over six steps, with a batch of 2 and one by one, in one loop and step by step.
  private func compare<C: RecurrentCell>(
    _ cell: C, _ known: Cell, _ xs: NDArray, _ first: C.State, _ variables: [(TrainVar, [Double])], _ last: (C.State) -> NDArray
  ) throws {
    let (outputs, state) = try cell.run(xs, from: first)
    try expectClose(outputs, known.outputs, "outputs")
    try expectClose(last(state), known.last, "last")
    let slopes = grad({ square(try cell.run(xs, from: first).outputs).sum() }, of: variables.map(\.0))
    let gradients = try slopes()
    for (variable, expected) in variables { try expectClose(gradients[variable]!, expected, within: 1e-11, variable.name) }
    var steps: [NDArray] = [], next = first
    for t in 0..<6 {
      let (output, after) = cell(xs[t], next)
      steps.append(output)
      next = after
    }
    try expectClose(stack(steps), known.outputs, "step by step")
    let alone = vmap { (x: NDArray, state: C.State) in try cell.run(x, from: state).outputs }
    let lanes = try alone(xs.transposed(1, 0, 2), first).transposed(1, 0, 2)
    try expectClose(lanes, known.outputs, "in lanes")
    #expect(try cell.run(xs).outputs.shape == [6, 2, 4])
    #expect(throws: HillockError.self) { try cell.run(zeros(6, 2, 5, dtype: .f64)) }
  }

  @Test func recurrentCells() throws {
    let known = try Oracle.read("cells.json", as: Cells.self)
    let xs = doubles(known.xs, 6, 2, 3), h = doubles(known.h, 2, 4), c = doubles(known.c, 2, 4)

    let rnn = RNNCell(3, 4, dtype: .f64)
    (rnn.W.value, rnn.U.value, rnn.b.value) = (doubles(known.rnn.W, 3, 4), doubles(known.rnn.U, 4, 4), doubles(known.rnn.b))
    try compare(rnn, known.rnn, xs, h, [(rnn.W, known.rnn.dW), (rnn.U, known.rnn.dU), (rnn.b, known.rnn.db)]) { $0 }

    let gru = GRUCell(3, 4, dtype: .f64)
    (gru.W.value, gru.U.value) = (doubles(known.gru.W, 3, 12), doubles(known.gru.U, 4, 12))
    (gru.b.value, gru.c.value) = (doubles(known.gru.b), doubles(known.gru.c))
    try compare(
      gru, known.gru, xs, h,
      [(gru.W, known.gru.dW), (gru.U, known.gru.dU), (gru.b, known.gru.db), (gru.c, known.gru.dc)]
    ) { $0 }

    let lstm = LSTMCell(3, 4, dtype: .f64)
    (lstm.W.value, lstm.U.value, lstm.b.value) = (
      doubles(known.lstm.W, 3, 16), doubles(known.lstm.U, 4, 16), doubles(known.lstm.b)
    )
    try compare(
      lstm, known.lstm, xs, LSTMCell.State(h: h, c: c),
      [(lstm.W, known.lstm.dW), (lstm.U, known.lstm.dU), (lstm.b, known.lstm.db)]
    ) { $0.c }
  }

  @Test func aRunMayGoBackwards() throws {
    let cell = GRUCell(2, 3, dtype: .f64), xs = random.normal([5, 2], dtype: .f64)
    let turned = stack((0..<5).reversed().map { xs[$0] })
    let backwards = try cell.run(xs, reverse: true).outputs, forwards = try cell.run(turned).outputs
    for t in 0..<5 { try expectClose(backwards[t], try forwards[4 - t].scalars()) }
  }

  @Test func dropout() throws {
    let layer = Dropout(0.25, seed: 3), x = ones(100, 1000)
    let y = try layer(x, training: true), kept = try (y .> 0).asType(.f64).mean().item(as: Double.self)
    // 100 000 draws: a standard deviation of 0.0014.
    #expect(abs(kept - 0.75) < 0.007)
    #expect(try y.max().item(as: Float.self) == 1 / 0.75)
    #expect(try layer(x).floats() == x.floats())
    let again = try Dropout(0.25, seed: 3)(x, training: true)
    #expect(try (again .== y).all().item(as: Bool.self), "the same seed")
    #expect(try (layer(x, training: true) .!= y).any().item(as: Bool.self), "another draw")
    #expect(throws: HillockError.self) { try Dropout(1)(x, training: true) }
    // The gradient goes where the elements went.
    let fresh = Dropout(0.5, seed: 1)
    let (value, slope) = try valueAndGrad { (x: NDArray) in try fresh(x, training: true).sum() }(ones(50))
    try expectClose(slope.sum(), [try value.item()], within: 1e-6)
  }

  @Test func aModelOfLayersIsFoundTrainedAndSaved() throws {
    func make() -> Sequential {
      let generator = RandomState(seed: 5)
      return Sequential(
        Dense(2, 8, using: generator), BatchNorm(8), Activation { tanh($0) }, Dropout(0.1, seed: 2), Dense(8, 1, using: generator)
      )
    }
    let model = make()
    #expect(
      try model.trainVars(method: .relative).keys == [
        "layers[0].W", "layers[0].b", "layers[1].scale", "layers[1].shift", "layers[4].W", "layers[4].b",
      ])
    let x = RandomState(seed: 1).normal(64, 2), y = (x[.all, 0] * x[.all, 1]).reshaped(64, 1)
    let optimizer = try Adam(model.trainVars(), rate: 0.02)
    let train = optimizer.minimize { (x: NDArray, y: NDArray) in squaredError(try model(x, training: true), y) }
    let first = try train(x, y).item(as: Double.self)
    for _ in 0..<150 { _ = try train(x, y) }
    let last = try train(x, y).item(as: Double.self)
    #expect(last < 0.5 * first, "from \(first) to \(last)")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try model.saveStates(to: file)
    let twin = make()
    try twin.loadStates(from: file)
    #expect(try twin(x).floats() == model(x).floats())
  }
}
