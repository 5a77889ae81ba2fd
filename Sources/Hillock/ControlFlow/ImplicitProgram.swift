import HillockIR
import HillockRuntime
import Synchronization

/// A control-flow construct outside `jit`: it is traced when it is reached, and runs at once as a program. Programs are found again by
/// their graphs, so the same construct over other values is compiled only once.
struct ImplicitProgram {
  /// The name and the place of the call.
  private let site: String
  private let program: BoundProgram
  private let results: [ArrayType]

  /// How many programs are kept. When there are more, all are dropped; those in use come back with their next run.
  static let capacity = 256
  private static let cache = Mutex<[Graph: Executable]>([:])

  /// Traces the body for inputs of these types.
  init(_ name: String, _ site: String, _ inputs: [NDArray], _ body: ([NDArray]) throws -> [NDArray]) throws {
    self.site = site
    let arguments = try inputs.map { input in
      let type = try input.checked().isWeak ? ArrayType(input.weakCarrier, []) : input.type
      return (type: type, isWeak: input.isWeak)
    }
    for isSecondTime in [false, true] {
      let trace = Trace(name: name, arguments: arguments)
      defer { trace.settleSurvivors() }
      let finished = try trace.run {
        for array in try body(arguments.indices.map(trace.argument)) { try trace.result(try array.checked().settled) }
        return try trace.finish()
      }
      if try trace.settleStrays(trace.survivingLocals() + trace.survivingStrays(), isSecondTime: isSecondTime) { continue }
      program = BoundProgram(trace, finished, try Self.executable(finished.graph))
      results = finished.graph.results.dropLast(finished.resized.count).map(finished.graph.type)
      return
    }
    throw HillockError(.trace, "\(name) was never traced")
  }

  private static func executable(_ graph: Graph) throws(HillockError) -> Executable {
    if let known = cache.withLock({ $0[graph] }) { return known }
    let signature = "(\(graph.arguments.map(\.description).joined(separator: ", ")))"
    let executable = try Compilation.compile(graph, signature: signature)
    cache.withLock { cache in
      if cache.count >= capacity { cache.removeAll() }
      cache[graph] = executable
    }
    return executable
  }

  /// Runs the program. Variables change when it is done, all of them or none. nil if another thread has changed the batch size
  /// of a Variable since the trace: the construct must be traced again.
  func run(_ inputs: [NDArray]) throws -> [NDArray]? {
    let frame = program.executable.makeFrame()
    defer { program.executable.recycle(frame) }
    for (index, input) in inputs.enumerated() {
      let strong = input.isWeak ? try input.adopting(input.weakCarrier) : input
      frame.setArgument(index, try strong.concrete().0)
    }
    guard try program.run(frame, site: site) else { return nil }
    return results.enumerated().map { NDArray(frame.takeResult($0.offset), $0.element) }
  }

  /// Evaluates a construct: as part of the current trace, or without one as a separate program.
  static func evaluate(
    _ name: String, _ site: String, _ inputs: [NDArray], _ body: ([NDArray]) throws -> [NDArray]
  ) throws -> [NDArray] {
    if let trace = Trace.current { return try trace.transaction { try body(inputs) } }
    while true {
      if let results = try ImplicitProgram(name, site, inputs, body).run(inputs) { return results }
    }
  }
}

extension NDArray {
  /// The dtype in which a weak scalar is passed.
  var weakCarrier: DType {
    switch content {
    case .weak(let scalar): scalar.carrier
    case .ranged: .i64
    case .traced(let value): value.type.dtype
    default: dtype
    }
  }
}
