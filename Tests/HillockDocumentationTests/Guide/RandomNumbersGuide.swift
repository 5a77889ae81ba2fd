// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/RandomNumbers.md.
@Suite(.serialized) struct RandomNumbersGuide {
  @Test func first() throws {
    random.seed(42)
    let u = random.uniform(2, 3, low: -1, high: 1)   // f32[2,3]
    let z = random.normal(1000, mean: 5, std: 0.1)
    let isHead = random.bernoulli(0.5, 10)           // bool[10]
    let die = random.randint(100, low: 1, high: 7)   // i32[100], 1 to 6
    #expect(u.shape == [2, 3] && isHead.dtype == .bool)
    #expect(try u.floats().allSatisfy { $0 >= -1 && $0 <= 1 } && die.ints().allSatisfy { (1...6).contains($0) })
    #expect(try abs(z.mean().item(as: Double.self) - 5) < 5 * 0.1 / 1000.0.squareRoot())
    random.seed(42)
    #expect(try random.uniform(2, 3, low: -1, high: 1).floats() == u.floats())
  }

  @Test func generators() throws {
    let noise = RandomState(seed: 1), again = RandomState(seed: 1)
    let first = noise.normal(3)
    let second = noise.normal(3)                     // other numbers
    let repeated = again.normal(3)                   // those of `first`
    #expect(try first.floats() == repeated.floats() && first.floats() != second.floats())
    let rates = NDArray([0.0, 0.5, 1.0])
    let spikes = noise.bernoulli(rates, 1000, 3)             // a column for each rate
    #expect(try spikes.shape == [1000, 3] && spikes[.all, 0].any().item(as: Bool.self) == false)
    #expect(try spikes[.all, 2].all().item(as: Bool.self))
    let wrong = noise.bernoulli(1.5, 10)
    print(wrong.error?.code == .argument)            // true
    #expect(wrong.error?.code == .argument)
  }

  @Test func compiled() throws {
    let generator = RandomState(seed: 7)
    let jump = jit { (x: NDArray) in x + generator.normal(x.shape) }
    let a = try jump(zeros(2)), b = try jump(zeros(2))       // differ

    let walk = try forLoop(0..<100, carry: zeros(2)) { _, x in x + generator.normal(2) }
    #expect(try a.floats() != b.floats())
    let plain = RandomState(seed: 7)
    #expect(try plain.normal([2]).floats() == a.floats() && plain.normal([2]).floats() == b.floats())
    var expected = zeros(2)
    for _ in 0..<100 { expected = expected + plain.normal(2) }
    #expect(try walk.floats() == expected.floats(), "the loop draws what a Swift loop draws")
  }
}
