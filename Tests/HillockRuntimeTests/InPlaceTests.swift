import Dispatch
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

/// Variables that a run updates in their own memory: when it may, what others see meanwhile.
@Suite struct InPlaceTests {
  private let count = 50_000

  private func cell(_ name: String, _ value: Float) throws -> VariableCell {
    try VariableCell(
      name: name, type: ArrayType(.f32, [count]), storage: storage([Float](repeating: value, count: count)))
  }

  /// v ← v + 1, elementwise, for each Variable.
  private func increments(_ names: [String]) throws -> Graph {
    var builder = GraphBuilder(name: "increments")
    let one = try builder.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0x80, 0x3f]))
    let ones = try builder.broadcast(one, to: [count])
    for name in names {
      let (slot, value) = builder.variable(name: name, ArrayType(.f32, [count]))
      try builder.store(slot: slot, try builder.elementwise(op("add"), [value, ones]))
    }
    return builder.graph
  }

  private func step(_ executable: Executable, _ plan: LeasePlan) throws {
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    let lease = try plan.acquire(site: "step")
    lease.load(into: frame)
    try executable.run(frame)
    try lease.commit(from: frame)
  }

  @Test(arguments: [1, 2]) func aVariableThatNobodyElseHasKeepsItsMemory(workers: Int) throws {
    let v = try cell("v", 1), plan = LeasePlan([v], isWritten: [true])
    let executable = try executable(increments(["v"]), ExecutionOptions(tier: .interpreter, workers: workers))
    let base = v.load().base
    for _ in 0..<3 { try step(executable, plan) }
    #expect(v.load().base == base)
    #expect(v.load().values(Float.self) == [Float](repeating: 4, count: count))
    #expect(v.version == 3)
  }

  @Test func aValueThatSomebodyHasStaysWhatItIs() throws {
    let v = try cell("v", 1), plan = LeasePlan([v], isWritten: [true])
    let executable = try executable(increments(["v"]))
    let held = v.load()
    try step(executable, plan)
    #expect(v.load().base != held.base)
    #expect(held.values(Float.self) == [Float](repeating: 1, count: count))
    #expect(v.load().values(Float.self) == [Float](repeating: 2, count: count))
  }

  /// One of two is shared: each goes its own way, and both change together.
  @Test func eachVariableIsDecidedForItself() throws {
    let v = try cell("v", 1), w = try cell("w", 10), plan = LeasePlan([v, w], isWritten: [true, true])
    let executable = try executable(increments(["v", "w"]))
    let base = v.load().base, held = w.load()
    try step(executable, plan)
    #expect(v.load().base == base)
    #expect(w.load().base != held.base)
    #expect([v, w].map { $0.load().values(Float.self)[7] } == [2, 11])
  }

  /// The same cell in two slots has two readers in the run itself.
  @Test func aVariableInTwoSlotsIsNotWrittenInPlace() throws {
    let v = try cell("v", 1), plan = LeasePlan([v, v], isWritten: [true, true])
    let base = v.load().base
    try step(try executable(increments(["v", "w"])), plan)
    #expect(v.load().base != base)
    #expect(v.load().values(Float.self)[7] == 2)
  }

  @Test func aRunWithoutALeaseWritesFreshMemory() throws {
    let executable = try executable(increments(["v"]))
    let frame = executable.makeFrame(), value = try storage([Float](repeating: 5, count: count))
    frame.setVariable(0, value)
    try executable.run(frame)
    #expect(frame.takeStored(0)?.values(Float.self)[9] == 6)
    #expect(value.values(Float.self)[9] == 5)
    executable.recycle(frame)
  }

  /// A lease that ends without a commit opens the Variable again.
  @Test func aRunThatIsNotCommittedClosesNothingForGood() throws {
    let v = try cell("v", 1), plan = LeasePlan([v], isWritten: [true])
    let executable = try executable(increments(["v"]))
    let frame = executable.makeFrame()
    do {
      let lease = try plan.acquire(site: "step")
      lease.load(into: frame)
      try executable.run(frame)
    }
    executable.recycle(frame)
    #expect(v.load().values(Float.self).allSatisfy { $0 == 2 })
    try step(executable, plan)
    #expect(v.load().values(Float.self)[0] == 3)
  }

  /// Readers in other threads get the value before a step or after it, never parts of both; a pair is always of one step.
  @Test(arguments: [1, 2]) func noReaderSeesATornValue(workers: Int) throws {
    let cells = [try cell("v", 0), try cell("w", 0)]
    let plan = LeasePlan(cells, isWritten: [true, true])
    let executable = try executable(increments(["v", "w"]), ExecutionOptions(tier: .interpreter, workers: workers))
    let torn = Atomic<Int>(0), unpaired = Atomic<Int>(0), inPlace = Atomic<Int>(0), isDone = Atomic<Bool>(false)
    let steps = 400
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      if thread == 0 {
        for _ in 0..<steps {
          let before = cells[0].load().base
          // (The only writer: a step has no conflict.)
          try? step(executable, plan)
          if cells[0].load().base == before { inPlace.add(1, ordering: .relaxed) }
        }
        isDone.store(true, ordering: .releasing)
        return
      }
      while !isDone.load(ordering: .acquiring) {
        if thread == 1 {
          let pair = VariableCell.snapshot(cells).map { $0.values(Float.self) }
          if pair[0] != pair[1] { unpaired.add(1, ordering: .relaxed) }
        } else {
          let values = cells[thread - 2].load().values(Float.self)
          if values.contains(where: { $0 != values[0] }) { torn.add(1, ordering: .relaxed) }
        }
      }
    }
    #expect(torn.load(ordering: .relaxed) == 0)
    #expect(unpaired.load(ordering: .relaxed) == 0)
    #expect(cells.allSatisfy { $0.load().values(Float.self).allSatisfy { $0 == Float(steps) } })
    #expect(cells.map(\.version) == [UInt64(steps), UInt64(steps)])
  }
}
