import Dispatch
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

@Suite struct BarrierTests {
  private func cell(_ name: String, _ value: Float = 0) throws -> VariableCell {
    try VariableCell(name: name, type: ArrayType(.f32, []), storage: storage([value]))
  }

  private func value(_ cell: VariableCell) -> Float { cell.load().values(Float.self)[0] }

  @Test func readersShare() throws {
    let plan = LeasePlan([try cell("V")], isWritten: [false])
    let first = try plan.acquire(site: "a"), second = try plan.acquire(site: "b")
    _ = consume first
    _ = consume second
  }

  @Test func aConflictNamesTheVariableAndBothPlaces() throws {
    let v = try cell("V"), w = try cell("w")
    let writer = LeasePlan([v, w], isWritten: [true, false])
    let lease = try writer.acquire(site: "step (main.swift:12)")
    for (plan, verb) in [(LeasePlan([v], isWritten: [false]), "read"), (LeasePlan([v], isWritten: [true]), "written")] {
      do {
        _ = try plan.acquire(site: "plot (main.swift:40)")
        Issue.record("no conflict")
      } catch {
        #expect(error.code == .conflict)
        #expect(error.message.contains("Variable V is being written by step (main.swift:12)"))
        #expect(error.message.contains("cannot be \(verb) by plot (main.swift:40)"))
        #expect(error.location == "plot (main.swift:40)")
      }
    }
    // Only read by the lease: others may read, not write.
    _ = try LeasePlan([w], isWritten: [false]).acquire(site: "other")
    #expect(throws: HillockError.self) { try w.update(storage([1] as [Float]), site: "other") }
    _ = consume lease
    _ = try LeasePlan([v], isWritten: [true]).acquire(site: "later")
  }

  /// All or none: a conflict at the last Variable leaves the others free.
  @Test func aRefusedLeaseLeavesNothingLeased() throws {
    let cells = try (0..<4).map { try cell("v\($0)") }
    let held = try LeasePlan([cells[3]], isWritten: [true]).acquire(site: "holder")
    let all = LeasePlan(cells.reversed(), isWritten: [true, false, true, false])
    #expect(throws: HillockError.self) { _ = try all.acquire(site: "all") }
    for free in cells.dropLast() { _ = try LeasePlan([free], isWritten: [true]).acquire(site: "free") }
    _ = consume held
    _ = try all.acquire(site: "all")
  }

  @Test func aVariableInTwoSlotsIsLeasedOnce() throws {
    let v = try cell("v")
    let plan = LeasePlan([v, v], isWritten: [false, true])
    let lease = try plan.acquire(site: "a")
    #expect(throws: HillockError.self) { _ = try LeasePlan([v], isWritten: [false]).acquire(site: "b") }
    _ = consume lease
    _ = try plan.acquire(site: "c")
  }

  @Test func updateChecksTheSize() throws {
    let v = try cell("v", 5)
    #expect { try v.update(storage([1, 2] as [Float]), site: "a") } throws: { ($0 as? HillockError)?.code == .shape }
    #expect(value(v) == 5)
    #expect(v.version == 0)
    try v.update(storage([6] as [Float]), site: "a")
    #expect(value(v) == 6)
    #expect(v.version == 1)
  }

  /// a, b → a + 1, b + 1
  private func increments() throws -> Graph {
    var builder = GraphBuilder(name: "increments")
    let one = try builder.constant(ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0x80, 0x3f]))
    for name in ["a", "b"] {
      let (slot, value) = builder.variable(name: name, ArrayType(.f32, []))
      try builder.store(slot: slot, try builder.elementwise(op("add"), [value, one]))
    }
    return builder.graph
  }

  @Test func aRunCommitsAllItsWrites() throws {
    let cells = [try cell("a", 1), try cell("b", 10)]
    let plan = LeasePlan(cells, isWritten: [true, true])
    let executable = try executable(increments())
    let frame = executable.makeFrame()
    let lease = try plan.acquire(site: "a")
    lease.load(into: frame)
    // Whoever has the old values keeps them, and sees no others before the commit.
    let before = cells.map { $0.load() }
    try executable.run(frame)
    #expect(cells.map(value) == [1, 10])
    try lease.commit(from: frame)
    executable.recycle(frame)
    #expect(cells.map(value) == [2, 11])
    #expect(before.map { $0.values(Float.self)[0] } == [1, 10])
    #expect(cells.map(\.version) == [1, 1])
  }

  /// The program writes one scalar more than the second Variable can hold; the first one must not change either.
  @Test func nothingIsCommittedWhereSomethingDoesNotFit() throws {
    let a = try cell("a", 1)
    let b = try VariableCell(name: "b", type: ArrayType(.f32, [2]), storage: storage([1, 2] as [Float]))
    let executable = try executable(increments())
    let frame = executable.makeFrame()
    let lease = try LeasePlan([a, b], isWritten: [true, true]).acquire(site: "a")
    lease.load(into: frame)
    try executable.run(frame)
    do {
      try lease.commit(from: frame)
      Issue.record("committed")
    } catch {
      #expect(error.code == .shape)
    }
    #expect(value(a) == 1)
    #expect(a.version == 0)
    // The lease has ended all the same.
    try a.update(storage([3] as [Float]), site: "after")
  }

  /// Writers take turns by trying again; snapshots never hold half a commit, and no increment is lost.
  @Test func threads() throws {
    let cells = [try cell("a"), try cell("b")]
    let plan = LeasePlan(cells, isWritten: [true, true])
    let executable = try executable(increments())
    let torn = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      if thread % 2 == 0 {
        for _ in 0..<2_000 {
          let pair = VariableCell.snapshot(cells).map { $0.values(Float.self)[0] }
          if pair[0] != pair[1] { torn.add(1, ordering: .relaxed) }
        }
        return
      }
      var done = 0
      while done < 250 {
        guard let lease = try? plan.acquire(site: "thread \(thread)") else { continue }
        let frame = executable.makeFrame()
        lease.load(into: frame)
        if (try? executable.run(frame)) != nil, (try? lease.commit(from: frame)) != nil { done += 1 }
        executable.recycle(frame)
      }
    }
    #expect(torn.load(ordering: .relaxed) == 0)
    #expect(cells.map(value) == [1_000, 1_000])
  }
}
