import Foundation
import Hillock
import Testing

@Suite struct WhileLoopTests {
  @Test func itRunsWhileTheConditionHolds() throws {
    let (x, n) = try whileLoop(carry: NDArray(1.0), NDArray(0)) { x, _ in
      x .< 100
    } body: { x, n in
      (x * 2, n + 1)
    }
    #expect(try x.item(as: Float.self) == 128)
    #expect(try n.item(as: Int.self) == 7)
  }

  @Test func variablesAreReadByTheConditionAndWrittenByTheBody() throws {
    func collatz(_ start: Int) throws -> Int {
      let n = Variable(NDArray(start)), steps = Variable(NDArray(0))
      try whileLoop {
        n.value .!= 1
      } body: {
        n.value = try ifelse([n.value % 2 .== 0], [{ floorDivide(n.value, 2) }, { 3 * n.value + 1 }])
        steps += 1
      }
      return try steps.value.item()
    }
    #expect(try collatz(27) == 111)
    #expect(try collatz(1) == 0)
    #expect(try withoutJIT { try collatz(27) } == 111)
  }

  @Test func itMayBePartOfAJittedFunction() throws {
    // Newton's method until the step is small.
    let root = jit { (a: NDArray) in
      try whileLoop(carry: a, a * 0 + 1e9) { _, change in
        abs(change) .> 1e-12
      } body: { x, _ in
        let next = 0.5 * (x + a / x)
        return (next, next - x)
      }.0
    }
    var x = 2.0, change = 1e9
    while change.magnitude > 1e-12 {
      let next = 0.5 * (x + 2 / x)
      (x, change) = (next, next - x)
    }
    #expect(try root(NDArray(2.0, dtype: .f64)).item(as: Double.self) == x)
  }

  /// Whether a loop ends is part of what a program does: one that nothing reads runs all the same, and is cancelled like any.
  @Test(.timeLimit(.minutes(10))) func aLoopWithoutEffectRunsUntilItEnds() throws {
    func endless() throws {
      try whileLoop {
        NDArray(true)
      } body: {
      }
    }
    func unread() throws {
      _ = try whileLoop(carry: zeros(3)) {
        $0.sum() .< 1
      } body: {
        $0 * 2
      }
    }
    let jitted = jit { (x: NDArray) -> NDArray in
      _ = try whileLoop(carry: x * 0) {
        $0.sum() .< 1
      } body: {
        $0 * 2
      }
      return x
    }
    for run in [endless, unread, { _ = try jitted(ones(2)) }] {
      for run in [run, { try withoutJIT { try run() } }] {
        let token = CancellationToken()
        // From a thread of its own: the loops of these tests may have all that Dispatch has.
        Thread.detachNewThread {
          usleep(50_000)
          token.cancel()
        }
        #expect(throws: CancellationError.self) { try withCancellation(token) { try run() } }
      }
    }
  }

  @Test func theConditionIsOneBool() throws {
    let notBool = #expect(throws: HillockError.self) {
      try whileLoop(carry: zeros(2)) {
        $0.sum()
      } body: {
        $0
      }
    }
    #expect(notBool?.message.contains("the condition of whileLoop is one bool, not f32[]") == true)
    let notOne = #expect(throws: HillockError.self) {
      try whileLoop(carry: zeros(2)) {
        $0 .< 1
      } body: {
        $0 + 1
      }
    }
    #expect(notOne?.message.contains("is one bool, not bool[2]") == true)
    let carry = #expect(throws: HillockError.self) {
      try whileLoop(carry: NDArray(1)) {
        $0 .< 3
      } body: {
        $0 + 0.5
      }
    }
    #expect(carry?.message.contains("carry: i32[] enters, f32[] leaves") == true)
  }

  @Test func aConditionMayWriteAndDraw() throws {
    let v = Variable(zeros(1)), steps = Variable(NDArray(0))
    try whileLoop {
      v += 1
      return v.value.sum() .< 3
    } body: {
      steps += 1
    }
    // Tested at 1, 2 and 3.
    #expect(try v.value.floats() == [3])
    #expect(try steps.value.ints() == [2])

    func draws() throws -> ([Int], [UInt8]) {
      let state = RandomState(seed: 5)
      var counts: [Int] = []
      for _ in 0..<8 {
        counts += try whileLoop(carry: NDArray(0)) { _ in
          state.random() .< 0.7
        } body: {
          $0 + 1
        }.ints()
      }
      return (counts, try bytes(state.value))
    }
    let (compiled, plain) = (try draws(), try withoutJIT { try draws() })
    #expect(compiled.0 == plain.0 && compiled.1 == plain.1, "\(compiled.0) and \(plain.0)")
    #expect(Set(compiled.0).count > 2)
  }
}

@Suite struct CondTests {
  @Test func oneBranchIsExecuted() throws {
    let x = NDArray([3.0, 1.0])
    for sign in [1.0, -1.0] {
      let y = try cond((x * sign).sum() .> 0, then: { x / x.sum() }, else: { x })
      #expect(try y.floats() == (sign > 0 ? [0.75, 0.25] : [3, 1]))
    }
  }

  @Test func branchesWriteVariablesAndWhatOneDoesNotWriteStays() throws {
    let a = Variable(NDArray(1.0)), b = Variable(NDArray(2.0))
    let f = jit { (p: NDArray) in
      try cond(
        p, then: { a += 10 },
        else: {
          b.value = a.value * 100
          a.value = b.value + 1
        })
    }
    try f(NDArray([true])[0])
    #expect(try [a.value.item(as: Float.self), b.value.item(as: Float.self)] == [11, 2])
    try f(NDArray([false])[0])
    #expect(try [a.value.item(as: Float.self), b.value.item(as: Float.self)] == [1101, 1100])
  }

  @Test func theFirstTrueConditionDecides() throws {
    func f(_ x: Double) throws -> Float {
      let x = NDArray(x)
      return try ifelse([x .< -1, x .< 1, x .< 100], [{ -1 - x }, { x * x }, { 2 * x }, { 0.0 }]).item()
    }
    for f in [f, { x in try withoutJIT { try f(x) } }] {
      #expect(try [-3, 0.5, 5, 1000].map(f) == [2, 0.25, 10, 0])
    }
  }

  /// What the compiler infers where nothing else says what a construct gives: its body's value, not nothing.
  @Test func resultsOfLiteralsAreResults() throws {
    let x = NDArray(3.0)
    let list = try ifelse([x .< 0, x .> 0], [{ [zeros(2), ones(1)] }, { [ones(2), ones(1)] }, { [zeros(2), zeros(1)] }])
    #expect(try list.map { try $0.floats() } == [[1, 1], [1]])
    let other = #expect(throws: HillockError.self) {
      let r = try ifelse([x .< 0], [{ [zeros(2), ones(1)] }, { [zeros(2), ones(1, dtype: .f64)] }])
      _ = r
    }
    #expect(other?.message.contains("result[1]: f32[1] in branch 0, f64[1] in branch 1") == true)
    let keys = try ifelse([x .< 0], [{ ["a": x] }, { ["a": x * 2] }])
    #expect(try keys["a"]?.item(as: Float.self) == 6)
    let pair = try ifelse([x .< 0], [{ (x, [x]) }, { (x * 2, [x * 3]) }])
    #expect(try [pair.0, pair.1[0]].map { try $0.item(as: Float.self) } == [6, 9])
    let taken = try cond(x .> 0, then: { [x, x + 1] }, else: { [x, x] })
    #expect(try taken.map { try $0.item(as: Float.self) } == [3, 4])
    let two = try cond(x .> 0, then: { (x, [x + 1]) }, else: { (x, [x]) })
    #expect(try two.1[0].item(as: Float.self) == 4)
    let rows = try forLoop(0..<2) { i in [i, i * i] }
    #expect(try rows.map { try $0.ints() } == [[0, 1], [0, 1]])
    let over = try forLoop(over: ones(2)) { x in ["x": x] }
    #expect(try over["x"]?.floats() == [1, 1])
    let several = try forLoop(0..<2) { i in (i, [i * 3]) }
    #expect(try several.1[0].ints() == [0, 3])
    let each = try forLoop(over: ones(2)) { x in (x, [x * 3]) }
    #expect(try each.1[0].floats() == [3, 3])
    let carried = try forLoop(0..<2, carry: [x, x]) { _, c in [c[1], c[0] + 1] }
    #expect(try carried.map { try $0.item(as: Float.self) } == [4, 4])
    let last = try whileLoop(carry: [x]) {
      $0[0] .< 10
    } body: {
      [$0[0] * 2]
    }
    #expect(try last[0].item(as: Float.self) == 12)
  }

  @Test func aStructureThatDiffersIsNamedByThePathsThatDiffer() throws {
    let must = "must return one structure with the same static values, but "
    let many = Dictionary(uniqueKeysWithValues: (0..<60).map { ("k\($0)", zeros(2)) })
    let missing = #expect(throws: HillockError.self) {
      try cond(true, then: { many }, else: { many.filter { $0.key != "k7" } })
    }
    #expect(missing?.message == "the branches of cond \(must)result.k7 is in branch 0 and not in branch 1")
    let added = #expect(throws: HillockError.self) {
      try cond(true, then: { (ones(1), [ones(1)]) }, else: { (ones(1), [ones(1), ones(1)]) })
    }
    #expect(added?.message == "the branches of cond \(must)result.1[1] is in branch 1 and not in branch 0")
    let value = #expect(throws: HillockError.self) { try cond(true, then: { ["n": 3] }, else: { ["n": 4] }) }
    #expect(value?.message == "the branches of cond \(must)result.n is 3 in branch 0 and 4 in branch 1")
    let a = Variable(zeros(1), name: "a"), b = Variable(zeros(1), name: "b")
    let object = #expect(throws: HillockError.self) { try cond(true, then: { [a] }, else: { [b] }) }
    #expect(object?.message.contains("result[0] is Variable a f32[1] in branch 0 and Variable b f32[1] in branch 1") == true)
  }

  @Test func severalResultsAndNestedBranches() throws {
    let (a, b) = try cond(true, then: { (ones(2), [zeros(1)]) }, else: { (zeros(2), [ones(1)]) })
    #expect(try a.floats() + b[0].floats() == [1, 1, 0])
    let x = NDArray(5)
    let y = try cond(x .> 3, then: { try cond(x .> 4, then: { x * 2 }, else: { x }) }, else: { -x })
    #expect(try y.item(as: Int.self) == 10)
  }

  @Test func aBranchInsideALoopIsTakenAtEachStep() throws {
    func run() throws -> [Int] {
      let (odd, even) = try forLoop(0..<6, carry: NDArray(0), NDArray(0)) { i, odd, even in
        try cond(i % 2 .== 1, then: { (odd + i, even) }, else: { (odd, even + i) })
      }
      return try [odd.item(), even.item()]
    }
    #expect(try run() == [9, 6])
  }

  @Test func numbersWithoutADTypeTakeThatOfTheOtherBranch() throws {
    let x = NDArray(0.25, dtype: .f64)
    let y = try cond(false, then: { x }, else: { 0.1 })
    #expect(y.dtype == .f64)
    #expect(try y.item(as: Double.self) == 0.1)
    let z = try cond(true, then: { NDArray(1) * 1 }, else: { 0.5 })
    #expect(z.dtype == .f32)
    // Among themselves they take a dtype that holds all of them.
    for isFirst in [true, false] {
      let w = try cond(isFirst, then: { 1 as NDArray }, else: { 3_000_000_000 as NDArray })
      let u = try cond(isFirst, then: { true as NDArray }, else: { 7 as NDArray })
      #expect(w.dtype == .i64)
      #expect(try w.item(as: Int.self) == (isFirst ? 1 : 3_000_000_000))
      #expect(u.dtype == .i32)
      #expect(try u.item(as: Int.self) == (isFirst ? 1 : 7))
    }
  }

  @Test func aNumberThatTheOtherBranchDoesNotHoldIsRefused() throws {
    let x = NDArray(7, dtype: .i32), u = NDArray(7, dtype: .u32), b = NDArray(1) .> 0
    for run: () throws -> NDArray in [
      { try cond(true, then: { x }, else: { 3_000_000_000 as NDArray }) },
      { try cond(true, then: { -1 as NDArray }, else: { u }) },
      { try cond(true, then: { b }, else: { 7 as NDArray }) },
      { try forLoop(0..<100_000) { i in try cond(i .> 5, then: { x }, else: { i * 70_000 }) } },
    ] {
      let error = #expect(throws: HillockError.self) { try run() }
      #expect(error?.code == .dtype)
    }
  }

  @Test func branchesThatDifferAreNamedByPath() throws {
    let error = #expect(throws: HillockError.self) {
      try cond(true, then: { ["a": zeros(3), "b": zeros(2)] }, else: { ["a": zeros(3), "b": zeros(3)] })
    }
    #expect(error?.message.contains("result.b: f32[2] in branch 0, f32[3] in branch 1") == true)
    let structure = #expect(throws: HillockError.self) { try cond(true, then: { [zeros(1)] }, else: { [NDArray]() }) }
    #expect(structure?.message.contains("result[0] is in branch 0 and not in branch 1") == true)
    let count = #expect(throws: HillockError.self) { try ifelse([true], [{ zeros(1) }]) }
    #expect(count?.message.contains("it got 1 conditions and 1 branches") == true)
    #expect(throws: HillockError.self) { try cond(zeros(2) .> 0, then: { zeros(1) }, else: { zeros(1) }) }
  }

  @Test func nothingOfABranchThatThrowsStays() throws {
    struct Stop: Error {}
    let v = Variable(zeros(1))
    #expect(throws: Stop.self) {
      try cond(
        true, then: { v += 1 },
        else: {
          v += 2
          throw Stop()
        })
    }
    #expect(try v.value.floats() == [0])
  }
}
