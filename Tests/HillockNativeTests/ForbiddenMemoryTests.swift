#if Native && os(Linux)
  import Glibc
  import HillockBytecode
  import HillockIR
  import HillockRuntime
  import Testing

  import HillockNative

  /// A process for which the system allows no memory to become executable, as hardened services have it
  /// (https://man7.org/linux/man-pages/man2/pr_set_mdwe.2const.html, Linux 6.3).
  @Suite struct ForbiddenMemoryTests {
    private static let setMDWE: Int32 = 65, getMDWE: Int32 = 66, refuseExecGain: UInt = 1

    /// Swift imports no function with a variable number of arguments.
    private static func prctl(_ option: Int32, _ argument: UInt) -> Int32 {
      typealias Function = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
      guard let symbol = dlsym(nil, "prctl") else { return -1 }
      return unsafeBitCast(symbol, to: Function.self)(option, argument, 0, 0, 0)
    }

    @Test("a compile fails with a reason, and the interpreter goes on", .enabled(if: prctl(getMDWE, 0) == 0))
    func interpreterGoesOn() async {
      await #expect(processExitsWith: .exitCode(7)) {
        // libtcc ends the process, with 1, where its memory cannot become executable: it is not to be asked.
        guard Self.prctl(Self.setMDWE, Self.refuseExecGain) == 0 else { exit(2) }
        let graph = try Graph(parsing: "hillock graph 1\n%0 = argument 0 : f32[3]\n%1 = add %0, %0\nreturn %1\n")
        var options = ExecutionOptions(tier: .native, workers: 1)
        options.compiler = TCCCompiler()
        let executable = Executable(try VerifiedProgram(try Lowering.lower(graph)), signature: "forbidden", options: options)
        var failure: NativeFailure?
        do throws(NativeFailure) { try executable.promote() } catch { failure = error }
        guard let failure, failure.stage == .protect, failure.reason == "protect-failed" else { exit(3) }
        guard executable.statistics.snapshot.isSettled else { exit(5) }
        let frame = executable.makeFrame(), input = try Storage.allocate(byteCount: 12)
        input.base.storeBytes(of: 1.5, as: Float.self)
        frame.setArgument(0, input)
        try executable.run(frame)
        let result = frame.takeResult(0)
        guard executable.tier == .interpreter, withExtendedLifetime(result, { result.base.load(as: Float.self) }) == 3 else {
          exit(4)
        }
        exit(7)
      }
    }
  }
#endif
