import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// Lowered programs give the values that the graph means, with any number of workers and at every instruction-set level.
/// Sums and products are compared with the tree of Spec/numerics.md, written down again in `Tree`.
@Suite struct InterpreterTests {
  /// More than one chunk, with a tail that fills no tile.
  let count = 13 * 4096 + 77

  @Test func elementwise() throws {
    let type = ArrayType(.f32, [count])
    let graph = try graph([type, type]) { builder, a in
      [try builder.elementwise(op("add"), [try builder.elementwise(op("square"), [a[0]]), a[1]])]
    }
    let xs = (0..<count).map { Float($0 % 97) / 8 }, ys = (0..<count).map { Float($0 % 89) - 40 }
    try expectBits(graph, [storage(xs), storage(ys)], zip(xs, ys).map { $0 * $0 + $1 })
  }

  /// Scalars that are arguments, on either side, and as the branches of a select.
  @Test func scalars() throws {
    let scalar = ArrayType(.f32, []), vector = ArrayType(.f32, [count])
    let graph = try graph([vector, scalar, scalar]) { builder, a in
      let isBelow = try builder.elementwise(op("lt"), [a[0], a[1]])
      let difference = try builder.elementwise(op("sub"), [a[2], a[0]])
      return [try builder.elementwise(op("select"), [isBelow, a[2], difference])]
    }
    let xs = (0..<count).map { Float($0 % 31) }
    try expectBits(graph, [storage(xs), storage([Float(7)]), storage([Float(100)])], xs.map { $0 < 7 ? 100 : 100 - $0 })
  }

  @Test func conversionsAndIndices() throws {
    let graph = try graph([ArrayType(.i32, [300, 40])]) { builder, a in
      let row = try builder.iota(.f32, shape: [300, 40], axis: 0), column = try builder.iota(.f32, shape: [300, 40], axis: 1)
      let sum = try builder.elementwise(op("add"), [row, try builder.elementwise(op("mul"), [column, row])])
      return [try builder.elementwise(op("add"), [sum, try builder.convert(a[0], to: .f32)])]
    }
    let xs = (0..<12_000).map { Int32($0 % 11) }
    let expected = (0..<12_000).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: 40)
      return Float(row + column * row + index % 11)
    }
    try expectBits(graph, [storage(xs)], expected)
  }

  @Test func transposedAndReversedViews() throws {
    let (rows, columns) = (130, 90)
    let graph = try graph([ArrayType(.f32, [rows, columns])]) { builder, a in
      let transposed = try builder.transpose(a[0], [1, 0])
      let reversed = try builder.slice(transposed, starts: [columns - 1, 0], steps: [-1, 2], sizes: [columns, rows / 2])
      return [try builder.elementwise(op("neg"), [reversed])]
    }
    let xs = (0..<rows * columns).map(Float.init)
    var expected: [Float] = []
    for column in (0..<columns).reversed() { for row in 0..<rows / 2 { expected.append(-xs[2 * row * columns + column]) } }
    try expectBits(graph, [storage(xs)], expected)
  }

  // MARK: Reductions

  @Test func fullSum() throws {
    var random = SeededRandom(seed: 1)
    for count in [0, 1, 63, 64, 65, 4096, 4097, count] {
      let xs = random.floats(count)
      let graph = try graph([ArrayType(.f32, [count])]) { builder, a in [try builder.reduce(.sum, a[0], axes: [0])] }
      try expectBits(graph, [storage(xs)], [Tree.sum(xs, lanes: 64)])
    }
  }

  @Test func productOfVectors() throws {
    var random = SeededRandom(seed: 2)
    let xs = random.floats(count), ys = random.floats(count)
    let type = ArrayType(.f32, [count])
    let graph = try graph([type, type]) { builder, a in [try builder.dot(a[0], a[1])] }
    let expected = Tree.reduce(count: count, lanes: 64) { $0.addingProduct(xs[$1], ys[$1]) }
    try expectBits(graph, [storage(xs), storage(ys)], [expected])
  }

  /// (outer, extent, inner) seen as axes: few outer rows of great extent are divided along the extent.
  @Test(arguments: [(1, 9000, 5), (3, 5000, 1), (200, 30, 4), (90, 4100, 1), (2, 0, 3)])
  func sumOverAnAxis(outer: Int, extent: Int, inner: Int) throws {
    var random = SeededRandom(seed: 3)
    let xs = random.floats(outer * extent * inner)
    let graph = try graph([ArrayType(.f32, [outer, extent, inner])]) { builder, a in
      [try builder.reduce(.sum, a[0], axes: [1])]
    }
    var expected: [Float] = []
    for o in 0..<outer {
      for i in 0..<inner {
        let terms = (0..<extent).map { xs[(o * extent + $0) * inner + i] }
        expected.append(Tree.sum(terms, lanes: inner == 1 ? 64 : 4))
      }
    }
    try expectBits(graph, [storage(xs)], expected)
  }

  @Test func maximumPropagatesNaN() throws {
    var xs = (0..<count).map { Float($0 % 1000) }
    let graph = try graph([ArrayType(.f32, [count])]) { builder, a in [try builder.reduce(.max, a[0], axes: [0])] }
    try expectBits(graph, [storage(xs)], [Float(999)])
    xs[count - 3] = .nan
    for options in everyOption { #expect(try run(graph, [storage(xs)], options)[0].values(Float.self)[0].isNaN) }
  }

  /// One logistic-regression step: product of rows, elementwise, product over rows, in one pass.
  @Test func rowsOnce() throws {
    let (rows, columns) = (3 * 4096 + 100, 10)
    var random = SeededRandom(seed: 4)
    let xs = random.floats(rows * columns), w = random.floats(columns), y = random.floats(rows)
    let types = [ArrayType(.f32, [rows, columns]), ArrayType(.f32, [columns]), ArrayType(.f32, [rows])]
    let graph = try graph(types) { builder, a in
      let weights = try builder.elementwise(op("mul"), [try builder.dot(a[0], a[1]), a[2]])
      return [try builder.dot(weights, a[0])]
    }
    let weights = (0..<rows).map { row in
      Tree.reduce(count: columns, lanes: 64) { $0.addingProduct(xs[row * columns + $1], w[$1]) } * y[row]
    }
    let expected = (0..<columns).map { column in
      Tree.reduce(count: rows, lanes: 4) { $0.addingProduct(weights[$1], xs[$1 * columns + column]) }
    }
    try expectBits(graph, [storage(xs), storage(w), storage(y)], expected)
  }

  /// Workers share rows, columns, both, or chunks of the terms.
  @Test(arguments: [(37, 5000, 21), (200, 60, 130), (7, 200, 700), (30, 9000, 40)])
  func productOfMatrices(m: Int, k: Int, n: Int) throws {
    var random = SeededRandom(seed: 5)
    let a = random.floats(m * k), b = random.floats(k * n)
    let graph = try graph([ArrayType(.f32, [m, k]), ArrayType(.f32, [k, n])]) { builder, x in [try builder.dot(x[0], x[1])] }
    let expected = (0..<m * n).map { index in
      Tree.reduce(count: k, lanes: 1) { $0.addingProduct(a[index / n * k + $1], b[$1 * n + index % n]) }
    }
    try expectBits(graph, [storage(a), storage(b)], expected)
  }

  /// Each product of a batch is the product alone, whether the batch or the products are divided: matrices, vectors, a factor that all
  /// share, factors that lie transposed.
  @Test(arguments: [(3, 5, 7, 4), (40, 3, 2, 5), (2, 70, 300, 90), (1, 9, 4, 3), (0, 2, 3, 4), (3, 2, 0, 2), (2, 3, 4100, 5)])
  func batchesOfProducts(count: Int, m: Int, k: Int, n: Int) throws {
    var random = SeededRandom(seed: 6)
    let a = random.floats(count * m * k), b = random.floats(count * k * n), shared = random.floats(k * n)
    let types = [ArrayType(.f32, [count, m, k]), ArrayType(.f32, [count, k, n]), ArrayType(.f32, [k, n])]
    let graph = try graph(types) { builder, x in
      let rows = try builder.reshape(
        try builder.slice(x[0], starts: [0, 0, 0], steps: [1, 1, 1], sizes: [count, min(m, 1), k]), to: [count, k])
      let columns = try builder.reshape(
        try builder.slice(x[1], starts: [0, 0, 0], steps: [1, 1, 1], sizes: [count, k, min(n, 1)]), to: [count, k])
      return [
        try builder.dot(x[0], x[1], batch: 1), try builder.dot(x[0], columns, batch: 1), try builder.dot(rows, x[1], batch: 1),
        try builder.dot(rows, columns, batch: 1), try builder.matmul(x[0], x[2]),
        try builder.matmul(try builder.transpose(x[2], [1, 0]), try builder.transpose(x[0], [0, 2, 1])),
      ]
    }
    func element(_ p: Int, _ i: Int, _ j: Int, _ lanes: Int, _ b: [Float]) -> Float {
      Tree.reduce(count: k, lanes: lanes) { $0.addingProduct(a[(p * m + i) * k + $1], b[$1 * n + j]) }
    }
    func own(_ p: Int) -> [Float] { Array(b[p * k * n..<(p + 1) * k * n]) }
    func all(_ rows: Int, _ columns: Int, _ body: (Int, Int, Int) -> Float) -> [Float] {
      (0..<count * rows * columns).map { body($0 / (rows * columns), $0 / columns % rows, $0 % columns) }
    }
    let expected: [[Float]] = [
      all(m, n) { p, i, j in element(p, i, j, 1, own(p)) }, all(m, 1) { p, i, _ in element(p, i, 0, 64, own(p)) },
      all(1, n) { p, _, j in element(p, 0, j, 4, own(p)) }, all(1, 1) { p, _, _ in element(p, 0, 0, 64, own(p)) },
      all(m, n) { p, i, j in element(p, i, j, 1, shared) }, all(n, m) { p, j, i in element(p, i, j, 1, shared) },
    ]
    for options in everyOption {
      let results = try run(graph, [storage(a), storage(b), storage(shared)], options)
      for (position, (result, bits)) in zip(results, expected).enumerated() {
        #expect(result.values(Float.self).map(\.bitPattern) == bits.map(\.bitPattern), "product \(position), \(options)")
      }
    }
  }

  // MARK: Rows by index, parts

  @Test func gather() throws {
    let indices: [Int64] = [2, -1, 0, 99, -99, 5]
    for width in [1, 3] {
      let xs = (0..<6 * width).map(Float.init)
      let graph = try graph([ArrayType(.f32, [6, width]), ArrayType(.i64, [6])]) { builder, a in
        [try builder.gather(a[0], a[1])]
      }
      // Counted from the end where negative; clamped beyond the ends.
      let rows = [2, 5, 0, 5, 0, 5]
      try expectBits(graph, [storage(xs), storage(indices)], rows.flatMap { xs[$0 * width..<($0 + 1) * width] })
    }
  }

  @Test func scatter() throws {
    let graph = try graph([ArrayType(.i32, [5]), ArrayType(.i64, [5]), ArrayType(.i32, [5])]) { builder, a in
      [try builder.scatter(a[0], a[1], a[2])]
    }
    // The later of two updates wins; beyond the ends is dropped.
    let arguments = try [storage([Int32](10..<15)), storage([1, -1, 1, 5, -6] as [Int64]), storage([Int32](20..<25))]
    try expectBits(graph, arguments, [10, 22, 12, 13, 21] as [Int32])
  }

  /// So many updates that workers share the rows, and so few that they share the columns.
  @Test func scatterAdd() throws {
    for (rows, width, count) in [(1000, 1, 50_000), (300, 7, 9000), (5, 40_000, 9)] {
      let types = [ArrayType(.f32, [rows, width]), ArrayType(.i64, [count]), ArrayType(.f32, [count, width])]
      let graph = try graph(types) { builder, a in [try builder.scatter(a[0], a[1], a[2], .add)] }
      let xs = (0..<rows * width).map { Float($0 % 13) * 0.1 }, updates = (0..<count * width).map { Float($0 % 97) * 0.3 }
      let indices = (0..<count).map { Int64(($0 &* 7919 &+ $0 / 3) % (2 * rows + 4) - rows - 2) }
      var expected = xs
      for (place, index) in indices.enumerated() {
        let row = Int(index < 0 ? index + Int64(rows) : index)
        guard (0..<rows).contains(row) else { continue }
        for column in 0..<width { expected[row * width + column] += updates[place * width + column] }
      }
      try expectBits(graph, [storage(xs), storage(indices), storage(updates)], expected)
    }
  }

  @Test func updateSlice() throws {
    let (rows, columns) = (200, 150)
    let graph = try graph([ArrayType(.f32, [rows, columns]), ArrayType(.f32, [50, 70])]) { builder, a in
      [try builder.updateSlice(a[0], a[1], starts: [199, 3], steps: [-3, 2], sizes: [50, 70])]
    }
    let xs = (0..<rows * columns).map(Float.init), update = (0..<3500).map { -Float($0) }
    var expected = xs
    for i in 0..<50 { for j in 0..<70 { expected[(199 - 3 * i) * columns + 3 + 2 * j] = update[i * 70 + j] } }
    try expectBits(graph, [storage(xs), storage(update)], expected)
  }

  @Test func concatenate() throws {
    let types = [ArrayType(.i32, [40, 3]), ArrayType(.i32, [40, 0]), ArrayType(.i32, [40, 2])]
    let graph = try graph(types) { builder, a in [try builder.concatenate(a, axis: 1)] }
    let a = (0..<120).map(Int32.init), b = (0..<80).map { -Int32($0) }
    var expected: [Int32] = []
    for row in 0..<40 {
      expected += a[(3 * row)..<(3 * row + 3)]
      expected += b[(2 * row)..<(2 * row + 2)]
    }
    try expectBits(graph, [storage(a), storage([Int32]()), storage(b)], expected)
  }

  /// Arrays large enough that copies are shared and workspaces return to the pool.
  @Test func largeArrays() throws {
    let count = 1_500_000
    let graph = try graph([ArrayType(.f32, [count]), ArrayType(.f32, [1])]) { builder, a in
      let doubled = try builder.elementwise(op("add"), [a[0], a[0]])
      return [try builder.updateSlice(doubled, a[1], starts: [count - 1], steps: [1], sizes: [1])]
    }
    let xs = (0..<count).map(Float.init)
    var expected = xs.map { $0 + $0 }
    expected[count - 1] = -1
    try expectBits(graph, [storage(xs), storage([Float(-1)])], expected)
  }

  /// A reduction of nothing is the identity of its kind.
  @Test func nothingToDo() throws {
    let graph = try graph([ArrayType(.f32, [0, 5])]) { builder, a in
      [
        try builder.elementwise(op("neg"), [a[0]]), try builder.reduce(.sum, a[0], axes: [0]),
        try builder.reduce(.product, a[0], axes: [0, 1]),
      ]
    }
    let results = try run(graph, [storage([Float]())])
    #expect(results[0].byteCount == 0)
    #expect(results[1].values(Float.self) == [Float](repeating: 0, count: 5))
    #expect(results[2].values(Float.self) == [1])
  }
}
