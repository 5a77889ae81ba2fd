import Dispatch
import Foundation
import Hillock
import HillockIR
import HillockTestSupport
import Synchronization
import Testing

@testable import HillockRuntime

/// Sixteen threads that trace, run, promote, retrace and drop programs, of their own and shared ones, at once.
///
/// `HILLOCK_STRESS` sets the rounds of each thread (12 by default), `HILLOCK_STRESS_SEED` the seed. Run under ThreadSanitizer
/// by tools/sanitize.
@Suite struct StressTests {
  @Test func sixteenThreadsAtOnce() throws {
    let environment = ProcessInfo.processInfo.environment
    let rounds = environment["HILLOCK_STRESS"].flatMap(Int.init) ?? 12
    let seed = environment["HILLOCK_STRESS_SEED"].flatMap(UInt64.init) ?? 1
    let world = World()
    DispatchQueue.concurrentPerform(iterations: 16) { thread in
      var worker = Worker(world: world, random: SeededRandom(seed: seed &* 1000 &+ UInt64(thread)))
      for _ in 0..<rounds { worker.round() }
      world.count(worker.increments)
    }
    print(
      "16 threads, \(rounds) rounds each, seed \(seed): \(world.done.load(ordering: .relaxed)) operations, \(world.conflicts.load(ordering: .relaxed)) conflicts"
    )
    for message in world.complaints.withLock({ $0 }) { Issue.record("seed \(seed): \(message)") }
    // No increment is lost, and none is counted that did not happen.
    for (index, v) in world.counters.enumerated() {
      let expected = Float(world.increments.withLock { $0[index] })
      #expect(try v.value.floats() == [expected, expected, expected])
    }
  }
}

/// What all threads share.
private final class World: Sendable {
  let counters = (0..<4).map { Variable(zeros(3), name: "counter \($0)") }
  /// Refused where another thread has the Variable.
  let trying: [Jitted<Void>]
  /// Waits for it.
  let waiting: [Jitted<Void>]
  let shared: Jitted<NDArray, NDArray>
  let increments = Mutex([0, 0, 0, 0])
  let done = Atomic<Int>(0)
  let conflicts = Atomic<Int>(0)
  let complaints = Mutex<[String]>([])

  init() {
    let counters = counters
    trying = counters.map { v in jit({ v += 1 }, name: "try") }
    waiting = counters.indices.map { index in
      let step = jit(
        {
          counters[index] += 1
          counters[(index + 1) % 4] += 1
        }, name: "wait")
      step.conflicts = .wait
      return step
    }
    shared = jit({ (x: NDArray) in (tanh(x) * 2 + 1).sum() }, name: "shared")
  }

  func count(_ own: [Int]) {
    increments.withLock { for index in 0..<4 { $0[index] += own[index] } }
  }

  func complain(_ message: String) { complaints.withLock { $0.append(message) } }
}

private struct Worker {
  let world: World
  var random: SeededRandom
  var increments = [0, 0, 0, 0]
  /// Programs of this thread, which come and go.
  var own: [Jitted<NDArray, NDArray>] = []

  mutating func round() {
    do { try act() } catch let error as HillockError where error.code == .conflict {
      world.conflicts.add(1, ordering: .relaxed)
    } catch {
      world.complain("\(error)")
    }
    world.done.add(1, ordering: .relaxed)
  }

  private mutating func act() throws {
    let index = Int.random(in: 0..<4, using: &random)
    let length = [1, 3, 100, 5000].randomElement(using: &random)!
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1:
      try world.trying[index]()
      increments[index] += 1
    case 2, 3:
      try world.waiting[index]()
      increments[index] += 1
      increments[(index + 1) % 4] += 1
    case 4:
      // A new signature now and then: the shared function is retraced.
      expect(try world.shared(zeros(length)).item(), Float(length))
    case 5: try world.shared.promoteWherePossible()
    case 6:
      let factor = Float(own.count + 1)
      own.append(jit({ (x: NDArray) in addedThrice(x, factor) }, name: "own"))
      expect(try own[own.count - 1](ones(length)).sum().item(), Float(length) * (1 + 3 * factor))
    case 7: if !own.isEmpty { own.remove(at: Int.random(in: 0..<own.count, using: &random)) }
    case 8:
      guard let program = own.last else { return }
      try program.promoteWherePossible()
      _ = try program(ones(length)).floats()
    default:
      // Reads are of whole commits: all elements alike.
      let values = try world.counters[index].value.floats()
      if Set(values).count != 1 { world.complain("a torn read: \(values)") }
      _ = Engine.programs().count
    }
  }

  private func expect(_ value: Float, _ expected: Float) {
    if value != expected { world.complain("\(value), expected \(expected)") }
  }
}

/// x plus a number, three times, in a loop.
private func addedThrice(_ x: NDArray, _ step: Float) -> NDArray {
  (try? forLoop(0..<3, carry: x) { _, x in x + step }) ?? x
}
