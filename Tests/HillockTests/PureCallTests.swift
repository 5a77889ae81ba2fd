import Hillock
import HillockTestSupport
import Testing

/// Calls that are declared to do nothing but give results.
@Suite struct PureCallTests {
  private let record = Record()

  /// x + k · (0, 1, 2, …), computed by a Swift function that notes how often it is called.
  private func ramp(_ x: NDArray, _ k: NDArray, isPure: Bool = true) throws -> NDArray {
    try hostCall(x, k, returning: ArrayForm(like: x), name: "ramp", isPure: isPure) { [record] arrays in
      record.note(0.0)
      let k = try arrays[1].item(as: Float.self)
      return NDArray(try arrays[0].floats().enumerated().map { $1 + k * Float($0) })
    }
  }

  private let rows = NDArray([[1.0, 2.0, 3.0], [40.0, 50.0, 60.0]])

  @Test func lanesAreCalledOneByOne() throws {
    let shared = vmap({ (x: NDArray, k: NDArray) in try ramp(x, k) }, in: [0, nil])
    #expect(try shared(rows, NDArray(10.0)).floats() == [1, 12, 23, 40, 60, 80])
    #expect(record.values.count == 2)
    let both = vmap { (x: NDArray, k: NDArray) in try ramp(x, k) }
    #expect(try both(rows, NDArray([10.0, 1.0])).floats() == [1, 12, 23, 40, 51, 62])
    let nested = vmap({ (x: NDArray, k: NDArray) in try shared(x, k) }, in: [nil, 0])
    let result = try nested(rows, NDArray([10.0, 1.0]))
    #expect(result.shape == [2, 2, 3])
    #expect(try result.floats() == [1, 12, 23, 40, 60, 80, 1, 3, 5, 40, 51, 62])
    #expect(throws: HillockError.self) {
      try vmap { (x: NDArray) in try ramp(x, NDArray(1.0), isPure: false) }(rows)
    }
  }

  @Test func lanesOfProgramsOfBothTiers() throws {
    let f = jit { (x: NDArray) in
      try vmap { (x: NDArray) in
        try whileLoop(carry: x) {
          $0.sum() .< 100
        } body: {
          try ramp($0, NDArray(10.0)) * 1.5
        }
      }(x)
    }
    let expected: [Float] = [
      (1 * 1.5) * 1.5, ((2 + 10) * 1.5 + 10) * 1.5, ((3 + 20) * 1.5 + 20) * 1.5, 40, 50, 60,
    ]
    #expect(try f(rows).floats() == expected)
    try f.promoteWherePossible()
    #expect(try f(rows).floats() == expected)
    #expect(try withoutJIT { try f(rows).floats() } == expected)
  }

  @Test func whatNothingUsesIsNotCalled() throws {
    let f = jit { (x: NDArray) in
      _ = try ramp(x, NDArray(1.0))
      return x + 1
    }
    #expect(try f(rows[0]).floats() == [2, 3, 4])
    #expect(record.values.isEmpty)
    let g = jit { (x: NDArray) in
      _ = try ramp(x, NDArray(1.0), isPure: false)
      return x + 1
    }
    _ = try g(rows[0])
    #expect(record.values.count == 1)
  }

  /// x³ with the slope 3 x², both by Swift functions.
  private func cube(_ x: NDArray, isPure: Bool) throws -> NDArray {
    func call(_ x: NDArray, _ f: @escaping @Sendable (Float) -> Float) throws -> NDArray {
      try hostCall(x, returning: ArrayForm(like: x), isPure: isPure) {
        NDArray(try $0[0].floats().map(f)).reshaped($0[0].shape)
      }
    }
    return try customJVP { (x: NDArray) in
      try call(x) { $0 * $0 * $0 }
    } jvp: { x, _, dx in
      dx * (try call(x) { 3 * $0 * $0 })
    }(x)
  }

  /// y ← y³ / 2, three times: x²⁷ / 2¹³, whose slope is 27 x²⁶ / 2¹³.
  private func loop(_ x: NDArray, isPure: Bool) throws -> NDArray {
    try forLoop(0..<3, carry: x) { _, y in try cube(y, isPure: isPure) * 0.5 }.sum()
  }

  @Test func stepsThatCallAreComputedAgain() throws {
    let x = NDArray([2.0, -1.0, 0.5])
    let expected = [2.0, -1, 0.5].map { 27 * pow($0, 26) / pow(2.0, 13) }
    func check(_ y: NDArray, sourceLocation: SourceLocation = #_sourceLocation) throws {
      for (value, known) in zip(try y.floats(), expected) {
        #expect(abs(Double(value) - known) <= 1e-6 * abs(known), sourceLocation: sourceLocation)
      }
    }
    try check(try grad { (x: NDArray) in try loop(x, isPure: true) }(x))
    let g = grad { (x: NDArray) in try loop(x, isPure: true) }
    let compiled = jit { (x: NDArray) in try g(x) }
    try check(try compiled(x))
    try compiled.promoteWherePossible()
    try check(try compiled(x))
    try check(try vmap { (x: NDArray) in try g(x) }(x))
    try check(try grad { (x: NDArray) in try checkpoint { try loop(x, isPure: true) } }(x))
    let error = #expect(throws: HillockError.self) { try grad { (x: NDArray) in try loop(x, isPure: false) }(x) }
    #expect(error?.code == .argument && error?.message.contains("declare the call pure") == true)
  }
}
