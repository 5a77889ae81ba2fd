import Dispatch
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

/// A job that notes which units were done, and by how many at once each worker's number was used.
private final class Ledger: Sendable {
  let units: [Cell]
  let workers: [Cell]

  final class Cell: Sendable {
    let count = Atomic<Int>(0)
  }

  init(units: Int, workers: Int) {
    self.units = (0..<units).map { _ in Cell() }
    self.workers = (0..<workers).map { _ in Cell() }
  }

  static let body: Team.Body = { context, worker, first, last in
    let ledger = Unmanaged<Ledger>.fromOpaque(context).takeUnretainedValue()
    let others = ledger.workers[worker].count.add(1, ordering: .relaxed).oldValue
    precondition(others == 0, "two threads use the scratch of worker \(worker)")
    for unit in first..<last { ledger.units[unit].count.add(1, ordering: .relaxed) }
    ledger.workers[worker].count.subtract(1, ordering: .relaxed)
  }

  func run(grain: Int, workers: Int) {
    withExtendedLifetime(self) {
      let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
      Team.shared.runShared(units: units.count, grain: grain, workers: workers, context: context, body: Self.body)
    }
  }

  var isComplete: Bool { units.allSatisfy { $0.count.load(ordering: .relaxed) == 1 } }
}

@Suite struct TeamTests {
  @Test(arguments: [1, 2, 3, 7])
  func everyUnitIsDoneOnce(workers: Int) {
    for units in [1, 2, 5, 64, 1_000] {
      for grain in [1, 3, 100] {
        for _ in 0..<20 {
          let ledger = Ledger(units: units, workers: workers)
          ledger.run(grain: grain, workers: workers)
          #expect(ledger.isComplete, "\(units) units, grain \(grain)")
        }
      }
    }
  }

  /// Many threads call at once: each gets all of its own job and nothing of another's.
  @Test func concurrentCallers() {
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 16) { caller in
      for round in 0..<300 {
        let ledger = Ledger(units: 1 + (caller * 31 + round) % 97, workers: 4)
        ledger.run(grain: 1 + round % 3, workers: 4)
        if !ledger.isComplete { failures.add(1, ordering: .relaxed) }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }

  @Test func aJobWithoutUnitsIsNothing() {
    let ledger = Ledger(units: 0, workers: 1)
    ledger.run(grain: 1, workers: 4)
    #expect(ledger.isComplete)
  }
}
