import HillockIR
import HillockBytecode
import HillockRuntime
import Synchronization

/// A function that `jit` has wrapped: call it as the function itself, with `try`.
///
/// The first call at a signature (dtypes, shapes and structure of the arguments, static values) traces the function; later
/// calls run the program. It may be called from any thread. The function itself runs only while tracing, one thread at a
/// time; apart from Variables, what it captures must not be changed meanwhile by others.
public final class Jitted<Output, each Input: ArrayTree>: @unchecked Sendable {
  // @unchecked: `function` may not be Sendable; it is run under `tracing`, or on the caller's thread where the caller asks
  // to run plainly. The entries are guarded by a Mutex.
  private let function: (repeat each Input) throws -> Output
  private let outputMap: OutputMap<Output>
  private let name: String
  private let site: String
  private let entries = Mutex<[Entry<Output>]>([])
  /// Where among the entries the last call found its program: tried first.
  private let lastHit = Atomic<Int>(0)
  private let clock = Atomic<UInt64>(0)
  private let tracing = Mutex(())

  /// How many programs are kept for one function; the one that was not used for longest goes first.
  static var capacity: Int { 64 }

  init(name: String, site: String, outputMap: OutputMap<Output>, _ function: @escaping (repeat each Input) throws -> Output) {
    self.name = name
    self.site = site
    self.outputMap = outputMap
    self.function = function
  }

  /// Runs the function.
  ///
  /// - Throws: the first error of the arguments, of the function, or of an expression whose value it returns or writes to a
  ///   Variable; a `conflict` error where another thread has one of its Variables. No Variable is changed then.
  public func callAsFunction(_ input: repeat each Input) throws -> Output {
    if Trace.current != nil { return try inline(repeat each input) }
    if PlainMode.isOn { return try runPlainly(repeat each input) }
    let known = entries.withLock { $0 }
    let likely = lastHit.load(ordering: .relaxed)
    for step in known.indices {
      // The likely one, then all the others in turn.
      let index = step == 0 ? (known.indices.contains(likely) ? likely : 0) : step <= likely ? step - 1 : step
      let entry = known[index]
      let frame = entry.executable.makeFrame()
      var visitor = TreeVisitor(matching: entry.signature, into: frame)
      repeat (each input).visit(&visitor)
      if visitor.matches {
        if index != likely { lastHit.store(index, ordering: .relaxed) }
        return try run(entry, frame)
      }
      entry.executable.recycle(frame)
    }
    let entry = try entry(repeat each input)
    let frame = entry.executable.makeFrame()
    var visitor = TreeVisitor(matching: entry.signature, into: frame)
    repeat (each input).visit(&visitor)
    guard visitor.matches else {
      entry.executable.recycle(frame)
      throw HillockError(.argument, "the arguments of \(name) changed while it was called; pass values that stay")
    }
    return try run(entry, frame)
  }

  // MARK: Running

  private func run(_ entry: Entry<Output>, _ frame: Frame) throws -> Output {
    defer { entry.executable.recycle(frame) }
    entry.lastUse.store(clock.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
    for variable in entry.variables {
      if let failure = variable.pendingFailure { throw failure.thrownError() }
    }
    for (offset, storage) in entry.captures.enumerated() {
      frame.setArgument(entry.signature.arrays.count + offset, storage)
    }
    for (slot, function) in entry.functions.enumerated() { frame.setFunction(slot, function) }
    if entry.variables.isEmpty {
      try entry.executable.run(frame)
    } else {
      entry.executable.statistics.countBarrierChecks(entry.variables.count)
      let lease = try entry.leases.acquire(site: site)
      lease.load(into: frame)
      try entry.executable.run(frame)
      try lease.commit(from: frame)
    }
    var position = 0
    return try outputMap.map(entry.template) { _ in
      let array = try entry.results[position].array(frame.takeResult(position))
      position += 1
      return array
    }
  }

  /// Inside another function that is traced, the function's steps become part of that trace.
  private func inline(_ input: repeat each Input) throws -> Output {
    guard let trace = Trace.current else { return try function(repeat each input) }
    return try trace.transaction { try function(repeat each input) }
  }

  private func runPlainly(_ input: repeat each Input) throws -> Output {
    let output = try function(repeat each input)
    return try outputMap.map(output) { try $0.checked() }
  }

  // MARK: Tracing

  /// The program for these arguments, traced if it is not known yet.
  private func entry(_ input: repeat each Input) throws -> Entry<Output> {
    guard Trace.current == nil else {
      throw HillockError(.trace, "\(name) cannot be looked into while a function is traced; do it before or after the call")
    }
    var visitor = TreeVisitor()
    repeat (each input).visit(&visitor)
    if let failure = visitor.failure { throw failure }
    let signature = Signature(visitor.parts)
    return try tracing.withLock { _ in
      // Another thread may have traced it meanwhile.
      if let known = entries.withLock({ $0.first { $0.signature.isEqual(signature) } }) { return known }
      let entry = try trace(signature, repeat each input)
      entries.withLock { entries in
        if let latest = entries.max(by: { $0.age < $1.age }) {
          let reason = signature.difference(from: latest.signature)
          entry.executable.statistics.noteRetrace(reason)
        }
        if entries.count >= Self.capacity, let oldest = entries.indices.min(by: { entries[$0].age < entries[$1].age }) {
          entries.remove(at: oldest)
        }
        entry.lastUse.store(clock.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
        lastHit.store(entries.count, ordering: .relaxed)
        entries.append(entry)
      }
      return entry
    }
  }

  private func trace(_ signature: Signature, _ input: repeat each Input) throws -> Entry<Output> {
    let trace = Trace(name: name, arguments: signature.arrays)
    defer { trace.close() }
    return try trace.run {
      var position = 0
      let next: (NDArray) -> NDArray = { _ in
        position += 1
        return trace.argument(position - 1)
      }
      let output = try function(repeat (each input).map(next))
      var results: [ResultForm] = []
      let template = try outputMap.map(output) { array in
        let array = try array.checked()
        try trace.result(array)
        results.append(ResultForm(array))
        return NDArray(weak: .bool(false))
      }
      let (graph, variables) = try trace.finish()
      let executable = try Compilation.compile(graph, signature: signature.text)
      let written = Set(graph.stores.map { $0.slot })
      return Entry(
        signature: signature, graph: graph, executable: executable, captures: trace.captures, functions: trace.functions,
        variables: variables,
        leases: LeasePlan(variables.compactMap { $0.cell }, isWritten: variables.indices.map(written.contains)), results: results,
        template: template)
    }
  }

  // MARK: Looking inside

  /// The graph that the function has for these arguments, as text; traces it if need be.
  public func graph(_ input: repeat each Input) throws -> String { try entry(repeat each input).graph.text }

  /// The bytecode for these arguments, disassembled.
  public func disassembly(_ input: repeat each Input) throws -> String { try entry(repeat each input).executable.program.text }

  /// What is known of its programs, in the order in which they were traced.
  public var statistics: [ProgramReport] {
    entries.withLock { $0 }.map { ProgramReport($0.executable.statistics.snapshot) }
  }

  /// Compiles the programs it has to machine code now, instead of in the background when they are hot.
  ///
  /// - Throws: a `system` error with the compiler's reason where that is not possible; the programs stay interpreted.
  public func promote() throws(HillockError) {
    for entry in entries.withLock({ $0 }) {
      do throws(NativeFailure) {
        try entry.executable.promote()
      } catch {
        throw HillockError(.system, "\(name) cannot be compiled (\(error.reason), at \(error.stage.rawValue)): \(error.detail)")
      }
    }
  }
}

/// How arrays are replaced in an output.
struct OutputMap<Output> {
  let map: (Output, (NDArray) throws -> NDArray) throws -> Output
}

/// What a result of a program is in the function's own terms.
struct ResultForm {
  let type: ArrayType
  let isWeak: Bool

  init(_ array: NDArray) {
    switch array.content {
    case .traced(let value): (type, isWeak) = (value.type, value.isWeak)
    case .weak(let scalar): (type, isWeak) = (ArrayType(scalar.readOutDType, []), false)
    default: (type, isWeak) = (array.type, false)
    }
  }

  func array(_ storage: Storage) throws(HillockError) -> NDArray {
    let array = NDArray(storage, type)
    return isWeak ? try array.weakened() : array
  }
}

/// The program of a jitted function at one signature, and how it is tied to the world.
final class Entry<Output>: @unchecked Sendable {
  // @unchecked: `template` holds no more than static values and placeholders.
  let signature: Signature
  let graph: Graph
  let executable: Executable
  /// Arrays that the function captured, too large to be constants.
  let captures: [Storage]
  /// What the program calls outside itself, by slot.
  let functions: [ExternalFunction]
  let variables: [Variable]
  let leases: LeasePlan
  let results: [ResultForm]
  /// The output with placeholders for its arrays.
  let template: Output
  /// The function's clock at the last call.
  let lastUse = Atomic<UInt64>(0)
  var age: UInt64 { lastUse.load(ordering: .relaxed) }

  init(
    signature: Signature, graph: Graph, executable: Executable, captures: [Storage], functions: [ExternalFunction],
    variables: [Variable], leases: LeasePlan,
    results: [ResultForm], template: Output
  ) {
    self.signature = signature
    self.graph = graph
    self.executable = executable
    self.captures = captures
    self.functions = functions
    self.variables = variables
    self.leases = leases
    self.results = results
    self.template = template
  }
}
