import HillockIR
import HillockTestSupport

/// A random program of f64 whose derivatives are finite: loops, branches, while loops, Variables, and parts with a derivative of their own.
///
/// As in `RandomProgram`, every choice has a generator of its own, so that a smaller `size` gives a prefix of the same choices.
struct SmoothProgram {
  let graph: Graph
  let arguments: [ConstantData]
  let variables: [ConstantData]

  init(seed: UInt64, size: Int) throws(HillockError) {
    var random = SeededRandom(seed: seed)
    var writer = SmoothWriter(GraphBuilder(name: "seed \(seed)"), seed: random.next())
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      writer.values.append(writer.builder.argument(ArrayType(.f64, SmoothWriter.shape(&random))))
    }
    var slots: [Int] = []
    for name in ["a", "b"].prefix(Int.random(in: 0...2, using: &random)) {
      let (slot, value) = writer.builder.variable(name: name, ArrayType(.f64, SmoothWriter.shape(&random)))
      writer.values.append(value)
      slots.append(slot)
    }
    let rootSeed = random.next(), dataSeed = random.next()
    writer.fill(size: size, depth: 0)
    var roots = SeededRandom(seed: rootSeed)
    for slot in slots where Bool.random(using: &roots) {
      let value = try writer.value(of: writer.builder.graph.variables[slot].type.shape, &roots)
      try writer.builder.store(slot: slot, value)
    }
    for _ in 0..<Int.random(in: 1...3, using: &roots) {
      writer.builder.result(writer.values.suffix(6).randomElement(using: &roots)!)
    }
    graph = writer.builder.graph
    var data = SeededRandom(seed: dataSeed)
    arguments = graph.arguments.map { SmoothProgram.numbers($0, &data) }
    variables = graph.variables.map { SmoothProgram.numbers($0.type, &data) }
  }

  /// Between -2 and 2.
  static func numbers(_ type: ArrayType, _ random: inout SeededRandom) -> ConstantData {
    let values = (0..<type.count).map { _ in Double.random(in: -2...2, using: &random) }
    return ConstantData(type: type, bytes: values.withUnsafeBytes { Array($0) })
  }
}

/// Adds random nodes whose values stay small.
struct SmoothWriter {
  var builder: GraphBuilder
  var values: [ValueID] = []
  private var choices: SeededRandom

  static let shapes: [[Int]] = [[], [3], [4], [2, 3], [3, 2], [17], [5, 4]]

  static func shape(_ random: inout SeededRandom) -> [Int] { shapes.randomElement(using: &random)! }

  init(_ builder: GraphBuilder, seed: UInt64) {
    self.builder = builder
    choices = SeededRandom(seed: seed)
  }

  mutating func fill(size: Int, depth: Int) {
    for _ in 0..<size {
      var random = SeededRandom(seed: choices.next())
      do throws(HillockError) { try step(&random, depth) } catch {}  // The choice does not fit these operands.
    }
  }

  /// A value of this shape: the newest that has it, or the sum of another one, made small.
  mutating func value(of shape: [Int], _ random: inout SeededRandom) throws(HillockError) -> ValueID {
    if let known = values.last(where: { builder.type($0) == ArrayType(.f64, shape) }) { return known }
    let source = values.randomElement(using: &random)!
    let sum = try builder.reduce(.sum, source, axes: Array(builder.type(source).shape.indices))
    return try builder.broadcast(try builder.elementwise(.tanh, [sum]), to: shape)
  }

  private func number(_ builder: inout GraphBuilder, _ value: Double) throws(HillockError) -> ValueID {
    try builder.number(value, .f64)
  }

  private func indices(_ values: [Int], _ shape: [Int]) throws(HillockError) -> ConstantData {
    ConstantData(type: ArrayType(.i64, shape), bytes: values.withUnsafeBytes { Array($0) })
  }

  private mutating func step(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let x = (Bool.random(using: &random) ? values.suffix(4) : values[...]).randomElement(using: &random)!
    let y = values.randomElement(using: &random)!
    let type = builder.type(x), shape = type.shape
    func tame(_ value: ValueID) throws(HillockError) -> ValueID { try builder.elementwise(.tanh, [value]) }
    switch Int.random(in: 0..<30, using: &random) {
    case 0...7:
      let op = ["tanh", "sin", "cos", "sigmoid", "exp", "abs", "square", "softplus", "erf", "expm1", "atan", "neg"]
        .randomElement(using: &random)!
      values.append(try builder.elementwise(ElementwiseOp.named(op)!, [try tame(x)]))
    case 8...12:
      let op = ["add", "sub", "mul", "max", "min", "hypot", "atan2"].randomElement(using: &random)!
      guard Shape.broadcast(shape, builder.type(y).shape).map({ $0.reduce(1, *) < 300 }) == true else { return }
      values.append(try builder.elementwise(ElementwiseOp.named(op)!, [try tame(x), y]))
    case 13:
      // A quotient and a power of what is above 1.
      let above = try builder.elementwise(.add, [try builder.elementwise(.square, [y]), try number(&builder, 1.5)])
      guard Shape.broadcast(shape, builder.type(y).shape).map({ $0.reduce(1, *) < 300 }) == true else { return }
      values.append(try builder.elementwise(.div, [x, above]))
      values.append(try builder.elementwise(.pow, [above, try tame(x)]))
    case 14:
      let condition = try builder.elementwise(.lt, [x, try number(&builder, 0.3)])
      values.append(try builder.elementwise(.select, [condition, x, try builder.elementwise(.sin, [x])]))
    case 15:
      let axes = shape.indices.filter { _ in Bool.random(using: &random) }
      let kind = [ReduceKind.sum, .max, .min, .product].randomElement(using: &random)!
      values.append(try builder.reduce(kind, x, axes: axes))
    case 16: values.append(try builder.transpose(x, Array(shape.indices.reversed())))
    case 17:
      let sizes = shape.map { max($0 / 2, 1) }
      values.append(try builder.slice(x, starts: sizes.map { $0 - 1 }, steps: sizes.map { _ in -1 }, sizes: sizes))
    case 18: if type.count < 60 { values.append(try builder.concatenate([x, try tame(x)], axis: 0)) }
    case 19:
      guard shape.count == 2 else { return }
      values.append(try tame(try builder.dot(x, try builder.transpose(x, [1, 0]))))
      values.append(try builder.dot(x, try value(of: [shape[1]], &random)))
    case 20:
      guard let first = shape.first else { return }
      let places = try builder.constant(
        try indices((0..<5).map { _ in Int.random(in: -first...first, using: &random) }, [5]))
      values.append(try builder.gather(x, places))
      let updates = try value(of: [5] + shape.dropFirst(), &random)
      values.append(
        try tame(try builder.scatter(x, places, updates, ScatterKind.allCases.randomElement(using: &random)!)))
    case 21:
      guard !shape.isEmpty else { return }
      let axis = Int.random(in: 0..<shape.count, using: &random)
      let kind = ScanKind.allCases.randomElement(using: &random)!
      values.append(
        try tame(try builder.scan(kind, try tame(x), axis: axis, isReversed: Bool.random(using: &random), isExclusive: false)))
      values += try builder.sort([x], axis: axis, isDescending: Bool.random(using: &random))
    case 22...25: if depth < 2 { try loop(&random, depth) }
    case 26: if depth < 2 { try branch(&random, depth) }
    case 27: if depth < 2 { try whileLoop(&random, depth) }
    default: if depth < 2 { try part(&random, depth) }
    }
  }

  // MARK: Regions

  private mutating func region(_ name: String, _ arguments: [ArrayType]) -> SmoothWriter {
    var writer = SmoothWriter(GraphBuilder(name: name), seed: choices.next())
    writer.values = arguments.map { writer.builder.argument($0) }
    return writer
  }

  private func some(_ range: ClosedRange<Int>, _ random: inout SeededRandom) -> [ValueID] {
    (0..<Int.random(in: range, using: &random)).map { _ in values.randomElement(using: &random)! }
  }

  private mutating func loop(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let trips = [0, 1, 2, 5, 11, 30].randomElement(using: &random)!
    let carried = some(1...2, &random), captured = some(0...2, &random)
    var sliced: [ValueID] = []
    for _ in 0..<Int.random(in: 0...1, using: &random) {
      let row = try value(of: Self.shape(&random), &random), shape = builder.type(row).shape
      let whole = try builder.broadcast(row, to: [trips] + shape)
      let steps = try builder.reshape(
        try builder.iota(.f64, shape: [max(trips, 1)], axis: 0), to: [max(trips, 1)] + shape.map { _ in 1 })
      guard trips > 0 else { continue }
      sliced.append(try builder.elementwise(.sin, [try builder.elementwise(.add, [whole, steps])]))
    }
    let rows = sliced.map { ArrayType(.f64, Array(builder.type($0).shape.dropFirst())) }
    var body = SmoothWriter(GraphBuilder(name: "body"), seed: choices.next())
    let index = body.builder.argument(ArrayType(.i64, []))
    body.values = (carried.map(builder.type) + rows + captured.map(builder.type)).map { body.builder.argument($0) }
    body.values.append(
      try body.builder.elementwise(
        .mul, [try body.builder.convert(index, to: .f64), try body.builder.number(0.1, .f64)]))
    body.fill(size: Int.random(in: 1...5, using: &random), depth: depth + 1)
    for value in carried {
      let next = try body.value(of: builder.type(value).shape, &random)
      body.builder.result(try body.builder.elementwise(.sin, [next]))
    }
    for _ in 0..<Int.random(in: 0...1, using: &random) {
      let output = body.values.suffix(3).randomElement(using: &random)!
      if body.builder.type(output).count < 30 { body.builder.result(output) }
    }
    let node = try builder.loop(
      body.builder.graph, trips: trips, carried: carried, sliced: sliced, captured: captured,
      isReversed: Bool.random(using: &random))
    values += builder.elements(of: node).filter { builder.type($0).count > 0 }
  }

  private mutating func branch(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let captured = some(1...3, &random)
    let sum = try builder.reduce(.sum, captured[0], axes: Array(builder.type(captured[0]).shape.indices))
    let selector = try builder.convert(try builder.elementwise(.gt, [sum, try builder.number(0.1, .f64)]), to: .i32)
    let shapes = (0..<2).map { _ in Self.shape(&random) }
    var branches: [Graph] = []
    for name in ["no", "yes"] {
      var branch = region(name, captured.map(builder.type))
      branch.fill(size: Int.random(in: 0...4, using: &random), depth: depth + 1)
      for shape in shapes { branch.builder.result(try branch.value(of: shape, &random)) }
      branches.append(branch.builder.graph)
    }
    values += builder.elements(of: try builder.branch(selector: selector, branches, captured: captured))
  }

  /// Up to a random number of steps, or until a carried value is large.
  private mutating func whileLoop(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let count = ArrayType(.i32, [])
    let carried = some(1...2, &random), captured = some(0...1, &random)
    let types = [count] + (carried + captured).map(builder.type)
    var test = GraphBuilder(name: "condition")
    let given = types.map { test.argument($0) }
    let limit = try test.constant(ConstantData(type: count, bytes: [UInt8.random(in: 0...90, using: &random), 0, 0, 0]))
    let sum = try test.reduce(.sum, given[1], axes: Array(types[1].shape.indices))
    test.result(
      try test.elementwise(
        .and,
        [try test.elementwise(.lt, [given[0], limit]), try test.elementwise(.lt, [sum, try test.number(50, .f64)])]))
    var body = SmoothWriter(GraphBuilder(name: "step"), seed: choices.next())
    let step = body.builder.argument(count)
    body.values = types.dropFirst().map { body.builder.argument($0) }
    let one = try body.builder.constant(ConstantData(type: count, bytes: [1, 0, 0, 0]))
    let next = try body.builder.elementwise(.add, [step, one])
    body.fill(size: Int.random(in: 1...4, using: &random), depth: depth + 1)
    body.builder.result(next)
    for value in carried {
      body.builder.result(
        try body.builder.elementwise(.sin, [try body.value(of: builder.type(value).shape, &random)]))
    }
    let zero = try builder.constant(ConstantData(type: count, bytes: [0, 0, 0, 0]))
    let node = try builder.whileLoop(
      condition: test.graph, body: body.builder.graph, carried: [zero] + carried, captured: captured)
    values += builder.elements(of: node).dropFirst()
  }

  /// One that is computed again, or one whose slope is twice its body's.
  private mutating func part(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let operands = some(1...3, &random), types = operands.map(builder.type)
    var body = region("part", types)
    body.fill(size: Int.random(in: 1...4, using: &random), depth: depth + 1)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      body.builder.result(body.values.suffix(3).randomElement(using: &random)!)
    }
    let graph = body.builder.graph
    guard Bool.random(using: &random) else {
      values += builder.elements(of: try builder.part(graph, .again, operands))
      return
    }
    var rule = GraphBuilder(name: "rule")
    let given = types.map { rule.argument($0) }
    for result in graph.results { _ = rule.argument(graph.type(result)) }
    let tangents = types.map { rule.argument($0) }
    let outcome = try ForwardMode.inline(graph, into: &rule, given, tangents: tangents)
    for (result, tangent) in zip(outcome.results, outcome.tangents) {
      rule.result(try rule.elementwise(.mul, [try rule.change(tangent, of: result), try rule.number(2, .f64)]))
    }
    values += builder.elements(of: try builder.part(graph, .jvp(rule.graph, inputs: operands.count), operands))
  }
}
