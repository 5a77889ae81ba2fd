import HillockIR

/// Lowers a graph to a program: classification, fusion, tile code, buffers.
package enum Lowering {
  package static func lower(_ graph: Graph) throws(HillockError) -> Program { try lowerReporting(graph).program }

  /// The same, and what was fused.
  package static func lowerReporting(_ graph: Graph) throws(HillockError) -> (program: Program, fusion: FusionReport) {
    try checkNodes(graph, graph.functions)
    var program = Program(name: graph.name)
    program.arguments = graph.arguments
    program.variables = graph.variables
    program.functions = graph.functions
    var region = RegionLowering(ReductionNormalisation.run(PartInlining.runEverywhere(graph)), arguments: nil, targets: nil)
    program.code = region.run(&program)
    var report = region.report
    report.addBlocks(of: program)
    InPlacePlanner.plan(&program)
    BufferPlanner.plan(&program)
    return (program, report)
  }
}

extension Lowering {
  /// What the builder keeps and a graph made otherwise might not: a node of several values is read through its elements only,
  /// a region belongs to one node (or lowering could take time exponential in the depth of regions), and a call gives what
  /// its function gives.
  private static func checkNodes(_ graph: Graph, _ functions: [FunctionSlot]) throws(HillockError) {
    var owned: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() {
      for region in node.operation.regions where !owned.insert(region).inserted {
        throw HillockError(.format, "region \(region) is used twice, by %\(index) for the second time; write it again")
      }
      if case .call(let call) = node.operation {
        guard functions.indices.contains(call.function), functions[call.function].results == call.results else {
          throw HillockError(.format, "%\(index) calls function \(call.function), which there is not with these results")
        }
      }
      if case .element = node.operation { continue }
      for operand in node.operands { try checkValue(operand, graph) }
    }
    for root in graph.roots { try checkValue(root, graph) }
    for region in graph.regions { try checkNodes(region, functions) }
  }

  private static func checkValue(_ id: ValueID, _ graph: Graph) throws(HillockError) {
    guard graph[id].operation.hasElements else { return }
    throw HillockError(.format, "%\(id.index) stands for several values; take one with `element`")
  }
}

/// Lowers one graph, or the region of a control-flow node, into a program.
struct RegionLowering {
  private let graph: Graph
  private let classification: Classification
  private let fusion: Fusion
  /// The registers that stand for a region's arguments; nil for the program's own graph.
  private let arguments: [Int]?
  /// The registers that a region's results go to; nil for the program's own graph, whose roots get fresh ones.
  private let targets: [Int]?
  /// Every value that is read from memory has its register before any code is written, so look-ups cannot fail.
  private var registerOf: [ValueID: Int] = [:]
  /// For a node of several values, the registers of its elements by their positions.
  private var elementRegisters: [ValueID: [Int: Int]] = [:]
  /// The roots that are given their value's own register.
  private var claims: [ValueID: (target: Int?, position: Int)] = [:]
  private var code: [Instruction] = []
  /// What was fused in this region and in those inside it.
  private(set) var report = FusionReport()
  /// The kernel launched last in this block, and its unit; a copy of a result has none.
  private var lastKernel: (kernel: Int, unit: Int?)?

  init(_ graph: Graph, arguments: [Int]?, targets: [Int]?) {
    self.graph = graph
    classification = Classification(graph)
    fusion = Fusion(graph, classification)
    self.arguments = arguments
    self.targets = targets
  }

  mutating func run(_ program: inout Program) -> [Instruction] {
    makeRegisters(&program)
    for index in fusion.schedule { emit(index, &program) }
    emitRoots(&program)
    return code
  }

  // MARK: Registers

  private mutating func makeRegisters(_ program: inout Program) {
    let isStored = storedValues()
    claims = claimedRoots()
    for index in graph.nodes.indices {
      let id = ValueID(index)
      let node = graph[id]
      switch classification.kind(id) {
      case .view: continue
      case .leaf:
        registerOf[id] = leaf(node, &program)
      case .fused, .sink, .instruction, .element:
        guard isStored[index], !node.operation.hasElements else { continue }
        let claim = claims[id]
        let register = claim?.target ?? add(node.type, claim == nil ? .temporary(buffer: 0) : .fresh, &program)
        registerOf[id] = register
        if case .element(let position) = node.operation { elementRegisters[node.operands[0], default: [:]][position] = register }
      }
    }
  }

  private func leaf(_ node: Node, _ program: inout Program) -> Int {
    switch node.operation {
    case .argument(let position):
      return arguments.map { $0[position] } ?? add(node.type, .argument(position), &program)
    case .variable(let slot):
      return add(node.type, .variable(slot), &program)
    case .constant(let position):
      program.constants.append(graph.constants[position])
      return add(node.type, .constant(program.constants.count - 1), &program)
    default:
      return add(node.type, .temporary(buffer: 0), &program)
    }
  }

  /// A computed value is returned, stored or handed on from its own register, once; every other root is a copy. An inner
  /// loop's carried values change places while it runs, so they are copied to where a region's results go.
  private func claimedRoots() -> [ValueID: (target: Int?, position: Int)] {
    var claims: [ValueID: (target: Int?, position: Int)] = [:]
    for (position, root) in graph.roots.enumerated() where claims[root] == nil {
      switch classification.kind(root) {
      case .element: if targets == nil { claims[root] = (nil, position) }
      case .fused, .sink, .instruction: claims[root] = (targets?[position], position)
      case .leaf, .view: break
      }
    }
    return claims
  }

  /// Computed values that lie in memory: those the classification asks for, and those another unit reads.
  private func storedValues() -> [Bool] {
    var isStored = classification.isMaterialised
    for (index, node) in graph.nodes.enumerated() {
      switch classification.kinds[index] {
      case .sink, .instruction, .element: isStored[index] = true
      case .leaf, .view, .fused: break
      }
      for operand in node.operands {
        guard case .fused = classification.kind(operand) else { continue }
        if fusion.unitOf[Int(operand.index)] != fusion.unitOf[index] { isStored[Int(operand.index)] = true }
      }
    }
    return isStored
  }

  private func add(_ type: ArrayType, _ role: Register.Role, _ program: inout Program) -> Int {
    program.registers.append(Register(type: type, role: role))
    return program.registers.count - 1
  }

  // MARK: Code

  private mutating func emit(_ index: Int, _ program: inout Program) {
    let unit = fusion.units[index]
    guard let shape = unit.indexSpace else {
      let id = unit.members[0]
      code.append(instruction(id, &program))
      return
    }
    let registerOf = registerOf
    let kernel = KernelWriter.kernel(
      index: program.kernels.count, graph, classification, unit: unit, shape: shape,
      register: { registerOf[$0]! }, isStored: { registerOf[$0] != nil })
    launch(kernel, unit: index, unit.members.map(memberName), &program)
  }

  /// A view is computed only where another step needs its elements side by side.
  private func memberName(_ id: ValueID) -> String {
    let name = graph[id].operation.name
    return classification.copySources[id] == nil ? name : "a copy of \(name)"
  }

  /// `unit` is nil for the copy of a result, which is no part of the schedule.
  private mutating func launch(_ kernel: Kernel, unit: Int?, _ members: [String], _ program: inout Program) {
    program.kernels.append(kernel)
    let number = program.kernels.count - 1
    code.append(.launch(number))
    report.members[number] = members
    if let last = lastKernel {
      let reason: FusionBoundary
      if let unit, let other = last.unit { reason = fusion.boundary(other, unit) } else { reason = .resultCopy }
      report.boundaries.append(FusionReport.Boundary(first: last.kernel, second: number, reason: reason))
    }
    lastKernel = (number, unit)
  }

  /// A node that is an instruction of its own.
  private mutating func instruction(_ id: ValueID, _ program: inout Program) -> Instruction {
    let node = graph[id]
    let operands = node.operands.map { registerOf[classification.view($0).base]! }
    switch node.operation {
    case .reduce(let kind, let axes):
      let shape = ReductionShape(graph.type(node.operands[0]).shape, axes: axes)
      let number = ReduceKind.allCases.firstIndex(of: kind) ?? 0
      return .array(
        .reduce, [[number], shape.outerShape, [shape.extent], shape.innerShape], destinations: [registerOf[id]!],
        sources: operands)
    case .dot(let batch):
      return .array(.matmul, product(node, batch: batch).attributes, destinations: [registerOf[id]!], sources: operands)
    case .array(let op, let attributes):
      let destinations = op.row.hasSeveralResults ? results(id, &program) : [registerOf[id]!]
      return .array(op, attributes, destinations: destinations, sources: operands)
    case .call(let call): return .call(function: call.function, operands: operands, results: results(id, &program))
    case .loop(let loop): return .loop(lower(loop, operands, elementRegisters[id] ?? [:], &program))
    case .whileLoop(let condition, let body, let carried):
      let regions = (graph.regions[condition], graph.regions[body])
      return .whileLoop(lower(condition: regions.0, body: regions.1, carried, operands, elementRegisters[id] ?? [:], &program))
    case .branch(let regions):
      let branches = regions.map { graph.regions[$0] }
      return .branch(lower(branches: branches, operands, elementRegisters[id] ?? [:], &program))
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .iota, .randomBits,
      .part, .element:
      // `Classification` names these kinds otherwise, whatever the graph; parts have been replaced by their bodies.
      preconditionFailure("\(node.operation.name) is classified as no instruction")
    }
  }

  /// The registers of all values that a node stands for; those that nothing reads get some as well.
  private mutating func results(_ id: ValueID, _ program: inout Program) -> [Int] {
    let elements = elementRegisters[id] ?? [:]
    return graph.elementTypes(graph[id]).enumerated().map { position, type in
      elements[position] ?? add(type, .temporary(buffer: 0), &program)
    }
  }

  private mutating func emitRoots(_ program: inout Program) {
    var destinations: [Int] = []
    for (position, root) in graph.roots.enumerated() {
      if let claim = claims[root], claim.position == position {
        destinations.append(registerOf[root]!)
      } else {
        destinations.append(copy(root, to: targets?[position], &program))
      }
    }
    guard targets == nil else { return }
    for (store, register) in zip(graph.stores, destinations.dropFirst(graph.results.count)) {
      code.append(.store(slot: store.slot, register: register))
    }
    code.append(.return(Array(destinations.prefix(graph.results.count))))
  }

  /// Copies the value's elements to a register of their own: the target, or a fresh one.
  private mutating func copy(_ id: ValueID, to target: Int?, _ program: inout Program) -> Int {
    let destination = target ?? add(graph.type(id), .fresh, &program)
    let registerOf = registerOf
    let kernel = KernelWriter.copy(
      index: program.kernels.count, graph, classification, classification.view(id), to: destination,
      register: { registerOf[$0]! })
    launch(kernel, unit: nil, ["copy"], &program)
    return destination
  }

  /// A product, and how its operands lie.
  private func product(_ node: Node, batch: Int) -> ProductAttributes {
    let (a, b) = (node.operands[0], node.operands[1])
    func layout(_ id: ValueID, _ middle: Int) -> FactorLayout? {
      let view = classification.view(id)
      return FactorLayout(view, of: graph.type(view.base).count, batch: batch, middle: middle)
    }
    let (rank, type) = (node.type.rank, node.type)
    let rows = graph.type(a).rank - batch - 1
    let shape = ProductShape(
      batch: Array(type.shape[..<batch]), rows: Array(type.shape[batch..<(batch + rows)]), inner: graph.type(b).shape[batch],
      columns: Array(type.shape[(batch + rows)..<rank]))
    var product = ProductAttributes(shape)
    if let layout = layout(a, batch + rows) {
      (product.isTransposedA, product.isSharedA) = (layout.isTransposed, layout.isShared)
    }
    if let layout = layout(b, batch + 1) { (product.isTransposedB, product.isSharedB) = (layout.isTransposed, layout.isShared) }
    return product
  }

  // MARK: Control flow

  private mutating func lower(
    _ loop: Operation.Loop, _ operands: [Int], _ elements: [Int: Int], _ program: inout Program
  ) -> Loop {
    let body = graph.regions[loop.region]
    let carries = makeCarries(operands.prefix(loop.carried), elements, &program)
    let index = add(ArrayType(.i64, []), .temporary(buffer: 0), &program)
    var rows: [Int] = []
    func row(of whole: Int) -> Int {
      let type = program.registers[whole].type
      rows.append(add(ArrayType(type.dtype, Array(type.shape.dropFirst())), .row(of: whole), &program))
      return rows[rows.count - 1]
    }
    let sliced = operands.dropFirst(loop.carried).prefix(loop.sliced).map(row)
    let captured = operands.dropFirst(loop.carried + loop.sliced)
    var targets = carries.map(\.next)
    for position in loop.carried..<body.results.count {
      let type = body.type(body.results[position])
      let whole =
        elements[position] ?? add(ArrayType(type.dtype, [loop.trips] + type.shape), .temporary(buffer: 0), &program)
      targets.append(row(of: whole))
    }
    var region = RegionLowering(
      body, arguments: [index] + carries.map(\.current) + sliced + captured, targets: targets)
    let code = region.run(&program)
    report.merge(region.report)
    return Loop(
      trips: loop.trips, isReversed: loop.isReversed, index: index, carries: carries, rows: rows, body: code)
  }

  private mutating func lower(
    condition: Graph, body: Graph, _ carried: Int, _ operands: [Int], _ elements: [Int: Int], _ program: inout Program
  ) -> WhileLoop {
    let carries = makeCarries(operands.prefix(carried), elements, &program)
    let arguments = carries.map(\.current) + operands.dropFirst(carried)
    let test = add(ArrayType(.bool, []), .temporary(buffer: 0), &program)
    var conditionRegion = RegionLowering(condition, arguments: arguments, targets: [test])
    var bodyRegion = RegionLowering(body, arguments: arguments, targets: carries.map(\.next))
    let conditionCode = conditionRegion.run(&program), bodyCode = bodyRegion.run(&program)
    report.merge(conditionRegion.report)
    report.merge(bodyRegion.report)
    return WhileLoop(carries: carries, condition: conditionCode, test: test, body: bodyCode)
  }

  private mutating func lower(
    branches: [Graph], _ operands: [Int], _ elements: [Int: Int], _ program: inout Program
  ) -> Branch {
    let results = branches[0].results.enumerated().map { position, value in
      elements[position] ?? add(branches[0].type(value), .temporary(buffer: 0), &program)
    }
    var blocks: [[Instruction]] = []
    for branch in branches {
      var region = RegionLowering(branch, arguments: Array(operands.dropFirst()), targets: results)
      blocks.append(region.run(&program))
      report.merge(region.report)
    }
    return Branch(selector: operands[0], results: results, blocks: blocks)
  }

  /// The registers of carried values: `current` is the element's own, `next` its twin of the same role, for the present.
  private func makeCarries(
    _ initial: ArraySlice<Int>, _ elements: [Int: Int], _ program: inout Program
  ) -> [Carry] {
    initial.enumerated().map { position, register in
      let type = program.registers[register].type
      let current = elements[position] ?? add(type, .temporary(buffer: 0), &program)
      return Carry(initial: register, current: current, next: add(type, program.registers[current].role, &program))
    }
  }
}
