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
/// Inside a `Task` you do not need this: a call stops by itself when its task is cancelled.
public final class CancellationToken: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A token that is not cancelled.
  public init() {}

  /// Asks everything that runs under this token to stop. May be called from any thread, any number of times. It cannot be undone.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

extension CancellationToken: CancellationSource {}

/// Runs the body. When the token is cancelled, jitted calls and loops in it, on this thread, stop with `CancellationError`.
///
/// A run checks the token when it begins, before it calls a function outside the program, and at least after every few hundred
/// microseconds of work. Once it has begun to commit, it does not stop. A stopped run has changed no ``Variable``, and
/// the next run is as if it had never been. Tokens may be nested: each stops what runs inside.
///
/// - Throws: what the body throws; `CancellationError` from the calls in it that were stopped.
public func withCancellation<Result>(_ token: CancellationToken, _ body: () throws -> Result) rethrows -> Result {
  try Cancellation.run(token, body)
}
