import Hillock
import Testing

/// Steps of a traced function that depend on constants only are done once, while it is traced.
@Suite struct FoldingTests {
  @Test func stepsOverConstantsLeaveNoTraceInTheProgram() throws {
    let table = NDArray([1, 2, 3] as [Float])
    let f = jit { (x: NDArray) in x * (exp(table) + 1) }
    let x = NDArray([2, 2, 2] as [Float])
    let program = try f.disassembly(x)
    #expect(!program.contains("exp"))
    let expected = try (x * (exp(table) + 1)).scalars(as: Float.self)
    #expect(try f(x).scalars(as: Float.self) == expected, "the same bits as step by step")
  }

  @Test func whatCannotBeFoldedStaysAStep() throws {
    let f = jit { (x: NDArray) in x + zeros([3]) }
    #expect(try f(NDArray([1, 2, 3] as [Float])).scalars(as: Float.self) == [1, 2, 3])
  }
}
