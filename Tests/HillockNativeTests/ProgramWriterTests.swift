#if Native
  import Foundation
  import HillockBytecode
  import HillockIR
  import HillockRuntime
  import Testing

  @testable import HillockNative

  /// The C function of a whole program: what it does itself, what it calls back. That it computes the same is tested by
  /// random programs and by runs that move into it at every back-edge.
  @Suite struct ProgramWriterTests {
    private func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }

    /// v ← reverse(v) + sum(v), each step of which is two kernels at most, over n elements.
    private func sequential(_ n: Int, trips: Int) throws -> Program {
      var body = GraphBuilder(name: "body")
      _ = body.argument(ArrayType(.i64, []))
      let v = body.argument(ArrayType(.f32, [n]))
      let mirrored = try body.slice(v, starts: [n - 1], steps: [-1], sizes: [n])
      body.result(try body.elementwise(op("add"), [mirrored, try body.reduce(.sum, v, axes: [0])]))
      var b = GraphBuilder(name: "sequential")
      let start = b.argument(ArrayType(.f32, [n]))
      let loop = try b.loop(body.graph, trips: trips, carried: [start])
      b.result(b.elements(of: loop)[0])
      return try VerifiedProgram(Lowering.lower(b.graph)).program
    }

    /// The C text of the function of the whole program; empty where there is none.
    private func source(_ program: Program) throws -> String {
      let text = CWriter.write(try VerifiedProgram(program))
      return text.range(of: "void hk_program(").map { String(text[$0.lowerBound...]) } ?? ""
    }

    @Test func aLoopOfSmallKernelsIsOneFunction() throws {
      let text = try source(sequential(100, trips: 9))
      #expect(text.contains("void hk_program("))
      #expect(!text.contains("[called: "), "nothing is left to the runtime:\n\(text)")
      #expect(text.contains("< 9)"), "the trips are a constant")
    }

    /// Then one function for all would save nothing.
    @Test func aLoopOfKernelsThatAreWorthSharingNeedsNoProgram() throws {
      #expect(try source(sequential(3_000_000, trips: 9)).isEmpty)
    }

    @Test func aSingleKernelNeedsNoProgram() throws {
      var b = GraphBuilder(name: "neg")
      b.result(try b.elementwise(op("neg"), [b.argument(ArrayType(.f32, [100]))]))
      #expect(try source(Lowering.lower(b.graph)).isEmpty)
    }

    @Test func whatTheRuntimeDoesHasAReason() throws {
      var b = GraphBuilder(name: "steps")
      let x = b.argument(ArrayType(.f32, [8, 8]))
      let (slot, v) = b.variable(name: "v", ArrayType(.f32, [8, 8]))
      let product = try b.dot(x, x)
      try b.store(slot: slot, try b.elementwise(op("add"), [v, product]))
      let row = b.argument(ArrayType(.f32, [5]))
      b.result(try b.elementwise(op("neg"), [row]))
      let text = try source(Lowering.lower(b.graph))
      #expect(text.contains("[called: array-step]"))
      #expect(text.contains("[called: claim]"))
    }
  }
#endif
