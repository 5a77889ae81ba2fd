import Hillock
import Testing

/// Functions with a rule of the user's own. Expected values are worked out by hand.
@Suite struct CustomDerivativeTests {
  /// x, whose cotangent is clipped to ±1.
  private let clipped = customVJP({ (x: NDArray) in x * 1 }, vjp: { x, y, dy in minimum(maximum(dy, -1), 1) })
  /// x², whose rule says 3 x² (so that it is seen which one is used).
  private let odd = customVJP({ (x: NDArray) in x * x }, vjp: { x, y, dy in dy * 3 * x * x })
  private let oddForward = customJVP({ (x: NDArray) in x * x }, jvp: { x, y, dx in dx * 3 * x * x })

  @Test func theRuleIsTheSlope() throws {
    #expect(try clipped(NDArray([2.0, 3.0])).floats() == [2, 3])
    let f = grad { (x: NDArray) in try (5 * self.clipped(x)).sum() + x.sum() }
    #expect(try f(NDArray([2.0, 3.0])).floats() == [2, 2])
    #expect(try jit(f)(NDArray([2.0, 3.0])).floats() == [2, 2])
    let plain = jit { (x: NDArray) in try self.clipped(x) + 1 }
    #expect(try plain(NDArray([2.0])).floats() == [3])
  }

  @Test func theRuleIsDifferentiatedForASecondDerivative() throws {
    // The first derivative is 3 x², so the second 6 x.
    for f in [odd, oddForward] {
      let slope: (NDArray) throws -> NDArray = grad { (x: NDArray) in try f(x).sum() }
      #expect(try slope(NDArray([1.0, 2.0])).floats() == [3, 12])
      #expect(try grad { (x: NDArray) in try slope(x).sum() }(NDArray([1.0, 2.0])).floats() == [6, 12])
    }
    #expect(try hessian { (x: NDArray) in try self.oddForward(x).sum() }(NDArray([1.0, 2.0])).floats() == [6, 0, 0, 12])
    // The result in a rule has the rule's slope as well: y' = y, y'' = y' = y.
    let growth = customVJP({ (x: NDArray) in exp(x) }, vjp: { x, y, dy in dy * y })
    let first: (NDArray) throws -> NDArray = grad { (x: NDArray) in try growth(x) }
    let second = grad { (x: NDArray) in try first(x) }
    #expect(try second(NDArray(0.0)).floats() == [1])
  }

  @Test func forwardModeFollowsACustomJVPAndRefusesACustomVJP() throws {
    let (y, dy) = try jvp({ (x: NDArray) in try self.oddForward(x) }, at: NDArray([2.0]), along: NDArray([10.0]))
    #expect(try y.floats() == [4] && dy.floats() == [120])
    let error = #expect(throws: HillockError.self) {
      try jvp({ (x: NDArray) in try self.odd(x) }, at: NDArray([2.0]), along: NDArray([10.0]))
    }
    #expect(error?.code == .argument && error?.message.contains("customJVP") == true)
    // Along what does not change it, it is the function.
    let (_, none) = try jvp(
      { (x: NDArray) in try x + self.odd(stopGradient(x)) }, at: NDArray([2.0]), along: NDArray([10.0]))
    #expect(try none.floats() == [10])
  }

  /// y = x⁸ by a loop of three squares, with the tangent carried beside it: its slope is 8 x⁷. The way back goes over the tangent alone.
  @Test func aRuleWithALoopHasAWayBack() throws {
    let power = customJVP(
      { (x: NDArray) in try forLoop(0..<3, carry: x) { _, y in y * y } },
      jvp: { x, _, dx in
        try forLoop(0..<3, carry: x, dx) { _, y, dy in (y * y, 2 * y * dy) }.1
      })
    #expect(try grad { (x: NDArray) in try power(x).sum() }(NDArray([1.0, 2.0])).floats() == [8, 1024])
  }

  @Test func inLoopsAndBranches() throws {
    // y ← y² with slope 3 y², twice from 1: 9.
    for f in [odd, oddForward] {
      let slope = grad { (x: NDArray) in try forLoop(0..<2, carry: x) { _, y in try f(y) } }
      #expect(try slope(NDArray(1.0)).floats() == [9])
      let branch = grad { (x: NDArray) in try cond(x .> 0, then: { try f(x) }, else: { x }) }
      #expect(try branch(NDArray(2.0)).floats() == [12] && branch(NDArray(-2.0)).floats() == [1])
      let counted = grad { (x: NDArray) in
        try whileLoop(carry: x, NDArray(0, dtype: .i32), while: { _, n in n .< 2 }, body: { y, n in (try f(y), n + 1) }).0
      }
      #expect(try counted(NDArray(1.0)).floats() == [9])
    }
  }

  @Test func inLanes() throws {
    let x = NDArray([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]), w = NDArray([2.0, -1.0])
    for f in [odd, oddForward] {
      let slope = grad { (x: NDArray) in try f(x).sum() }
      let slopes = try vmap(slope)(x)
      #expect(try slopes.floats() == (3 * x * x).floats())
      let outside = try grad { (x: NDArray) in try vmap { (x: NDArray) in try f(x) }(x).sum() }(x)
      #expect(try outside.floats() == (3 * x * x).floats())
    }
    // What all lanes share gets the sum over them: d/dw Σ w x with the rule dw = 2 x dy.
    let product = customVJP({ (x: NDArray, w: NDArray) in x * w }, vjp: { x, w, y, dy in (dy * w, 2 * x * dy) })
    let shared = try grad { (w: NDArray) in try vmap({ (x: NDArray) in try product(x, w) })(x).sum() }(w)
    #expect(try shared.floats() == (2 * x.sum(axis: 0)).floats())
  }

  @Test func treesAndIntegersPassThrough() throws {
    let pick = customVJP(
      { (p: [String: NDArray]) in ["y": p["x"]! * p["n"]!.asType(.f32), "n": p["n"]!] },
      vjp: { p, y, dy in ["x": dy["y"]! * 7, "n": p["n"]!] })
    let n = NDArray([2, 3], dtype: .i32)
    let f = grad { (x: NDArray) in try pick(["x": x, "n": n])["y"]!.sum() }
    #expect(try f(NDArray([1.0, 1.0])).floats() == [7, 7])
  }

  @Test func callsOfSwiftGetASlope() throws {
    let square = customVJP(
      { (x: NDArray) in try hostCall(x, returning: ArrayForm([3])) { $0[0] * $0[0] } },
      vjp: { x, y, dy in try dy * hostCall(x, returning: ArrayForm([3])) { 2 * $0[0] } })
    let f = grad { (x: NDArray) in try square(x).sum() }
    #expect(try f(NDArray([1.0, 2.0, 5.0])).floats() == [2, 4, 10])
  }

  // MARK: Errors

  @Test func whatTheRuleGivesIsChecked() throws {
    func message(_ body: () throws -> Void) -> String {
      (#expect(throws: HillockError.self) { try body() })?.message ?? ""
    }
    let shape = customVJP({ (x: NDArray) in x * x }, vjp: { x, y, dy in dy.sum() })
    let x = NDArray([1.0, 2.0])
    let text = message { _ = try grad { (x: NDArray) in try shape(x).sum() }(x) }
    #expect(text.contains("cotangent of argument that is f32[]") && text.contains("f32[2]"), "\(text)")
    let tree = customVJP(
      { (p: [String: NDArray]) in p["a"]! * p["b"]! }, vjp: { p, y, dy in ["a": dy * p["b"]!] })
    let missing = message { _ = try grad { (p: [String: NDArray]) in try tree(p).sum() }(["a": x, "b": x]) }
    #expect(missing.contains("argument.b has no cotangent"), "\(missing)")
    let dtype = customJVP({ (x: NDArray) in x * x }, jvp: { x, y, dx in dx.asType(.f64) })
    #expect(message { _ = try grad { (x: NDArray) in try dtype(x).sum() }(x) }.contains("tangent of result that is f64[2]"))
    let curved = customJVP({ (x: NDArray) in x * x }, jvp: { x, y, dx in dx * dx })
    #expect(message { _ = try grad { (x: NDArray) in try curved(x).sum() }(x) }.contains("not linear in the tangent"))
  }

  @Test func whatTheFunctionUsesBesidesItsArgumentIsNamed() throws {
    func message(_ body: () throws -> Void) -> String {
      (#expect(throws: HillockError.self) { try body() })?.message ?? ""
    }
    let w = TrainVar(NDArray([2.0, 3.0]), name: "weights")
    let scaled = customVJP({ (x: NDArray) in x * w }, vjp: { x, y, dy in dy * w })
    let x = NDArray([1.0, 1.0])
    #expect(try grad { (x: NDArray) in try scaled(x).sum() }(x).floats() == [2, 3])
    let text = message { _ = try grad({ try scaled(x).sum() }, of: [w])() }
    #expect(text.contains("Variable weights") && text.contains("pass it as an argument"), "\(text)")
    let outer = message {
      _ = try grad { (a: NDArray) in
        let f = customVJP({ (x: NDArray) in x * a }, vjp: { x, y, dy in dy })
        return try f(x).sum()
      }(x)
    }
    #expect(outer.contains("a value from outside"), "\(outer)")
    let counter = Variable(0.0, name: "counter")
    let writing = customVJP(
      { (x: NDArray) in
        counter += 1
        return x
      }, vjp: { x, y, dy in dy })
    #expect(message { _ = try grad { (x: NDArray) in try writing(x).sum() }(x) }.contains("writes Variable counter"))
  }
}
