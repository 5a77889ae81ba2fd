import Testing

@testable import HillockIR

/// Which steps' beginnings a loop keeps.
@Suite struct LoopScheduleTests {
  /// The most slots that are taken at a time: those of the blocks, and those of the block that is run again.
  private func held(_ schedule: LoopSchedule) -> Int {
    switch schedule {
    case .steps(let count): count
    case .blocks(let count, let each, let rest): count + max(held(each), rest.map(held) ?? 0)
    }
  }

  @Test func everyStepIsThereAndTheSlotsDo() throws {
    for trips in [0, 1, 2, 3, 4, 5, 17, 100, 101, 999, 1000, 1_000_000, 999_983, 1 << 40] {
      for slots in [40, 60, 100, 300, 1000, 2000, 5000] {
        guard let schedule = try? LoopSchedule(trips: trips, bytes: 1, slots: slots) else {
          #expect(trips == 1 << 40 && slots < 100, "\(trips) steps in \(slots) slots")
          continue
        }
        #expect(schedule.trips == trips)
        #expect(held(schedule) <= slots, "\(trips) steps: \(schedule)")
      }
    }
  }

  @Test func withoutANumberOfSlotsItKeepsWhatFitsIntoTheLimit() throws {
    let limit = LoopSchedule.limit
    #expect(try LoopSchedule(trips: 1000, bytes: limit / 1000, slots: nil) == .steps(1000))
    #expect(
      try LoopSchedule(trips: 1_000_000, bytes: 8000, slots: nil) == .blocks(1000, each: .steps(1000), rest: nil))
    // What does not fit on any level keeps as little as it can.
    #expect(held(try LoopSchedule(trips: 1000, bytes: limit, slots: nil)) < 30)
  }

  @Test func levelsComeOneByOne() throws {
    func levels(_ schedule: LoopSchedule) -> Int {
      switch schedule {
      case .steps: 1
      case .blocks(_, let each, _): 1 + levels(each)
      }
    }
    let found = try [1_000_000, 2000, 300, 130, 80, 40].map {
      levels(try LoopSchedule(trips: 1_000_000, bytes: 1, slots: $0))
    }
    // 2 · 1000, 3 · 100, 4 · 32, 5 · 16 slots.
    #expect(found[..<5] == [1, 2, 3, 4, 5] && found[5] > 8, "\(found)")
  }

  @Test func tooFewSlotsAreAnError() {
    let error = #expect(throws: HillockError.self) { try LoopSchedule(trips: 1000, bytes: 1, slots: 3) }
    #expect(error?.message.contains("1000 steps") == true)
  }
}
