// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/JitAndObjects.md.
@Suite(.serialized) struct JitAndObjectsGuide {
  @Test func first() throws {
    let weights = Variable(zeros(2))
    let step = jit { (X: NDArray, y: NDArray) in
      let error = dot(X, weights) - y
      weights -= 0.5 * dot(error, X) / X.shape[0]
      return (error * error).mean()
    }
    let X = NDArray([[1.0, 0], [0, 1]]), y = NDArray([1.0, 2])
    let first = try step(X, y)                       // 2.5
    for _ in 0..<100 { _ = try step(X, y) }
    print(weights)                                   // [1, 2], nearly
    #expect(try first.item(as: Float.self) == 2.5)
    #expect(try zip(weights.floats(), [1, 2]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func arguments() throws {
    let power = jit { (x: NDArray, n: Int) in
      var y = onesLike(x)
      for _ in 0..<n { y = y * x }
      return y
    }
    let squares = try power(NDArray([1, 2, 3]), 2)           // [1, 4, 9]
    let cubes = try power(NDArray([1, 2, 3]), 3)             // [1, 8, 27]: traced again
    print(power.statistics.count)                            // 2
    #expect(try squares.ints() == [1, 4, 9] && cubes.ints() == [1, 8, 27] && power.statistics.count == 2)
  }

  @Test func floats() throws {
    let divide = jit { (x: NDArray, a: Double) in x / a }
    let up = try divide(ones(1), 0.0)                        // [inf]
    let low = try divide(ones(1), -0.0)                      // [-inf]: another program
    #expect(try up.floats() == [.infinity] && low.floats() == [-.infinity] && divide.statistics.count == 2)
  }

  @Test func structures() throws {
    struct State: ArrayTree {
      var V: NDArray, w: NDArray
      func visit(_ visitor: inout TreeVisitor) { V.visit(&visitor); w.visit(&visitor) }
      func map(_ transform: (NDArray) throws -> NDArray) rethrows -> State {
        State(V: try V.map(transform), w: try w.map(transform))
      }
    }

    let advance = jit { (s: State) in State(V: s.V + s.w, w: 0.5 * s.w) }
    let next = try advance(State(V: zeros(2), w: ones(2)))
    #expect(try next.V.floats() == [1, 1] && next.w.floats() == [0.5, 0.5])
  }

  @Test func constants() throws {
    var scale = 2.0
    let scaled = jit { (x: NDArray) in x * scale }
    let before = try scaled(ones(1))                         // 2
    scale = 3
    let after = try scaled(ones(1))                          // still 2
    scaled.forget()
    let again = try scaled(ones(1))                          // 3
    #expect(try before.floats() == [2] && after.floats() == [2] && again.floats() == [3])
  }

  @Test func objects() throws {
    final class Average: Base {
      let sum = Variable(zeros(2)), count = Variable(zeros([]))
      var weight = 1.0

      func add(_ x: NDArray) -> NDArray {
        sum += weight * x
        count += weight
        return sum / count
      }
    }

    let average = Average()
    let add = jit(average, Average.add)
    let a = try add(NDArray([1.0, 10]))                      // [1, 10]
    let b = try add(NDArray([3.0, 30]))                      // [2, 20]
    #expect(try a.floats() == [1, 10] && b.floats() == [2, 20])
    add.staticState = .retrace                               // or .warn, .error, .off
    average.weight = 2
    let c = try add(NDArray([5.0, 50]))                      // [3.5, 35]
    #expect(try c.floats() == [3.5, 35])
  }

  @Test func objectsThatAreCalled() throws {
    final class Counter: Base, Callable1 {
      let n = Variable(zeros(1))
      func callAsFunction(_ x: NDArray) { n += x }
    }

    let counter = Counter()
    let count = jit(counter)
    try count(ones(1))                                       // counter.n: [1]
    #expect(try counter.n.floats() == [1])
    let same = jit(counter, Counter.callAsFunction)
    try same(ones(1))
    #expect(try counter.n.floats() == [2])
  }

  enum Shared { static let counter = Variable(zeros(1)) }

  @Test func outliving() throws {
    let countShared = jit { (x: NDArray) in Shared.counter += x }
    try countShared(ones(1))
    try countShared(ones(1))
    print(Shared.counter)                                    // Variable(NDArray([2.], dtype=float32))
    #expect("\(Shared.counter)" == "Variable(NDArray([2.], dtype=float32))")
  }

  @Test func discovery() throws {
    final class Layer: Base {
      let w = TrainVar(zeros(3)), b = TrainVar(zeros([]))
    }

    final class Net: Base {
      let layers = [Layer(), Layer()], rate = Variable(NDArray(0.1))
    }

    let net = Net()
    print(try net.vars(method: .relative).keys)
    // ["rate", "layers[0].w", "layers[0].b", "layers[1].w", "layers[1].b"]
    print(try net.trainVars().count)                         // 4
    #expect(try net.vars(method: .relative).keys == ["rate", "layers[0].w", "layers[0].b", "layers[1].w", "layers[1].b"])
    #expect(try net.trainVars().count == 4)
  }
}
