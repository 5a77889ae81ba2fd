import HillockBytecode
import HillockIR
import HillockRuntime

/// Runs a graph node by node, each node as a program of one node: what fused execution is tested against. Loops and branches
/// are run here, step by step, so that the loops of both tiers have something to be compared with.
struct EagerRun {
  private let graph: Graph
  private let variables: [ConstantData]
  private let options: ExecutionOptions
  /// The functions of the outermost graph, and what has been called.
  private let functions: [FunctionSlot]
  private let host: HostFunctions
  /// The value of each node; of a control-flow node, all the values it stands for.
  private var values: [[ConstantData]] = []

  private init(
    _ graph: Graph, variables: [ConstantData], options: ExecutionOptions, functions: [FunctionSlot], host: HostFunctions
  ) {
    self.graph = graph
    self.variables = variables
    self.options = options
    self.functions = functions
    self.host = host
  }

  static func run(
    _ graph: Graph, arguments: [ConstantData], variables: [ConstantData], options: ExecutionOptions
  ) throws(HillockError) -> Outputs {
    let host = HostFunctions()
    var run = EagerRun(graph, variables: variables, options: options, functions: graph.functions, host: host)
    try run.evaluate(arguments)
    var stored: [Int: ConstantData] = [:]
    for store in graph.stores { stored[store.slot] = run.value(store.value) }
    return Outputs(results: graph.results.map(run.value), stored: stored, calls: host.record)
  }

  private func value(_ id: ValueID) -> ConstantData { values[Int(id.index)][0] }

  private mutating func evaluate(_ arguments: [ConstantData]) throws(HillockError) {
    for node in graph.nodes {
      switch node.operation {
      case .argument(let index): values.append([arguments[index]])
      case .variable(let slot): values.append([variables[slot]])
      case .constant(let index): values.append([graph.constants[index]])
      case .call(let call): values.append(try self.call(call, node.operands.map(value)))
      case .element(let position): values.append([values[Int(node.operands[0].index)][position]])
      case .loop(let loop): values.append(try run(loop, node.operands.map(value)))
      case .whileLoop(let condition, let body, let carried):
        values.append(try whileLoop(condition, body, carried, node.operands.map(value)))
      case .branch(let regions):
        let operands = node.operands.map(value)
        let selected = min(max(integer(operands[0]), 0), regions.count - 1)
        values.append(try region(regions[selected], Array(operands.dropFirst())))
      case .part(let part): values.append(try region(part.body, node.operands.map(value)))
      default: values.append(try Self.evaluate(node, graph.elementTypes(node), node.operands.map(value), options))
      }
    }
  }

  // MARK: Control flow

  private func region(_ index: Int, _ arguments: [ConstantData]) throws(HillockError) -> [ConstantData] {
    var run = EagerRun(graph.regions[index], variables: [], options: options, functions: functions, host: host)
    try run.evaluate(arguments)
    return run.graph.results.map(run.value)
  }

  private func call(_ call: Operation.Call, _ operands: [ConstantData]) throws(HillockError) -> [ConstantData] {
    guard functions.indices.contains(call.function), let function = try host.function(functions[call.function]) else {
      throw HillockError(.call, "function \(call.function) is called, and none is bound")
    }
    var inputs: [Storage] = [], outputs: [Storage] = []
    for operand in operands { inputs.append(try ProgramRun.storage(operand)) }
    for type in call.results { outputs.append(try Storage.allocate(byteCount: type.byteCount)) }
    do {
      try withExtendedLifetime((inputs, outputs)) {
        try function.call(inputs.map { UnsafeRawPointer($0.base) }, outputs.map(\.base))
      }
    } catch {
      throw function.failure(error, caller: nil)
    }
    return zip(outputs, call.results).map(ProgramRun.data)
  }

  private func run(_ loop: Operation.Loop, _ operands: [ConstantData]) throws(HillockError) -> [ConstantData] {
    var carried = Array(operands.prefix(loop.carried))
    let sliced = operands.dropFirst(loop.carried).prefix(loop.sliced), captured = operands.dropFirst(loop.carried + loop.sliced)
    let body = graph.regions[loop.region]
    var rows = [[ConstantData?]](
      repeating: Array(repeating: nil, count: loop.trips), count: body.results.count - loop.carried)
    for step in 0..<loop.trips {
      let index = loop.isReversed ? loop.trips - 1 - step : step
      let arguments = [Self.index(index)] + carried + sliced.map { Self.row($0, index) } + captured
      let results = try region(loop.region, arguments)
      carried = Array(results.prefix(loop.carried))
      for (position, row) in results.dropFirst(loop.carried).enumerated() { rows[position][index] = row }
    }
    let stacked = zip(body.results.dropFirst(loop.carried), rows).map { result, rows in
      let row = body.type(result)
      return ConstantData(type: ArrayType(row.dtype, [loop.trips] + row.shape), bytes: rows.flatMap { $0?.bytes ?? [] })
    }
    return carried + stacked
  }

  private func whileLoop(
    _ condition: Int, _ body: Int, _ count: Int, _ operands: [ConstantData]
  ) throws(HillockError) -> [ConstantData] {
    var carried = Array(operands.prefix(count))
    let captured = operands.dropFirst(count)
    while try region(condition, carried + captured)[0].bytes[0] != 0 {
      carried = try region(body, carried + captured)
    }
    return carried
  }

  private static func index(_ value: Int) -> ConstantData {
    ConstantData(type: ArrayType(.i64, []), bytes: withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) })
  }

  private static func row(_ array: ConstantData, _ index: Int) -> ConstantData {
    let type = ArrayType(array.type.dtype, Array(array.type.shape.dropFirst()))
    return ConstantData(type: type, bytes: Array(array.bytes[index * type.byteCount..<(index + 1) * type.byteCount]))
  }

  private func integer(_ selector: ConstantData) -> Int { Int(Int32(truncatingIfNeeded: ElementText.bits(selector, 0))) }

  // MARK: One node

  /// One node, its operands the arguments of a program; the value of a node that stands for one.
  static func evaluate(
    _ node: Node, _ operands: [ConstantData], _ options: ExecutionOptions = ExecutionOptions(tier: .interpreter, workers: 1)
  ) throws(HillockError) -> ConstantData {
    let values = try evaluate(node, [], operands, options)
    guard let value = values.first else { throw HillockError(.verification, "a program of one node without a result") }
    return value
  }

  /// One node; `elements`: the types of the values that it stands for, where it has several.
  private static func evaluate(
    _ node: Node, _ elements: [ArrayType], _ operands: [ConstantData], _ options: ExecutionOptions
  ) throws(HillockError) -> [ConstantData] {
    var graph = Graph(name: node.operation.name)
    graph.arguments = operands.map(\.type)
    graph.nodes = operands.enumerated().map { Node(operation: .argument($0.offset), operands: [], type: $0.element.type) }
    graph.nodes.append(Node(operation: node.operation, operands: operands.indices.map(ValueID.init), type: node.type))
    let value = ValueID(graph.nodes.count - 1)
    graph.nodes += elements.enumerated().map { Node(operation: .element($0.offset), operands: [value], type: $0.element) }
    graph.results = elements.isEmpty ? [value] : elements.indices.map { ValueID(Int(value.index) + 1 + $0) }
    let program = try VerifiedProgram(try Lowering.lower(graph))
    return try ProgramRun.run(program, arguments: operands, variables: [], options: options).results
  }
}
