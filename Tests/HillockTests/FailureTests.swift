import Hillock
import HillockIR
import Testing

/// After any failure a Variable is what it was: a value, never a piece of a trace.
@Suite struct FailureTests {
  struct Refusal: Error {}

  /// A way in which a traced function can fail, after it has written the Variable.
  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fail: @Sendable (Variable, NDArray) throws -> NDArray

    static let all: [Way] = [
      Way(testDescription: "an error of the function") { _, _ in throw Refusal() },
      Way(testDescription: "shapes that do not fit") { _, x in x + ones(7) },
      Way(testDescription: "a Variable that is given another shape") { v, x in
        v.value = ones(5)
        return x
      },
      Way(testDescription: "a Variable that is given another dtype") { v, x in
        v.value = x.asType(.i32)
        return x
      },
      Way(testDescription: "an index beyond the ends") { v, x in
        v[9] = 1
        return x
      },
      Way(testDescription: "elements that are asked for") { _, x in
        _ = try x.floats()
        return x
      },
      Way(testDescription: "a bool of a traced value") { v, x in try v.value.sum().item(as: Float.self) > 0 ? x : -x },
      Way(testDescription: "a loop whose body throws") { v, x in
        try forLoop(0..<3) { (_: NDArray) -> NDArray in
          v += 1
          throw Refusal()
        }
      },
      Way(testDescription: "a loop whose body does not fit") { v, x in
        try forLoop(0..<3) { (_: NDArray) -> NDArray in
          v.value = ones(1, 3)
          return v.value
        }
      },
      Way(testDescription: "a branch that throws") { v, x in
        try cond(
          x.sum() .> 0,
          then: { () -> NDArray in
            v += 1
            return v.value
          }, else: { () -> NDArray in throw Refusal() })
      },
      Way(testDescription: "a nested function that throws") { v, x in
        try jit { (y: NDArray) -> NDArray in
          v.value = y * 7
          throw Refusal()
        }(x)
      },
      Way(testDescription: "a value of another trace") { v, x in
        v.value = FailureTests.stray * 2
        return x
      },
    ]
  }

  /// A value that was kept after its trace had ended: to be made outside of any other.
  private static let stray: NDArray = {
    var kept: NDArray = 0
    let leak = jit(
      { (x: NDArray) -> NDArray in
        kept = x * 3
        return x
      }, name: "leak")
    _ = try? leak(ones(3))
    return kept
  }()

  @Test(arguments: Way.all) func aVariableHasNoTracerAfterAFailure(_ way: Way) throws {
    _ = FailureTests.stray
    let v = Variable(NDArray([1.0, 2, 3]), name: "v")
    let f = jit { (x: NDArray) throws -> NDArray in
      v.value = x * 10
      v[0] = 5
      return try way.fail(v, x)
    }
    for _ in 0..<2 {
      #expect(throws: (any Error).self) { try f(ones(3)) }
      #expect(v.error == nil)
      #expect(try v.value.floats() == [1, 2, 3])
      #expect(try (v.value + v).floats() == [2, 4, 6])
    }
    v += 1
    #expect(try jit { (x: NDArray) in v.value * x }(ones(3)).floats() == [2, 3, 4])
    // Nothing is leased any more.
    v.value = ones(3)
    #expect(try v.value.floats() == [1, 1, 1])
  }

  /// A failing function leaves no trace behind on its thread either: what follows is computed at once.
  @Test(arguments: Way.all) func expressionsAreComputedAfterAFailure(_ way: Way) throws {
    _ = FailureTests.stray
    let v = Variable(ones(3))
    #expect(throws: (any Error).self) { try jit { (x: NDArray) in try way.fail(v, x) }(ones(3)) }
    #expect(try (NDArray(2.0) * 3).item(as: Float.self) == 6)
  }

  @Test func aTracedValueThatEscapesSaysWhatItWas() throws {
    let v = Variable(ones(3), name: "weights")
    var kept: [NDArray] = []
    let leak = jit(
      { (x: NDArray) -> NDArray in
        kept = [x, v.value, tanh(x), x.sum(), x.reshaped(1, 3)]
        return x
      }, name: "leak")
    _ = try leak(ones(3))
    let words = [
      "argument 0, of type f32[3]", "the value of Variable weights", "a result of `tanh`", "a result of `reduce`",
      "a result of `reshape`",
    ]
    for (value, word) in zip(kept, words) {
      for use in [
        { try value.floats() }, { try (value + 1).floats() }, { try jit { (y: NDArray) in y + value }(ones(3)).floats() },
      ] {
        let error = #expect(throws: HillockError.self) { try use() }
        #expect(error?.code == .trace)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("traced in leak (FailureTests.swift:") == true, "\(error?.message ?? "")")
      }
    }
    // Kept in a Variable, it is an error too, and the Variable stays what it was.
    v.value = kept[2]
    #expect(v.error?.message.contains("a result of `tanh`") == true)
    #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(try v.value.floats() == [1, 1, 1])
  }
}
