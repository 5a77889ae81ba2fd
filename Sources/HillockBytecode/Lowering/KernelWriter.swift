import HillockIR

/// Writes the tile code of one unit.
///
/// Code is written over virtual tiles first, one for each value; then a linear scan maps them to tile registers, a
/// destination taking the register of a source that ends there. Values that others read from memory are written there
/// directly.
struct KernelWriter {
  private enum Place: Hashable {
    case operand(Int)
    case tile(Int)
  }

  private struct Line {
    var opcode: TileOpcode
    var dtype: DType
    var destination: Place
    var sources: [Place]
  }

  private let graph: Graph
  private let classification: Classification
  private let shape: [Int]
  /// The register of a value that lies in memory.
  private let register: (ValueID) -> Int
  private let isStored: (ValueID) -> Bool

  private var operands: [Operand] = []
  private var operandIndex: [Operand: Int] = [:]
  private var tileTypes: [DType] = []
  private var lines: [Line] = []
  private var placeOf: [ValueID: Place] = [:]
  private var loaded: [Operand: Place] = [:]
  /// Tiles that hold one scalar everywhere. Each keeps a register of its own, so that it need be filled but once.
  private var uniform: Set<Int> = []
  private var names: [String] = []

  init(
    _ graph: Graph, _ classification: Classification, shape: [Int], register: @escaping (ValueID) -> Int,
    isStored: @escaping (ValueID) -> Bool
  ) {
    self.graph = graph
    self.classification = classification
    self.shape = shape
    self.register = register
    self.isStored = isStored
  }

  /// The kernel of a unit's members.
  static func kernel(
    index: Int, _ graph: Graph, _ classification: Classification, unit: Unit, shape: [Int],
    register: @escaping (ValueID) -> Int, isStored: @escaping (ValueID) -> Bool
  ) -> Kernel {
    var writer = KernelWriter(graph, classification, shape: shape, register: register, isStored: isStored)
    for member in unit.members { writer.write(member) }
    return writer.finish(index: index)
  }

  /// A kernel that copies the elements of a view into a register.
  static func copy(
    index: Int, _ graph: Graph, _ classification: Classification, _ view: View, to destination: Int,
    register: @escaping (ValueID) -> Int
  ) -> Kernel {
    var writer = KernelWriter(graph, classification, shape: view.shape, register: register, isStored: { _ in true })
    let written = Operand(register: destination, access: .contiguous(offset: 0), isWritten: true)
    writer.emit(.load, graph.type(view.base).dtype, to: writer.use(written), [writer.memory(view)])
    writer.names.append("copy")
    return writer.finish(index: index)
  }

  // MARK: One node

  private mutating func write(_ id: ValueID) {
    let node = graph[id]
    names.append(node.operation.name)
    if let source = classification.copySources[id] {
      emit(.load, node.type.dtype, to: destination(id), [memory(source)])
      return
    }
    switch node.operation {
    case .elementwise(let op):
      let dtype = graph.type(node.operands[node.operands.count - 1]).dtype
      let sources = elementwiseSources(node.operands)
      emit(.elementwise(op), dtype, to: destination(id), sources)
    case .convert:
      let source = perPosition(node.operands[0])
      emit(.convert(from: graph.type(node.operands[0]).dtype), node.type.dtype, to: destination(id), [source])
    case .iota(let axis):
      emit(.iota(axis: axis), node.type.dtype, to: destination(id), [])
    case .randomBits(let first):
      emit(.randomBits(first: first), node.type.dtype, to: destination(id), [whole(node.operands[0])])
    case .reduce(let kind, _):
      let source = perPosition(node.operands[0])
      emit(.reduce(kind), node.type.dtype, to: accumulator(id), [source])
    case .dot:
      writeDot(id, node)
    default:
      // Views and program-level instructions are no members of a unit.
      break
    }
  }

  private mutating func writeDot(_ id: ValueID, _ node: Node) {
    let (a, b) = (node.operands[0], node.operands[1])
    switch (graph.type(a).rank, graph.type(b).rank) {
    case (1, 1):
      let sources = [perPosition(a), perPosition(b)]
      emit(.dotAccumulate, node.type.dtype, to: accumulator(id), sources)
    case (2, _):
      let sources = [rows(a), whole(b)]
      emit(.rowDot, node.type.dtype, to: destination(id), sources)
    default:
      let sources = [perPosition(a), rows(b)]
      emit(.outerAccumulate, node.type.dtype, to: accumulator(id), sources)
    }
  }

  // MARK: Places

  /// Sources in a form for which a tile kernel exists: scalars stay in memory where it does, and are loaded otherwise.
  private mutating func elementwiseSources(_ ids: [ValueID]) -> [Place] {
    var sources = ids.map { source($0) }
    func mask() -> Int { sources.indices.reduce(0) { $0 | (isScalar(sources[$1]) ? 1 << $1 : 0) } }
    for position in sources.indices where !TileForm.exists(arity: ids.count, mask: mask()) && isScalar(sources[position]) {
      sources[position] = load(sources[position], graph.type(ids[position]).dtype)
    }
    return sources
  }

  /// The value at each position: in a tile, or in contiguous memory.
  private mutating func perPosition(_ id: ValueID) -> Place {
    let place = source(id)
    return isScalar(place) ? load(place, graph.type(id).dtype) : place
  }

  /// The value as a tile, contiguous memory or a scalar.
  private mutating func source(_ id: ValueID) -> Place {
    if let place = placeOf[id] { return place }
    let place = memory(classification.view(id))
    guard case .operand(let index) = place, case .strided = operands[index].access else { return place }
    return load(place, graph.type(id).dtype)
  }

  private mutating func load(_ place: Place, _ dtype: DType) -> Place {
    guard case .operand(let index) = place else { return place }
    if let earlier = loaded[operands[index]] { return earlier }
    let tile = newTile(dtype)
    if case .tile(let number) = tile, isScalar(place) { uniform.insert(number) }
    emit(.load, dtype, to: tile, [place])
    loaded[operands[index]] = tile
    return tile
  }

  private func isScalar(_ place: Place) -> Bool {
    guard case .operand(let index) = place, case .scalar = operands[index].access else { return false }
    return true
  }

  private mutating func memory(_ view: View) -> Place {
    let access: Access =
      if view.isDense {
        .contiguous(offset: view.offset)
      } else if view.isScalar {
        .scalar(offset: view.offset)
      } else {
        .strided(offset: view.offset, strides: view.strides)
      }
    return use(Operand(register: register(view.base), access: access, isWritten: false))
  }

  private mutating func rows(_ id: ValueID) -> Place {
    let view = classification.view(id)
    return use(
      Operand(register: register(view.base), access: .rows(offset: view.offset, length: view.shape[1]), isWritten: false))
  }

  private mutating func whole(_ id: ValueID) -> Place {
    let view = classification.view(id)
    return use(
      Operand(register: register(view.base), access: .whole(offset: view.offset, length: view.shape[0]), isWritten: false))
  }

  private mutating func destination(_ id: ValueID) -> Place {
    let place =
      isStored(id)
      ? use(Operand(register: register(id), access: .contiguous(offset: 0), isWritten: true))
      : newTile(graph.type(id).dtype)
    placeOf[id] = place
    return place
  }

  private mutating func accumulator(_ id: ValueID) -> Place {
    use(Operand(register: register(id), access: .reduction(width: graph.type(id).count), isWritten: true))
  }

  private mutating func use(_ operand: Operand) -> Place {
    if let index = operandIndex[operand] { return .operand(index) }
    operands.append(operand)
    operandIndex[operand] = operands.count - 1
    return .operand(operands.count - 1)
  }

  private mutating func newTile(_ dtype: DType) -> Place {
    tileTypes.append(dtype)
    return .tile(tileTypes.count - 1)
  }

  private mutating func emit(_ opcode: TileOpcode, _ dtype: DType, to destination: Place, _ sources: [Place]) {
    lines.append(Line(opcode: opcode, dtype: dtype, destination: destination, sources: sources))
  }

  // MARK: Tile registers

  private func finish(index: Int) -> Kernel {
    let (slots, registers) = allocateTiles()
    func slot(_ place: Place?) -> UInt16 {
      switch place {
      case .none: TileInstruction.none
      case .operand(let index): UInt16(index)
      case .tile(let tile): UInt16(operands.count + slots[tile])
      }
    }
    let code = lines.map { line in
      TileInstruction(
        line.opcode, line.dtype, destination: slot(line.destination), a: slot(line.sources.first),
        b: slot(line.sources.dropFirst().first), c: slot(line.sources.dropFirst(2).first))
    }
    let named = names.prefix(4).joined(separator: "_") + (names.count > 4 ? "_\(names.count)" : "")
    return Kernel(
      name: "k\(index)_\(named.replacing(".", with: "_"))", shape: shape, tile: tileLength(registers), operands: operands,
      tiles: registers, code: code)
  }

  /// The register of each virtual tile, and the dtypes of the registers.
  private func allocateTiles() -> (slots: [Int], registers: [DType]) {
    var lastUse = Array(repeating: -1, count: tileTypes.count)
    for (position, line) in lines.enumerated() {
      for case .tile(let tile) in line.sources + [line.destination] { lastUse[tile] = position }
    }
    var slots = Array(repeating: -1, count: tileTypes.count)
    var registers: [DType] = []
    var free: [Int] = []
    for (position, line) in lines.enumerated() {
      for case .tile(let tile) in line.sources where lastUse[tile] == position && !uniform.contains(tile) {
        // A tile may be several of the sources, and is freed once.
        if !free.contains(slots[tile]) { free.append(slots[tile]) }
      }
      guard case .tile(let tile) = line.destination else { continue }
      // The register freed last is the one most likely still in the nearest cache.
      if !uniform.contains(tile), let reusable = free.lastIndex(where: { registers[$0] == tileTypes[tile] }) {
        slots[tile] = free.remove(at: reusable)
      } else {
        registers.append(tileTypes[tile])
        slots[tile] = registers.count - 1
      }
      if lastUse[tile] == position, !uniform.contains(tile) { free.append(slots[tile]) }
    }
    return (slots, registers)
  }

  /// As many positions as keep tiles and operands together within the first-level cache.
  private func tileLength(_ registers: [DType]) -> Int {
    let budget = 40 << 10
    var bytes = registers.reduce(0) { $0 + $1.size }
    for operand in operands {
      switch operand.access {
      case .contiguous, .strided: bytes += 8
      case .rows(_, let length): bytes += min(length, 4096) * 8
      case .scalar, .whole, .reduction: break
      }
    }
    var length = 1024
    while length > Kernel.minimumTile && length * bytes > budget { length /= 2 }
    return length
  }
}
