import Hillock
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
}
