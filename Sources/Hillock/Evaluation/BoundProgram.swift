import HillockIR
import HillockRuntime

/// The type that a Variable with a batch axis had where a function met it first: the function's program is for that type.
struct BatchUse: Sendable {
  let variable: Variable
  let type: ArrayType

  var isCurrent: Bool { variable.type == type }
}

/// What a trace has found when its function has returned.
struct FinishedTrace {
  let graph: Graph
  /// By slot.
  let variables: [Variable]
  /// Variables whose batch size the function changes: their values are the last results of the graph, because a store keeps the
  /// type.
  let resized: [(slot: Int, type: ArrayType)]
  /// Variables that the function has created and that outlive it: their values follow as results.
  let created: [LocalVariable]
}

/// A program with what ties it to the world: arrays and functions that the traced function captured, and the Variables that it
/// reads and writes. A class, because a call that takes it in hand then counts one reference instead of one a property.
final class BoundProgram: Sendable {
  let graph: Graph
  let executable: Executable
  /// Where captured arrays follow the arguments of the call.
  private let argumentCount: Int
  /// Arrays that are too large to be constants.
  private let captures: [Storage]
  /// What the program calls outside itself, by slot.
  private let functions: [ExternalFunction]
  /// By slot.
  let variables: [Variable]
  private let leases: LeasePlan
  let batches: [BatchUse]
  private let resized: [(slot: Int, type: ArrayType)]
  /// What the first run creates: the only one, because a later one would find it there.
  private let created: [LocalVariable]
  var isForOneCall: Bool { !created.isEmpty }

  init(_ trace: Trace, _ finished: FinishedTrace, _ executable: Executable) {
    graph = finished.graph
    self.executable = executable
    argumentCount = trace.argumentCount
    captures = trace.captures
    functions = trace.functions
    variables = finished.variables
    batches = trace.batches
    resized = finished.resized
    created = finished.created
    let written = Set(graph.stores.map(\.slot) + resized.map(\.slot))
    leases = LeasePlan(variables.compactMap(\.cell), isWritten: variables.indices.map(written.contains))
  }

  deinit { giveUp() }

  /// By slot, whether a run changes the Variable.
  var isWritten: [Bool] { leases.isWritten }

  /// Whether the Variables have the batch sizes that the program is for.
  var hasItsSizes: Bool { batches.isEmpty || batches.allSatisfy(\.isCurrent) }

  /// Runs the program over a frame that has the arguments of the call; Variables change when it is done, all of them or none.
  ///
  /// - Returns: false where a batch size has changed since the program was chosen; then nothing was run.
  func run(_ frame: Frame, site: String, policy: ConflictPolicy? = nil) throws -> Bool {
    guard isForOneCall else { return try perform(frame, site, policy) }
    defer { giveUp() }
    guard try perform(frame, site, policy) else { return false }
    let results = graph.results.suffix(created.count)
    for (local, (position, result)) in zip(created, zip(results.indices, results)) {
      local.variable.settle(frame.takeResult(position), graph.type(result))
    }
    return true
  }

  /// Where the program is not run, or fails, what it would have created has the values that are known without it.
  func giveUp() {
    for local in created { local.settle([local.current, local.initial]) }
  }

  private func perform(_ frame: Frame, _ site: String, _ policy: ConflictPolicy?) throws -> Bool {
    for variable in variables {
      if let failure = variable.pendingFailure { throw failure.thrownError() }
    }
    for (offset, storage) in captures.enumerated() { frame.setArgument(argumentCount + offset, storage) }
    for (slot, function) in functions.enumerated() { frame.setFunction(slot, function) }
    guard !variables.isEmpty else {
      try executable.runCancellably(frame)
      return true
    }
    let lease = try leases.acquireCancellably(site: site, policy: policy)
    // What is leased keeps its size.
    guard hasItsSizes else { return false }
    lease.load(into: frame)
    try executable.runCancellably(frame)
    if resized.isEmpty {
      try lease.commit(from: frame)
    } else {
      let first = graph.results.count - created.count - resized.count
      try lease.commit(
        from: frame,
        resized.enumerated().map { Lease.Resized(slot: $1.slot, type: $1.type, storage: frame.takeResult(first + $0)) })
    }
    return true
  }
}
