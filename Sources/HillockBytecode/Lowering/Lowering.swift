import HillockIR

/// Lowers a graph to a program: classification, fusion, tile code, buffers.
package struct Lowering {
  private let graph: Graph
  private let classification: Classification
  private let fusion: Fusion
  private var program: Program
  private var registerOf: [ValueID: Int] = [:]
  /// Values whose register is a root's, and therefore fresh.
  private var claimed: Set<ValueID> = []

  package static func lower(_ graph: Graph) throws(HillockError) -> Program {
    var lowering = Lowering(ReductionNormalisation.run(graph))
    return lowering.run()
  }

  private init(_ graph: Graph) {
    self.graph = graph
    classification = Classification(graph)
    fusion = Fusion(graph, classification)
    program = Program(name: graph.name)
    program.arguments = graph.arguments
    program.variables = graph.variables
    program.constants = graph.constants
  }

  private mutating func run() -> Program {
    claimRoots()
    makeRegisters()
    for index in fusion.schedule { emit(fusion.units[index]) }
    emitRoots()
    BufferPlanner.plan(&program)
    return program
  }

  /// A computed value is returned or stored from its own register, once; every other root is a copy.
  private mutating func claimRoots() {
    for root in graph.roots {
      switch classification.kind(root) {
      case .fused, .sink, .instruction: claimed.insert(root)
      case .leaf, .view: break
      }
    }
  }

  private mutating func makeRegisters() {
    let isStored = storedValues()
    for index in graph.nodes.indices {
      let id = ValueID(index)
      let node = graph[id]
      let role: Register.Role
      switch classification.kind(id) {
      case .view: continue
      case .leaf:
        switch node.operation {
        case .argument(let position): role = .argument(position)
        case .variable(let slot): role = .variable(slot)
        case .constant(let position): role = .constant(position)
        default: continue
        }
      case .fused, .sink, .instruction:
        guard isStored[index] else { continue }
        role = claimed.contains(id) ? .fresh : .temporary(buffer: 0)
      }
      registerOf[id] = addRegister(node.type, role)
    }
  }

  /// Computed values that lie in memory: those the classification asks for, and those another unit reads.
  private func storedValues() -> [Bool] {
    var isStored = classification.isMaterialised
    for (index, node) in graph.nodes.enumerated() {
      switch classification.kinds[index] {
      case .sink, .instruction: isStored[index] = true
      case .leaf, .view, .fused: break
      }
      for operand in node.operands {
        guard case .fused = classification.kind(operand) else { continue }
        if fusion.unitOf[Int(operand.index)] != fusion.unitOf[index] { isStored[Int(operand.index)] = true }
      }
    }
    return isStored
  }

  private mutating func addRegister(_ type: ArrayType, _ role: Register.Role) -> Int {
    program.registers.append(Register(type: type, role: role))
    return program.registers.count - 1
  }

  private mutating func emit(_ unit: Unit) {
    guard let shape = unit.indexSpace else {
      program.code.append(instruction(unit.members[0]))
      return
    }
    let registerOf = registerOf
    let kernel = KernelWriter.kernel(
      index: program.kernels.count, graph, classification, unit: unit, shape: shape,
      register: { registerOf[$0]! }, isStored: { registerOf[$0] != nil })
    launch(kernel)
  }

  private mutating func launch(_ kernel: Kernel) {
    program.kernels.append(kernel)
    program.code.append(.launch(program.kernels.count - 1))
  }

  private func instruction(_ id: ValueID) -> Instruction {
    let node = graph[id]
    let destination = registerOf[id]!
    let operands = node.operands.map { registerOf[classification.view($0).base]! }
    switch node.operation {
    case .reduce(let kind, let axes):
      let shape = ReductionShape(graph.type(node.operands[0]).shape, axes: axes)
      return .reduce(
        kind, destination: destination, source: operands[0], outer: shape.outer, extent: shape.extent, inner: shape.inner)
    case .updateSlice(let starts, let steps):
      return .updateSlice(destination: destination, base: operands[0], update: operands[1], starts: starts, steps: steps)
    case .concatenate(let axis):
      return .concatenate(destination: destination, sources: operands, axis: axis)
    case .gather:
      return .gather(destination: destination, source: operands[0], indices: operands[1])
    case .scatter:
      return .scatter(destination: destination, base: operands[0], indices: operands[1], updates: operands[2])
    default:
      return .matmul(destination: destination, a: operands[0], b: operands[1])
    }
  }

  private mutating func emitRoots() {
    var used: Set<Int> = []
    func own(_ root: ValueID) -> Int? {
      guard claimed.contains(root), let register = registerOf[root], used.insert(register).inserted else { return nil }
      return register
    }
    var results: [Int] = []
    for root in graph.results { results.append(own(root) ?? copy(root)) }
    var stores: [(slot: Int, register: Int)] = []
    for store in graph.stores { stores.append((store.slot, own(store.value) ?? copy(store.value))) }
    for store in stores { program.code.append(.store(slot: store.slot, register: store.register)) }
    program.code.append(.return(results))
  }

  /// A fresh register with the value's elements.
  private mutating func copy(_ id: ValueID) -> Int {
    let destination = addRegister(graph.type(id), .fresh)
    let registerOf = registerOf
    launch(
      KernelWriter.copy(
        index: program.kernels.count, graph, classification, classification.view(id), to: destination,
        register: { registerOf[$0]! }))
    return destination
  }
}
