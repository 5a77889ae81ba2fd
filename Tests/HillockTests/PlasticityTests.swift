import Hillock
import Testing

@Suite struct PlasticityTests {
  private func matrix() throws -> SparseMatrix {
    try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: 1.0, columnCount: 3)
  }

  @Test func weightsChangeAtSpikes() throws {
    let m = try matrix(), w = Variable(NDArray([0.5, 0.5, 0.5])), trace = NDArray([0.25, 1.0, 2])
    let step = jit { (rows: NDArray) in w.change(at: rows, trace: trace, along: m, WeightChange(0.5, bounds: 0...1)) }
    try step(NDArray([false, true, true]))
    #expect(try w.floats() == [0.5, 0.625, 1])
    w.change(
      at: NDArray([true, false, true]), trace: trace, along: m, WeightChange(-1, bounds: 0...1, dependence: .toLowerBound()))
    #expect(try w.floats() == [0, 0.46875, 0])
    w.change(at: ones(3), trace: trace, along: m, WeightChange(0.5, bounds: 0...1, dependence: .toUpperBound(power: 2)))
    // 0 + 0.5 · 1² · 1; 0.46875 + 0.5 · 0.53125² · 0.25; 0 + 0.5 · 1² · 2
    #expect(try w.floats() == [0.5, 0.46875 + 0.125 * 0.53125 * 0.53125, 1])
  }

  /// From the side of the receivers: rows are columns of the matrix, and places lead back to its elements.
  @Test func placesLeadToWeights() throws {
    let transposed = try SparseMatrix(rowStarts: [0, 1, 2, 3], columns: [2, 0, 2], values: 1.0, columnCount: 3)
    let w = Variable(NDArray([10.0, 20, 30])), places = NDArray([Int32(1), 0, 2])
    w.change(at: NDArray([true, true, false]), trace: NDArray([1.0, 2, 3]), along: transposed, WeightChange(1), places: places)
    #expect(try w.floats() == [11, 23, 30])
    w.change(at: ones(2), trace: ones(3), along: transposed, WeightChange(1))
    #expect(throws: HillockError.self) { try w.floats() }
  }
}
