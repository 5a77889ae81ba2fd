import Foundation
import Hillock
import Synchronization
import Testing

/// What is created while a function is traced, and outlives the trace.
///
/// Swift creates globals and statics at their first use: these stand for those of a user, one a test.
private enum Globals {
  static let counter = Variable(zeros(1))
  static let inLoop = Variable(NDArray(5))
  static let inBranch = Variable(NDArray(7))
  nonisolated(unsafe) static let modelInit = Written()
  static let table = arange(5) * 2.0 + 1
  static let tableInLoop = linspace(0, 4, count: 5) * NDArray([1.0, 1, 1, 1, 2])
  static let large = arange(1000, dtype: .f32) + 1
  static let generator = RandomState(seed: 7)
  static let generatorInLoop = RandomState(seed: 7)
  static let drawn = Variable(random.normal(3))
  static let touchedByAFailure = Variable(zeros(1))
  static let seenByGraph = Variable(ones(2))
  static let fromThreads = Variable(zeros(1))
}

private final class Written: Base {
  let w = Variable(zeros(3))
  override init() {
    super.init()
    w[0] = 4
  }
}

private final class Lazy: Base {
  lazy var state = Variable(zeros(2))
  lazy var scale = NDArray([1.0, 2.0]) * 3.0
  var optional: Variable?

  func step(_ x: NDArray) -> NDArray {
    if optional == nil { optional = Variable(x * 2) } else { optional? += 1 }
    state += x * scale
    return state + (optional?.value ?? x)
  }
}

private struct Stop: Error {}

/// Runs the body on as many threads, and gives the first error.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ thread: Int) throws -> Void) throws {
  let group = DispatchGroup()
  final class Box: Sendable { let failure = Mutex<(any Error)?>(nil) }
  let box = Box()
  for thread in 0..<count {
    group.enter()
    Thread.detachNewThread {
      do { try body(thread) } catch { box.failure.withLock { $0 = $0 ?? error } }
      group.leave()
    }
  }
  group.wait()
  if let error = box.failure.withLock({ $0 }) { throw error }
}

@Suite(.serialized) struct OutlivingTests {
  @Test func aGlobalVariableFirstUsedInACallCounts() throws {
    let f = jit { (x: NDArray) -> NDArray in
      Globals.counter += x
      return Globals.counter.value
    }
    for expected: Float in [1, 2, 3] { #expect(try f(ones(1)).floats() == [expected]) }
    #expect(try Globals.counter.value.floats() == [3])
    Globals.counter.value = NDArray([10.0])
    #expect(try f(ones(1)).floats() == [11])
    #expect(f.statistics.count == 1, "one program remains")
  }

  @Test func aGlobalVariableFirstUsedInALoopCounts() throws {
    try forLoop(0..<3) { i in Globals.inLoop += i }
    #expect(try Globals.inLoop.value.ints() == [8])
    let f = jit { (x: NDArray) in try cond(x.sum() .> 0, then: { Globals.inBranch += 1 }, else: {}) }
    for _ in 0..<2 { try f(ones(1)) }
    try f(-ones(1))
    #expect(try Globals.inBranch.value.ints() == [9])
  }

  @Test func whatAnInitialiserWritesIsKept() throws {
    let f = jit { () -> NDArray in
      Globals.modelInit.w += 1
      return Globals.modelInit.w.value
    }
    #expect(try f().floats() == [5, 1, 1])
    #expect(try f().floats() == [6, 2, 2])
  }

  @Test func lazyPropertiesAndOptionalsAreCreatedOnce() throws {
    let model = Lazy()
    let f = jit(model, Lazy.step)
    // As plainly: the first call creates (2), later ones count.
    #expect(try f(ones(2)).floats() == [5, 8])
    #expect(try f(ones(2)).floats() == [9, 15])
    #expect(try f(ones(2)).floats() == [13, 22])
    #expect(try model.scale.floats() == [3, 6])
    #expect(try model.optional?.value.floats() == [4, 4])
  }

  @Test func globalArraysAreTheSameEverywhere() throws {
    let f = jit { (x: NDArray) in x + Globals.table }
    for _ in 0..<2 { #expect(try f(zeros(5)).floats() == [1, 3, 5, 7, 9]) }
    #expect(try Globals.table.floats() == [1, 3, 5, 7, 9])
    #expect("\(Globals.table)" == "NDArray([1., 3., 5., 7., 9.], dtype=float32)")
    let g = jit { (x: NDArray) in try forLoop(0..<2) { _ in x * Globals.tableInLoop } }
    #expect(try g(ones(5))[1].floats() == [0, 1, 2, 3, 8])
    #expect(try f(Globals.tableInLoop).floats() == [1, 4, 7, 10, 17], "as an argument")
    let large = jit { (x: NDArray) in x * Globals.large }
    for _ in 0..<2 { #expect(try large(NDArray(2.0)).sum().floats() == [1_001_000]) }
    #expect(try (Globals.large + 1)[999].floats() == [1001])
  }

  @Test func generatorsAreWhatTheyAreOutside() throws {
    let twin = RandomState(seed: 7)
    let expected = try (0..<3).map { _ in try twin.random(2).floats() }
    let f = jit { () in Globals.generator.random(2) }
    #expect(try (0..<3).map { _ in try f().floats() } == expected)
    let rows = try forLoop(0..<3) { _ in Globals.generatorInLoop.random(2) }
    #expect(try rows.floats() == expected.flatMap { $0 })
    let next = try twin.random(2).floats()
    #expect(try Globals.generatorInLoop.random(2).floats() == next)
  }

  @Test func aDrawnInitialValueStays() throws {
    let f = jit { () in Globals.drawn.value }
    let first = try f().floats()
    #expect(try f().floats() == first)
    #expect(try Globals.drawn.value.floats() == first)
    #expect(try random.normal(3).floats() != first)
  }

  @Test func aCallThatFailsOrIsOnlyLookedAtLeavesWholeVariables() throws {
    let f =
      jit { (x: NDArray) in
        _ = Globals.touchedByAFailure.value
        throw Stop()
      } as Jitted<Void, NDArray>
    #expect(throws: Stop.self) { try f(ones(1)) }
    #expect(try Globals.touchedByAFailure.value.floats() == [0])
    let g = jit { (x: NDArray) in x + Globals.seenByGraph }
    #expect(try g.graph(ones(2)).contains("variable"))
    #expect(try g(ones(2)).floats() == [2, 2])
    #expect(try Globals.seenByGraph.value.floats() == [1, 1])
  }

  @Test func aVariableThatIsKeptInEachCallIsWhole() throws {
    nonisolated(unsafe) var history: [Variable] = []
    let f = jit { (x: NDArray) in history.append(Variable(x * 2)) }
    for i in 1...3 { try f(full([1], Double(i))) }
    #expect(try history.map { try $0.value.floats() } == [[2], [4], [6]])
    history[0] += 1
    #expect(try history[0].value.floats() == [3])
    let made = jit { (x: NDArray) in Variable(x) }
    let first = try made(ones(1)), second = try made(zeros(1))
    #expect(first !== second)
    #expect(try first.value.floats() == [1])
    #expect(try second.value.floats() == [0])
  }

  @Test func aVariableThatALoopCreatesInEachTraceIsRefusedByName() throws {
    nonisolated(unsafe) var kept: [Variable] = []
    let error = #expect(throws: HillockError.self) {
      try forLoop(0..<3) { i in kept.append(Variable(zeros(1), name: "h")) }
    }
    #expect(error?.code == .trace)
    #expect(error?.message.hasPrefix("Variable h is created in a loop or a branch each time forLoop is traced") == true)
    nonisolated(unsafe) var unknown: Variable?
    try forLoop(0..<3) { i in if unknown == nil { unknown = Variable(NDArray([0.0]) + i, name: "u") } }
    let message = #expect(throws: HillockError.self) { try unknown?.value.floats() }
    #expect(message?.message.contains("Variable u was created while a function was traced") == true)
  }

  @Test func threadsThatMeetItAtOnceWaitForIt() throws {
    let f = jit { (x: NDArray) in Globals.fromThreads += x }
    let g = jit { (x: NDArray) in Globals.fromThreads += x }
    f.conflicts = .wait
    g.conflicts = .wait
    try onThreads(4) { thread in for _ in 0..<50 { try (thread % 2 == 0 ? f : g)(ones(1)) } }
    #expect(try Globals.fromThreads.value.floats() == [200])
  }
}
