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

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Sizes of launches whose sharing is explained, in elements.", valueName: "count"))
  var elements: [Int] = [1_000, 10_000, 100_000, 1_000_000]

  func validate() throws {
    // What is measured takes memory and time.
    for count in elements where !(1...100_000_000).contains(count) {
      throw ValidationError("--elements takes counts from 1 to 100000000, not \(count)")
    }
  }

  func run() throws {
    line("processor", processorName, "\(ProcessorCount.current) logical processors for this process\(quota)")
    let levels = InstructionSet.allCases.filter(\.isSupported)
    line(
      "instruction sets", levels.map(\.description).joined(separator: ", "),
      "programs run at level \(InstructionSet.current) (HILLOCK_ISA names another); every level gives the same bits")
    nativeTier()
    assembler()
    line(
      "settings",
      "tier \(Configuration.tier.rawValue), barrier \(Configuration.barrier.rawValue), conflicts \(Configuration.conflicts.rawValue)",
      "HILLOCK_TIER, HILLOCK_BARRIER and HILLOCK_CONFLICTS change them")
    foreignCalls()
    line(
      "workers", "\(Configuration.workers)",
      "threads of one launch, the caller included; set HILLOCK_THREADS to change it. Results do not depend on it")
    try sharing()
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

  private var quota: String {
    let count = ProcessorCount.current
    return count < ProcessorCount.available
      ? ", of \(ProcessorCount.available) that it may run on: its control group has a quota" : ""
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

  /// Whether there is vector code, or machine code calls the tile kernels.
  private func assembler() {
    #if Native
      if VectorLevel(.current) != nil {
        line("vector assembler", "\(InstructionSet.current)", "what programs compute becomes vector code of their own")
      } else {
        line(
          "vector assembler", "none for \(InstructionSet.current)",
          "machine code calls the same tile kernels as the interpreter; results are the same")
      }
    #endif
  }

  private func foreignCalls() {
    #if Foreign
      line("foreign calls", "by libffi", "programs may call C functions (foreignCall)")
    #else
      line(
        "foreign calls", "not in this build (package trait Foreign)", "programs may call Swift functions (hostCall) all the same")
    #endif
  }

  #if Native
    private func compileProbe() throws(HillockError) -> Double {
      let graph = try Graph(parsing: "hillock graph 1\n%0 = argument 0 : f32[3]\n%1 = add %0, %0\nreturn %1\n")
      let program = try VerifiedProgram(try Lowering.lower(graph))
      let executable = Executable(
        program, signature: "doctor",
        options: {
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

  /// From what work on a launch is shared, and what that means here.
  private func sharing() throws {
    guard Configuration.workers > 1 else {
      return line("sharing", "none", "there is one worker: every launch is done by the thread that calls")
    }
    let costs = TeamCosts.measure()
    func microseconds(_ nanoseconds: UInt64) -> String { String(format: "%.1f µs", Double(nanoseconds) / 1000) }
    line(
      "sharing",
      "launches of \(microseconds(Parameters.parallelThreshold)) of work or more while a helper is awake, of "
        + "\(microseconds(Parameters.wakeThreshold)) or more where one must be woken",
      costs.join == 0 || costs.wake == 0
        ? "no helper came in time to measure how soon one joins: the machine is busy, and sharing gains little now"
        : "here an awake helper joins after \(microseconds(costs.join)), a parked one after \(microseconds(costs.wake)); work W "
          + "that a helper joins after L takes about (W + L) / 2")
    line(
      "expect", "smaller launches run on one thread; larger ones on up to \(Configuration.workers)",
      "work is estimated from a table of costs of a vector's operations and moves (Spec/tiers); results never depend on it")
    try explainLaunches()
    let interval: UInt64 = 300_000_000
    let used = TeamCosts.idleProcessorTime(interval: interval)
    line(
      "idle",
      String(format: "%.1f ms of processor time in %.0f ms after a shared launch", Double(used) / 1e6, Double(interval) / 1e6),
      "helpers spin for at most \(Parameters.linger / 1000) µs after their last work, then they park")
  }

  /// What is decided for launches of some sizes, beside what they take.
  private func explainLaunches() throws {
    for (position, count) in elements.enumerated() {
      print(
        "\((position == 0 ? "launches" : "").padding(toLength: 18, withPad: " ", startingAt: 0))\(try LaunchSample(count: count).text)"
      )
    }
    print("\(String(repeating: " ", count: 18))of GELU over so many floats, interpreted; --elements asks for others")
  }

  private func hugePages() {
    let path = "/sys/kernel/mm/transparent_hugepage/enabled"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let chosen = text.split(separator: "[").dropFirst().first?.split(separator: "]").first.map(String.init)
    switch chosen {
    case "always": line("huge pages", "always", "large arrays get 2 MiB pages: fewer misses in the address tables")
    case "madvise": line("huge pages", "on request", "large arrays ask for 2 MiB pages and get them")
    case "never":
      line(
        "huge pages", "never",
        "large arrays lie on 4 KiB pages: streams over memory run slower. Root may write madvise to \(path)")
    default: line("huge pages", "unknown", "the system does not say whether it gives 2 MiB pages")
    }
  }

  private func statistics() {
    if Configuration.statistics {
      line("statistics", "on", "this process publishes to \(StatisticsFile.directory); `hillock tiers` shows them")
    } else {
      line(
        "statistics", "off",
        "set HILLOCK_STATS=1 in a process to see it with `hillock tiers` (files in \(StatisticsFile.directory))")
    }
  }
}
