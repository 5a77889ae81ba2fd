import HillockRuntime

/// Runs the body with jitted functions run plainly, step by step, on this thread: for debugging, when you want to print
/// values in the middle of a function or find the step that goes wrong. The environment variable `HILLOCK_DISABLE_JIT=1`
/// does so for a whole process.
///
/// Variable writes are then visible at once, not when the call returns.
///
/// ```swift
/// let fast = jit { (x: NDArray) in x + 1 }
/// let y = try withoutJIT { try fast(x) }
/// ```
public func withoutJIT<Result>(_ body: () throws -> Result) rethrows -> Result { try PlainMode.run(body) }

enum PlainMode {
  /// Not nil where the thread runs plainly.
  private static let word = ThreadWord()

  private static let isOnForProcess = Environment.isOn("HILLOCK_DISABLE_JIT")

  static var isOn: Bool { isOnForProcess || word.value != nil }

  static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = word.value
    word.value = UnsafeMutableRawPointer(bitPattern: 1)
    defer { word.value = outer }
    return try body()
  }
}
