extension GraphBuilder {
  /// Appends the nodes of a graph, a region or a whole program, with values of this graph in place of its arguments, and gives its
  /// results. Its constants and regions come along.
  ///
  ///     let pair = try builder.inline(region, [x, y])   // the region's two results for x and y
  ///
  /// A program's Variables are those of this graph in `slots`. It reads what this graph has stored there so far, and what it
  /// stores is stored here. Its functions are the outermost graph's in `functions`; nil declares them here, where this is the
  /// outermost graph. A region names no Variables, and calls functions by the outermost graph's numbers already.
  ///
  /// - Throws: `.argument` where there are too few or too many arguments, slots or functions, `.shape` or `.dtype` where one has another
  ///   type than the graph expects, `.format` for a call of a function that the graph does not declare. Nothing is appended then.
  package mutating func inline(
    _ graph: Graph, _ arguments: [ValueID], slots: [Int] = [], functions: [Int]? = nil
  ) throws(HillockError) -> [ValueID] {
    try check(graph, takes: arguments)
    try check(graph, stores: slots)
    let first = self.graph.functions.count
    let called = try graph.calling(functions ?? Array(first..<first + graph.functions.count))
    if functions == nil { for function in graph.functions { _ = try declareFunction(function) } }

    var stored: [Int: ValueID] = [:]
    for store in self.graph.stores { stored[store.slot] = store.value }
    var copier = NodeCopier(called)
    let map = called.walk { _, node, operands in
      switch node.operation {
      case .argument(let position): return .one(arguments[position])
      case .variable(let slot): return .one(stored[slots[slot]] ?? read(variable: slots[slot]))
      default: return .one(copier.copy(node, operands, into: &self))
      }
    }
    for write in called.stores { try store(slot: slots[write.slot], map[write.value]) }
    return called.results.map { map[$0] }
  }

  private func check(_ inlined: Graph, takes arguments: [ValueID]) throws(HillockError) {
    guard arguments.count == inlined.arguments.count else {
      throw HillockError(
        .argument, "the graph \(inlined.name) takes \(inlined.arguments.count) arguments, not \(arguments.count)")
    }
    for (position, argument) in arguments.enumerated() {
      guard !graph[argument].operation.hasElements else {
        throw HillockError(.argument, "%\(argument.index) stands for several values; take one with `element`")
      }
      try check("argument \(position) of the graph \(inlined.name)", is: inlined.arguments[position], type(argument))
    }
  }

  private func check(_ inlined: Graph, stores slots: [Int]) throws(HillockError) {
    guard slots.count == inlined.variables.count, Set(slots).count == slots.count else {
      throw HillockError(
        .argument, "the graph \(inlined.name) has \(inlined.variables.count) Variables, which need a slot each, not \(slots)")
    }
    for (variable, slot) in zip(inlined.variables, slots) {
      guard graph.variables.indices.contains(slot) else {
        throw HillockError(.index, "there is no Variable slot \(slot); the graph has \(graph.variables.count)")
      }
      try check("Variable \(variable.name) of the graph \(inlined.name)", is: variable.type, graph.variables[slot].type)
    }
  }

  private func check(_ name: String, is expected: ArrayType, _ given: ArrayType) throws(HillockError) {
    guard expected != given else { return }
    throw HillockError(expected.dtype == given.dtype ? .shape : .dtype, "\(name) is \(expected), not \(given)")
  }
}

extension Graph {
  /// The same program with its functions under these numbers, in its regions too; a region stays as it is.
  fileprivate func calling(_ numbers: [Int]) throws(HillockError) -> Graph {
    guard numbers.count == functions.count else {
      throw HillockError(.argument, "the graph \(name) has \(functions.count) functions, not \(numbers.count)")
    }
    guard !functions.isEmpty else { return self }
    return try GraphRewriter.run(self, intoRegions: true) { (rewriter, node) throws(HillockError) in
      guard case .call(var call) = node.operation else { return nil }
      guard numbers.indices.contains(call.function) else {
        throw HillockError(.format, "the graph \(name) calls function \(call.function), which it does not declare")
      }
      guard numbers[call.function] != call.function else { return nil }
      call.function = numbers[call.function]
      return .one(rewriter.add(Node(operation: .call(call), operands: node.operands, type: node.type)))
    }
  }
}
