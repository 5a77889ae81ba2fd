import CAllocationCounter
import Hillock
import Testing

/// A warm call allocates the handles of its results and nothing else. (What the interpreter's helpers do on other threads
/// is not counted; the arrays here are too small to share.) In a process of its own: other tests take memory from the pool, and
/// this one sets the tier for everybody.
@Suite struct WarmCallTests {
  /// Of a hundred calls.
  private static func allocations(_ body: () throws -> Void) throws -> Int64 {
    for _ in 0..<20 { try body() }
    let before = allocation_count()
    for _ in 0..<100 { try body() }
    return allocation_count() - before
  }

  @Test(.enabled(if: allocation_counter_works() != 0)) func aWarmCallAllocatesItsResultHandles() async {
    await #expect(processExitsWith: .success) { try Self.expectHandlesOnly() }
  }

  private static func expectHandlesOnly() throws {
    Engine.tier = .interpreter
    let x = zeros(16), y = ones(16)
    let v = Variable(zeros(16)), seen = Variable(zeros(1, dtype: .i32))
    let one = jit { (x: NDArray, y: NDArray) in x * y + 1 }
    let two = jit { (x: NDArray, n: Int) -> (NDArray, NDArray) in (x * n, x - n) }
    let step = jit { (x: NDArray) in
      v += x
      seen += 1
    }
    #expect(try allocations { _ = try one(x, y) } == 100)
    #expect(try allocations { _ = try two(x, 3) } == 200)
    // The new values of the Variables lie where the old ones did.
    #expect(try allocations { try step(x) } == 0)
  }
}
