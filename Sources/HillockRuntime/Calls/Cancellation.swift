import HillockIR

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

  /// The innermost scope of the thread.
  private static let innermost = ThreadWord()

  /// Asked on the thread of a run's caller, which is the only one that belongs to its task.
  package static var isRequested: Bool {
    if Task.isCancelled { return true }
    var next = innermost.value
    while let pointer = next {
      let scope = Unmanaged<Scope>.fromOpaque(pointer).takeUnretainedValue()
      if scope.source.isCancelled { return true }
      next = scope.outer
    }
    return false
  }

  /// Whether anything could ask runs on this thread to stop: it belongs to a task, or a source was named around them.
  static var isPossible: Bool { innermost.value != nil || withUnsafeCurrentTask { $0 != nil } }

  package static func check() throws(CancellationError) {
    if isRequested { throw CancellationError() }
  }

  /// Runs the body with this source asked, and those around it.
  package static func run<Result>(_ source: any CancellationSource, _ body: () throws -> Result) rethrows -> Result {
    let outer = innermost.value
    let scope = Scope(source, outer: outer)
    innermost.value = Unmanaged.passUnretained(scope).toOpaque()
    defer {
      innermost.value = outer
      withExtendedLifetime(scope) {}
    }
    return try body()
  }
}
