// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Jit and StaticState, and of the settings.
@Suite struct JitSnippets {
  private let x = ones(3)

  @Test func functions() throws {
    func gelu(_ x: NDArray) -> NDArray {
      let s = sqrt(2 / NDArray.pi)
      return x * 0.5 * (1.0 + tanh(s * (x + 0.044715 * x ** 3)))
    }
    let fast = jit(gelu)
    let y = try fast(linspace(-1, 1, count: 5))
    #expect(y.shape == [5])
  }

  struct State: ArrayTree {
    var V: NDArray, w: NDArray
    func visit(_ visitor: inout TreeVisitor) { V.visit(&visitor); w.visit(&visitor) }
    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> State {
      State(V: try V.map(transform), w: try w.map(transform))
    }
  }

  enum Method: StaticArgument { case euler, rk4 }

  @Test func trees() throws {
    let step = jit { (state: State, method: Method) in
      State(V: state.V + (method == .euler ? 1 : 4), w: state.w * 2)
    }
    let next = try step(State(V: zeros(1), w: ones(1)), .rk4)
    #expect(try next.V.floats() == [4])
    #expect(try next.w.floats() == [2])
  }

  @Test func explanations() throws {
    let counter = Counter()
    let count = jit(counter)
    try count(ones(1))
    print(count.explain())
    #expect(count.explain().programs.first?.writes.map(\.property) == ["\(counter.name).n"])
  }

  final class Counter: Base, Callable1 {
    let n = Variable(zeros(1))
    func callAsFunction(_ x: NDArray) { n += x }
  }

  @Test func objectsThatAreCalled() throws {
    let counter = Counter()
    let count = jit(counter)
    try count(ones(1))                // counter.n: [1]
    #expect(try counter.n.value.floats() == [1])
  }

  @Test func conflicts() throws {
    let count = jit(Counter())
    count.conflicts = .wait
    #expect(count.conflicts == .wait)
  }

  @Test func methods() throws {
    final class Model: Base {
      let v = Variable(zeros(3))
      func update(_ x: NDArray) -> NDArray {
        v += x
        return v.value
      }
    }
    let model = Model()
    let step = jit(model, Model.update)
    #expect(try step(x).floats() == [1, 1, 1])
  }

  @Test func compiledMethods() throws {
    final class Model: Base {
      let v = Variable(zeros(3))
      func update(_ x: NDArray) throws -> NDArray { try compiledMethod(of: self, "update") { $0.plainUpdate }(x) }
      private func plainUpdate(_ x: NDArray) -> NDArray {
        v += x
        return v.value
      }
    }
    let model = Model()
    #expect(try model.update(x).floats() == [1, 1, 1])
    #expect(try model.update(x).floats() == [2, 2, 2])
  }

  @Test func plainRuns() throws {
    let fast = jit { (x: NDArray) in x + 1 }
    let y = try withoutJIT { try fast(x) }
    #expect(try y.floats() == [2, 2, 2])
  }

  @Test func untrackedProperties() throws {
    final class Model: Base {
      @Untracked var log: [String] = []
    }
    let model = Model()
    model.log.append("made")
    #expect(model.log == ["made"])
  }
}
