import Hillock
import Synchronization
import Testing

@Suite struct RandomTests {
  @Test func oneSeedGivesTheSameNumbersEverywhere() throws {
    let plain = RandomState(seed: 42), traced = RandomState(seed: 42)
    func draw(_ state: RandomState) -> (NDArray, NDArray, NDArray, NDArray) {
      (
        state.uniform(1000, low: -1, high: 1), state.normal([10, 20], mean: 1, std: 2), state.randint(50, low: -3, high: 9),
        state.bernoulli(0.3, 100)
      )
    }
    let f = jit { draw(traced) }
    for _ in 0..<3 {
      let (a, b) = (draw(plain), try f())
      #expect(try areIdentical(a.0, b.0))
      #expect(try areIdentical(a.1, b.1))
      #expect(try areIdentical(a.2, b.2))
      #expect(try areIdentical(a.3, b.3))
    }
    #expect(try areIdentical(plain.value, traced.value))
  }

  /// Each step of a loop draws what the same draw outside gives, whether the loop is compiled alone or inside `jit`.
  @Test func oneSeedGivesTheSameNumbersInLoops() throws {
    let eager = RandomState(seed: 5), looped = RandomState(seed: 5), jitted = RandomState(seed: 5)
    let rows = try forLoop(0..<20) { i in looped.normal(7) }
    let inJit = jit { try forLoop(0..<20) { i in jitted.normal(7) } }
    let rows2 = try inJit()
    for i in 0..<20 {
      let expected = eager.normal(7)
      #expect(try areIdentical(rows[i], expected))
      #expect(try areIdentical(rows2[i], expected))
    }
    #expect(try areIdentical(eager.value, looped.value))
    #expect(try areIdentical(eager.value, jitted.value))
  }

  @Test func seedingStartsAgain() throws {
    let state = RandomState(seed: 7)
    let first = state.random(5)
    let second = state.random(5)
    #expect(try !areIdentical(first, second))
    state.seed(7)
    #expect(try areIdentical(state.random(5), first))
  }

  /// Means and variances within five standard errors, at a fixed seed.
  @Test(arguments: [DType.f32, .f64]) func momentsAreThoseOfTheDistribution(dtype: DType) throws {
    let state = RandomState(seed: 1), n = 100_000
    let u = state.random(n, dtype: dtype)
    #expect(u.dtype == dtype)
    #expect(Swift.abs(try u.mean().item(as: Double.self) - 0.5) < 5 * 0.2887 / Double(n).squareRoot())
    #expect(try u.min().item(as: Double.self) >= 0)
    #expect(try u.max().item(as: Double.self) < 1)
    let z = state.normal([n], dtype: dtype)
    #expect(Swift.abs(try z.mean().item(as: Double.self)) < 5 / Double(n).squareRoot())
    #expect(Swift.abs(try z.variance().item(as: Double.self) - 1) < 5 * (2 / Double(n)).squareRoot())
    #expect(Swift.abs(try (z ** 4).mean().item(as: Double.self) - 3) < 5 * (96 / Double(n)).squareRoot())
    let k = state.randint([n], low: 0, high: 4)
    #expect(try k.min().item(as: Int.self) == 0)
    #expect(try k.max().item(as: Int.self) == 3)
    #expect(Swift.abs(try k.mean().item(as: Double.self) - 1.5) < 5 * 1.118 / Double(n).squareRoot())
  }

  /// Box and Muller's formula over two uniform numbers an element, of blocks 0 to n - 1 and n to 2n - 1 under the same key.
  @Test func doublesAreMadeOfTwoBlocks() throws {
    let n = 1_000
    let z = RandomState(seed: 3).normal([n], dtype: .f64), u = RandomState(seed: 3).random(2, n, dtype: .f64)
    let expected = sqrt(-2 * log(1 - u[0])) * cos(2 * Double.pi * u[1])
    #expect(z.dtype == .f64 && expected.dtype == .f64)
    #expect(try abs(z - expected).max().item(as: Double.self) < 1e-14)
    // Drawn in each step of a loop they are those that one draw after the other gives.
    let (looped, eager) = (RandomState(seed: 4), RandomState(seed: 4))
    let rows = try forLoop(0..<5) { _ in looped.normal([n], dtype: .f64) }
    for step in 0..<5 { #expect(try (rows[step] .== eager.normal([n], dtype: .f64)).all().item(as: Bool.self)) }
  }

  @Test func theDefaultGeneratorCanBeSeeded() throws {
    // Other tests draw from it at the same time: only its own key is looked at.
    #expect(random.shape == [2])
    #expect(random.dtype == .u32)
    #expect(RandomState(seed: (1 << 32) + 5).description == "Variable(NDArray([1, 5], dtype=uint32))")
  }

  @Test func badArgumentsAreErrors() {
    let state = RandomState()
    #expect(state.uniform(2, dtype: .i32).error?.code == .dtype)
    #expect(state.randint(2, low: 3, high: 3).error?.code == .argument)
    #expect(state.normal([-1]).error?.code == .shape)
  }

  /// 3 200 draws of 53 bits: two alike among them would be a chance of 6·10⁻¹⁰.
  @Test func drawsOnManyThreadsAreAllDistinctAndNoneFails() throws {
    let generator = RandomState(seed: 3)
    let f = jit { () in generator.random(2, dtype: .f64) }
    let kept = Mutex<[[Double]]>([])
    try onThreads(4) { thread in
      for call in 0..<400 {
        let x = (thread + call) % 3 == 0 ? generator.random(2, dtype: .f64) : try f()
        let drawn = try [x[0].item(as: Double.self), x[1].item(as: Double.self)]
        kept.withLock { $0.append(drawn) }
      }
    }
    let all = kept.withLock { $0.flatMap { $0 } }
    #expect(all.count == 3200)
    #expect(Set(all).count == 3200)
    #expect(generator.error == nil)
  }

  /// Each of the 1 600 draws moves the key on by one: none is lost.
  @Test func noDrawIsLostBetweenThreads() throws {
    let generator = RandomState(seed: 11), twin = RandomState(seed: 11)
    let f = jit { () in generator.random(1) }
    try onThreads(4) { thread in
      for _ in 0..<400 { _ = thread == 0 ? try generator.random(1).checked() : try f() }
    }
    for _ in 0..<1600 { _ = twin.split() }
    #expect(try bytes(generator.value) == bytes(twin.value))
  }

  /// A run that holds other Variables too waits for the key alone.
  @Test func onlyTheKeyOfAGeneratorIsWaitedFor() throws {
    let generator = RandomState(seed: 5), own = (0..<4).map { _ in Variable(zeros(1)) }
    let draws = own.map { v in jit { () in v += generator.random(1) } }
    try onThreads(4) { thread in for _ in 0..<200 { try draws[thread]() } }
    for v in own { #expect(try v.value.floats()[0] > 50) }
  }

  /// A callback may draw while other threads draw outside runs; a run that has the key makes it an error, never a wait for itself.
  @Test func aCallbackThatDrawsDoesNotWaitForItsOwnRun() throws {
    let generator = RandomState(seed: 5)
    let f = jit { (x: NDArray) in
      let drawn = generator.random(1)
      let inner = try hostCall(x, returning: ArrayForm([1])) { _ in generator.random(1) }
      return drawn + inner
    }
    let error = #expect(throws: HillockError.self) { try f(ones(1)) }
    #expect(error?.message.contains("is being written by") == true)
    #expect(try generator.random(1).floats().count == 1)
    let v = Variable(zeros(1))
    let g = jit { (x: NDArray) in
      v += x
      return try hostCall(x, returning: ArrayForm([1])) { _ in generator.random(1) }
    }
    g.conflicts = .wait
    try onThreads(4) { thread in
      for _ in 0..<100 { if thread == 0 { _ = try g(ones(1)) } else { _ = try generator.random(1).checked() } }
    }
  }
}
