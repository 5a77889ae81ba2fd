import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// Batching rules one by one. Elements are small integers, so that sums are exact in any order, and each lane must have the bits of
/// the graph run for it alone.
@Suite struct BatchingTests {
  private static let lanes = 3

  /// Every choice of arguments with lanes.
  private func expectLanes(
    _ arguments: [ArrayType], sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (inout GraphBuilder, [ValueID]) throws -> [ValueID]
  ) throws {
    let source = try graph(arguments, build)
    for choice in 1..<(1 << arguments.count) {
      let axes = arguments.indices.map { choice >> $0 & 1 == 1 ? 0 : Int?.none }
      let batched = try source.batched(axes, size: Self.lanes)
      var random = SeededRandom(seed: UInt64(choice))
      let inputs = batched.arguments.map { numbers($0, &random) }
      let results = try run(batched, try inputs.map { try storage($0) })
      for lane in 0..<Self.lanes {
        let own = zip(inputs, axes).map { bytes, axis in axis == nil ? bytes : part(bytes, lane) }
        let expected = try run(source, try own.map { try storage($0) })
        for (result, one) in zip(results, expected) {
          #expect(
            part(Array(result.bytes), lane) == Array(one.bytes), "lane \(lane), axes \(axes)", sourceLocation: sourceLocation)
        }
      }
    }
  }

  private func part(_ bytes: [UInt8], _ lane: Int) -> [UInt8] {
    let size = bytes.count / Self.lanes
    return Array(bytes[lane * size..<(lane + 1) * size])
  }

  private func numbers(_ type: ArrayType, _ random: inout SeededRandom) -> [UInt8] {
    (0..<type.count).flatMap { _ in
      let number = Int.random(in: type.dtype == .u32 ? 0...9 : -4...4, using: &random)
      switch type.dtype {
      case .f32: return withUnsafeBytes(of: Float(number)) { Array($0) }
      case .i64: return withUnsafeBytes(of: Int64(number)) { Array($0) }
      case .i32: return withUnsafeBytes(of: Int32(number)) { Array($0) }
      case .u32: return withUnsafeBytes(of: UInt32(number)) { Array($0) }
      case .u16: return withUnsafeBytes(of: UInt16(truncatingIfNeeded: number)) { Array($0) }
      case .u8: return [UInt8(truncatingIfNeeded: number)]
      default: return [number > 0 ? 1 : 0]
      }
    }
  }

  private func f32(_ shape: Int...) -> ArrayType { ArrayType(.f32, shape) }

  @Test func products() throws {
    for (a, b, batch) in [
      ([5], [5], 0), ([4, 5], [5], 0), ([5], [5, 3], 0), ([4, 5], [5, 3], 0), ([2, 4, 5], [5, 3, 2], 0),
      ([2, 5], [2, 5], 1), ([2, 4, 5], [2, 5], 1), ([2, 5], [2, 5, 3], 1), ([2, 4, 5], [2, 5, 3], 1), ([2, 3, 5], [2, 3, 5], 2),
    ] {
      try expectLanes([ArrayType(.f32, a), ArrayType(.f32, b)]) { b, x in [try b.dot(x[0], x[1], batch: batch)] }
    }
  }

  @Test func shapes() throws {
    try expectLanes([f32(2, 3)]) { b, x in
      [
        try b.broadcast(x[0], to: [4, 2, 3]), try b.reshape(x[0], to: [3, 2]), try b.transpose(x[0], [1, 0]),
        try b.slice(x[0], starts: [1, 0], steps: [-1, 2], sizes: [2, 2]), try b.reduce(.max, x[0], axes: [0]),
        try b.reduce(.sum, x[0], axes: [0, 1]), try b.convert(x[0], to: .i32), try b.iota(.f32, shape: [3], axis: 0),
      ]
    }
    try expectLanes([f32(2, 3), f32(3)]) { b, x in
      [
        try b.elementwise(.add, [x[0], x[1]]), try b.concatenate([x[0], try b.reshape(x[1], to: [1, 3])], axis: 0),
        try b.updateSlice(x[0], x[1], starts: [1, 0], steps: [1, 1], sizes: [1, 3]),
      ]
    }
  }

  @Test func selections() throws {
    try expectLanes([f32(2, 5)]) { b, x in b.elements(of: try b.array(.topK, x, [[1], [3]])) }
  }

  @Test func places() throws {
    try expectLanes([f32(2, 5)]) { b, x in [try b.array(.places, [try b.elementwise(.gt, [x[0], try b.number(0, .f32)])], [[3]])]
    }
  }

  @Test func searches() throws {
    try expectLanes([f32(5), f32(2, 3)]) { b, x in [try b.array(.search, x, [[0], [0]])] }
    try expectLanes([f32(2, 5), f32(2, 3)]) { b, x in [try b.array(.search, x, [[1], [1]])] }
  }

  @Test func fourierTransforms() throws {
    for shape in [[6], [2, 7], [3, 67], [64]] {
      try expectLanes([ArrayType(.f32, shape), ArrayType(.f32, shape)]) { b, x in
        let (real, imaginary) = try b.fft(x[0], x[1])
        return [real, imaginary]
      }
    }
  }

  /// Indices from -4 to 4 of three rows: negative ones, clamped ones, and ones that are dropped.
  @Test func rowsByIndex() throws {
    try expectLanes([f32(3, 2), ArrayType(.i64, [2, 2])]) { b, x in [try b.gather(x[0], x[1])] }
    try expectLanes([f32(3), ArrayType(.i64, [])]) { b, x in [try b.gather(x[0], x[1])] }
    try expectLanes([f32(3, 2), ArrayType(.i64, [4]), f32(4, 2)]) { b, x in [try b.scatter(x[0], x[1], x[2])] }
    try expectLanes([f32(3), ArrayType(.i64, []), f32()]) { b, x in [try b.scatter(x[0], x[1], x[2])] }
  }

  /// Every choice of operands with lanes, and lanes of lanes. Numbers from -4 to 4 as starts, targets and delays: many lead nowhere.
  @Test func synapses() throws {
    let ring = f32(2, 3), rows = ArrayType(.bool, [2]), slot = ArrayType(.i64, []), starts = ArrayType(.i64, [3])
    let targets = ArrayType(.i32, [4])
    try expectLanes([ring, rows, slot, starts, targets, f32(4), targets]) { b, x in [try b.array(.deliver, x, [[]])] }
    try expectLanes([ring, f32(2), slot, starts, targets, f32(1)]) { b, x in [try b.array(.deliver, x, [[]])] }
    try expectLanes([ring, slot, starts, targets, f32(4), targets]) { b, x in [try b.array(.rowProducts, x, [[]])] }
    try expectLanes([ring, f32(2), slot, starts, targets, targets]) { b, x in [try b.array(.synapseProducts, x, [[]])] }
    for dtype in [DType.u8, .u16] {
      try expectLanes([ring, rows, slot, starts, targets, f32(4), ArrayType(dtype, [4])]) { b, x in
        [try b.array(.deliver, x, [[]])]
      }
    }
    try expectLanes([f32(4), rows, f32(3), starts, targets, f32(4), targets]) { b, x in [try b.array(.adapt, x, [[0], []])] }
    let key = ArrayType(.u32, [2])
    try expectLanes([ring, f32(2), slot, key, f32(1)]) { b, x in
      [try b.array(.deliverDrawn, [x[0], x[1], x[2], x[3], try b.number(0.5, .f64), x[4]], [[], [1]])]
    }
    try expectLanes([ring, slot, key, f32(1)]) { b, x in
      [try b.array(.drawnProducts, [x[0], x[1], x[2], try b.number(0.5, .f64), x[3]], [[], [0], [3]])]
    }
    let rings = f32(2, 2, 3), many = ArrayType(.bool, [2, 2])
    try expectLanes([rings, many, slot, starts, targets, f32(4)]) { b, x in [try b.array(.deliver, x, [[1, 1, 0, 0, 0, 0]])] }
    try expectLanes([rings, slot, starts, targets, f32(2, 1)]) { b, x in [try b.array(.rowProducts, x, [[1, 0, 0, 0, 1]])] }
  }

  @Test func loops() throws {
    let body = try graph([ArrayType(.i64, []), f32(2), f32(), f32(2), f32(2)], name: "step") { b, v in
      // The first carried value gets lanes from the row or the captured value; the second never.
      let next = try b.elementwise(.add, [try b.elementwise(.mul, [v[1], v[4]]), v[3]])
      return [next, try b.elementwise(.add, [v[2], v[2]]), v[1], v[2]]
    }
    try expectLanes([f32(2), f32(4, 2), f32(2)]) { b, x in
      let one = try b.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 128, 63]))
      return b.elements(
        of: try b.loop(body, trips: 4, carried: [x[0], one], sliced: [x[1]], captured: [x[2]], isReversed: true))
    }
  }

  /// Doubles x until it is beyond a limit: lanes take different numbers of steps, or the same where only what is summed differs.
  @Test func whileLoops() throws {
    let types = [f32(), f32(2), f32(), f32(2)]
    let condition = try graph(types) { b, v in [try b.elementwise(.lt, [v[0], v[2]])] }
    let body = try graph(types) { b, v in
      let half = try b.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0, 63]))
      return [try b.elementwise(.add, [v[0], half]), try b.elementwise(.add, [v[1], v[3]])]
    }
    try expectLanes([f32(), f32(2), f32(), f32(2)]) { b, x in
      b.elements(of: try b.whileLoop(condition: condition, body: body, carried: [x[0], x[1]], captured: [x[2], x[3]]))
    }
  }

  /// Selectors from -4 to 4 of three branches: beyond the ends the nearest.
  @Test func branches() throws {
    let regions = try [ElementwiseOp.add, .mul, .sub].map { op in
      try graph([f32(2), f32(2)]) { b, v in [try b.elementwise(op, [v[0], v[1]]), v[1]] }
    }
    try expectLanes([ArrayType(.i32, []), f32(2), f32(2)]) { b, x in
      b.elements(of: try b.branch(selector: x[0], regions, captured: [x[1], x[2]]))
    }
  }

  /// Where each lane has a key, its numbers are those of the key.
  @Test func drawsOfKeys() throws {
    try expectLanes([ArrayType(.u32, [2])]) { b, x in
      [try b.randomBits(x[0], .u32, shape: [2, 3]), try b.randomBits(x[0], .u64, shape: [], first: 7)]
    }
  }

  /// Element i of lane l of n has the block first · n + l · c + i of a key that the lanes share.
  @Test func drawsUnderOneKey() throws {
    let source = try graph([ArrayType(.u32, [2]), f32()]) { b, x in
      [try b.randomBits(x[0], .u64, shape: [5]), try b.randomBits(x[0], .u64, shape: [5], first: 5)]
    }
    let key: [UInt32] = [17, 4]
    let arguments = [try storage(key), try storage([0, 0, 0] as [Float])]
    let blocks = try run(
      try graph([ArrayType(.u32, [2])]) { b, x in [try b.randomBits(x[0], .u64, shape: [30])] }, [arguments[0]])[0].values(
        UInt64.self)
    let lanes = try run(try source.batched([nil, 0], size: 3), arguments).map { $0.values(UInt64.self) }
    #expect(lanes == [Array(blocks[..<15]), Array(blocks[15...])])
    let shared = try run(try source.batched([nil, 0], size: 3, draws: .shared), arguments).map { $0.values(UInt64.self) }
    #expect(shared == [0, 5].map { first in (0..<15).map { blocks[first + $0 % 5] } })
  }

  /// A generator that is split in a loop: the next key is one for all lanes, the draws differ.
  @Test func aGeneratorIsSplitOnce() throws {
    let key = ArrayType(.u32, [2])
    let body = try graph([ArrayType(.i64, []), key]) { b, v in
      let keys = try b.randomBits(v[1], .u32, shape: [4])
      let next = try b.slice(keys, starts: [0], steps: [1], sizes: [2])
      let own = try b.slice(keys, starts: [2], steps: [1], sizes: [2])
      return [next, try b.randomBits(own, .u32, shape: [2])]
    }
    let source = try graph([key, f32()]) { b, x in b.elements(of: try b.loop(body, trips: 4, carried: [x[0]])) }
    let batched = try source.batched([nil, 0], size: 3, results: [nil, 0])
    let given = [try storage([1, 2] as [UInt32]), try storage([0, 0, 0] as [Float])]
    let results = try run(batched, given), alone = try run(source, given)
    #expect(results[0].values(UInt32.self) == alone[0].values(UInt32.self))
    #expect(Set(results[1].values(UInt32.self)).count == 24)
    let whole = try run(batched, given)[1].values(UInt32.self)
    // In each step the first lane has the first numbers of the step's key.
    #expect(Array(whole[..<8]) == alone[1].values(UInt32.self))
  }

  @Test func whatCannotDifferFromLaneToLaneIsAnError() throws {
    var b = GraphBuilder(name: "writes")
    let (slot, weight) = b.variable(name: "w", f32())
    let x = b.argument(f32())
    try b.store(slot: slot, try b.elementwise(.add, [weight, x]))
    b.result(x)
    let error = #expect(throws: HillockError.self) { try b.graph.batched([0], size: 2) }
    #expect(error?.code == .argument && error?.message.contains("Variable w") == true)
    #expect(try b.graph.batched([nil], size: 2).results.count == 1)

    var c = GraphBuilder(name: "calls")
    let function = FunctionSlot(name: "observe", operands: [f32()], results: [])
    let number = try c.declareFunction(function)
    _ = try c.call(number, function, [c.argument(f32())])
    #expect(throws: HillockError.self) { try c.graph.batched([0], size: 2) }
    #expect(try c.graph.batched([nil], size: 2).functions.count == 1)
    var pure = GraphBuilder(name: "calls")
    let value = FunctionSlot(name: "value", operands: [f32(3)], results: [f32(2), f32()])
    let call = try pure.call(try pure.declareFunction(value), value, [pure.argument(f32(3))], isPure: true)
    for element in pure.elements(of: call) { pure.result(element) }
    #expect(try Graph(parsing: pure.graph.text) == pure.graph, "the text says that the call is pure")
    let lanes = try pure.graph.batched([0], size: 4)
    #expect(lanes.results.map(lanes.type) == [f32(4, 2), f32(4)])
    #expect(lanes.functions == [value], "the function is called for one lane after another")

    let identity = try graph([f32(2)]) { _, x in x }
    #expect(throws: HillockError.self) { try identity.batched([2], size: 2) }
    #expect(throws: HillockError.self) { try identity.batched([0], size: 2, results: [nil]) }
    #expect(throws: HillockError.self) { try identity.batched([0, 0], size: 2) }
    #expect(throws: HillockError.self) { try identity.batched([0], size: -1) }
    #expect(throws: HillockError.self) { try identity.batched([0], size: 2, results: [3]) }
    #expect(try identity.batched([1], size: 4, results: [-1]).text.contains("f32[2,4]"))
  }
}
