/// A node as a line of text gives it, before its operation is looked up: operands, attributes, and a type where there is one.
struct NodeLine {
  enum Operand {
    case value(ValueID)
    /// A number written in place of an operand: weak, it adopts the dtype of the values beside it.
    case literal(String)
  }

  var operation: String
  var operands: [Operand] = []
  var attributes: [String: [Int]] = [:]
  var type: ArrayType?

  init(operation: String) { self.operation = operation }

  static let attributeNames = numberAttributes.union(["permutation", "starts", "steps", "sizes", "axes", "regions"])
  /// The attributes that are one number; the others are lists.
  static let numberAttributes: Set<String> = [
    "axis", "region", "trips", "carried", "sliced", "reversed", "condition", "body", "function", "position", "first",
  ]

  /// The attributes an operation takes.
  static func attributes(of operation: String) -> Set<String> {
    switch operation {
    case "transpose": ["permutation"]
    case "slice", "update": ["starts", "steps", "sizes"]
    case "concatenate", "iota": ["axis"]
    case "randombits": ["first"]
    case "loop": ["region", "trips", "carried", "sliced", "reversed"]
    case "while": ["condition", "body", "carried"]
    case "branch": ["regions"]
    case "call": ["function"]
    case "element": ["position"]
    case _ where operation.hasPrefix("reduce."): ["axes"]
    default: []
    }
  }

  /// Appends the node; types are inferred and checked by the builder.
  /// `functions` are those of the outermost graph.
  func build(_ builder: inout GraphBuilder, functions: [FunctionSlot]) throws(HillockError) -> ValueID {
    if let op = ElementwiseOp.named(operation) { return try builder.elementwise(op, try elementwiseOperands(op, &builder)) }
    let x = try values()
    if operation.hasPrefix("reduce.") {
      guard let kind = ReduceKind.allCases.first(where: { $0.name == operation.dropFirst(7) }) else { throw unknown }
      try expect(x, 1)
      return try builder.reduce(kind, x[0], axes: attributes["axes"] ?? Array(builder.type(x[0]).shape.indices))
    }
    switch operation {
    case "convert":
      try expect(x, 1)
      return try builder.convert(x[0], to: try given().dtype)
    case "broadcast":
      try expect(x, 1)
      return try builder.broadcast(x[0], to: try given().shape)
    case "reshape":
      try expect(x, 1)
      return try builder.reshape(x[0], to: try given().shape)
    case "transpose":
      try expect(x, 1)
      let rank = builder.type(x[0]).rank
      return try builder.transpose(x[0], attributes["permutation"] ?? Array((0..<rank).reversed()))
    case "slice":
      try expect(x, 1)
      let starts = try required("starts"), sizes = if let sizes = attributes["sizes"] { sizes } else { try given().shape }
      return try builder.slice(x[0], starts: starts, steps: steps(starts), sizes: sizes)
    case "update":
      try expect(x, 2)
      let starts = try required("starts"), sizes = attributes["sizes"] ?? builder.type(x[1]).shape
      return try builder.updateSlice(x[0], x[1], starts: starts, steps: steps(starts), sizes: sizes)
    case "concatenate": return try builder.concatenate(x, axis: try required("axis")[0])
    case "dot":
      try expect(x, 2)
      return try builder.dot(x[0], x[1])
    case "iota":
      try expect(x, 0)
      return try builder.iota(try given().dtype, shape: try given().shape, axis: try required("axis")[0])
    case "gather":
      try expect(x, 2)
      return try builder.gather(x[0], x[1])
    case "scatter":
      try expect(x, 3)
      return try builder.scatter(x[0], x[1], x[2])
    case "randombits":
      try expect(x, 1)
      return try builder.randomBits(x[0], try given().dtype, shape: try given().shape, first: attributes["first"]?[0] ?? 0)
    case "loop", "while", "branch": return try controlFlow(x, &builder)
    case "call":
      let index = try number("function")
      guard functions.indices.contains(index) else { throw HillockError(.format, "there is no function \(index) here") }
      return try builder.call(index, functions[index], x)
    case "element":
      try expect(x, 1)
      return try builder.element(of: x[0], try number("position"))
    default: throw unknown
    }
  }

  private func controlFlow(_ x: [ValueID], _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    let regions = builder.graph.regions
    func region(_ index: Int) throws(HillockError) -> Graph {
      guard regions.indices.contains(index) else { throw HillockError(.format, "there is no region \(index) here") }
      return regions[index]
    }
    let carried = attributes["carried"]?[0] ?? 0, sliced = attributes["sliced"]?[0] ?? 0
    guard carried >= 0, sliced >= 0, carried <= x.count, sliced <= x.count - carried else {
      throw HillockError(.format, "\(operation) has \(x.count) operands, not \(carried) carried and \(sliced) sliced ones")
    }
    switch operation {
    case "loop":
      return try builder.loop(
        try region(try number("region")), trips: try number("trips"), carried: Array(x.prefix(carried)),
        sliced: Array(x.dropFirst(carried).prefix(sliced)), captured: Array(x.dropFirst(carried + sliced)),
        isReversed: attributes["reversed"]?[0] == 1, at: try number("region"))
    case "while":
      let condition = try number("condition"), body = try number("body")
      return try builder.whileLoop(
        condition: try region(condition), body: try region(body), carried: Array(x.prefix(carried)),
        captured: Array(x.dropFirst(carried)), at: (condition, body))
    default:
      let indices = try required("regions")
      guard let selector = x.first else { throw HillockError(.format, "branch takes a selector") }
      var branches: [Graph] = []
      for index in indices { branches.append(try region(index)) }
      return try builder.branch(selector: selector, branches, captured: Array(x.dropFirst()), at: indices)
    }
  }

  // MARK: Operands

  private func values() throws(HillockError) -> [ValueID] {
    var values: [ValueID] = []
    for operand in operands {
      guard case .value(let value) = operand else {
        throw HillockError(.format, "a number in place of an operand is for elementwise operations; \(operation) takes values")
      }
      values.append(value)
    }
    return values
  }

  /// The operands of an elementwise op. A number takes the dtype the values beside it promote to, or f32 where that is no
  /// floating dtype and the number is no integer.
  private func elementwiseOperands(_ op: ElementwiseOp, _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID] {
    let isSelect = if case .select = op.row.typing { true } else { false }
    var common: DType?
    for (i, operand) in operands.enumerated() where !(isSelect && i == 0) {
      guard case .value(let value) = operand else { continue }
      let dtype = builder.type(value).dtype
      common = common.map { DType.promote($0, dtype) } ?? dtype
    }
    var result: [ValueID] = []
    for (i, operand) in operands.enumerated() {
      switch operand {
      case .value(let value): result.append(value)
      case .literal(let text):
        var dtype = isSelect && i == 0 ? .bool : common
        if let adopted = dtype, ConstantText.bits(text, adopted) == nil, !adopted.isFloating { dtype = .f32 }
        guard let dtype, let bits = ConstantText.bits(text, dtype) else {
          throw HillockError(
            .format, "the number `\(text)` has no dtype here: give a `constant`, or a value beside it that it fits")
        }
        let bytes = withUnsafeBytes(of: bits.littleEndian) { Array($0.prefix(dtype.size)) }
        result.append(try builder.constant(ConstantData(type: ArrayType(dtype, []), bytes: bytes)))
      }
    }
    return result
  }

  private func expect(_ values: [ValueID], _ count: Int) throws(HillockError) {
    guard values.count == count else {
      throw HillockError(.format, "\(operation) takes \(count) operand\(count == 1 ? "" : "s"), found \(values.count)")
    }
  }

  // MARK: Attributes

  private func given() throws(HillockError) -> ArrayType {
    guard let type else { throw HillockError(.format, "\(operation) needs its type: `: f32[…]` at the end of the line") }
    return type
  }

  private func required(_ attribute: String) throws(HillockError) -> [Int] {
    guard let value = attributes[attribute] else { throw HillockError(.format, "\(operation) needs `\(attribute)`") }
    return value
  }

  private func number(_ attribute: String) throws(HillockError) -> Int { try required(attribute)[0] }

  private func steps(_ starts: [Int]) -> [Int] { attributes["steps"] ?? starts.map { _ in 1 } }

  private var unknown: HillockError {
    HillockError(.format, "there is no operation `\(operation)`")
  }
}
