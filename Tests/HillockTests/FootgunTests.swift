import Foundation
import Hillock
import Synchronization
import Testing

/// What surprises users of a JIT, one surprise a test: what ours does, and why. `Spec/footguns.md` has an entry for each, under
/// the same name.
@Suite(.serialized) struct FootgunTests {
  struct Stop: Error {}

  // MARK: What is fixed when a function is traced

  @Test func aCapturedNumberIsAConstant() throws {
    var scale: Float = 2
    let f = jit { (x: NDArray) in x * scale }
    #expect(try f(ones(1)).floats() == [2])
    scale = 3
    #expect(try f(ones(1)).floats() == [2], "the number of the first call")
    #expect(f.explain().programs.first?.constants.map(\.value) == ["2."], "explain tells")
    f.forget()
    #expect(try f(ones(1)).floats() == [3])
    // What changes is an argument or a Variable.
    let g = jit { (x: NDArray, scale: NDArray) in x * scale }
    #expect(try g(ones(1), 2).floats() == [2])
    #expect(try g(ones(1), 3).floats() == [3])
    #expect(g.statistics.count == 1)
  }

  @Test func aStaticArgumentIsAProgramForEachValue() throws {
    let f = jit { (x: NDArray, n: Int) in x * n }
    for n in 0..<100 { #expect(try f(ones(1), n).floats() == [Float(n)]) }
    #expect(f.statistics.count == 64, "a retrace storm stays bounded")
    #expect(f.explain().dropped == 36)
    #expect(f.explain().lastRetrace?.description == "argument 1 changed from 98 to 99", "and says what it comes from")
    let g = jit { (x: NDArray, n: NDArray) in x * n }
    for n in 0..<100 { #expect(try g(ones(1), NDArray(n)).floats() == [Float(n)]) }
    #expect(g.statistics.count == 1)
  }

  @Test func aPropertyThatIsNoVariableIsAConstantAndItsChangeIsReported() throws {
    final class Model: Base, Callable1 {
      var rate = 0.5
      func callAsFunction(_ x: NDArray) -> NDArray { x * rate }
    }
    let model = Model()
    let f = jit(model)
    f.staticState = .error
    #expect(try f(ones(1)).floats() == [0.5])
    model.rate = 2
    let error = #expect(throws: HillockError.self) { try f(ones(1)) }
    #expect(error?.message.contains("\(model.name).rate was 0.5 when the function was traced and is 2.0 now") == true)
    f.staticState = .retrace
    #expect(try f(ones(1)).floats() == [2])
  }

  @Test func aCapturedArrayIsAValue() throws {
    var table = NDArray([1.0, 2.0])
    let f = jit { (x: NDArray) in x + table }
    #expect(try f(zeros(2)).floats() == [1, 2])
    table = table.at[0].set(9)
    #expect(try f(zeros(2)).floats() == [1, 2], "assigning the Swift variable makes no new program")
    let v = Variable(NDArray([1.0, 2.0]))
    let g = jit { (x: NDArray) in x + v }
    #expect(try g(zeros(2)).floats() == [1, 2])
    v[0] = 9
    #expect(try g(zeros(2)).floats() == [9, 2])
  }

  @Test func aClosureCapturesItsLoopIndex() throws {
    // Swift binds a fresh `i` in each turn: no late binding as in Python.
    let functions = (0..<3).map { i in jit { (x: NDArray) in x + i } }
    #expect(try functions.map { try $0(zeros(1, dtype: .i32)).item(as: Int.self) } == [0, 1, 2])
  }

  @Test func aFreshClosureIsAFreshFunction() throws {
    var traces = 0
    for _ in 0..<3 {
      let f = jit { (x: NDArray) in
        traces += 1
        return x
      }
      _ = try f(ones(1))
    }
    #expect(traces == 3, "keep the jitted function, not the closure")
  }

  @Test func aDefaultArgumentIsNotPartOfTheJittedFunction() throws {
    func f(_ x: NDArray, scale: Float = 2) -> NDArray { x * scale }
    let whole = jit(f)
    #expect(try whole(ones(1), 3).floats() == [3])
    let withDefault = jit { (x: NDArray) in f(x) }
    #expect(try withDefault(ones(1)).floats() == [2])
  }

  @Test func theClockIsReadOnce() throws {
    var now = 1
    func clock() -> Int {
      defer { now += 1 }
      return now
    }
    let f = jit { (x: NDArray) in x + clock() }
    #expect(try f(zeros(1)).floats() == f(zeros(1)).floats())
  }

  // MARK: What happens while a function is traced

  @Test func sideEffectsHappenOnceASignature() throws {
    var log: [String] = []
    let f = jit { (x: NDArray) in
      log.append("\(x.shape)")
      return x + 1
    }
    for _ in 0..<3 { _ = try f(zeros(2)) }
    _ = try f(zeros(3))
    #expect(log == ["[2]", "[3]"])
  }

  @Test func printingShowsTheTypeNotTheValues() throws {
    var printed = ""
    let f = jit(
      { (x: NDArray) in
        printed = "\(x)"
        return x
      }, name: "printing")
    _ = try f(zeros(2))
    #expect(printed == "NDArray(f32[2] traced in printing)")
    _ = try withoutJIT { try f(zeros(2)) }
    #expect(printed == "NDArray([0., 0.], dtype=float32)")
  }

  @Test func aSwiftIfCannotLookAtAnElement() throws {
    let f = jit { (x: NDArray) throws -> NDArray in try x.sum().item(as: Float.self) > 0 ? x : -x }
    let error = #expect(throws: HillockError.self) { try f(ones(2)) }
    #expect(error?.code == .trace)
    #expect(error?.message.contains("use `select` or `cond`") == true)
    let g = jit { (x: NDArray) in select(x.sum() .> 0, x, -x) }
    #expect(try g(-ones(2)).floats() == [1, 1])
  }

  @Test func aSwiftIfMayLookAtAShape() throws {
    let f = jit { (x: NDArray) in x.count > 2 ? x.sum() : x * 2 }
    #expect(try f(ones(2)).floats() == [2, 2])
    #expect(try f(ones(3)).floats() == [3])
  }

  @Test func comparingGivesAnArray() throws {
    // `==` on arrays does not exist, so an `if x == y` does not compile; `.==` is an array, and an `if` cannot take it.
    let f = jit { (x: NDArray, y: NDArray) in (x .== y).all() }
    #expect(try f(ones(2), ones(2)).item(as: Bool.self))
    #expect(!((ones(1) as Any) is any Equatable))
  }

  @Test func aTracedValueThatEscapesIsAnErrorAtItsNextUse() throws {
    nonisolated(unsafe) var kept: [NDArray] = []
    let f = jit(
      { (x: NDArray) in
        kept.append(x + 1)
        return x
      }, name: "escaping")
    _ = try f(ones(2))
    let error = #expect(throws: HillockError.self) { try kept[0].floats() }
    #expect(error?.message.contains("was traced in escaping") == true)
    #expect(kept[0].shape == [2], "its type is known, and looking at it does no harm")
    let v = Variable(zeros(2))
    v.value = kept[0]
    #expect(v.error?.code == .trace)
    #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(try v.value.floats() == [0, 0], "a Variable never takes one")
    let g = jit { (x: NDArray) in x + kept[0] }
    #expect(throws: HillockError.self) { try g(ones(2)) }
  }

  @Test func anErrorInTheMiddleLeavesEverythingAsItWas() throws {
    let v = Variable(zeros(2))
    nonisolated(unsafe) var isFailing = true
    let f = jit { (x: NDArray) -> NDArray in
      v += x
      if isFailing { throw Stop() }
      return v.value
    }
    for _ in 0..<2 { #expect(throws: Stop.self) { try f(ones(2)) } }
    #expect(try v.value.floats() == [0, 0])
    isFailing = false
    #expect(try f(ones(2)).floats() == [1, 1], "it is traced again")
  }

  @Test func aCaughtErrorInTheMiddleIsOverWhenCaught() throws {
    let v = Variable(zeros(1))
    let risky = jit { (x: NDArray) in
      v += x
      throw Stop()
    }
    let f = jit { (x: NDArray) -> NDArray in
      try? risky(x)
      return v + 1
    }
    #expect(try f(ones(1)).floats() == [1])
    #expect(try v.value.floats() == [0])
  }

  @Test func anErrorInAnExpressionComesOutOfTheCall() throws {
    let f = jit { (x: NDArray) in x + zeros(3) }
    let error = #expect(throws: HillockError.self) { try f(ones(2)) }
    #expect(error?.code == .shape)
    #expect(error?.location?.hasPrefix("FootgunTests.swift:") == true)
    let unused = jit { (x: NDArray) -> NDArray in
      _ = x + zeros(3)
      return x
    }
    #expect(try unused(ones(2)).floats() == [1, 1], "what nobody needs is not missed")
  }

  // MARK: Variables

  @Test func aVariableCreatedInsideIsNewInEachCall() throws {
    nonisolated(unsafe) var leaked: Variable?
    let f = jit { (x: NDArray) -> NDArray in
      let v = Variable(zeros(1))
      leaked = v
      v += x
      return v.value
    }
    #expect(try f(ones(1)).floats() == [1])
    #expect(try f(ones(1)).floats() == [1], "it does not count up")
    #expect(try leaked?.value.floats() == [1], "the one that is kept is a Variable like any other")
  }

  private static let counter = Variable(zeros(1))

  @Test func aGlobalFirstUsedInsideIsCreatedOnce() throws {
    let f = jit { (x: NDArray) in Self.counter += x }
    for _ in 0..<3 { try f(ones(1)) }
    #expect(try Self.counter.value.floats() == [3])
  }

  @Test func aReturnedVariableIsReturnedAsItself() throws {
    let v = Variable(zeros(1))
    let f = jit { () -> Variable in
      v += 1
      return v
    }
    let returned = try f()
    #expect(returned === v)
    let value = jit { () -> NDArray in v.value }
    let before = try value()
    v += 1
    #expect(try before.floats() == [1], "its value, returned, is a copy")
  }

  @Test func aVariableAsAnArgumentIsChanged() throws {
    let f = jit { (v: Variable) in v += 1 }
    let a = Variable(zeros(1)), b = Variable(zeros(1))
    try f(a)
    try f(a)
    try f(b)
    #expect(try a.value.floats() == [2])
    #expect(try b.value.floats() == [1])
    #expect(f.statistics.count == 2, "one program a Variable")
  }

  @Test func theSameVariableTwiceIsOne() throws {
    let f = jit { (a: Variable, b: Variable) in
      a += 1
      b *= 10
    }
    let v = Variable(zeros(1)), w = Variable(zeros(1))
    try f(v, v)
    #expect(try v.value.floats() == [10])
    try f(v, w)
    #expect(try v.value.floats() == [11])
    #expect(try w.value.floats() == [0])
  }

  @Test func aVariableFoundByAnotherShapeOnlyIsFound() throws {
    let a = Variable(zeros(1)), b = Variable(zeros(1))
    let f = jit { (x: NDArray) in
      if x.count == 1 { a += 1 } else { b += 1 }
    }
    try f(ones(1))
    try f(ones(2))
    try f(ones(2))
    #expect(try a.value.floats() == [1])
    #expect(try b.value.floats() == [2])
  }

  @Test func aVariableThatIsReplacedIsReported() throws {
    final class Model: Base {
      var v = Variable(zeros(1))
      func step() { v += 1 }
    }
    let model = Model()
    let f = jit(model, Model.step)
    f.staticState = .retrace
    try f()
    let first = model.v
    model.v = Variable(zeros(1))
    try f()
    #expect(try first.value.floats() == [1])
    #expect(try model.v.value.floats() == [1])
  }

  @Test func writesAreSeenInsideAtOnceAndOutsideAtTheEnd() throws {
    let v = Variable(zeros(1))
    let f = jit { () -> (NDArray, NDArray) in
      v += 1
      let one = v.value
      v += 1
      return (one, v.value)
    }
    let (one, two) = try f()
    #expect(try one.floats() == [1])
    #expect(try two.floats() == [2])
    #expect(try v.value.floats() == [2])
  }

  @Test func anIndexNamedTwiceIsWrittenOnceByPlusEquals() throws {
    let v = Variable(zeros(2))
    v[[0, 0]] += 1
    #expect(try v.floats() == [1, 0])
    v.value = v.at[[0, 0]].add(1)
    #expect(try v.floats() == [3, 0])
  }

  @Test func aMaskedAssignmentTakesValuesForTheWholeArray() throws {
    let v = Variable(NDArray([1.0, -2, 3, -4]))
    v[v .< 0] += NDArray([10.0, 20, 30, 40])
    #expect(try v.floats() == [1, 18, 3, 36])
    #expect(v[v .> 0].error?.code == .dtype)
    v[v .> 0] += NDArray([1.0, 2])
    #expect(v.error?.code == .shape)
  }

  @Test func aVariableKeepsItsTypeInAnyOrder() throws {
    let v = Variable(zeros(2))
    let f = jit { (x: NDArray) in v.value = x }
    let error = #expect(throws: HillockError.self) { try f(ones(3)) }
    #expect(error?.code == .shape)
    try f(ones(2))
    #expect(try v.value.floats() == [1, 1])
  }

  // MARK: Random numbers

  @Test func randomNumbersDifferFromCallToCall() throws {
    let generator = RandomState(seed: 1)
    let f = jit { () -> NDArray in generator.uniform(2) }
    let a = try f().floats(), b = try f().floats()
    #expect(a != b, "the key is a Variable")
    generator.seed(1)
    #expect(try f().floats() == a)
    generator.seed(1)
    #expect(try generator.uniform(2).floats() == a, "and the same outside jit")
  }

  @Test func swiftRandomNumbersAreConstants() throws {
    let f = jit { (x: NDArray) in x + Double.random(in: 0..<1) }
    #expect(try f(zeros(1)).floats() == f(zeros(1)).floats())
  }

  // MARK: Signatures

  @Test func anotherShapeIsAnotherProgram() throws {
    var traces = 0
    let f = jit { (x: NDArray) in
      traces += 1
      return x.sum()
    }
    for n in [2, 3, 2, 3] { _ = try f(ones(n)) }
    #expect(traces == 2)
    #expect(f.explain().lastRetrace?.description == "argument 0 changed from f32[2] to f32[3]")
  }

  @Test func aPowerOfIntegersStaysAnInteger() throws {
    let x = NDArray([2, 3]), n = NDArray([10, 3])
    let f = jit { (x: NDArray, n: NDArray) in x ** n }
    for power in [x ** n, try f(x, n)] { #expect(try power.dtype == .i32 && power.ints() == [1024, 27]) }
    #expect(try forLoop(0..<4) { i in 2 ** i }.ints() == [1, 2, 4, 8])
    #expect((x ** -1).error?.code == .argument)
    #expect(try (x ** -1.0).floats() == [0.5, 1 / 3])
  }

  @Test func aNumberThatTheDTypeCannotHoldIsAnError() {
    let v = Variable(zeros(2, dtype: .i32))
    v[0] = 3_000_000_000
    #expect(v.error?.code == .argument)
    #expect(zeros(2, dtype: .i32).at[0].set(3_000_000_000).error?.code == .argument)
  }

  @Test func aNumberMadeAnArrayStaysWithoutADType() {
    let k = 2, x = ones(2, dtype: .f64), n = ones(2, dtype: .i64)
    #expect((x * NDArray(k)).dtype == .f64 && (n * NDArray(k)).dtype == .i64 && (n * NDArray(2)).dtype == .i64)
    #expect(NDArray(k).dtype == .i32 && NDArray(k, dtype: .i64).dtype == .i64)
  }

  @Test func theEndOfARangeOfFloatsIsRounded() {
    #expect(arange(1.0, 1.3, 0.1).count == 4)
    #expect(linspace(1.0, 1.2, count: 3).count == 3)
  }

  @Test func aLiteralAndAnArrayAreDifferentTypes() throws {
    let f = jit { (x: NDArray) in x * 0.1 }
    _ = try f(1)
    _ = try f(1.5)
    _ = try f(NDArray(Float(1.5)))
    #expect(f.explain().programs.map(\.signature) == ["(i32 number)", "(f32 number)", "(f32[])"])
  }

  @Test func aSignInFrontOfAPowerBelongsToTheBase() throws {
    let x = NDArray([3.0]), v = Variable(x)
    #expect(try (-x ** 2).floats() == [9])
    #expect(try (-(x ** 2)).floats() == [-9])
    #expect(try (-square(x)).floats() == [-9])
    #expect(try (-v ** 2 + 1 - x ** 2).floats() == [1])
  }

  @Test func aFunctionOfANumberIsANumber() throws {
    let root = sqrt(2.0), decay: Double = exp(-0.5), double = 2 * root
    let twice = 2 * sqrt(double) + 1
    #expect(root == 2.0.squareRoot() && decay < 1 && twice == 2 * double.squareRoot() + 1)
    #expect(try sqrt(4).item(as: Float.self) == 2)
    #expect(try sqrt(NDArray(4.0)).item(as: Float.self) == 2)
  }

  @Test func aSumOfAListBeginsWithAnArray() throws {
    let list = [ones(2), 2 * ones(2)]
    let sum = list.reduce(NDArray(0)) { $0 + $1 }
    #expect(try sum.floats() == [3, 3])
  }

  /// Numbers are static parts of a tree, whose `map` leaves them as they are.
  @Test func aListOfNumbersIsMappedBySwift() throws {
    let factor = 2.0
    #expect([1.0, 2].map { $0 * factor } == [2, 4])
    #expect([[1.0, 2], [3]].map { $0.map { $0 * factor } } == [[2, 4], [6]])
    #expect(Optional(3.0).map { $0 * factor } == 6)
    #expect(Optional([1, 2]).map { $0.map { $0 + 1 } } == [2, 3])
    #expect(try [ones(2)].map { $0 * factor }[0].floats() == [2, 2])
  }

  // swift-format-ignore
  @Test func aRangeThatEndsBeforeTheLastElementHasAnOperator() throws {
    let x = arange(5)
    #expect(try x[1..<-1].ints() == [1, 2, 3])
    #expect(try x[.stride(from: 1, to: -1)].ints() == [1, 2, 3])
    #expect(try x[..<(-1)].ints() == [0, 1, 2, 3])
  }

  private static func goOnFromAFailedProduct() {
    let product = dot(ones(8, 63), ones(64, 2))
    #expect(product.shape[1] == 1 && product.shape[15] == 1 && product.shape.count == product.rank && product.count == 1)
    let scaled = product * product.shape[0] + zeros(product.shape)
    #expect(throws: HillockError.self) { try scaled.floats() }
    #expect(scaled.error?.message == product.error?.message)
  }

  @Test func theShapeOfAnErrorIsMadeOfOnes() async throws {
    // Who goes on all the same sees the error on standard error, once, and gets it where a value is read.
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      Self.goOnFromAFailedProduct()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let told = text.components(separatedBy: "hillock: warning: ").dropFirst().map { $0.prefix { $0 != "\n" } }
    #expect(told.count == 1, "once: \(text)")
    #expect(told.allSatisfy { $0.contains("[8, 63]") && $0.contains("[64, 2]") && $0.contains("FootgunTests.swift:") }, "\(told)")
  }

  @Test func aProbabilityOutOfRangeIsAnError() throws {
    let generator = RandomState(seed: 1)
    #expect(generator.bernoulli(1.5, 10).error?.code == .argument)
    #expect(generator.normal(10, std: -1.0).error?.code == .argument)
    #expect(generator.uniform(10, low: 1.0, high: 0.0).error?.code == .argument)
    #expect(try generator.bernoulli(NDArray([1.5, -1]), 2).bools() == [true, false])
  }

  @Test func aVariableReadsLikeAnArray() throws {
    let v = Variable(NDArray([[1.0, 2, 3], [4, 5, 6]]))
    #expect(try v.sum().item(as: Double.self) == 21)
    #expect(try v.T.floats() == [1, 4, 2, 5, 3, 6])
    #expect(try v.max(axis: 0).floats() == [4, 5, 6])
    #expect(try v.variance(axes: [0, 1]).item(as: Double.self) == v.value.variance().item(as: Double.self))
    #expect(try v.any(axes: [0, 1]).bools() == [true])
    #expect(v.asType(.i32).dtype == .i32)
    #expect(v.reshaped(3, -1).shape == [3, 2])
    #expect(try v.at[0].set(0).floats() == [0, 0, 0, 4, 5, 6])
    #expect(try v.floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func theOrderOfADictionaryDoesNotMatter() throws {
    let f = jit { (d: [String: NDArray]) in d.values.reduce(NDArray(0)) { $0 + $1 } }
    let keys = (0..<20).map { "k\($0)" }
    for seed in 0..<5 {
      var d: [String: NDArray] = [:]
      d.reserveCapacity(seed * 50)
      for key in keys.shuffled() { d[key] = 1 }
      #expect(try f(d).item(as: Float.self) == 20)
    }
    #expect(f.statistics.count == 1)
    _ = try f(["other": 1])
    #expect(f.statistics.count == 2, "other keys are another structure")
  }

  @Test func aStaticFloatIsItsBits() throws {
    let f = jit { (x: NDArray, a: Double) in x / a }
    #expect(try f(ones(1), 0.0).floats() == [.infinity])
    #expect(try f(ones(1), -0.0).floats() == [-.infinity])
    for _ in 0..<2 { #expect(try f(ones(1), .nan).floats()[0].isNaN) }
    #expect(f.statistics.count == 3)
  }

  @Test func theSameArrayTwiceIsTwoArguments() throws {
    let f = jit { (x: NDArray, y: NDArray) in x - y }
    let x = ones(2)
    #expect(try f(x, x).floats() == [0, 0])
    #expect(try f(x * 3, x).floats() == [2, 2], "it was not traced as one")
    #expect(f.statistics.count == 1)
  }

  @Test func aResultThatIsAnArgumentIsAValue() throws {
    let f = jit { (x: NDArray) in x }
    let x = ones(2)
    #expect(try f(x).floats() == [1, 1])
    let v = Variable(zeros(2))
    let g = jit { () -> NDArray in v.value }
    let seen = try g()
    v[0] = 7
    #expect(try seen.floats() == [0, 0])
  }

  // MARK: Functions in functions

  @Test func aNestedJitIsPartOfTheOuterOne() throws {
    var traces = 0
    let inner = jit { (x: NDArray) in
      traces += 1
      return x * 2
    }
    let outer = jit { (x: NDArray) in try inner(x) + inner(x) }
    _ = try outer(ones(1))
    _ = try outer(ones(1))
    #expect(traces == 2, "traced where it is called, not compiled by itself")
    #expect(inner.statistics.isEmpty)
  }

  @Test func aJitMadeInsideWorks() throws {
    let f = jit { (x: NDArray) throws -> NDArray in try jit { (y: NDArray) in y * 3 }(x) }
    #expect(try f(ones(1)).floats() == [3])
  }

  @Test func recursionEndsByAStaticValue() throws {
    nonisolated(unsafe) var power: Jitted<NDArray, NDArray, Int>?
    let f = jit { (x: NDArray, n: Int) throws -> NDArray in
      if n == 0 { return onesLike(x) }
      return try power.map { try x * $0(x, n - 1) } ?? x
    }
    power = f
    defer { power = nil }
    #expect(try f(NDArray([2.0]), 10).floats() == [1024])
    // On the small stack of another thread.
    let error = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      do { _ = try f(NDArray([2.0]), 1_000_000) } catch let thrown { error.withLock { $0 = thrown } }
      done.signal()
    }
    done.wait()
    let thrown = error.withLock { $0 } as? HillockError
    #expect(thrown?.code == .trace)
    #expect(thrown?.message.contains("calls itself more than 100 deep") == true, "it does not overflow the stack")
  }

  @Test func lookingAtValuesGoesThroughPlainMode() throws {
    var seen: [Float] = []
    let f = jit { (x: NDArray) -> NDArray in
      let y = x * 2
      if let values = try? y.floats() { seen = values }
      return y
    }
    _ = try f(ones(2))
    #expect(seen == [])
    _ = try withoutJIT { try f(ones(2)) }
    #expect(seen == [2, 2])
  }

  @Test func aBodyOfALoopRunsOnceWhileTraced() throws {
    var runs = 0
    let v = Variable(zeros(1))
    try forLoop(0..<100) { _ in
      runs += 1
      v += 1
    }
    #expect(runs == 1)
    #expect(try v.value.floats() == [100])
    // A Swift loop is unrolled into the program: its length is fixed, and a long one makes a long program.
    let f = jit { (x: NDArray) in (0..<5).reduce(x) { y, _ in y + 1 } }
    #expect(try f(zeros(1)).floats() == [5])
  }

  // MARK: Threads

  @Test func threadsThatDrawFromOneGeneratorTakeTurns() throws {
    let f = jit { () in random.random(1, dtype: .f64) }
    let drawn = Mutex<Set<Double>>([])
    try onThreads(4) { _ in
      for _ in 0..<50 {
        let x = try f().item(as: Double.self)
        drawn.withLock { _ = $0.insert(x) }
      }
    }
    #expect(drawn.withLock { $0.count } == 200)
  }

  @Test func manyThreadsTraceOnce() throws {
    let traces = Mutex(0)
    let f = jit { (x: NDArray) in
      traces.withLock { $0 += 1 }
      return x + 1
    }
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      for _ in 0..<10 { _ = try? f(ones(2)) }
    }
    #expect(traces.withLock { $0 } == 1)
  }

  @Test func aTaskStartedInsideIsNotTraced() throws {
    let inside = Mutex<[Float]>([])
    let f = jit { (x: NDArray) -> NDArray in
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        let values = (try? (ones(2) + 1).floats()) ?? []
        inside.withLock { $0 = values }
        done.signal()
      }
      done.wait()
      return x
    }
    _ = try f(ones(2))
    #expect(inside.withLock { $0 } == [2, 2], "a trace belongs to its thread")
  }
}
