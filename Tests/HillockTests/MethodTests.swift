import CAllocationCounter
import Hillock
import Testing

/// Methods compiled in place: each object's own, gone with the object.
@Suite struct MethodTests {
  class Cell: Base {
    let V = Variable(zeros(2), name: "V")
    var gain: Double
    nonisolated(unsafe) static var traces = 0

    init(_ gain: Double) {
      self.gain = gain
      super.init()
    }

    func update(_ x: NDArray) throws -> NDArray { try compiledMethod(of: self, "update") { $0.plainUpdate }(x) }
    func plainUpdate(_ x: NDArray) -> NDArray {
      Self.traces += 1
      V += x * gain
      return V.value
    }

    func reset() throws { try compiledMethod(of: self, "reset") { $0.plainReset }() }
    private func plainReset() { V[...] = 0 }

    func both(_ x: NDArray, _ n: Int, _ parts: [NDArray], _ name: String) throws -> (NDArray, [NDArray]) {
      try compiledMethod(of: self, "both") { $0.plainBoth }(x, n, parts, name)
    }
    private func plainBoth(_ x: NDArray, _ n: Int, _ parts: [NDArray], _ name: String) -> (NDArray, [NDArray]) {
      (x * n, parts.map { $0 + (name == "up" ? 1 : -1) })
    }
  }

  final class Leaky: Cell {
    override func plainUpdate(_ x: NDArray) -> NDArray { super.plainUpdate(x) * 0.5 }
  }

  final class Six: Base, Callable6 {
    let V = Variable(zeros(1))
    func callAsFunction(_ a: NDArray, _ b: [NDArray], _ c: Int, _ d: Bool, _ e: Double, _ f: NDArray) -> NDArray {
      V += a * c + b[0] * e
      return d ? V - f : V + f
    }
  }

  final class Four: Callable4 {
    let V = Variable(zeros(1))
    func callAsFunction(_ a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray) { V += a * b + c * d }
  }

  @Test func anObjectThatIsCalledTakesAnyNumberOfArguments() throws {
    let six = Six(), four = Four(), x = ones(1)
    let f = jit(six), g = jit(six, Six.callAsFunction), h = jit(four), k = jit(four, Four.callAsFunction)
    #expect(try f(x, [x], 2, true, 0.5, x).floats() == [1.5])
    #expect(try g(x, [x], 2, false, 0.5, x).floats() == [6])
    try h(x, 2 * x, 3 * x, 4 * x)
    try k(x, x, x, x)
    #expect(try four.V.value.floats() == [16])
    #expect(h.explain().name == "Four")
  }

  /// As the macro writes it, with the class in the name that tells overrides apart.
  @Test func aCompiledMethodIsCalledByItsObjectAndItself() throws {
    final class Counter: Base {
      let n = Variable(zeros(1))
      func count() throws { try compiledMethod(of: self, "Counter.count") { $0.plainCount }() }
      private func plainCount() { n += 1 }
    }
    let counter = Counter()
    try counter.count()
    #expect(counter.explainMethods().map(\.name) == ["\(counter.name).count"])
  }

  @Test func aMethodOfAnObjectIsJitted() throws {
    let cell = Cell(2)
    let bound = jit(cell.plainUpdate), told = jit(cell, Cell.plainUpdate)
    #expect(try bound(ones(2)).floats() == [2, 2])
    #expect(try told(ones(2)).floats() == [4, 4])
    let none = jit(cell, Cell.reset)
    try none()
    #expect(try cell.V.value.floats() == [0, 0])
    let four = jit(cell, Cell.both)
    #expect(try four(ones(1), 3, [ones(1)], "up").1[0].floats() == [2])
  }

  @Test func everyInstanceHasItsOwnPrograms() throws {
    let a = Cell(1), b = Cell(10)
    let before = Cell.traces
    for _ in 0..<3 {
      _ = try a.update(ones(2))
      _ = try b.update(ones(2))
    }
    #expect(Cell.traces - before == 2)
    #expect(try a.V.value.floats() == [3, 3])
    #expect(try b.V.value.floats() == [30, 30])
    try b.reset()
    #expect(try b.V.value.floats() == [0, 0])
    #expect(try a.V.value.floats() == [3, 3])
    #expect(a.explainMethods().map(\.name) == ["\(a.name).update"])
    #expect(b.explainMethods().map(\.name) == ["\(b.name).update", "\(b.name).reset"])
    let (x, parts) = try a.both(ones(1), 3, [ones(1), zeros(1)], "down")
    #expect(try x.floats() == [3])
    #expect(try parts.map { try $0.floats() } == [[0], [-1]])
  }

  @Test func overridesAndSuperWork() throws {
    let cell = Leaky(2)
    #expect(try cell.update(ones(2)).floats() == [1, 1])
    #expect(try cell.update(ones(2)).floats() == [2, 2])
  }

  @Test func programsDieWithTheObject() throws {
    weak var gone: Cell?
    do {
      let cell = Cell(1)
      gone = cell
      _ = try cell.update(ones(2))
      _ = try cell.update(ones(3, dtype: .f32).sum())
    }
    #expect(gone == nil, "no cycle through its programs")
  }

  @Test func programsOfFunctionsThatTookAnObjectAreLetGoWithIt() throws {
    let f = jit { (cell: Cell, x: NDArray) in cell.plainUpdate(x) }
    weak var variable: Variable?
    do {
      let cell = Cell(1)
      variable = cell.V
      _ = try f(cell, ones(2))
      #expect(f.statistics.count == 1)
    }
    #expect(f.statistics.isEmpty)
    #expect(variable == nil)
  }

  @Test func aMethodOutlivingItsObjectSaysSo() throws {
    var cell: Cell? = Cell(1)
    let update = try compiledMethod(of: #require(cell), "kept") { $0.plainUpdate }
    cell = nil
    let error = #expect(throws: HillockError.self) { try update(ones(2)) }
    #expect(error?.message.hasPrefix("the object whose method kept this is no longer lives") == true)
  }

  @Test func calledInsideAnotherFunctionItIsInlined() throws {
    let cell = Cell(2)
    let outer = jit { (x: NDArray) in try cell.update(x) + cell.update(x) }
    #expect(try outer(ones(2)).floats() == [6, 6])
    #expect(try cell.V.value.floats() == [4, 4])
    #expect(cell.explainMethods().map(\.programs.count) == [0])
  }
}
