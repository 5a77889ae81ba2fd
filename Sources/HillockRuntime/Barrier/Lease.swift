import HillockIR
import Synchronization

/// The run-time rules of the barrier: who may touch a Variable when, and commits that are seen whole.
enum Barrier {
  /// Held while the storages of a commit are swapped, and while several are read as one.
  static let commits = Mutex(())

  static func conflict(
    _ name: String, held: String, isWritten: Bool, asked: String, exclusively: Bool
  ) -> HillockError {
    HillockError(
      .conflict,
      "Variable \(name) is being \(isWritten ? "written" : "read") by \(held) and cannot be \(exclusively ? "written" : "read") by \(asked) at the same time; let one wait for the other, or give each thread its own Variables",
      location: asked.isEmpty ? nil : asked)
  }
}

/// The Variables of a program, by slot, and which of them its runs write: what a run leases. Made once for many runs.
package final class LeasePlan: Sendable {
  package let cells: [VariableCell]
  package let isWritten: [Bool]

  /// Each cell once, in the order of ids.
  let entries: [(cell: VariableCell, isWritten: Bool)]

  /// A cell may stand in several slots; it is leased once, exclusively if any of them is written.
  package init(_ cells: [VariableCell], isWritten: [Bool]) {
    self.cells = cells
    self.isWritten = cells.indices.map { isWritten.indices.contains($0) && isWritten[$0] }
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

  /// Leases all of the Variables or none: exclusively what is written, shared what is only read. `site` names the run in
  /// the messages of conflicts, such as `step (main.swift:12)`.
  package func acquire(site: String) throws(HillockError) -> Lease {
    for index in entries.indices {
      do throws(HillockError) {
        try entries[index].cell.acquire(exclusively: entries[index].isWritten, site: site)
      } catch {
        release(entries[..<index])
        throw error
      }
    }
    return Lease(plan: self)
  }

  func release(_ entries: ArraySlice<(cell: VariableCell, isWritten: Bool)>) {
    for entry in entries { entry.cell.release(exclusively: entry.isWritten) }
  }
}

/// The right of one run to its Variables; it ends with this value, whatever has happened in between.
package struct Lease: ~Copyable {
  private let plan: LeasePlan

  init(plan: LeasePlan) { self.plan = plan }

  deinit { plan.release(plan.entries[...]) }

  /// Gives the frame the Variables' values. They stay as they are while the lease lasts.
  package borrowing func load(into frame: Frame) {
    for slot in plan.cells.indices { frame.setVariable(slot, plan.cells[slot].load()) }
    frame.lend(plan)
  }

  /// Makes all values that the run has stored visible at once. Nothing is changed where one of them does not fit.
  package consuming func commit(from frame: Frame) throws(HillockError) {
    for slot in plan.cells.indices where plan.isWritten[slot] {
      guard let byteCount = frame.storedByteCount(slot) else { continue }
      let type = plan.cells[slot].type
      guard byteCount == type.byteCount else {
        throw HillockError(
          .shape, "Variable \(plan.cells[slot].name) is \(type), \(type.byteCount) bytes; the run gave it \(byteCount) bytes")
      }
    }
    Barrier.commits.withLock { _ in
      for slot in plan.cells.indices where plan.isWritten[slot] {
        frame.exchangeStored(slot, with: plan.cells[slot])
      }
    }
  }

  /// Gives each Variable of the plan, by slot, a value, all at once. Nothing is changed where one of them does not fit.
  package consuming func commit(_ storages: [Storage]) throws(HillockError) {
    for (cell, storage) in zip(plan.cells, storages) where storage.byteCount != cell.type.byteCount {
      throw VariableCell.misfit(cell.name, cell.type, storage)
    }
    // What the Variables had is given back after the lock.
    var values = storages.map(Optional.some)
    Barrier.commits.withLock { _ in
      for slot in plan.cells.indices where slot < values.count { plan.cells[slot].exchange(&values[slot]) }
    }
  }
}
