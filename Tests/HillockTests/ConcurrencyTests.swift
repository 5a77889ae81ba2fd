import Hillock
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
  @Test func arraysAndJittedFunctionsAreUsedFromManyTasks() async throws {
    let f = jit { (x: NDArray) in (x * 2).sum() }
    try await withThrowingTaskGroup(of: Float.self) { group in
      for i in 0..<32 {
        group.addTask {
          var last: Float = 0
          for n in 1...20 { last = try f(full([n + i % 3], 1.0)).item() }
          return last
        }
      }
      for try await value in group { #expect([40, 42, 44].contains(value)) }
    }
  }

  /// Every write either happens as a whole or is refused with a conflict: no increment is lost.
  @Test func noWriteIsLost() async throws {
    let v = Variable(NDArray(0), name: "counter")
    let step = jit { v += 1 }
    try step()
    let done = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var count = 0
          for _ in 0..<200 {
            do {
              try step()
              count += 1
            } catch {
              #expect((error as? HillockError)?.code == .conflict)
            }
          }
          return count
        }
      }
      return await group.reduce(0, +)
    }
    #expect(try v.value.item(as: Int.self) == done + 1)
  }

  @Test func tracesOfTwoThreadsDoNotMeet() async throws {
    let shared = Variable(ones(2))
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for i in 0..<16 {
        group.addTask {
          let f = jit { (x: NDArray) -> NDArray in
            let local = Variable(zeros(2))
            for _ in 0..<5 { local += shared * x }
            return local.value
          }
          return try f(NDArray(Float(i))).floats()
        }
      }
      for try await values in group { #expect(values[0] == values[1] && Int(values[0]) % 5 == 0) }
    }
  }

  /// Loops whose bodies are large enough to be shared, from many tasks at once, and the native code comes in between: some
  /// calls get the team, others work alone, and every result has the bits of a call that had it to itself.
  @Test func loopsOfManyTasksGiveTheBitsOfOne() async throws {
    let f = jit { (x: NDArray) throws -> NDArray in
      try forLoop(0..<20, carry: x) { i, x in x * 0.5 + x.sum() * 1e-6 + i }
    }
    let expected = try (0..<3).map { try bytes(f(arange(20_000 + $0).asType(.f32))) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<12 {
        group.addTask {
          if task == 5 { try? f.promoteWherePossible() }
          let size = task % 3, x = arange(20_000 + size).asType(.f32)
          for _ in 0..<10 where try bytes(f(x)) != expected[size] { return false }
          return true
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }
}
