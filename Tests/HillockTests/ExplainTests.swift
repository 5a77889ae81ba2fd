import Hillock
import Testing

/// `explain` tells what a function was compiled to, and from what.
@Suite struct ExplainTests {
  final class Neuron: Base {
    let V = Variable(zeros(3), name: "V")
    let I = Variable(ones(3), name: "I")
    let out = Variable(zeros(3), name: "out")
    var tau = 0.125
    var weights = NDArray([1.5, 2.5, 3.5])
    let kernel = arange(1000, dtype: .f32)

    static let line = #line + 2
    func update(_ x: [NDArray], _ n: Int) -> NDArray {
      V += (I * weights - V) * tau
      out.value = V * n
      return kernel * x[0]
    }
  }

  @Test func itNamesVariablesConstantsAndTheirOrigins() throws {
    let neuron = Neuron()
    let f = jit(neuron, Neuron.update, name: "neuron")
    _ = try f([ones(1)], 3)
    let explanation = f.explain()
    #expect(explanation.name == "neuron")
    let program = try #require(explanation.programs.first)
    #expect(program.signature == "(f32[1], 3)")
    #expect(program.tier == "interpreter")
    #expect(program.reason == "not-hot")
    #expect(program.calls == 1)
    #expect(program.reads.map(\.description) == ["\(neuron.name).I f32[3]", "\(neuron.name).V f32[3]"])
    #expect(program.writes.map(\.description) == ["\(neuron.name).V f32[3]", "\(neuron.name).out f32[3]"])
    #expect(program.retrace == nil)
    #expect(
      program.constants.map(\.property) == [
        "\(neuron.name).weights", "\(neuron.name).tau", nil, "\(neuron.name).kernel",
      ])
    #expect(program.constants.map(\.value) == ["[1.5, 2.5, 3.5]", "0.125", "3.", nil])
    #expect(program.constants.map(\.shape) == [[3], [], [], [1000]])
    #expect(program.constants[1].location == "ExplainTests.swift:\(Neuron.line)")
    #expect(program.constants[2].location == "ExplainTests.swift:\(Neuron.line + 1)")
  }

  @Test func itSaysWhichPartOfTheSignatureDiffered() throws {
    struct State: ArrayTree {
      var V: NDArray, w: [NDArray]
      func visit(_ visitor: inout TreeVisitor) {
        V.visit(&visitor)
        w.visit(&visitor)
      }
      func map(_ transform: (NDArray) throws -> NDArray) rethrows -> State {
        State(V: try V.map(transform), w: try w.map(transform))
      }
    }
    let f = jit { (s: State, n: Int, d: [String: NDArray]) in s.V * n }
    let changes: [(State, Int, [String: NDArray])] = [
      (State(V: ones(2), w: [ones(2)]), 1, ["a": ones(1)]),
      (State(V: ones(2), w: [ones(3)]), 1, ["a": ones(1)]),
      (State(V: ones(2), w: [ones(3)]), 2, ["a": ones(1)]),
      (State(V: ones(2), w: [ones(3)]), 2, ["a": ones(1, dtype: .i32)]),
      (State(V: ones(2), w: [ones(3), ones(1)]), 2, ["a": ones(1, dtype: .i32)]),
      (State(V: 1.0, w: [ones(3), ones(1)]), 2, ["a": ones(1, dtype: .i32)]),
    ]
    for (s, n, d) in changes { _ = try f(s, n, d) }
    #expect(
      f.explain().programs.map { $0.retrace?.description } == [
        nil,
        "argument 0.w[0] changed from f32[2] to f32[3]",
        "argument 1 changed from 1 to 2",
        "argument 2.a changed from f32[1] to i32[1]",
        "argument 0 changed from 1 parts to 2 parts",
        "argument 0.V changed from f32[2] to f32 number",
      ])
    #expect(f.explain().lastRetrace?.path == "argument 0.V")
    #expect(f.explain().lastRetrace?.cause == .signature)
  }

  @Test func objectsInTheSignatureHaveTheirNames() throws {
    let f = jit { (n: Neuron) in n.V.value }
    let a = Neuron(), b = Neuron()
    _ = try f(a)
    _ = try f(b)
    #expect(f.explain().programs.map(\.signature) == ["(\(a.name))", "(\(b.name))"])
    #expect(f.explain().lastRetrace?.description == "argument 0 changed from \(a.name) to \(b.name)")
  }

  @Test func printedItIsAReport() throws {
    let v = Variable(zeros(2), name: "v")
    let f = jit({ (x: NDArray) in v += x * 0.5 }, name: "report")
    try f(ones(2))
    let lines = f.explain().description.split(separator: "\n").map(String.init)
    #expect(lines.first == "report: 1 of at most 64 programs, 0 dropped")
    #expect(
      lines.dropFirst().prefix(3) == [
        "  (f32[2]): interpreter (not-hot), 1 calls", "    reads v f32[2]", "    writes v f32[2]",
      ])
    #expect(lines.last?.hasPrefix("    constant f32[] 0.5 at ExplainTests.swift:") == true)
  }

  @Test func whatLoopsUseIsToldToo() throws {
    let f = jit { (x: NDArray) throws -> NDArray in
      try forLoop(0..<3, carry: x) { _, c in c * 0.25 }
    }
    _ = try f(ones(2))
    #expect(f.explain().programs.first?.constants.map(\.value) == ["0.25"])
  }
}
