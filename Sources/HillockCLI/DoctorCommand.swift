import ArgumentParser
import Foundation
import HillockBytecode
import HillockIR
import HillockRuntime

#if Native
  import HillockNative
#endif

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this machine offers, and what that means for programs.")

  func run() throws {
    line("processor", processorName, "\(Configuration.processorCount) logical processors for this process")
    let levels = InstructionSet.allCases.filter(\.isSupported)
    line(
      "instruction sets", levels.map(\.description).joined(separator: ", "),
      "tile kernels run at level \(InstructionSet.best); every level gives the same bits")
    nativeTier()
    line(
      "workers", "\(Configuration.workers)",
      "threads of one launch, the caller included; set HILLOCK_THREADS to change it. Results do not depend on it")
    hugePages()
    statistics()
    let memory = ProcessInfo.processInfo.physicalMemory
    line(
      "memory", "\(memory >> 30) GiB",
      "up to \(Configuration.idleMemoryLimit >> 20) MiB of freed arrays are kept for reuse")
  }

  private func line(_ what: String, _ value: String, _ meaning: String) {
    print("\(what.padding(toLength: 18, withPad: " ", startingAt: 0))\(value)")
    print("\(String(repeating: " ", count: 18))\(meaning)")
  }

  private var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return model?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
  }

  /// Compiles a small program and runs it, so that what is said has been seen.
  private func nativeTier() {
    #if Native
      do {
        let milliseconds = try compileProbe()
        line(
          "native tier", "libtcc works: a small program compiled in \(String(format: "%.2f", milliseconds)) ms and ran",
          "programs that get hot are compiled in the background")
      } catch {
        line("native tier", "does not work: \(error)", "programs stay in the interpreter; results are the same")
      }
    #else
      line("native tier", "not in this build (package trait Native)", "programs stay in the interpreter; results are the same")
    #endif
  }

  #if Native
    private func compileProbe() throws(HillockError) -> Double {
      let graph = try Graph(parsing: "hillock graph 1\n%0 = argument 0 : f32[3]\n%1 = add %0, %0\nreturn %1\n")
      let program = try VerifiedProgram(try Lowering.lower(graph))
      let executable = Executable(program, signature: "doctor", options: {
        var options = ExecutionOptions(tier: .native, workers: 1)
        options.compiler = TCCCompiler()
        return options
      }())
      let start = ContinuousClock.now
      do throws(NativeFailure) {
        try executable.promote()
      } catch {
        throw HillockError(.system, "stage \(error.stage.rawValue): \(error.reason): \(error.detail)")
      }
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
      let frame = executable.makeFrame()
      let input = try Storage.allocate(byteCount: 12)
      input.base.storeBytes(of: 1.5, as: Float.self)
      frame.setArgument(0, input)
      try executable.run(frame)
      let result = frame.takeResult(0)
      let isRight = withExtendedLifetime(result) { result.base.load(as: Float.self) == 3 }
      guard executable.tier == .native, isRight else {
        throw HillockError(.system, "the compiled program gives a wrong result")
      }
      return milliseconds
    }
  #endif

  private func hugePages() {
    let path = "/sys/kernel/mm/transparent_hugepage/enabled"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let chosen = text.split(separator: "[").dropFirst().first?.split(separator: "]").first.map(String.init)
    switch chosen {
    case "always": line("huge pages", "always", "large arrays get 2 MiB pages: fewer misses in the address tables")
    case "madvise": line("huge pages", "on request", "large arrays ask for 2 MiB pages and get them")
    case "never":
      line("huge pages", "never", "large arrays lie on 4 KiB pages: streams over memory run slower. Root may write madvise to \(path)")
    default: line("huge pages", "unknown", "the system does not say whether it gives 2 MiB pages")
    }
  }

  private func statistics() {
    if Configuration.statistics {
      line("statistics", "on", "this process publishes to \(StatisticsFile.directory); `hillock tiers` shows them")
    } else {
      line("statistics", "off", "set HILLOCK_STATS=1 in a process to see it with `hillock tiers` (files in \(StatisticsFile.directory))")
    }
  }
}
