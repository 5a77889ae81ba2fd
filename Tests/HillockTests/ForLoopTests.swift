import Hillock
import Testing

/// The bytes of the elements.
func bytes(_ array: NDArray) throws -> [UInt8] { try array.withUnsafeBytes { Array($0) } }

@Suite struct ForLoopTests {
  @Test func sideEffectsOnVariablesAreCarried() throws {
    let v = Variable(zeros(3)), n = Variable(NDArray(0))
    try forLoop(0..<10) { i in
      v += i
      n += 1
    }
    #expect(try v.value.floats() == [45, 45, 45])
    #expect(try n.value.item(as: Int.self) == 10)
  }

  @Test func theIndexIsANumberWithoutADTypeOfItsOwn() throws {
    let x = try forLoop(2..<5) { i in ones(2) * i }
    #expect(x.dtype == .f32)
    #expect(try x.floats() == [2, 2, 3, 3, 4, 4])
    let i = try forLoop(0..<4) { i in i * i }
    #expect(i.dtype == .i32)
    #expect(try i.ints() == [0, 1, 4, 9])
  }

  /// 99 999² = 9 999 800 001 and 7 · 10⁹ are beyond i32; a difference and a remainder of the same numbers are not.
  @Test(arguments: [true, false]) func whatIsComputedFromTheIndexDoesNotWrap(isPlain: Bool) throws {
    for (body, expected, dtype): ((NDArray) -> NDArray, Int, DType) in [
      ({ $0 * $0 }, 9_999_800_001, .i64), ({ square($0) }, 9_999_800_001, .i64), ({ $0 * 70_000 }, 6_999_930_000, .i64),
      ({ -($0 * $0) }, -9_999_800_001, .i64), ({ $0 * $0 - 9_999_800_000 }, 1, .i32), ({ 2 * $0 - 100_000 }, 99_998, .i32),
      ({ minimum($0 * $0, 5) }, 5, .i32), ({ ($0 * $0) % 7 }, 9_999_800_001 % 7, .i32), ({ $0 << 20 }, 99_999 << 20, .i64),
      ({ 1 << ($0 - 99_990) }, 512, .i32),
      ({ square($0 - 99_998) }, 1, .i32),
      ({ floorDivide($0, 2) }, 49_999, .i32), ({ abs(5 - $0) }, 99_994, .i32),
      ({ select($0 .> 0, $0, 3_000_000_000) }, 99_999, .i64),
    ] {
      let values = try isPlain ? withoutJIT { try forLoop(99_998..<100_000, body) } : forLoop(99_998..<100_000, body)
      #expect(try values[1].item(as: Int.self) == expected)
      #expect(values.dtype == dtype)
    }
  }

  /// Lower bounds are tight enough for numbers without a sign.
  @Test func whatIsNotNegativeFitsUnsignedArrays() throws {
    let x = NDArray([10], dtype: .u32)
    let halves = try forLoop(0..<8) { i in x + floorDivide(i, 2) }
    let shifted = try forLoop(0..<8) { i in x + (i >> 1) }
    let masked = try forLoop(0..<8) { i in x .^ ((i - 5) .& 7) }
    let squares = try forLoop(0..<8) { i in x + square(i - 5) }
    #expect(try halves[7].ints() == [13])
    #expect(try shifted[7].ints() == [13])
    #expect(try masked[7].ints() == [8])
    #expect(try squares[0].ints() == [35])
    #expect(throws: HillockError.self) { try forLoop(0..<8) { i in x + (i - 5) } }
  }

  /// 5 000 000 005 and 6 999 930 075, beside a number whose value is not known while the function is traced.
  @Test func anArgumentBesideALargeIndexDoesNotMakeItWrap() throws {
    let far = jit { (n: NDArray) in try forLoop(5_000_000_000..<5_000_000_001) { i in i + n } }
    let product = jit { (n: NDArray) in try forLoop(99_999..<100_000) { i in i * 70_000 + n } }
    #expect(try far(5).ints() == [5_000_000_005])
    #expect(try product(75).ints() == [6_999_930_075])
  }

  @Test func anIndexInARangeBeyondI32HasNoDTypeOfItsOwnEither() throws {
    let start = 3_000_000_000
    let (i, x, y) = try forLoop(start..<start + 2) { i in (i, 0.5 * i, NDArray([0.5], dtype: .f64) * i) }
    #expect(i.dtype == .i64)
    #expect(try i.ints() == [start, start + 1])
    #expect(x.dtype == .f32)
    #expect(y.dtype == .f64)
    #expect(try y[1].item(as: Double.self) == 1_500_000_000.5)
  }

  /// In jit as plainly: i32 does not hold 5 · 10⁹.
  @Test(arguments: [true, false]) func anIndexThatDoesNotFitAnArrayIsRefused(isPlain: Bool) throws {
    func run() throws -> NDArray { try forLoop(0..<100_000) { i in NDArray([1]) + i * 50_000 } }
    let error = #expect(throws: HillockError.self) { try isPlain ? withoutJIT { try run() } : run() }
    #expect(error?.message.contains("does not fit i32; convert the array with .asType") == true)
    #expect(throws: HillockError.self) { try forLoop(0..<100_000) { i in NDArray([1]) + i * i * i * i } }
    let wrapped = try forLoop(0..<100_000) { i in NDArray([1]) + (i * 50_000).asType(.i32) }
    #expect(try wrapped[99_999].ints() == [1 + 4_999_950_000 - (1 << 32)])
  }

  @Test func outputsAreStackedInTheOrderOfTheIndicesAlsoInReverse() throws {
    let v = Variable(NDArray(1.0))
    let ys = try forLoop(0..<4, reverse: true) { i in
      v.value = v.value * 2 + i
      return v.value
    }
    // i = 3, 2, 1, 0: 5, 12, 25, 50.
    #expect(try ys.floats() == [50, 25, 12, 5])
    #expect(try v.value.item(as: Float.self) == 50)
  }

  @Test func severalTreesAreStackedAsTheyAreReturned() throws {
    let (a, b) = try forLoop(0..<3) { i in (ones(2) * i, ["s": [i + 1, i + 2]]) }
    #expect(a.shape == [3, 2])
    #expect(try b["s"]?[1].ints() == [2, 3, 4])
  }

  @Test func operandsAreGivenRowByRow() throws {
    let x = arange(6, dtype: .f32).reshaped(3, 2), y = NDArray([1.0, 2.0, 3.0])
    let z = try forLoop(over: x, y) { x, y in x * y }
    #expect(z.shape == [3, 2])
    #expect(try z.floats() == [0, 1, 4, 6, 12, 15])
    let total = Variable(zeros(2))
    try forLoop(over: ["x": x]) { row in total += row["x"] ?? 0 }
    #expect(try total.value.floats() == [6, 9])
  }

  /// A condition that is one element for all positions is loaded into a tile, in each step anew.
  @Test func aScalarOfEachStepChoosesForAllPositions() throws {
    let v = Variable(zeros(3))
    try forLoop(over: NDArray([true, false, false, true, true])) { grows in
      v.value = select(grows, v.value + 1, v.value * 2)
    }
    // 0 → 1 → 2 → 4 → 5 → 6
    #expect(try v.value.floats() == [6, 6, 6])
  }

  @Test func carriedValuesGoFromStepToStep() throws {
    #expect(try forLoop(1..<6, carry: NDArray(1)) { i, f in f * i }.item(as: Int.self) == 120)
    let (a, b) = try forLoop(0..<10, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }
    #expect(try [a.item(as: Int.self), b.item(as: Int.self)] == [55, 89])
    let (sum, partial) = try scan(NDArray([1, 2, 3]), init: NDArray(0)) { c, x in (c + x, c + x) }
    #expect(try sum.item(as: Int.self) == 6)
    #expect(try partial.ints() == [1, 3, 6])
  }

  @Test(arguments: [0, 1, 2, 3, 5, 8], [false, true]) func unrollingChangesNothing(unroll: Int, reverse: Bool) throws {
    func run(_ unroll: Int) throws -> (NDArray, NDArray) {
      try scan(linspace(-1, 1, count: 17).reshaped(17, 1), init: zeros(3), reverse: reverse, unroll: unroll) { c, x in
        let next = tanh(c * 0.9 + x)
        return (next, next + x)
      }
    }
    guard unroll > 0 else {
      let error = #expect(throws: HillockError.self) { try run(unroll) }
      #expect(error?.message == "scan: unroll is 1 or more, not 0")
      return
    }
    let (a, b) = try run(unroll), (c, d) = try withoutJIT { try run(1) }
    #expect(try bytes(a) == bytes(c))
    #expect(try bytes(b) == bytes(d))
  }

  @Test(arguments: [0, 1, 2, 3, 99, 100, 101, 250], [false, true]) func progressIsReportedAndChangesNothing(
    count: Int, reverse: Bool
  ) throws {
    let x = arange(count, dtype: .f32)
    var reports: [Int] = []
    let v = Variable(NDArray(0.5))
    let (a, b) = try scan(x, init: zeros(2), reverse: reverse, progress: { reports.append($0) }) { c, x in
      v.value = v.value * 0.5 + x
      return (c * 0.7 + x, c)
    }
    let w = Variable(NDArray(0.5))
    let (c, d) = try scan(x, init: zeros(2), reverse: reverse) { c, x in
      w.value = w.value * 0.5 + x
      return (c * 0.7 + x, c)
    }
    #expect(try bytes(a) == bytes(c))
    #expect(try bytes(b) == bytes(d))
    #expect(try bytes(v.value) == bytes(w.value))
    #expect(reports.last == count)
    #expect(reports.count <= 100)
    #expect(reports == reports.sorted())
  }

  @Test func aLoopWithoutStepsGivesArraysWithoutRows() throws {
    let v = Variable(ones(2))
    let y = try forLoop(0..<0) { i in
      v += 1
      return v.value * i
    }
    #expect(y.shape == [0, 2])
    #expect(try v.value.floats() == [1, 1])
    let (c, z) = try scan(zeros(0, 3), init: ones(3)) { c, x in (c + x, c.sum()) }
    #expect(z.shape == [0])
    #expect(try c.floats() == [1, 1, 1])
  }

  @Test func compiledAndPlainLoopsGiveTheSameBits() throws {
    func run() throws -> [[UInt8]] {
      let v = Variable(linspace(-2, 2, count: 100)), w = Variable(full([3, 100], 0.1, dtype: .f64))
      let ys = try forLoop(0..<50) { i in
        v.value = v.value + 0.1 * (sin(v.value * i) - v.value ** 3)
        w.value = w.value * 0.99 + v.value.asType(.f64)
        return (v.value.sum(), w.value.mean(axis: 0))
      }
      return try [bytes(v.value), bytes(w.value), bytes(ys.0), bytes(ys.1)]
    }
    #expect(try run() == withoutJIT { try run() })
  }

  @Test func loopsAreNestedInEachOtherAndInJit() throws {
    let v = Variable(zeros(2))
    func f(_ x: NDArray) throws -> NDArray {
      try forLoop(0..<3) { i in
        let rows = try forLoop(0..<2, carry: x + i) { j, c in
          v += c
          return c * 2 + j
        }
        return rows + v.value
      }
    }
    let x = NDArray([1.0, 2.0])
    let eager = try f(x)
    let after = try v.value.floats()
    v.value = zeros(2)
    let plain = try withoutJIT { try f(x) }
    #expect(try v.value.floats() == after)
    v.value = zeros(2)
    let jitted = try jit(f)(x)
    #expect(try v.value.floats() == after)
    #expect(try bytes(eager) == bytes(plain))
    #expect(try bytes(eager) == bytes(jitted))
    // v after i: Σ over j of (x + i)·2^j + (j > 0 ? 0 : 0); by hand for x = 1: 1+2, then 2+4, then 3+6 make 18.
    #expect(after == [18, 27])
  }

  @Test func randomNumbersAreThoseOfThePlainLoop() throws {
    func run() throws -> [Float] {
      let generator = RandomState(seed: 7)
      let noise = try forLoop(0..<5) { _ in generator.normal(4) }
      return try (noise.floats() + generator.uniform(3).floats())
    }
    let generator = RandomState(seed: 7)
    var expected: [Float] = []
    for _ in 0..<5 { expected += try generator.normal(4).floats() }
    expected += try generator.uniform(3).floats()
    #expect(try run() == expected)
    #expect(try withoutJIT { try run() } == expected)
  }

  @Test func largeArraysFromOutsideAreUsedAsTheyAre() throws {
    let table = arange(4000, dtype: .f32), v = Variable(zeros(4000))
    try forLoop(0..<3) { i in
      try forLoop(0..<2) { _ in v += table }
      v += table
    }
    #expect(try v.value.floats()[3999] == 9 * 3999)
  }

  @Test func theBodyIsTracedOnce() throws {
    var calls = 0
    try forLoop(0..<1000) { _ in calls += 1 }
    #expect(calls == 1)
  }

  @Test func variablesCreatedInsideAreLocalAndOnesOfTheTraceAreCarried() throws {
    let f = jit { (x: NDArray) -> NDArray in
      let sum = Variable(zerosLike(x))
      try forLoop(0..<4) { i in
        let local = Variable(x * i)
        local += 1
        sum += local
      }
      return sum.value
    }
    #expect(try f(NDArray([1.0, 2.0])).floats() == [10, 16])
  }

  // MARK: Errors

  struct Neuron: ArrayTree {
    var V: NDArray, w: [NDArray]
    func visit(_ visitor: inout TreeVisitor) {
      V.visit(&visitor)
      w.visit(&visitor)
    }
    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Neuron {
      Neuron(V: try V.map(transform), w: try w.map(transform))
    }
  }

  @Test func aCarriedValueThatChangesItsTypeIsNamedByItsPath() throws {
    let start = Neuron(V: zeros(3), w: [zeros(2), zeros(2)])
    let error = #expect(throws: HillockError.self) {
      try forLoop(0..<2, carry: NDArray(0), start) { i, n, s in
        (n + 1, Neuron(V: s.V.asType(.f64), w: [s.w[0], s.w[1].reshaped(2, 1)]))
      }
    }
    #expect(error?.code == .dtype)
    #expect(
      error?.message
        == "what forLoop carries must leave a step as it enters it, but carry.1.V: f32[3] enters, f64[3] leaves; carry.1.w[1]: f32[2] enters, f32[2,1] leaves; convert with .asType, or let it enter with the type it gets"
    )
    let structure = #expect(throws: HillockError.self) {
      try forLoop(0..<2, carry: [zeros(1)]) { _, c in c + c }
    }
    #expect(
      structure?.message
        == "what forLoop carries keeps its structure and its static values, but carry[1] leaves a step and did not enter it")
  }

  private enum Method: StaticArgument { case euler, rk4 }

  /// A tree whose arrays reflection does not see, and whose number of arrays is a static value.
  private struct Opaque: ArrayTree {
    let arrays: () -> [NDArray]
    func visit(_ visitor: inout TreeVisitor) { arrays().visit(&visitor) }
    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Opaque {
      let mapped = try arrays().map(transform)
      return Opaque { mapped }
    }
  }

  private struct Stepper: ArrayTree {
    var x: NDArray
    var method: Method
    func visit(_ visitor: inout TreeVisitor) {
      x.visit(&visitor)
      method.visit(&visitor)
    }
    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Stepper { Stepper(x: try x.map(transform), method: method) }
  }

  /// However many arrays there are, the message names those that differ, and a few of many.
  @Test func aStructureThatChangesIsNamedByThePathsThatDiffer() throws {
    func message(_ body: () throws -> Void) throws -> String {
      let error = try #require(throws: HillockError.self) { try body() }
      return error.message
    }
    let keeps = "carries keeps its structure and its static values, but "
    let many = Dictionary(uniqueKeysWithValues: (0..<60).map { ("k\($0)", zeros(2)) })
    #expect(
      try message { _ = try forLoop(0..<2, carry: many) { _, d in d.filter { $0.key != "k7" } } }
        == "what forLoop \(keeps)carry.k7 enters a step and does not leave it")
    #expect(
      try message { _ = try scan(0..<2, init: many) { d, i in (d.filter { $0.key < "k1" }, i) } }
        == "what scan \(keeps)carry.k1 enters a step and does not leave it; carry.k10 enters a step and does not leave it; "
        + "carry.k11 enters a step and does not leave it; carry.k12 enters a step and does not leave it; and so for 55 more")
    #expect(
      try message {
        _ = try whileLoop(carry: ["a": zeros(1)]) { _ in
          NDArray(false)
        } body: {
          ["b": $0["a"]!]
        }
      }
        == "what whileLoop \(keeps)carry.a enters a step and does not leave it; carry.b leaves a step and did not enter it")
    #expect(
      try message {
        _ = try forLoop(0..<2, carry: NDArray(0), Stepper(x: zeros(2), method: .euler)) { i, n, s in
          (n + i, Stepper(x: s.x, method: .rk4))
        }
      } == "what forLoop \(keeps)carry.1.method enters a step as euler and leaves it as rk4")
    #expect(
      try message { _ = try forLoop(0..<2, carry: Opaque { [zeros(2)] }) { _, o in Opaque { o.arrays() + o.arrays() } } }
        == "what forLoop \(keeps)carry[1] leaves a step and did not enter it")
    // Types: a few of sixty as well.
    let types = try message { _ = try forLoop(0..<2, carry: many) { _, d in d.mapValues { $0.asType(.f64) } } }
    #expect(types.contains("carry.k0: f32[2] enters, f64[2] leaves; ") && types.contains("; and so for 56 more; convert"))
  }

  @Test func aNumberWithoutADTypeLeavesAsWhatEntered() throws {
    let x = try forLoop(0..<1, carry: zeros([], dtype: .f64)) { _, _ in 0.1 }
    #expect(x.dtype == .f64)
    #expect(try x.item(as: Double.self) == 0.1)
  }

  @Test func operandsOfDifferentLengthsAreNamed() {
    let error = #expect(throws: HillockError.self) { try forLoop(over: zeros(3), ["a": zeros(4)]) { _, _ in } }
    #expect(error?.message.contains("operand.0: f32[3], operand.1.a: f32[4]") == true)
    #expect(throws: HillockError.self) { try forLoop(over: zeros()) { _ in } }
  }

  @Test func aBadWriteInsideThrowsAndChangesNothing() throws {
    let v = Variable(zeros(2), name: "v"), w = Variable(zeros(2))
    let error = #expect(throws: HillockError.self) {
      try forLoop(0..<3) { _ in
        w += 1
        v.value = v.value.asType(.f64)
      }
    }
    #expect(error?.message.contains("the dtype of Variable v is float32, while the value given is float64") == true)
    #expect(try w.value.floats() == [0, 0])
    v += 1
    #expect(try v.value.floats() == [1, 1])
  }

  @Test func nothingOfABodyThatThrowsStays() throws {
    struct Stop: Error {}
    let v = Variable(zeros(2))
    let f = jit { (x: NDArray) -> NDArray in
      v += 1
      do {
        try forLoop(0..<3) { _ in
          v += 100
          throw Stop()
        }
      } catch is Stop {}
      return x + v.value
    }
    #expect(try f(zeros(2)).floats() == [1, 1])
    #expect(try v.value.floats() == [1, 1])
  }

  @Test func aValueThatLeavesItsLoopOtherwiseThanAsAResultIsAnErrorWhenUsed() throws {
    var escaped: NDArray = 0
    try forLoop(0..<3) { i in escaped = i * zeros(2) }
    let error = (escaped + 1).error
    #expect(error?.code == .trace)
    let f = jit { (x: NDArray) -> NDArray in
      var inner: NDArray = 0
      try forLoop(0..<3) { i in inner = x * i }
      return inner + 1
    }
    #expect(throws: HillockError.self) { try f(zeros(2)) }
  }

  private func plainlyAndCompiled<Value>(_ body: () throws -> Value) throws -> [Value] {
    [try body(), try withoutJIT { try body() }]
  }

  /// Against Swift's own loops.
  @Test func indicesAreAnyIntegersAtEqualDistances() throws {
    func check(_ indices: some LoopIndices & Sequence<Int>, unroll: Int = 1) throws {
      let expected = Array(indices)
      for found in try plainlyAndCompiled({ try forLoop(indices, unroll: unroll) { i in 3 * i } }) {
        #expect(try found.ints() == expected.map { 3 * $0 }, "\(indices)")
      }
      let total = try scan(indices, init: NDArray(0), reverse: true) { c, i in (2 * c + i, c) }.0
      #expect(try total.ints() == [expected.reversed().reduce(0) { 2 * $0 + $1 }], "\(indices)")
    }
    try check(2...6)
    try check((2..<6).reversed())
    for step in [-7, -2, -1, 1, 3] {
      for (a, b) in [(0, 9), (9, 0), (-4, 4), (3, 3)] {
        try check(stride(from: a, to: b, by: step))
        try check(stride(from: a, through: b, by: step), unroll: 2)
      }
    }
    #expect(try forLoop(stride(from: 3, to: 3, by: 1)) { i in ones(2) * i }.shape == [0, 2])
    let blocks = try forLoop(stride(from: 1000, to: 0, by: -3), progress: { _ in }) { i in i }
    #expect(try blocks.ints() == Array(stride(from: 1000, to: 0, by: -3)))
    let error = #expect(throws: HillockError.self) { try forLoop(Int.min...Int.max) { i in i } }
    #expect(error?.message.contains("at most 2^40 steps") == true)
  }

  /// The dtype follows from what an index can be, compiled or not: 3 · 10⁹ is beyond i32.
  @Test func plainlyTheDTypesAreTheSame() throws {
    let far = 2_999_999_999..<3_000_000_001, wide = stride(from: 0, to: 6_000_000_000, by: 2_999_999_999)
    for found in try plainlyAndCompiled({ try forLoop(far) { i in NDArray([true]) + (i - 2_999_999_999) } }) {
      #expect(found.dtype == .i32)
      #expect(try found.ints() == [1, 2])
    }
    for found in try plainlyAndCompiled({ try forLoop(wide) { i in NDArray([true]) + i } }) {
      #expect(found.dtype == .i64)
      #expect(try found.ints() == [1, 3_000_000_000, 5_999_999_999])
    }
    for found in try plainlyAndCompiled({
      try forLoop(wide) { i in try forLoop(0..<2, carry: i) { _, c in c + 2_000_000_000 } }
    }) {
      #expect(found.dtype == .i64)
      #expect(try found.ints() == [4_000_000_000, 6_999_999_999, 9_999_999_998])
    }
    for isPlain in [false, true] {
      func run() throws -> NDArray { try forLoop(wide) { i in NDArray([1]) + i } }
      let error = #expect(throws: HillockError.self) { try isPlain ? withoutJIT { try run() } : run() }
      #expect(error?.message.contains("may be anything from 0 to 5999999998 does not fit i32") == true)
    }
  }

  @Test func aVariableIsSteppedOverByItsValue() throws {
    let v = Variable(NDArray([[1.0, 2.0], [3.0, 4.0]])), w = Variable(zeros(2))
    for found in try plainlyAndCompiled({ try forLoop(over: v) { x in x * 2 } }) {
      #expect(try found.floats() == [2, 4, 6, 8])
    }
    try forLoop(over: ["v": v], NDArray([10.0, 20.0])) { row, y in w += (row["v"] ?? 0) * y }
    #expect(try w.value.floats() == [70, 100])
    let (last, all) = try scan(v, init: zeros(2)) { c, x in (c + x, c) }
    #expect(try last.floats() == [4, 6])
    #expect(try all.floats() == [0, 0, 1, 2])
    let f = jit { (x: NDArray) in
      v.value = v + x
      return try forLoop(over: v) { x in x.sum() }
    }
    #expect(try f(ones(2, 2)).floats() == [5, 9])
    // What it is when the loop begins.
    try forLoop(over: v) { x in v += x }
    #expect(try v.value.floats() == [8, 11, 10, 13])
    let error = #expect(throws: HillockError.self) { try forLoop(over: Base()) { _ in w += 1 } }
    #expect(error?.message.contains("there is no array among them") == true)
  }

  @Test func severalTreesAreCarriedAndStacked() throws {
    let ((a, b, c), rows) = try scan(0..<3, init: NDArray(1), NDArray(2), NDArray(3)) { a, b, c, i in
      ((b, c, a + i), ["a": a, "i": i])
    }
    #expect(try [a, b, c].map { try $0.item(as: Int.self) } == [1, 3, 5])
    #expect(try rows["a"]?.ints() == [1, 2, 3])
    let (carry, (x, y)) = try scan(NDArray([1.0, 2.0]), init: ["s": [zeros(1)]]) { c, x in
      (c.mapValues { $0.map { $0 + x } }, (x, [2 * x]))
    }
    #expect(try carry["s"]?[0].floats() == [3])
    #expect(try x.floats() == [1, 2])
    #expect(try y[0].floats() == [2, 4])
    let (p, q, r, s) = try forLoop(0..<3, carry: NDArray(1), NDArray(2), NDArray(3), NDArray(4)) { i, a, b, c, d in
      (a + b, b + c, c + d, d + i)
    }
    #expect(try [p, q, r, s].map { try $0.item(as: Int.self) } == [20, 23, 16, 7])
    let (i, j, k, l) = try whileLoop(carry: NDArray(0), NDArray(1), NDArray(2), NDArray(3)) { i, _, _, _ in
      i .< 10
    } body: { i, j, k, l in
      (i + j, j + k, k + l, l + 1)
    }
    #expect(try [i, j, k, l].map { try $0.item(as: Int.self) } == [12, 17, 14, 6])
  }

  /// Errors of the loop itself name the line of the call.
  @Test func errorsHaveThePlaceOfTheLoop() throws {
    func check(_ code: ErrorCode, _ line: Int, _ body: () throws -> Void) {
      let error = #expect(throws: HillockError.self) { try body() }
      #expect(error?.code == code)
      #expect(error?.location == "ForLoopTests.swift:\(line)", "\(error?.description ?? "")")
    }
    let x = zeros(2)
    check(.shape, #line) { _ = try forLoop(0..<2, carry: x) { _, c in concatenate([c, c]) } }
    check(.dtype, #line) { _ = try forLoop(0..<2, carry: [x]) { _, c in [c[0] .> 0] } }
    check(.argument, #line) { _ = try forLoop(0..<2, carry: [x]) { _, c in c + c } }
    check(.shape, #line) { _ = try scan(x, init: x) { c, _ in (c.sum(), c) } }
    check(.shape, #line) { _ = try forLoop(over: x, zeros(3)) { x, y in x + y } }
    check(.argument, #line) { _ = try forLoop(0..<2, unroll: 0) { i in i } }
    check(.dtype, #line + 1) {
      _ = try whileLoop(carry: x) { c in
        c.sum()
      } body: { c in
        c
      }
    }
    check(.shape, #line + 1) {
      try whileLoop {
        x .> 0
      } body: {
      }
    }
    check(.dtype, #line) { _ = try cond(x.sum(), then: { x }, else: { x }) }
    check(.shape, #line) { _ = try cond(x.sum() .> 0, then: { x }, else: { x.sum() }) }
    check(.argument, #line) { _ = try ifelse([x.sum() .> 0], [{ x }]) }
    let f = jit { (x: NDArray) in
      try forLoop(0..<2, carry: x) { _, c in c.sum() }
    }
    check(.shape, #line - 2) { _ = try f(x) }
  }
}
