extension Graph {
  /// Reads the text form. Every node goes through `GraphBuilder`, so what is read is well typed: hand-written text may leave
  /// out types that follow, and may rely on the conversions and broadcasts the builder inserts.
  ///
  /// - Throws: `.format` with line and column for text that is malformed; the builder's own error (`.shape`, `.dtype`,
  ///   `.index`, `.argument`), with line and column, for text that is well formed and ill typed.
  package init(parsing text: String) throws(HillockError) {
    var parser = GraphParser(text)
    self = try parser.parse()
  }
}

private struct GraphParser {
  var scanner: TextScanner
  var builder = GraphBuilder(name: "")
  var name = ""
  var values: [String: ValueID] = [:]
  var constants = ConstantText()
  var hasReturn = false
  var stored: Set<Int> = []

  /// How many regions this one lies in.
  let depth: Int

  static let maximumDepth = 32

  /// The functions of the outermost graph, for a region in it.
  private let outerFunctions: [FunctionSlot]?

  init(_ text: String) {
    scanner = TextScanner(text)
    depth = 0
    outerFunctions = nil
  }

  private init(region scanner: TextScanner, depth: Int, functions: [FunctionSlot]) {
    self.scanner = scanner
    self.depth = depth
    outerFunctions = functions
  }

  private var functions: [FunctionSlot] { outerFunctions ?? builder.graph.functions }

  mutating func parse() throws(HillockError) -> Graph {
    scanner.skipLines()
    for word in ["hillock", "graph"] { try scanner.expectWord(word) }
    let place = scanner.position
    let version = try scanner.integer("the version of the text form")
    guard version == 1 else { throw scanner.failure("this build reads `hillock graph 1`, not version \(version)", at: place) }
    try scanner.endLine()
    return try lines { $0.isAtEnd }
  }

  private mutating func lines(until isEnd: (TextScanner) -> Bool) throws(HillockError) -> Graph {
    scanner.skipLines()
    while !isEnd(scanner) {
      try line()
      try scanner.endLine()
      scanner.skipLines()
    }
    guard hasReturn else { throw scanner.expected("a line `return` with the results") }
    var graph = builder.graph
    graph.name = name
    return graph
  }

  // MARK: Lines

  private mutating func line() throws(HillockError) {
    let place = scanner.position
    if scanner.take("%") { return try node(place) }
    let keyword = try scanner.word("`%id = …`, `store`, `return`, `name` or a declaration")
    switch keyword {
    case "name": name = try scanner.string("a name")
    case "argument":
      let index = try scanner.integer("the argument's index")
      try expectNext(index, builder.graph.arguments.count, "argument", place)
      let name = scanner.nextIs(":") ? nil : try scanner.string("the argument's name or `:`")
      _ = builder.declareArgument(try type(), name: name)
    case "variable":
      let index = try scanner.integer("the Variable's slot")
      try expectNext(index, builder.graph.variables.count, "Variable slot", place)
      let name = try scanner.string("the Variable's name")
      _ = builder.declareVariable(name: name, try type())
    case "constant":
      let index = try scanner.integer("the constant's index")
      try expectNext(index, builder.graph.constants.count, "constant", place)
      _ = try declareConstant(try type(), place)
    case "function": try function(place)
    case "region": try region(place)
    case "store": try store()
    case "return":
      guard !hasReturn else { throw scanner.failure("there is one `return` already", at: place) }
      hasReturn = true
      scanner.skipBlanks()
      if scanner.isAtLineEnd { return }
      repeat { builder.result(try value()) } while scanner.take(",")
    default:
      throw scanner.failure("expected `%id = …`, `store`, `return`, `name` or a declaration, found `\(keyword)`", at: place)
    }
  }

  private func expectNext(_ index: Int, _ next: Int, _ what: String, _ place: Int) throws(HillockError) {
    guard index == next else { throw scanner.failure("expected the declaration of \(what) \(next), found \(index)", at: place) }
  }

  /// `region 0 {`, the lines of the region, `}`
  private mutating func region(_ place: Int) throws(HillockError) {
    let index = try scanner.integer("the region's index")
    try expectNext(index, builder.graph.regions.count, "region", place)
    guard depth < Self.maximumDepth else { throw scanner.failure("regions lie more than \(Self.maximumDepth) deep", at: place) }
    try scanner.expect("{")
    try scanner.endLine()
    var inner = GraphParser(region: scanner, depth: depth + 1, functions: functions)
    let region = try inner.lines { $0.isAtEnd || $0.nextIs("}") }
    scanner = inner.scanner
    try scanner.expect("}")
    builder.declareRegion(region)
  }

  private mutating func function(_ place: Int) throws(HillockError) {
    guard outerFunctions == nil else {
      throw scanner.failure("functions stand in the outermost graph, not in a region", at: place)
    }
    let index = try scanner.integer("the function's index")
    try expectNext(index, builder.graph.functions.count, "function", place)
    let slot = try scanner.functionSlot()
    do { _ = try builder.declareFunction(slot) } catch { throw located(error, place) }
  }

  private mutating func store() throws(HillockError) {
    scanner.skipBlanks()
    let place = scanner.position
    let slot: Int
    if scanner.nextIs("\"") {
      let name = try scanner.string("a Variable's name")
      guard let found = builder.graph.variables.firstIndex(where: { $0.name == name }) else {
        throw scanner.failure("there is no Variable \"\(name)\"", at: place)
      }
      slot = found
    } else {
      slot = try scanner.integer("the Variable's slot or its name in quotes")
    }
    try scanner.expect(",")
    let value = try value()
    guard stored.insert(slot).inserted else { throw scanner.failure("Variable slot \(slot) is stored twice", at: place) }
    do { try builder.store(slot: slot, value) } catch { throw located(error, place) }
  }

  private mutating func node(_ place: Int) throws(HillockError) {
    let id = try scanner.name("the value's name")
    guard values[id] == nil else { throw scanner.failure("%\(id) is defined twice", at: place) }
    try scanner.expect("=")
    scanner.skipBlanks()
    let operationPlace = scanner.position
    let operation = try scanner.word("an operation")
    switch operation {
    case "argument": values[id] = try argument(id)
    case "variable": values[id] = try variable()
    case "constant": values[id] = try constant()
    default:
      var line = NodeLine(operation: operation)
      try read(&line)
      let value: ValueID
      do { value = try line.build(&builder, functions: functions) } catch { throw located(error, operationPlace) }
      if let type = line.type, type != builder.type(value) {
        throw scanner.failure("the line says \(type), but \(operation) gives \(builder.type(value)) here", at: operationPlace)
      }
      values[id] = value
    }
  }

  private func located(_ error: HillockError, _ place: Int) -> HillockError {
    scanner.failure(error.message, at: place, code: error.code)
  }

  // MARK: Leaves

  /// An argument is named where the line says so, else as the value that introduces it, unless that is a number.
  private mutating func argument(_ id: String) throws(HillockError) -> ValueID {
    scanner.skipBlanks()
    let place = scanner.position
    let index = try scanner.integer("the argument's index")
    let declared = builder.graph.arguments
    let isNamed = scanner.nextIs("\"")
    if index == declared.count {
      let name = isNamed ? try scanner.string("the argument's name") : id.allSatisfy(\.isNumber) ? nil : id
      return builder.read(argument: builder.declareArgument(try type(), name: name))
    }
    guard !isNamed else { throw scanner.failure("argument \(index) is not introduced here; its name is given once", at: place) }
    guard declared.indices.contains(index) else {
      throw scanner.failure("expected argument \(declared.count) or an earlier one, found \(index)", at: place)
    }
    try match(declared[index])
    return builder.read(argument: index)
  }

  private mutating func variable() throws(HillockError) -> ValueID {
    scanner.skipBlanks()
    let place = scanner.position
    let slot = try scanner.integer("the Variable's slot")
    let declared = builder.graph.variables
    let name = scanner.nextIs(":") ? nil : try scanner.string("the Variable's name or `:`")
    if slot == declared.count {
      let type = try type()
      return builder.variable(name: name ?? "v\(slot)", type).value
    }
    guard declared.indices.contains(slot) else {
      throw scanner.failure("expected Variable slot \(declared.count) or an earlier one, found \(slot)", at: place)
    }
    guard name == nil || name == declared[slot].name else {
      throw scanner.failure("Variable slot \(slot) is named \(TextScanner.quoted(declared[slot].name))", at: place)
    }
    try match(declared[slot].type)
    return builder.read(variable: slot)
  }

  private mutating func constant() throws(HillockError) -> ValueID {
    scanner.skipBlanks()
    let place = scanner.position
    var ahead = scanner
    if ahead.takeWord() != nil {
      let type = try checked(try scanner.arrayType(), place)
      return builder.read(constant: try declareConstant(type, place))
    }
    let index = try scanner.integer("a type or the index of a declared constant")
    guard builder.graph.constants.indices.contains(index) else {
      throw scanner.failure("there is no constant \(index)", at: place)
    }
    try match(builder.graph.constants[index].type)
    return builder.read(constant: index)
  }

  private mutating func declareConstant(_ type: ArrayType, _ place: Int) throws(HillockError) -> Int {
    let data = try constants.read(type, from: &scanner)
    do { return try builder.declareConstant(data) } catch { throw located(error, place) }
  }

  /// The type of something declared before may be left out.
  private mutating func match(_ declared: ArrayType) throws(HillockError) {
    scanner.skipBlanks()
    let place = scanner.position
    guard !scanner.isAtLineEnd else { return }
    let given = try type()
    guard given == declared else { throw scanner.failure("the line says \(given), the declaration \(declared)", at: place) }
  }

  // MARK: Parts of a line

  /// `: f32[4]`
  private mutating func type() throws(HillockError) -> ArrayType {
    try scanner.expect(":")
    scanner.skipBlanks()
    let place = scanner.position
    return try checked(try scanner.arrayType(), place)
  }

  private func checked(_ type: ArrayType, _ place: Int) throws(HillockError) -> ArrayType {
    guard Shape.checkedCount(type.shape) != nil else {
      throw scanner.failure(
        "\(type) is beyond the limits: extents of 0 or more, at most \(Shape.maximumRank) axes and 2^40 elements", at: place)
    }
    return type
  }

  /// A value by its name; a control-flow node, which stands for several, only where `orSeveral` says so.
  private mutating func value(orSeveral: Bool = false) throws(HillockError) -> ValueID {
    scanner.skipBlanks()
    let place = scanner.position
    try scanner.expect("%")
    let id = try scanner.name("the value's name")
    guard let value = values[id] else { throw scanner.failure("%\(id) is not defined before this line", at: place) }
    guard orSeveral || !builder.graph[value].operation.hasElements else {
      throw scanner.failure("%\(id) stands for several values; take one with `element %\(id) position 0`", at: place)
    }
    return value
  }

  /// Operands, attributes and the type of a node's line.
  private mutating func read(_ line: inout NodeLine) throws(HillockError) {
    scanner.skipBlanks()
    if !scanner.isAtLineEnd, !scanner.nextIs(":") {
      var ahead = scanner
      let next = ahead.takeWord()
      if !NodeLine.attributes(of: line.operation).contains(where: { $0.name == next }) {
        let orSeveral = line.operation == "element"
        repeat { line.operands.append(try operand(orSeveral)) } while scanner.take(",")
      }
    }
    scanner.skipBlanks()
    var place = scanner.position
    while let attribute = scanner.takeWord() {
      let form = NodeLine.attributes(of: line.operation).first { $0.name == attribute }?.form
      guard let form, line.attributes[attribute] == nil else {
        throw scanner.failure("`\(attribute)` is not expected here", at: place)
      }
      line.attributes[attribute] = try scanner.value(form)
      scanner.skipBlanks()
      place = scanner.position
    }
    if scanner.nextIs(":") { line.type = try type() }
  }

  private mutating func operand(_ orSeveral: Bool) throws(HillockError) -> NodeLine.Operand {
    if scanner.nextIs("%") { return .value(try value(orSeveral: orSeveral)) }
    scanner.skipBlanks()
    let place = scanner.position
    let text = try scanner.number("an operand (`%id` or a number)")
    guard ConstantText.bits(text, .f64) != nil || ConstantText.bits(text, .u64) != nil || ConstantText.bits(text, .bool) != nil
    else { throw scanner.failure("expected an operand (`%id` or a number), found `\(text.prefix(40))`", at: place) }
    return .literal(text)
  }
}
