import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// Column groups give the values of the instructions taken one by one, with any number of workers: by the tree of the
/// specification, whose terms are rows.
@Suite(.columnGroupsOfAnySize) struct ColumnGroupTests {
  /// Rows and columns: one panel and several, one chunk of rows and several, ends that fill no vector.
  static let shapes = [[1024, 2], [33, 70], [1000, 70], [9, 5000], [5, 40_001], [4097, 3], [9000, 33], [4100, 512]]

  private func expectGroups(_ count: Int, _ graph: Graph, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let prepared = PreparedProgram(try Lowering.lower(graph), isa: .current)
    #expect(prepared.error == nil, sourceLocation: sourceLocation)
    #expect(prepared.columnGroups.count == count, "\(prepared.steps.map(\.kind))", sourceLocation: sourceLocation)
  }

  private func sums(_ rows: Int, _ columns: Int, from start: Int = 0, _ term: (Int) -> Float) -> [Float] {
    (0..<columns).map { column in Tree.reduce(count: rows, lanes: 4) { $0 + term(start + $1 * columns + column) } }
  }

  @Test(arguments: shapes) func aProducerAndItsSums(_ shape: [Int]) throws {
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      [try b.reduce(.sum, try b.elementwise(op("mul"), [a[0], try b.elementwise(op("add"), [a[0], a[0]])]), axes: [0])]
    }
    try expectGroups(1, graph)
    var random = SeededRandom(seed: 21)
    let xs = random.floats(shape[0] * shape[1])
    try expectBits(graph, [storage(xs)], sums(shape[0], shape[1]) { xs[$0] * (xs[$0] + xs[$0]) })
  }

  /// The mean of the columns, then the mean of the squared distances from it: the first is no group, the second is one.
  @Test(arguments: shapes) func variance(_ shape: [Int]) throws {
    let graph = try graph([ArrayType(.f32, shape), ArrayType(.f32, [shape[1]])]) { b, a in
      let mean = try b.elementwise(op("div"), [try b.reduce(.sum, a[0], axes: [0]), a[1]])
      let distance = try b.elementwise(op("sub"), [a[0], try b.broadcast(mean, to: shape)])
      return [
        try b.elementwise(op("div"), [try b.reduce(.sum, try b.elementwise(op("mul"), [distance, distance]), axes: [0]), a[1]])
      ]
    }
    try expectGroups(1, graph)
    var random = SeededRandom(seed: 22)
    let xs = random.floats(shape[0] * shape[1])
    let count = Float(shape[0])
    let means = sums(shape[0], shape[1]) { xs[$0] }.map { $0 / count }
    let expected = sums(shape[0], shape[1]) { (xs[$0] - means[$0 % shape[1]]) * (xs[$0] - means[$0 % shape[1]]) }.map {
      $0 / count
    }
    try expectBits(graph, [storage(xs), storage([Float](repeating: count, count: shape[1]))], expected)
  }

  /// Sums, and largest elements of what is computed from the same array, with a kernel between that waits for the sums.
  @Test(arguments: shapes) func severalReductionsShareAPass(_ shape: [Int]) throws {
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      let sums = try b.reduce(.sum, a[0], axes: [0])
      let roots = try b.elementwise(op("neg"), [sums])
      let twice = try b.elementwise(op("add"), [a[0], a[0]])
      return [try b.elementwise(op("add"), [roots, try b.reduce(.max, twice, axes: [0])])]
    }
    try expectGroups(1, graph)
    let prepared = PreparedProgram(try Lowering.lower(graph), isa: .current)
    #expect(withExtendedLifetime(prepared) { prepared.columnGroups.first?.reductions.count } == 2)
    var random = SeededRandom(seed: 23)
    let xs = random.floats(shape[0] * shape[1])
    let totals = sums(shape[0], shape[1]) { xs[$0] }
    let expected = (0..<shape[1]).map { column in
      -totals[column] + ((0..<shape[0]).map { xs[$0 * shape[1] + column] * 2 }.max() ?? 0)
    }
    try expectBits(graph, [storage(xs)], expected)
  }

  /// The middle axis of three, with elements of two widths, and the converted values are a result too.
  @Test func aMiddleAxisAndWhatIsReturnedBesides() throws {
    let shape = [3, 4099, 5]
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      let wide = try b.convert(try b.elementwise(op("add"), [a[0], a[0]]), to: .f64)
      return [try b.reduce(.sum, wide, axes: [1]), try b.reduce(.product, a[0], axes: [1]), wide]
    }
    try expectGroups(1, graph)
    var random = SeededRandom(seed: 24)
    let xs = random.floats(3 * 4099 * 5)
    var wideSums: [Double] = [], products: [Float] = []
    for outer in 0..<3 {
      for column in 0..<5 {
        func term(_ row: Int) -> Float { xs[(outer * 4099 + row) * 5 + column] }
        wideSums.append(Tree.reduce(count: 4099, lanes: 4, identity: 0, combine: +) { $0 + Double(term($1) + term($1)) })
        products.append(Tree.reduce(count: 4099, lanes: 4, identity: 1, combine: *) { $0 * term($1) })
      }
    }
    for options in everyOption {
      let results = try run(graph, [storage(xs)], options)
      #expect(results[0].values(Double.self).map(\.bitPattern) == wideSums.map(\.bitPattern), "\(options)")
      #expect(results[1].values(Float.self).map(\.bitPattern) == products.map(\.bitPattern), "\(options)")
      #expect(results[2].values(Double.self) == xs.map { Double($0 + $0) }, "\(options)")
    }
  }

  /// In the body of a loop whose carried value it reads: v ← v - the sums of its columns' squares, in each row.
  @Test func insideALoop() throws {
    let shape = [90, 40]
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, shape))
    let sums = try body.reduce(.sum, try body.elementwise(op("mul"), [v, v]), axes: [0])
    body.result(try body.elementwise(op("sub"), [v, try body.broadcast(sums, to: shape)]))
    let region = body.graph
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      b.elements(of: try b.loop(region, trips: 3, carried: [a[0]], sliced: []))
    }
    var random = SeededRandom(seed: 25)
    let xs = random.floats(3600).map { $0 * 0.01 }
    var expected = xs
    for _ in 0..<3 {
      let totals = self.sums(90, 40) { [expected] in expected[$0] * expected[$0] }
      expected = expected.enumerated().map { $1 - totals[$0 % 40] }
    }
    try expectGroups(1, graph)
    try expectBits(graph, [storage(xs)], expected)
  }
}
