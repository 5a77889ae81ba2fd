import Hillock
import Synchronization
import Testing

/// Properties that a program holds as constants are compared at each call with what they were when it was traced.
@Suite(.serialized) struct StaticStateTests {
  enum Scheme { case euler, heun }
  struct Options { var gain: Float = 1, names: [String] = ["a"] }
  final class Plain { var x = 1 }

  class Model: Base {
    let w = Variable(ones(2))
    var rate: Double = 0.5
    var count = 3
    var isOn = true
    var label = "m"
    var scheme = Scheme.euler
    var rates: [Float] = [1, 2, 3]
    var options = Options()
    var table: [String: Double] = ["k": 1]
    var weights = NDArray([1.0, 2.0])
    var maybe: Double?
    var activation: (NDArray) -> NDArray = { $0 }
    var plain = Plain()
    var other = Variable(zeros(2))
    @Untracked var log: [String] = []
    lazy var cached = 7
    weak var parent: Model?
    let lock = Mutex(0)

    func callAsFunction(_ x: NDArray) -> NDArray { w * x * rate }
  }

  final class Net: Base {
    var cells = [Model(), Model()]
    func update(_ x: NDArray) -> NDArray { cells.reduce(x) { $1($0) } }
  }

  /// Warnings are kept per test by name of the function: other suites may warn at the same time.
  private final class Warnings: Sendable {
    private let all = Mutex<[String]>([])
    private let name: String
    private let before = Engine.warningHandler
    init(_ name: String) {
      self.name = name
      Engine.warningHandler = { [weak self, before] message in
        guard let self, message.hasPrefix("\(name):") else { return before(message) }
        self.all.withLock { $0.append(message) }
      }
    }
    func take() -> [String] {
      all.withLock { taken in
        defer { taken = [] }
        return taken
      }
    }
    deinit { Engine.warningHandler = before }
  }

  typealias Change = @Sendable (Model) -> Void

  /// What a change of each kind of property is called.
  static let kinds: [(change: Change, path: String, old: String, new: String)] = [
    ({ $0.rate = 0.25 }, "rate", "0.5", "0.25"),
    ({ $0.rate = .nan }, "rate", "0.5", "nan"),
    ({ $0.count += 1 }, "count", "3", "4"),
    ({ $0.isOn = false }, "isOn", "true", "false"),
    ({ $0.label = "n" }, "label", "m", "n"),
    ({ $0.scheme = .heun }, "scheme", "euler", "heun"),
    // In place: the array keeps its buffer unless somebody else holds it.
    ({ $0.rates[1] = 9 }, "rates", "[1.0, 2.0, 3.0]", "[1.0, 9.0, 3.0]"),
    ({ $0.rates = [] }, "rates", "[1.0, 2.0, 3.0]", "[]"),
    ({ $0.options.gain = 2 }, "options.gain", "1.0", "2.0"),
    ({ $0.options.names.append("b") }, "options.names", "[a]", "[a, b]"),
    ({ $0.table["k"] = 2 }, "table", "[(key: \"k\", value: 1.0)]", "[(key: \"k\", value: 2.0)]"),
    ({ $0.weights = NDArray([1.0, 3.0]) }, "weights", "NDArray([1., 2.], dtype=float32)", "NDArray([1., 3.], dtype=float32)"),
    ({ $0.maybe = 1 }, "maybe", "empty", "1.0"),
    ({ $0.activation = { $0 + 1 } }, "activation", "function", "another function"),
    ({ $0.plain = Plain() }, "plain", "Plain", "another Plain"),
    ({ $0.other = Variable(zeros(3)) }, "other", "Variable f32[2]", "Variable f32[3]"),
  ]

  @Test(arguments: kinds.indices) func aChangeOfAnyKindIsNamedWithBothValues(_ index: Int) throws {
    let (change, path, old, new) = Self.kinds[index]
    let model = Model()
    let f = jit(model, Model.callAsFunction, name: "kinds\(index)")
    let warnings = Warnings("kinds\(index)")
    _ = try f(ones(2))
    _ = try f(ones(2))
    #expect(warnings.take() == [])
    change(model)
    _ = try f(ones(2))
    #expect(f.explain().programs.first?.changes.map(\.path) == ["\(model.name).\(path)"])
    let change2 = f.explain().programs.first?.changes.first
    #expect(change2?.old == old)
    #expect(change2?.new == new)
    #expect(warnings.take().count == 1, "once per change")
    _ = try f(ones(2))
    #expect(warnings.take() == [])
  }

  @Test func whatProgramsDoNotDependOnIsNotReported() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction, name: "quiet")
    let warnings = Warnings("quiet")
    _ = try f(ones(2))
    model.log.append("called")
    _ = model.cached
    model.parent = model
    model.lock.withLock { $0 += 1 }
    model.plain.x += 1
    model.w += 1
    model.rates = [1, 2, 3]
    model.label = "m" + ""
    _ = try f(ones(2))
    #expect(warnings.take() == [])
  }

  @Test func theProgramGoesOnWithTheOldValueAndSaysSo() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction, name: "warned")
    let warnings = Warnings("warned")
    #expect(try f(ones(2)).floats() == [0.5, 0.5])
    model.rate = 2
    #expect(try f(ones(2)).floats() == [0.5, 0.5])
    let message = try #require(warnings.take().first)
    #expect(message.hasPrefix("warned: \(model.name).rate was 0.5 when the function was traced and is 2.0 now"))
    model.rate = 0.5
    #expect(try f(ones(2)).floats() == [0.5, 0.5])
    #expect(warnings.take() == [], "back at the value that the program holds")
    #expect(f.explain().programs.first?.changes == [])
  }

  @Test func retraceTakesTheNewValue() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction)
    f.staticState = .retrace
    #expect(try f(ones(2)).floats() == [0.5, 0.5])
    model.rate = 2
    #expect(try f(ones(2)).floats() == [2, 2])
    #expect(try f(ones(2)).floats() == [2, 2])
    #expect(f.statistics.map(\.calls) == [2], "the stale program is gone")
    #expect(f.explain().lastRetrace?.cause == .staticState)
    #expect(f.explain().lastRetrace?.description == "\(model.name).rate changed from 0.5 to 2.0")
  }

  @Test func errorThrowsUntilTheValueIsPutBack() throws {
    let model = Model()
    let v = model.w
    let f = jit(
      model,
      { model in
        { (x: NDArray) in
          v += x * model.rate
        }
      })
    f.staticState = .error
    try f(ones(2))
    model.rate = 2
    for _ in 0..<20 {
      let error = #expect(throws: HillockError.self) { try f(ones(2)) }
      #expect(error?.code == .stale)
    }
    #expect(try v.value.floats() == [1.5, 1.5], "nothing was committed")
    model.rate = 0.5
    try f(ones(2))
    model.rate = 2
    f.forget()
    try f(ones(2))
    #expect(try v.value.floats() == [4, 4])
  }

  @Test func offComparesNothing() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction, name: "unwatched")
    f.staticState = .off
    let warnings = Warnings("unwatched")
    _ = try f(ones(2))
    model.rate = 2
    _ = try f(ones(2))
    #expect(warnings.take() == [])
  }

  @Test func objectsThatTheObjectHoldsAreComparedToo() throws {
    let net = Net()
    let f = jit(net, Net.update)
    f.staticState = .retrace
    #expect(try f(ones(2)).floats() == [0.25, 0.25])
    net.cells[1].rate = 4
    #expect(try f(ones(2)).floats() == [2, 2])
    #expect(f.explain().lastRetrace?.path == "\(net.cells[1].name).rate")
    let new = Model()
    net.cells[0] = new
    new.rate = 1
    #expect(try f(ones(2)).floats() == [4, 4])
    #expect(f.explain().lastRetrace?.path == "\(net.name).cells[0]")
  }

  @Test func objectsAmongTheArgumentsAndOfInnerFunctionsAreComparedToo() throws {
    let model = Model()
    let f = jit { (model: Model, x: NDArray) in model(x) }
    f.staticState = .retrace
    _ = try f(model, ones(2))
    model.rate = 1
    #expect(try f(model, ones(2)).floats() == [1, 1])
    let inner = jit(model, Model.callAsFunction)
    let outer = jit { (x: NDArray) in try inner(x) * 2 }
    outer.staticState = .retrace
    #expect(try outer(ones(2)).floats() == [2, 2])
    model.rate = 3
    #expect(try outer(ones(2)).floats() == [6, 6])
  }

  @Test func whatTheFunctionChangesItselfIsReportedWhenItIsTraced() throws {
    final class Counter: Base {
      var n = 0
      var last: NDArray = 0
      func count(_ x: NDArray) -> NDArray {
        n += 1
        last = x * 2
        return x + n
      }
    }
    let counter = Counter()
    let f = jit(counter, Counter.count, name: "counts")
    let warnings = Warnings("counts")
    _ = try f(ones(1))
    let messages = warnings.take()
    #expect(messages.count == 2)
    #expect(messages.first?.hasPrefix("counts: \(counter.name).n was changed from 0 to 1 by the function itself") == true)
    #expect(messages.last?.contains("to value of a trace by the function itself") == true)
    _ = try f(ones(1))
    #expect(warnings.take() == [])
    let strict = jit(counter, Counter.count)
    strict.staticState = .error
    #expect(throws: HillockError.self) { try strict(ones(1)) }
  }

  @Test func aPropertyThatChangesAllTheTimeFallsSilent() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction, name: "noisy")
    let warnings = Warnings("noisy")
    _ = try f(ones(2))
    for _ in 0..<100 {
      model.count += 1
      _ = try f(ones(2))
    }
    #expect(warnings.take().count == 8)
    model.rate = 2
    _ = try f(ones(2))
    #expect(warnings.take().count == 1, "the others are still looked at")
  }

  @Test func theProcessWideSettingIsTheDefault() throws {
    let f = jit { (x: NDArray) in x }
    #expect(f.staticState == .warn)
    #expect(Engine.staticState == .warn)
  }

  @Test func subclassesArePartOfIt() throws {
    class Middle: Model { var extra = 1 }
    final class Leaf: Middle { var deep = [1: "x"] }
    let leaf = Leaf()
    let f = jit(leaf, Model.callAsFunction)
    f.staticState = .retrace
    for (change, path) in [({ leaf.rate = 1 }, "rate"), ({ leaf.extra = 2 }, "extra"), ({ leaf.deep[2] = "y" }, "deep")] {
      _ = try f(ones(2))
      change()
      _ = try f(ones(2))
      #expect(f.explain().lastRetrace?.path == "\(leaf.name).\(path)")
    }
  }

  /// The comparison looks at the objects of the function alone, whatever else lives.
  @Test func aCheckDoesNotLookAtOtherObjects() throws {
    let model = Model()
    let f = jit(model, Model.callAsFunction)
    _ = try f(ones(2))
    let watched = try #require(f.watchedObjects.first)
    let others = (0..<1000).map { _ in Model() }
    _ = try f(ones(2))
    #expect(watched == 1)
    #expect(f.watchedObjects == [1])
    #expect(others.count == 1000)
  }

  private enum Scale: StaticArgument {
    case by(Double)
    case none
  }

  private struct Limits: Hashable, Sendable {
    var low = 0.0
    var all = ["a": [0.0, .nan]]
  }

  private final class Held: Base {
    var number = 0.0
    var limits = Limits()
    var list = [0.0, 1.0]
    var small: Float? = 0
    var set: Set<Double> = [0.0, .nan]
    func callAsFunction(_ x: NDArray) -> NDArray { x / number }
  }

  /// 1 / 0 = ∞, 1 / −0 = −∞.
  @Test func staticFloatsAreComparedByTheirBits() throws {
    let f = jit { (x: NDArray, a: Double) in x / a }
    #expect(try f(ones(1), 0.0).floats() == [.infinity])
    #expect(try f(ones(1), -0.0).floats() == [-.infinity])
    #expect(try f(ones(1), 0.0).floats() == [.infinity])
    for _ in 0..<3 { #expect(try f(ones(1), .nan).floats()[0].isNaN) }
    #expect(f.statistics.count == 3)
    let g = jit { (x: NDArray, a: Scale, b: [Float?]) -> NDArray in
      if case .by(let factor) = a { return x / factor + (b.last.flatMap { $0 } ?? 0) }
      return x
    }
    #expect(try g(ones(1), .by(0), [nil]).floats() == [.infinity])
    #expect(try g(ones(1), .by(-0.0), [nil]).floats() == [-.infinity])
    for _ in 0..<3 { #expect(try g(ones(1), .by(.nan), [.nan]).floats()[0].isNaN) }
    #expect(try g(ones(1), .none, [0]).floats() == [1])
    #expect(g.statistics.count == 4)
  }

  @Test func floatsInPropertiesAreComparedByTheirBits() throws {
    let model = Held()
    model.number = .nan
    let f = jit(model, Held.callAsFunction)
    f.staticState = .error
    for _ in 0..<3 { _ = try f(ones(1)) }
    let changes: [(String, () -> Void, () -> Void)] = [
      ("number", { model.number = 0 }, { model.number = .nan }),
      ("limits", { model.limits.low = -0.0 }, { model.limits.low = 0 }),
      ("limits", { model.limits.all["a"] = [-0.0, .nan] }, { model.limits.all["a"] = [0.0, .nan] }),
      ("list", { model.list[0] = -0.0 }, { model.list[0] = 0.0 }),
      ("small", { model.small = -0.0 }, { model.small = 0 }),
      ("set", { model.set = [-0.0, .nan] }, { model.set = [.nan, 0.0] }),
    ]
    for (property, change, back) in changes {
      change()
      let error = #expect(throws: HillockError.self) { try f(ones(1)) }
      #expect(error?.code == .stale)
      #expect(error?.message.contains(".\(property)") == true)
      back()
      #expect(throws: Never.self) { try f(ones(1)) }
    }
  }

  /// A value that is carried through a loop keeps its static parts.
  @Test func carriedStaticFloatsAreComparedByTheirBits() throws {
    func loop(_ enters: Double, _ leaves: Double) throws -> NDArray {
      let carry = try forLoop(0..<2, carry: [Carried(x: ones(1), a: enters)]) { _, c in [Carried(x: c[0].x + 1, a: leaves)] }
      return carry[0].x
    }
    #expect(try loop(.nan, .nan).floats() == [3])
    let error = #expect(throws: HillockError.self) { try loop(0, -0.0) }
    #expect(error?.message.contains("0.0 and leaves it as -0.0") == true)
  }

  private struct Carried: ArrayTree {
    var x: NDArray
    var a: Double
    func visit(_ visitor: inout TreeVisitor) {
      x.visit(&visitor)
      a.visit(&visitor)
    }
    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Carried { Carried(x: try x.map(transform), a: a) }
  }
}
