import HillockIR
import HillockRuntime
import Synchronization

/// A value of a graph under construction.
package struct TracedValue: Sendable {
  package let trace: Trace
  package let id: ValueID
  package let type: ArrayType
  /// A scalar that adopts the dtype of what it meets; it is carried as `f64` or `i64`.
  package let isWeak: Bool
  /// Of a weak integer: what is known of its value.
  package let bounds: IntegerBounds?

  package init(_ trace: Trace, _ id: ValueID, _ type: ArrayType, isWeak: Bool = false, bounds: IntegerBounds? = nil) {
    self.trace = trace
    self.id = id
    self.type = type
    self.isWeak = isWeak
    self.bounds = bounds
  }

  /// The type that the value has when it is read out: a weak one is `f32` or `i32`, or `i64` where its bounds ask for that.
  var readOutType: ArrayType {
    isWeak ? ArrayType(bounds?.readOutDType ?? type.dtype.weakReadOut, type.shape) : type
  }
}

/// The tracing of one function at one signature: the graph so far, and the current value of every Variable it touched.
///
/// Live objects are never changed by a trace: what the function writes to a Variable is kept here. A trace belongs to one
/// thread, which is why it can be found without passing it around.
package final class Trace: @unchecked Sendable {
  // @unchecked: all mutable state is touched only on the thread whose `current` this is; after that, it is closed.
  package let name: String
  /// How messages call the function: its name, and where it was jitted.
  let site: String
  /// The trace in whose control flow this one is a region: its values and Variables come in as arguments of the region.
  let parent: Trace?
  var builder: GraphBuilder
  /// What a region's arguments beyond the declared ones stand for, in their order.
  private(set) var inputs: [RegionInput] = []
  /// Arrays too large to be constants of the program; they follow the arguments of the call.
  private(set) var captures: [Storage] = []
  /// What the program calls outside itself, by slot; of the outermost trace, for its regions too.
  private(set) var functions: [ExternalFunction] = []
  private var captureIDs: [ObjectIdentifier: ValueID] = [:]
  private var outerIDs: [OuterValue: ValueID] = [:]
  private var constants: [ConstantData: ValueID] = [:]
  private(set) var variables: [Variable] = []
  /// The Variables that were created while this trace was under way.
  private var locals: [LocalVariable] = []
  /// Those that were created in regions, and that somebody still referred to when their region was traced.
  private(set) var strays: [LocalVariable] = []
  /// Of the outermost trace: the Variables with batch axes that the function has met, with their types then.
  private(set) var batches: [BatchUse] = []
  private var bindings: [ObjectIdentifier: Binding] = [:]
  private(set) var firstError: HillockError?
  /// Where the constants came from; of a trace that may be explained later, with what its regions use.
  private(set) var constantOrigins: [ConstantOrigin] = []
  private let isExplained: Bool
  /// The objects whose stored properties the function may read.
  let watch = StaticWatch()
  /// How many jitted functions are inlined into each other at the moment.
  private var inlineDepth = 0

  /// The Variables of which this trace is of one lane.
  private var lanes: Set<ObjectIdentifier> = []

  /// What a trace knows of a Variable.
  struct Binding {
    /// nil for a Variable created inside the trace, and in a region, which gets Variables' values as arguments.
    var slot: Int?
    var initial: NDArray
    var value: NDArray
    var isWritten = false
  }

  /// Constants of at most this many bytes become part of the program; larger arrays are passed to it.
  static let constantLimit = 1024

  package init(
    name: String, site: String? = nil, arguments: [(type: ArrayType, isWeak: Bool)], parent: Trace? = nil,
    isExplained: Bool = false
  ) {
    self.name = name
    self.site = site ?? name
    self.parent = parent
    self.isExplained = isExplained
    var builder = GraphBuilder(name: name)
    argumentIDs = arguments.map { builder.argument($0.type) }
    self.builder = builder
    self.arguments = arguments
  }

  /// Set when the trace is closed: tells what a value was that has escaped.
  private(set) var origins: TraceOrigins?
  /// Values that have escaped and are the same in every call, once computed.
  let known = Mutex<[ValueID: NDArray]>([:])

  private let arguments: [(type: ArrayType, isWeak: Bool)]
  private let argumentIDs: [ValueID]
  var argumentCount: Int { arguments.count }

  /// An argument of the call, as the function sees it.
  func argument(_ i: Int) -> NDArray {
    NDArray(.traced(TracedValue(self, argumentIDs[i], arguments[i].type, isWeak: arguments[i].isWeak)))
  }

  // MARK: The trace of this thread

  private static let innermost = ThreadWord()

  /// The trace that is under way on this thread. A thread-local, not a task-local: a task started inside a traced function
  /// is no part of it.
  package static var current: Trace? {
    guard let pointer = innermost.value else { return nil }
    return Unmanaged<Trace>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Whether this is the other trace or a region in it, at any depth.
  func isInside(_ other: Trace) -> Bool {
    var trace: Trace? = self
    while let current = trace {
      if current === other { return true }
      trace = current.parent
    }
    return false
  }

  /// Runs the body with this trace under way.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = Self.innermost.value
    Self.innermost.value = Unmanaged.passUnretained(self).toOpaque()
    defer { Self.innermost.value = outer }
    return try body()
  }

  /// Runs the body as if nothing were being traced: for what the library itself creates once in a process, such as `random`, also
  /// where a traced function is the first to use it.
  package static func suspended<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let outer = innermost.value
    innermost.value = nil
    defer { innermost.value = outer }
    return try body()
  }

  // MARK: Recording

  /// Adds the step to the graph; its results.
  func record(_ step: Step, _ operands: [NDArray]) throws(HillockError) -> [NDArray] {
    var ids: [ValueID] = []
    for operand in operands { ids.append(try id(of: operand)) }
    return try step.emit(into: &builder, ids).map { NDArray(.traced(TracedValue(self, $0, builder.type($0)))) }
  }

  /// The graph's value for an array: its own, a constant, or a captured array.
  func id(of array: NDArray) throws(HillockError) -> ValueID {
    switch array.content {
    case .traced(let value):
      if value.trace === self { return value.id }
      if isInside(value.trace) { return capture(value) }
      guard let known = value.trace.knownValue(value) else { throw value.trace.escapeError(value) }
      return try id(of: known)
    case .failure(let failure): throw failure.error
    case .weak, .ranged, .concrete:
      let (storage, type) = try array.concrete()
      return try capture(storage, type)
    }
  }

  private func capture(_ storage: Storage, _ type: ArrayType) throws(HillockError) -> ValueID {
    if type.byteCount <= Self.constantLimit {
      let bytes = Array(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount))
      let data = ConstantData(type: type, bytes: bytes)
      if let known = constants[data] { return known }
      let id = try builder.constant(data)
      constants[data] = id
      noteConstant(storage, type, bytes)
      return id
    }
    // One storage has one type in practice; a reshaped view of it becomes a reshape.
    if let known = captureIDs[ObjectIdentifier(storage)] {
      let knownType = builder.type(known)
      if knownType == type { return known }
      if knownType.dtype == type.dtype, knownType.count == type.count { return try builder.reshape(known, to: type.shape) }
    }
    let id = builder.argument(type)
    noteConstant(storage, type, nil)
    if parent == nil { captures.append(storage) } else { inputs.append(.array(storage, type)) }
    captureIDs[ObjectIdentifier(storage)] = id
    return id
  }

  private func noteConstant(_ storage: Storage, _ type: ArrayType, _ bytes: [UInt8]?) {
    let root = root
    // A large array that a region uses comes again as an input of the trace around it.
    guard root.isExplained, bytes != nil || root === self else { return }
    root.constantOrigins.append(
      ConstantOrigin(type: type, bytes: bytes, storage: ObjectIdentifier(storage), place: CallPlace()))
  }

  /// The trace of the function, of which this is a region at some depth.
  private var root: Trace {
    var trace = self
    while let parent = trace.parent { trace = parent }
    return trace
  }

  private func capture(_ value: TracedValue) -> ValueID {
    let key = OuterValue(trace: ObjectIdentifier(value.trace), id: value.id)
    if let known = outerIDs[key] { return known }
    let id = builder.argument(value.type)
    inputs.append(.value(value))
    outerIDs[key] = id
    return id
  }

  /// A slot of the program for a function that this trace, or a region in it, calls. The same function has one slot.
  func declare(_ function: ExternalFunction, _ slot: FunctionSlot) throws(HillockError) -> Int {
    if let known = functions.indices.first(where: { functions[$0] === function && builder.graph.functions[$0] == slot }) {
      return known
    }
    let index = try builder.declareFunction(slot)
    functions.append(function)
    return index
  }

  // MARK: Variables

  func read(_ variable: Variable) -> NDArray {
    binding(variable).value
  }

  func write(_ variable: Variable, _ value: NDArray) {
    var binding = binding(variable)
    binding.value = value
    binding.isWritten = true
    bindings[ObjectIdentifier(variable)] = binding
  }

  /// Declares a Variable that is created while this trace is under way: it is local to it.
  func adopt(_ variable: Variable, _ value: NDArray) {
    locals.append(LocalVariable(variable: variable, initial: value, current: value))
    bindings[ObjectIdentifier(variable)] = Binding(slot: nil, initial: value, value: value)
  }

  /// The Variables created here that somebody refers to besides the trace, with the values that they have now. To be asked when the
  /// function has returned: its own references are gone then.
  func survivingLocals() -> [LocalVariable] {
    locals.removeUnreferenced()
    return locals.map { local in
      let value = bindings[ObjectIdentifier(local.variable)]?.value
      return LocalVariable(variable: local.variable, initial: local.initial, current: value ?? local.initial)
    }
  }

  /// The same for those of regions.
  func survivingStrays() -> [LocalVariable] {
    strays.removeUnreferenced()
    return strays
  }

  /// Ends a trace whose program will not be run: what outlives it is used outside from now on. A Variable has what was written to
  /// it so far, or else what it was created with.
  func settleSurvivors() {
    let survivors = survivingLocals() + survivingStrays()
    close()
    for local in survivors { local.settle([local.current, local.initial]) }
  }

  /// The type of a Variable's latest value here; at first, of the one that it had when the function met it first.
  func type(of variable: Variable) -> ArrayType {
    guard variable.form.batchAxis != nil || isLane(of: variable) else { return variable.form.first }
    var trace: Trace? = self
    while let current = trace {
      if let binding = current.bindings[ObjectIdentifier(variable)] { return binding.value.type }
      trace = current.parent
    }
    let root = root
    if let known = root.batches.first(where: { $0.variable === variable }) { return known.type }
    let type = variable.cell?.type ?? variable.form.first
    root.batches.append(BatchUse(variable: variable, type: type))
    return type
  }

  /// Whether a Variable has the type of one lane here.
  func isLane(of variable: Variable) -> Bool {
    lanes.contains(ObjectIdentifier(variable)) || parent?.isLane(of: variable) == true
  }

  /// Takes a lane of a Variable, of this type, for its value: an input of this region.
  func takeLane(of variable: Variable, _ type: ArrayType) {
    let value = NDArray(.traced(TracedValue(self, builder.argument(type), type)))
    inputs.append(.variable(variable, type))
    variables.append(variable)
    lanes.insert(ObjectIdentifier(variable))
    bindings[ObjectIdentifier(variable)] = Binding(slot: nil, initial: value, value: value)
  }

  private func binding(_ variable: Variable) -> Binding {
    if let known = bindings[ObjectIdentifier(variable)] { return known }
    let type = type(of: variable)
    let slot: Int?
    let id: ValueID
    if parent == nil {
      (slot, id) = builder.variable(name: variable.name, type)
    } else {
      (slot, id) = (nil, builder.argument(type))
      inputs.append(.variable(variable, type))
    }
    let value = NDArray(.traced(TracedValue(self, id, type)))
    let binding = Binding(slot: slot, initial: value, value: value)
    variables.append(variable)
    bindings[ObjectIdentifier(variable)] = binding
    return binding
  }

  /// Keeps the first error that has no array to travel in, such as a bad write to a Variable.
  func report(_ error: HillockError) {
    if firstError == nil { firstError = error }
  }

  /// Runs a jitted function as a part of this trace; it reads the properties of these objects.
  func inline<Result>(_ function: String, objects: [AnyObject], _ body: () throws -> Result) throws -> Result {
    let root = root
    guard root.inlineDepth < Self.inlineLimit else {
      throw HillockError(
        .trace,
        "\(function) calls itself more than \(Self.inlineLimit) deep while it is traced; a recursion ends by a static value, or "
          + "is a whileLoop")
    }
    root.inlineDepth += 1
    defer { root.inlineDepth -= 1 }
    for object in objects { root.watch.add(object) }
    return try transaction(body)
  }

  /// How deep jitted functions may call each other while they are traced: what the stack of a small thread holds.
  static let inlineLimit = 100

  /// Runs a part of the trace whose Variable writes are undone if it throws.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    let saved = bindings
    do {
      return try body()
    } catch {
      // A Variable met for the first time keeps its place, with the value it had.
      for (key, binding) in bindings where binding.isWritten {
        bindings[key] = saved[key] ?? Binding(slot: binding.slot, initial: binding.initial, value: binding.initial)
      }
      throw error
    }
  }

  // MARK: The end

  /// Declares a result of the function. It is returned with its own dtype; a weak one is read back as a weak scalar.
  func result(_ array: NDArray) throws(HillockError) {
    builder.result(try id(of: array))
  }

  /// The graph with the Variables' final values stored; those of `created` ones are its last results.
  func finish(creating created: [LocalVariable] = []) throws(HillockError) -> FinishedTrace {
    if let firstError { throw firstError }
    var bySlot: [(slot: Int, variable: Variable)] = []
    var resized: [(slot: Int, type: ArrayType)] = []
    for variable in variables {
      guard let binding = bindings[ObjectIdentifier(variable)], let slot = binding.slot else { continue }
      bySlot.append((slot, variable))
      guard binding.isWritten else { continue }
      let value = try id(of: binding.value)
      if builder.type(value) == binding.initial.type {
        try builder.store(slot: slot, value)
      } else {
        builder.result(value)
        resized.append((slot, builder.type(value)))
      }
    }
    for local in created { builder.result(try id(of: local.current)) }
    return FinishedTrace(
      graph: builder.graph, variables: bySlot.sorted { $0.slot < $1.slot }.map(\.variable), resized: resized,
      created: created)
  }

  /// The graph of a region, what its further arguments stand for, and the Variables it writes with their final values.
  func finishRegion() throws(HillockError) -> Region {
    if let firstError { throw firstError }
    var writes: [(variable: Variable, value: ValueID)] = []
    for case .variable(let variable, let type) in inputs {
      guard let binding = bindings[ObjectIdentifier(variable)], binding.isWritten else { continue }
      guard binding.value.type == type else {
        throw HillockError(
          .shape,
          "\(VariableCell.title(variable.name)) is \(type) where \(name) begins and \(binding.value.type) where it ends; loops "
            + "and branches keep the batch size: change it before or after")
      }
      writes.append((variable, try id(of: binding.value)))
    }
    return Region(graph: builder.graph, declared: arguments.map(\.type), inputs: inputs, writes: writes)
  }

  /// Ends the trace: its values are of no use any more, and what refers to it from inside is let go.
  func close() {
    guard origins == nil else { return }
    var captured: [Int: RegionInput] = [:]
    for (position, storage) in captures.enumerated() {
      captured[argumentCount + position] = .array(storage, builder.graph.arguments[argumentCount + position])
    }
    for (position, input) in inputs.enumerated() {
      if case .variable = input { continue }
      captured[argumentCount + position] = input
    }
    origins = TraceOrigins(graph: builder.graph, captured: captured)
    bindings = [:]
    variables = []
    batches = []
    captures = []
    functions = []
    captureIDs = [:]
    outerIDs = [:]
    inputs = []
    constants = [:]
    builder = GraphBuilder(name: name)
    locals.removeUnreferenced()
    parent?.strays += locals + survivingStrays()
    (locals, strays) = ([], [])
  }

  // MARK: Errors

  func escapeError(_ value: TracedValue) -> HillockError {
    HillockError(
      .trace,
      "\(origin(value)), of type \(value.type), that was traced in \(site) was used outside that trace; return it from \(name), "
        + "or keep it in a Variable created before the call")
  }

  /// What a value of this trace is in the terms of the function.
  private func origin(_ value: TracedValue) -> String {
    let graph = origins?.graph ?? builder.graph
    guard graph.nodes.indices.contains(Int(value.id.index)) else { return "a value" }
    return switch graph.nodes[Int(value.id.index)].operation {
    case .argument(let position) where position < arguments.count: "argument \(position)"
    case .variable(let slot) where graph.variables.indices.contains(slot): "the value of Variable \(graph.variables[slot].name)"
    case .argument: "a captured array"
    case .constant: "a constant"
    case .loop, .whileLoop, .branch, .element: "a result of a loop or a branch"
    case .part: "a result of a function with a derivative of its own"
    case .elementwise(let op): "a result of `\(op.row.name)`"
    default: "a result of `\("\(graph.nodes[Int(value.id.index)].operation)".prefix { $0.isLetter })`"
    }
  }

  func valueError(_ value: TracedValue) -> HillockError {
    let type = value.type
    guard let current = Trace.current, current.isInside(self) else { return escapeError(value) }
    return HillockError(
      .trace,
      "the elements of a \(type) are not known while \(name) is traced; use `select` or `cond` instead of a branch on them, or "
        + "withoutJIT to run plainly")
  }
}
