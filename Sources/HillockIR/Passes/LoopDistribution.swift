/// Splits a loop in two where that makes its steps positionwise.
///
/// A step often computes a few small things that are the same for all positions (the time from the index, a schedule, a
/// random key from the key before), and then works element by element. Here the small things of all steps are computed by a
/// loop of their own first, stacked, and handed to the steps as rows. What is left touches each position's own elements
/// only, and can be interchanged with its positions (`Program.interchangedKernels`). Every value is computed by the same op
/// from the same operands, so the bits stay.
enum LoopDistribution {
  /// A value of more elements is none of the small things.
  static let smallCount = 64
  /// What the first loop stacks takes at most this many bytes.
  static let maximumBytes = 64 << 20

  static func run(_ graph: Graph) -> Graph {
    GraphRewriter.run(graph) { rewriter, node in
      guard case .loop(let loop) = node.operation, let split = LoopSplit(graph.regions[loop.region], loop) else { return nil }
      return .several(split.emit(node.operands, into: &rewriter))
    }
  }
}

/// Which parts of a loop's body belong to the first loop (small, and independent of the rest) and which to the second.
struct LoopSplit {
  private let body: Graph
  private let loop: Operation.Loop
  /// Whether a node belongs to the first loop; leaves that both read, too.
  private var isSmall: [Bool] = []
  private var smallCarried: Set<Int> = []
  /// Nodes of the first loop that the second reads.
  private var exports: [ValueID] = []

  /// nil where there is nothing to split, or where the rest would not be positionwise.
  init?(_ body: Graph, _ loop: Operation.Loop) {
    guard loop.trips > 1 else { return nil }
    self.body = body
    self.loop = loop
    let count = body.nodes.map { $0.operation.isElementwise ? $0.type.count : 0 }.max() ?? 0
    smallCarried = Set((0..<loop.carried).filter { isSmallType(body.arguments[1 + $0], count) })
    classify(count)
    guard zip(isSmall, body.nodes).contains(where: { $0 && !$1.operation.isLeaf }) || !smallCarried.isEmpty else { return nil }
    guard zip(isSmall, body.nodes).contains(where: { !$0 && !$1.operation.isLeaf }), restIsPositionwise(count) else { return nil }
    exports = body.nodes.indices.map(ValueID.init).filter(isRead)
    let bytes = exports.reduce(0) { $0 + body.type($1).byteCount }
    guard bytes.multipliedReportingOverflow(by: loop.trips).overflow == false, bytes * loop.trips <= LoopDistribution.maximumBytes
    else { return nil }
  }

  private func isSmallType(_ type: ArrayType, _ count: Int) -> Bool {
    type.count < count && type.count <= LoopDistribution.smallCount
  }

  /// The carried value that an argument of the body is.
  private func carried(_ argument: Int) -> Int? { (1..<1 + loop.carried).contains(argument) ? argument - 1 : nil }

  private mutating func classify(_ count: Int) {
    while true {
      isSmall = []
      for node in body.nodes {
        let fits = isSmallType(node.type, count)
        switch node.operation {
        case .argument(let index): isSmall.append(fits && carried(index).map(smallCarried.contains) != false)
        case _ where node.operation.hasElements: isSmall.append(false)
        case .element: isSmall.append(false)
        default: isSmall.append(fits && node.operands.allSatisfy { isSmall[Int($0.index)] })
        }
      }
      let remaining = smallCarried.filter { isSmall[Int(body.results[$0].index)] }
      if remaining.count == smallCarried.count { return }
      smallCarried = remaining
    }
  }

  /// Whether the nodes of the second loop touch their own position's elements only, besides small values and what does not
  /// change from step to step.
  private func restIsPositionwise(_ count: Int) -> Bool {
    for (node, small) in zip(body.nodes, isSmall) where !small {
      switch node.operation {
      case .argument(let index): if carried(index) != nil, node.type.count != count { return false }
      case .constant: break
      case .elementwise, .convert, .iota: if node.type.count != count { return false }
      case .randomBits: if node.type.count != count || !isSmall[Int(node.operands[0].index)] { return false }
      case .broadcast:
        let source = body[node.operands[0]]
        if case .argument(let index) = source.operation, carried(index) == nil { continue }
        if !isSmall[Int(node.operands[0].index)], source.operation.name != "constant" { return false }
      default: return false
      }
    }
    return true
  }

  /// Whether the second loop reads a value that the first one computes.
  private func isRead(_ id: ValueID) -> Bool {
    guard isSmall[Int(id.index)] else { return false }
    switch body[id].operation {
    case .constant: return false
    case .argument(let index): if carried(index) == nil { return false }
    default: break
    }
    return zip(body.nodes, isSmall).contains { !$1 && $0.operands.contains(id) }
  }

  // MARK: The two loops

  /// Adds both loops, with the operands of the one that they replace; gives what its elements become.
  func emit(_ operands: [ValueID], into rewriter: inout GraphRewriter) -> [ValueID] {
    let ownResults = Array(body.results.indices.dropFirst(loop.carried))
    let first = Half(
      carried: (0..<loop.carried).filter(smallCarried.contains),
      outputs: ownResults.filter { isSmall[Int(body.results[$0].index)] })
    let second = Half(
      carried: (0..<loop.carried).filter { !smallCarried.contains($0) },
      outputs: ownResults.filter { !isSmall[Int(body.results[$0].index)] })

    let firstLoop = add(first, exports, [], operands, &rewriter)
    let firstRow = first.carried.count + first.outputs.count
    let rows = exports.indices.map { rewriter.addElement(firstRow + $0, of: firstLoop) }
    let secondLoop = add(second, [], rows, operands, &rewriter)

    return body.results.indices.map { result in
      if let position = first.position(of: result) { return rewriter.addElement(position, of: firstLoop) }
      return rewriter.addElement(second.position(of: result) ?? 0, of: secondLoop)
    }
  }

  /// The carried values and stacked outputs of the loop that one of the two takes over, by their positions.
  private struct Half {
    var carried: [Int]
    var outputs: [Int]

    func position(of result: Int) -> Int? { (carried + outputs).firstIndex(of: result) }
  }

  /// One of the loops: `stacked` are body values that it hands out besides its outputs, `rows` stand for the exports.
  private func add(
    _ half: Half, _ stacked: [ValueID], _ rows: [ValueID], _ operands: [ValueID], _ rewriter: inout GraphRewriter
  ) -> ValueID {
    let imports = exports.prefix(rows.count)
    let roots = (half.carried + half.outputs).map { body.results[$0] } + stacked
    let isNeeded = body.needed(for: roots, stoppingAt: Set(imports))
    let read = Set(
      zip(body.nodes, isNeeded).compactMap { node, isNeeded -> Int? in
        if isNeeded, case .argument(let index) = node.operation { index } else { nil }
      })
    let slicedStart = 1 + loop.carried, capturedStart = slicedStart + loop.sliced
    let sliced = (slicedStart..<capturedStart).filter(read.contains)
    let captured = (capturedStart..<body.arguments.count).filter(read.contains)

    var region = GraphBuilder(name: body.name)
    for constant in body.constants { _ = region.addConstant(constant) }
    // The region's arguments, by the body's.
    var places: [Int: Int] = [:]
    for argument in [0] + half.carried.map({ $0 + 1 }) + sliced {
      places[argument] = region.declareArgument(body.arguments[argument])
    }
    var known: [ValueID: ValueID] = [:]
    for value in imports { known[value] = region.argument(body.type(value)) }
    for argument in captured { places[argument] = region.declareArgument(body.arguments[argument]) }
    let moved = body.walk(only: isNeeded, known: known) { _, node, operands in
      if case .argument(let index) = node.operation { return .one(region.read(argument: places[index] ?? 0)) }
      return .one(region.append(node.operation, operands, node.type))
    }
    for root in roots { region.result(moved[root]) }

    let taken =
      half.carried.map { operands[$0] } + sliced.map { operands[$0 - 1] } + rows + captured.map { operands[$0 - 1] }
    return rewriter.addLoop(
      trips: loop.trips, carried: half.carried.count, sliced: sliced.count + rows.count, isReversed: loop.isReversed,
      region.graph, taken)
  }
}

extension Operation {
  fileprivate var isElementwise: Bool {
    switch self {
    case .elementwise, .convert: true
    default: false
    }
  }

  fileprivate var isLeaf: Bool {
    switch self {
    case .argument, .constant: true
    default: false
    }
  }
}
