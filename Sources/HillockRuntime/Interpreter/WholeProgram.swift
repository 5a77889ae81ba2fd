import CHillock
import HillockIR
import Synchronization

/// Runs the native code of a program as a whole: what it leaves to the runtime, and when it looks whether the run is cancelled.
extension Run {
  mutating func execute(_ entry: hk_program_entry, from position: Int) throws(HillockError) {
    backEdges.pointee = 0
    fuel.pointee = isCancellable ? lookInterval &- workSinceLook : .max
    withUnsafeMutablePointer(to: &self) { run in
      let (registers, partials, counters) = (run.pointee.registers, run.pointee.partialsTable, run.pointee.counters)
      let (memory, scratch) = (run.pointee.partials, run.pointee.scratch)
      counters.withMemoryRebound(to: Int64.self, capacity: 1) { counters in
        entry(
          registers, partials, memory.assumingMemoryBound(to: CChar.self), scratch.assumingMemoryBound(to: CChar.self), counters,
          run,
          { context, number in
            guard let run = context?.assumingMemoryBound(to: Run.self) else { return 1 }
            return (number < 0 ? run.pointee.refuel() : run.pointee.perform(number: Int(number))) ? 0 : 1
          }, Int64(position))
      }
    }
    nativeSteps &+= backEdges.pointee
    if let failure { throw failure }
  }

  /// The back-edges that native code has taken.
  private var backEdges: UnsafeMutablePointer<Int> { counters + loopCount }

  /// The work that may still be done before the next look, in picoseconds.
  private var fuel: UnsafeMutablePointer<Int> { counters + loopCount + 1 }

  /// The work between two looks is done; whether the run goes on.
  private mutating func refuel() -> Bool {
    guard isCancellable else {
      fuel.pointee = .max
      return true
    }
    fuel.pointee = lookInterval
    return !look()
  }

  /// A step that the native code of the program leaves to the runtime; whether the run goes on.
  private mutating func perform(number: Int) -> Bool {
    let step = UnsafePointer(steps.baseAddress.unsafelyUnwrapped + number)
    self.step = step
    if isCancellable {
      fuel.pointee &-= step.pointee.cost
      if fuel.pointee < 0 || step.pointee.kind == .call, !refuel() { return false }
    }
    do throws(HillockError) {
      switch step.pointee.kind {
      // A loop that is left to the runtime, as a whole.
      case .enterLoop, .enterWhile: try execute(from: number, to: step.pointee.b)
      default: try perform(step)
      }
    } catch {
      failure = error
      return false
    }
    return !isCancellable || !isStopped.pointee.load(ordering: .relaxed)
  }
}
