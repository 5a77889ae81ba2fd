import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The trace of the process, where one is on: who did what when. Off, it costs a load where something could be recorded.
package enum Tracing {
  /// What is recorded; the categories of the events.
  package enum Kind: String, CaseIterable, Sendable {
    /// A function is traced into a graph.
    case trace
    case passes, lower, verify
    /// A program is compiled to machine code.
    case compile
    /// A program becomes native.
    case promote
    /// One call of a program, on the thread that called it.
    case run
    /// A part of a launch that one worker does.
    case work
  }

  package typealias Value = TraceValue

  private static let recorder = Mutex<TraceRecorder?>(nil)

  /// Writes a trace to this file from now on; one that was on before is closed.
  package static func start(_ path: String) throws(HillockError) {
    exchange(try TraceRecorder(path))?.close()
    _ = closeAtExit
    Configuration.setObserved(.trace, true)
  }

  /// The same for the process's environment, whose file may not be writable: then there is no trace, and a line says so.
  static func open(_ path: String) -> Bool {
    do throws(HillockError) {
      _ = exchange(try TraceRecorder(path))
    } catch {
      Environment.complain("HILLOCK_TRACE", path, "\(error)")
      return false
    }
    _ = closeAtExit
    return true
  }

  /// Ends the trace; its file is complete then. Returns why it is not, where that is so; it has been reported already.
  @discardableResult
  package static func stop() -> HillockError? {
    Configuration.setObserved(.trace, false)
    return exchange(nil)?.close()
  }

  /// The file of this trace takes no more: it is over, and that is said once. Its recorder stays until `stop`, for what went wrong.
  static func broke(_ broken: TraceRecorder, _ failure: HillockError) {
    if recorder.withLock({ $0 === broken }) { Configuration.setObserved(.trace, false) }
    Warnings.handler("\(failure.message); the trace ends with what was written before")
  }

  private static func exchange(_ new: TraceRecorder?) -> TraceRecorder? {
    recorder.withLock { recorder in
      defer { recorder = new }
      return recorder
    }
  }

  private static let closeAtExit: Void = {
    owner.store(getpid(), ordering: .relaxed)
    // A forked child that ends has not ended its parent's trace.
    atexit { if getpid() == Tracing.owner.load(ordering: .relaxed) { Tracing.stop() } }
  }()

  private static let owner = Atomic<Int32>(0)

  /// Whether a trace is on.
  @inline(__always)  // one load
  package static var isOn: Bool { Configuration.observed.contains(.trace) }

  /// The time at which a span begins; 0 where no trace is on.
  @inline(__always)  // one load where it is off
  package static func begin() -> UInt64 { isOn ? Clock.now() : 0 }

  /// Records a span that began at `start`.
  @inline(__always)  // one comparison where it is off
  package static func end(
    _ start: UInt64, _ kind: Kind, _ name: @autoclosure () -> String,
    _ arguments: @autoclosure () -> KeyValuePairs<String, Value> = [:]
  ) {
    if start != 0 { record(start, kind, name(), .caller, arguments()) }
  }

  static func record(
    _ start: UInt64, _ kind: Kind, _ name: String, _ track: TraceRecorder.Track, _ arguments: KeyValuePairs<String, Value>
  ) {
    recorder.withLock { $0 }?.span(kind.rawValue, name, since: start, track: track, values(arguments))
  }

  static func moment(
    _ kind: Kind, _ name: String, _ track: TraceRecorder.Track, _ arguments: KeyValuePairs<String, Value>
  ) {
    recorder.withLock { $0 }?.moment(kind.rawValue, name, track: track, values(arguments))
  }

  private static func values(_ arguments: KeyValuePairs<String, Value>) -> TraceRecorder.Arguments {
    arguments.map { ($0, $1) }
  }
}

/// A share of a launch, recorded as the worker does it.
struct TracedWork {
  let context: UnsafeRawPointer
  let body: Team.Body
  let name: String
  let program: String
  /// The units of the step, and how many of them are claimed together.
  let units: Int
  let together: Int

  static let body: Team.Body = { context, worker, first, last in
    let work = context.assumingMemoryBound(to: TracedWork.self)
    let start = Clock.now()
    work.pointee.body(work.pointee.context, worker, first, last)
    let together = work.pointee.together
    Tracing.record(
      start, .work, work.pointee.name, worker == 0 ? .caller : .worker(worker),
      [
        "program": .text(work.pointee.program), "first": .number(first &* together),
        "last": .number(min(last &* together, work.pointee.units)),
      ])
  }
}
