/// What a node of a graph becomes in a transformation. A value is whatever the transformation keeps for one: a value of
/// another graph, a pair of a value and its tangent, a value with its batch axis.
package enum NodeImage<Value> {
  /// One value. For a node of several values it stands for all of them, and the node's elements are visited like other nodes.
  case one(Value)
  /// For a node of several values: what each of them becomes. The node's elements take theirs and are not visited.
  case several([Value])
}

/// What the values of a graph have become.
package struct ValueMap<Value> {
  private var images: [NodeImage<Value>?]

  fileprivate init(count: Int) { images = Array(repeating: nil, count: count) }

  /// What a value became. The node must have been visited or known, and have one image.
  package subscript(_ id: ValueID) -> Value {
    switch images[Int(id.index)] {
    case .one(let value): return value
    case .several: preconditionFailure("%\(id.index) stands for several values; take one with `element`")
    case nil: preconditionFailure("%\(id.index) is read before it is computed")
    }
  }

  fileprivate func element(_ id: ValueID, _ position: Int) -> Value? {
    guard case .several(let values) = images[Int(id.index)] else { return nil }
    return values[position]
  }

  fileprivate mutating func set(_ index: Int, _ image: NodeImage<Value>) { images[index] = image }
}

extension Graph {
  /// Visits the nodes in order: each node with what its operands became, to say what it becomes itself. A region is visited
  /// only if `visit` walks it too.
  ///
  ///     let batched = graph.walk { _, node, operands in .one(rule(node, operands, &builder)) }
  ///     let results = graph.results.map { batched[$0] }
  ///
  /// - Parameters:
  ///   - isNeeded: the nodes to visit; nil for all.
  ///   - known: what some nodes become, which are then not visited.
  package func walk<Value, Failure: Error>(
    only isNeeded: [Bool]? = nil, known: [ValueID: Value] = [:],
    _ visit: (_ id: ValueID, _ node: Node, _ operands: [Value]) throws(Failure) -> NodeImage<Value>
  ) throws(Failure) -> ValueMap<Value> {
    var map = ValueMap<Value>(count: nodes.count)
    for (id, value) in known { map.set(Int(id.index), .one(value)) }
    for (index, node) in nodes.enumerated() where isNeeded?[index] != false && known[ValueID(index)] == nil {
      if case .element(let position) = node.operation, let value = map.element(node.operands[0], position) {
        map.set(index, .one(value))
      } else {
        map.set(index, try visit(ValueID(index), node, node.operands.map { map[$0] }))
      }
    }
    return map
  }

  /// For each node, whether one of these values is made from it. What lies behind `ends` does not count.
  package func needed(for values: [ValueID], stoppingAt ends: Set<ValueID> = []) -> [Bool] {
    var isNeeded = Array(repeating: false, count: nodes.count)
    for value in values { isNeeded[Int(value.index)] = true }
    // Operands come first, so one walk back meets them all.
    for index in nodes.indices.reversed() where isNeeded[index] && !ends.contains(ValueID(index)) {
      for operand in nodes[index].operands { isNeeded[Int(operand.index)] = true }
    }
    return isNeeded
  }
}
