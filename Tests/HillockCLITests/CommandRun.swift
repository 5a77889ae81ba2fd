import Foundation

/// One run of the executable `hillock`, which lies beside the tests' own: what it printed and how it ended.
struct CommandRun {
  let output: String
  let errors: String
  let status: Int32
  let crashed: Bool
  let process: Int32

  /// `environment`: variables beside those of this process.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let process = Process(), output = Pipe(), errors = Pipe()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("hillock")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
    crashed = process.terminationReason != .exit
    self.process = process.processIdentifier
  }
}
