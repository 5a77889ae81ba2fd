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

  /// Long after their last work helpers sleep: the process uses no processor. (In a process of its own, where nothing else runs. A
  /// helper that went on spinning would use all of the time.)
  @Test func helpersThatHaveNothingToDoUseNoProcessor() async {
    await #expect(processExitsWith: .success) {
      Configuration.workers = 3
      let start = DispatchTime.now().uptimeNanoseconds
      var hasHelped = false
      while !hasHelped {
        let ledger = Ledger(units: 100_000, workers: 3)
        ledger.run(grain: 1, workers: 3)
        #expect(ledger.isComplete)
        hasHelped = Team.shared.awakeHelpers > 0
        guard DispatchTime.now().uptimeNanoseconds - start < 60_000_000_000 else {
          Issue.record("no helper ever came")
          return
        }
      }
      let interval: UInt64 = 300_000_000
      let used = TeamCosts.idleProcessorTime(interval: interval)
      #expect(used < interval / 4, "\(used) ns in \(interval)")
    }
  }

  /// The system's refusal is an answer.
  @Test func aThreadThatCannotBeHadIsNil() {
    #expect(HelperThread(stackByteCount: 1 << 60) {} == nil)
  }

  /// Each time it is woken, also while it is at work.
  @Test func aThreadWorksAsOftenAsItIsWoken() throws {
    let done = Ledger.Cell(), isOver = DispatchSemaphore(value: 0)
    let thread = try #require(
      HelperThread(stackByteCount: Parameters.helperStack) {
        if done.count.add(1, ordering: .relaxed).newValue == 100 { isOver.signal() }
      })
    for _ in 0..<100 { thread.wake() }
    isOver.wait()
    #expect(done.count.load(ordering: .relaxed) == 100)
  }

  @Test func compilesInTheBackgroundAreDoneInOrder() {
    final class Seen: Sendable {
      let numbers = Mutex<[Int]>([])
    }
    let seen = Seen()
    for number in 0..<50 { #expect(CompileQueue.add { seen.numbers.withLock { $0.append(number) } }) }
    CompileQueue.drain()
    #expect(seen.numbers.withLock { $0 } == Array(0..<50))
  }
}
