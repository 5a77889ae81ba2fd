import Hillock
import HillockTraining
import Testing

/// Arguments at the ends of what an `Int` can say: they give errors. None traps.
@Suite struct ExtremeArgumentTests {
  @Test func cellsOfExtremeSizes() {
    for outputs in [Int.max, Int.min, -1] {
      let cell = GRUCell(1, outputs, weights: .zeros, recurrent: .zeros)
      #expect(cell.b.value.error != nil, "\(outputs)")
      #expect(cell.step(zeros(1), zeros(1)).error != nil, "\(outputs)")
      let long = LSTMCell(1, outputs, weights: .zeros, recurrent: .zeros)
      #expect(long.step(zeros(1), LSTMCell.State(h: zeros(1), c: zeros(1))).h.error != nil, "\(outputs)")
    }
  }

  @Test func initializersOfExtremeShapes() {
    #expect(Initializer.orthogonal()([Int.max, Int.max]).error?.code == .shape)
    #expect(Initializer.orthogonal()([Int.max, -1]).error?.code == .shape)
    #expect(Initializer.xavierUniform()([Int.max, Int.max]).error != nil)
    #expect(Initializer.kaimingNormal()([Int.min]).error != nil)
  }

  @Test func seriesOfExtremeLengths() {
    for count in [Int.max, 10_001, 0, Int.min] {
      #expect(Surrogate.squarewaveFourierSeries(n: count)(NDArray([1.0])).error?.code == .argument, "\(count)")
    }
    #expect(Surrogate.squarewaveFourierSeries(n: 1)(NDArray([1.0])).error == nil)
  }
}
