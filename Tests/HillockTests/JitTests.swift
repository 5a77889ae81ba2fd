import Hillock
import Testing

@Suite struct JitTests {
  @Test func resultsAreThoseOfThePlainFunction() throws {
    func f(_ x: NDArray, _ y: NDArray) -> NDArray { (x * 2 + y).sum(axis: 0) - 1.5 }
    let x = arange(12, dtype: .f32).reshaped(3, 4), y = linspace(0, 1, count: 4)
    let fast = jit(f)
    let result = try fast(x, y)
    #expect(try result.floats() == f(x, y).floats())
    #expect(result.shape == [4])
  }

  @Test func aFunctionIsTracedOnceForEachSignature() throws {
    var traces = 0
    let f = jit { (x: NDArray) in
      traces += 1
      return x + 1
    }
    _ = try f(zeros(3))
    _ = try f(ones(3))
    #expect(traces == 1)
    _ = try f(zeros(4))
    _ = try f(zeros(3, dtype: .f64))
    #expect(traces == 3)
    #expect(
      f.statistics.map(\.retraceReason) == [
        nil, "argument 0 changed from f32[3] to f32[4]", "argument 0 changed from f32[4] to f64[3]",
      ])
    #expect(f.statistics.map(\.calls) == [2, 1, 1])
  }

  @Test func staticArgumentsArePartOfTheSignature() throws {
    enum Mode: StaticArgument { case twice, thrice }
    var traces = 0
    let f = jit { (x: NDArray, n: Int, mode: Mode) in
      traces += 1
      return x * n * (mode == .twice ? 2 : 3)
    }
    #expect(try f(ones(1), 5, .twice).floats() == [10])
    #expect(try f(ones(1), 5, .thrice).floats() == [15])
    #expect(try f(ones(1), 6, .twice).floats() == [12])
    #expect(try f(zeros(1), 6, .twice).floats() == [0])
    #expect(traces == 3)
  }

  @Test func treesOfArraysGoInAndOut() throws {
    let f = jit { (xs: [NDArray], d: [String: NDArray], o: NDArray?) -> (NDArray, [String: NDArray]) in
      var total = o ?? 0
      for x in xs { total = total + x }
      return (total, d.mapValues { $0 * total })
    }
    let (total, d) = try f([ones(2), ones(2)], ["b": ones(2), "a": zeros(2)], nil)
    #expect(try total.floats() == [2, 2])
    #expect(try d["b"]?.floats() == [2, 2])
    #expect(try d["a"]?.floats() == [0, 0])
    let (more, _) = try f([ones(2)], [:], ones(2) * 5)
    #expect(try more.floats() == [6, 6])
  }

  @Test func variablesAreFoundByReadingAndWriting() throws {
    let a = Variable(zeros(2)), b = Variable(ones(2)), untouched = Variable(ones(1))
    let step = jit {
      a += b
      b.value = a * 2
    }
    try step()
    try step()
    #expect(try a.value.floats() == [3, 3])
    #expect(try b.value.floats() == [6, 6])
    #expect(try untouched.value.floats() == [1])
  }

  @Test func aReadSeesTheLatestWrite() throws {
    let v = Variable(arange(3))
    let f = jit { () -> NDArray in
      v += 1
      v[0] = 100
      let seen = v.value
      v += 1
      return seen
    }
    #expect(try f().ints() == [100, 2, 3])
    #expect(try v.value.ints() == [101, 3, 4])
  }

  struct Stop: Error {}

  @Test func anErrorWhileTracingLeavesEverythingAsItWas() throws {
    let v = Variable(zeros(2))
    var isFailing = true
    let f = jit { (x: NDArray) -> NDArray in
      v += x
      if isFailing { throw Stop() }
      return v.value
    }
    #expect(throws: Stop.self) { try f(ones(2)) }
    #expect(try v.value.floats() == [0, 0])
    isFailing = false
    #expect(try f(ones(2)).floats() == [1, 1])
    #expect(try v.value.floats() == [1, 1])
  }

  @Test func aBadWriteInsideIsThrownAndNothingIsCommitted() throws {
    let good = Variable(zeros(2)), bad = Variable(zeros(2))
    let f = jit { (x: NDArray) in
      good += x
      bad.value = zeros(3)
    }
    let error = #expect(throws: HillockError.self) { try f(ones(2)) }
    #expect(error?.code == .shape)
    #expect(try good.value.floats() == [0, 0])
  }

  @Test func aNestedJitIsInlined() throws {
    let v = Variable(zeros(1))
    let inner = jit { (x: NDArray) -> NDArray in
      v += x
      return v * 10
    }
    let outer = jit { (x: NDArray) in try inner(x) + inner(x) }
    #expect(try outer(ones(1)).floats() == [30])
    #expect(try v.value.floats() == [2])
  }

  @Test func aNestedCallThatThrowsLeavesItsWritesOut() throws {
    let v = Variable(zeros(1))
    let inner = jit { (x: NDArray) in
      v += x
      throw Stop()
    }
    let outer = jit { (x: NDArray) -> NDArray in
      do { try inner(x) } catch {}
      return v + 5
    }
    #expect(try outer(ones(1)).floats() == [5])
    #expect(try v.value.floats() == [0])
  }

  @Test func aValueThatEscapesItsTraceIsAnErrorThatSaysSo() throws {
    var escaped: NDArray = 0
    let f = jit(
      { (x: NDArray) -> NDArray in
        escaped = x + 1
        return x
      }, name: "leaky")
    _ = try f(ones(3))
    let error = #expect(throws: HillockError.self) { try (escaped * 2).floats() }
    #expect(error?.code == .trace)
    #expect(error?.message.contains("traced in leaky") == true)
  }

  @Test func elementsAreUnknownWhileTracing() throws {
    let f = jit { (x: NDArray) throws -> NDArray in try x.item(as: Float.self) > 0 ? x : -x }
    let error = #expect(throws: HillockError.self) { try f(NDArray(2.0)) }
    #expect(error?.code == .trace)
    #expect(try withoutJIT { try f(NDArray(-2.0)) }.item(as: Float.self) == 2)
  }

  @Test func aVariableCreatedInsideIsLocal() throws {
    let f = jit { (x: NDArray) -> NDArray in
      let local = Variable(zeros(2))
      local += x
      local[0] = 7
      return local * 2
    }
    #expect(try f(ones(2)).floats() == [14, 2])
    #expect(try f(ones(2)).floats() == [14, 2])
  }

  @Test func aVariableAsAnArgumentIsWritten() throws {
    let f = jit { (v: Variable, x: NDArray) in v += x }
    let a = Variable(zeros(1)), b = Variable(zeros(1))
    try f(a, ones(1))
    try f(a, ones(1))
    try f(b, ones(1))
    #expect(try a.value.floats() == [2])
    #expect(try b.value.floats() == [1])
  }

  @Test func aReturnedVariableValueIsIndependent() throws {
    let v = Variable(zeros(2))
    let f = jit { () -> NDArray in v.value }
    let before = try f()
    v += 1
    #expect(try before.floats() == [0, 0])
  }

  @Test func largeCapturedArraysArePassedNotCopied() throws {
    let big = arange(100_000, dtype: .f32)
    let f = jit { (x: NDArray) in (big * x).sum() }
    #expect(try f(NDArray(2.0)).item(as: Float.self) == (big * 2).sum().item())
    #expect(try f.graph(NDArray(2.0)).utf8.count < 2000)
  }

  @Test func numbersWithoutADTypeStaySo() throws {
    let f = jit { (x: NDArray, y: NDArray) in x * y }
    let x = NDArray([0.1, 0.2], dtype: .f64)
    #expect(try f(x, 0.1).scalars(as: Double.self) == (x * 0.1).scalars(as: Double.self))
    #expect(try f(arange(2), 3).dtype == .i32)
    #expect(try (f(2, 0.5) * NDArray([1.0], dtype: .f64)).dtype == .f64)
  }

  @Test func plainModeRunsTheFunctionItself() throws {
    var runs = 0
    let f = jit { (x: NDArray) -> NDArray in
      runs += 1
      return x + 1
    }
    try withoutJIT {
      _ = try f(ones(1))
      _ = try f(ones(1))
    }
    #expect(runs == 2)
  }
}

/// Numbers of the host language as arguments.
@Suite struct NumberArgumentTests {
  /// A number is a tree without arrays, and so is a list of numbers: the tree's `map` would leave both as they are.
  @Test func listsOfNumbersAreMappedAsInSwift() {
    let numbers = [1.0, 2.0], doubled: [Double] = numbers.map { 2 * $0 }
    #expect(doubled == [2, 4])
    let number: Int? = 3, next: Int? = number.map { $0 + 1 }
    #expect(next == 4)
  }

  @Test func oneThatI32DoesNotHoldIsAnI64() throws {
    let f = jit { (n: NDArray) in stack([n, n + 1]) }
    for n in [7, 3_000_000_000, 8, -3_000_000_000] {
      let pair = try f(n.array)
      #expect(pair.dtype == (Int32(exactly: n) == nil ? .i64 : .i32))
      #expect(try pair.ints() == [n, n + 1])
    }
    #expect(f.explain().programs.count == 2)
  }
}
