import HillockRuntime
import Synchronization

/// A way to stop jitted calls and loops from another thread, for programs that do not use Swift's tasks.
///
/// ```swift
/// let stop = CancellationToken()
/// Thread.detachNewThread { stop.cancel() }           // a button, a timer
/// try withCancellation(stop) { try simulate() }      // throws CancellationError
/// ```
///
/// Inside a `Task` none of this is needed: a call that belongs to a task that is cancelled stops by itself.
public final class CancellationToken: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A token that is not cancelled.
  public init() {}

  /// Asks what runs under this token to stop; from any thread, any number of times. It cannot be taken back.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

extension CancellationToken: CancellationSource {}

/// Runs the body; jitted calls and loops in it, on this thread, stop where the token is cancelled, with `CancellationError`.
///
/// A run looks when it begins, before it calls a function outside the program, and at least after every few hundred
/// microseconds of work; it never stops where it has begun to commit. A run that is stopped has changed no ``Variable``, and
/// the next one is as if it had never been. Tokens may be nested: each of them stops what runs inside.
///
/// - Throws: what the body throws; `CancellationError` from the calls in it that were stopped.
public func withCancellation<Result>(_ token: CancellationToken, _ body: () throws -> Result) rethrows -> Result {
  try Cancellation.run(token, body)
}
