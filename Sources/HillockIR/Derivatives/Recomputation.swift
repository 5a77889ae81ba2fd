/// What is computed again on the way back.
extension Graph {
  /// Whether a node of it, or of a region that runs in it, is a call that may not be made again.
  var makesCalls: Bool {
    nodes.contains { node in
      if case .call(let call) = node.operation { return !call.isPure }
      return node.operation.regionsThatRun.contains { regions[$0].makesCalls }
    }
  }

  /// The graph as it is computed a second time: a call was made the first time, so those that give nothing are left out. Pure ones are
  /// made again.
  ///
  /// - Throws: `.argument` for a call that gives something and is not pure.
  func again() throws(HillockError) -> Graph {
    guard makesCalls else { return self }
    var builder = GraphBuilder(declaring: self)
    var copier = NodeCopier(self)
    let map = try walk { (_, node, operands) throws(HillockError) -> NodeImage<ValueID> in
      switch node.operation {
      case .call(let call) where !call.isPure:
        guard call.results.isEmpty else {
          throw HillockError(
            .argument,
            "\(name) makes a call, and its steps are computed again to differentiate it, which would call again; call outside the loop "
              + "or branch, or declare the call pure where it does nothing but give values")
        }
        return .several([])
      case .part(let part):
        // What a rule calls is called on the way back only.
        return .several(
          builder.elements(of: try builder.part(try regions[part.body].again(), rule(of: part), operands)))
      default:
        return .one(
          try copier.copy(node, operands, into: &builder) { (region) throws(HillockError) in try region.again() })
      }
    }
    return builder.graph(results: results.map { map[$0] }, stores: [])
  }

  /// The arguments that a node reads.
  var argumentsRead: Set<Int> {
    var read: Set<Int> = []
    for node in nodes { if case .argument(let position) = node.operation { read.insert(position) } }
    return read
  }

  /// The same without these arguments, which nothing reads.
  func dropping(_ places: some Sequence<Int>) -> Graph {
    let gone = Set(places)
    var result = self, moved: [Int: Int] = [:]
    for place in arguments.indices where !gone.contains(place) { moved[place] = moved.count }
    result.arguments = arguments.indices.filter { !gone.contains($0) }.map { arguments[$0] }
    result.argumentNames = [:]
    for (place, name) in argumentNames { if let new = moved[place] { result.argumentNames[new] = name } }
    for index in nodes.indices {
      if case .argument(let old) = nodes[index].operation, let new = moved[old] { result.nodes[index].operation = .argument(new) }
    }
    return result
  }
}

/// The pullback of a branch, or of anything else that is computed again as a whole.
struct BranchPullback {
  /// Of which arguments cotangents are wanted, and of which results they are given.
  private let wanted: [Bool]
  private let given: [Int]

  init(wanted: [Bool], _ changes: [ValueID?]) {
    self.wanted = wanted
    given = changes.indices.filter { changes[$0] != nil }
  }

  /// (arguments…, the cotangents that are given…) → the cotangents that are wanted
  func region(_ body: Graph) throws(HillockError) -> Graph {
    var inner = GraphBuilder(name: "the pullback of \(body.name)")
    let arguments = body.arguments.map { inner.argument($0) }
    var cotangents = [ValueID?](repeating: nil, count: body.results.count)
    for position in given { cotangents[position] = inner.argument(body.type(body.results[position])) }
    let mode = try ReverseMode(try body.again(), into: &inner, arguments, isActive: wanted)
    let result = try mode.pullback(cotangents, &inner)
    for place in wanted.indices where wanted[place] { inner.result(try inner.change(result[place], of: arguments[place])) }
    return DeadCode.eliminate(inner.graph)
  }
}
