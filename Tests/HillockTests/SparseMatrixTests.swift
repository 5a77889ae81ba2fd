import Hillock
import Testing

/// Products with sparse matrices, and spikes into rings. Values of the ops are in Spec/conformance.
@Suite struct SparseMatrixTests {
  /// [[0, 2, 0], [0, 0, 0], [1, 0, 3]]
  private func matrix() throws -> SparseMatrix {
    try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
  }

  @Test func productsAreThoseOfTheDenseMatrix() throws {
    let m = try matrix(), x = NDArray([1.0, 10, 100])
    #expect(m.shape == [3, 3])
    #expect(try dot(m, x).floats() == [20, 0, 301] && dot(x, m).floats() == [100, 2, 300])
    #expect(try dot(NDArray([true, false, true]), m).floats() == [1, 2, 3])
    #expect(try dot(NDArray([0, 0, 2]), m).floats() == [2, 0, 6], "whole numbers are floats in products")
    let f = jit { (x: NDArray) in dot(dot(x, m), m.with(values: 0.5)) }
    #expect(try f(x).floats() == [150, 50, 150])
    #expect(dot(m, x.asType(.f64)).dtype == .f64)
  }

  @Test func leadingAxesAreABatch() throws {
    let m = try matrix(), x = arange(12.0).reshaped([2, 2, 3])
    let rows = dot(x, m), columns = dot(m, x)
    #expect(rows.shape == [2, 2, 3] && columns.shape == [2, 2, 3])
    for i in 0..<2 {
      for j in 0..<2 {
        #expect(try rows[i, j].floats() == dot(x[i, j], m).floats() && columns[i, j].floats() == dot(m, x[i, j]).floats())
      }
    }
    let lanes = vmap { (x: NDArray) in dot(x, m) }
    #expect(try lanes(x[0]).floats() == rows[0].floats())
  }

  @Test func aProductIsAddedToAnArray() throws {
    let m = try matrix(), spikes = NDArray([true, false, true])
    #expect(try ones(3).adding(spikes, along: m).floats() == [2, 3, 4])
    #expect(try ones(2, 3).adding(stack([spikes, .!spikes]), along: m).floats() == [2, 3, 4, 1, 1, 1])
    let decaying = try forLoop(0..<3, carry: ones(3)) { _, g in (0.5 * g).adding(spikes, along: m) }
    // 1/8 + what spikes bring · (1 + 1/2 + 1/4)
    #expect(try decaying.floats() == [1.875, 3.625, 5.375])
    let slope = grad { (g: NDArray) in g.adding(NDArray([1.0, 2, 3]), along: m).sum() }
    let slopeOfRows = grad { (x: NDArray) in ones(3).adding(x, along: m).sum() }
    #expect(try slope(ones(3)).floats() == [1, 1, 1] && slopeOfRows(ones(3)).floats() == [2, 0, 4])
    #expect(ones(2).adding(spikes, along: m).error?.code == .shape && ones(3).adding(ones(2), along: m).error?.code == .shape)
    #expect(NDArray(1.0).adding(spikes, along: m).error?.code == .shape)
  }

  @Test func gradientsReachValuesVectorAndSpikes() throws {
    let m = try matrix(), x = NDArray([1.0, 10, 100])
    let loss = { (values: NDArray, x: NDArray) in (dot(x, m.with(values: values)) * NDArray([1.0, 2, 4])).sum() }
    // d/dv = x of the row times the factor of the column; d/dx = the row times the factors.
    let values = grad { (v: NDArray) in loss(v, x) }, vector = grad { (x: NDArray) in loss(m.values, x) }
    #expect(try values(m.values).floats() == [2, 100, 400] && vector(x).floats() == [4, 0, 13])
    let shared = grad { (v: NDArray) in loss(v, x) }
    #expect(try shared(NDArray([1.0])).floats() == [502])
    let product = grad { (values: NDArray) in dot(m.with(values: values), x).sum() }
    #expect(try product(m.values).floats() == [10, 1, 100])
  }

  /// A spike of row r arrives delay steps later, in the slot that is then the present one.
  @Test func aRingHoldsWhatIsOnItsWay() throws {
    let m = try matrix(), delays = NDArray([Int32(3), 0, 1])
    let ring = Variable(zeros(4, 3))
    let step = jit { (spikes: NDArray, slot: NDArray) -> NDArray in
      ring.deliver(spikes, along: m, slot: slot, delays: delays)
      let now = ring.value[slot]
      ring[slot] = 0
      return now
    }
    var arrived: [[Float]] = []
    for time in 0..<6 {
      let spikes = NDArray([time == 0, true, time == 0 || time == 2])
      arrived.append(try step(spikes, NDArray(time % 4, dtype: .i64)).floats())
    }
    #expect(arrived == [[1, 0, 0], [0, 0, 3], [1, 0, 0], [0, 2, 3], [0, 0, 0], [0, 0, 0]])
  }

  @Test func mistakesSayWhatToDo() throws {
    func code(_ body: () throws -> Void) -> ErrorCode? {
      do { try body() } catch { return (error as? HillockError)?.code }
      return nil
    }
    #expect(code { _ = try SparseMatrix(rowStarts: [0, 2], columns: [0], values: 1.0, columnCount: 1) } == .shape)
    #expect(code { _ = try SparseMatrix(rowStarts: [], columns: [], values: 1.0, columnCount: 1) } == .shape)
    #expect(code { _ = try SparseMatrix(rowStarts: [0, 2, 1, 2], columns: [0, 0], values: 1.0, columnCount: 1) } == .index)
    #expect(code { _ = try SparseMatrix(rowStarts: [0, 1], columns: [3], values: 1.0, columnCount: 3) } == .index)
    let three = NDArray([1.0, 2, 3])
    #expect(code { _ = try SparseMatrix(rowStarts: [0, 2], columns: [0, 0], values: three, columnCount: 1) } == .shape)
    #expect(code { _ = try SparseMatrix(rowStarts: [0, 1], columns: [0], values: 1, columnCount: 1) } == .dtype)
    let m = try matrix()
    #expect(dot(ones(2), m).error?.code == .shape && dot(m, ones(4)).error?.code == .shape)
    #expect(zeros(4, 3).delivering(ones(2), along: m).error?.code == .shape)
    #expect(dot(ones(3), m.with(values: ones(2))).error?.code == .shape)
  }
}
