import Hillock
import Testing

/// `vmap`: the function of one lane, for all.
@Suite struct VmapTests {
  private let x = (arange(6, dtype: .f32) * 0.7).reshaped(3, 2)

  private func gelu(_ x: NDArray) -> NDArray { 0.5 * x * (1.0 + tanh(0.797_884_6 * (x + 0.044715 * x * x * x))) }

  @Test func eachLaneIsTheFunctionOfIt() throws {
    let all = try vmap(gelu)(x)
    for lane in 0..<3 { #expect(try all[lane].floats() == gelu(x[lane]).floats()) }
    let jitted = jit { (x: NDArray) in try vmap(self.gelu)(x) }
    #expect(try jitted(x).floats() == all.floats())
    let batched = jit(vmap(gelu))
    #expect(try batched(x).floats() == all.floats())
  }

  @Test func axesComeFromAnywhereAndGoAnywhere() throws {
    let W = NDArray([[1, 2], [3, 4]]).asType(.f32)
    let columns = try vmap({ (W: NDArray, x: NDArray) in dot(W, x) }, in: [nil, -1], out: 1)(W, x.T)
    #expect(columns.shape == [2, 3])
    for lane in 0..<3 { #expect(try columns[0..<2, lane].floats() == dot(W, x[lane]).floats()) }
    // A result that is the same for all lanes is given to each.
    #expect(try vmap { (_: NDArray) in W.sum() }(x).floats() == [10, 10, 10])
    // Trees, and static values.
    let scaled = vmap(
      { (pair: [NDArray], scale: Double) in ["sum": pair[0] + pair[1] * scale, "first": pair[0]] }, in: [0, nil])
    let parts = try scaled([x, x], 2.0)
    #expect(try parts["sum"]?.floats() == (x + x * 2.0).floats())
    #expect(try parts["first"]?.floats() == x.floats())
  }

  @Test func itNests() throws {
    let a = arange(6, dtype: .f32).reshaped(2, 3), b = arange(12, dtype: .f32).reshaped(4, 3)
    let all = try vmap({ (u: NDArray) in try vmap({ (v: NDArray) in (u * v).sum() })(b) })(a)
    #expect(all.shape == [2, 4])
    #expect(try all.floats() == dot(a, b.T).floats())
    let outer = try vmap(vmap({ (u: NDArray, v: NDArray) in dot(u, v) }, in: [nil, 0]), in: [0, nil])(a, b)
    #expect(try outer.floats() == dot(a, b.T).floats())
  }

  @Test func loopsBranchesAndConditions() throws {
    // Newton's steps for a root: lanes that have ended keep their value.
    func root(_ a: NDArray) throws -> NDArray {
      try whileLoop(carry: a, while: { abs($0 * $0 - a) .> 1e-3 }, body: { 0.5 * ($0 + a / $0) })
    }
    let a = NDArray([1.0, 2, 9, 1000])
    let roots = try vmap(root)(a)
    for lane in 0..<4 { #expect(try roots[lane].floats() == root(a[lane]).floats()) }

    func choose(_ x: NDArray) throws -> NDArray { try cond(x.sum() .> 2, then: { x * 2 }, else: { -x }) }
    let chosen = try vmap(choose)(x)
    for lane in 0..<3 { #expect(try chosen[lane].floats() == choose(x[lane]).floats()) }

    func run(_ v: NDArray) throws -> NDArray { try scan(arange(5, dtype: .f32), init: v) { v, i in (0.5 * v + i, v) }.0 }
    let ran = try vmap(run)(x)
    for lane in 0..<3 { #expect(try ran[lane].floats() == run(x[lane]).floats()) }
  }

  @Test func drawsDifferFromLaneToLaneUnlessAsked() throws {
    let generator = RandomState(seed: 5)
    let lanes = try vmap({ (x: NDArray) in x + generator.normal(4) })(zeros(3))
    let next = generator.random(2)
    let again = RandomState(seed: 5)
    #expect(try lanes.floats() == again.normal(3, 4).floats())
    #expect(try next.floats() == again.random(2).floats())
    let same = RandomState(seed: 5), single = RandomState(seed: 5).normal(4)
    let shared = try vmap({ (x: NDArray) in x + same.normal(4) }, draws: .same)(zeros(3))
    for lane in 0..<3 { #expect(try shared[lane].floats() == single.floats()) }
    let wide = RandomState(seed: 6), wideAgain = RandomState(seed: 6)
    let doubles = try vmap({ (x: NDArray) in x + wide.normal(4, dtype: .f64) })(zeros(3, dtype: .f64))
    #expect(try doubles.scalars(as: Double.self) == wideAgain.normal(3, 4, dtype: .f64).scalars(as: Double.self))
  }

  @Test func variablesAreShared() throws {
    let w = Variable(NDArray([1.0, 2]), name: "w"), calls = Variable(zeros(1), name: "calls")
    let scaled = try vmap { (x: NDArray) in
      calls += 1
      return x * w
    }(x)
    #expect(try scaled.floats() == (x * w.value).floats())
    #expect(try calls.value.floats() == [1])
    let error = #expect(throws: HillockError.self) {
      try vmap { (x: NDArray) in
        w.value = x
        return x
      }(self.x)
    }
    #expect(error?.code == .argument && error?.message.contains("Variable w") == true)
    #expect(try w.value.floats() == [1, 2])
  }

  @Test func variablesWithLanes() throws {
    // Each lane has a state of its own; the weight is shared. Axis 1 of the state, which has 3 lanes of 2.
    let v = Variable(NDArray([[1.0, 2, 3], [4, 5, 6]]), name: "v"), w = Variable(NDArray(0.5), name: "w")
    let step = vmap(
      { (x: NDArray) -> NDArray in
        #expect(v.shape == [2] && v.rank == 1 && v.count == 2)
        v.value = w * v + x
        return v.sum()
      }, variables: [v: 1])
    let sums = try step(NDArray([10.0, 20, 30]))
    #expect(try v.value.floats() == [10.5, 21, 31.5, 12, 22.5, 33])
    #expect(try sums.floats() == [22.5, 43.5, 64.5])
    _ = try jit(step)(NDArray([0.0, 0, 0]))
    #expect(try v.value.floats() == [5.25, 10.5, 15.75, 6, 11.25, 16.5] && v.shape == [2, 3])
  }

  @Test func variablesWithLanesInLoopsAndWithoutArguments() throws {
    let v = Variable(NDArray([1.0, 2, 3])), n = Variable(NDArray([0, 0, 0], dtype: .i32))
    // Doubles until beyond 10: 16, 16, 12.
    try vmap(
      { () in
        try whileLoop(while: { v .< 10 }) {
          v *= 2
          n += 1
        }
      }, variables: [v, n])()
    #expect(try v.value.floats() == [16, 16, 12])
    #expect(try n.value.scalars(as: Int32.self) == [4, 3, 2])
    try vmap({ () in try forLoop(0..<3) { _ in v.value = v + 1.0 } }, variables: VariableAxes([v]))()
    #expect(try v.value.floats() == [19, 19, 15])
    // A part of a lane.
    let m = Variable(zeros(3, 2))
    try vmap({ (x: NDArray) in m[0] = x }, variables: [m: 0])(NDArray([1.0, 2, 3]))
    #expect(try m.value.floats() == [1, 0, 2, 0, 3, 0])
  }

  @Test func gradientsOfVariablesWithLanes() throws {
    let w = TrainVar(NDArray([[1.0, 2], [3, 4]]), name: "w")
    let x = NDArray([[1.0, 10], [100, 1000]])
    let each = grad({ (x: NDArray) in try vmap({ (x: NDArray) in (w * w * x).sum() }, variables: [w: 0])(x).sum() }, of: [w])
    #expect(try each(x)[w]!.floats() == [2, 40, 600, 8000])
  }

  @Test func manyArgumentsAndSeveralResults() throws {
    let add = vmap { (a: NDArray, b: NDArray, c: NDArray, d: NDArray, e: NDArray, f: NDArray) in a + b + c + d + e + f.sum() }
    #expect(try add(ones(2), ones(2), ones(2), ones(2), ones(2), ones(2, 3)).floats() == [8, 8])
    let (sum, parts) = try vmap { (a: NDArray, b: NDArray) in ((a * b).sum(), ["a": a, "b": b]) }(x, x)
    #expect(try sum.floats() == (x * x).sum(axis: 1).floats())
    #expect(try parts["a"]?.floats() == x.floats())
  }

  @Test func mistakesOfVariablesAreNamed() throws {
    let v = Variable(zeros(3), name: "potential"), w = Variable(zeros(4), name: "weight")
    func message(_ body: () throws -> Void) -> String {
      (#expect(throws: HillockError.self) { try body() })?.message ?? ""
    }
    #expect(message { try vmap({ v += 1 }, variables: [v, w])() }.contains("Variable weight"))
    #expect(message { try vmap({ v += 1 }, variables: [v: 1])() }.contains("no axis 1"))
    #expect(message { try vmap({ v += 1 }, variables: [v, v])() }.contains("twice"))
    #expect(message { try vmap({ (x: NDArray) in v += x }, variables: [v])(ones(2)) }.contains("2 lanes"))
    let undeclared = message { try vmap({ (x: NDArray) in v.value = x + v })(ones(2)) }
    #expect(undeclared.contains("Variable potential") && undeclared.contains("variables: [v: 0]"))
    #expect(try v.value.floats() == [0, 0, 0])
  }

  @Test func mistakesAreNamed() throws {
    func code(_ body: () throws -> Void) -> ErrorCode? { (#expect(throws: HillockError.self) { try body() })?.code }
    #expect(code { _ = try vmap { (a: NDArray, b: NDArray) in a + b }(ones(2), ones(3)) } == .shape)
    #expect(code { _ = try vmap { (a: NDArray) in a }(NDArray(1.0)) } == .index)
    #expect(code { _ = try vmap({ (a: NDArray) in a }, in: [2])(ones(2, 2)) } == .index)
    #expect(code { _ = try vmap({ (a: NDArray) in a }, in: [0, 0])(ones(2, 2)) } == .argument)
    #expect(code { _ = try vmap({ (a: NDArray) in a }, in: [nil])(ones(2, 2)) } == .argument)
    #expect(code { _ = try vmap({ (a: NDArray) in a }, out: 5)(ones(2, 2)) } == .index)
    #expect(code { _ = try vmap { (a: NDArray) in a + ones(7) }(ones(2, 3)) } == .shape)
  }
}
