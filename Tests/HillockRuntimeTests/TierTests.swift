import CHillock
import Dispatch
import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockRuntime

/// Native code for the one kernel of `doubling`: three times the argument instead of twice, so that it shows who ran.
private let tripling: hk_kernel_entry = { registers, _, _, first, last in
  guard let x = registers?[0]?.assumingMemoryBound(to: Float.self),
    let y = registers?[1]?.assumingMemoryBound(to: Float.self)
  else { return }
  for i in Int(first)..<Int(last) { y[i] = 3 * x[i] }
}

private final class FakeCode: NativeCode {
  let kernels: [hk_kernel_entry?]
  let loops: [hk_loop_entry] = []
  let codeByteCount = 123
  let stageTimes: [(stage: NativeStage, nanoseconds: UInt64)] = [
    (.write, 10), (.assemble, 15), (.compile, 20), (.relocate, 30), (.protect, 40),
  ]
  init(_ kernels: [hk_kernel_entry]) { self.kernels = kernels }
}

/// A compiler whose code is real functions; it fails where it is told to, and says when it is used twice at once.
private final class FakeCompiler: NativeCompiler {
  let compiles = Atomic<Int>(0)
  let inside = Atomic<Int>(0)
  let overlaps = Atomic<Int>(0)
  let failures: Int
  let isFinal: Bool
  let entries: Int

  init(failures: Int = 0, isFinal: Bool = false, entries: Int = 1) {
    self.failures = failures
    self.isFinal = isFinal
    self.entries = entries
  }

  func compile(
    _ program: VerifiedProgram, isa: InstructionSet, injectFailure: NativeStage?
  ) throws(NativeFailure) -> any NativeCode {
    if inside.add(1, ordering: .relaxed).newValue > 1 { overlaps.add(1, ordering: .relaxed) }
    defer { inside.subtract(1, ordering: .relaxed) }
    let number = compiles.add(1, ordering: .relaxed).newValue
    if let injectFailure {
      throw NativeFailure(stage: injectFailure, reason: "injected-\(injectFailure.rawValue)", detail: "asked for")
    }
    if number <= failures {
      throw NativeFailure(stage: .compile, reason: "compile-failed", detail: "attempt \(number)", isFinal: isFinal)
    }
    return FakeCode(Array(repeating: tripling, count: entries))
  }
}

@Suite struct TierTests {
  static let count = 3 * 4096 + 5

  private func make(_ options: ExecutionOptions) throws -> (call: () throws -> Float, executable: Executable) {
    let graph = try graph([ArrayType(.f32, [Self.count])], name: "doubling") { builder, a in
      [try builder.elementwise(op("add"), [a[0], a[0]])]
    }
    let executable = try executable(graph, options)
    let x = try storage([Float](repeating: 1, count: Self.count))
    let call = {
      let values = try run(executable, [x])[0].values(Float.self)
      #expect(Set(values).count == 1)
      return values[0]
    }
    return (call, executable)
  }

  private func options(
    _ tier: TierPolicy, _ compiler: FakeCompiler?, hotCalls: UInt64 = 3, injectFailure: NativeStage? = nil
  ) -> ExecutionOptions {
    var options = ExecutionOptions(tier: tier, workers: 2)
    options.compiler = compiler
    options.injectFailure = injectFailure
    options.tierParameters.hotWork = 0
    options.tierParameters.minimumCalls = hotCalls
    return options
  }

  @Test func aHotProgramIsPromotedInTheBackground() throws {
    let (call, executable) = try make(options(.auto, FakeCompiler()))
    for _ in 0..<3 { #expect(try call() == 2) }
    #expect(executable.statistics.snapshot.reason == TierReason.cold && !executable.statistics.snapshot.isSettled)
    // The fourth call hands it to the background, and does not wait.
    _ = try call()
    TierController.drain()
    #expect(executable.tier == .native)
    #expect(try call() == 3)
    let statistics = executable.statistics.snapshot
    #expect(statistics.reason == TierReason.hot && statistics.isSettled)
    #expect(statistics.promotedAfter >= 3)
    #expect(statistics.codeBytes == 123)
    #expect(statistics.promotionNanoseconds > 0)
    #expect(statistics.stageTimes == [.write: 10, .assemble: 15, .compile: 20, .relocate: 30, .protect: 40])
    #expect(statistics.interpretedCalls + statistics.nativeCalls == 5)
  }

  /// Much work in few calls is as hot as little in many.
  @Test func callsAreWeighedByTheirWork() {
    let parameters = TierParameters.default
    #expect(parameters.hotCalls(work: 1) == 20_000_000 / 2_001)
    #expect(parameters.hotCalls(work: 1_000_000) == 19)
    #expect(parameters.hotCalls(work: 1_000_000_000) == 2)
    #expect(parameters.hotCalls(work: .max) == 2)
  }

  @Test func policies() throws {
    let compiler = FakeCompiler()
    let interpreted = try make(options(.interpreter, compiler))
    for _ in 0..<10 { #expect(try interpreted.call() == 2) }
    TierController.drain()
    #expect(interpreted.executable.statistics.snapshot.reason == TierReason.policy)
    #expect(interpreted.executable.statistics.snapshot.isSettled)
    #expect(compiler.compiles.load(ordering: .relaxed) == 0)

    let native = try make(options(.native, compiler))
    #expect(try native.call() == 3)
    #expect(native.executable.statistics.snapshot.reason == TierReason.requested)
    #expect(native.executable.statistics.snapshot.interpretedCalls == 0)
  }

  @Test(arguments: NativeStage.allCases)
  func anInjectedFailureLeavesTheProgramInterpreted(stage: NativeStage) throws {
    for policy in [TierPolicy.auto, .native] {
      let (call, executable) = try make(options(policy, FakeCompiler(), injectFailure: stage))
      for _ in 0..<5 { #expect(try call() == 2) }
      TierController.drain()
      #expect(try call() == 2)
      let statistics = executable.statistics.snapshot
      #expect(executable.tier == .interpreter)
      #expect(statistics.reason == "injected-\(stage.rawValue)")
      #expect(statistics.detail == "\(stage.rawValue): asked for")
      #expect(statistics.failedCompiles >= 1)
    }
  }

  @Test func afterAFailureTheNextAttemptComesLater() throws {
    let compiler = FakeCompiler(failures: 1)
    let (call, executable) = try make(options(.auto, compiler))
    for _ in 0..<4 { #expect(try call() == 2) }
    TierController.drain()
    #expect(compiler.compiles.load(ordering: .relaxed) == 1)
    #expect(!executable.statistics.snapshot.isSettled)
    // It failed after three or four calls; the next attempt comes at four times as many.
    for _ in 4..<12 { #expect(try call() == 2) }
    TierController.drain()
    #expect(compiler.compiles.load(ordering: .relaxed) == 1)
    for _ in 12..<18 { _ = try call() }
    TierController.drain()
    #expect(compiler.compiles.load(ordering: .relaxed) == 2)
    #expect(executable.tier == .native)
    #expect(try call() == 3)
  }

  @Test func afterTooManyFailuresItStaysInterpreted() throws {
    let compiler = FakeCompiler(failures: .max)
    let (call, executable) = try make(options(.auto, compiler))
    for _ in 0..<3_000 {
      _ = try call()
      TierController.drain()
    }
    #expect(compiler.compiles.load(ordering: .relaxed) == 4)
    #expect(executable.statistics.snapshot.failedCompiles == 4)
    #expect(executable.statistics.snapshot.reason == "compile-failed")
    #expect(executable.statistics.snapshot.isSettled)
  }

  @Test func afterAFailureThatEveryAttemptWouldHaveItStaysInterpreted() throws {
    let compiler = FakeCompiler(failures: 1, isFinal: true)
    let (call, executable) = try make(options(.auto, compiler))
    for _ in 0..<100 {
      #expect(try call() == 2)
      TierController.drain()
    }
    #expect(compiler.compiles.load(ordering: .relaxed) == 1)
    #expect(executable.statistics.snapshot.isSettled)
    // Unless it is asked for.
    try executable.promote()
    #expect(try call() == 3)
  }

  /// A compile that was asked for and failed is not tried again by itself where none would have been tried at all.
  @Test func aFailedRequestLeavesASettledProgramSettled() throws {
    let compiler = FakeCompiler(failures: 1)
    let (call, executable) = try make(options(.interpreter, compiler))
    #expect(throws: NativeFailure.self) { try executable.promote() }
    for _ in 0..<100 {
      #expect(try call() == 2)
      TierController.drain()
    }
    #expect(compiler.compiles.load(ordering: .relaxed) == 1)
    #expect(executable.statistics.snapshot.isSettled)
  }

  @Test func codeOfAnotherProgramIsRefused() throws {
    let (call, executable) = try make(options(.native, FakeCompiler(entries: 2)))
    #expect(try call() == 2)
    #expect(executable.statistics.snapshot.reason == TierReason.badCode)
  }

  @Test func promotionOnRequest() throws {
    let (call, executable) = try make(options(.auto, FakeCompiler(), hotCalls: .max))
    #expect(try call() == 2)
    try executable.promote()
    try executable.promote()
    #expect(try call() == 3)
    let failing = try make(options(.auto, FakeCompiler(), injectFailure: .relocate))
    #expect { try failing.executable.promote() } throws: { ($0 as? NativeFailure)?.stage == .relocate }
  }

  /// Calls from many threads while the entries are swapped: each result is of one tier, whole; compiles never overlap.
  @Test func swappingUnderLoad() throws {
    let compiler = FakeCompiler()
    let pairs = try (0..<4).map { _ in try make(options(.auto, compiler, hotCalls: 50)).executable }
    let x = try storage([Float](repeating: 1, count: Self.count))
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for _ in 0..<100 {
        let values = try? run(pairs[thread % 4], [x])[0].values(Float.self)
        if Set(values ?? []).count != 1 { failures.add(1, ordering: .relaxed) }
      }
    }
    TierController.drain()
    #expect(failures.load(ordering: .relaxed) == 0)
    #expect(compiler.overlaps.load(ordering: .relaxed) == 0)
    #expect(compiler.compiles.load(ordering: .relaxed) == 4)
    #expect(pairs.allSatisfy { $0.tier == .native })
  }
}
