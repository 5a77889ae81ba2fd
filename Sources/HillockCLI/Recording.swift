import ArgumentParser
import HillockIR
import HillockRuntime

/// The option `--trace` of commands that run programs.
enum Recording {
  /// Writes a trace of the body to the file, if there is one. A trace that could not be written to its end has been reported by a
  /// warning; then the command has not done all that it was asked for.
  static func record(_ path: String?, _ body: () throws -> Void) throws {
    guard let path else { return try body() }
    try Tracing.start(path)
    var failure: HillockError?
    do {
      defer { failure = Tracing.stop() }
      try body()
    }
    if failure != nil { throw ExitCode.failure }
  }
}
