// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import HillockMacros
import Testing

/// The snippets of the README and of the macro's documentation.
@Suite struct SnippetTests {
  enum Readme {
    final class Counter: Base {
      let n = Variable(zeros(1))
      @Jit func count(_ x: NDArray) throws { n += x }
    }
  }

  @Test func theReadme() throws {
    typealias Counter = Readme.Counter
    try Counter().count(ones(1))                            // no jit where it is used
  }

  final class Counter: Base {
    let n = Variable(zeros(1))

    @Jit func count(_ x: NDArray) throws -> NDArray {
      n += x
      return n.value
    }
  }

  @Test func theMacro() throws {
    let counter = Counter()
    _ = try counter.count(ones(1))      // traced
    _ = try counter.count(ones(1))      // run
    #expect(try counter.n.value.floats() == [2])
    #expect(counter.explainMethods().first?.programs.map(\.calls) == [2])
  }
}
