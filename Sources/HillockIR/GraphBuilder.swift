/// Appends nodes to a graph, infers their types, and refuses what does not fit with an error that says what was expected.
///
/// It inserts the conversions and broadcasts an elementwise op's operands need, so that every elementwise node has operands
/// of its own shape and of the dtypes its row names.
package struct GraphBuilder {
  package private(set) var graph: Graph
  /// The regions that were declared and that no node runs yet.
  private var unclaimed: Set<Int> = []

  package init(name: String) { graph = Graph(name: name) }

  /// A graph to which more nodes are added.
  package init(extending graph: Graph) { self.graph = graph }

  /// A graph that declares the arguments, Variables and functions of another under the same numbers.
  init(declaring source: Graph) {
    graph = Graph(name: source.name)
    graph.arguments = source.arguments
    graph.argumentNames = source.argumentNames
    graph.variables = source.variables
    graph.functions = source.functions
  }

  package func type(_ id: ValueID) -> ArrayType { graph.type(id) }

  // MARK: Leaves

  /// Declares the next argument and reads it.
  package mutating func argument(_ type: ArrayType, name: String? = nil) -> ValueID {
    read(argument: declareArgument(type, name: name))
  }

  /// The value a Variable has when the run starts; declares its slot.
  package mutating func variable(name: String, _ type: ArrayType) -> (slot: Int, value: ValueID) {
    let slot = declareVariable(name: name, type)
    return (slot, read(variable: slot))
  }

  package mutating func constant(_ data: ConstantData) throws(HillockError) -> ValueID {
    read(constant: try declareConstant(data))
  }

  /// Declares the next argument without reading it.
  package mutating func declareArgument(_ type: ArrayType, name: String? = nil) -> Int {
    graph.arguments.append(type)
    if let name { graph.argumentNames[graph.arguments.count - 1] = name }
    return graph.arguments.count - 1
  }

  /// Gives an argument that was declared and is not read yet another type.
  mutating func redeclare(argument index: Int, _ type: ArrayType) { graph.arguments[index] = type }

  /// Declares the next Variable slot without reading it: a Variable that is only written.
  package mutating func declareVariable(name: String, _ type: ArrayType) -> Int {
    graph.variables.append(VariableSlot(name: name, type: type))
    return graph.variables.count - 1
  }

  package mutating func declareConstant(_ data: ConstantData) throws(HillockError) -> Int {
    guard Shape.checkedCount(data.type.shape) != nil, data.bytes.count == data.type.byteCount else {
      throw HillockError(.format, "a constant of type \(data.type) has \(data.bytes.count) bytes")
    }
    guard data.type.dtype != .bool || data.bytes.allSatisfy({ $0 < 2 }) else {
      throw HillockError(.format, "an element of a bool constant is the byte 0 or 1")
    }
    return addConstant(data)
  }

  /// A function outside the program, which nodes of this graph and of its regions may call.
  package mutating func declareFunction(_ slot: FunctionSlot) throws(HillockError) -> Int {
    for type in slot.operands + slot.results where Shape.checkedCount(type.shape) == nil {
      throw HillockError(.shape, "function \(slot.name): \(type.shape) is no shape of an array")
    }
    graph.functions.append(slot)
    return graph.functions.count - 1
  }

  /// Reads something declared before; the index is that of the declaration.
  package mutating func read(argument index: Int) -> ValueID { append(.argument(index), [], graph.arguments[index]) }
  package mutating func read(variable slot: Int) -> ValueID { append(.variable(slot), [], graph.variables[slot].type) }
  package mutating func read(constant index: Int) -> ValueID { append(.constant(index), [], graph.constants[index].type) }

  // MARK: Elementwise

  /// Applies an op; operands are converted and broadcast as its row says.
  package mutating func elementwise(_ op: ElementwiseOp, _ operands: [ValueID]) throws(HillockError) -> ValueID {
    let row = op.row
    let types = operands.map(type)
    let result = try ElementwiseInference.infer(row, types)
    if case .comparison = row.typing, let mixed = try comparison(op, operands, types) { return mixed }
    let operation = result.operation.computed
    var converted: [ValueID] = []
    for (operand, dtype) in zip(operands, row.operandTypes(operation)) {
      // What meets a narrow dtype becomes narrow first.
      let fitted = dtype == operation ? try widened(try convert(operand, to: result.operation)) : try convert(operand, to: dtype)
      converted.append(try broadcast(fitted, to: result.shape))
    }
    let value = append(.elementwise(op), converted, ArrayType(row.resultType(operation), result.shape))
    return row.resultType(operation) == operation ? try convert(value, to: result.operation) : value
  }

  /// A comparison of u64 with a signed integer dtype, which have no dtype in common that holds both: a negative number is less than all of
  /// u64, every other one is compared in it. nil for other dtypes.
  private mutating func comparison(
    _ op: ElementwiseOp, _ operands: [ValueID], _ types: [ArrayType]
  ) throws(HillockError) -> ValueID? {
    let signed = types.map { $0.dtype.isInteger && $0.dtype.isSigned }
    guard let position = signed.firstIndex(of: true), types.contains(where: { $0.dtype == .u64 }) else { return nil }
    let number = operands[position]
    let isNegative = try elementwise(.lt, [number, try scalar(0, types[position].dtype)])
    var unsigned = operands
    unsigned[position] = try convert(number, to: .u64)
    let compared = try elementwise(op, unsigned)
    // What the comparison gives where the number is negative.
    let isTrue =
      switch op {
      case .ne: true
      case .lt, .le: position == 0
      case .gt, .ge: position == 1
      default: false
      }
    return isTrue
      ? try elementwise(.or, [isNegative, compared])
      : try elementwise(.and, [try elementwise(.not, [isNegative]), compared])
  }

  // MARK: Shape

  package mutating func broadcast(_ operand: ValueID, to shape: [Int]) throws(HillockError) -> ValueID {
    let from = type(operand)
    if from.shape == shape { return operand }
    guard Shape.broadcast(from.shape, shape) == shape, Shape.checkedCount(shape) != nil else {
      throw HillockError(.shape, "an array of shape \(from.shape) cannot be broadcast to \(shape)")
    }
    return append(.broadcast, [operand], ArrayType(from.dtype, shape))
  }

  package mutating func reshape(_ operand: ValueID, to shape: [Int]) throws(HillockError) -> ValueID {
    let from = type(operand)
    if from.shape == shape { return operand }
    guard let count = Shape.checkedCount(shape), count == from.count else {
      throw HillockError(
        .shape, "an array of shape \(from.shape) has \(from.count) elements and cannot be reshaped to \(shape)")
    }
    return append(.reshape, [operand], ArrayType(from.dtype, shape))
  }

  package mutating func transpose(_ operand: ValueID, _ permutation: [Int]) throws(HillockError) -> ValueID {
    let from = type(operand)
    guard permutation.sorted() == Array(0..<from.rank) else {
      throw HillockError(
        .index, "\(permutation) is not a permutation of the \(from.rank) axes of an array of shape \(from.shape)")
    }
    return append(.transpose(permutation), [operand], ArrayType(from.dtype, permutation.map { from.shape[$0] }))
  }

  package mutating func slice(_ operand: ValueID, starts: [Int], steps: [Int], sizes: [Int]) throws(HillockError) -> ValueID {
    let from = type(operand)
    let region = try checkRegion(from.shape, starts: starts, steps: steps, sizes: sizes)
    return append(.slice(starts: region.starts, steps: region.steps), [operand], ArrayType(from.dtype, sizes))
  }

  // MARK: Array ops

  /// Appends an array op; its row makes operands of what is given, and says what the results are.
  package mutating func array(
    _ op: ArrayOp, _ operands: [ValueID], _ attributes: Attributes = []
  ) throws(HillockError) -> ValueID {
    let row = op.row
    guard row.operandCount.contains(operands.count) else { throw row.wrongCount(operands.count) }
    var fitted = try row.fit(&self, operands, attributes)
    let dtype = type(fitted[0]).dtype, isNarrow = fitted.contains { type($0).dtype.isNarrow }
    let rule = isNarrow ? row.narrow(attributes, dtype) : .moves
    switch rule {
    case .computes, .widens: for place in fitted.indices { fitted[place] = try widened(fitted[place]) }
    case .moves, .places, .refuses: break
    }
    let types = try row.types(of: fitted.map(type), attributes)
    let value = append(.array(op, attributes), fitted, types[0])
    return rule == .computes ? try convert(value, to: dtype) : value
  }

  // MARK: Reductions

  /// Sums of bool count in i32; `any` and `all` take bool. Sums and products of narrow integers have the dtype in which they are computed.
  package mutating func reduce(_ kind: ReduceKind, _ operand: ValueID, axes: [Int]) throws(HillockError) -> ValueID {
    var operand = operand
    let axes = axes.sorted()
    var from = type(operand)
    guard Set(axes).count == axes.count, axes.allSatisfy(from.shape.indices.contains) else {
      throw HillockError(.index, "axes \(axes) are not distinct axes of an array of shape \(from.shape)")
    }
    switch kind {
    case .any, .all: operand = try convert(operand, to: .bool)
    case .sum, .product: operand = from.dtype == .bool ? try convert(operand, to: .i32) : operand
    case .max, .min:
      guard from.dtype != .bool else {
        throw HillockError(.dtype, "the \(kind.name) of a bool array is not defined; use any or all")
      }
      guard axes.allSatisfy({ from.shape[$0] > 0 }) else {
        throw HillockError(.shape, "the \(kind.name) over axes \(axes) of an array of shape \(from.shape) has no elements")
      }
    }
    let dtype = type(operand).dtype
    operand = try widened(operand)
    from = type(operand)
    let shape = from.shape.indices.filter { !axes.contains($0) }.map { from.shape[$0] }
    let value = append(.reduce(kind, axes: axes), [operand], ArrayType(from.dtype, shape))
    return kind.widens(dtype) ? value : try convert(value, to: dtype)
  }

  // MARK: Counting and random bits

  package mutating func iota(_ dtype: DType, shape: [Int], axis: Int) throws(HillockError) -> ValueID {
    guard shape.indices.contains(axis), Shape.checkedCount(shape) != nil, dtype != .bool else {
      throw HillockError(.argument, "iota along axis \(axis) of shape \(shape) at \(dtype.name) is not defined")
    }
    return try convert(append(.iota(axis: axis), [], ArrayType(dtype.computed, shape)), to: dtype)
  }

  mutating func scalar(_ bits: UInt64, _ dtype: DType) throws(HillockError) -> ValueID {
    let bytes = withUnsafeBytes(of: bits.littleEndian) { Array($0.prefix(dtype.size)) }
    return try constant(ConstantData(type: ArrayType(dtype, []), bytes: bytes))
  }

  /// `first`: the number of the first element's block.
  package mutating func randomBits(
    _ key: ValueID, _ dtype: DType, shape: [Int], first: Int = 0
  ) throws(HillockError) -> ValueID {
    guard type(key) == ArrayType(.u32, [2]) else {
      throw HillockError(.dtype, "a random key is a u32[2] array, not \(type(key))")
    }
    guard dtype == .u32 || dtype == .u64, Shape.checkedCount(shape) != nil else {
      throw HillockError(.argument, "random bits of dtype \(dtype.name) and shape \(shape) are not defined")
    }
    guard Operation.randomBlocks.contains(first) else {
      throw HillockError(.argument, "random blocks are counted from a number below 2⁴⁰ - 1, not \(first)")
    }
    return append(.randomBits(first: first), [key], ArrayType(dtype, shape))
  }

  // MARK: Any operation

  /// Appends a node that does what `operation` says to these operands, which are converted and broadcast as ever. `type` says what
  /// the operation does not: the dtype of a conversion or an iota, the shape of a broadcast, a reshape or a slice. Leaves and control
  /// flow have functions of their own.
  package mutating func apply(
    _ operation: Operation, _ operands: [ValueID], type: ArrayType? = nil
  ) throws(HillockError) -> ValueID {
    func expect(_ count: Int) throws(HillockError) {
      guard operands.count == count else {
        throw HillockError(.format, "\(operation.name) takes \(count) operand\(count == 1 ? "" : "s"), found \(operands.count)")
      }
    }
    func given() throws(HillockError) -> ArrayType {
      guard let type else {
        throw HillockError(.format, "\(operation.name) needs its type: `: f32[…]` at the end of the line")
      }
      return type
    }
    switch operation {
    case .elementwise(let op): return try elementwise(op, operands)
    case .convert:
      try expect(1)
      return try convert(operands[0], to: try given().dtype)
    case .broadcast:
      try expect(1)
      return try broadcast(operands[0], to: try given().shape)
    case .reshape:
      try expect(1)
      return try reshape(operands[0], to: try given().shape)
    case .transpose(let permutation):
      try expect(1)
      return try transpose(operands[0], permutation)
    case .slice(let starts, let steps):
      try expect(1)
      return try slice(operands[0], starts: starts, steps: steps, sizes: try given().shape)
    case .reduce(let kind, let axes):
      try expect(1)
      return try reduce(kind, operands[0], axes: axes)
    case .dot(let batch):
      try expect(2)
      return try dot(operands[0], operands[1], batch: batch)
    case .iota(let axis):
      try expect(0)
      return try iota(try given().dtype, shape: try given().shape, axis: axis)
    case .array(let op, let attributes): return try array(op, operands, attributes)
    case .randomBits(let first):
      try expect(1)
      return try randomBits(operands[0], try given().dtype, shape: try given().shape, first: first)
    case .argument, .variable, .constant, .loop, .whileLoop, .branch, .part, .call, .element:
      throw HillockError(.format, "\(operation.name) is no operation on arrays alone")
    }
  }

  // MARK: Roots

  package mutating func result(_ value: ValueID) { graph.results.append(value) }

  /// The value a Variable has after the run; the last store to a slot counts.
  package mutating func store(slot: Int, _ value: ValueID) throws(HillockError) {
    guard graph.variables.indices.contains(slot) else {
      throw HillockError(.index, "there is no Variable slot \(slot); the graph has \(graph.variables.count)")
    }
    let expected = graph.variables[slot], given = type(value)
    guard given.shape == expected.type.shape else {
      throw HillockError(
        .shape, "Variable \(expected.name) has shape \(expected.type.shape), the value given has shape \(given.shape)")
    }
    guard given.dtype == expected.type.dtype else {
      throw HillockError(
        .dtype,
        "Variable \(expected.name) has dtype \(expected.type.dtype.name), the value given has dtype \(given.dtype.name); "
          + "convert it with .asType(.\(expected.type.dtype.name))")
    }
    graph.stores.removeAll { $0.slot == slot }
    graph.stores.append(Graph.Store(slot: slot, value: value))
  }

  // MARK: -

  /// Adds a constant that is known to be well formed.
  mutating func addConstant(_ data: ConstantData) -> Int {
    graph.constants.append(data)
    return graph.constants.count - 1
  }

  /// Adds a region for the node that is added next.
  mutating func addRegion(_ region: Graph) -> Int {
    graph.regions.append(region)
    return graph.regions.count - 1
  }

  /// Adds a region that a node claims later.
  mutating func declareRegion(_ region: Graph) {
    unclaimed.insert(addRegion(region))
  }

  /// Gives declared regions to a node. A region belongs to one node: shared at each of many depths, it would stand for
  /// exponentially many.
  mutating func claim(_ regions: [Int]) throws(HillockError) {
    var own: Set<Int> = []
    for region in regions where !unclaimed.contains(region) || !own.insert(region).inserted {
      throw HillockError(.format, "region \(region) is used by another node or branch already; write it again")
    }
    for region in own { unclaimed.remove(region) }
  }

  mutating func append(_ operation: Operation, _ operands: [ValueID], _ type: ArrayType) -> ValueID {
    append(Node(operation: operation, operands: operands, type: type))
  }

  mutating func append(_ node: Node) -> ValueID {
    graph.nodes.append(node)
    return ValueID(graph.nodes.count - 1)
  }

  /// The graph with these roots, whose types are known to fit.
  func graph(results: [ValueID], stores: [Graph.Store]) -> Graph {
    var graph = graph
    graph.results = results
    graph.stores = stores
    return graph
  }

  /// The region's starts and steps. Where an axis takes one element or none, what does not matter is 1 (the step) and 0 (the
  /// start of nothing), so that no number is larger than the array.
  func checkRegion(
    _ shape: [Int], starts: [Int], steps: [Int], sizes: [Int]
  ) throws(HillockError) -> (starts: [Int], steps: [Int]) {
    guard starts.count == shape.count, steps.count == shape.count, sizes.count == shape.count else {
      throw HillockError(.index, "a slice of an array of shape \(shape) needs \(shape.count) ranges")
    }
    var (starts, steps) = (starts, steps)
    for axis in shape.indices {
      guard sizes[axis] >= 0, steps[axis] != 0, sizes[axis] <= shape[axis] else {
        throw HillockError(.index, "a slice of \(sizes[axis]) elements does not fit axis \(axis) of shape \(shape)")
      }
      if sizes[axis] == 0 { starts[axis] = 0 }
      if sizes[axis] <= 1 { steps[axis] = 1 }
      if sizes[axis] == 0 { continue }
      let (span, overflow) = steps[axis].multipliedReportingOverflow(by: sizes[axis] - 1)
      let (last, overflow2) = starts[axis].addingReportingOverflow(span)
      guard !overflow, !overflow2, (0..<shape[axis]).contains(starts[axis]), (0..<shape[axis]).contains(last) else {
        throw HillockError(
          .index, "a slice from \(starts[axis]) in steps of \(steps[axis]) leaves axis \(axis) of shape \(shape)")
      }
    }
    return (starts, steps)
  }
}

/// The dtype at which an elementwise op runs, and the shape its operands broadcast to.
package enum ElementwiseInference {
  package static func infer(_ row: OpRow, _ types: [ArrayType]) throws(HillockError) -> (operation: DType, shape: [Int]) {
    guard types.count == row.arity else {
      throw HillockError(
        .format, "\(row.name) takes \(row.arity) operand\(row.arity == 1 ? "" : "s"), found \(types.count)")
    }
    var shape: [Int] = []
    for type in types {
      guard let both = Shape.broadcast(shape, type.shape), Shape.checkedCount(both) != nil else {
        throw HillockError(
          .shape, "\(row.name): shapes \(types.map { "\($0.shape)" }.joined(separator: " and ")) cannot be broadcast together")
      }
      shape = both
    }
    let values: ArraySlice<ArrayType>
    if case .select = row.typing {
      guard types[0].dtype == .bool else {
        throw HillockError(
          .dtype, "\(row.name): the condition is a bool array, not \(types[0].dtype.name); compare (x .> 0)")
      }
      values = types.dropFirst()
    } else {
      values = types[...]
    }
    var dtype = values.dropFirst().reduce(values.first!.dtype) { DType.promote($0, $1.dtype) }
    switch row.typing {
    case .floating, .predicate: if !dtype.isFloating { dtype = .f32 }
    default: break
    }
    guard row.takesNarrow || !dtype.isNarrow else { throw .narrow(row.name, dtype) }
    guard row.dtypes.contains(dtype.computed) else {
      throw HillockError(
        .dtype, "\(row.name) is not defined for \(dtype.name); it takes \(row.dtypes.map(\.name).joined(separator: ", "))")
    }
    return (dtype, shape)
  }
}
