// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/LookingInside.md.
@Suite(.serialized) struct LookingInsideGuide {
  @Test func first() throws {
    let scale = NDArray([0.5])
    let f = jit { (x: NDArray) in tanh(scale * x) + 1 }
    let y = try f(zeros(4))
    print(f.explain())
    #expect(try y.floats() == [1, 1, 1, 1])
    let report = f.explain()
    #expect(report.programs.count == 1 && report.programs[0].constants.count >= 1)
  }

  @Test func graphs() throws {
    let folder = try ScratchFolder()
    let f = jit { (x: NDArray) in tanh(0.5 * x) + 1 }
    let text = try f.graph(zeros(4))
    try text.write(toFile: folder["scaled.hlk"], atomically: true, encoding: .utf8)
    #expect(text.contains("tanh"))
  }

  @Test func tiers() throws {
    let g = jit { (x: NDArray) in x * x }
    let first = try g(ones(3))
    print(g.statistics[0].isNative, g.statistics[0].reason)          // false not-hot
    try? g.promote()                                                 // compile now, where there is a compiler
    let second = try g(ones(3))
    #expect(try first.floats() == second.floats())
    #expect(g.statistics[0].calls == 2)
  }

  @Test func traces() throws {
    let folder = try ScratchFolder()
    let g = jit { (x: NDArray) in x * x }
    try Engine.startTrace(folder["run.json"])
    let z = try g(ones(1000))
    Engine.stopTrace()
    #expect(z.shape == [1000])
    #expect(try String(contentsOfFile: folder["run.json"], encoding: .utf8).contains("\"run\""))
  }

  @Test func plainly() throws {
    let h = jit { (x: NDArray) in
      let inside = x + 1
      print(inside)                                  // NDArray([1., 1.], dtype=float32), instead of its type alone
      return inside * 2
    }
    let w = try withoutJIT { try h(zeros(2)) }
    #expect(try w.floats() == [2, 2])
  }
}
