import Hillock
import Testing

/// Bad input at the ends of what can be said gives errors, never traps, and errors are not lost.
@Suite struct LimitsTests {
  @Test func boundsAtTheEndOfTheIntegersAreOutOfRange() {
    let x = arange(4)
    #expect(x[0...Int.max].error?.code == .index)
    #expect(x[...Int.max].error?.code == .index)
  }

  @Test func aLoopOverAllIntegersIsRefused() {
    let v = Variable(zeros([2]))
    let error = #expect(throws: HillockError.self) { try forLoop(Int.min..<Int.max) { _ in v += 1 } }
    #expect(error?.code == .argument)
  }

  @Test func aFunctionCannotBeLookedIntoWhileItIsTraced() throws {
    let x = arange(3)
    nonisolated(unsafe) var own: Jitted<NDArray, NDArray>?
    let f = jit { (y: NDArray) throws -> NDArray in
      _ = try own?.graph(x)
      return y
    }
    own = f
    let error = #expect(throws: HillockError.self) { try f(x) }
    #expect(error?.code == .trace)
  }

  @Test func anErrorThatWasThrownBeforeStillRefusesAWrite() {
    let bad = zeros([2]) + zeros([3])
    _ = try? bad.scalars(as: Float.self)
    let v = Variable(zeros([2]), name: "v")
    v.value = bad
    #expect(throws: HillockError.self) { try v.value.scalars(as: Float.self) }
    #expect((try? v.value.scalars(as: Float.self)) == [0, 0], "the last good value")
  }
}
