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

  /// The attributes an operation takes. A slice may have its sizes in place of a type, and so may an update.
  static func attributes(of operation: String) -> [Attribute] {
    if let op = arrayOp(operation)?.op {
      return op == .update ? op.row.attributes + [.numbers("sizes")] : op.row.attributes
    }
    return switch operation {
    case "transpose": [.numbers("permutation")]
    case "slice": [.numbers("starts"), .numbers("steps"), .numbers("sizes")]
    case "iota": [.number("axis")]
    case "randombits": [.number("first")]
    case "dot": [.number("batch")]
    case "loop":
      [.number("region"), .number("trips"), .number("carried"), .number("sliced"), .number("reversed"), .number("slots")]
    case "while": [.number("condition"), .number("body"), .number("carried")]
    case "branch": [.numbers("regions")]
    case "checkpoint": [.number("body")]
    case "customvjp", "customjvp": [.number("body"), .number("rule"), .number("inputs")]
    case "call": [.number("function"), .number("pure")]
    case "element": [.number("position")]
    case _ where operation.hasPrefix("reduce."): [.numbers("axes")]
    default: []
    }
  }

  /// An array op that graphs have.
  private static func arrayOp(_ name: String) -> (op: ArrayOp, choice: Int?)? {
    ArrayOp.named(name).flatMap { $0.op.row.languages == .both ? $0 : nil }
  }

  /// Appends the node; types are inferred and checked by the builder.
  /// `functions` are those of the outermost graph.
  func build(_ builder: inout GraphBuilder, functions: [FunctionSlot]) throws(HillockError) -> ValueID {
    if let op = ElementwiseOp.named(operation) { return try builder.elementwise(op, try elementwiseOperands(op, &builder)) }
    let x = try values()
    switch operation {
    case "loop", "while", "branch", "checkpoint", "customvjp", "customjvp": return try controlFlow(x, &builder)
    case "call":
      let index = try number("function")
      guard functions.indices.contains(index) else { throw HillockError(.format, "there is no function \(index) here") }
      return try builder.call(index, functions[index], x, isPure: attributes["pure"]?[0] == 1)
    case "element":
      guard x.count == 1 else { throw HillockError(.format, "element takes 1 operand, found \(x.count)") }
      return try builder.element(of: x[0], try number("position"))
    case "update":
      guard x.count == 2 else { throw HillockError(.format, "update takes 2 operands, found \(x.count)") }
      let starts = try required("starts"), sizes = attributes["sizes"] ?? builder.type(x[1]).shape
      return try builder.updateSlice(x[0], x[1], starts: starts, steps: steps(starts), sizes: sizes)
    default:
      let type = type.map { ArrayType($0.dtype, attributes["sizes"] ?? $0.shape) }
      return try builder.apply(try named(x, builder), x, type: type ?? attributes["sizes"].map { ArrayType(.bool, $0) })
    }
  }

  /// The operation that the line names, of those that take arrays alone.
  private func named(_ x: [ValueID], _ builder: GraphBuilder) throws(HillockError) -> Operation {
    let shape = x.first.map { builder.type($0).shape } ?? []
    if operation.hasPrefix("reduce.") {
      guard let kind = ReduceKind.allCases.first(where: { $0.name == operation.dropFirst(7) }) else { throw unknown }
      return .reduce(kind, axes: attributes["axes"] ?? Array(shape.indices))
    }
    if let (op, choice) = Self.arrayOp(operation) { return .array(op, try op.row.attributes(attributes, choice: choice)) }
    switch operation {
    case "convert": return .convert
    case "broadcast": return .broadcast
    case "reshape": return .reshape
    case "transpose": return .transpose(attributes["permutation"] ?? Array(shape.indices.reversed()))
    case "slice":
      let starts = try required("starts")
      return .slice(starts: starts, steps: steps(starts))
    case "dot": return .dot(batch: attributes["batch"]?[0] ?? 0)
    case "iota": return .iota(axis: try number("axis"))
    case "randombits": return .randomBits(first: attributes["first"]?[0] ?? 0)
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
        isReversed: attributes["reversed"]?[0] == 1, slots: attributes["slots"]?[0], at: try number("region"))
    case "while":
      let condition = try number("condition"), body = try number("body")
      return try builder.whileLoop(
        condition: try region(condition), body: try region(body), carried: Array(x.prefix(carried)),
        captured: Array(x.dropFirst(carried)), at: (condition, body))
    case "checkpoint":
      let body = try number("body")
      return try builder.part(try region(body), .again, x, at: (body, nil))
    case "customvjp", "customjvp":
      let body = try number("body"), rule = try number("rule"), inputs = try number("inputs"), given = try region(rule)
      return try builder.part(
        try region(body), operation == "customvjp" ? .vjp(given, inputs: inputs) : .jvp(given, inputs: inputs), x,
        at: (body, rule))
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

  // MARK: Attributes

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
