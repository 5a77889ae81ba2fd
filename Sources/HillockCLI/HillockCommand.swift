import ArgumentParser
import Foundation
import HillockIR

@main
struct HillockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hillock",
    abstract: "Runs, checks and explains Hillock programs, and shows what the tiers of running processes do.",
    subcommands: [
      DemoCommand.self, RunCommand.self, DisasmCommand.self, CheckCommand.self, TiersCommand.self, DoctorCommand.self,
    ])

  /// An error of ours says by itself what it is; ArgumentParser would say so a second time.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as HillockError {
      FileHandle.standardError.write(Data("hillock: \(error)\n".utf8))
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }
}
