import HillockIR

/// What lowering makes of each node.
enum NodeKind {
  /// An argument, a Variable or a constant: there from the start.
  case leaf
  /// No work: elements of another value's register.
  case view(View)
  /// One element for each position of the node's own shape: tile code.
  case fused
  /// A value reduced from the positions of an index space: tile code that accumulates.
  case sink(indexSpace: [Int])
  /// A program-level instruction of its own.
  case instruction
  /// One of the values that a control-flow instruction defines.
  case element
}

/// Decides what each node becomes, and which values must lie in memory for it.
///
/// A view whose consumer needs dense memory is turned into a copy, which is tile code like any other.
struct Classification {
  private(set) var kinds: [NodeKind] = []
  /// Values that a view, an instruction, a row product or a root reads from memory.
  private(set) var isMaterialised: [Bool]
  /// What each copy copies: the view that it was before a consumer asked for dense memory.
  private(set) var copySources: [ValueID: View] = [:]
  private let graph: Graph

  init(_ graph: Graph) {
    self.graph = graph
    isMaterialised = Array(repeating: false, count: graph.nodes.count)
    for index in graph.nodes.indices { kinds.append(classify(ValueID(index))) }
    for root in graph.roots { materialise(root) }
  }

  func kind(_ id: ValueID) -> NodeKind { kinds[Int(id.index)] }

  /// The value as elements of a register: its own, or the base's for a view.
  func view(_ id: ValueID) -> View {
    if case .view(let view) = kind(id) { return view }
    return View(whole: id, shape: graph.type(id).shape)
  }

  /// The index space in which the node's tile code runs, where it has any.
  func indexSpace(_ id: ValueID) -> [Int]? {
    switch kind(id) {
    case .fused: graph.type(id).shape
    case .sink(let shape): shape
    case .leaf, .view, .instruction, .element: nil
    }
  }

  private mutating func classify(_ id: ValueID) -> NodeKind {
    let node = graph[id]
    switch node.operation {
    case .argument, .variable, .constant:
      return .leaf
    case .elementwise, .convert, .iota:
      return .fused
    case .randomBits:
      requireDense(node.operands[0])
      return .fused
    case .broadcast:
      return makeView(node.operands[0]) { $0.broadcast(to: node.type.shape) }
    case .reshape:
      return makeView(node.operands[0]) { $0.reshaped(to: node.type.shape) }
    case .transpose(let permutation):
      return makeView(node.operands[0]) { $0.transposed(permutation) }
    case .slice(let starts, let steps):
      return makeView(node.operands[0]) { $0.sliced(starts: starts, steps: steps, sizes: node.type.shape) }
    case .reduce(_, let axes):
      let shape = graph.type(node.operands[0]).shape
      if ReductionShape(shape, axes: axes).isFull { return .sink(indexSpace: shape) }
      requireDense(node.operands[0], fromStart: true)
      return .instruction
    case .dot(let batch):
      return classifyDot(node, batch: batch)
    case .array, .loop, .whileLoop, .branch, .part, .call:
      for operand in node.operands { requireWhole(operand) }
      return .instruction
    case .element:
      return .element
    }
  }

  private mutating func classifyDot(_ node: Node, batch: Int) -> NodeKind {
    let (a, b) = (node.operands[0], node.operands[1])
    switch (batch, graph.type(a).rank, graph.type(b).rank) {
    case (0, 1, 1):
      return .sink(indexSpace: graph.type(a).shape)
    case (0, 2, 1):
      requireDense(a)
      requireDense(b)
      return .fused
    case (0, 1, 2) where !Self.hasLongRows(graph.type(b)):
      requireDense(b)
      return .sink(indexSpace: graph.type(a).shape)
    default:
      let canTranspose = graph.type(a).rank > batch + 1 && graph.type(b).rank > batch + 1
      for (id, middle) in [(a, graph.type(a).rank - 1), (b, batch + 1)] {
        guard case .view(let view) = kind(id) else { continue }
        let layout = FactorLayout(view, of: graph.type(view.base).count, batch: batch, middle: middle)
        if layout == nil || layout?.isTransposed == true && !canTranspose { makeCopy(id, of: view) }
      }
      materialise(a)
      materialise(b)
      return .instruction
    }
  }

  /// Whether the product of a vector and such a matrix is an instruction of its own: workers share its columns. A kernel shares the
  /// chunks of its rows, and keeps lanes for a whole row.
  private static func hasLongRows(_ matrix: ArrayType) -> Bool {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    return columns * matrix.dtype.size / 1024 >= max(rows / Kernel.chunk, 1)
  }

  /// A view of the operand's elements; where the view cannot be had, the operand is copied so that it can.
  private mutating func makeView(_ operand: ValueID, _ transform: (View) -> View?) -> NodeKind {
    if let result = transform(view(operand)) {
      materialise(operand)
      return .view(result)
    }
    requireDense(operand)
    // A dense value can be viewed in every way.
    return .view(transform(View(whole: operand, shape: graph.type(operand).shape)) ?? view(operand))
  }

  private mutating func requireDense(_ id: ValueID, fromStart: Bool = false) {
    if case .view(let view) = kind(id) {
      let covers = view.offset == 0 && view.shape.reduce(1, *) == graph.type(view.base).count
      if !view.isDense || (fromStart && !covers) { makeCopy(id, of: view) }
    }
    materialise(id)
  }

  /// The value has a register of exactly its type.
  private mutating func requireWhole(_ id: ValueID) {
    if case .view(let view) = kind(id) { makeCopy(id, of: view) }
    materialise(id)
  }

  private mutating func makeCopy(_ id: ValueID, of view: View) {
    kinds[Int(id.index)] = .fused
    copySources[id] = view
  }

  private mutating func materialise(_ id: ValueID) {
    isMaterialised[Int(view(id).base.index)] = true
  }
}

/// A reduction seen as [outer, extent, inner], reduced over the middle.
struct ReductionShape {
  /// The kept axes before and behind the reduced ones.
  var outerShape: [Int] = []
  var innerShape: [Int] = []
  var extent = 1
  /// Whether the reduced axes, extents of 1 aside, lie side by side.
  var isBlock = true

  init(_ shape: [Int], axes: [Int]) {
    var sawReduced = false
    var sawInner = false
    for axis in shape.indices {
      if axes.contains(axis) {
        if sawInner && shape[axis] != 1 { isBlock = false }
        extent *= shape[axis]
        sawReduced = sawReduced || shape[axis] != 1
      } else if sawReduced {
        innerShape.append(shape[axis])
        sawInner = sawInner || shape[axis] != 1
      } else {
        outerShape.append(shape[axis])
      }
    }
  }

  var outer: Int { outerShape.reduce(1, *) }
  var inner: Int { innerShape.reduce(1, *) }

  var isFull: Bool { isBlock && (outerShape + innerShape).allSatisfy { $0 == 1 } }
}
