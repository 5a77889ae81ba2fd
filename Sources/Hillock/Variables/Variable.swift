import HillockIR
import HillockRuntime
import Synchronization

/// An array that can change. Nothing else in the library can. Its shape and dtype never change, except for the size
/// along a batch axis if it has one.
///
/// ```swift
/// let v = Variable(arange(10))
/// v[0] = 2
/// v += 1
/// v.value = arange(10)
/// v.update(onesLike(v))
/// ```
///
/// A jitted function finds the Variables it uses by itself. When the call returns, all of its writes become visible; if it throws, none
/// do.
///
/// | Python | Swift |
/// |---|---|
/// | `v.value = x`, `v.update(x)` | the same |
/// | `v[i] = x`, `v[i:j] = x`, `v[[1, 3]] = x`, `v[:] = x`, `v[...] = x` | `v[i] = x`, `v[i..<j] = x`, `v[[1, 3]] = x`, `v[.all] = x`, `v[...] = x` |
/// | `v += x`, `-=`, `*=`, `/=`, `%=` | the same |
/// | `v //= x` | `v.floorDivide(by: x)` |
/// | `v **= x` | the same |
/// | `v &= x`, `\|=`, `^=` | `v .&= x`, `.\|=`, `.^=` |
/// | `v <<= x`, `>>=` | the same |
/// | `v @= x` | `v.value = matmul(v, x)` |
/// | `v.fill_(x)`, `v.zero_()` | `v[...] = x`, `v[...] = 0` |
/// | `v.put(i, x)` | `v[i] = x` |
/// | `v.add_(x)` and the like | `v += x` and the like |
/// | `v.copy()` | `v.value` |
///
/// Assigning to `value` and the augmented assignments require the Variable's exact shape and dtype. Assigning to a part
/// (`v[i] = x`) converts and broadcasts. A bad value is refused: the Variable keeps its last good value, and the error is
/// thrown at the next boundary (reading the value out, a jitted call).
///
/// With `batchAxis`, the size along that axis may change. A value assigned to the whole Variable must have the same dtype and the same
/// extents along the other axes. Assigning to a part keeps the size. A jitted function has a program for each size that it meets.
///
/// ```swift
/// let state = Variable(zeros(1, 100), batchAxis: 0)
/// state.value = zeros(32, 100)
/// print(state.batchSize ?? 1)           // 32
/// ```
///
/// A Variable may be used from any thread. If two threads write it at once, or one writes it while a jitted call on
/// another reads it, they get a `conflict` error instead of a mixed value.
public class Variable: @unchecked Sendable {
  // @unchecked: the cell holds the value and synchronises; the rest is immutable or guarded.
  private let origin: Home
  package final let form: VariableForm
  /// Its name in messages.
  public final let name: String
  /// Whether a thread that wants it waits for its turn, whatever the setting (``Engine/conflicts``).
  private let takesTurns: Bool
  /// Set by a bad write, until the error is thrown.
  private let pending = Mutex<Failure?>(nil)
  private let hasPending = Atomic<Bool>(false)

  /// Where the value is stored.
  private enum Home {
    case cell(VariableCell)
    /// Created while a function was traced.
    case local(LocalHome)
    /// The part of another Variable.
    case view(Variable, [AxisIndex])
    /// It never had a value. This is the error of what it was made from, and for a view the Variable behind it.
    case none(Failure, of: Variable?)

    init(_ settled: LocalHome.Settled) {
      switch settled {
      case .cell(let cell): self = .cell(cell)
      case .none(let failure): self = .none(failure, of: nil)
      }
    }
  }

  /// Where the value is now. A Variable that was created in a trace and outlives it has a cell by now.
  private var home: Home {
    guard case .local(let local) = origin, let settled = local.settled else { return origin }
    return Home(settled)
  }

  /// A Variable with this value, shape and dtype. A literal gives `f32` or `i32`.
  ///
  /// - Parameters:
  ///   - batchAxis: the axis along which the size may change; a negative one counts from the last. With nil, no size may change. If the
  ///     value does not have this axis, the Variable carries an `argument` error instead of a value.
  ///   - name: its name in messages; it need not be unique. Files of states use the paths of properties instead.
  public convenience init(_ value: some ArrayConvertible, batchAxis: Int? = nil, name: String? = nil) {
    self.init(array: value.array.settled, batchAxis: batchAxis, name: name)
  }

  /// A Variable of this shape, all zeros.
  public convenience init(shape: [Int], dtype: DType = .f32, batchAxis: Int? = nil, name: String? = nil) {
    self.init(array: zeros(shape, dtype: dtype), batchAxis: batchAxis, name: name)
  }

  init(array: NDArray, batchAxis: Int? = nil, name: String?, takesTurns: Bool = false) {
    self.takesTurns = takesTurns
    let name = name ?? VariableCell.noName
    self.name = name
    let type = array.type
    let axis = batchAxis.map { $0 < 0 ? $0 + type.rank : $0 }
    form = VariableForm(type, batchAxis: axis.flatMap { type.shape.indices.contains($0) ? $0 : nil })
    if let batchAxis, form.batchAxis == nil, array.error == nil {
      origin = .none(
        Failure(
          HillockError(
            .argument,
            "\(VariableCell.title(name)) has no axis \(batchAxis) to be its batch axis: the shape of its value is "
              + "\(type.shape)")),
        of: nil)
    } else if let trace = Trace.current {
      origin = .local(LocalHome(trace))
      if case .failure(let failure) = array.content { trace.report(failure.error) }
      trace.adopt(self, array)
    } else {
      do throws(HillockError) {
        let (storage, type) = try array.concrete()
        origin = .cell(
          try VariableCell(
            name: name, type: type, batchAxis: form.batchAxis, storage: storage, takesTurns: takesTurns))
      } catch {
        origin = .none(Failure(error), of: nil)
      }
    }
  }

  /// A view of a part of another Variable.
  init(_ base: Variable, _ indices: [AxisIndex], _ name: String?) {
    takesTurns = false
    self.name = name ?? "\(base.name)[…]"
    let part = base.lastGoodValue.element(at: indices)
    form = VariableForm(part.type)
    if case .failure(let failure) = part.content { origin = .none(failure, of: base) } else { origin = .view(base, indices) }
  }

  /// The type of the elements.
  public final var dtype: DType { form.first.dtype }
  /// The extents of the axes. With a batch axis, those of the present value.
  public final var shape: [Int] { type.shape }
  /// The number of axes.
  public final var rank: Int { type.rank }
  /// The number of elements.
  public final var count: Int { type.count }

  /// The axis along which the size may change, counted from the first; nil if the shape is fixed.
  public final var batchAxis: Int? { form.batchAxis }
  /// The present size along the batch axis; nil if there is no such axis.
  ///
  /// During tracing it is a constant of the program, and another size makes another program.
  public final var batchSize: Int? { form.batchAxis.map { shape[$0] } }
  /// The shape without the batch axis: the same for every value.
  public final var unbatchedShape: [Int] {
    var shape = form.first.shape
    if let axis = form.batchAxis { shape.remove(at: axis) }
    return shape
  }

  /// The type of the current value; during a trace, of the value in the trace.
  package final var type: ArrayType {
    guard isResizable else { return form.first }
    switch home {
    case .cell(let cell): return Trace.current?.type(of: self) ?? cell.type
    case .local(let local):
      guard let current = Trace.current, current.isInside(local.trace) else { return form.first }
      return current.type(of: self)
    case .view(let base, let indices):
      // Found in a trace that is thrown away: nothing is computed, and nothing counts as read.
      let scratch = Trace(name: name, arguments: [(type: base.type, isWeak: false)], parent: Trace.current)
      defer { scratch.close() }
      return scratch.run { scratch.argument(0).element(at: indices).type }
    case .none: return form.first
    }
  }

  /// Whether the size may change; for a view, whether that of the Variable behind it may.
  private var isResizable: Bool {
    if case .view(let base, _) = home { return base.isResizable }
    return form.batchAxis != nil || isLane
  }

  /// Whether a function of one lane of it is being traced.
  private var isLane: Bool { Trace.current?.isLane(of: self) == true }

  /// The current value. An assigned value must have the Variable's shape and dtype.
  ///
  /// Later writes to the Variable do not change an array that was read from it.
  public final var value: NDArray {
    get {
      if let failure = pendingFailure { return NDArray(.failure(failure)) }
      return NDArray { () throws(HillockError) in try read() }
    }
    set { assign(newValue) }
  }

  /// The same as assigning to ``value``.
  public final func update(_ value: some ArrayConvertible) { assign(value.array) }

  /// The error of the last refused write, if it has not been thrown yet.
  public final var error: HillockError? { pendingFailure?.error }

  /// The value without regard to a refused write.
  final var lastGoodValue: NDArray { NDArray { () throws(HillockError) in try read() } }

  private func read() throws(HillockError) -> NDArray { try read(home) }

  private func read(_ home: Home) throws(HillockError) -> NDArray {
    switch home {
    case .none(let failure, _): throw failure.error
    case .view(let base, let indices): return try base.read().element(at: indices)
    case .local(let local):
      if let current = Trace.current, current.isInside(local.trace) { return current.read(self) }
      guard let settled = local.settledForOthers() else { throw strayError(local.trace) }
      return try read(Home(settled))
    case .cell(let cell):
      if let trace = Trace.current { return trace.read(self) }
      let (storage, type) = cell.loadTyped()
      return NDArray(storage, type)
    }
  }

  /// The Variable behind a view.
  private var base: Variable? {
    // Not by `home`: each call asks, and one that was created in a trace is never a view.
    switch origin {
    case .view(let base, _): base
    case .none(_, let base): base
    case .cell, .local: nil
    }
  }

  package final var pendingFailure: Failure? {
    if let base { return base.pendingFailure }
    guard hasPending.load(ordering: .acquiring) else { return nil }
    return pending.withLock { failure in
      if failure?.wasThrown == true {
        failure = nil
        hasPending.store(false, ordering: .releasing)
      }
      return failure
    }
  }

  /// Refuses a write.
  package final func refuse(_ failure: Failure) {
    if let base { return base.refuse(failure) }
    if let trace = Trace.current {
      trace.report(failure.error)
      return
    }
    pending.withLock { pending in
      if pending == nil || pending?.wasThrown == true { pending = failure }
    }
    hasPending.store(true, ordering: .releasing)
  }

  package final func refuse(_ error: HillockError) { refuse(Failure(error)) }

  private func assign(_ array: NDArray) {
    do throws(HillockError) {
      // The same error may have been thrown elsewhere before; for this Variable it is new.
      if case .failure(let failure) = array.content { return refuse(failure.wasThrown ? Failure(failure.error) : failure) }
      if case .none(let failure, _) = home { throw failure.error }
      try write(try fitting(array), home)
    } catch {
      refuse(error)
    }
  }

  private func write(_ value: NDArray, _ home: Home) throws(HillockError) {
    switch home {
    case .none(let failure, _): throw failure.error
    case .view(let base, let indices): base.modify("an assignment (v[…].value = x)") { $0.replacing(indices, with: value) }
    case .local(let local):
      if let current = Trace.current, current.isInside(local.trace) { return current.write(self, value) }
      guard let settled = local.settledForOthers() else { throw strayError(local.trace) }
      try write(value, Home(settled))
    case .cell(let cell):
      if let trace = Trace.current {
        trace.write(self, value)
      } else {
        let (storage, type) = try value.concrete()
        try cell.update(storage, type, site: "an assignment (v.value = x)")
      }
    }
  }

  /// Whether it was created in a trace and has no value outside it.
  final var isLocal: Bool {
    if case .local = home { return true }
    return false
  }

  /// Gives a value to a Variable that was created in a trace and outlives it.
  final func settle(_ storage: Storage, _ type: ArrayType) {
    guard case .local(let local) = origin else { return }
    do throws(HillockError) {
      let cell = try VariableCell(
        name: name, type: type, batchAxis: form.batchAxis, storage: storage, takesTurns: takesTurns)
      local.settle(.cell(cell))
    } catch {
      local.settle(.none(Failure(error)))
    }
  }

  /// The same for a Variable that got no value: it carries this error.
  final func settle(_ error: HillockError) {
    if case .local(let local) = origin { local.settle(.none(Failure(error))) }
  }

  /// Replaces the value by one computed from it. `kind` names the write in messages of conflicts. Outside `jit` the Variable is
  /// leased meanwhile, so no other write comes between reading and writing.
  final func modify(_ kind: String, _ change: (NDArray) -> NDArray) {
    if case .view(let base, let indices) = home {
      return base.modify(kind) { whole in
        NDArray { () throws(HillockError) in
          whole.replacing(indices, with: try fitting(change(whole.element(at: indices))))
        }
      }
    }
    guard case .cell(let cell) = home, Trace.current == nil, pendingFailure == nil else { return assign(change(value)) }
    do throws(HillockError) {
      try cell.modify(site: kind) { (storage, type) throws(HillockError) in
        try fitting(change(NDArray(storage, type))).concrete()
      }
    } catch {
      refuse(error)
    }
  }

  /// The cell of a Variable that is not local to a trace.
  package final var cell: VariableCell? {
    if case .cell(let cell) = home { return cell }
    return nil
  }

  /// The cell. Throws the error of a Variable without a cell.
  final func ownCell() throws(HillockError) -> VariableCell {
    switch home {
    case .cell(let cell): return cell
    case .none(let failure, _): throw failure.error
    case .local(let local): throw strayError(local.trace)
    case .view: throw HillockError(.argument, "\(name) is a view of a part of a Variable and has no value of its own")
    }
  }

  /// The value with the Variable's own type, or an error.
  private func fitting(_ array: NDArray) throws(HillockError) -> NDArray {
    let value = array.isWeak ? try adopted(array) : array
    if case .failure(let failure) = value.content { throw failure.error }
    try checkFit(value.type)
    return value
  }

  /// A number without a dtype takes the Variable's, unless it has a fraction that the dtype cannot hold.
  private func adopted(_ scalar: NDArray) throws(HillockError) -> NDArray {
    if scalar.dtype.isFloating, !dtype.isFloating { return scalar.settled }
    return try scalar.adopting(dtype)
  }

  private func checkFit(_ given: ArrayType) throws(HillockError) {
    // A view of a Variable with a batch axis has the present shape of its part, and a lane its own.
    let form = form.batchAxis == nil || isLane ? VariableForm(type) : form
    guard form.admits(ArrayType(dtype, given.shape)) else {
      let mend =
        form.batchAxis.map { "only the size along axis \($0) may change" } ?? "assign a part with v[...] = x to broadcast"
      throw HillockError(
        .shape,
        "the shape of \(VariableCell.title(name)) is \(type.shape)\(form.note), while the value given has shape "
          + "\(given.shape); \(mend)")
    }
    guard given.dtype == dtype else {
      throw HillockError(
        .dtype,
        "the dtype of \(VariableCell.title(name)) is \(dtype.numpyName), while the value given is \(given.dtype.numpyName); "
          + "convert it with .asType(.\(dtype.name))")
    }
  }

  private func strayError(_ trace: Trace) -> HillockError {
    HillockError(
      .trace,
      "\(VariableCell.title(name)) is being created by \(trace.name), which has not ended; create it before the call")
  }
}

extension Variable: ArrayValue {
  /// The current value, as in `value`. In an expression, a Variable stands for it.
  public var array: NDArray { value }
}

extension Variable: CustomStringConvertible {
  /// The value as NumPy prints it: `Variable(NDArray([0, 1, 2], dtype=int32))`.
  public var description: String { lastGoodValue.description(prefix: "Variable(NDArray(", suffix: "))") }
}
