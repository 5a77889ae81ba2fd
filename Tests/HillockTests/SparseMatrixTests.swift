import Hillock
import Testing

/// Products with sparse matrices, and spikes into rings. Values of the ops are in Spec/conformance.
@Suite struct SparseMatrixTests {
  /// [[0, 2, 0], [0, 0, 0], [1, 0, 3]]
  private func matrix() throws -> SparseMatrix {
    try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
  }

  private func code(_ body: () throws -> Void) -> ErrorCode? {
    do { try body() } catch { return (error as? HillockError)?.code }
    return nil
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

  /// Delays of one and two bytes are those of four: the same bits, with spikes of many rows to more targets than one worker takes, and
  /// their derivatives.
  @Test func narrowDelaysAreTheSame() throws {
    let rows = 300, width = 5000, fan = 60, slots = 300
    let generator = RandomState(seed: 3), columns = generator.randint(rows * fan, low: 0, high: width)
    let m = try SparseMatrix(
      rowStarts: (0...rows).map { $0 * fan }, columns: columns.scalars(as: Int.self), values: generator.normal(rows * fan),
      columnCount: width)
    let spikes = generator.uniform(rows) .< 0.5, ring = generator.normal(slots, width)
    let sent = generator.normal(rows)
    for (dtype, most) in [(DType.u8, 255), (.u16, 301)] {
      // Some the ring does not have.
      let delays = generator.randint(rows * fan, low: 0, high: most + 1)
      for slot in [0, 299, -7] {
        let wide = ring.delivering(spikes, along: m, slot: slot, delays: delays)
        let narrow = ring.delivering(spikes, along: m, slot: slot, delays: delays.asType(dtype))
        #expect(try wide.floats() == narrow.floats())
      }
      func slope(_ delays: NDArray) throws -> [Float] {
        let loss = grad { (x: NDArray) in (ring.delivering(x, along: m, slot: 5, delays: delays) * ring).sum() }
        return try loss(sent).floats()
      }
      #expect(try slope(delays) == slope(delays.asType(dtype)))
    }
    for dtype in [DType.f32, .i64, .i8] {
      #expect(ring.delivering(spikes, along: m, delays: zeros(rows * fan, dtype: dtype)).error?.code == .dtype)
    }
  }

  @Test func mistakesSayWhatToDo() throws {
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

  // MARK: Other forms

  /// Places in any order, [1, 0] twice.
  @Test func coordinatesAreSortedAndAddedUp() throws {
    let m = try SparseMatrix(
      rows: [3, 1, 0, 1, 1], columns: [2, 0, 1, 2, 0], values: NDArray([7.0, 1, 2, 3, 4]), shape: [4, 3])
    #expect(try m.dense().floats() == [0, 2, 0, 5, 0, 3, 0, 0, 0, 0, 0, 7])
    #expect(try m.rowStarts.ints() == [0, 1, 3, 3, 4] && m.columns.ints() == [1, 0, 2, 2] && m.rows.ints() == [0, 1, 1, 3])
    #expect(try m.values.floats() == [2, 5, 3, 7])
    let shared = try SparseMatrix(rows: [1, 0], columns: [0, 1], values: 0.5, shape: [2, 2])
    #expect(try shared.values.shape == [1] && shared.dense().floats() == [0, 0.5, 0.5, 0])
    let twice = try SparseMatrix(rows: [1, 1], columns: [0, 0], values: 0.5, shape: [2, 1])
    #expect(try twice.dense().floats() == [0, 1])
    let empty = try SparseMatrix(rows: [], columns: [], values: 1.0, shape: [2, 3])
    #expect(try empty.dense().floats() == [0, 0, 0, 0, 0, 0] && dot(empty, ones(3)).floats() == [0, 0])
    let none = try SparseMatrix(rows: [], columns: [], values: 1.0, shape: [0, 3])
    #expect(none.dense().shape == [0, 3] && none.rows.shape == [0])
  }

  @Test func aDenseMatrixGivesItsElementsThatDifferFromZero() throws {
    let dense = NDArray([[0.0, 2, 0], [-0.0, 0, 0], [.nan, 0, 3]]).asType(.f64)
    let m = try SparseMatrix(dense)
    #expect(try m.rowStarts.ints() == [0, 1, 1, 3] && m.columns.ints() == [1, 0, 2] && m.dense().dtype == .f64)
    let values = try m.values.doubles()
    #expect(values[0] == 2 && values[1].isNaN && values[2] == 3)
    #expect(try SparseMatrix(zeros(2, 0)).dense().shape == [2, 0])
  }

  @Test func aTransposedMatrixHasItsRowsAsColumns() throws {
    let m = try matrix(), t = try m.transposed()
    #expect(try t.dense().floats() == m.dense().T.floats() && t.transposed().dense().floats() == m.dense().floats())
    #expect(try t.rowStarts.ints() == [0, 1, 2, 3] && t.columns.ints() == [2, 0, 2])
    let x = NDArray([1.0, 10, 100])
    #expect(try dot(t, x).floats() == dot(x, m).floats() && dot(x, t).floats() == dot(m, x).floats())
    #expect(try m.with(values: 2.0).transposed().values.shape == [1])
  }

  @Test func productsWithMatricesAreThoseOfTheDenseOne() throws {
    let m = try SparseMatrix(rows: [0, 1, 1], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), shape: [2, 3])
    let x = arange(6.0).reshaped([3, 2]), batch = arange(24.0).reshaped([2, 2, 3, 2])
    #expect(try matmul(m, x).floats() == [4, 6, 12, 16])
    #expect(try matmul(m, batch).floats() == matmul(m.dense(), batch).floats() && matmul(m, batch).shape == [2, 2, 2, 2])
    #expect(try matmul(x, m).floats() == matmul(x, m.dense()).floats() && matmul(x, m).shape == [3, 3])
    #expect(matmul(m, ones(3)).error?.code == .shape && matmul(m, ones(2, 2)).error?.code == .shape)
    #expect(matmul(ones(2), m).error?.code == .shape && matmul(ones(2, 3), m).error?.code == .shape)
  }

  /// Σ c · dense(v) has the slopes c at the places of v; one at two places has their sum.
  @Test func gradientsGoThroughAllForms() throws {
    let c = NDArray([[1.0, 2, 3], [4, 5, 6]]), v = NDArray([1.0, 2, 3])
    let made = grad { (v: NDArray) in
      (c * (try! SparseMatrix(rows: [1, 0, 1], columns: [0, 1, 0], values: v, shape: [2, 3])).dense()).sum()
    }
    #expect(try made(v).floats() == [4, 2, 4])
    let m = try SparseMatrix(rows: [0, 1, 1], columns: [1, 0, 2], values: v, shape: [2, 3])
    let turned = grad { (v: NDArray) in (c.T * (try! m.with(values: v).transposed()).dense()).sum() }
    #expect(try turned(v).floats() == [2, 4, 6])
    let shared = grad { (v: NDArray) in (c * m.with(values: v).dense()).sum() }
    #expect(try shared(NDArray([1.0])).floats() == [12])
    let product = grad { (x: NDArray) in (matmul(m, x) * NDArray([[1.0], [10]])).sum() }
    #expect(try product(ones(3, 1)).floats() == [20, 1, 30])
    let compiled = jit { (v: NDArray) in try m.with(values: v).transposed().dense() }
    #expect(try compiled(v).floats() == [0, 2, 1, 0, 0, 3])
  }

  @Test func mistakesInOtherFormsSayWhatToDo() throws {
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [0, 1], values: 1.0, shape: [2, 2]) } == .shape)
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [0], values: 1.0, shape: [2]) } == .shape)
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [0], values: 1.0, shape: [-1, 2]) } == .shape)
    #expect(code { _ = try SparseMatrix(rows: [2], columns: [0], values: 1.0, shape: [2, 2]) } == .index)
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [-1], values: 1.0, shape: [2, 2]) } == .index)
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [0], values: ones(2), shape: [2, 2]) } == .shape)
    #expect(code { _ = try SparseMatrix(rows: [0], columns: [0], values: 1, shape: [2, 2]) } == .dtype)
    #expect(code { _ = try SparseMatrix(ones(3)) } == .shape && code { _ = try SparseMatrix(NDArray([[1, 2]])) } == .dtype)
    let traced = jit { (x: NDArray) in try SparseMatrix(x).dense() }
    #expect(code { _ = try traced(ones(2, 2)) } == .trace)
  }
}
