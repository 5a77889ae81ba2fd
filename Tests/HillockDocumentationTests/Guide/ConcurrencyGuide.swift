// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Concurrency.md.
@Suite(.serialized) struct ConcurrencyGuide {
  @Test func first() async throws {
    let answer = jit { (x: NDArray) in (x * x).sum() }
    let sums = try await withThrowingTaskGroup(of: Float.self) { group in
      for n in 1...4 {
        group.addTask { try answer(full([n], 2.0)).item(as: Float.self) }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted()
    }
    print(sums)                                      // [4.0, 8.0, 12.0, 16.0]
    #expect(sums == [4, 8, 12, 16])
  }

  @Test func waiting() async throws {
    let counter = Variable(NDArray(0))
    let count = jit { counter += 1 }
    count.conflicts = .wait                          // or for all: Engine.conflicts = .wait
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<25 { try count() } }
      }
      try await group.waitForAll()
    }
    print(try counter.item(as: Int.self))            // 100
    #expect(try counter.item(as: Int.self) == 100)
  }

  @Test func draws() async throws {
    let draw = jit { () in random.random(2) }
    let draws = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 { group.addTask { try draw().floats() } }
      return try await group.reduce(into: [[Float]]()) { $0.append($1) }
    }
    print(Set(draws).count)                          // 4
    #expect(draws.count == 4 && Set(draws).count == 4)
  }

  @Test func cancelling() async throws {
    let state = Variable(zeros(2))
    let task = Task.detached {
      try forLoop(0..<1_000_000_000) { i in state += 1 }
    }
    task.cancel()
    let result = await task.result                   // failure(CancellationError())
    #expect(throws: CancellationError.self) { try result.get() }
    #expect(try state.value.floats() == [0, 0])
    let stop = CancellationToken()
    Thread.detachNewThread { stop.cancel() }         // a button, a timer, a signal
    do {
      try withCancellation(stop) {
        try forLoop(0..<1_000_000_000) { i in state += 1 }
      }
    } catch is CancellationError {
      print("stopped")
    }
    #expect(stop.isCancelled)
    #expect(try state.value.floats() == [0, 0])
  }
}
