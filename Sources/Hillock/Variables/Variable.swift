import HillockIR
import HillockRuntime
import Synchronization

/// An array that changes in place: the only thing in the library that does. Its shape and dtype never change.
///
/// ```swift
/// let v = Variable(arange(10))
/// v[0] = 2
/// v += 1
/// v.value = arange(10)
/// v.update(onesLike(v))
/// ```
///
/// A jitted function finds the Variables it uses by itself. Its writes become visible when the call returns, all of them
/// or, where it throws, none.
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
///
/// Assigning to `value` and the augmented assignments demand the Variable's exact shape and dtype; assigning to a part
/// (`v[i] = x`) converts and broadcasts. A bad value is refused: the Variable keeps its last good one, and the error is
/// thrown at the next boundary its value meets (reading it out, a jitted call).
///
/// A Variable may be used from any thread. Two threads that write it at once, or one that writes while a jitted call on
/// another reads it, get a `conflict` error instead of a mixed value.
public class Variable: @unchecked Sendable {
  // @unchecked: the value is the cell's, which synchronises; the rest is immutable or guarded.
  private let home: Home
  package final let type: ArrayType
  /// The name messages give it.
  public final let name: String
  /// Set by a bad write, until the error is thrown.
  private let pending = Mutex<Failure?>(nil)
  private let hasPending = Atomic<Bool>(false)

  /// Where the value is kept.
  private enum Home {
    case cell(VariableCell)
    /// Created while this trace was under way, and local to it.
    case trace(Trace)
    /// The part of another Variable.
    case view(Variable, [AxisIndex])
    /// It never had a value.
    case none(Failure)
  }

  /// A Variable with this value; it owns the value's shape and dtype. A literal gives `f32` or `i32`.
  ///
  /// - Parameter name: how messages call it; unique names are not needed.
  public convenience init(_ value: some ArrayConvertible, name: String? = nil) {
    self.init(array: value.array.settled, name: name)
  }

  /// A Variable of this shape, all zeros.
  public convenience init(shape: [Int], dtype: DType = .f32, name: String? = nil) {
    self.init(array: zeros(shape, dtype: dtype), name: name)
  }

  init(array: NDArray, name: String?) {
    let name = name ?? "Variable"
    self.name = name
    type = array.type
    if let trace = Trace.current {
      home = .trace(trace)
      if case .failure(let failure) = array.content { trace.report(failure.error) }
      trace.adopt(self, array)
    } else {
      do throws(HillockError) {
        let (storage, type) = try array.concrete()
        home = .cell(try VariableCell(name: name, type: type, storage: storage))
      } catch {
        home = .none(Failure(error))
      }
    }
  }

  /// A view of a part of another Variable.
  init(_ base: Variable, _ indices: [AxisIndex], _ name: String?) {
    self.name = name ?? "\(base.name)[…]"
    let part = base.lastGoodValue.element(at: indices)
    type = part.type
    if case .failure(let failure) = part.content { home = .none(failure) } else { home = .view(base, indices) }
  }

  public final var dtype: DType { type.dtype }
  public final var shape: [Int] { type.shape }
  public final var rank: Int { type.rank }
  public final var count: Int { type.count }

  /// The current value; assigning one demands the Variable's shape and dtype.
  ///
  /// The array read is a value of its own: later writes to the Variable do not change it.
  public final var value: NDArray {
    get {
      if let failure = pendingFailure { return NDArray(.failure(failure)) }
      return NDArray { () throws(HillockError) in try read() }
    }
    set { assign(newValue) }
  }

  /// The same as assigning to ``value``.
  public final func update(_ value: some ArrayConvertible) { assign(value.array) }

  /// The error of the last refused write, if it was not thrown yet.
  public final var error: HillockError? { pendingFailure?.error }

  /// The value without regard to a refused write.
  final var lastGoodValue: NDArray { NDArray { () throws(HillockError) in try read() } }

  private func read() throws(HillockError) -> NDArray {
    switch home {
    case .none(let failure): throw failure.error
    case .view(let base, let indices): return try base.read().element(at: indices)
    case .trace(let trace):
      guard let current = Trace.current, current.isInside(trace) else { throw strayError(trace) }
      return current.read(self)
    case .cell(let cell):
      if let trace = Trace.current { return trace.read(self) }
      return NDArray(cell.load(), type)
    }
  }

  package final var pendingFailure: Failure? {
    if case .view(let base, _) = home { return base.pendingFailure }
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
    if case .view(let base, _) = home { return base.refuse(failure) }
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
      // The same error may have been thrown elsewhere before; here it is new.
      if case .failure(let failure) = array.content { return refuse(failure.wasThrown ? Failure(failure.error) : failure) }
      let value = try fitting(array)
      switch home {
      case .none: break
      case .view(let base, let indices): base.modify("an assignment (v[…].value = x)") { $0.replacing(indices, with: value) }
      case .trace(let trace):
        guard let current = Trace.current, current.isInside(trace) else { throw strayError(trace) }
        current.write(self, value)
      case .cell(let cell):
        if let trace = Trace.current {
          trace.write(self, value)
        } else {
          try cell.update(try value.concrete().0, site: "an assignment (v.value = x)")
        }
      }
    } catch {
      refuse(error)
    }
  }

  /// Replaces the value by one computed from it; `kind` is what messages of conflicts call it. Outside `jit` the Variable is
  /// leased meanwhile: no other write comes between reading and writing.
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
      try cell.modify(site: kind) { (storage) throws(HillockError) in
        try fitting(change(NDArray(storage, type))).concrete().0
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

  /// The cell; the error of a Variable that has none.
  final func ownCell() throws(HillockError) -> VariableCell {
    switch home {
    case .cell(let cell): return cell
    case .none(let failure): throw failure.error
    case .trace(let trace): throw strayError(trace)
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
    if scalar.dtype.isFloating, !type.dtype.isFloating { return scalar.settled }
    return try scalar.adopting(type.dtype)
  }

  private func checkFit(_ given: ArrayType) throws(HillockError) {
    guard given.shape == type.shape else {
      throw HillockError(
        .shape, "the shape of Variable \(name) is \(type.shape), while the value given has shape \(given.shape); assign a part with v[...] = x to broadcast")
    }
    guard given.dtype == type.dtype else {
      throw HillockError(
        .dtype,
        "the dtype of Variable \(name) is \(type.dtype.numpyName), while the value given is \(given.dtype.numpyName); convert it with .astype(.\(type.dtype.name))")
    }
  }

  private func strayError(_ trace: Trace) -> HillockError {
    HillockError(
      .trace, "Variable \(name) was created while \(trace.name) was traced and is local to it; create it before the call")
  }
}

extension Variable: ArrayValue {
  /// The current value, as in `value`: what a Variable stands for in an expression.
  public var array: NDArray { value }
}

extension Variable: CustomStringConvertible {
  /// The value as NumPy writes it: `Variable(NDArray([0, 1, 2], dtype=int32))`.
  public var description: String { lastGoodValue.description(prefix: "Variable(NDArray(", suffix: "))") }
}
