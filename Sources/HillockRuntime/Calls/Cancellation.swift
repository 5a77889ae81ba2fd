import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Something that can ask runs to stop, besides the task that they belong to.
package protocol CancellationSource: AnyObject, Sendable {
  var isCancelled: Bool { get }
}

/// Whether runs on this thread are to stop: because its task is cancelled, or because a source that was named around them is.
package enum Cancellation {
  private final class Scope {
    let source: any CancellationSource
    let outer: UnsafeMutableRawPointer?

    init(_ source: any CancellationSource, outer: UnsafeMutableRawPointer?) {
      self.source = source
      self.outer = outer
    }
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Asked on the thread of a run's caller, which is the only one that belongs to its task.
  package static var isRequested: Bool {
    if Task.isCancelled { return true }
    var next = pthread_getspecific(key)
    while let pointer = next {
      let scope = Unmanaged<Scope>.fromOpaque(pointer).takeUnretainedValue()
      if scope.source.isCancelled { return true }
      next = scope.outer
    }
    return false
  }

  /// Whether anything could ask runs on this thread to stop: it belongs to a task, or a source was named around them.
  static var isPossible: Bool { pthread_getspecific(key) != nil || withUnsafeCurrentTask { $0 != nil } }

  package static func check() throws(CancellationError) {
    if isRequested { throw CancellationError() }
  }

  /// Runs the body with this source asked, and those around it.
  package static func run<Result>(_ source: any CancellationSource, _ body: () throws -> Result) rethrows -> Result {
    let outer = pthread_getspecific(key)
    let scope = Scope(source, outer: outer)
    pthread_setspecific(key, Unmanaged.passUnretained(scope).toOpaque())
    defer {
      pthread_setspecific(key, outer)
      withExtendedLifetime(scope) {}
    }
    return try body()
  }
}
