// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/LoopsAndBranches.md.
@Suite(.serialized) struct LoopsAndBranchesGuide {
  @Test func first() throws {
    let v = Variable(zeros(3))
    try forLoop(0..<100) { i in v.value = 0.9 * v + 1.0 }    // 10 · (1 − 0.9¹⁰⁰)

    let squares = try forLoop(0..<4) { i in i * i }          // [0, 1, 4, 9]
    #expect(try v.floats().allSatisfy { abs($0 - 9.999734) < 1e-4 } && squares.ints() == [0, 1, 4, 9])
  }

  @Test func counting() throws {
    let total = Variable(zeros(2))
    try forLoop(over: NDArray([[1, 2], [3, 4]])) { x in total += x }         // [4, 6]

    let sums = try forLoop(over: NDArray([1, 2]), NDArray([10, 20])) { x, y in x + y }       // [11, 22]

    let (evens, odds) = try forLoop(0..<3) { i in (2 * i, 2 * i + 1) }       // [0, 2, 4], [1, 3, 5]
    #expect(try total.floats() == [4, 6] && sums.ints() == [11, 22] && evens.ints() == [0, 2, 4] && odds.ints() == [1, 3, 5])
    let down = try forLoop(stride(from: 6, to: 0, by: -2)) { i in i }                // [6, 4, 2]
    let reversed = try forLoop((0...2).reversed()) { i in i * i }                    // [4, 1, 0]
    let backwards = try forLoop(0...2, reverse: true) { i in i * i }                 // [0, 1, 4]
    #expect(try down.ints() == [6, 4, 2] && reversed.ints() == [4, 1, 0] && backwards.ints() == [0, 1, 4])
    let table = Variable(NDArray([[1.0, 2], [3, 4]]))
    let rowSums = try forLoop(over: table) { row in row.sum() }                      // [3, 7]
    #expect(try rowSums.floats() == [3, 7])
  }

  @Test func carrying() throws {
    let factorial = try forLoop(1..<6, carry: NDArray(1)) { i, f in f * i }                          // 120
    let (a, b) = try forLoop(0..<10, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }        // 55, 89
    let (sum, partial) = try scan(NDArray([1, 2, 3]), init: NDArray(0)) { c, x in (c + x, c + x) }   // 6, [1, 3, 6]
    #expect(try factorial.item(as: Int.self) == 120 && a.item(as: Int.self) == 55 && b.item(as: Int.self) == 89)
    #expect(try sum.item(as: Int.self) == 6 && partial.ints() == [1, 3, 6])
  }

  @Test func carryingTrees() throws {
    let ((x, y), path) = try scan(0..<3, init: NDArray(0), NDArray(1)) { x, y, i in ((y, x + y), x) }    // 2, 3; [0, 1, 1]

    let start = ["x": zeros(2), "y": ones(2)]
    let (state, course) = try scan(0..<3, init: start) { s, i in (s.mapValues { $0 + i }, s) }
    let lastX = state["x"], allX = course["x"]               // [3, 3]; [[0, 0], [0, 0], [1, 1]]
    // (0, 1), (1, 1), (1, 2), (2, 3): each pair is the second number and the sum.
    #expect(try x.item(as: Int.self) == 2 && y.item(as: Int.self) == 3 && path.ints() == [0, 1, 1])
    #expect(try lastX?.floats() == [3, 3] && state["y"]?.floats() == [4, 4])
    #expect(try allX?.shape == [3, 2] && allX?.floats() == [0, 0, 0, 0, 1, 1])
  }

  @Test func whiles() throws {
    let (x, n) = try whileLoop(carry: NDArray(1.0), NDArray(0)) { x, _ in
      x .< 100
    } body: { x, n in
      (x * 2, n + 1)
    }                                                        // 128, 7
    #expect(try x.item(as: Float.self) == 128 && n.item(as: Int.self) == 7)
  }

  @Test func branches() throws {
    let z = NDArray([3.0, 1.0])
    let normalised = try cond(z.sum() .> 0, then: { z / z.sum() }, else: { z })              // [0.75, 0.25]
    #expect(try normalised.floats() == [0.75, 0.25])
  }
}
