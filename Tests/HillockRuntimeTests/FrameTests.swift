import CAllocationCounter
import Dispatch
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

@Suite struct FrameTests {
  /// x + w, which is also what w becomes; and x · x as a second result.
  private func program() throws -> Graph {
    var builder = GraphBuilder(name: "step")
    let x = builder.argument(ArrayType(.f32, [3]))
    let (slot, w) = builder.variable(name: "w", ArrayType(.f32, [3]))
    let sum = try builder.elementwise(op("add"), [x, w])
    builder.result(sum)
    builder.result(try builder.elementwise(op("square"), [x]))
    try builder.store(slot: slot, sum)
    return builder.graph
  }

  @Test func resultsAndStores() throws {
    let executable = try executable(program())
    let frame = executable.makeFrame()
    frame.setArgument(0, try storage([1, 2, 3] as [Float]))
    frame.setVariable(0, try storage([10, 20, 30] as [Float]))
    try executable.run(frame)
    #expect(frame.takeResult(0).values(Float.self) == [11, 22, 33])
    #expect(frame.takeResult(1).values(Float.self) == [1, 4, 9])
    #expect(frame.takeStored(0)?.values(Float.self) == [11, 22, 33])
    executable.recycle(frame)
  }

  /// Results are moved out, and a recycled frame holds on to nothing.
  @Test func ownership() throws {
    let executable = try executable(program())
    let frame = executable.makeFrame()
    weak var argument: Storage?
    weak var leftover: Storage?
    do {
      let x = try storage([1, 2, 3] as [Float])
      argument = x
      frame.setArgument(0, x)
      frame.setVariable(0, x)
      try executable.run(frame)
      var result = frame.takeResult(1)
      #expect(isKnownUniquelyReferenced(&result))
      leftover = frame.takeStored(0)
    }
    executable.recycle(frame)
    #expect(argument == nil)
    #expect(leftover == nil)
  }

  @Test func whatIsMissingIsNamed() throws {
    let executable = try executable(program())
    let frame = executable.makeFrame()
    frame.setArgument(0, try storage([1, 2, 3] as [Float]))
    #expect { try executable.run(frame) } throws: {
      guard let error = $0 as? HillockError else { return false }
      return error.code == .argument && error.message.contains("Variable w is f32[3]") && error.message.contains("nothing")
    }
    frame.setVariable(0, try storage([1] as [Float]))
    #expect { try executable.run(frame) } throws: { ($0 as? HillockError)?.message.contains("4 bytes") ?? false }
    // Out of range is ignored, not trapped on.
    frame.setArgument(9, .empty)
    frame.setVariable(-1, .empty)
    #expect(frame.takeResult(9).byteCount == 0)
    #expect(frame.takeStored(9) == nil)
  }

  @Test func aFrameOfAnotherExecutableIsRefused() throws {
    let one = try executable(program()), other = try executable(program())
    #expect { try one.run(other.makeFrame()) } throws: { ($0 as? HillockError)?.code == .argument }
  }

  /// Whatever number of workers is asked for.
  @Test(arguments: [-1, 0, 1, 1_000_000])
  func anyNumberOfWorkers(workers: Int) throws {
    var options = ExecutionOptions(tier: .interpreter, workers: workers)
    options.sharesAlways = true
    let executable = try executable(program(), options)
    let frame = executable.makeFrame()
    frame.setArgument(0, try storage([1, 2, 3] as [Float]))
    frame.setVariable(0, try storage([10, 20, 30] as [Float]))
    try executable.run(frame)
    #expect(frame.takeResult(0).values(Float.self) == [11, 22, 33])
  }

  @Test func framesAreUsedAgain() throws {
    let executable = try executable(program())
    let frame = executable.makeFrame()
    executable.recycle(frame)
    #expect(executable.makeFrame() === frame)
  }

  /// One executable from sixteen threads, with work enough that they compete for the team.
  @Test func threads() throws {
    let count = 40_000
    let type = ArrayType(.f32, [count])
    let graph = try graph([type, ArrayType(.f32, [])]) { builder, a in
      let value = try builder.elementwise(op("fma"), [a[0], a[0], try builder.broadcast(a[1], to: [count])])
      return [try builder.elementwise(op("sqrt"), [value]), try builder.reduce(.sum, value, axes: [0])]
    }
    let executable = try executable(graph, ExecutionOptions(tier: .interpreter, workers: 4))
    let xs = try storage((0..<count).map { Float($0 % 100) })
    let expected = try (0..<16).map { try run(executable, [xs, storage([Float($0)])]).map { $0.values(UInt32.self) } }
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 16) { thread in
      for _ in 0..<40 {
        let results = try? run(executable, [xs, storage([Float(thread)])]).map { $0.values(UInt32.self) }
        if results != expected[thread] { failures.add(1, ordering: .relaxed) }
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }
}

@Suite struct AllocationTests {
  /// A warm run takes one allocation a result, its handle; memory comes from the pool, the rest from the frame. In a process of
  /// its own, for other tests take memory from the pool, too.
  @Test func aWarmRunAllocatesHandlesOnly() async {
    await #expect(processExitsWith: .success) {
      try #require(allocation_counter_works() != 0)
      #expect(try Self.allocations(count: 1, workers: 2).max() == 2)
      #expect(try Self.allocations(count: 100_000, workers: 1).max() == 2)
      // A helper that was asleep is woken by Dispatch, which allocates now and then: that is no part of the run.
      #expect(try Self.allocations(count: 100_000, workers: 2).min() == 2)
    }
  }

  /// Of each of twenty warm runs with two results, on the calling thread.
  private static func allocations(count: Int, workers: Int) throws -> [Int64] {
    let type = ArrayType(.f32, [count])
    let graph = try graph([type]) { builder, a in
      let square = try builder.elementwise(op("square"), [a[0]])
      let total = try builder.reduce(.sum, square, axes: [0])
      return [try builder.elementwise(op("sub"), [square, total]), total]
    }
    let executable = try executable(graph, ExecutionOptions(tier: .auto, workers: workers))
    let x = try storage([Float](repeating: 2, count: count))
    func call() throws -> Int64 {
      let before = allocation_count()
      let frame = executable.makeFrame()
      frame.setArgument(0, x)
      try executable.run(frame)
      let first = frame.takeResult(0), second = frame.takeResult(1)
      executable.recycle(frame)
      return withExtendedLifetime((first, second)) { allocation_count() - before }
    }
    for _ in 0..<20 { _ = try call() }
    var counts: [Int64] = []
    counts.reserveCapacity(20)
    for _ in 0..<20 { counts.append(try call()) }
    return counts
  }
}
