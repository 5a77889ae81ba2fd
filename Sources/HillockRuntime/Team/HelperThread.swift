import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of our own that does its work each time it is woken, and sleeps in between. It never ends.
///
/// Why not a block of a Dispatch queue: where the system refuses a thread, Dispatch asks for one again and again, and the process
/// hangs. Here the refusal is an answer, and whoever asked does without. (A Dispatch semaphore makes no threads.)
final class HelperThread: @unchecked Sendable {
  // @unchecked: nothing changes after init.
  private let work: @Sendable () -> Void
  private let isWanted = DispatchSemaphore(value: 0)

  /// nil where the system gives no thread. `stackByteCount` is independent of `ulimit -s`, which is meant for other programs.
  init?(stackByteCount: Int, _ work: @escaping @Sendable () -> Void) {
    self.work = work
    guard start(stackByteCount) else { return nil }
  }

  /// Lets it work once more, after what it is at.
  func wake() { isWanted.signal() }

  private func start(_ stackByteCount: Int) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackByteCount) == 0,
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
    else { return false }
    // Signals of the process are for its own threads. What a thread brings about itself is not blocked: it must show.
    var others = sigset_t(), before = sigset_t()
    sigfillset(&others)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&others, signal) }
    pthread_sigmask(SIG_BLOCK, &others, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let context = Unmanaged.passRetained(self)
    let isStarted = create(&attributes, context.toOpaque())
    if !isStarted { context.release() }
    return isStarted
  }

  private func create(_ attributes: UnsafePointer<pthread_attr_t>, _ context: UnsafeMutableRawPointer) -> Bool {
    #if canImport(Glibc)
      var thread = pthread_t()
      return pthread_create(
        &thread, attributes,
        { context in
          if let context { HelperThread.loop(context) }
          return nil
        }, context) == 0
    #else
      var thread: pthread_t?
      return pthread_create(
        &thread, attributes,
        { context in
          HelperThread.loop(context)
          return nil
        }, context) == 0
    #endif
  }

  private static func loop(_ context: UnsafeMutableRawPointer) {
    let thread = Unmanaged<HelperThread>.fromOpaque(context).takeRetainedValue()
    while true {
      thread.isWanted.wait()
      thread.work()
    }
  }
}
