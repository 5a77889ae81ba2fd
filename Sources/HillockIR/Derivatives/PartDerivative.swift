/// The derivatives of parts: of one that is computed again, and of those with a rule of their own.
enum PartDerivative {
  /// What both modes know of a part.
  struct Use {
    let part: Operation.Part
    /// The graph that has it.
    let graph: Graph
    let operands: [ValueID]
    let results: [ValueID]

    var body: Graph { graph.regions[part.body] }
  }

  // MARK: Forward

  /// The values of the part, and their tangents.
  static func tangents(
    _ part: Operation.Part, _ graph: Graph, _ operands: [ValueID], _ changes: [ValueID?], _ builder: inout GraphBuilder
  ) throws(HillockError) -> (values: [ValueID], tangents: [ValueID?]) {
    let body = graph.regions[part.body], isActive = changes.map { $0 != nil }
    switch part.rule {
    case .again:
      // A part again, of values and tangents.
      var inner = GraphBuilder(name: body.name)
      let values = body.arguments.map { inner.argument($0) }
      let places = changes.indices.filter { isActive[$0] }
      var given = [ValueID?](repeating: nil, count: changes.count)
      for place in places { given[place] = inner.argument(body.arguments[place]) }
      let outcome = try ForwardMode.inline(body, into: &inner, values, tangents: given)
      let active = outcome.tangents.indices.filter { outcome.tangents[$0] != nil }
      for result in outcome.results { inner.result(result) }
      for position in active { inner.result(try inner.change(outcome.tangents[position], of: outcome.results[position])) }
      let elements = builder.elements(
        of: try builder.part(inner.graph, .again, operands + places.compactMap { changes[$0] }))
      var result = [ValueID?](repeating: nil, count: body.results.count)
      for (offset, position) in active.enumerated() { result[position] = elements[body.results.count + offset] }
      return (Array(elements[..<body.results.count]), result)
    case .vjp:
      let results = try builder.copy(part, graph, operands)
      guard Activity.part(part, graph, isActive).contains(true) else { return (results, results.map { _ in nil }) }
      throw HillockError(
        .argument,
        "\(body.name) has a rule for reverse mode only, and this is a derivative in forward mode (jvp, jacobianForward, hessian); give "
          + "the rule by customJVP, which serves both, or use vjp, jacobian or grad of grad")
    case .jvp(let region, let inputs):
      let results = try builder.copy(part, graph, operands)
      try checkUsed(part, graph, isActive)
      guard isActive.prefix(inputs).contains(true) else { return (results, results.map { _ in nil }) }
      var given: [ValueID] = []
      for place in 0..<inputs where body.arguments[place].dtype.isFloating {
        given.append(try builder.change(changes[place], of: operands[place]))
      }
      let made = try builder.inline(graph.regions[region], operands + results + given)
      return (results, spread(made, over: results, builder))
    }
  }

  // MARK: Reverse

  /// The cotangents of the operands.
  static func cotangents(
    _ use: Use, _ changes: [ValueID?], wanted: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID?] {
    let body = use.body
    switch use.part.rule {
    case .again: return try again(use, changes, wanted, &builder)
    case .vjp(let region, let inputs):
      try checkUsed(use.part, use.graph, wanted)
      var given: [ValueID] = []
      for (result, change) in zip(use.results, changes) where builder.type(result).dtype.isFloating {
        given.append(try builder.change(change, of: result))
      }
      let made = try builder.inline(use.graph.regions[region], use.operands + use.results + given)
      return spread(made, over: Array(use.operands[..<inputs]), builder) + use.operands.dropFirst(inputs).map { _ in nil }
    case .jvp(let region, let inputs):
      try checkUsed(use.part, use.graph, wanted)
      let rule = use.graph.regions[region], places = (0..<inputs).filter { body.arguments[$0].dtype.isFloating }
      let transposed = try transposed(rule, linearIn: places.count, body.name)
      var given: [ValueID] = []
      for (result, change) in zip(use.results, changes) where builder.type(result).dtype.isFloating {
        given.append(try builder.change(change, of: result))
      }
      let made = try builder.inline(transposed, use.operands + use.results + given)
      var result = [ValueID?](repeating: nil, count: use.operands.count)
      for (place, change) in zip(places, made) { result[place] = change }
      return result
    }
  }

  /// Changes of floats among values that may be anything.
  private static func spread(_ changes: [ValueID], over values: [ValueID], _ builder: GraphBuilder) -> [ValueID?] {
    var next = changes[...]
    return values.map { builder.type($0).dtype.isFloating ? next.popFirst() : nil }
  }

  /// In a region, so that nothing of the first time is taken for the second.
  private static func again(
    _ use: Use, _ changes: [ValueID?], _ wanted: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID?] {
    let pullback = try BranchPullback(wanted: wanted, changes).region(use.body)
    let first = try builder.scalar(0, .i32)
    let node = try builder.branch(selector: first, [pullback], captured: use.operands + changes.compactMap { $0 })
    var elements = builder.elements(of: node)[...]
    return wanted.map { $0 ? elements.popFirst() : nil }
  }

  /// (operands…, results…, tangents…) → tangents, linear in the last `count` arguments, as (operands…, results…, cotangents…) →
  /// cotangents.
  private static func transposed(_ rule: Graph, linearIn count: Int, _ name: String) throws(HillockError) -> Graph {
    let first = rule.arguments.count - count
    var inner = GraphBuilder(name: "the pullback of \(rule.name)")
    let fixed = rule.arguments[..<first].map { inner.argument($0) }
    let cotangents = rule.results.map { inner.argument(rule.type($0)) }
    // Where a rule is linear, its pullback is the same everywhere, and does not read where it is taken.
    let tangents = rule.arguments[first...].map { inner.argument($0) }
    let mode = try ReverseMode(rule, into: &inner, fixed + tangents, isActive: rule.arguments.indices.map { $0 >= first })
    let changes = try mode.pullback(cotangents, &inner)
    for (offset, tangent) in tangents.enumerated() { inner.result(try inner.change(changes[first + offset], of: tangent)) }
    let graph = DeadCode.eliminate(inner.graph), own = first + cotangents.count
    guard graph.argumentsRead.isDisjoint(with: own..<graph.arguments.count) else {
      throw HillockError(
        .argument,
        "the rule of \(name) is not linear in the tangent, so there is no reverse mode of it; multiply the tangent by what does not "
          + "depend on it")
    }
    return graph.dropping(own..<graph.arguments.count)
  }

  /// What a body with a rule of its own uses besides its inputs has no derivative there.
  private static func checkUsed(_ part: Operation.Part, _ graph: Graph, _ isActive: [Bool]) throws(HillockError) {
    guard let inputs = part.rule.inputs else { return }
    let body = graph.regions[part.body]
    for place in inputs..<isActive.count where isActive[place] {
      let only = isActive.indices.map { $0 == place }
      guard Activity(body, arguments: only).results.contains(true) else { continue }
      let what = body.argumentNames[place].map { "Variable \($0)" } ?? "a value from outside, \(body.arguments[place]),"
      throw HillockError(
        .argument,
        "\(body.name) uses \(what) which the derivative is taken with respect to, and its rule is of its arguments only; pass it as an "
          + "argument, or through stopGradient(…) where it is to count as constant")
    }
  }
}

extension Operation.Part.Rule {
  /// The operands that a rule is of; nil where there is none.
  fileprivate var inputs: Int? {
    switch self {
    case .again: nil
    case .vjp(_, let inputs), .jvp(_, let inputs): inputs
    }
  }
}

extension GraphBuilder {
  /// Appends a part of another graph; its values.
  mutating func copy(_ part: Operation.Part, _ graph: Graph, _ operands: [ValueID]) throws(HillockError) -> [ValueID] {
    elements(of: try self.part(graph.regions[part.body], graph.rule(of: part), operands))
  }
}
