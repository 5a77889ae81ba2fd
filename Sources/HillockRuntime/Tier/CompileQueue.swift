import Synchronization

/// Compiles in the background: one after the other, on one thread, which is started with the first.
enum CompileQueue {
  private struct State {
    var pending: [@Sendable () -> Void] = []
    /// Whether the thread is at work, or has been woken for it.
    var isBusy = false
    var thread: HelperThread?
  }

  private static let state = Mutex(State())

  /// False where the system refuses the thread: the compile is not done.
  static func add(_ compile: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      let thread = state.thread ?? HelperThread(stackByteCount: Parameters.compilerStack) { work() }
      guard let thread else { return false }
      state.thread = thread
      state.pending.append(compile)
      if !state.isBusy {
        state.isBusy = true
        thread.wake()
      }
      return true
    }
  }

  private static func work() {
    while let compile = next() { compile() }
  }

  private static func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      state.isBusy = !state.pending.isEmpty
      return state.isBusy ? state.pending.removeFirst() : nil
    }
  }

  /// Waits until there is nothing left to do. For tests and tools.
  static func drain() {
    var wait = ShortWait()
    while state.withLock({ $0.isBusy }) { wait.again() }
  }
}
