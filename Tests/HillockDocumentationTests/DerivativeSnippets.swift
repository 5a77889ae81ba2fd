// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of Sources/Hillock/Transformations.
@Suite struct DerivativeSnippets {
  @Test func gradients() throws {
    let slope = grad { (x: NDArray) in (x ** 3).sum() }
    _ = try slope(NDArray([1.0, 2.0]))                 // [3, 12]
    #expect(try slope(NDArray([1.0, 2.0])).floats() == [3, 12])
  }

  @Test func valueAndGradient() throws {
    let f = valueAndGrad { (x: NDArray) in (x * x).sum() }
    let (value, gradient) = try f(NDArray([3.0, 4.0]))
    _ = value                             // 25
    _ = gradient                          // [6, 8]
    #expect(try value.floats() == [25] && gradient.floats() == [6, 8])
  }

  @Test func auxiliary() throws {
    let f = valueAndGrad(aux: { (x: NDArray) in ((x * x).sum(), x.mean()) })
    let (value, gradient, average) = try f(NDArray([3.0, 5.0]))
    _ = average                           // 4
    #expect(try value.floats() == [34] && gradient.floats() == [6, 10] && average.floats() == [4])
  }

  @Test func variables() throws {
    let w = TrainVar(NDArray([1.0, 2.0]))
    let slope = grad({ (x: NDArray) in (w * x).sum() }, of: [w])
    _ = try slope(NDArray([5.0, 7.0]))[w]!             // [5, 7]
    #expect(try slope(NDArray([5.0, 7.0]))[w]!.floats() == [5, 7])
  }

  @Test func gradientsOfVariables() throws {
    let w = TrainVar(NDArray([1.0, 2.0]))
    let gradients = try grad({ (w * w).sum() }, of: [w])()
    _ = gradients[w]!                     // [2, 4]
    #expect(try gradients[w]!.floats() == [2, 4])
  }

  final class Line: Base {
    let a = TrainVar(1.0), b = TrainVar(0.0)
    func loss(_ x: NDArray, _ y: NDArray) -> NDArray { square(a * x + b - y).mean() }
  }

  @Test func models() throws {
    let line = Line()
    let step = valueAndGrad(line.loss, of: try line.trainVars())
    let (loss, gradients) = try step(NDArray([0.0, 1.0]), NDArray([1.0, 3.0]))
    _ = gradients[line.b]!                // -3
    #expect(try loss.floats() == [2.5] && gradients[line.b]!.floats() == [-3] && gradients[line.a]!.floats() == [-2])
  }

  @Test func forwardAndReverse() throws {
    let (y, dy) = try jvp({ (x: NDArray) in x * x }, at: NDArray([1.0, 2.0]), along: NDArray([1.0, 10.0]))
    _ = y                                 // [1, 4]
    _ = dy                                // [2, 40]
    #expect(try y.floats() == [1, 4] && dy.floats() == [2, 40])
  }

  @Test func reverse() throws {
    let (y, back) = try vjp({ (x: NDArray) in x * x }, at: NDArray([1.0, 2.0]), cotangent: NDArray([1.0, 10.0]))
    _ = back                              // [2, 40]
    #expect(try y.floats() == [1, 4] && back.floats() == [2, 40])
  }

  @Test func second() throws {
    let product = try hessianVectorProduct({ (x: NDArray) in (x ** 3).sum() }, at: NDArray([1.0, 2.0]), along: NDArray([1.0, 1.0]))
    _ = product                           // [6, 12]
    #expect(try product.floats() == [6, 12])

    _ = try jacobian { (x: NDArray) in x * x }(NDArray([1.0, 2.0]))      // [[2, 0], [0, 4]]
    _ = try jacobianForward { (x: NDArray) in x * x }(NDArray([1.0, 2.0]))      // [[2, 0], [0, 4]]
    _ = try hessian { (x: NDArray) in (x ** 3).sum() }(NDArray([1.0, 2.0]))      // [[6, 0], [0, 12]]
    #expect(try jacobian { (x: NDArray) in x * x }(NDArray([1.0, 2.0])).floats() == [2, 0, 0, 4])
    #expect(try jacobianForward { (x: NDArray) in x * x }(NDArray([1.0, 2.0])).floats() == [2, 0, 0, 4])
    #expect(try hessian { (x: NDArray) in (x ** 3).sum() }(NDArray([1.0, 2.0])).floats() == [6, 0, 0, 12])
  }

  @Test func bothAtOnce() throws {
    let w = TrainVar(NDArray([1.0, 2.0]))
    let step = valueAndGrad({ (x: NDArray) in (w * x * x).sum() }, ofArgumentAnd: [w])
    let (value, gradients, gradient) = try step(NDArray([3.0, 4.0]))
    _ = gradients[w]!                     // [9, 16]
    _ = gradient                          // [6, 16]
    #expect(try value.floats() == [41] && gradients[w]!.floats() == [9, 16] && gradient.floats() == [6, 16])
  }

  @Test func moreThanTheLoss() throws {
    let w = TrainVar(3.0)
    let step = valueAndGrad(aux: { (x: NDArray) in (square(w * x).sum(), ["largest": x.max()]) }, of: [w])
    let (loss, gradients, more) = try step(NDArray([1.0, 2.0]))
    _ = more["largest"]!                  // 2
    #expect(try loss.floats() == [45] && gradients[w]!.floats() == [30] && more["largest"]!.floats() == [2])
  }

  @Test func computedAgain() throws {
    let slope = grad { (x: NDArray) in
      let features = try checkpoint { tanh(x * x) * exp(-x) }
      return (features * features).sum()
    }
    _ = try slope(ones(1000))
    #expect(try slope(ones(1000)).shape == [1000])
  }

  @Test func slots() throws {
    let slope = grad { (w: NDArray) in
      try checkpoint(slots: 40) {
        try forLoop(0..<1000, carry: ones(100)) { _, y in y * w }.sum()
      }
    }
    _ = try slope(NDArray(0.999))
    #expect(try abs(slope(NDArray(1.0)) - 100_000).max().item(as: Float.self) < 1)
  }

  @Test func rulesOfYourOwn() throws {
    // log(1 + eˣ), whose slope does not overflow.
    let softplus = customVJP({ (x: NDArray) in log(1 + exp(x)) }, vjp: { x, y, dy in dy * sigmoid(x) })
    _ = try grad { (x: NDArray) in try softplus(x).sum() }(NDArray([0.0, 200.0]))      // [0.5, 1]
    #expect(try grad { (x: NDArray) in try softplus(x).sum() }(NDArray([0.0, 200.0])).floats() == [0.5, 1])
  }

  @Test func rulesOfTwoArguments() throws {
    // x · y, of which only y learns.
    let scaled = customVJP({ (x: NDArray, y: NDArray) in x * y }, vjp: { x, y, z, dz in (zeros(x.shape), dz * x) })
    _ = try grad { (y: NDArray) in try scaled(NDArray([2.0, 3.0]), y).sum() }(NDArray([1.0, 1.0]))      // [2, 3]
    #expect(try grad { (y: NDArray) in try scaled(NDArray([2.0, 3.0]), y).sum() }(NDArray([1.0, 1.0])).floats() == [2, 3])
  }

  @Test func slopesOfYourOwn() throws {
    // The root of a number, whose slope is bounded at 0.
    let root = customJVP({ (x: NDArray) in sqrt(x) }, jvp: { x, y, dx in dx / (2 * maximum(y, 0.01)) })
    _ = try grad { (x: NDArray) in try root(x).sum() }(NDArray([0.0, 4.0]))      // [50, 0.25]
    #expect(try grad { (x: NDArray) in try root(x).sum() }(NDArray([0.0, 4.0])).floats() == [50, 0.25])
  }

  @Test func stopped() throws {
    _ = try grad { (x: NDArray) in (x * stopGradient(x)).sum() }(NDArray([3.0]))      // [3], where x * x would give [6]
    #expect(try grad { (x: NDArray) in (x * stopGradient(x)).sum() }(NDArray([3.0])).floats() == [3])
  }

  @Test func slopes() throws {
    // A step that learns: its slope is a sigmoid's.
    func spike(_ v: NDArray) -> NDArray {
      let s = sigmoid(4 * v)
      return withSlope((v .>= 0).asType(.f32), 4 * s * (1 - s), of: v)
    }
    _ = try grad { (v: NDArray) in spike(v).sum() }(NDArray([0.0]))      // [1]
    #expect(try spike(NDArray([-0.1, 0.0, 2.0])).floats() == [0, 1, 1])
    #expect(try grad { (v: NDArray) in spike(v).sum() }(NDArray([0.0])).floats() == [1])
  }
}

extension NDArray {
  fileprivate func floats() throws -> [Float] { try scalars(as: Float.self) }
}
