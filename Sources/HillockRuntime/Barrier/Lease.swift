import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The run-time rules of the barrier: who may touch a Variable when, and commits that are seen whole.
package enum Barrier {
  /// Whether this thread has Variables of a run: it waits for nobody then.
  package static var isHoldingLeases: Bool { HeldLeases.count > 0 }

  /// Held while the storages of a commit are swapped, and while several are read as one.
  static let commits = Mutex(())

  /// Who has a Variable, or wants it: a run by its function and place, an assignment by its kind.
  struct Claimant {
    var site: String
    /// The thread, by its address; 0: nobody.
    var thread: UInt
    /// Whether it is an operation outside any run, which ends by itself: it waits for nobody while it has the Variable.
    var isBrief = false
  }

  static func conflict(
    _ name: String, held: Claimant, isWritten: Bool, readers: Int, asked: String, exclusively: Bool, hasPlace: Bool
  ) -> HillockError {
    let isSame = held.thread == currentThread
    let others = readers > 1 ? " and \(readers - 1) more" : ""
    let whose = isSame ? "on the same thread, where it has not ended" : "on another thread"
    let verb = exclusively ? "written" : "read"
    let mend =
      isSame
      ? "do one after the other"
      : HeldLeases.count > 0
        ? "let one end before the other (waiting is not possible here: this thread holds Variables itself)"
        : "let one wait for the other (Engine.conflicts = .wait), or give each thread its own Variables"
    return HillockError(
      .conflict,
      "\(VariableCell.title(name)) is being \(isWritten ? "written" : "read") by \(held.site)\(others) \(whose), and cannot be "
        + "\(verb) by \(asked) at the same time; \(mend)",
      location: hasPlace && !asked.isEmpty ? asked : nil)
  }

  /// The thread, by its address.
  package static var currentThread: UInt {
    #if canImport(Glibc)
      UInt(pthread_self())
    #else
      UInt(bitPattern: pthread_self())
    #endif
  }
}

/// The Variables of a program, by slot, and which of them its runs write: what a run leases. Made once for many runs.
package final class LeasePlan: Sendable {
  package let cells: [VariableCell]
  package let isWritten: [Bool]

  /// By slot, what a value takes; nil where it differs from value to value.
  private let byteCounts: [Int?]

  /// Each cell once, in the order of ids.
  let entries: [(cell: VariableCell, isWritten: Bool)]

  /// A cell may stand in several slots; it is leased once, exclusively if any of them is written.
  package init(_ cells: [VariableCell], isWritten: [Bool]) {
    self.cells = cells
    self.isWritten = cells.indices.map { isWritten.indices.contains($0) && isWritten[$0] }
    byteCounts = cells.map { $0.form.batchAxis == nil ? $0.form.first.byteCount : nil }
    var entries: [(cell: VariableCell, isWritten: Bool)] = []
    for (cell, written) in zip(cells, self.isWritten).sorted(by: { $0.0.id < $1.0.id }) {
      if let last = entries.last, last.cell === cell {
        entries[entries.count - 1].isWritten = last.isWritten || written
      } else {
        entries.append((cell, written))
      }
    }
    self.entries = entries
  }

  /// What the Variable's value takes at the moment; while it is leased, that stays.
  func byteCount(_ slot: Int) -> Int { byteCounts[slot] ?? cells[slot].type.byteCount }

  /// Leases all of the Variables or none: exclusively what is written, shared what is only read. `site` names the run in
  /// the messages of conflicts, such as `step (main.swift:12)`. `policy`: what to do where another run has one of them; nil
  /// takes the process's setting.
  package func acquire(site: String, policy: ConflictPolicy? = nil) throws(HillockError) -> Lease {
    _ = try take(site, policy, isCancellable: false)
    return Lease(plan: self)
  }

  /// The same, but waiting for others ends early with `CancellationError` where that is asked for (`Cancellation`).
  package func acquireCancellably(site: String, policy: ConflictPolicy? = nil) throws -> Lease {
    guard try take(site, policy, isCancellable: true) else { throw CancellationError() }
    return Lease(plan: self)
  }

  /// False where it was cancelled: none are leased then.
  private func take(_ site: String, _ policy: ConflictPolicy?, isCancellable: Bool) throws(HillockError) -> Bool {
    for index in entries.indices {
      do throws(HillockError) {
        let isTaken = try entries[index].cell.acquire(
          exclusively: entries[index].isWritten, site: site, policy: policy, isCancellable: isCancellable)
        if isTaken { continue }
        release(entries[..<index])
        return false
      } catch {
        release(entries[..<index])
        throw error
      }
    }
    return true
  }

  func release(_ entries: ArraySlice<(cell: VariableCell, isWritten: Bool)>) {
    for entry in entries { entry.cell.release(exclusively: entry.isWritten) }
  }
}

/// The right of one run to its Variables; it ends with this value, whatever has happened in between.
package struct Lease: ~Copyable {
  private let plan: LeasePlan

  init(plan: LeasePlan) {
    self.plan = plan
    HeldLeases.add(1)
  }

  deinit {
    plan.release(plan.entries[...])
    HeldLeases.add(-1)
  }

  /// Gives the frame the Variables' values. They stay as they are while the lease lasts.
  package borrowing func load(into frame: Frame) {
    for slot in plan.cells.indices { frame.setVariable(slot, plan.cells[slot].load()) }
    frame.lend(plan)
  }

  /// A value of a batch size other than the Variable's, which a program gives as a result: its stores keep the type.
  package struct Resized {
    package let slot: Int
    package let type: ArrayType
    package var storage: Storage?

    package init(slot: Int, type: ArrayType, storage: Storage) {
      self.slot = slot
      self.type = type
      self.storage = storage
    }
  }

  /// Makes all values that the run has stored visible at once, and those that are given beside them. Nothing is changed where
  /// one of them does not fit.
  package consuming func commit(from frame: Frame, _ resized: [Resized] = []) throws(HillockError) {
    for slot in plan.cells.indices where plan.isWritten[slot] {
      guard let byteCount = frame.storedByteCount(slot) else { continue }
      guard byteCount == plan.byteCount(slot) else {
        let type = plan.cells[slot].type
        throw HillockError(
          .shape, "Variable \(plan.cells[slot].name) is \(type), \(type.byteCount) bytes; the run gave it \(byteCount) bytes")
      }
    }
    for value in resized {
      guard plan.cells.indices.contains(value.slot), let storage = value.storage else { continue }
      try plan.cells[value.slot].check(storage, value.type)
    }
    // What the Variables had is given back after the lock.
    var values = resized
    Barrier.commits.withLock { _ in
      for slot in plan.cells.indices where plan.isWritten[slot] {
        frame.exchangeStored(slot, with: plan.cells[slot])
      }
      for index in values.indices where plan.cells.indices.contains(values[index].slot) {
        plan.cells[values[index].slot].exchange(&values[index].storage, values[index].type)
      }
    }
  }

  /// Gives each Variable of the plan, by slot, a value, all at once. Nothing is changed where one of them does not fit.
  package consuming func commit(_ values: [(storage: Storage, type: ArrayType)]) throws(HillockError) {
    for (cell, value) in zip(plan.cells, values) { try cell.check(value.storage, value.type) }
    // What the Variables had is given back after the lock.
    var storages = values.map { Optional.some($0.storage) }
    Barrier.commits.withLock { _ in
      for slot in plan.cells.indices where slot < values.count { plan.cells[slot].exchange(&storages[slot], values[slot].type) }
    }
  }
}
