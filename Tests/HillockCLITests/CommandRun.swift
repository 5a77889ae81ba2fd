import Foundation
import Synchronization

/// One run of a command: what it printed and how it ended.
struct CommandRun {
  let output: String
  let errors: String
  let status: Int32
  let crashed: Bool
  /// The number of the process, which has ended.
  let process: Int32

  /// Whether the command of this build has the native tier. Without the trait it has none, and so has the build for ThreadSanitizer, which
  /// cannot watch assembled code (`tools/sanitize`).
  static var hasNativeTier: Bool {
    #if Native
      true
    #else
      false
    #endif
  }

  /// The command `hillock`, which lies beside the tests' own executable.
  static var hillock: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("hillock")
  }

  /// `environment`: variables beside those of this process.
  init(_ arguments: [String], of executable: URL = hillock, environment: [String: String] = [:]) throws {
    let process = Process(), output = Pipe(), errors = Pipe(), written = Mutex(Data()), isRead = DispatchSemaphore(value: 0)
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Both at once: a process whose pipe is full waits until somebody reads.
    Thread.detachNewThread {
      let data = errors.fileHandleForReading.readDataToEndOfFile()
      written.withLock { $0 = data }
      isRead.signal()
    }
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    isRead.wait()
    self.errors = String(decoding: written.withLock { $0 }, as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
    crashed = process.terminationReason != .exit
    self.process = process.processIdentifier
  }
}
