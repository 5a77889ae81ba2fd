import Foundation
import Hillock
import Synchronization
import Testing

@Suite struct CancellationTests {
  /// Runs the body in a task and cancels it a little later, from a thread of its own: the runs of these tests may have all that
  /// tasks and Dispatch have.
  func cancelling<Output: Sendable>(_ body: @escaping @Sendable () throws -> Output) async -> Result<Output, any Error> {
    let task = Task { try body() }
    Thread.detachNewThread {
      usleep(50_000)
      task.cancel()
    }
    return await task.result
  }

  /// Variables, random state and loops as they were, and the next run right.
  @Test func aCancelledTaskStopsALoopAndChangesNothing() async throws {
    let v = Variable(zeros(64))
    let state = RandomState(seed: 1)
    let key = try bytes(state.value)
    let loop = jit {
      // Minutes of work.
      try forLoop(0..<2_000_000_000) { _ in v.value = v * 0.5 + state.random(64) }
    }
    let result = await cancelling { try loop() }
    #expect(throws: CancellationError.self) { try result.get() }
    #expect(try v.value.floats() == Array(repeating: 0, count: 64))
    #expect(try bytes(state.value) == key)
    let step = jit { v += 1 }
    try step()
    #expect(try v.value.floats() == Array(repeating: 1, count: 64))
  }

  @Test(arguments: [64, 100_000]) func aLoopWhoseStepsDependOnEachOtherStopsToo(_ n: Int) async throws {
    let v = Variable(ones(n))
    let result = await cancelling {
      // Outside jit: the loop is a program of its own.
      try whileLoop {
        v.value.sum() .> 0
      } body: {
        v.value = v.value * 1.0 + v.value.sum() * 0.0
      }
    }
    #expect(throws: CancellationError.self) { try result.get() }
    #expect(try v.value.floats() == Array(repeating: 1, count: n))
  }

  @Test func aCallInACancelledTaskDoesNotBegin() async throws {
    let calls = Atomic<Int>(0)
    let f = jit { (x: NDArray) in
      try tap(x) { _ in calls.add(1, ordering: .relaxed) }
      return x + 1
    }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) { _ = try f(ones(2)) }
      // One operation at a time is no long run: cleaning up goes on.
      return try (ones(2) + 1).floats()
    }
    #expect(try await task.value == [2, 2])
    #expect(calls.load(ordering: .relaxed) == 0)
    #expect(try f(ones(2)).floats() == [2, 2])
  }

  @Test func aTokenStopsWhatRunsUnderIt() throws {
    let token = CancellationToken()
    let v = Variable(zeros(3))
    let record = Record()
    func run() throws {
      try forLoop(0..<1000) { i in
        v += 1
        try tap(i) { arrays in
          let i = try arrays[0].item(as: Double.self)
          record.note(i)
          if i == 4 { token.cancel() }
        }
      }
    }
    #expect(throws: CancellationError.self) { try withCancellation(token) { try run() } }
    // The run looks before each call.
    #expect(record.values == [0, 1, 2, 3, 4])
    #expect(try v.value.floats() == [0, 0, 0])
    #expect(throws: CancellationError.self) {
      try withCancellation(token) { try withCancellation(CancellationToken()) { try run() } }
    }
    #expect(throws: CancellationError.self) { try withCancellation(token) { try withoutJIT { try run() } } }
    try run()
    #expect(try v.value.floats() == [1000, 1000, 1000])
  }

  @Test func aCancelledCallInsideAFunctionIsNoFailureOfTheFunction() throws {
    let token = CancellationToken()
    token.cancel()
    let inner = jit { (x: NDArray) in x * 2 }
    let outer = jit { (x: NDArray) in
      try hostCall(x, returning: ArrayForm(like: x)) { arrays in try withCancellation(token) { try inner(arrays[0]) } }
    }
    #expect(throws: CancellationError.self) { _ = try outer(ones(2)) }
    #expect(throws: CancellationError.self) { _ = try hostCall(1, returning: []) { _ in throw CancellationError() } }
  }
}
