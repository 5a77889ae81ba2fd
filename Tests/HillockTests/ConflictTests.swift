import Foundation
import Hillock
import HillockIR
import HillockTestSupport
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

  /// Seconds that what happens at once may take where many tests run at the same time. Then a test fails instead of hanging.
  private static let patience = 300

  /// Whether a call that waits for another Variable takes this one meanwhile, before it is over.
  private func isTaken(_ v: Variable, before isOver: Flag = Flag()) -> Bool {
    let end = ContinuousClock.now + .seconds(Self.patience)
    while v.error == nil, !isOver.isSet, ContinuousClock.now < end {
      v.value = ones(2)
      usleep(100)
    }
    return v.error != nil
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
    let first = Variable(zeros(2), name: "first"), v = Variable(ones(3), name: "counter")
    let step = jit({ for v in [first, v] { v += 1 } }, name: "step")
    #expect(step.conflicts == nil)
    step.conflicts = .wait
    #expect(step.conflicts == .wait)
    try step()
    let isOver = DispatchSemaphore(value: 0), wasOver = Flag()
    try whileHeld(v) {
      Thread.detachNewThread {
        _ = try? step()
        wasOver.set()
        isOver.signal()
      }
      // It has the first Variable while it waits for the second.
      #expect(isTaken(first, before: wasOver) && !wasOver.isSet)
    }
    try #require(isOver.wait(timeout: .now() + .seconds(Self.patience)) == .success)
    #expect { try first.value.floats() } throws: { ($0 as? HillockError)?.code == .conflict }
    #expect(try v.value.floats() == [3, 3, 3])
  }

  /// By its task or by a token: the call ends without having begun, and gives back what it had.
  @Test(arguments: [true, false]) func aCallThatWaitsCanBeCancelled(_ byTask: Bool) throws {
    let first = Variable(zeros(2), name: "first"), v = Variable(zeros(2), name: "counter")
    let step = jit({ for v in [first, v] { v += 1 } }, name: "step")
    let token = CancellationToken()
    step.conflicts = .wait
    try step()
    try whileHeld(v) {
      let isOver = DispatchSemaphore(value: 0)
      let wasCancelled = Flag()
      let body: @Sendable () -> Void = {
        do { try step() } catch is CancellationError { wasCancelled.set() } catch {}
        isOver.signal()
      }
      var task: Task<Void, Never>?
      if byTask {
        // A thread of its own: those of Swift's pool may all be in tests that wait, and this call waits as well.
        task = Task(executorPreference: ThreadExecutor()) { body() }
      } else {
        Thread.detachNewThread { withCancellation(token, body) }
      }
      // It has the first Variable while it waits for the second.
      #expect(isTaken(first))
      #expect { try first.value.floats() } throws: { ($0 as? HillockError)?.code == .conflict }
      if byTask { task?.cancel() } else { token.cancel() }
      #expect(isOver.wait(timeout: .now() + .seconds(Self.patience)) == .success)
      #expect(wasCancelled.isSet)
      // What it had is free, although the other one is not.
      first.value = zeros(2)
      #expect(first.error == nil)
    }
    try step()
    #expect(try first.value.floats() == [1, 1] && v.value.floats() == [2, 2])
  }

  /// Many wait, and half of them are cancelled at any moment: the others all get their turn, and what is cancelled does nothing.
  @Test func cancellingSomeLosesNobodysTurn() throws {
    let variables = ["v", "w"].map { Variable(zeros([]), name: $0) }
    let uses = [[0, 1], [0], [1]]
    let steps = uses.map { own in jit({ for index in own { variables[index] += 1 } }, name: "step \(own)") }
    for step in steps {
      step.conflicts = .wait
      try step()
    }
    let done = Mutex([1, 1, 1]), failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<60 {
        let token = CancellationToken(), isDoomed = (thread + round) % 2 == 0, kind = (thread + round / 2) % 3
        if isDoomed { DispatchQueue.global().async { token.cancel() } }
        do {
          try withCancellation(token) { try steps[kind]() }
          done.withLock { $0[kind] += 1 }
        } catch is CancellationError {
          if !isDoomed { failures.add(1, ordering: .relaxed) }
        } catch {
          failures.add(1, ordering: .relaxed)
        }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    let calls = done.withLock { $0 }
    #expect(try variables[0].value.item(as: Float.self) == Float(calls[0] + calls[1]))
    #expect(try variables[1].value.item(as: Float.self) == Float(calls[0] + calls[2]))
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

/// Set on one thread, seen on another.
private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
