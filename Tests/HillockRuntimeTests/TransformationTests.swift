import HillockIR
import Testing

/// Two transformations in small, written on `Graph.walk` as derivatives and batching are: a value becomes a pair, and regions
/// become new regions with other arguments and results. The expected values are worked out by hand.
@Suite struct TransformationTests {
  private struct Dual {
    var primal: ValueID
    var tangent: ValueID
  }

  /// The values of a graph of sums, products and loops, each with its derivative along the arguments' tangents.
  private func derivative(
    _ graph: Graph, _ arguments: [Dual], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [Dual] {
    var copier = NodeCopier(graph)
    let map = try graph.walk { (_, node, operands: [Dual]) throws(HillockError) -> NodeImage<Dual> in
      switch node.operation {
      case .argument(let position): return .one(arguments[position])
      case .elementwise(.add), .elementwise(.mul):
        let primal = copier.copy(node, operands.map(\.primal), into: &builder)
        let (x, y) = (operands[0], operands[1])
        guard node.operation == .elementwise(.mul) else {
          return .one(Dual(primal: primal, tangent: try builder.elementwise(.add, [x.tangent, y.tangent])))
        }
        let left = try builder.elementwise(.mul, [x.tangent, y.primal])
        let right = try builder.elementwise(.mul, [x.primal, y.tangent])
        return .one(Dual(primal: primal, tangent: try builder.elementwise(.add, [left, right])))
      case .loop(let loop): return .several(try derivative(loop, graph.regions[loop.region], operands, &builder))
      default: throw HillockError(.argument, "there is no derivative of \(node.operation.name) here")
      }
    }
    return graph.results.map { map[$0] }
  }

  /// The same of a loop: each value that enters its steps is followed by its tangent.
  private func derivative(
    _ loop: Operation.Loop, _ body: Graph, _ operands: [Dual], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [Dual] {
    var region = GraphBuilder(name: body.name)
    let index = region.argument(body.arguments[0])
    var arguments = [Dual(primal: index, tangent: index)]
    for type in body.arguments.dropFirst() {
      arguments.append(Dual(primal: region.argument(type), tangent: region.argument(type)))
    }
    for result in try derivative(body, arguments, &region) {
      region.result(result.primal)
      region.result(result.tangent)
    }
    let values = operands.flatMap { [$0.primal, $0.tangent] }
    let carried = 2 * loop.carried, sliced = carried + 2 * loop.sliced
    let node = try builder.loop(
      region.graph, trips: loop.trips, carried: Array(values[..<carried]), sliced: Array(values[carried..<sliced]),
      captured: Array(values[sliced...]), isReversed: loop.isReversed)
    let elements = builder.elements(of: node)
    return stride(from: 0, to: elements.count, by: 2).map { Dual(primal: elements[$0], tangent: elements[$0 + 1]) }
  }

  /// x · yⁿ by a loop of n steps, with x · yᵏ of each step before.
  private func powers(_ trips: Int) throws -> Graph {
    let scalar = ArrayType(.f32, [])
    let step = try graph([ArrayType(.i64, []), scalar, scalar], name: "step") { b, v in
      [try b.elementwise(.mul, [v[1], v[2]]), v[1]]
    }
    return try graph([scalar, scalar], name: "powers") { b, v in
      b.elements(of: try b.loop(step, trips: trips, carried: [v[0]], captured: [v[1]]))
    }
  }

  /// At x = 2, y = 3 along (1, 1): x · yᵏ is 2, 6, 18, 54, and yᵏ + k · x · yᵏ⁻¹ is 1, 5, 21, 81.
  @Test func aLoopBecomesALoopOfValuesAndTangents() throws {
    let scalar = ArrayType(.f32, [])
    let source = try powers(3)
    let both = try graph([scalar, scalar, scalar, scalar]) { b, v in
      let results = try derivative(source, [Dual(primal: v[0], tangent: v[2]), Dual(primal: v[1], tangent: v[3])], &b)
      return results.flatMap { [$0.primal, $0.tangent] }
    }
    let one: [Float] = [1]
    let arguments = [try storage([2] as [Float]), try storage([3] as [Float]), try storage(one), try storage(one)]
    for program in [both, Passes.run(both)] {
      let results = try run(program, arguments).map { $0.values(Float.self) }
      #expect(results == [[54], [81], [2, 6, 18], [1, 5, 21]])
    }
  }

  /// What a program computes does not change by being inlined, in a step of a loop either: ((x · y³) · y³) by two steps.
  @Test func aLoopIsInlinedIntoALoop() throws {
    let scalar = ArrayType(.f32, [])
    let source = try powers(3)
    let step = try graph([ArrayType(.i64, []), scalar, scalar], name: "outer step") { b, v in
      [try b.inline(source, [v[1], v[2]])[0]]
    }
    let whole = try graph([scalar, scalar]) { b, v in
      b.elements(of: try b.loop(step, trips: 2, carried: [v[0]], captured: [v[1]]))
    }
    let arguments = [try storage([2] as [Float]), try storage([3] as [Float])]
    for program in [whole, Passes.run(whole)] { #expect(try run(program, arguments)[0].values(Float.self) == [1458]) }
  }

  /// x · y + y for three x and one y: a value is kept with whether it has a leading axis of the batch.
  @Test func aValueIsKeptWithItsBatchAxis() throws {
    let scalar = ArrayType(.f32, [])
    let source = try graph([scalar, scalar]) { b, v in
      [try b.elementwise(.add, [try b.elementwise(.mul, [v[0], v[1]]), v[1]]), try b.elementwise(.neg, [v[1]])]
    }
    var axes: [Int?] = []
    let batched = try graph([ArrayType(.f32, [3]), scalar]) { builder, arguments in
      let map = try source.walk { (_, node, operands: [(value: ValueID, axis: Int?)]) throws(HillockError) in
        switch node.operation {
        case .argument(let position): return .one((arguments[position], position == 0 ? 0 : nil))
        case .elementwise(let op):
          // Operands without the axis are broadcast along it.
          let value = try builder.elementwise(op, operands.map(\.value))
          return .one((value, operands.contains { $0.axis != nil } ? 0 : nil))
        default: throw HillockError(.argument, "there is no batching rule of \(node.operation.name) here")
        }
      }
      axes = source.results.map { map[$0].axis }
      return source.results.map { map[$0].value }
    }
    #expect(axes == [0, nil])
    let results = try run(batched, [try storage([1, 2, 3] as [Float]), try storage([10] as [Float])])
    #expect(results.map { $0.values(Float.self) } == [[20, 30, 40], [-10]])
  }
}
