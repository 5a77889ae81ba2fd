import Hillock
import Testing

/// Derivatives as users take them. Expected values are worked out by hand.
@Suite struct GradTests {
  @Test func ofAStructure() throws {
    let f = grad { (p: [String: NDArray]) in (p["a"]! * p["b"]!).sum() }
    let g = try f(["a": NDArray([1.0, 2.0]), "b": NDArray([5.0, 7.0])])
    #expect(try g["a"]!.scalars(as: Float.self) == [5, 7])
    #expect(try g["b"]!.scalars(as: Float.self) == [1, 2])
  }

  @Test func jittedAndPlainGiveTheSameBits() throws {
    func loss(_ x: NDArray, _ w: NDArray) -> NDArray { square(tanh(x * w) - 0.3).mean() }
    let x = linspace(-1, 1, count: 1000), w = linspace(0, 2, count: 1000)
    let slope = grad(loss)
    let plain = try slope(x, w), jitted = try jit(slope)(x, w)
    #expect(try plain.scalars(as: Float.self) == jitted.scalars(as: Float.self))
  }

  @Test func thirdDerivative() throws {
    let f: (NDArray) throws -> NDArray = { x in x ** 5 }
    // 60 x² at 2
    #expect(try grad(grad(grad(f)))(NDArray(2.0)).item(as: Float.self) == 240)
  }

  @Test func gradientsOfVariablesAreByVariable() throws {
    let a = TrainVar(NDArray([1.0, 2.0])), b = TrainVar(3.0), unread = TrainVar(NDArray([5.0]))
    let f = valueAndGrad({ (x: NDArray) in (a * a * x).sum() * b }, of: [a, b, unread, a])
    let (value, gradients) = try f(NDArray([1.0, 10.0]))
    #expect(try value.item(as: Float.self) == 123)
    #expect(gradients.count == 3)
    #expect(try gradients[a]!.scalars(as: Float.self) == [6, 120])
    #expect(try gradients[b]!.item(as: Float.self) == 41)
    #expect(try gradients[unread]!.scalars(as: Float.self) == [0])
    #expect(try a.value.scalars(as: Float.self) == [1, 2])
  }

  @Test func ofTheArgumentAndVariablesAtOnce() throws {
    let w = TrainVar(NDArray([1.0, 2.0])), calls = Variable(NDArray(0, dtype: .i32))
    func loss(_ p: [String: NDArray], _ x: NDArray) -> NDArray {
      calls += 1
      return (w * p["a"]! * x).sum()
    }
    let f = valueAndGrad(loss, ofArgumentAnd: [w])
    let p = ["a": NDArray([5.0, 7.0])], x = NDArray([1.0, 10.0])
    let (value, gradients, gradient) = try f(p, x)
    #expect(try value.floats() == [145])
    #expect(try gradients[w]!.floats() == [5, 70])
    #expect(try gradient["a"]!.floats() == [1, 20])
    let more = valueAndGrad(
      aux: { (p: [String: NDArray], x: NDArray) in (loss(p, x), x.max()) }, ofArgumentAnd: [w])
    let all = try more(p, x)
    #expect(try all.value.floats() == [145] && all.aux.floats() == [10] && all.gradient["a"]!.floats() == [1, 20])
    let named = valueAndGrad(aux: { (x: NDArray) in ((w * x).sum(), ["x": x]) }, of: [w])
    let aux = try named(x)
    #expect(try aux.gradients[w]!.floats() == [1, 10] && aux.aux["x"]!.floats() == [1, 10])
    #expect(try calls.value.item(as: Int32.self) == 2)
    let empty = valueAndGrad(loss, ofArgumentAnd: [Variable]())
    #expect(throws: HillockError.self) { try empty(p, x) }
  }

  /// The function is traced and computed once, whatever the number of rows.
  @Test func jacobiansComputeTheFunctionOnce() throws {
    let calls = Variable(NDArray(0, dtype: .i32))
    func f(_ x: NDArray) throws -> NDArray {
      calls += 1
      try tap(x) { _ in self.counter.count += 1 }
      return concatenate([x * x, x.sum().reshaped(1)])
    }
    let x = NDArray([1.0, 2.0]), expected: [Float] = [2, 0, 0, 4, 1, 1]
    #expect(try jacobian(f)(x).floats() == expected && jacobian(f)(x).shape == [3, 2])
    #expect(try jacobianForward(f)(x).floats() == expected)
    #expect(try calls.value.item(as: Int32.self) == 3)
    #expect(counter.count == 3)
    #expect(try jacobian { (x: NDArray) in x * 2 }(zeros(0)).shape == [0, 0])
    #expect(try jacobian { (x: NDArray) in x.sum() }(x).floats() == [1, 1])
    #expect(try jacobianForward { (x: NDArray) in x.sum() * ones(2, 2) }(x).shape == [2, 2, 2])
    #expect(throws: HillockError.self) { try jacobian { (x: NDArray) in x.asType(.i32) }(x) }
  }

  private let counter = Counter()

  @Test func whatTheFunctionWritesIsWrittenOnce() throws {
    let calls = Variable(NDArray(0, dtype: .i32)), w = TrainVar(2.0)
    let f = valueAndGrad(
      { () -> NDArray in
        calls += 1
        return w * w
      }, of: [w])
    _ = try f()
    #expect(try calls.value.item(as: Int32.self) == 1)
    let step = jit { () -> NDArray in
      let (loss, gradients) = try f()
      w -= 0.25 * gradients[w]!
      return loss
    }
    #expect(try step().item(as: Float.self) == 4)
    #expect(try w.value.item(as: Float.self) == 1)
    #expect(try calls.value.item(as: Int32.self) == 2)
  }

  @Test func throughALoop() throws {
    // y ← y w, four times: d(y w⁴)/dw = 4 y w³
    let f = grad { (w: NDArray) in try forLoop(0..<4, carry: NDArray(3.0)) { _, y in y * w } }
    #expect(try f(NDArray(2.0)).item(as: Float.self) == 96)
  }

  /// The number that all positions share is spread over them before the loop; its gradient is a number again.
  @Test func ofANumberThatAllPositionsOfALoopShare() throws {
    let x = NDArray([1.0, 2.0, 3.0])
    let f = grad { (w: NDArray) in try forLoop(0..<3, carry: x) { _, y in y * w }.sum() }
    let slope = try f(NDArray(2.0))
    #expect(slope.shape == [])
    // Σ x · 3 w²
    #expect(try slope.item(as: Float.self) == 72)
  }

  /// What is computed again on the way back does not call again.
  @Test func callsInALoopAreMadeOnce() throws {
    let counter = Counter()
    let f = grad { (w: NDArray) in
      try forLoop(0..<4, carry: NDArray(1.0)) { _, y in
        try tap(y) { _ in counter.count += 1 }
        return y * w
      }
    }
    #expect(try f(NDArray(1.0)).item(as: Float.self) == 4)
    #expect(counter.count == 4)
  }

  private final class Counter: @unchecked Sendable {
    // Calls come one at a time.
    var count = 0
  }

  @Test func throughAScanOfRows() throws {
    // Σ over steps of cᵢ with cᵢ = cᵢ₋₁ + xᵢ²: x₀ counts three times, x₁ twice, x₂ once.
    let f = grad { (x: NDArray) in
      let (_, sums) = try scan(x, init: NDArray(0.0)) { c, x in
        let next = c + x * x
        return (next, next)
      }
      return sums.sum()
    }
    #expect(try f(NDArray([1.0, 1.0, 1.0])).scalars(as: Float.self) == [6, 4, 2])
  }

  @Test func throughAWhileLoop() throws {
    // Newton's steps for √a: the derivative of the fixed point is 1 / (2 √a).
    let f = grad { (a: NDArray) in
      try whileLoop(carry: NDArray(1.0, dtype: .f64), while: { x in abs(x * x - a) .> 1e-13 }, body: { x in (x + a / x) / 2 })
    }
    let slope = try f(NDArray(4.0, dtype: .f64)).item(as: Double.self)
    #expect((slope - 0.25).magnitude < 1e-12)
  }

  /// More steps than slots: some are computed again.
  @Test func throughALongWhileLoop() throws {
    // x ← x w, 200 times: d/dw = 200 w¹⁹⁹
    let f = grad { (w: NDArray) in
      try whileLoop(
        carry: NDArray(1.0, dtype: .f64), NDArray(0, dtype: .i32), while: { _, n in n .< 200 }, body: { x, n in (x * w, n + 1) }
      ).0
    }
    let slope = try f(NDArray(1.0, dtype: .f64)).item(as: Double.self)
    #expect(slope == 200)
  }

  @Test func aBranchThatIsNotTakenContributesNothing() throws {
    let f = grad { (x: NDArray) in
      try cond(x .> 0) {
        sqrt(x)
      } else: {
        x * 3
      }
    }
    #expect(try f(NDArray(0.0)).item(as: Float.self) == 3)
    #expect(try f(NDArray(4.0)).item(as: Float.self) == 0.25)
  }

  @Test func ofAGradientStep() throws {
    // w' = w - (dL/dw) with L = (w - x)²: w' = 2 x - w, so d(w'²)/dx = 4 w'.
    let f = grad { (x: NDArray) in
      let w = NDArray(1.0)
      let next = w - (try grad { (w: NDArray) in square(w - x) }(w))
      return next * next
    }
    #expect(try f(NDArray(2.0)).item(as: Float.self) == 12)
  }

  @Test func jacobiansAgree() throws {
    let f: (NDArray) throws -> NDArray = { x in x * x.sum() }
    // d(xᵢ Σx)/dxⱼ = δᵢⱼ Σx + xᵢ
    let expected: [Float] = [7, 1, 1, 2, 8, 2, 3, 3, 9]
    #expect(try jacobian(f)(NDArray([1.0, 2.0, 3.0])).scalars(as: Float.self) == expected)
    #expect(try jacobianForward(f)(NDArray([1.0, 2.0, 3.0])).scalars(as: Float.self) == expected)
  }

  @Test func ofAMatrixProduct() throws {
    // d Σ(A B) / dA = 1 Bᵀ: row sums of B; of B: column sums of A.
    let f = grad { (p: [NDArray]) in matmul(p[0], p[1]).sum() }
    let g = try f([NDArray([[1.0, 2.0], [3.0, 4.0]]), NDArray([[5.0, 6.0, 7.0], [8.0, 9.0, 10.0]])])
    #expect(try g[0].scalars(as: Float.self) == [18, 27, 18, 27])
    #expect(try g[1].scalars(as: Float.self) == [4, 4, 4, 6, 6, 6])
  }

  // MARK: With batches

  /// A gradient for each sample, against one after the other.
  @Test func perSampleGradients() throws {
    let w = NDArray([0.5, -1.0, 2.0])
    func slope(_ x: NDArray) throws -> NDArray { try grad { (w: NDArray) in square(tanh((w * x).sum())) }(w) }
    let X = (arange(6, dtype: .f32) * 0.25).reshaped(2, 3)
    let all = try vmap(slope)(X)
    #expect(all.shape == [2, 3])
    for lane in 0..<2 {
      let difference = try abs(all[lane] - slope(X[lane])).max().item(as: Float.self)
      #expect(difference < 1e-6)
    }
  }

  @Test func gradientOfABatchedLoop() throws {
    // Each lane: y ← y w three times from its x: Σ x w³, so the slope is 3 w² Σ x.
    let x = NDArray([1.0, 2.0, 3.0])
    let f = grad { (w: NDArray) in
      try vmap { (x: NDArray) in try forLoop(0..<3, carry: x) { _, y in y * w } }(x).sum()
    }
    #expect(try f(NDArray(2.0)).item(as: Float.self) == 72)
  }

  // MARK: Errors

  @Test func aLossOfSeveralNumbersIsRefused() throws {
    #expect {
      _ = try grad { (x: NDArray) in x * x }(NDArray([1.0, 2.0]))
    } throws: { "\($0)".contains("returns f32[2]") && "\($0)".contains(".sum()") }
  }

  @Test func integersHaveNoGradient() throws {
    #expect {
      _ = try grad { (x: NDArray) in x.sum() }(NDArray([1, 2], dtype: .i32))
    } throws: { "\($0)".contains("the argument is i32") }
    let n = Variable(NDArray(1, dtype: .i32))
    #expect {
      _ = try grad({ n.value.asType(.f32) }, of: [n])()
    } throws: { "\($0)".contains("which has no gradient") }
  }

  @Test func anEmptyCollectionIsRefused() throws {
    #expect {
      _ = try grad({ NDArray(1.0) }, of: [Variable]())()
    } throws: { "\($0)".contains("the collection is empty") }
  }

  @Test func aCallOfSwiftHasNoDerivative() throws {
    #expect {
      _ = try grad { (x: NDArray) in (try hostCall(x, returning: ArrayForm([2])) { $0[0] }).sum() }(NDArray([1.0, 2.0]))
    } throws: { "\($0)".contains("has no derivative") && "\($0)".contains("stopGradient") && "\($0)".contains("customVJP") }
  }
}
