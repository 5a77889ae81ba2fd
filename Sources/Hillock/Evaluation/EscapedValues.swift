import HillockIR
import HillockRuntime

/// What a closed trace knows of its values: their graph, and the arrays that it captured, by the positions of the arguments that
/// they became. The trace lives on only where somebody has kept a value of it.
struct TraceOrigins {
  let graph: Graph
  let captured: [Int: RegionInput]
}

extension Trace {
  /// The value of a closed trace that follows from constants and captured arrays alone: it is the same whatever the function is
  /// called with. Computed when it is first asked for.
  func knownValue(_ value: TracedValue) -> NDArray? {
    guard let origins, let array = (known.withLock { $0[value.id] }) ?? Self.evaluate(value, origins) else { return nil }
    known.withLock { $0[value.id] = array }
    return value.isWeak ? try? array.weakened() : array
  }

  private static func evaluate(_ value: TracedValue, _ origins: TraceOrigins) -> NDArray? {
    var graph = origins.graph
    guard graph.nodes.indices.contains(Int(value.id.index)) else { return nil }
    let isNeeded = graph.needed(for: [value.id])
    var arrays: [(type: ArrayType, storage: Storage)] = []
    for index in graph.nodes.indices where isNeeded[index] {
      let node = graph.nodes[index]
      switch node.operation {
      case .argument(let position):
        guard let input = origins.captured[position], let (storage, type) = try? input.escaped?.concrete() else { return nil }
        graph.nodes[index].operation = .argument(arrays.count)
        arrays.append((type, storage))
      case .variable: return nil
      default: if graph.hasEffect(node) { return nil }
      }
    }
    return try? run(graph.part(isNeeded, value.id, arguments: arrays.map(\.type)), arrays.map(\.storage))
  }

  private static func run(_ graph: Graph, _ arguments: [Storage]) throws -> NDArray {
    let executable = try suspended { () throws(HillockError) in try Compilation.compile(graph, signature: "()") }
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    for (position, storage) in arguments.enumerated() { frame.setArgument(position, storage) }
    try executable.run(frame)
    return NDArray(frame.takeResult(0), graph.type(graph.results[0]))
  }
}

extension Graph {
  /// The graph of one value, of the nodes that it is made of.
  fileprivate func part(_ isNeeded: [Bool], _ value: ValueID, arguments: [ArrayType]) -> Graph {
    var whole = self
    whole.results = [value]
    whole.arguments = arguments
    (whole.stores, whole.variables, whole.functions, whole.argumentNames) = ([], [], [], [:])
    return GraphRewriter.run(whole, only: isNeeded) { _, _ in nil }
  }
}

extension RegionInput {
  /// What it is outside all traces; nil where that depends on what a program is called with.
  fileprivate var escaped: NDArray? {
    switch self {
    case .variable: nil
    case .value(let value): value.trace.knownValue(value)
    case .array(let storage, let type): NDArray(storage, type)
    }
  }
}

extension NDArray {
  /// A value that was kept after its trace had ended, as an array where it is the same in every call; other arrays as they are.
  var whole: NDArray {
    guard case .traced(let value) = content else { return self }
    return value.trace.knownValue(value) ?? self
  }
}
