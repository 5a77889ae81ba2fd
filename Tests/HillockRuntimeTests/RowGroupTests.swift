import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// Row groups give the values of the instructions taken one by one, with any number of workers.
@Suite struct RowGroupTests {
  static let shapes = [[64, 1], [65, 50], [1000, 70], [300, 4099], [4097, 3]]

  private func expectGroups(_ count: Int, _ graph: Graph) throws {
    let prepared = PreparedProgram(try Lowering.lower(graph), isa: .current)
    #expect(prepared.error == nil)
    #expect(prepared.groups.count == count, "\(prepared.steps.map(\.kind))")
  }

  private func spread(_ b: inout GraphBuilder, _ value: ValueID, _ shape: [Int]) throws -> ValueID {
    try b.broadcast(try b.reshape(value, to: [shape[0], 1]), to: shape)
  }

  private func one(_ b: inout GraphBuilder, _ shape: [Int]) throws -> ValueID {
    let one = withUnsafeBytes(of: Float(1)) { ConstantData(type: ArrayType(.f32, []), bytes: Array($0)) }
    return try b.broadcast(try b.constant(one), to: shape)
  }

  /// Each row's distances from its largest element, as a share of their sum.
  @Test(arguments: shapes) func producersAndConsumersOfRowReductions(_ shape: [Int]) throws {
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      let top = try spread(&b, try b.reduce(.max, a[0], axes: [1]), shape)
      let distance = try b.elementwise(op("sub"), [top, a[0]])
      let sum = try b.reduce(.sum, distance, axes: [1])
      let divisor = try b.elementwise(op("add"), [sum, try one(&b, [shape[0]])])
      return [try b.elementwise(op("div"), [distance, try spread(&b, divisor, shape)])]
    }
    try expectGroups(1, graph)
    var random = SeededRandom(seed: 11)
    let columns = shape[1]
    let xs = random.floats(shape[0] * columns)
    var expected: [Float] = []
    for row in 0..<shape[0] {
      let values = xs[row * columns..<(row + 1) * columns]
      let top = values.max() ?? 0
      let distances = values.map { top - $0 }
      let sum = Tree.reduce(count: columns, lanes: 64) { $0 + distances[$1] }
      expected += distances.map { $0 / (sum + 1) }
    }
    try expectBits(graph, [storage(xs)], expected)
  }

  /// No kernel at all: the sums of sums.
  @Test func reductionsOfReductions() throws {
    let graph = try graph([ArrayType(.i32, [100, 7, 9])]) { b, a in
      [try b.reduce(.max, try b.reduce(.sum, a[0], axes: [2]), axes: [1])]
    }
    try expectGroups(1, graph)
    let xs = (0..<6300).map { Int32($0 * 37 % 1000) }
    var expected: [Int32] = []
    for row in 0..<100 {
      let sums = (0..<7).map { column -> Int32 in
        let start = (row * 7 + column) * 9
        return xs[start..<start + 9].reduce(0, +)
      }
      expected.append(sums.max() ?? 0)
    }
    try expectBits(graph, [storage(xs)], expected)
  }

  /// A group in the body of a loop whose carried value it reads and writes: v ← v / (1 + sum of its row).
  @Test func insideALoop() throws {
    let shape = [90, 11]
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, shape))
    let sum = try body.reduce(.sum, v, axes: [1])
    let unit = try one(&body, [90])
    body.result(
      try body.elementwise(op("div"), [v, try spread(&body, try body.elementwise(op("add"), [sum, unit]), shape)]))
    let region = body.graph
    let graph = try graph([ArrayType(.f32, shape)]) { b, a in
      b.elements(of: try b.loop(region, trips: 5, carried: [a[0]], sliced: []))
    }
    var random = SeededRandom(seed: 12)
    let xs = random.floats(990).map { $0 + 3 }
    var expected = xs
    for _ in 0..<5 {
      for row in 0..<90 {
        let values = Array(expected[row * 11..<(row + 1) * 11])
        let sum = Tree.reduce(count: 11, lanes: 64) { $0 + values[$1] }
        for column in 0..<11 { expected[row * 11 + column] = values[column] / (sum + 1) }
      }
    }
    try expectGroups(1, graph)
    try expectBits(graph, [storage(xs)], expected)
  }
}
