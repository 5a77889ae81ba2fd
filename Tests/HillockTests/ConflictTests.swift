import Dispatch
import Hillock
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

/// Two threads that want the same Variables: an error that names both sides, or waiting.
@Suite struct ConflictTests {
  /// A Variable that another thread holds while the body runs.
  private func whileHeld(_ v: Variable, _ body: () throws -> Void) throws {
    let cell = try #require(v.cell)
    let isHeld = DispatchSemaphore(value: 0), isDone = DispatchSemaphore(value: 0), isFree = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      let lease = try? LeasePlan([cell], isWritten: [true]).acquire(site: "training (Model.swift:12)")
      isHeld.signal()
      isDone.wait()
      _ = consume lease
      isFree.signal()
    }
    isHeld.wait()
    defer {
      isDone.signal()
      isFree.wait()
    }
    try body()
  }

  @Test func aConflictNamesBothSides() throws {
    let v = Variable(ones(3), name: "counter")
    let step = jit({ v += 1 }, name: "step")
    try step()
    try whileHeld(v) {
      let error = #expect(throws: HillockError.self) { try step() }
      #expect(error?.code == .conflict)
      #expect(error?.message.contains("Variable counter is being written by training (Model.swift:12) on another thread") == true)
      #expect(error?.message.contains("cannot be written by step (ConflictTests.swift:") == true)
      #expect(error?.location?.hasPrefix("step (ConflictTests.swift:") == true)
    }
    try step()
    #expect(try v.value.floats() == [3, 3, 3])
  }

  /// An assignment is found in the caller's code.
  @Test func aConflictOfAnAssignmentNamesItsKindAndPlace() throws {
    let v = Variable(ones(3), name: "counter")
    let kinds: [(String, () -> Void)] = [
      ("an assignment (v.value = x)", { v.value = ones(3) }), ("an assignment (v += x)", { v += 1 }),
      ("an assignment (v[…] = x)", { v[0] = 2 }),
    ]
    for (kind, assign) in kinds {
      try whileHeld(v) {
        assign()
        #expect(v.error?.code == .conflict)
        #expect(v.error?.message.contains("cannot be written by \(kind)") == true, "\(v.error?.message ?? "")")
        #expect(v.error?.location?.contains("ConflictTests.swift") == true, "\(v.error?.location ?? "no place")")
      }
      #expect(throws: HillockError.self) { try v.value.floats() }
    }
    #expect(try v.value.floats() == [1, 1, 1])
  }

  @Test func aConflictWithTheSameThreadSaysSo() throws {
    let v = Variable(ones(3), name: "counter")
    let lease = try LeasePlan([try #require(v.cell)], isWritten: [true]).acquire(site: "outer")
    // Waiting would never end: it is an error under either policy.
    let step = jit({ v += 1 }, name: "step")
    step.conflicts = .wait
    let error = #expect(throws: HillockError.self) { try step() }
    #expect(error?.message.contains("by outer on the same thread, where it has not ended") == true, "\(error?.message ?? "")")
    _ = consume lease
    try step()
  }

  @Test func aCallThatWaitsGetsItsTurn() throws {
    let v = Variable(ones(3), name: "counter")
    let step = jit({ v += 1 }, name: "step")
    #expect(step.conflicts == nil)
    step.conflicts = .wait
    #expect(step.conflicts == .wait)
    try step()
    let isOver = DispatchSemaphore(value: 0)
    let before = WaitingRoom.count
    try whileHeld(v) {
      DispatchQueue.global().async {
        _ = try? step()
        isOver.signal()
      }
      while WaitingRoom.count == before {}
    }
    isOver.wait()
    #expect(try v.value.floats() == [3, 3, 3])
  }

  /// Sixteen threads, each with calls that take two or three of six Variables in orders of their own: every call gets its turn,
  /// none is lost, and nobody waits for ever.
  @Test func crossingSetsOfVariablesDoNotDeadlock() throws {
    let variables = (0..<6).map { Variable(zeros(2), name: "v\($0)") }
    let steps = (0..<16).map { thread -> Jitted<Void> in
      let own = (0..<2 + thread % 2).map { variables[(thread * 5 + $0 * (1 + thread % 5)) % 6] }
      let step = jit({ for v in own.reversed() { v += 1 } }, name: "step \(thread)")
      step.conflicts = .wait
      return step
    }
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 16) { thread in
      for _ in 0..<50 {
        do { try steps[thread]() } catch { failures.add(1, ordering: .relaxed) }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    let expected = variables.indices.map { index -> Float in
      let uses = (0..<16).reduce(0) { sum, thread in
        sum + (0..<2 + thread % 2).count { (thread * 5 + $0 * (1 + thread % 5)) % 6 == index }
      }
      return Float(uses * 50)
    }
    for (v, count) in zip(variables, expected) { #expect(try v.value.floats() == [count, count]) }
  }
}
