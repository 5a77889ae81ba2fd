import Foundation
import Hillock
import HillockTestSupport
import Testing

/// `Variable(…, batchAxis:)`: the size along one axis may change, and nothing else about the type.
@Suite struct BatchAxisTests {
  @Test func theSizeAlongTheBatchAxisMayChange() throws {
    let v = Variable(zeros(2, 3), batchAxis: 0)
    #expect(v.batchAxis == 0 && v.batchSize == 2 && v.shape == [2, 3] && v.unbatchedShape == [3])
    v.value = ones(4, 3)
    #expect(v.batchSize == 4 && v.shape == [4, 3] && v.count == 12 && v.unbatchedShape == [3])
    #expect(try v.value.floats() == [Float](repeating: 1, count: 12))
    v.update(zeros(0, 3))
    #expect(v.batchSize == 0 && v.count == 0)
  }

  @Test func aNegativeAxisCountsFromTheLast() {
    let v = Variable(shape: [2, 3, 5], dtype: .i32, batchAxis: -1)
    #expect(v.batchAxis == 2 && v.batchSize == 5 && v.unbatchedShape == [2, 3])
    v.value = zeros(2, 3, 1, dtype: .i32)
    #expect(v.shape == [2, 3, 1])
  }

  @Test func withoutABatchAxisNothingChanges() {
    let v = Variable(zeros(2, 3))
    #expect(v.batchAxis == nil && v.batchSize == nil && v.unbatchedShape == [2, 3])
  }

  @Test func otherAxesTheRankAndTheDTypeStay() throws {
    let v = Variable(zeros(2, 3), batchAxis: 0, name: "v")
    v.value = zeros(2, 4)
    #expect(
      v.error?.message.hasPrefix(
        "the shape of Variable v is [2, 3] with batch axis 0, while the value given has shape [2, 4]; only the size along axis 0 may change"
      )
        == true)
    #expect { try v.value.floats() } throws: { ($0 as? HillockError)?.code == .shape }
    for (value, code) in [
      (zeros(3), ErrorCode.shape), (zeros(1, 2, 3), .shape), (zeros(5, 3, dtype: .f64), .dtype),
      (zeros(5, 4, dtype: .f64), .shape),
    ] {
      v.value = value
      #expect(v.error?.code == code)
      #expect(throws: HillockError.self) { try v.value.floats() }
    }
    #expect(v.shape == [2, 3])
  }

  @Test func anAxisThatIsNotThereIsAnArgumentError() {
    for axis in [2, -3] {
      let v = Variable(zeros(2, 3), batchAxis: axis, name: "v")
      #expect(v.value.error?.code == .argument)
      #expect(v.value.error?.message.contains("Variable v has no axis \(axis)") == true)
    }
    #expect(Variable(1.0, batchAxis: 0).value.error?.code == .argument)
  }

  /// `v += x` assigns the whole; `v[…] = x` writes into what is there.
  @Test func augmentedAssignmentsMayChangeTheSizeAndPartsMayNot() throws {
    let v = Variable(ones(1, 2), batchAxis: 0)
    v += NDArray([[1.0, 2], [3, 4]])
    #expect(try v.value.floats() == [2, 3, 4, 5])
    v[...] = 0
    #expect(v.shape == [2, 2])
    v[...] = zeros(3, 2)
    #expect(v.error?.code == .shape)
  }

  @Test func everyKindOfVariableMayHaveOne() {
    #expect(TrainVar(zeros(1, 2), batchAxis: 0).batchSize == 1)
    #expect(Parameter(zeros(1, 2), batchAxis: 1).batchSize == 2)
  }

  /// A changed size is another program; the old one is there when the old size comes back.
  @Test func jitHasAProgramForEachSize() throws {
    let v = Variable(zeros(2, 2), batchAxis: 0, name: "v")
    let traced = Counter()
    let step = jit { (x: NDArray) -> NDArray in
      traced.count()
      v += x
      return v.value.sum(axis: 0)
    }
    #expect(try step(1).floats() == [2, 2])
    v.value = ones(3, 2)
    #expect(try step(1).floats() == [6, 6])
    #expect(try step(1).floats() == [9, 9])
    v.value = ones(2, 2)
    #expect(try step(1).floats() == [4, 4])
    #expect(traced.value == 2)
    let explanation = step.explain()
    #expect(explanation.lastRetrace?.description == "Variable v changed from f32[2,2] to f32[3,2]")
    #expect(explanation.programs.map(\.writes.first?.shape) == [[2, 2], [3, 2]])
    #expect(explanation.programs.map(\.signature).last?.contains("v: f32[3,2]") == true)
  }

  @Test func theSizeOfAVariableWhoseValueIsNotUsedIsAConstantOfTheProgramToo() throws {
    let v = Variable(zeros(2, 2), batchAxis: 0)
    let size = jit { (x: NDArray) in x * Float(v.batchSize ?? 0) }
    #expect(try size(ones(1)).floats() == [2])
    v.value = zeros(5, 2)
    #expect(try size(ones(1)).floats() == [5])
  }

  @Test func aJittedFunctionMayChangeTheSize() throws {
    let v = Variable(zeros(1, 2), batchAxis: 0), n = Variable(NDArray(0))
    let reset = jit { (x: NDArray) -> NDArray in
      v.value = x * 2
      n += 1
      let size = v.shape[0]
      v += Float(size)
      return v.value
    }
    let result = try reset(ones(3, 2))
    #expect(v.batchSize == 3)
    #expect(try v.value.floats() == [5, 5, 5, 5, 5, 5] && n.value.item(as: Int.self) == 1)
    // The result and the Variable have memory of their own.
    v[0] = 0
    #expect(try result.floats() == [5, 5, 5, 5, 5, 5])
    #expect(try reset(ones(1, 2)).floats() == [3, 3])
    #expect(v.batchSize == 1)
    #expect(reset.explain().programs.allSatisfy { $0.writes.count == 2 })
  }

  @Test func anErrorLeavesTheSize() throws {
    struct Failed: Error {}
    let v = Variable(ones(2, 2), batchAxis: 0)
    let whileTraced = jit {
      v.value = zeros(5, 2)
      throw Failed()
    }
    #expect(throws: Failed.self) { try whileTraced() }
    #expect(v.shape == [2, 2])
    let whileRunning = jit { (x: NDArray) in
      v.value = zeros(5, 2)
      try tap(x) { _ in throw Failed() }
    }
    #expect(throws: (any Error).self) { try whileRunning(ones(1)) }
    #expect(try v.value.floats() == [1, 1, 1, 1])
  }

  @Test func aNestedFunctionSeesTheSizeOfTheOuterOne() throws {
    let v = Variable(zeros(1, 2), batchAxis: 0)
    let inner = jit { () in v += Float(v.batchSize ?? 0) }
    let outer = jit { (x: NDArray) in
      v.value = x
      try inner()
    }
    try outer(zeros(4, 2))
    #expect(try v.value.floats() == [Float](repeating: 4, count: 8))
  }

  @Test func loopsCarryWhateverSizeThereIs() throws {
    let v = Variable(zeros(1, 2), batchAxis: 0)
    for size in [1, 3, 2] {
      v.value = zeros(size, 2)
      try forLoop(0..<10) { i in v += i }
      #expect(try v.value.floats() == [Float](repeating: 45, count: size * 2))
    }
    // Also where the size changes before the loop in the same function.
    let f = jit { (x: NDArray) in
      v.value = x
      try forLoop(0..<3) { _ in
        try forLoop(0..<2) { _ in v += 1 }
      }
      _ = try cond(v.value.sum() .> 0) {
        v *= 10
      } else: {
        v *= 0
      }
    }
    try f(zeros(5, 2))
    #expect(try v.value.floats() == [Float](repeating: 60, count: 10))
  }

  @Test func loopsAndBranchesKeepTheSize() throws {
    let v = Variable(zeros(2, 2), batchAxis: 0, name: "v")
    let error = #expect(throws: HillockError.self) { try forLoop(0..<3) { _ in v.value = zeros(3, 2) } }
    #expect(error?.code == .shape)
    #expect(error?.message.contains("Variable v is f32[2,2] where") == true)
    #expect(error?.message.contains("f32[3,2] where it ends") == true)
    #expect(throws: HillockError.self) {
      try cond(NDArray(true)) {
        v.value = zeros(3, 2)
      } else: {
      }
    }
    #expect(v.shape == [2, 2])
  }

  /// A view's shape is that of its part at the moment.
  @Test func viewsFollowTheSize() throws {
    let v = Variable(zeros(2, 3), batchAxis: 0)
    let column = VariableView(v, .all, 0), last = VariableView(v, 1)
    #expect(column.shape == [2] && column.batchSize == nil)
    v.value = ones(4, 3)
    #expect(column.shape == [4])
    column += arange(4, dtype: .f32)
    #expect(try v.value[.all, 0].floats() == [1, 2, 3, 4])
    let f = jit { () in column *= Float(column.shape[0]) }
    try f()
    #expect(try v.value[.all, 0].floats() == [4, 8, 12, 16])
    column.value = zeros(3)
    #expect(v.error?.code == .shape)
    #expect(throws: HillockError.self) { try v.value.floats() }
    v.value = zeros(1, 3)
    #expect(last.value.error?.code == .index)
  }

  @Test func statesAreSavedAndLoadedAtTheirSizes() throws {
    final class Layer: Base {
      let h = Variable(zeros(1, 3), batchAxis: 0)
      let w = Variable(ones(3))
    }
    let folder = try ScratchFolder(), path = folder["net.npz"]
    let layer = Layer(), twin = Layer()
    layer.h.value = arange(12, dtype: .f32).reshaped(4, 3)
    try layer.saveStates(to: path)
    try twin.loadStates(from: path)
    #expect(twin.h.shape == [4, 3])
    #expect(try areIdentical(twin.h.value, layer.h.value))

    final class Wider: Base {
      let h = Variable(zeros(1, 4), batchAxis: 0)
      let w = Variable(ones(3))
    }
    let wider = Wider()
    let error = #expect(throws: HillockError.self) { try wider.loadStates(from: path) }
    #expect(error?.code == .shape && error?.message.contains("h is f32[1,4] with batch axis 0, in the file f32[4,3]") == true)
    #expect(wider.h.shape == [1, 4])
  }

  /// The size is that of a moment: a call takes the program for the one it finds under its lease, never memory of another size.
  @Test func sizesThatOtherThreadsChangeNeverCorrupt() async throws {
    let v = Variable(ones(2, 64), batchAxis: 0)
    let f = jit { () in v.value.sum() / Float(v.batchSize ?? 0) }
    f.conflicts = .wait
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for i in 0..<300 { v.value = ones([1, 3, 50][i % 3], 64) }
      }
      for _ in 0..<3 {
        group.addTask {
          for _ in 0..<200 {
            let mean = try? f().item(as: Float.self)
            // nil: a write was refused meanwhile, because the Variable was being read.
            #expect(mean == 64 || mean == nil)
          }
        }
      }
    }
    #expect(f.explain().programs.count <= 4)
  }

  /// Between the tracing of a loop outside `jit` and its run, another thread gives the Variable another size: the loop is traced again, as
  /// a jitted function would take another program.
  @Test(arguments: ["forLoop", "in blocks", "scan", "whileLoop", "cond"])
  func aSizeThatChangesUnderALoopIsMet(_ construct: String) throws {
    let state = Variable(zeros(2, 3), batchAxis: 0, name: "state"), steps = Variable(NDArray(0))
    nonisolated(unsafe) var sizes: [Int?] = []
    func step() {
      sizes.append(state.batchSize)
      if sizes.count == 1 {
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          state.value = zeros(4, 3)
          isDone.signal()
        }
        isDone.wait()
      }
      state += 1
      steps += 1
    }
    switch construct {
    case "forLoop": try forLoop(0..<3) { _ in step() }
    case "in blocks": try forLoop(0..<3, progress: { _ in }) { _ in step() }
    case "scan":
      _ = try scan(0..<3, init: NDArray(0)) { c, i in
        step()
        return (c, i)
      }
    case "whileLoop":
      try whileLoop {
        steps.value .< 3
      } body: {
        step()
      }
    default: try cond(true, then: { step() }, else: {})
    }
    #expect(sizes.prefix(2) == [2, 4] && Set(sizes.dropFirst()) == [4])
    #expect(try state.value.floats() == [Float](repeating: construct == "cond" ? 1 : 3, count: 12))
    #expect(state.shape == [4, 3])
  }
}

private final class Counter: @unchecked Sendable {
  // @unchecked: counted on one thread.
  private(set) var value = 0
  func count() { value += 1 }
}
