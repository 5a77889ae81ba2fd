import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a user should know although nothing failed that was asked for.
package enum Warnings {
  private static let setting = Mutex<@Sendable (String) -> Void>({ printLine($0) })

  /// Where warnings go; by default, to standard error. It is called without any lock of ours.
  package static var handler: @Sendable (String) -> Void {
    get { setting.withLock { $0 } }
    set { setting.withLock { $0 = newValue } }
  }

  /// A line on standard error, also where no handler may be called yet.
  static func printLine(_ message: String) {
    // One write, so that lines of several threads stay whole.
    let line = Array("hillock: warning: \(OneLine.message(message))\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
