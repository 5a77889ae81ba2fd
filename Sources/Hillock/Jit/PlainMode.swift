import HillockRuntime

/// Runs the body while jitted functions run plainly, step by step, on this thread. Use it for debugging: to print
/// values in the middle of a function, or to find the step that goes wrong. The environment variable `HILLOCK_DISABLE_JIT=1`
/// does the same for a whole process.
///
/// Writes to Variables are then visible at once, not when the call returns.
///
/// ```swift
/// let fast = jit { (x: NDArray) in x + 1 }
/// let y = try withoutJIT { try fast(x) }
/// ```
public func withoutJIT<Result>(_ body: () throws -> Result) rethrows -> Result { try PlainMode.run(body) }

enum PlainMode {
  /// Not nil if the thread runs plainly.
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
