import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is counted about one program, while it lives and after.
///
/// The counters lie in memory of their own, or, where statistics are published, in the program's record of the mapped
/// file: publishing costs the warm path nothing.
package final class ProgramStatistics: Sendable {
  package let name: String
  package let signature: String
  /// The address of the counters.
  private let counters: Atomic<UInt>
  private let texts: Mutex<Texts>
  private let own: UInt

  private struct Texts {
    /// As they are in the record: `retrace` is the last of `retraces`.
    var published: StatisticsLayout.Texts
    var retraces: [String] = []
    var record: UnsafeRecord?
  }

  /// Reasons of retraces that are kept.
  package static let maximumRetraces = 16

  init(name: String, signature: String, volume: ProgramVolume) {
    self.name = name
    self.signature = signature
    texts = Mutex(Texts(published: StatisticsLayout.Texts(name: name, signature: signature)))
    let memory = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: Counter.allCases.count)
    for counter in Counter.allCases { (memory + counter.rawValue).initialize(to: Atomic(0)) }
    own = UInt(bitPattern: memory)
    counters = Atomic(own)
    set(.work, UInt64(max(volume.work, 0)))
    set(.bytes, UInt64(max(volume.bytes, 0)))
    set(.elements, UInt64(max(volume.elements, 0)))
  }

  deinit { UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: own)?.deallocate() }

  // MARK: Counters

  @inline(__always)  // on the warm path
  private func pointer(_ counter: Counter) -> UnsafeMutablePointer<Atomic<UInt64>> {
    UnsafeMutablePointer(bitPattern: counters.load(ordering: .acquiring)).unsafelyUnwrapped + counter.rawValue
  }

  func value(_ counter: Counter) -> UInt64 { pointer(counter).pointee.load(ordering: .relaxed) }

  func set(_ counter: Counter, _ value: UInt64) { pointer(counter).pointee.store(value, ordering: .relaxed) }

  func calls(_ tier: Tier) -> UInt64 { value(tier == .native ? .nativeCalls : .interpretedCalls) }

  @inline(__always)  // on the warm path
  func countCall(_ tier: Tier) {
    pointer(tier == .native ? .nativeCalls : .interpretedCalls).pointee.add(1, ordering: .relaxed)
  }

  func addTime(_ tier: Tier, _ nanoseconds: UInt64) {
    pointer(tier == .native ? .nativeNanoseconds : .interpretedNanoseconds).pointee.add(nanoseconds, ordering: .relaxed)
    pointer(tier == .native ? .timedNativeCalls : .timedInterpretedCalls).pointee.add(1, ordering: .relaxed)
  }

  /// Counts steps of loops by the tier that did them, and loops that changed it in between.
  func countSteps(interpreted: Int, native: Int, switches: Int) {
    if interpreted > 0 { pointer(.interpretedSteps).pointee.add(UInt64(interpreted), ordering: .relaxed) }
    if native > 0 { pointer(.nativeSteps).pointee.add(UInt64(native), ordering: .relaxed) }
    if switches > 0 { pointer(.switches).pointee.add(UInt64(switches), ordering: .relaxed) }
  }

  /// Counts checks of the barrier: leases taken and stores checked.
  package func countBarrierChecks(_ count: Int) {
    pointer(.barrierChecks).pointee.add(UInt64(max(count, 0)), ordering: .relaxed)
  }

  // MARK: Events

  /// Notes that the function was traced again, which made this program: which argument changed, and how.
  package func noteRetrace(_ reason: String) {
    pointer(.retraces).pointee.add(1, ordering: .relaxed)
    change { texts in
      if texts.retraces.count == Self.maximumRetraces { texts.retraces.removeFirst() }
      texts.retraces.append(reason)
      texts.published.retrace = reason
    }
  }

  /// Notes that the program had to make room for another one of its function.
  package func noteEviction() { set(.evicted, 1) }

  /// Notes that nothing will move the program to another tier by itself.
  func noteSettled() { set(.settled, 1) }

  var isSettled: Bool { value(.settled) != 0 }

  func note(tier: Tier, reason: String) {
    set(.tier, UInt64(tier.rawValue))
    change { $0.published.reason = reason }
  }

  /// `latency`: nanoseconds since the program was hot, or since promotion was asked for.
  func notePromotion(_ code: any NativeCode, reason: String, latency: UInt64) {
    set(.promotionNanoseconds, latency)
    set(.promotedAfter, calls(.interpreter))
    set(.promotedAt, WallClock.now())
    set(.codeBytes, UInt64(max(code.codeByteCount, 0)))
    for (stage, nanoseconds) in code.stageTimes { set(stage.counter, nanoseconds) }
    change {
      $0.published.reason = reason
      $0.published.detail = ""
    }
    set(.tier, UInt64(Tier.native.rawValue))
    noteSettled()
  }

  /// Notes a failed compile; the number of failures so far.
  func noteFailure(_ failure: NativeFailure) -> UInt64 {
    let count = pointer(.failedCompiles).pointee.add(1, ordering: .relaxed).newValue
    change {
      $0.published.reason = failure.reason
      $0.published.detail = "\(failure.stage.rawValue): \(failure.detail)"
    }
    return count
  }

  func finish() {
    change { $0.published.isLive = false }
  }

  private func change(_ body: (inout Texts) -> Void) {
    texts.withLock { texts in
      body(&texts)
      texts.record?.write(texts.published)
    }
  }

  // MARK: Publishing

  /// From now on, counts in a record of the mapped file. Counts of calls in this very moment may be missed.
  func publish(in record: UnsafeRecord) {
    texts.withLock { texts in
      // In one: under this program's name no reader may see the counters of the one that had the record before.
      record.write(texts.published) { self.value($0) }
      texts.record = record
      counters.store(UInt(bitPattern: record.counters), ordering: .releasing)
    }
  }

  /// Takes the counters back into memory of its own, so that the record can serve another program; nil where there is none.
  func withdraw() -> UnsafeRecord? {
    texts.withLock { texts in
      guard let record = texts.record else { return nil }
      let memory = UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: own)
      for counter in Counter.allCases {
        memory?[counter.rawValue].store(record.counters[counter.rawValue].load(ordering: .relaxed), ordering: .relaxed)
      }
      counters.store(own, ordering: .releasing)
      texts.record = nil
      return record
    }
  }

  var isPublished: Bool { texts.withLock { $0.record != nil } }

  package var isLive: Bool { texts.withLock { $0.published.isLive } }

  package var snapshot: ProgramSnapshot {
    var snapshot = ProgramSnapshot(name: name, signature: signature)
    snapshot.set { value($0) }
    texts.withLock { texts in
      snapshot.isLive = texts.published.isLive
      snapshot.reason = texts.published.reason
      snapshot.detail = texts.published.detail
      snapshot.retraceReasons = texts.retraces
    }
    return snapshot
  }
}

extension NativeStage {
  var counter: Counter {
    switch self {
    case .write: .writeNanoseconds
    case .assemble: .assembleNanoseconds
    case .compile: .compileNanoseconds
    case .relocate: .relocateNanoseconds
    case .protect: .protectNanoseconds
    }
  }
}

/// Nanoseconds since 1970.
enum WallClock {
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(max(time.tv_sec, 0)) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
