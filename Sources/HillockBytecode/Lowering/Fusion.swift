import HillockIR

/// A unit of the schedule: nodes that share a kernel, or one node that is an instruction.
struct Unit {
  var indexSpace: [Int]?
  var members: [ValueID]
  /// Units that must have finished before this one starts.
  var dependencies: Set<Int>
  /// Why the unit's first member did not join the units it was offered to.
  var refusals: [Int: FusionBoundary] = [:]
}

/// Groups the nodes that share an index space into kernels and puts the units in an order that can run.
///
/// A node joins the newest unit of its index space that it does not depend on through another unit, so that no two units
/// ever wait for each other. Nodes that merely share an index space are fused as well: fewer launches, shared loads.
struct Fusion {
  private(set) var units: [Unit] = []
  /// The unit of each node; nil for leaves and views.
  private(set) var unitOf: [Int?]
  /// The units of each index space, in the order in which they were begun.
  private var unitsOf: [[Int]: [Int]] = [:]
  /// The newest unit with an effect: such units keep their order.
  private var lastEffect: Int?
  private let graph: Graph
  private let classification: Classification

  /// A kernel grows no further than this: its tiles must stay in L1.
  static let maximumMembers = 512
  /// Older units are not looked at: the time lowering takes stays near the size of the graph.
  static let maximumCandidates = 8

  init(_ graph: Graph, _ classification: Classification) {
    self.graph = graph
    self.classification = classification
    unitOf = Array(repeating: nil, count: graph.nodes.count)
    for index in graph.nodes.indices { place(ValueID(index)) }
  }

  /// The units in an order in which dependencies come first, otherwise that of their first members.
  var schedule: [Int] {
    var order: [Int] = []
    var isDone = Array(repeating: false, count: units.count)
    func visit(_ unit: Int) {
      if isDone[unit] { return }
      isDone[unit] = true
      for dependency in units[unit].dependencies.sorted() { visit(dependency) }
      order.append(unit)
    }
    for unit in units.indices { visit(unit) }
    return columnsTogether(order)
  }

  /// Brings reductions of rows into the same columns together, those of the same array before all, and the kernels of large arrays
  /// that they read: so they share a pass (`ColumnGroup`). A unit moves up behind the last such, past a few units that it does not
  /// depend on. A kernel whose array is stored or returned stays where it is, for there it may be written in place.
  private func columnsTogether(_ order: [Int]) -> [Int] {
    var reductions: [Int: ColumnReduction] = [:]
    var kernels: [Int: [Int]] = [:]
    for unit in order {
      guard let reduction = columnReduction(unit) else { continue }
      reductions[unit] = reduction
      guard graph.type(reduction.source).byteCount >= ColumnGroup.leastComputedByteCount,
        let producer = unitOf[Int(reduction.source.index)], units[producer].indexSpace != nil,
        !units[producer].members.contains(where: graph.roots.contains)
      else { continue }
      kernels[producer] = reduction.shape
    }
    guard reductions.count > 1 else { return order }
    var result: [Int] = []
    var lastOfArray: [ColumnReduction: Int] = [:], last: [[Int]: Int] = [:]
    for unit in order {
      let reduction = reductions[unit], shape = reduction?.shape ?? kernels[unit]
      let window = result.suffix(Self.maximumPassed + 1)
      let anchors = [reduction.flatMap { lastOfArray[$0] }, shape.flatMap { last[$0] }]
      let place = anchors.lazy.compactMap { $0.flatMap { window.firstIndex(of: $0) } }.map { $0 + 1 }
        .first { units[unit].dependencies.isDisjoint(with: result[$0...]) }
      let isMoved = place.map { $0 < result.endIndex } ?? false
      result.insert(unit, at: place ?? result.endIndex)
      if let reduction { lastOfArray[reduction] = unit }
      if let shape, reduction != nil || isMoved { last[shape] = unit }
    }
    return result
  }

  private struct ColumnReduction: Hashable {
    let source: ValueID
    /// [outer, extent, inner]
    let shape: [Int]
  }

  private func columnReduction(_ unit: Int) -> ColumnReduction? {
    guard units[unit].indexSpace == nil else { return nil }
    let node = graph[units[unit].members[0]]
    guard case .reduce(_, let axes) = node.operation else { return nil }
    let shape = ReductionShape(graph.type(node.operands[0]).shape, axes: axes)
    guard shape.inner > 1, shape.outer < RowGroup.minimumRows else { return nil }
    return ColumnReduction(
      source: classification.view(node.operands[0]).base, shape: [shape.outer, shape.extent, shape.inner])
  }

  /// How many units one may move past.
  private static let maximumPassed = 8

  private mutating func place(_ id: ValueID) {
    switch classification.kind(id) {
    case .leaf, .view:
      return
    case .element:
      unitOf[Int(id.index)] = unitOf[Int(graph[id].operands[0].index)]
    case .instruction:
      let unit = newUnit(nil)
      add(id, to: unit)
      guard graph.hasEffect(graph[id]) else { return }
      if let lastEffect { units[unit].dependencies.insert(lastEffect) }
      lastEffect = unit
    case .fused, .sink:
      let space = classification.indexSpace(id)
      var refusals: [Int: FusionBoundary] = [:]
      for candidate in (space.flatMap { unitsOf[$0] } ?? []).reversed().prefix(Self.maximumCandidates) {
        guard let refusal = refusal(of: id, by: candidate) else { return add(id, to: candidate) }
        refusals[candidate] = refusal
      }
      let unit = newUnit(space)
      units[unit].refusals = refusals
      add(id, to: unit)
    }
  }

  /// Why two kernels of the schedule are two: what was decided when the later one was begun.
  func boundary(_ a: Int, _ b: Int) -> FusionBoundary {
    let (older, newer) = (min(a, b), max(a, b))
    if units[older].indexSpace != units[newer].indexSpace { return .differentIndexSpace }
    // Of its own index space, a new unit was offered to all but the oldest.
    return units[newer].refusals[older] ?? .tooOld
  }

  private mutating func newUnit(_ space: [Int]?) -> Int {
    units.append(Unit(indexSpace: space, members: [], dependencies: []))
    if let space { unitsOf[space, default: []].append(units.count - 1) }
    return units.count - 1
  }

  private mutating func add(_ id: ValueID, to unit: Int) {
    units[unit].members.append(id)
    unitOf[Int(id.index)] = unit
    units[unit].dependencies.formUnion(requirements(of: id, in: unit))
  }

  /// Why a node cannot join a unit of its index space; nil where it can.
  private func refusal(of id: ValueID, by unit: Int) -> FusionBoundary? {
    guard units[unit].members.count < Self.maximumMembers else { return .tooManyMembers }
    let needed = requirements(of: id, in: unit)
    if needed.contains(unit) { return readsReduction(id, of: unit) ? .reductionBoundary : .readElsewhere }
    return needed.contains { reaches($0, unit) } ? .waitsForAnother : nil
  }

  /// The units that must have finished before the node can run inside `unit`; `unit` itself where the node reads a member's
  /// value otherwise than at its own position.
  private func requirements(of id: ValueID, in unit: Int) -> Set<Int> {
    var needed: Set<Int> = []
    for operand in graph[id].operands {
      guard let producer = unitOf[Int(classification.view(operand).base.index)] else { continue }
      if producer == unit, isReadInPlace(operand, by: id) { continue }
      needed.insert(producer)
    }
    return needed
  }

  private func readsReduction(_ id: ValueID, of unit: Int) -> Bool {
    graph[id].operands.contains { operand in
      let base = classification.view(operand).base
      guard unitOf[Int(base.index)] == unit, case .sink = classification.kind(base) else { return false }
      return true
    }
  }

  /// Whether the consumer takes the operand's element of its own position, straight from the tile.
  private func isReadInPlace(_ operand: ValueID, by consumer: ValueID) -> Bool {
    guard case .fused = classification.kind(operand) else { return false }
    let node = graph[consumer]
    switch node.operation {
    case .elementwise, .convert: return true
    case .reduce: return true
    case .dot:
      guard case .sink = classification.kind(consumer) else { return false }
      // The weights of an outer accumulation and both vectors of a dot are tiles; the matrix is not.
      return graph.type(operand).rank == 1
    default: return false
    }
  }

  private func reaches(_ from: Int, _ target: Int) -> Bool {
    if from == target { return true }
    var stack = [from]
    var seen: Set<Int> = [from]
    while let unit = stack.popLast() {
      for next in units[unit].dependencies where seen.insert(next).inserted {
        if next == target { return true }
        stack.append(next)
      }
    }
    return false
  }
}
