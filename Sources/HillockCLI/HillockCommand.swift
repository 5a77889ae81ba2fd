import ArgumentParser
import HillockCommandLine

@main
struct HillockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hillock",
    abstract: "Runs, checks and explains Hillock programs, and shows what the tiers of running processes do.",
    subcommands: [
      DemoCommand.self, RunCommand.self, DisasmCommand.self, TransformCommand.self, CheckCommand.self, TiersCommand.self,
      DoctorCommand.self,
    ])

  static func main() { runAsProcess() }
}
