import Hillock
import Synchronization
import Testing

/// What callbacks have seen, in order.
final class Record: Sendable {
  private let state = Mutex<[Double]>([])
  func note(_ value: Double) { state.withLock { $0.append(value) } }
  func note(_ array: NDArray) throws { for value in try array.floats() { note(Double(value)) } }
  var values: [Double] { state.withLock { $0 } }
}

struct Broken: Error, Equatable, CustomStringConvertible {
  var step: Double
  var description: String { "broken at \(step)" }
}

@Suite struct HostCallTests {
  func sorted(_ x: NDArray) throws -> NDArray {
    try hostCall(x, returning: ArrayForm(like: x), name: "sorted") { NDArray(try $0[0].floats().sorted()) }
  }

  @Test func aSwiftFunctionIsAStepOfTheProgram() throws {
    let f = jit { (x: NDArray) in try sorted(x * 2) + 1 }
    #expect(try f(NDArray([3.0, 1.0, 2.0])).floats() == [3, 5, 7])
    #expect(try f(NDArray([9.0, 8.0, 7.0])).floats() == [15, 17, 19])
    try f.promoteWherePossible()
    #expect(try f(NDArray([3.0, 1.0, 2.0])).floats() == [3, 5, 7])
    #expect(try sorted(NDArray([3.0, 1.0, 2.0])).floats() == [1, 2, 3], "outside jit it is called at once")
    #expect(try withoutJIT { try f(NDArray([3.0, 1.0, 2.0])).floats() } == [3, 5, 7])
  }

  @Test func severalArraysOfSeveralTypesGoInAndOut() throws {
    let f = jit { (x: NDArray, n: NDArray) in
      let results = try hostCall(
        x, n, 7, returning: [ArrayForm([2], dtype: .i64), ArrayForm([], dtype: .bool), ArrayForm([0])]
      ) { arrays in
        #expect(arrays.map(\.shape) == [[2, 2], [], []])
        #expect(arrays.map(\.dtype) == [.f32, .f64, .i32])
        let (n, k) = (try arrays[1].item(as: Double.self), try arrays[2].item(as: Int.self))
        return [NDArray([Int64(n), Int64(k)]), NDArray(n > 1), zeros(0)]
      }
      return (results[0] + 1, results[1], results[2])
    }
    let (a, b, c) = try f(zeros(2, 2), full([], 3.0, dtype: .f64))
    #expect(try a.ints() == [4, 8])
    #expect(try b.bools() == [true])
    #expect(c.shape == [0])
  }

  @Test func callsKeepTheirOrderAndTheirNumber() throws {
    let record = Record()
    let f = jit { (x: NDArray) in
      // Nobody uses what these give; two of them are the same call of the same value.
      try tap(x) { try record.note($0[0]) }
      try tap(x + 1) { try record.note($0[0]) }
      for _ in 0..<2 {
        _ = try hostCall(x + 2, returning: ArrayForm(like: x)) { arrays in
          try record.note(arrays[0])
          return arrays[0]
        }
      }
      try tap(1.5) { try record.note($0[0]) }
      return x * 3
    }
    #expect(try f(NDArray(10.0)).item(as: Float.self) == 30)
    #expect(record.values == [10, 11, 12, 12, 1.5])
  }

  @Test func callsInLoopsAndBranchesHappenWhenTheirStepDoes() throws {
    let record = Record()
    let v = Variable(zeros(2))
    let f = jit { (x: NDArray) in
      try forLoop(0..<3) { i in
        v += x
        try tap(i, name: "index") { try record.note($0[0]) }
        try cond(i .== 1, then: { try tap(v) { try record.note($0[0]) } }, else: {})
        try forLoop(0..<2, reverse: true) { j in try tap(i * 10 + j) { record.note(100 + (try $0[0].item(as: Double.self))) } }
      }
      let last = try whileLoop(carry: NDArray(0)) { n in
        try tap(n) { record.note(-1 - (try $0[0].item(as: Double.self))) }
        return n .< 2
      } body: { n in
        n + 1
      }
      return last
    }
    for _ in 0..<2 {
      v.value = zeros(2)
      #expect(try f(ones(2)).item(as: Int.self) == 2)
      #expect(try v.value.floats() == [3, 3])
      try f.promoteWherePossible()
    }
    let once: [Double] = [0, 101, 100, 1, 2, 2, 111, 110, 2, 121, 120, -1, -2, -3]
    #expect(record.values == once + once)
  }

  /// The same program of a loop is kept outside jit; each run calls its own closure.
  @Test func aLoopOutsideJitCallsTheClosureOfThisTime() throws {
    var sums: [Double] = []
    for round in 1...3 {
      let record = Record()
      try forLoop(0..<3) { i in try tap(i, name: "i") { record.note(Double(round) * (try $0[0].item(as: Double.self))) } }
      sums.append(record.values.reduce(0, +))
    }
    #expect(sums == [3, 6, 9])
  }

  @Test func whatTheFunctionKeepsStays() throws {
    let kept = Mutex<[NDArray]>([])
    let v = Variable(zeros(3))
    let step = jit {
      v += 1
      try tap(v * 2) { arrays in kept.withLock { $0 += arrays } }
      v += 1
    }
    for _ in 0..<3 { try step() }
    #expect(try kept.withLock { $0 }.map { try $0.floats() } == [[2, 2, 2], [6, 6, 6], [10, 10, 10]])
  }

  // MARK: Failures

  @Test func anErrorEndsTheRunAndNothingIsCommitted() throws {
    let v = Variable(zeros(2)), w = Variable(ones(2))
    let f = jit { (x: NDArray) in
      v += x
      let y = try hostCall(v, returning: ArrayForm([2]), name: "check") { arrays in
        let first = try arrays[0].floats()[0]
        if first > 1 { throw Broken(step: Double(first)) }
        return arrays[0]
      }
      w.value = y
      return y
    }
    #expect(try f(ones(2)).floats() == [1, 1])
    let error = #expect(throws: HillockError.self) { _ = try f(ones(2)) }
    #expect(error?.code == .call)
    #expect(error?.underlyingError as? Broken == Broken(step: 2))
    #expect(error?.message.contains("host function check") == true)
    #expect(error?.message.contains("broken at 2") == true)
    #expect(try v.value.floats() == [1, 1])
    #expect(try w.value.floats() == [1, 1])
    #expect(try f(zeros(2)).floats() == [1, 1], "the next run is right")
    // Outside jit the error is the same, without a program to name.
    let eager = #expect(throws: HillockError.self) { try tap(1, name: "never") { _ in throw Broken(step: 0) } }
    #expect(eager?.message == "host function never failed: broken at 0.0")
  }

  /// The loop is native code that calls back; it ends at the step that failed, or whose run was cancelled.
  @Test func nativeLoopsEndWhereACallFailsOrTheRunIsCancelled() throws {
    let v = Variable(zeros(2)), token = CancellationToken(), record = Record()
    let f = jit { (limit: NDArray) in
      try forLoop(0..<10) { i in
        v.value = v + v.value.sum() + 1
        try tap(i, limit, name: "limited") { arrays in
          let (i, limit) = (try arrays[0].item(as: Double.self), try arrays[1].item(as: Double.self))
          record.note(i)
          if i == limit { throw Broken(step: i) }
          if i == -limit { token.cancel() }
        }
      }
    }
    #expect(throws: HillockError.self) { try f(NDArray(1.0)) }
    try f.promoteWherePossible()
    #expect(throws: HillockError.self) { try f(NDArray(3.0)) }
    #expect(throws: CancellationError.self) { try withCancellation(token) { try f(NDArray(-2.0)) } }
    #expect(record.values == [0, 1, 0, 1, 2, 3, 0, 1, 2])
    #expect(try v.value.floats() == [0, 0])
    try f(NDArray(99.0))
    // v is 3 v + 1 in each step: (3^10 − 1) / 2.
    #expect(try v.value.floats() == [29_524, 29_524])
  }

  @Test(arguments: [
    ([ones(3)], "shape error: result 0 is f32[3], f32[2] is expected"),
    ([ones(2, dtype: .i32)], "dtype error: result 0 is i32[2], f32[2] is expected"),
    ([NDArray](), "argument error: it returned 0 arrays, 1 are expected"),
    ([ones(2) + ones(3)], "shape error: "),
  ]) func whatTheFunctionReturnsIsChecked(_ returned: [NDArray], _ message: String) throws {
    func call(_ x: NDArray) throws -> NDArray {
      try hostCall(x, returning: [ArrayForm([2])], name: "wrong") { _ in returned }[0]
    }
    let v = Variable(zeros(2))
    let f = jit { (x: NDArray) in
      v += 1
      return try call(x)
    }
    for attempt in [{ _ = try f(ones(2)) }, { _ = try call(ones(2)) }] {
      let error = #expect(throws: HillockError.self) { try attempt() }
      #expect(error?.code == .call)
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
    #expect(try v.value.floats() == [0, 0])
  }

  @Test func aTracedValueIsNoPartOfTheFunctionsWorld() throws {
    let f = jit { (x: NDArray) in try hostCall(1, returning: ArrayForm(like: x)) { _ in x } }
    let error = #expect(throws: HillockError.self) { _ = try f(ones(2)) }
    #expect((error?.underlyingError as? HillockError)?.code == .trace)
  }

  // MARK: The library from inside

  @Test func theFunctionMayUseTheWholeLibrary() throws {
    let v = Variable(ones(2), name: "v")
    let inner = jit { (x: NDArray) in x * v + 1 }
    let step = jit { (x: NDArray) in
      v += 10
      return try hostCall(x, returning: ArrayForm(like: x)) { arrays in try inner(arrays[0]) + v.value }
    }
    // The run writes v, so it is leased; what is read without a lease is the value before the run.
    let error = #expect(throws: HillockError.self) { _ = try step(ones(2)) }
    #expect((error?.underlyingError as? HillockError)?.code == .conflict)
    #expect(try v.value.floats() == [1, 1])

    let reading = jit { (x: NDArray) in
      try hostCall(x * v, returning: ArrayForm(like: x)) { arrays in try inner(arrays[0]) + v.value }
    }
    #expect(try reading(ones(2)).floats() == [3, 3], "shared leases go together")
    let plain = jit { (x: NDArray) in
      v += 10
      return try hostCall(x, returning: ArrayForm(like: x)) { arrays in arrays[0] + v.value }
    }
    #expect(try plain(ones(2)).floats() == [2, 2])
    #expect(try v.value.floats() == [11, 11])
  }

  @Test func aWriteToAVariableOfTheRunIsRefused() throws {
    let v = Variable(zeros(1), name: "v"), other = Variable(zeros(1))
    let step = jit {
      v += 1
      try tap(v) { arrays in
        other.value = arrays[0] * 5
        v.value = arrays[0] * 7
        if let error = v.error { throw error }
      }
    }
    let error = #expect(throws: HillockError.self) { try step() }
    #expect((error?.underlyingError as? HillockError)?.code == .conflict)
    #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(try v.value.floats() == [0])
    #expect(try other.value.floats() == [5], "a Variable of nobody else's is written at once")
  }

  /// A function that calls the jitted function it is called from, at a new signature each time: it traces inside a run.
  @Test func aFunctionMayCallItself() throws {
    final class Knot: Sendable {
      let f = Mutex<Jitted<NDArray, NDArray>?>(nil)
    }
    let knot = Knot()
    let f = jit { (x: NDArray) in
      try hostCall(x, returning: ArrayForm([])) { arrays in
        let x = arrays[0]
        guard x.count > 1, let f = knot.f.withLock({ $0 }) else { return x.sum() }
        return try f(x[1...]) + x[0]
      }
    }
    knot.f.withLock { $0 = f }
    #expect(try f(arange(5, dtype: .f32)).item(as: Float.self) == 10)
    knot.f.withLock { $0 = nil }
  }

  @Test func randomStateIsAsWithoutTheCall() throws {
    let plain = RandomState(seed: 3), calling = RandomState(seed: 3)
    let a = try forLoop(0..<4) { _ in plain.random(3) }
    let b = try forLoop(0..<4) { _ in
      let x = calling.random(3)
      return try hostCall(x, returning: ArrayForm(like: x)) { $0[0] }
    }
    #expect(try bytes(a) == bytes(b))
    #expect(try bytes(plain.value) == bytes(calling.value))
    #expect(throws: HillockError.self) {
      try forLoop(0..<4) { _ in try tap(calling.random(1)) { _ in throw Broken(step: 0) } }
    }
    #expect(try bytes(plain.value) == bytes(calling.value), "a failed run draws nothing")
  }
}
