import CHillock
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockBytecode
@testable import HillockRuntime

/// Strict mode: programs that keep the rules run as ever; whatever breaks a promise while a program runs is found, named,
/// and stopped before it does harm.
@Suite struct StrictTests {
  /// x + y and its sum, over enough positions for several chunks, in two kernels: r2 is the only temporary.
  private static let text = """
    hillock program 2
    name "pair"
    argument 0 : f32[9000]
    argument 1 : f32[9000]
    variable 0 "v" : f32[9000]
    buffer 0 : 36000
    buffer 1 : 36000
    r0 : f32[9000] = argument 0
    r1 : f32[9000] = argument 1
    r2 : f32[9000] = buffer 0
    r3 : f32[9000] = fresh
    r4 : f32[] = fresh
    r5 : f32[9000] = variable 0
    r6 : f32[9000] = buffer 1
    kernel 0 "sum" shape [9000] tile 256
      p0 = read r0 contiguous 0
      p1 = read r1 contiguous 0
      p2 = write r2 contiguous 0
      p2 = add p0, p1 : f32
    end
    kernel 1 "twice" shape [9000] tile 256
      p0 = read r2 contiguous 0
      p1 = write r3 contiguous 0
      p2 = write r4 reduction 1
      t0 : f32
      t0 = add p0, p0 : f32
      p1 = mul t0, p0 : f32
      p2 = reduce.sum t0 : f32
    end
    launch 0
    launch 1
    return r3, r4

    """

  private func inputs() throws -> [Storage] {
    var random = SeededRandom(seed: 5)
    return try [storage(random.floats(9000)), storage(random.floats(9000)), storage(random.floats(9000))]
  }

  private func run(_ executable: Executable, _ inputs: [Storage]) throws -> [Storage] {
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    frame.setArgument(0, inputs[0])
    frame.setArgument(1, inputs[1])
    if !executable.program.variables.isEmpty { frame.setVariable(0, inputs[2]) }
    try executable.run(frame)
    return executable.prepared.results.indices.map { frame.takeResult($0) }
  }

  private func expectViolation(
    _ check: StrictCheck, _ words: [String], _ executable: Executable, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let inputs = try inputs()
    let before = inputs.map { Array($0.bytes) }
    HillockRuntimeTests.expectViolation(check, words, sourceLocation: sourceLocation) { _ = try run(executable, inputs) }
    #expect(inputs.map { Array($0.bytes) } == before, "inputs were changed", sourceLocation: sourceLocation)
  }

  @Test func aProgramThatKeepsTheRulesGivesTheSameBits() throws {
    let program = try VerifiedProgram(Program(parsing: Self.text))
    let inputs = try inputs()
    let plain = try run(Executable(program, options: ExecutionOptions(tier: .interpreter)), inputs)
    let checked = try run(Executable(program, options: .strict), inputs)
    #expect(plain.map { Array($0.bytes) } == checked.map { Array($0.bytes) })
  }

  // MARK: Stores of tiles

  @Test func aStoreToAnArgumentIsStopped() throws {
    try expectViolation(
      .target, ["kernel 0 \"sum\"", "r0"], try strict(Self.text, [("p2 = write r2 contiguous 0", "p2 = write r0 contiguous 0")]))
  }

  @Test func aStoreToAVariableIsStopped() throws {
    try expectViolation(
      .target, ["kernel 0 \"sum\"", "r5"], try strict(Self.text, [("p2 = write r2 contiguous 0", "p2 = write r5 contiguous 0")]))
  }

  /// Tiles that overlap: each chunk's last position belongs to the next chunk's worker.
  @Test func aStoreAtOtherPositionsIsStopped() throws {
    try expectViolation(
      .target, ["kernel 0 \"sum\", line 0", "r2", "where these do not lie"],
      try strict(Self.text, [("p2 = write r2 contiguous 0", "p2 = write r2 contiguous 1")]))
  }

  @Test func aRegisterThatIsTooShortIsNotOverrun() throws {
    try expectViolation(
      .target, ["kernel 0 \"sum\"", "r2"], try strict(Self.text, [("r2 : f32[9000] = buffer 0", "r2 : f32[8000] = buffer 0")]))
  }

  @Test func aBufferThatIsTooShortIsNotOverrun() throws {
    try expectViolation(.target, ["kernel 0 \"sum\"", "r2"], try strict(Self.text, [("buffer 0 : 36000", "buffer 0 : 35000")]))
  }

  /// What a buffer is declared with beyond its registers takes no memory: a strict run fills all it has with NaNs.
  @Test func aBufferThatIsTooLongTakesNoMore() throws {
    let long = try strict(Self.text, [("buffer 0 : 36000", "buffer 0 : 4294967296")])
    let byteCount = long.prepared.workspaceByteCount(workers: 1)
    #expect(byteCount == (try strict(Self.text).prepared.workspaceByteCount(workers: 1)) && byteCount < 1 << 20)
  }

  /// A worker that works on positions which it has not claimed.
  @Test func aStoreOutsideTheClaimIsStopped() throws {
    let executable = try strict(Self.text)
    let prepared = executable.prepared, frame = executable.makeFrame()
    for (index, input) in try inputs().prefix(2).enumerated() { frame.setArgument(index, input) }
    frame.setVariable(0, try inputs()[2])
    let workspace = try frame.begin(workers: 2)
    let strict = StrictRun(prepared, frame: frame, workspace: workspace, workers: 2)
    let kernel = UnsafePointer(try #require(prepared.kernels.baseAddress))
    let scratch = workspace + prepared.buffersByteCount + prepared.partialsByteCount
    // Units of 64 positions.
    strict.begin(units: 141) { _, _, _, _ in }
    #expect(strict.claim(0..<64, worker: 0))
    #expect(strict.claim(64..<141, worker: 1))
    TileLoop.run(
      kernel, registers: UnsafePointer(frame.registers), partials: UnsafePointer(frame.partialsTable), scratch: scratch,
      first: 0, last: 66 * 64,
      checks: StoreChecks(
        run: Unmanaged.passUnretained(strict), kernel: kernel, registers: UnsafePointer(frame.registers), worker: 0,
        scratch: scratch, bounce: scratch + prepared.bounceOffset, unit: kernel.pointee.unit))
    let violation = withExtendedLifetime(strict) { strict.violation }
    #expect(violation?.rule == StrictCheck.owner.rawValue)
    #expect(violation?.message.contains("positions 4096..<4224 of r2 in worker 0") == true, "\(violation?.message ?? "")")
    let stored = try #require(frame.registers[2])
    #expect(Guards.firstChange(stored + 4096 * 4, 4904 * 4) == nil, "positions of another worker were written")
  }

  @Test func aUnitIsClaimedOnce() throws {
    let executable = try strict(Self.text)
    let frame = executable.makeFrame()
    for (index, input) in try inputs().prefix(2).enumerated() { frame.setArgument(index, input) }
    frame.setVariable(0, try inputs()[2])
    let workspace = try frame.begin(workers: 1)
    for range in [1..<2, 2..<4] {
      let strict = StrictRun(executable.prepared, frame: frame, workspace: workspace, workers: 1)
      strict.begin(units: 3) { _, _, _, _ in }
      #expect(strict.claim(0..<2, worker: 1))
      #expect(!strict.claim(range, worker: 0))
      #expect(strict.violation?.rule == StrictCheck.coverage.rawValue)
    }
    let strict = StrictRun(executable.prepared, frame: frame, workspace: workspace, workers: 1)
    strict.begin(units: 3) { _, _, _, _ in }
    #expect(strict.claim(0..<2, worker: 1))
    strict.end()
    #expect(strict.violation?.rule == StrictCheck.coverage.rawValue, "unit 2 was not done")
  }

  // MARK: Tile kernels that store too much

  /// Replaces the first instruction's tile kernel by one that stores one element more.
  private func withFaultyTileKernel(_ kernel: Int) throws -> Executable {
    let executable = try strict(Self.text)
    let faulty: hk_tile_fn = { count, destination, _, _, _ in
      guard let destination else { return }
      for index in 0...Int(count) { destination.storeBytes(of: 1, toByteOffset: index * 4, as: Float.self) }
    }
    executable.prepared.kernels[kernel].code[0].function = unsafeBitCast(faulty, to: UnsafeRawPointer.self)
    return executable
  }

  @Test func aTileKernelThatStoresTooMuchIsStopped() throws {
    try expectViolation(.guarded, ["kernel 0 \"sum\", line 0", "beyond positions", "r2"], try withFaultyTileKernel(0))
  }

  @Test func aTileIsNotOverrun() throws {
    try expectViolation(.guarded, ["kernel 1 \"twice\"", "slot 3"], try withFaultyTileKernel(1))
  }

  // MARK: Values

  @Test func aReadOfNothingIsFound() throws {
    try expectViolation(.undefined, ["kernel 1 \"twice\"", "r2"], try strict(Self.text, [("launch 0\n", "")]))
  }

  /// Something else was written over the value before its last reader.
  @Test func anEarlyReuseIsFound() throws {
    try expectViolation(
      .undefined, ["kernel 1 \"twice\" reads r2", "r6 lies there now"],
      try strict(
        Self.text,
        [
          ("r6 : f32[9000] = buffer 1", "r6 : f32[9000] = buffer 0"), ("launch 1", "r6 = concatenate r0 axis 0\nlaunch 1"),
        ]))
  }

  @Test func aResultThatWasNotWrittenIsFound() throws {
    try expectViolation(.undefined, ["the end of the run", "r3"], try strict(Self.text, [("launch 1\n", "")]))
  }

  // MARK: Steps that are no kernels

  @Test func aStepThatWritesAnInputIsStopped() throws {
    try expectViolation(
      .target, ["concatenate writes r0"], try strict(Self.text, [("launch 1", "r0 = concatenate r1 axis 0\nlaunch 1")]))
  }

  @Test func aStepThatRunsOverABufferIsFound() throws {
    try expectViolation(
      .guarded, ["concatenate", "the end of buffer 1"],
      try strict(Self.text, [("buffer 1 : 36000", "buffer 1 : 35996"), ("launch 1", "r6 = concatenate r1 axis 0\nlaunch 1")]))
  }

  // MARK: Native code

  private static func floats(_ registers: UnsafePointer<UnsafeMutableRawPointer?>?, _ index: Int) -> UnsafeMutablePointer<Float>?
  {
    registers?[index]?.assumingMemoryBound(to: Float.self)
  }

  private static func sum(
    _ registers: UnsafePointer<UnsafeMutableRawPointer?>?, _ first: Int64, _ last: Int64
  ) {
    guard let x = floats(registers, 0), let y = floats(registers, 1), let z = floats(registers, 2) else { return }
    for position in Int(first)..<Int(last) { z[position] = x[position] + y[position] }
  }

  private static let none: hk_kernel_entry = { _, _, _, _, _ in }

  private func native(_ sum: hk_kernel_entry) throws -> Executable {
    // The second kernel is left out: its results come from the first alone.
    let text = Self.text.replacing(
      "launch 1\n", with: "r3 = concatenate r2 axis 0\nr4 = reduce.sum r2 outer [] extent 9000 inner []\n")
    var options = ExecutionOptions.strict
    options.tier = .native
    options.compiler = GivenCode(kernels: [sum, Self.none])
    return try strict(text, options: options)
  }

  @Test func nativeCodeThatStoresTheSamePasses() throws {
    let executable = try native { registers, _, _, first, last in StrictTests.sum(registers, first, last) }
    _ = try run(executable, inputs())
    #expect(executable.tier == .native)
  }

  @Test func nativeCodeThatStoresAnotherValueIsFound() throws {
    try expectViolation(
      .native, ["kernel 0", "position 8999 of r2"],
      try native { registers, _, _, first, last in
        StrictTests.sum(registers, first, last)
        if last == 9000 { StrictTests.floats(registers, 2)?[8999] = 0.5 }
      })
  }

  @Test func nativeCodeThatStoresElsewhereIsFound() throws {
    try expectViolation(
      .native, ["kernel 0", "memory that it does not write"],
      try native { registers, _, _, first, last in
        StrictTests.sum(registers, first, last)
        if first == 0 { StrictTests.floats(registers, 3)?[7] = 0.5 }
      })
    try expectViolation(
      .guarded, ["kernel 0", "buffer 0"],
      try native { registers, _, _, first, last in
        StrictTests.sum(registers, first, last)
        if first == 0 { StrictTests.floats(registers, 2)?[9001] = 0.5 }
      })
  }

  @Test func nativeCodeThatChangesAnInputIsFound() throws {
    let inputs = try inputs()
    let executable = try native { registers, _, _, first, last in
      StrictTests.sum(registers, first, last)
      if first == 0 { StrictTests.floats(registers, 1)?[3] = 77 }
    }
    let error = #expect(throws: HillockError.self) { try run(executable, inputs) }
    #expect(error?.rule == StrictCheck.input.rawValue)
    #expect(error?.message.contains("argument 1") == true)
  }
}
