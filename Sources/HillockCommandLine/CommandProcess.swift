import ArgumentParser
import HillockIR
import HillockRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ParsableCommand {
  /// A command as a process: it ends with an exit code, whatever happens to its outputs, and with success only where all that it
  /// printed was written. An error of ours is one line, and the code is `failure`.
  package static func runAsProcess(failure: Int32 = EXIT_FAILURE) -> Never {
    StandardStreams.prepare()
    let name = configuration.commandName ?? ""
    var code = EXIT_SUCCESS
    func report(_ error: HillockError) {
      StandardStreams.complain("\(name): \(error)")
      code = failure
    }
    do {
      guard !ProcessArguments.all.isEmpty else {
        throw HillockError(.system, "the system does not tell the arguments of the command; is /proc missing?")
      }
      var command = try parseAsRoot(Array(ProcessArguments.all.dropFirst()))
      try command.run()
    } catch let error as HillockError {
      report(error)
    } catch {
      code = exitCode(for: error).rawValue
      let text = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
        .map { OneLine.message(String($0)) }.joined(separator: "\n")
      // Help and the like are what was asked for.
      if !text.isEmpty { if code == EXIT_SUCCESS { print(text) } else { StandardStreams.complain(text) } }
    }
    do throws(HillockError) { try StandardStreams.flush() } catch { if code == EXIT_SUCCESS { report(error) } }
    end(code)
  }
}

/// (`exit` is another function inside a command.)
private func end(_ code: Int32) -> Never { exit(code) }
