import HillockIR
import HillockRuntime
import Synchronization

/// Where the value of a Variable is that was created while a function was traced: in the trace, and later, if somebody still
/// refers to the Variable, in a cell of its own.
final class LocalHome: Sendable {
  enum Settled {
    case cell(VariableCell)
    case none(Failure)
  }

  let trace: Trace
  private let thread = Barrier.currentThread
  private let outcome = Mutex<Settled?>(nil)

  init(_ trace: Trace) { self.trace = trace }

  /// nil while the value is the trace's.
  var settled: Settled? {
    guard let outcome = outcome.withLock({ $0 }) else { return nil }
    return outcome
  }

  /// The same for a thread other than the one that traces: it waits until that one has done what creates the value. One that holds
  /// Variables waits for nobody.
  func settledForOthers() -> Settled? {
    if let settled { return settled }
    guard Barrier.currentThread != thread, !Barrier.isHoldingLeases else { return nil }
    var wait = ShortWait()
    while true {
      if let settled { return settled }
      wait.again()
    }
  }

  func settle(_ settled: Settled) { outcome.withLock { $0 = $0 ?? settled } }
}

/// A Variable that was created while a function was traced, and the value that it was created with.
struct LocalVariable {
  var variable: Variable
  let initial: NDArray
  /// The value that it has in the trace at the moment.
  var current: NDArray

  /// Gives the Variable a value outside the trace: the first of these that is the same whatever the function is called with.
  func settle(_ candidates: [NDArray]) {
    guard variable.isLocal else { return }
    for case (let storage, let type)? in candidates.map({ try? $0.whole.concrete() }) {
      variable.settle(storage, type)
      return
    }
    variable.settle(
      HillockError(
        .trace,
        "\(VariableCell.title(variable.name)) was created while a function was traced, with a value that is known only when a "
          + "program runs; it is used outside that trace: create it before the call"))
  }
}

extension [LocalVariable] {
  /// Those that somebody refers to besides this list.
  mutating func removeUnreferenced() {
    var kept: [LocalVariable] = []
    for index in indices where !isKnownUniquelyReferenced(&self[index].variable) { kept.append(self[index]) }
    self = kept
  }
}

extension Trace {
  /// Where a function has created Variables in its loops and branches that outlive it, they become ordinary ones, with the values
  /// they were created with, and the function is to be traced again: it finds them there then. Ends the trace in that case.
  ///
  /// - Throws: where it was traced again already, and has created others.
  func settleStrays(_ strays: [LocalVariable], isSecondTime: Bool) throws(HillockError) -> Bool {
    guard let first = strays.first else { return false }
    if isSecondTime {
      throw HillockError(
        .trace,
        "\(VariableCell.title(first.variable.name)) is created in a loop or a branch each time \(name) is traced, and outlives it; "
          + "create it before, or return its value")
    }
    close()
    for stray in strays { stray.settle([stray.initial]) }
    return true
  }
}
