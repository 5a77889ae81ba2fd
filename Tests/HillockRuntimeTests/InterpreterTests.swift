import HillockBytecode
import HillockIR
import Testing

@testable import HillockRuntime

/// Lowered programs give the values that the graph means, with any number of workers and at every instruction-set level.
@Suite struct InterpreterTests {
  /// d = x · x + y over more than one chunk, with a tail that fills no tile.
  @Test func elementwise() throws {
    let count = 3 * 4096 + 77
    var builder = GraphBuilder(name: "fused")
    let x = builder.argument(ArrayType(.f32, [count])), y = builder.argument(ArrayType(.f32, [count]))
    let square = try builder.elementwise(op("square"), [x])
    builder.result(try builder.elementwise(op("add"), [square, y]))
    let xs = (0..<count).map { Float($0 % 97) / 8 }, ys = (0..<count).map { Float($0 % 89) - 40 }
    let expected = zip(xs, ys).map { $0 * $0 + $1 }
    for options in everyOption {
      let results = try run(builder.graph, [storage(xs), storage(ys)], options)
      #expect(results[0].values(Float.self) == expected, "\(options)")
    }
  }
}

func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }
