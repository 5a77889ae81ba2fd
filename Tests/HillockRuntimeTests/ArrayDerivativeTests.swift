import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// The derivatives of operations on whole arrays, in double: reverse mode against forward mode, and forward mode against central
/// differences.
@Suite struct ArrayDerivativeTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let lines: String
    /// Names of the arguments that are differentiated.
    let names: [String]
    var testDescription: String { lines }

    init(_ lines: String, _ names: [String] = ["x"]) {
      self.lines = lines
      self.names = names
    }
  }

  static let examples = [
    Example("%x = argument 0 : f64[4,3]\n%y = transpose %x permutation [1, 0]\n%z = reshape %y : f64[6,2]\nreturn %z"),
    Example("%x = argument 0 : f64[3]\n%y = broadcast %x : f64[4,3]\nreturn %y"),
    Example("%x = argument 0 : f64[4,1]\n%y = broadcast %x : f64[2,4,3]\nreturn %y"),
    Example("%x = argument 0 : f64[5,4]\n%y = slice %x starts [3, 0] steps [-1, 2] sizes [3, 2]\nreturn %y"),
    Example("%x = argument 0 : f64[4]\n%y = convert %x : f32[4]\n%z = convert %y : f64[4]\nreturn %x"),
    Example("%x = argument 0 : f64[4,3,2]\n%y = reduce.sum %x axes [0, 2]\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = reduce.max %x axes [1]\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = reduce.min %x axes [0]\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = reduce.product %x axes [0]\nreturn %y"),
    Example("%x = argument 0 : f64[3,2,2]\n%y = reduce.product %x axes [0, 2]\nreturn %y"),
    Example("%x = argument 0 : f64[4]\n%w = argument 1 : f64[4]\n%y = dot %x, %w\nreturn %y", ["x", "w"]),
    Example("%x = argument 0 : f64[3,4]\n%w = argument 1 : f64[4]\n%y = dot %x, %w\nreturn %y", ["x", "w"]),
    Example("%x = argument 0 : f64[4]\n%w = argument 1 : f64[4,3]\n%y = dot %x, %w\nreturn %y", ["x", "w"]),
    Example("%x = argument 0 : f64[2,4]\n%w = argument 1 : f64[4,3]\n%y = dot %x, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,4]\n%w = argument 1 : f64[2,4,2]\n%y = dot %x, %w batch 1\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,2,4]\n%w = argument 1 : f64[2,4]\n%y = dot %x, %w batch 1\nreturn %y", ["x", "w"]),
    Example("%x = argument 0 : f64[3,2,4]\n%w = argument 1 : f64[4,2,3]\n%y = dot %x, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[3,2]\n%w = argument 1 : f64[1,2]\n%y = concatenate %x, %w, %x axis 0\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[5,4]\n%w = argument 1 : f64[2,2]\n%y = update %x, %w starts [3, 1] steps [-2, 2]\nreturn %y",
      ["x", "w"]),
    // An index counts from the end, another lies beyond it, one occurs twice.
    Example("%x = argument 0 : f64[4,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n%y = gather %x, %i\nreturn %y"),
    Example(
      "%x = argument 0 : f64[2,4,3]\n%i = constant i64[2,2] {1, 1, 3, 0}\n%y = gather %x, %i batch 1 axis 2\nreturn %y"),
    Example(
      "%x = argument 0 : f64[4,2]\n%w = argument 1 : f64[5,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n"
        + "%y = scatter %x, %i, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[4,2]\n%w = argument 1 : f64[5,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n"
        + "%y = scatter.add %x, %i, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,4]\n%w = argument 1 : f64[2,3,2]\n%i = constant i64[2,2] {1, 1, 7, 0}\n"
        + "%y = scatter.add %x, %i, %w batch 1 axis 2\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[4,2]\n%w = argument 1 : f64[5,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n"
        + "%y = scatter.multiply %x, %i, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,4]\n%w = argument 1 : f64[2,3,2]\n%i = constant i64[2,2] {1, 1, 7, 0}\n"
        + "%y = scatter.multiply %x, %i, %w batch 1 axis 2\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[4,2]\n%w = argument 1 : f64[5,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n"
        + "%y = scatter.min %x, %i, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,4]\n%w = argument 1 : f64[2,3,2]\n%i = constant i64[2,2] {1, 1, 7, 0}\n"
        + "%y = scatter.min %x, %i, %w batch 1 axis 2\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[4,2]\n%w = argument 1 : f64[5,2]\n%i = constant i64[5] {1, -1, 9, 1, -9}\n"
        + "%y = scatter.max %x, %i, %w\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[2,3,4]\n%w = argument 1 : f64[2,3,2]\n%i = constant i64[2,2] {1, 1, 7, 0}\n"
        + "%y = scatter.max %x, %i, %w batch 1 axis 2\nreturn %y", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[5,4]\n%s = constant i64[2] {4, 1}\n%y = dynamicslice %x, %s sizes [2, 3]\nreturn %y"),
    Example(
      "%x = argument 0 : f64[5,4]\n%w = argument 1 : f64[2,3]\n%s = constant i64[2] {4, 1}\n%y = dynamicupdate %x, %w, %s\nreturn %y",
      ["x", "w"]),
    Example(
      "%x = argument 0 : f64[3,2]\n%w = argument 1 : f64[]\n%y = pad %x, %w low [1, -1] high [-1, 2] interior [1, 0]\nreturn %y",
      ["x", "w"]),
    Example("%x = argument 0 : f64[4,3]\n%y = scan.sum %x axis 0\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = scan.sum %x axis 1 reversed exclusive\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = scan.product %x axis 0 exclusive\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = scan.max %x axis 1\nreturn %y"),
    Example("%x = argument 0 : f64[5]\n%y = scan.min %x axis 0 reversed\nreturn %y"),
    Example("%x = argument 0 : f64[4,3]\n%y = scan.logaddexp %x axis 0\nreturn %y"),
    Example(
      "%x = argument 0 : f64[4,3]\n%w = argument 1 : f64[4,3]\n%s = sort %x, %w axis 0 descending\n%y = element %s position 0\n"
        + "%z = element %s position 1\n%r = mul %y, %z\nreturn %r", ["x", "w"]),
    Example("%x = argument 0 : f64[4,3]\n%s = topk %x axis 0 count 2\n%y = element %s position 0\nreturn %y"),
    Example("%x = argument 0 : f64[2,5]\n%s = topk %x axis 1 count 3\n%y = element %s position 0\n%r = mul %y, %y\nreturn %r"),
    Example(
      "%x = argument 0 : f64[2,6]\n%w = argument 1 : f64[2,6]\n%f = fft %x, %w\n%y = element %f position 0\n"
        + "%z = element %f position 1\n%r = mul %y, %z\nreturn %r", ["x", "w"]),
    Example(
      "%x = argument 0 : f64[7]\n%w = argument 1 : f64[7]\n%f = fft %x, %w\n%y = element %f position 1\nreturn %y", ["x", "w"]),
    synapses("%y = deliver %x, %w, %s, %b, %t, %v, %d", rows: "f64[3]", weights: "f64[6]", ["x", "w", "v"]),
    synapses("%y = deliver %x, %w, %s, %b, %t, %v, %d", rows: "f64[3]", weights: "f64[6]", delays: "u8", ["x", "w", "v"]),
    synapses("%y = synapseproducts %x, %w, %s, %b, %t, %d", rows: "f64[3]", weights: "f64[6]", delays: "u16", ["x", "w"]),
    synapses("%y = deliver %x, %w, %s, %b, %t, %v", rows: "f64[3]", weights: "f64[1]", ["x", "w", "v"]),
    synapses("%p = ge %w, 0\n%y = deliver %x, %p, %s, %b, %t, %v, %d", rows: "f64[3]", weights: "f64[1]", ["x", "v"]),
    synapses("%y = rowproducts %x, %s, %b, %t, %v, %d", rows: "f64[3]", weights: "f64[6]", ["x", "v"]),
    synapses("%y = rowproducts %x, %s, %b, %t, %v", rows: "f64[3]", weights: "f64[1]", ["x", "v"]),
    synapses("%y = synapseproducts %x, %w, %s, %b, %t, %d", rows: "f64[3]", weights: "f64[6]", ["x", "w"]),
    synapses(
      "%y = deliver %x, %w, %s, %b, %t, %v, %d lanes [1, 1, 0, 0, 0, 0, 0]", ring: "f64[2,4,5]", rows: "f64[2,3]",
      weights: "f64[6]", ["x", "w", "v"]),
    synapses(
      "%y = deliver %x, %w, %s, %b, %t, %v lanes [1, 0, 0, 0, 0, 0]", ring: "f64[2,4,5]", rows: "f64[3]", weights: "f64[1]",
      ["x", "w", "v"]),
    synapses(
      "%y = rowproducts %x, %s, %b, %t, %v lanes [1, 0, 0, 0, 1]", ring: "f64[2,4,5]", rows: "f64[3]", weights: "f64[2,1]",
      ["x", "v"]),
    synapses(
      "%y = rowproducts %x, %s, %b, %t, %v, %d lanes [1, 0, 0, 0, 0, 0]", ring: "f64[2,4,5]", rows: "f64[3]", weights: "f64[6]",
      ["x", "v"]),
    synapses(
      "%y = synapseproducts %x, %w, %s, %b, %t lanes [1, 0, 0, 0, 0]", ring: "f64[2,4,5]", rows: "f64[3]", weights: "f64[6]",
      ["x", "w"]),
    drawn("%y = deliverdrawn %x, %w, %s, %k, %p, %v hollow", rows: "f64[3]", ["x", "w", "v"]),
    drawn("%y = drawnproducts %x, %s, %k, %p, %v rows 3", rows: "f64[3]", ["x", "v"]),
    drawn(
      "%y = deliverdrawn %x, %w, %s, %k, %p, %v lanes [1, 0, 0, 0, 0, 0]", ring: "f64[2,4,5]", rows: "f64[3]", ["x", "w", "v"]),
    drawn("%y = drawnproducts %x, %s, %k, %p, %v lanes [1, 0, 0, 0, 0] rows 3", ring: "f64[2,4,5]", rows: "f64[3]", ["x", "v"]),
    Example("%x = argument 0 : f64[3]\n%y = stopgradient %x\n%z = mul %x, %y\n%n = sub %z, %z\nreturn %n"),
  ]

  /// Three rows of six synapses: one is empty, a target is named twice, another and a delay lead nowhere.
  private static func synapses(
    _ lines: String, ring: String = "f64[4,5]", rows: String, weights: String, delays: String = "i32", _ names: [String]
  ) -> Example {
    Example(
      "%x = argument 0 : \(ring)\n%w = argument 1 : \(rows)\n%v = argument 2 : \(weights)\n%s = constant i64[] {-2}\n"
        + "%b = constant i64[4] {0, 4, 4, 6}\n%t = constant i32[6] {3, 0, 3, 5, 1, 4}\n%d = constant \(delays)[6] {0, 3, 0, 1, 9, 2}\n"
        + lines + "\nreturn %y", names)
  }

  private static func drawn(_ lines: String, ring: String = "f64[4,5]", rows: String, _ names: [String]) -> Example {
    Example(
      "%x = argument 0 : \(ring)\n%w = argument 1 : \(rows)\n%v = argument 2 : f64[1]\n%s = constant i64[] {3}\n"
        + "%k = constant u32[2] {1, 2}\n%p = constant f64[] {0.6}\n" + lines + "\nreturn %y", names)
  }

  @Test(arguments: examples) func bothModesAgreeWithDifferences(_ example: Example) throws {
    let graph = try Graph(parsing: "hillock graph 1\n" + example.lines + "\n")
    let places = try example.names.map { name in try #require(graph.argumentNames.first { $0.value == name }?.key) }
    var random = SeededRandom(seed: UInt64(example.lines.utf8.reduce(0) { $0 &* 31 &+ Int($1) }.magnitude))
    func values(_ type: ArrayType) -> [Double] { (0..<type.count).map { _ in Double.random(in: -2...2, using: &random) } }
    let arguments = graph.arguments.map(values), directions = places.map { values(graph.arguments[$0]) }
    let weights = values(graph.type(graph.results[0]))

    func run(_ graph: Graph, _ arguments: [[Double]]) throws -> [[Double]] {
      try HillockRuntimeTests.run(DeadCode.eliminate(graph), arguments.map(storage)).map { $0.values(Double.self) }
    }
    let tangent = try run(try graph.jvp(of: places), arguments + directions)[1]
    let cotangents = try run(try graph.vjp(of: places), arguments + [weights]).dropFirst()
    func moved(_ step: Double) -> [[Double]] {
      var moved = arguments
      for (place, direction) in zip(places, directions) { moved[place] = zip(moved[place], direction).map { $0 + step * $1 } }
      return moved
    }
    let above = try run(graph, moved(1e-5))[0], below = try run(graph, moved(-1e-5))[0]
    for position in tangent.indices {
      let difference = (above[position] - below[position]) / 2e-5
      #expect((tangent[position] - difference).magnitude < 1e-5 * max(1, difference.magnitude), "position \(position)")
    }
    #expect(cotangents.map(\.count) == directions.map(\.count))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let forward = product(weights, tangent), reverse = zip(cotangents, directions).reduce(0) { $0 + product($1.0, $1.1) }
    #expect((forward - reverse).magnitude < 1e-12 * max(1, forward.magnitude) * 10)
  }

  /// Equal elements and updates of a scatter of extremes get equal parts; a product changes with a factor by the product of the others.
  @Test func scattersOfEqualAndOfZeroUpdates() throws {
    func gradients(_ kind: String, _ base: [Double], _ updates: [Double]) throws -> [[Double]] {
      let source = try Graph(
        parsing: "hillock graph 1\n%x = argument 0 : f64[2]\n%w = argument 1 : f64[3]\n%i = constant i64[3] {0, 0, 5}\n"
          + "%y = scatter.\(kind) %x, %i, %w\n%s = reduce.sum %y\nreturn %s")
      let results = try run(try source.gradient(of: [0, 1]), [try storage(base), try storage(updates)])
      return results.dropFirst().map { $0.values(Double.self) }
    }
    #expect(try gradients("max", [2, 7], [2, 1, 9]) == [[0.5, 1], [0.5, 0, 0]])
    #expect(try gradients("min", [2, 7], [2, 2, 9]).flatMap { $0 }.map { ($0 * 3).rounded() } == [1, 3, 1, 1, 0])
    #expect(try gradients("multiply", [2, 7], [0, 3, 9]) == [[0, 1], [6, 0, 0]])
    #expect(try gradients("multiply", [2, 7], [5, 3, 9]) == [[15, 1], [6, 10, 0]])
  }
}
