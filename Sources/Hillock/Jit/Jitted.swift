import HillockBytecode
import HillockIR
import HillockRuntime
import Synchronization

/// A function that `jit` has wrapped. Call it like the function itself, with `try`.
///
/// The first call with a signature (dtypes, shapes and structure of the arguments, static values) traces the function. Later
/// calls run the program. You may call it from any thread. The function itself runs only during tracing, on one thread at a
/// time. Meanwhile other threads must not change what it captures, apart from Variables.
///
/// ``explain()`` shows what has been compiled, and why.
public final class Jitted<Output, each Input: ArrayTree>: @unchecked Sendable {
  // @unchecked: `function` may not be Sendable. It runs under `tracing`, or on the caller's thread if the caller asks
  // to run plainly. Everything else synchronises itself.
  private let function: (repeat each Input) throws -> Output
  private let outputMap: OutputMap<Output>
  private let name: String
  private let site: String
  /// The object whose method it is; not kept.
  private let subject: Subject
  private let cache = ProgramCache(capacity: Engine.programsPerFunction)
  /// 0: not set.
  private let policySetting = Atomic<UInt8>(0)
  /// 0: not set.
  private let conflictSetting = Atomic<UInt8>(0)
  private let tracing = Mutex(())
  /// How many calls so far have created Variables that outlive them.
  private let creations = Atomic<Int>(0)

  init(
    name: String, site: String, subject: AnyObject? = nil, outputMap: OutputMap<Output>,
    _ function: @escaping (repeat each Input) throws -> Output
  ) {
    self.name = name
    self.site = site
    self.subject = Subject(object: subject)
    self.outputMap = outputMap
    self.function = function
  }

  /// Runs the function.
  ///
  /// - Throws: the first error of the arguments, of the function, or of an expression whose value it returns or writes to a
  ///   Variable; a `conflict` error if another thread has one of its Variables; a `stale` error if a property that the program holds
  ///   as a constant has changed, and ``staticState`` is `.error`; `CancellationError` if the call's task, or the token
  ///   around it (``withCancellation(_:_:)``), is cancelled. Then no Variable is changed.
  public func callAsFunction(_ input: repeat each Input) throws -> Output {
    if Trace.current != nil { return try inline(repeat each input) }
    if PlainMode.isOn { return try runPlainly(repeat each input) }
    var change: Staleness?
    let known = cache.entries
    let likely = cache.lastHit.load(ordering: .relaxed)
    for step in known.indices {
      // First the likely one, then the others in turn.
      let index = step == 0 ? (known.indices.contains(likely) ? likely : 0) : step <= likely ? step - 1 : step
      let entry = known[index]
      let frame = entry.executable.makeFrame()
      var visitor = TreeVisitor(matching: entry.signature, into: frame)
      repeat (each input).visit(&visitor)
      guard visitor.matches, entry.program.hasItsSizes else {
        entry.executable.recycle(frame)
        continue
      }
      if index != likely { cache.lastHit.store(index, ordering: .relaxed) }
      if let watch = entry.watch { change = try staleness(of: watch) }
      if change == nil { return try run(entry, frame) ?? callAsFunction(repeat each input) }
      entry.executable.recycle(frame)
      cache.remove(entry)
      break
    }
    let entry = try entry(change?.change, repeat each input)
    let frame = entry.executable.makeFrame()
    var visitor = TreeVisitor(matching: entry.signature, into: frame)
    repeat (each input).visit(&visitor)
    guard visitor.matches else {
      entry.executable.recycle(frame)
      throw HillockError(.argument, "the arguments of \(name) changed while it was called; pass values that stay")
    }
    return try run(entry, frame) ?? callAsFunction(repeat each input)
  }

  /// What happens if a call wants a Variable that another thread has. nil, the default, means the setting of ``Engine/conflicts``.
  ///
  /// ```swift
  /// let count = jit(Counter())
  /// count.conflicts = .wait
  /// ```
  public var conflicts: Engine.Conflicts? {
    get {
      let setting = conflictSetting.load(ordering: .relaxed)
      return setting == 0 ? nil : setting == 1 ? .error : .wait
    }
    set { conflictSetting.store(newValue == nil ? 0 : newValue == .error ? 1 : 2, ordering: .relaxed) }
  }

  // MARK: Running

  /// nil if another thread has changed the batch size of a Variable since the program was chosen: choose another program.
  private func run(_ entry: Entry, _ frame: Frame) throws -> Output? {
    defer { entry.executable.recycle(frame) }
    cache.noteUse(entry)
    if !entry.program.variables.isEmpty { entry.executable.statistics.countBarrierChecks(entry.program.variables.count) }
    guard try entry.program.run(frame, site: site, policy: conflicts?.policy) else { return nil }
    var position = 0
    // The cache holds only what `trace` has made for this function.
    return try outputMap.map(unsafeDowncast(entry, to: EntryOf<Output>.self).template) { _ in
      let array = try entry.results[position].array(frame.takeResult(position))
      position += 1
      return array
    }
  }

  /// Inside another function that is traced, the function's steps become part of that trace.
  private func inline(_ input: repeat each Input) throws -> Output {
    guard let trace = Trace.current else { return try function(repeat each input) }
    var objects = subject.object.map { [$0] } ?? []
    var visitor = TreeVisitor()
    repeat (each input).visit(&visitor)
    objects += Signature(visitor.parts).objects
    return try trace.inline(name, objects: objects) { try function(repeat each input) }
  }

  private func runPlainly(_ input: repeat each Input) throws -> Output {
    let output = try function(repeat each input)
    return try outputMap.map(output) { try $0.checked() }
  }

  // MARK: Static state

  /// The change because of which the function must be traced again; nil if the program may run.
  private func staleness(of watch: StaticWatch) throws(HillockError) -> Staleness? {
    let policy = staticState
    guard policy != .off, !watch.isFresh(toleratingStale: policy == .warn) else { return nil }
    let (all, new) = watch.review(mutes: policy == .warn)
    switch policy {
    case .off: return nil
    case .warn:
      for change in new { Engine.warningHandler(change.message(name)) }
      return nil
    case .retrace: return all.first.map(Staleness.init)
    case .error:
      if let first = all.first { throw HillockError(.stale, first.message(name)) }
      return nil
    }
  }

  /// What happens if a property that a program holds as a constant has changed. By default ``Engine/staticState``.
  public var staticState: StaticStatePolicy {
    get { StaticStatePolicy(code: policySetting.load(ordering: .relaxed)) ?? Engine.staticState }
    set { policySetting.store(newValue.code, ordering: .relaxed) }
  }

  // MARK: Tracing

  /// The program for these arguments, traced if it is not known yet.
  private func entry(_ change: StaticChange?, _ input: repeat each Input) throws -> Entry {
    guard Trace.current == nil else {
      throw HillockError(.trace, "\(name) cannot be looked into while a function is traced; do it before or after the call")
    }
    var visitor = TreeVisitor()
    var count = 0
    for part in repeat each input {
      visitor.collect(part, path: "argument \(count)")
      count += 1
    }
    if let failure = visitor.failure { throw failure }
    let signature = Signature(visitor.parts, paths: visitor.paths)
    return try tracing.withLock { _ in
      // Another thread may have traced it meanwhile.
      if let known = cache.first(for: signature) { return known }
      let entry = try trace(signature, repeat each input) ?? trace(signature, isSecondTime: true, repeat each input)
      guard let entry else { throw HillockError(.trace, "\(name) was never traced") }
      if entry.program.isForOneCall { return entry }
      cache.add(entry, change: change)
      for case let object as Base in signature.objects { object.whenGone(self) }
      return entry
    }
  }

  /// nil if the function must be traced again (`Trace.settleStrays`).
  private func trace(_ signature: Signature, isSecondTime: Bool = false, _ input: repeat each Input) throws -> Entry? {
    let start = Tracing.begin()
    let trace = Trace(name: name, site: site, arguments: signature.arrays, isExplained: true)
    defer { trace.settleSurvivors() }
    if let subject = subject.object { trace.watch.add(subject) }
    for object in signature.objects { trace.watch.add(object) }
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
      if try trace.settleStrays(trace.survivingStrays(), isSecondTime: isSecondTime) { return nil }
      let created = trace.survivingLocals()
      if let first = created.first { noteCreation(of: first.variable) }
      let finished = try trace.finish(creating: created)
      // A program for one call holds nothing that could change.
      if created.isEmpty { try settle(trace.watch) }
      Tracing.end(start, .trace, name, ["signature": .text(signature.text), "nodes": .number(finished.graph.nodes.count)])
      let executable = try Compilation.compile(finished.graph, signature: signature.text(with: trace.batches))
      let entry = EntryOf(
        signature: signature, program: BoundProgram(trace, finished, executable), results: results, template: template,
        constants: trace.constantOrigins, watch: trace.watch.count == 0 ? nil : trace.watch)
      // Its run gives them their values.
      if !created.isEmpty { trace.close() }
      return entry
    }
  }

  /// A function that goes on creating Variables that outlive it is traced in each call.
  private func noteCreation(of variable: Variable) {
    guard creations.add(1, ordering: .relaxed).newValue == 2 else { return }
    Engine.warningHandler(
      "\(name): it creates \(VariableCell.title(variable.name)) in each call and keeps it, so each call traces it again. Create "
        + "it before the call, or return its value")
  }

  /// Reports what the function itself changed during tracing.
  private func settle(_ watch: StaticWatch) throws(HillockError) {
    let changes = watch.settle()
    guard let first = changes.first else { return }
    switch staticState {
    case .off: break
    case .warn, .retrace: for change in changes { Engine.warningHandler(change.message(name)) }
    case .error: throw HillockError(.stale, first.message(name))
    }
  }

  // MARK: Its programs

  /// How many programs are kept, at least 1. When there are more, the least recently used one is dropped.
  public var capacity: Int {
    get { cache.capacity }
    set { cache.capacity = newValue }
  }

  /// Drops all programs, their machine code and what they hold. The next call traces again.
  public func forget() { cache.removeAll(whereObjectsAreGone: false) }

  /// What it has compiled, from what, and why it was traced again.
  public func explain() -> Explanation {
    Explanation(
      name: name, programs: cache.entries.map(Explanation.Program.init), capacity: cache.capacity,
      dropped: cache.dropped, lastRetrace: cache.lastRetrace)
  }

  /// How many objects each program's call compares. For tests.
  package var watchedObjects: [Int] { cache.entries.map { $0.watch?.count ?? 0 } }

  /// The function's graph for these arguments, as text. The function is traced if necessary. Written to a file, the text is a program for
  /// the command `hillock`, with arguments such as `--input 0=x.npy` (see `Spec/tiers.md`).
  public func graph(_ input: repeat each Input) throws -> String { try lookedAt(repeat each input).graph.text }

  /// The bytecode for these arguments, disassembled.
  public func disassembly(_ input: repeat each Input) throws -> String {
    try lookedAt(repeat each input).executable.program.text
  }

  /// The program for these arguments, which will not be run. Variables that it would create get the values that are known without a run.
  private func lookedAt(_ input: repeat each Input) throws -> Entry {
    let first = try entry(nil, repeat each input)
    guard first.program.isForOneCall else { return first }
    first.program.giveUp()
    let second = try entry(nil, repeat each input)
    second.program.giveUp()
    return second
  }

  /// The statistics of its programs, in the order in which they were traced.
  public var statistics: [ProgramReport] { cache.entries.map { ProgramReport($0.executable.statistics.snapshot) } }

  /// Compiles its programs to machine code now, instead of in the background when they are hot.
  ///
  /// - Throws: a `system` error with the compiler's reason if that is not possible. The programs stay interpreted.
  public func promote() throws(HillockError) {
    for entry in cache.entries {
      do throws(NativeFailure) {
        try entry.executable.promote()
      } catch {
        throw HillockError(.system, "\(name) cannot be compiled (\(error.reason), at \(error.stage.rawValue)): \(error.detail)")
      }
    }
  }
}

/// Why a function must be traced again. It is a class so that a warm call, which has no reason, needs only one word for it.
private final class Staleness {
  let change: StaticChange
  init(_ change: StaticChange) { self.change = change }
}

/// Something that keeps programs for objects, and drops them when an object is gone.
protocol ProgramHolder: AnyObject, Sendable {
  func objectIsGone()
}

extension Jitted: ProgramHolder {
  func objectIsGone() { cache.removeAll(whereObjectsAreGone: true) }
}

/// A weak reference to an object.
struct Subject: @unchecked Sendable {
  // @unchecked: weak references are safe to read from any thread, and it is never written again.
  weak var object: AnyObject?
}
