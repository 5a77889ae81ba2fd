import Testing

@testable import HillockIR

@Suite struct LoopDistributionTests {
  private func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }

  /// v += (index · dt) · x, and a counter that nothing else reads.
  private func graph(_ trips: Int, count: Int) throws -> Graph {
    var body = GraphBuilder(name: "body")
    let index = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [count]))
    let counter = body.argument(ArrayType(.i32, []))
    let x = body.argument(ArrayType(.f32, [count]))
    let dt = try body.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0, 0x3f]))
    let one = try body.constant(ConstantData(type: ArrayType(.i32, []), bytes: [1, 0, 0, 0]))
    let t = try body.elementwise(try op("mul"), [try body.convert(index, to: .f32), dt])
    body.result(try body.elementwise(try op("add"), [v, try body.elementwise(try op("mul"), [t, x])]))
    body.result(try body.elementwise(try op("add"), [counter, one]))
    body.result(t)
    var b = GraphBuilder(name: "steps")
    let start = b.argument(ArrayType(.f32, [count])), zero = b.argument(ArrayType(.i32, []))
    let other = b.argument(ArrayType(.f32, [count]))
    let loop = try b.loop(body.graph, trips: trips, carried: [start, zero], captured: [other])
    for element in b.elements(of: loop) { b.result(element) }
    return b.graph
  }

  private func loops(_ graph: Graph) -> [Graph] {
    graph.nodes.compactMap { node in
      if case .loop(let loop) = node.operation { graph.regions[loop.region] } else { nil }
    }
  }

  @Test func whatIsTheSameForAllPositionsGetsALoopOfItsOwn() throws {
    let result = Passes.run(try graph(10, count: 100))
    let bodies = loops(result)
    try #require(bodies.count == 2)
    // The counter; the stacked time twice, as an output and for the second loop.
    #expect(bodies[0].results.map(bodies[0].type) == [ArrayType(.i32, []), ArrayType(.f32, []), ArrayType(.f32, [])])
    #expect(bodies[1].arguments == [ArrayType(.i64, []), ArrayType(.f32, [100]), ArrayType(.f32, []), ArrayType(.f32, [100])])
    #expect(
      bodies[1].nodes.allSatisfy { node in
        if case .elementwise = node.operation { node.type.count == 100 } else { true }
      })
    #expect(result.results.map(result.type) == [ArrayType(.f32, [100]), ArrayType(.i32, []), ArrayType(.f32, [10])])
    #expect(try Graph(parsing: result.text) == result)
  }

  @Test func aLoopOfSmallValuesAloneStaysWhole() throws {
    #expect(loops(Passes.run(try graph(10, count: 1))).count == 1)
  }

  @Test func aLoopWhoseStepsNeedAllPositionsStaysWhole() throws {
    var body = GraphBuilder(name: "body")
    let index = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [100]))
    let mean = try body.reduce(.sum, v, axes: [0])
    let t = try body.convert(index, to: .f32)
    body.result(try body.elementwise(try op("sub"), [v, try body.elementwise(try op("mul"), [mean, t])]))
    var b = GraphBuilder(name: "steps")
    let start = b.argument(ArrayType(.f32, [100]))
    b.result(b.elements(of: try b.loop(body.graph, trips: 5, carried: [start]))[0])
    #expect(loops(Passes.run(b.graph)).count == 1)
  }
}
