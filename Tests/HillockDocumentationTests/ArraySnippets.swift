// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of Sources/Hillock/Arrays and Random.
@Suite struct ArraySnippets {
  @Test func creation() throws {
    _ = zeros(2, 3)              // f32[2,3]
    _ = zeros(4, dtype: .i32)    // i32[4]
    #expect(zeros(2, 3).shape == [2, 3] && zeros(2, 3).dtype == .f32)
    #expect(zeros(4, dtype: .i32).shape == [4] && zeros(4, dtype: .i32).dtype == .i32)

    _ = arange(5)                // [0, 1, 2, 3, 4]
    #expect(try arange(5).ints() == [0, 1, 2, 3, 4])
  }

  @Test func indexing() throws {
    let x = arange(12).reshaped(3, 4)
    _ = x[1]              // [4, 5, 6, 7]
    _ = x[.all, -1]       // [3, 7, 11]
    _ = x[[0, 2], 1..<3]  // [[1, 2], [9, 10]]
    #expect(try x[1].ints() == [4, 5, 6, 7])
    #expect(try x[.all, -1].ints() == [3, 7, 11])
    #expect(try x[[0, 2], 1..<3].ints() == [1, 2, 9, 10])
    do {
      let corner: [AxisIndex] = [.remaining, .element(0)]
      let first = arange(6).reshaped(2, 3)[at: corner]     // [0, 3]
      #expect(try first.ints() == [0, 3])
    }
  }

  @Test func arrays() throws {
    let x = arange(6).reshaped(2, 3)
    print(x + 1)        // NDArray([[1, 2, 3],
                        //          [4, 5, 6]], dtype=int32)
    #expect("\(x + 1)" == "NDArray([[1, 2, 3],\n         [4, 5, 6]], dtype=int32)")
  }

  @Test func boundsFromTheEnd() throws {
    let x = arange(6)
    print(x[1..<-1])        // NDArray([1, 2, 3, 4], dtype=int32)
    print(x[-3..<-1])       // NDArray([3, 4], dtype=int32)
    #expect("\(x[1..<-1])" == "NDArray([1, 2, 3, 4], dtype=int32)" && "\(x[-3..<-1])" == "NDArray([3, 4], dtype=int32)")
  }

  @Test func products() throws {
    let X = ones(20, 10), w = ones(10)
    _ = dot(X, w)        // f32[20,10] · f32[10] → f32[20]
    #expect(dot(X, w).shape == [20])
  }

  @Test func productsOfBatches() throws {
    let X = ones(8, 20, 10), W = ones(10, 5)
    _ = matmul(X, W)     // f32[8,20,10] · f32[10,5] → f32[8,20,5]
    #expect(matmul(X, W).shape == [8, 20, 5])
    let a = ones(4, 2, 3), b = ones(2, 3, 5)
    _ = tensordot(a, b, axes: 2)    // f32[4,2,3] · f32[2,3,5] → f32[4,5]
    #expect(tensordot(a, b, axes: 2).shape == [4, 5])
    let x = X, g = ones(8, 20, 5)
    _ = tensordot(x, g, axes: ([0, 1], [0, 1]))    // f32[8,20,10] · f32[8,20,5] → f32[10,5]
    #expect(tensordot(x, g, axes: ([0, 1], [0, 1])).shape == [10, 5])
  }

  @Test func reductions() throws {
    _ = ones(2, 3).sum(axis: 0)                     // f32[3]
    _ = ones(2, 3).sum(axis: -1, keepDims: true)    // f32[2,1]
    #expect(ones(2, 3).sum(axis: 0).shape == [3])
    #expect(ones(2, 3).sum(axis: -1, keepDims: true).shape == [2, 1])
  }

  @Test func places() throws {
    let places = NDArray([[1, 7, 7], [9, 8, 3]]).argmax(axis: 1)    // [1, 0], i64[2]
    #expect(try places.ints() == [1, 0] && places.dtype == .i64)
  }

  @Test func scans() throws {
    let sums = NDArray([1, 2, 3]).cumsum()                          // [1, 3, 6]
    let before = NDArray([1, 2, 3]).cumsum(exclusive: true)         // [0, 1, 3]
    let behind = NDArray([1, 2, 3]).cumsum(reversed: true)          // [6, 5, 3]
    #expect(try sums.ints() == [1, 3, 6] && before.ints() == [0, 1, 3] && behind.ints() == [6, 5, 3])
  }

  @Test func order() throws {
    let up = NDArray([3.0, 1, 2]).sorted()                       // [1, 2, 3]
    let down = NDArray([3.0, 1, 2]).sorted(descending: true)     // [3, 2, 1]
    let order = NDArray([3.0, 1, 2]).argsort()                   // [1, 2, 0], i64[3]
    let best = NDArray([3.0, 9, 7]).topK(2)     // values [9, 7], indices [1, 2]
    let middle = NDArray([1.0, 9, 2, 4]).median()     // 3
    #expect(try up.floats() == [1, 2, 3] && down.floats() == [3, 2, 1] && order.ints() == [1, 2, 0] && order.dtype == .i64)
    #expect(try best.values.floats() == [9, 7] && best.indices.ints() == [1, 2] && middle.item(as: Float.self) == 3)
    let sorted = sort(NDArray([3, 1, 2]), NDArray([0.3, 0.1, 0.2]))     // [1, 2, 3] and [0.1, 0.2, 0.3]
    #expect(try sorted[0].ints() == [1, 2, 3] && sorted[1].floats() == [0.1, 0.2, 0.3])
    let places = searchsorted(NDArray([10, 20, 20, 30]), NDArray([20, 5]))                 // [1, 0]
    let behind = searchsorted(NDArray([10, 20, 20, 30]), NDArray([20, 5]), right: true)    // [3, 0]
    #expect(try places.ints() == [1, 0] && behind.ints() == [3, 0])
  }

  @Test func sparseMatrices() throws {
    // [[0, 2, 0], [0, 0, 0], [1, 0, 3]]
    let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
    let y = dot(m, NDArray([1.0, 10, 100]))          // [20, 0, 301]
    let z = dot(NDArray([true, false, true]), m)     // [1, 2, 3]: the sum of rows 0 and 2
    #expect(try y.floats() == [20, 0, 301] && z.floats() == [1, 2, 3])
  }

  @Test func sparseForms() throws {
    do {
      // [[0, 5, 0], [1, 0, 0]]
      let m = try SparseMatrix(rows: [1, 0, 0], columns: [0, 1, 1], values: NDArray([1.0, 2, 3]), shape: [2, 3])
      let y = dot(m, NDArray([1.0, 10, 100]))          // [50, 1]
      #expect(try y.floats() == [50, 1])
    }
    do {
      let m = try SparseMatrix(NDArray([[0.0, 2, 0], [1, 0, 3]]))     // 3 values
      #expect(m.values.shape == [3])
    }
    do {
      let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
      let dense = m.dense()                             // [[0, 2, 0], [1, 0, 0]]
      #expect(try dense.floats() == [0, 2, 0, 1, 0, 0])
    }
    do {
      let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
      let t = try m.transposed().dense()                // [[0, 1], [2, 0], [0, 0]]
      #expect(try t.floats() == [0, 1, 2, 0, 0, 0])
    }
    let m = try SparseMatrix(rowStarts: [0, 1, 2], columns: [1, 0], values: NDArray([2.0, 1]), columnCount: 3)
    let y = matmul(m, NDArray([[1.0, 2], [3, 4], [5, 6]]))     // [[6, 8], [1, 2]]
    #expect(try y.floats() == [6, 8, 1, 2])
  }

  @Test func productsThatAreAdded() throws {
    let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: NDArray([2.0, 1, 3]), columnCount: 3)
    let g = ones(3).adding(NDArray([true, false, true]), along: m)     // [2, 3, 4]
    #expect(try g.floats() == [2, 3, 4])
  }

  @Test func powers() throws {
    _ = NDArray([2, 3, 4]) ** 2                    // i32: [4, 9, 16]
    _ = NDArray([2, 3]) ** NDArray([10, 3])        // i32: [1024, 27]
    _ = NDArray([1, 2, 4]) ** -1.0                 // f32: [1, 0.5, 0.25]
    #expect(try (NDArray([2, 3, 4]) ** 2).ints() == [4, 9, 16])
    #expect(try (NDArray([2, 3]) ** NDArray([10, 3])).ints() == [1024, 27])
    #expect(try (NDArray([1, 2, 4]) ** -1.0).floats() == [1, 0.5, 0.25])
  }

  @Test func numbers() throws {
    let k = 2
    _ = ones(3, dtype: .f64) * NDArray(k)          // f64
    _ = NDArray(k, dtype: .i64)                    // i64
    _ = NDArray(Float(0.5))                        // f32
    #expect((ones(3, dtype: .f64) * NDArray(k)).dtype == .f64)
    #expect(NDArray(k, dtype: .i64).dtype == .i64 && NDArray(Float(0.5)).dtype == .f32)
  }

  @Test func selection() throws {
    let x = NDArray([-1.0, 2.0])
    _ = select(x .< 0, 0, x)      // [0, 2]
    #expect(try select(x .< 0, 0, x).floats() == [0, 2])
  }

  @Test func shaping() throws {
    _ = arange(6).reshaped(2, -1)    // i32[2,3]
    #expect(arange(6).reshaped(2, -1).shape == [2, 3])
  }

  @Test func swiftArrays() throws {
    _ = NDArray([1.5, 2])                   // f32[2]
    _ = NDArray([1.5, 2], dtype: .f64)      // f64[2]
    #expect(NDArray([1.5, 2]).dtype == .f32 && NDArray([1.5, 2], dtype: .f64).dtype == .f64)
  }

  @Test func updates() throws {
    let a = zeros(4)
    let b = a.at[1..<3].set(5)      // [0, 5, 5, 0]; a is still zero
    let c = b.at[[0, 3]].add(1)     // [1, 5, 5, 1]
    #expect(try a.floats() == [0, 0, 0, 0])
    #expect(try b.floats() == [0, 5, 5, 0])
    #expect(try c.floats() == [1, 5, 5, 1])
  }

  @Test func parts() throws {
    let twice = zeros(3).at[[0, 0, 2]].add(1)                   // [2, 0, 1]
    let y = NDArray([-2.0, 3.0])
    let positive = y.at[y .< 0].multiply(by: -1)                // [2, 3]
    #expect(try twice.floats() == [2, 0, 1] && positive.floats() == [2, 3])
  }

  @Test func windows() throws {
    let image = arange(12).reshaped(3, 4)
    let i = NDArray(1)
    _ = image.dynamicSlice(at: [i, 2], sizes: [2, 2])        // [[6, 7], [10, 11]]
    _ = image.dynamicSlice(at: [9, 9], sizes: [2, 2])        // [[6, 7], [10, 11]]: the last one there is
    #expect(try image.dynamicSlice(at: [i, 2], sizes: [2, 2]).ints() == [6, 7, 10, 11])
    #expect(try image.dynamicSlice(at: [9, 9], sizes: [2, 2]).ints() == [6, 7, 10, 11])
    let table = zeros(2, 3, dtype: .i32)
    let row = NDArray(1)
    _ = table.dynamicUpdate(at: [row, 0], with: NDArray([[7, 8, 9]]))     // [[0, 0, 0], [7, 8, 9]]
    #expect(try table.dynamicUpdate(at: [row, 0], with: NDArray([[7, 8, 9]])).ints() == [0, 0, 0, 7, 8, 9])
  }

  @Test func padding() throws {
    _ = NDArray([1, 2]).padded(1)                              // [0, 1, 2, 0]
    _ = ones(1, 2).padded(before: [0, 1], after: [1, 0], with: 5)        // [[5, 1, 1], [5, 5, 5]]
    #expect(try NDArray([1, 2]).padded(1).ints() == [0, 1, 2, 0])
    #expect(try ones(1, 2).padded(before: [0, 1], after: [1, 0], with: 5).floats() == [5, 1, 1, 5, 5, 5])
    let scores = NDArray([[3, 9, 1], [7, 2, 8]])
    _ = scores.takeAlong(NDArray([[2, 0], [1, -1]]), axis: 1)     // [[1, 3], [2, 8]]
    #expect(try scores.takeAlong(NDArray([[2, 0], [1, -1]]), axis: 1).ints() == [1, 3, 2, 8])
  }

  @Test func randomNumbers() throws {
    let random = RandomState()
    random.seed(42)
    let x = random.uniform(100, low: -1, high: 1)
    let z = random.normal([20, 10])
    #expect(try x.floats().allSatisfy { (-1...1).contains($0) } && x.shape == [100])
    #expect(z.shape == [20, 10])
  }
}
