import Foundation
import Synchronization
import Testing

@testable import HillockCLI

@Suite("Whether the machine is busy")
struct MachineLoadTests {
  @Test("interruptions are told from a certain rate on")
  func rate() throws {
    #expect(MachineLoad.complaint(interruptionsPerSecond: MachineLoad.limit) == nil)
    let words = try #require(MachineLoad.complaint(interruptionsPerSecond: 250))
    #expect(words == "the machine was busy: other processes interrupted this one 250 times a second, so its times say little")
    #expect(MachineLoad().complaint == nil)
  }

  /// Four threads for each processor take it from each other: the scheduler interrupts all of them.
  @Test("threads that have to share processors are noticed")
  func sharing() throws {
    var load = MachineLoad()
    load.watch {
      let end = ContinuousClock.now + .milliseconds(500), group = DispatchGroup()
      for _ in 0..<4 * ProcessInfo.processInfo.activeProcessorCount {
        group.enter()
        Thread.detachNewThread {
          while ContinuousClock.now < end {}
          group.leave()
        }
      }
      group.wait()
    }
    #expect(load.complaint != nil)
  }
}
