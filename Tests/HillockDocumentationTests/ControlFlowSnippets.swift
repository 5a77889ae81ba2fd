// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of Sources/Hillock/ControlFlow.
@Suite struct ControlFlowSnippets {
  @Test func conditions() throws {
    let x = NDArray([1.0, 3.0])
    let y = try cond(x.sum() .> 0, then: { x / x.sum() }, else: { x })
    #expect(try y.floats() == [0.25, 0.75])
  }

  @Test(arguments: [(-3.0, 2.0), (0.5, 0.25), (4, 3)])
  func branches(_ given: Double, _ expected: Float) throws {
    let x = NDArray(given)
    let y = try ifelse([x .< -1, x .< 1], [{ -1 - x }, { x * x }, { x - 1 }])     // x: one number
    #expect(try y.item(as: Float.self) == expected)
  }

  @Test func loopsOverIndices() throws {
    let v = Variable(zeros(3))
    try forLoop(0..<10) { i in v += i }                 // v: [45, 45, 45]
    let squares = try forLoop(0..<4) { i in i * i }     // [0, 1, 4, 9]
    let odd = try forLoop(stride(from: 5, through: 1, by: -2)) { i in i }     // [5, 3, 1]
    #expect(try v.value.floats() == [45, 45, 45])
    #expect(try squares.ints() == [0, 1, 4, 9])
    #expect(try odd.ints() == [5, 3, 1])

    let (evens, odds) = try forLoop(0..<3) { i in (2 * i, 2 * i + 1) }     // [0, 2, 4], [1, 3, 5]
    #expect(try evens.ints() == [0, 2, 4])
    #expect(try odds.ints() == [1, 3, 5])
  }

  @Test func loopsOverRows() throws {
    let total = Variable(zeros(2))
    try forLoop(over: NDArray([[1, 2], [3, 4]])) { x in total += x }      // total: [4, 6]
    #expect(try total.value.floats() == [4, 6])

    let x = NDArray([1, 2]), y = NDArray([10, 20])
    let sums = try forLoop(over: x, y) { x, y in x + y }     // [11, 22]
    #expect(try sums.ints() == [11, 22])
  }

  @Test func loopsThatCarryValues() throws {
    let factorial = try forLoop(1..<6, carry: NDArray(1)) { i, f in f * i }     // 120
    #expect(try factorial.item(as: Int.self) == 120)

    let (a, b) = try forLoop(0..<10, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }     // 55, 89
    #expect(try a.item(as: Int.self) == 55)
    #expect(try b.item(as: Int.self) == 89)
  }

  @Test func carriedTrees() throws {
    let start = ["x": zeros(2), "y": ones(2)]
    let (state, n) = try forLoop(0..<3, carry: start, NDArray(0)) { i, s, n in
      (s.mapValues { $0 + i }, n + 1)
    }                                            // x: [3, 3], y: [4, 4]; 3
    #expect(try state["x"]?.floats() == [3, 3])
    #expect(try state["y"]?.floats() == [4, 4])
    #expect(try n.ints() == [3])
  }

  @Test func scans() throws {
    let (sum, partial) = try scan(NDArray([1, 2, 3]), init: NDArray(0)) { c, x in (c + x, c + x) }
    // 6, [1, 3, 6]
    #expect(try sum.item(as: Int.self) == 6)
    #expect(try partial.ints() == [1, 3, 6])
  }

  @Test func scansOfSeveral() throws {
    let ((a, b), ratios) = try scan(zeros(10), init: NDArray(1.0), NDArray(1.0)) { a, b, _ in
      ((b, a + b), b / a)
    }
    // 89, 144; [1, 2, 1.5, …]
    #expect(try [a.item(as: Float.self), b.item(as: Float.self)] == [89, 144])
    #expect(try ratios[0..<3].floats() == [1, 2, 1.5])
  }

  @Test func scansOfIndices() throws {
    let (last, all) = try scan(stride(from: 6, to: 0, by: -2), init: NDArray(0)) { c, i in (c + i, c) }
    // 12, [0, 6, 10]
    #expect(try last.item(as: Int.self) == 12)
    #expect(try all.ints() == [0, 6, 10])
  }

  @Test func whileLoops() throws {
    let (x, n) = try whileLoop(carry: NDArray(1.0), NDArray(0)) { x, _ in
      x .< 100
    } body: { x, n in
      (x * 2, n + 1)
    }                                                   // 128, 7
    #expect(try x.item(as: Float.self) == 128)
    #expect(try n.item(as: Int.self) == 7)
  }

  /// The Collatz sequence of 27 reaches 1 after 111 steps.
  @Test func whileLoopsOfVariables() throws {
    let n = Variable(NDArray(27)), steps = Variable(NDArray(0))
    try whileLoop { n.value .!= 1 } body: {
      n.value = try ifelse([n.value % 2 .== 0], [{ floorDivide(n.value, 2) }, { 3 * n.value + 1 }])
      steps += 1
    }
    #expect(try steps.value.item(as: Int.self) == 111)
  }
}
