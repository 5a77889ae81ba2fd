import Hillock
import Testing

/// All five constructs inside each other, each level writing a Variable of its own. The expectations are the same program over
/// Swift's integers.
@Suite struct NestedControlFlowTests {
  /// What each level has written, and the sum of the stacked rows.
  private struct Counts: Equatable {
    var loop = 0, scanned = 0, turned = 0, chosen = 0, picked = 0, total = 0
  }

  private static func expected(_ start: Int) -> Counts {
    var n = Counts()
    for i in 0..<3 {
      n.loop += i + start
      var c = n.loop
      for j in 0..<2 {
        n.scanned += c
        var w = c
        while w < 20 {
          n.turned += 1
          if w % 2 == 0 {
            n.chosen += w
            if w % 3 == 0 {
              n.picked += 1
              w += 5
            } else if w % 3 == 1 {
              w += 3
            } else {
              n.picked -= 2
              w += 4
            }
          } else {
            n.chosen -= n.picked
            w += 7
          }
        }
        c = w - 15
        n.total += w + j
      }
      n.loop += c
    }
    return n
  }

  private final class Model: Base {
    let loop = Variable(NDArray(0)), scanned = Variable(NDArray(0)), turned = Variable(NDArray(0))
    let chosen = Variable(NDArray(0)), picked = Variable(NDArray(0)), total = Variable(NDArray(0))

    func callAsFunction(_ start: NDArray) throws {
      try forLoop(0..<3) { i in
        loop += i + start
        let (c, rows) = try scan(0..<2, init: loop.value) { (c: NDArray, j: NDArray) -> (NDArray, NDArray) in
          scanned += c
          let w = try whileLoop(carry: c) { w in
            w .< 20
          } body: { w in
            try turn(w)
          }
          return (w - 15, w + j)
        }
        loop += c
        total += rows[0] + rows[1]
      }
    }

    private func turn(_ w: NDArray) throws -> NDArray {
      turned += 1
      return try cond(
        w % 2 .== 0,
        then: {
          chosen += w
          return try pick(w)
        },
        else: {
          chosen -= picked.value
          return w + 7
        })
    }

    private func pick(_ w: NDArray) throws -> NDArray {
      try ifelse(
        [w % 3 .== 0, w % 3 .== 1],
        [
          {
            self.picked += 1
            return w + 5
          },
          { w + 3 },
          {
            self.picked -= 2
            return w + 4
          },
        ])
    }

    var counts: Counts {
      get throws {
        Counts(
          loop: try loop.value.item(), scanned: try scanned.value.item(), turned: try turned.value.item(),
          chosen: try chosen.value.item(), picked: try picked.value.item(), total: try total.value.item())
      }
    }
  }

  @Test(arguments: [-3, 0, 1, 4]) func allConstructsNestedWriteTheirVariables(_ start: Int) throws {
    let outside = Model(), plain = Model(), jitted = Model(), inside = Model()
    try outside(NDArray(start, dtype: .i32))
    try withoutJIT { try plain(NDArray(start, dtype: .i32)) }
    try jit { (start: NDArray) in try jitted(start) }(NDArray(start, dtype: .i32))
    // A construct outside `jit` around all of it.
    try cond(true, then: { try inside(NDArray(start, dtype: .i32)) }, else: {})
    let expected = Self.expected(start)
    #expect(try outside.counts == expected)
    #expect(try plain.counts == expected)
    #expect(try jitted.counts == expected)
    #expect(try inside.counts == expected)
  }

  /// Between the blocks of a loop with `progress` nothing runs: what the callback writes is what the next block reads.
  @Test func progressMayKeepStateAndWriteTheLoopsVariables() throws {
    func run() throws -> (value: Int, calls: [Int]) {
      let v = Variable(NDArray(0))
      var calls: [Int] = []
      try forLoop(
        0..<250,
        progress: { done in
          calls.append(done)
          v.value = v.value + 1000 * NDArray(calls.count, dtype: .i32)
        }
      ) { _ in v += 1 }
      return (try v.value.item(), calls)
    }
    for (value, calls) in [try run(), try withoutJIT { try run() }] {
      #expect(calls.count > 50 && calls.count <= 250 && calls == calls.sorted() && calls.last == 250)
      #expect(value == 250 + 1000 * calls.count * (calls.count + 1) / 2)
    }
  }
}
