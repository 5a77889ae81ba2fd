import Hillock
import Testing

/// What is computed again on the way back: no bit changes, and nothing happens twice.
@Suite struct CheckpointTests {
  private let x = linspace(-1, 1, count: 257)

  private func expectSame(
    _ a: @escaping ([NDArray]) throws -> NDArray, _ b: @escaping ([NDArray]) throws -> NDArray, _ p: [NDArray]
  ) throws {
    let one = try valueAndGrad { (p: [NDArray]) in try a(p) }(p), two = try valueAndGrad { (p: [NDArray]) in try b(p) }(p)
    #expect(try one.value.floats() == two.value.floats())
    for (g, h) in zip(one.gradient, two.gradient) { #expect(try g.floats() == h.floats()) }
    let again = jit { (p: [NDArray]) in try valueAndGrad { (p: [NDArray]) in try b(p) }(p).gradient }
    let jitted = try again(p)
    for (g, h) in zip(one.gradient, jitted) { #expect(try g.floats() == h.floats()) }
  }

  @Test func aPartThatIsComputedAgainChangesNoBit() throws {
    func layer(_ p: [NDArray]) -> NDArray { tanh(p[0] * p[1]) * exp(-p[0] * p[0]) }
    try expectSame({ layer($0).mean() }, { p in try checkpoint { layer(p) }.mean() }, [x, 0.7 * x + 0.1])
    // In a loop, and around one; of several results.
    func steps(_ p: [NDArray], _ isAgain: Bool) throws -> NDArray {
      try forLoop(0..<20, carry: p[0]) { _, y in try isAgain ? checkpoint { layer([y, p[1]]) + y } : layer([y, p[1]]) + y }
        .mean()
    }
    try expectSame({ try steps($0, false) }, { try steps($0, true) }, [x, x * x])
    try expectSame({ try steps($0, false) }, { p in try checkpoint { try steps(p, false) } }, [x, x * x])
    try expectSame(
      { p in (sin(p[0]) * cos(p[1])).sum() },
      { p in
        let (a, b) = try checkpoint { (sin(p[0]), cos(p[1])) }
        return (a * b).sum()
      }, [x, x])
  }

  @Test func withoutADerivativeItIsTheBody() throws {
    #expect(try checkpoint { NDArray(3.0) }.item(as: Float.self) == 3)
    let f = jit { (x: NDArray) in try checkpoint { x + 1 } }
    #expect(try f(NDArray(2.0)).item(as: Float.self) == 3)
    // A second derivative, and forward mode: x⁴.
    let quartic: (NDArray) throws -> NDArray = { x in try checkpoint { x * x * x * x } }
    #expect(try grad(grad(grad(quartic)))(NDArray(2.0)).item(as: Float.self) == 48)
    #expect(try jvp(quartic, at: NDArray(2.0), along: NDArray(1.0)).tangent.item(as: Float.self) == 32)
    let slope = grad(quartic)
    #expect(try vmap(slope)(NDArray([1.0, 2.0])).floats() == [4, 32])
  }

  @Test func drawsAreTheSameAndVariablesAreWrittenOnce() throws {
    let calls = Variable(NDArray(0, dtype: .i32)), w = TrainVar(2.0)
    func run(_ isAgain: Bool) throws -> ([Float], [Float], [Float]) {
      let generator = RandomState(seed: 3)
      func part() -> NDArray {
        calls += 1
        return (w * generator.normal(50)).sum()
      }
      let (value, gradients) = try valueAndGrad({ try isAgain ? checkpoint { part() } : part() }, of: [w])()
      return (try value.floats(), try gradients[w]!.floats(), try generator.random(3).floats())
    }
    let one = try run(false), two = try run(true)
    #expect(one == two)
    #expect(try calls.value.item(as: Int32.self) == 2)
  }

  /// h' = tanh(h·U): its slope needs h', which is kept. So the way back has two products, of h and of U, and does not compute h·U again.
  @Test func aStepWhoseSlopeNeedsItsResultMakesNoProductAgain() throws {
    func run(_ U: NDArray, slots: Int? = nil) throws -> NDArray {
      func steps() throws -> NDArray {
        try forLoop(0..<6, carry: linspace(-1, 1, count: 12).reshaped(3, 4).asType(U.dtype)) { _, h in tanh(dot(h, U)) }.sum()
      }
      return try slots.map { try checkpoint(slots: $0) { try steps() } } ?? steps()
    }
    let slope = grad { (U: NDArray) in try run(U) }, compiled = jit { (U: NDArray) in try slope(U) }
    let U = linspace(-0.5, 0.7, count: 16).reshaped(4, 4)
    let graph = try compiled.graph(U), products = graph.split(separator: "\n").count { $0.contains("= dot ") }
    #expect(products == 3, "\(graph)")
    let few = grad { (U: NDArray) in try run(U, slots: 5) }
    #expect(try few(U).floats() == compiled(U).floats())
    // Against central differences.
    let f64 = U.asType(.f64), exact = try grad { (U: NDArray) in try run(U) }(f64)
    for place in [0, 6, 15] {
      let nudge = zeros(16, dtype: .f64).at[place].set(1e-5).reshaped(4, 4)
      let difference = try ((run(f64 + nudge) - run(f64 - nudge)) / 2e-5).item(as: Double.self)
      let slope = try exact.flattened()[place].item(as: Double.self)
      #expect((slope - difference).magnitude < 1e-8)
    }
  }

  /// Steps with an index, rows, what they share, and outputs; forwards and in reverse; whose number is no power.
  @Test(arguments: [13, 15, 30, 60]) func fewSlotsChangeNoBit(_ slots: Int) throws {
    let rows = sin(arange(50 * 5, dtype: .f32)).reshaped(50, 5)
    let p = [NDArray([0.1, 0.2, 0.3, 0.4, 0.5]), NDArray(0.9), rows]
    for reverse in [false, true] {
      func steps(_ p: [NDArray]) throws -> NDArray {
        let (last, outputs) = try scan(p[2], init: p[0], reverse: reverse) { (y: NDArray, row: NDArray) in
          let next = tanh(y * p[1] + row)
          return (next, next * row)
        }
        return (last * last).sum() + sin(outputs).sum()
      }
      try expectSame(steps, { p in try checkpoint(slots: slots) { try steps(p) } }, p)
      func indexed(_ p: [NDArray]) throws -> NDArray {
        try forLoop(0..<50, carry: p[0], reverse: reverse) { i, y in tanh(y * p[1] + 0.01 * i) * cos(p[1] * i) }.sum()
      }
      try expectSame(indexed, { p in try checkpoint(slots: slots) { try indexed(p) } }, Array(p.prefix(2)))
    }
  }

  /// 100 steps of 2¹⁸ numbers: more than a loop keeps by itself. With a slot for each step the bits are the same.
  @Test func aLongLoopKeepsFewerByItself() throws {
    let x = linspace(-1, 1, count: 1 << 18)
    func steps(_ p: [NDArray]) throws -> NDArray { try forLoop(0..<100, carry: p[0]) { _, y in sin(y * p[1]) }.mean() }
    try expectSame(steps, { p in try checkpoint(slots: 100) { try steps(p) } }, [x, NDArray(1.01)])
  }

  /// 20 000 steps of 4096 numbers carry 328 MB. (In a process of its own: the limit is that of a process.)
  @Test func aLongLoopStaysWithinALimitOfMemory() async {
    await #expect(processExitsWith: .success) {
      let slope = grad { (w: NDArray) in
        try forLoop(0..<20_000, carry: ones(4096)) { _, y in sqrt(y * w) }.sum()
      }
      Engine.memoryLimit = 40 << 20
      // √(y w) stays at 1, with the slope ½ + ¼ + … = 1 for each of the numbers.
      let result = try slope(NDArray(1.0)).item(as: Float.self)
      try #require((result - 4096).magnitude < 0.1)
      // With a slot for each step it does not do.
      #expect(throws: HillockError.self) { try checkpoint(slots: 20_000) { try slope(NDArray(1.0)) } }
    }
  }

  @Test func callsAreMadeOnce() throws {
    let count = Counter()
    let f = grad { (w: NDArray) in
      try checkpoint(slots: 12) {
        try forLoop(0..<31, carry: NDArray(1.0)) { _, y in
          try tap(y) { _ in count.number += 1 }
          return y * w
        }
      }
    }
    #expect(try f(NDArray(1.0)).item(as: Float.self) == 31)
    #expect(count.number == 31)
    let inWhile = grad { (w: NDArray) in
      try whileLoop(
        carry: NDArray(1.0), NDArray(0, dtype: .i32), while: { _, n in n .< 5 },
        body: { y, n in
          try tap(y) { _ in count.number += 1 }
          return (y * w, n + 1)
        }
      ).0
    }
    #expect(try inWhile(NDArray(1.0)).item(as: Float.self) == 5)
    #expect(count.number == 36)
  }

  private final class Counter: @unchecked Sendable {
    // Calls come one at a time.
    var number = 0
  }

  @Test func tooFewSlotsAreAnErrorThatSaysHowMany() throws {
    let f = grad { (w: NDArray) in
      try checkpoint(slots: 5) { try forLoop(0..<1000, carry: NDArray(1.0)) { _, y in y * w } }
    }
    let error = #expect(throws: HillockError.self) { try f(NDArray(1.0)) }
    #expect(error?.code == .argument && error?.message.contains("checkpoint(slots: ") == true, "\(String(describing: error))")
    #expect(throws: HillockError.self) { try checkpoint(slots: 0) { 1 } }
  }
}
