import CHillock
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockBytecode
@testable import HillockRuntime

/// Strict mode goes the ways that other runs go: row groups, loops that are interchanged with their positions, Variables that are
/// written in place. Each is sabotaged, by a program that the verifier has not seen or in the layout that was made of a good one.
@Suite(.columnGroupsOfAnySize) struct StrictStepKindsTests {
  /// Each row's elements as shares of their sum, for 100 rows: r2 and r3 belong to the rows in hand. Kernel 2 and kernel 3 do
  /// what kernel 1 and 0 do, but for other rows.
  private static let rows = """
    hillock program 2
    name "shares"
    argument 0 : f32[100,7]
    buffer 0 : 400
    buffer 1 : 2800
    r0 : f32[100,7] = argument 0
    r1 : f32[100,7] = fresh
    r2 : f32[100] = buffer 0
    r3 : f32[100,7] = buffer 1
    kernel 0 "double" shape [100,7] tile 64
      p0 = read r0 contiguous 0
      p1 = write r3 contiguous 0
      p1 = add p0, p0 : f32
    end
    kernel 1 "share" shape [100,7] tile 64
      p0 = read r3 contiguous 0
      p1 = read r2 strided 0 [1,0]
      p2 = write r1 contiguous 0
      t0 : f32
      t0 = load p1 : f32
      p2 = div p0, t0 : f32
    end
    kernel 2 "share of the row behind" shape [100,7] tile 64
      p0 = read r3 contiguous 0
      p1 = read r2 strided 99 [-1,0]
      p2 = write r1 contiguous 0
      t0 : f32
      t0 = load p1 : f32
      p2 = div p0, t0 : f32
    end
    launch 0
    r2 = reduce.sum r3 outer [100] extent 7 inner []
    launch 1
    return r1

    """

  /// The columns' sums of 4x and largest elements of 2x, in panels: r2 and r3 belong to the positions in hand. Kernel 2 reads
  /// others.
  private static let columns = """
    hillock program 2
    name "columns"
    argument 0 : f32[20,6000]
    buffer 0 : 480000
    buffer 1 : 480000
    r0 : f32[20,6000] = argument 0
    r1 : f32[6000] = fresh
    r2 : f32[20,6000] = buffer 0
    r3 : f32[20,6000] = buffer 1
    r4 : f32[6000] = fresh
    kernel 0 "double" shape [20,6000] tile 64
      p0 = read r0 contiguous 0
      p1 = write r2 contiguous 0
      p1 = add p0, p0 : f32
    end
    kernel 1 "again" shape [20,6000] tile 64
      p0 = read r2 contiguous 0
      p1 = write r3 contiguous 0
      p1 = add p0, p0 : f32
    end
    kernel 2 "again from the other end" shape [20,6000] tile 64
      p0 = read r2 strided 119999 [-6000,-1]
      p1 = write r3 contiguous 0
      p1 = load p0 : f32
    end
    launch 0
    launch 1
    r1 = reduce.sum r3 outer [] extent 20 inner [6000]
    r4 = reduce.max r2 outer [] extent 20 inner [6000]
    return r1, r4

    """

  /// v ← 2v + 1, five times, and what it was before each step. Kernel 1 does the same from the other end.
  private static let loop = """
    hillock program 2
    name "steps"
    argument 0 : f32[5000]
    buffer 0 : 8
    buffer 1 : 20000
    buffer 2 : 20000
    r0 : f32[5000] = argument 0
    r1 : i64[] = buffer 0
    r2 : f32[5000] = fresh
    r3 : f32[5000] = fresh
    r4 : f32[5,5000] = fresh
    r5 : f32[5000] = row r4
    r6 : f32[5000] = buffer 1
    r7 : f32[5000] = buffer 2
    kernel 0 "step" shape [5000] tile 256
      p0 = read r2 contiguous 0
      p1 = write r5 contiguous 0
      p2 = write r6 contiguous 0
      p1 = load p0 : f32
      p2 = add p0, p0 : f32
    end
    kernel 1 "next" shape [5000] tile 256
      p0 = read r6 contiguous 0
      p1 = write r3 contiguous 0
      p1 = sqrt p0 : f32
    end
    kernel 2 "next from the other end" shape [5000] tile 256
      p0 = read r6 strided 4999 [-1]
      p1 = write r3 contiguous 0
      p1 = load p0 : f32
    end
    loop r1 trips 5 rows r5 {
      carry r0, r2, r3
      launch 0
      launch 1
    }
    return r2, r4

    """

  /// v ← v + x, in its own memory, and the sum of the old values.
  private static let inPlace = """
    hillock program 2
    name "in place"
    argument 0 : f32[9000]
    variable 0 "v" : f32[9000]
    r0 : f32[9000] = argument 0
    r1 : f32[9000] = variable 0
    r2 : f32[9000] = over r1
    r3 : f32[] = fresh
    kernel 0 "sum" shape [9000] tile 256
      p0 = read r1 contiguous 0
      p1 = write r3 reduction 1
      p1 = reduce.sum p0 : f32
    end
    kernel 1 "add" shape [9000] tile 256
      p0 = read r1 contiguous 0
      p1 = read r0 contiguous 0
      p2 = write r2 contiguous 0
      p2 = add p0, p1 : f32
    end
    launch 0
    launch 1
    store 0, r2
    return r3

    """

  private func argument(_ executable: Executable) throws -> Storage {
    var random = SeededRandom(seed: 5)
    return try storage(random.floats(executable.program.arguments[0].count).map { $0 + 3 })
  }

  @discardableResult private func run(_ executable: Executable) throws -> [Storage] {
    try HillockRuntimeTests.run(executable, [argument(executable)])
  }

  private func expectSameBits(_ executable: Executable, _ other: Executable) throws {
    let values = try run(executable), expected = try run(other)
    #expect(values.count == expected.count)
    for (value, expected) in zip(values, expected) {
      let isSame = withExtendedLifetime((value, expected)) { value.bytes.elementsEqual(expected.bytes) }
      #expect(isSame)
    }
  }

  private func expectViolation(
    _ check: StrictCheck, _ words: [String], _ executable: Executable, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    HillockRuntimeTests.expectViolation(check, words, sourceLocation: sourceLocation) { try run(executable) }
  }

  /// A tile kernel that stores one element more than it should.
  private let faulty: hk_tile_fn = { count, destination, _, _, _ in
    guard let destination else { return }
    for index in 0...Int(count) { destination.storeBytes(of: 1, toByteOffset: index * 4, as: Float.self) }
  }

  private func spoil(_ executable: Executable, kernel: Int) {
    executable.prepared.kernels[kernel].code[0].function = unsafeBitCast(faulty, to: UnsafeRawPointer.self)
    executable.prepared.kernels[kernel].code[0].call = .tile
  }

  // MARK: As ever

  @Test(arguments: [rows, loop, columns]) func stepsThatKeepTheRulesGiveTheSameBits(_ text: String) throws {
    let checked = try strict(text)
    let fast = Executable(checked.verified, options: ExecutionOptions(tier: .interpreter, workers: 2))
    #expect(checked.prepared.steps.map(\.kind) == fast.prepared.steps.map(\.kind), "strict runs go another way")
    let kinds: [String: Step.Kind] = [Self.rows: .rowGroup, Self.loop: .interchangedLoop, Self.columns: .columnGroup]
    #expect(checked.prepared.steps.map(\.kind) == [kinds[text]])
    try expectSameBits(checked, fast)
  }

  // MARK: Column groups

  @Test func aTileKernelThatStoresBeyondItsColumnsIsStopped() throws {
    for kernel in [0, 1] {
      let executable = try strict(Self.columns)
      #expect(executable.prepared.columnGroups[0].panels > 1)
      spoil(executable, kernel: kernel)
      expectViolation(.guarded, ["kernel \(kernel)"], executable)
    }
  }

  @Test func rowsThatJoinBeyondTheirLanesAreFound() throws {
    let executable = try strict(Self.columns)
    let faulty: hk_reduce_rows_fn = { _, columns, _, lanes, _ in
      lanes?.storeBytes(of: 1, toByteOffset: Int(columns) * 16 + 64, as: Float.self)
    }
    executable.prepared.columnGroups[0].reductions[0].join = faulty
    // Beyond the lanes of the last panel, which is narrower, lie those that it does not use.
    expectViolation(.guarded, ["a column group stores beyond its rows or lanes"], executable)
  }

  @Test func membersOfAColumnGroupOutOfTurnAreFound() throws {
    let executable = try strict(Self.columns)
    executable.prepared.columnGroups[0].members.swapAt(0, 1)
    expectViolation(.undefined, ["kernel 1", "in a column group reads r2"], executable)
  }

  @Test func aMemberThatReadsOtherColumnsIsFound() throws {
    // By one worker: between two of them the flaw would be a race, which ThreadSanitizer reports.
    var options = ExecutionOptions.strict
    options.workers = 1
    let executable = try strict(Self.columns, options: options)
    executable.prepared.columnGroups[0].members[1].kernel = 2
    expectViolation(.undefined, ["kernel 2", "of r2 for positions"], executable)
  }

  @Test func columnsThatAreLeftOutAreFound() throws {
    let executable = try strict(Self.columns)
    executable.prepared.columnGroups[0].panels -= 1
    expectViolation(.coverage, ["in a column group, of 120000 positions"], executable)
  }

  @Test func nativeColumnGroupsAreCompared() throws {
    let again: hk_kernel_entry = { registers, _, _, first, last in
      guard let x = Self.floats(registers, 2), let y = Self.floats(registers, 3) else { return }
      for position in Int(first)..<Int(last) { y[position] = x[position] + x[position] }
    }
    let double: hk_kernel_entry = { registers, _, _, first, last in
      guard let x = Self.floats(registers, 0), let y = Self.floats(registers, 2) else { return }
      for position in Int(first)..<Int(last) { y[position] = x[position] + x[position] }
    }
    try expectSameBits(try native(Self.columns, kernels: [double, again, Self.none]), strict(Self.columns))
    let flawed: hk_kernel_entry = { registers, _, _, first, last in
      guard let y = Self.floats(registers, 3) else { return }
      for position in Int(first)..<Int(last) { y[position] = 1e9 }
    }
    expectViolation(
      .native, ["the native code of a column group", "of r1"], try native(Self.columns, kernels: [double, flawed, Self.none]))
  }

  // MARK: Row groups

  @Test func aTileKernelThatStoresBeyondItsRowsIsStopped() throws {
    for kernel in [0, 1] {
      let executable = try strict(Self.rows)
      spoil(executable, kernel: kernel)
      expectViolation(.guarded, ["kernel \(kernel)"], executable)
    }
  }

  @Test func aReductionThatStoresBeyondItsRowsIsFound() throws {
    let executable = try strict(Self.rows)
    let faulty: hk_reduce_axis_fn = { first, last, _, _, _, _, destination, _ in
      guard let destination else { return }
      for row in first...last { destination.storeBytes(of: 1, toByteOffset: Int(row) * 4, as: Float.self) }
    }
    executable.prepared.groups[0].members[1].reduction?.function = faulty
    expectViolation(.guarded, ["reduce stores beyond the rows of buffer 0 in a row group"], executable)
  }

  @Test func membersOutOfTurnAreFound() throws {
    let executable = try strict(Self.rows)
    executable.prepared.groups[0].members.swapAt(0, 1)
    expectViolation(.undefined, ["reduce in a row group reads r3"], executable)
  }

  /// A worker has no other rows but those in hand.
  @Test func aMemberThatReadsOtherRowsIsFound() throws {
    let executable = try strict(Self.rows)
    executable.prepared.groups[0].members[2].kernel = 2
    executable.prepared.groups[0].block = 10
    executable.prepared.steps[0].units = 10
    expectViolation(.undefined, ["kernel 2", "of r2 for rows"], executable)
  }

  @Test func aResultThatOnlyTheWorkersHadIsFound() throws {
    let executable = try strict(Self.rows)
    let locals = executable.prepared.groups[0].locals
    let place = try #require(locals.indices.first { locals[$0].register == 3 })
    executable.prepared.groups[0].locals[place].register = 1
    expectViolation(.undefined, ["the end of the run reads r1"], executable)
  }

  @Test func rowsThatLieElsewhereAreFound() throws {
    let executable = try strict(Self.rows)
    for local in executable.prepared.groups[0].locals.indices { executable.prepared.groups[0].locals[local].rowByteCount /= 2 }
    expectViolation(.target, ["kernel 0", "r3 where these do not lie"], executable)
  }

  @Test func rowsThatNobodyDoesAreFound() throws {
    let executable = try strict(Self.rows)
    executable.prepared.groups[0].rows = 99
    expectViolation(.coverage, ["kernel 0", "693 of 700"], executable)
  }

  // MARK: Loops that are interchanged

  @Test func aTileKernelThatStoresBeyondItsPositionsIsStopped() throws {
    for kernel in [0, 1] {
      let executable = try strict(Self.loop)
      spoil(executable, kernel: kernel)
      expectViolation(.guarded, ["kernel \(kernel)", "beyond positions"], executable)
    }
  }

  /// The other positions are at another step.
  @Test func aStepThatReadsOtherPositionsIsFound() throws {
    let executable = try strict(Self.loop)
    executable.prepared.loops[0].kernels[1] = 2
    expectViolation(.undefined, ["kernel 2", "of r6 in a loop that is taken to its end for positions"], executable)
  }

  @Test func kernelsOutOfTurnAreFound() throws {
    let executable = try strict(Self.loop)
    executable.prepared.loops[0].kernels.swapAt(0, 1)
    expectViolation(.undefined, ["kernel 1 \"next\" in a loop reads r6"], executable)
  }

  @Test func aCarriedValueThatNobodyWritesIsFound() throws {
    let executable = try strict(Self.loop)
    executable.prepared.loops[0].carries[0].next = 7
    expectViolation(.undefined, ["a loop reads r7"], executable)
  }

  @Test func aStepThatDoesNotWriteItsRowIsFound() throws {
    expectViolation(
      .undefined, ["without writing r5"],
      try strict(Self.loop, [("p1 = write r5 contiguous 0", "p1 = write r7 contiguous 0")]))
  }

  @Test func aRowThatLiesElsewhereIsStopped() throws {
    let executable = try strict(Self.loop)
    executable.prepared.loops[0].rows[0].byteCount = 20_004
    expectViolation(.target, ["kernel 0", "r5 where these do not lie"], executable)
  }

  @Test func aStepThatWritesAnInputIsStopped() throws {
    expectViolation(
      .target, ["kernel 0 \"step\" in a loop writes r0"],
      try strict(Self.loop, [("p2 = write r6 contiguous 0", "p2 = write r0 contiguous 0")]))
  }

  /// Positions that another worker has claimed.
  @Test(arguments: [(rows, 0), (loop, 1)]) func aStoreOutsideTheClaimIsStopped(_ text: String, _ index: Int) throws {
    let executable = try strict(text)
    let prepared = executable.prepared, frame = executable.makeFrame()
    frame.setArgument(0, try argument(executable))
    let workspace = try frame.begin(workers: 2)
    let strict = StrictRun(prepared, frame: frame, workspace: workspace, workers: 2)
    let kernel = UnsafePointer(try #require(prepared.kernels.baseAddress)) + index
    let scratch = workspace + prepared.buffersByteCount + prepared.partialsByteCount
    strict.begin(units: 2) { _, _, _, _ in }
    #expect(strict.claim(0..<1, worker: 0))
    #expect(strict.claim(1..<2, worker: 1))
    // Units of 70 positions.
    TileLoop.run(
      kernel, registers: UnsafePointer(frame.registers), partials: UnsafePointer(frame.partialsTable), scratch: scratch,
      first: 64, last: 71,
      checks: StoreChecks(
        run: Unmanaged.passUnretained(strict), kernel: kernel, registers: UnsafePointer(frame.registers), worker: 0,
        scratch: scratch, bounce: scratch + prepared.bounceOffset, unit: 70))
    let violation = withExtendedLifetime(strict) { strict.violation }
    #expect(violation?.rule == StrictCheck.owner.rawValue)
  }

  // MARK: Native code

  private typealias Table = UnsafePointer<UnsafeMutableRawPointer?>

  private func native(_ text: String, kernels: [hk_kernel_entry], loops: [hk_loop_entry] = []) throws -> Executable {
    var options = ExecutionOptions.strict
    options.tier = .native
    options.compiler = GivenCode(kernels: kernels, loops: loops)
    return try strict(text, options: options)
  }

  private static func floats(_ registers: Table?, _ index: Int) -> UnsafeMutablePointer<Float>? {
    registers?[index]?.assumingMemoryBound(to: Float.self)
  }

  private static let double: hk_kernel_entry = { registers, _, _, first, last in
    guard let x = floats(registers, 0), let y = floats(registers, 3) else { return }
    for position in Int(first)..<Int(last) { y[position] = x[position] + x[position] }
  }

  private static func share(_ registers: Table?, _ first: Int64, _ last: Int64) {
    guard let x = floats(registers, 3), let sum = floats(registers, 2), let y = floats(registers, 1) else { return }
    for position in Int(first)..<Int(last) { y[position] = x[position] / sum[position / 7] }
  }

  private static let none: hk_kernel_entry = { _, _, _, _, _ in }

  @Test func nativeRowGroupsAreCompared() throws {
    let good = try native(Self.rows, kernels: [Self.double, { r, _, _, first, last in Self.share(r, first, last) }, Self.none])
    try expectSameBits(good, strict(Self.rows))
    #expect(good.tier == .native)
    let flawed = try native(
      Self.rows,
      kernels: [
        Self.double,
        { r, _, _, first, last in
          Self.share(r, first, last)
          if last == 700 { Self.floats(r, 1)?[699] = 1 }
        }, Self.none,
      ])
    expectViolation(.native, ["the native code of a row group", "position 699 of r1"], flawed)
    let greedy = try native(
      Self.rows,
      kernels: [
        Self.double,
        { r, _, _, first, last in
          Self.share(r, first, last)
          if last == 700 { Self.floats(r, 1)?[700] = 1 }
        }, Self.none,
      ])
    expectViolation(.guarded, ["the native code of a row group", "the ends of r1"], greedy)
  }

  /// Which of two NaNs an operation gives is not specified: 0 / 0 is one here, and another one there.
  @Test func anyNaNEqualsAnyNaN() throws {
    let zeros = try storage([Float](repeating: 0, count: 700))
    let other = try native(
      Self.rows,
      kernels: [
        Self.double,
        { r, _, _, first, last in
          for position in Int(first)..<Int(last) { Self.floats(r, 1)?[position] = Float(nan: 77, signaling: false) }
        }, Self.none,
      ])
    let values = try HillockRuntimeTests.run(other, [zeros])
    #expect(values.count == 1)
    let number = try native(
      Self.rows,
      kernels: [
        Self.double,
        { r, _, _, first, last in
          for position in Int(first)..<Int(last) { Self.floats(r, 1)?[position] = position == 5 ? 0 : .nan }
        }, Self.none,
      ])
    let error = #expect(throws: HillockError.self) { try HillockRuntimeTests.run(number, [zeros]) }
    #expect(error?.message.contains("position 5 of r1") == true)
  }

  /// Steps of the loop; what is carried changes places in the worker's table.
  private static func steps(_ table: Table?, _ positions: Range<Int>, _ steps: Range<Int>) {
    guard let whole = floats(table, 4), var v = floats(table, 2), var next = floats(table, 3) else { return }
    for step in steps {
      for position in positions {
        whole[step * 5000 + position] = v[position]
        next[position] = (v[position] + v[position]).squareRoot()
      }
      swap(&v, &next)
    }
    let swaps = UnsafeMutablePointer(mutating: table)
    if steps.count & 1 == 1, let swaps { (swaps[2], swaps[3]) = (swaps[3], swaps[2]) }
  }

  @Test func nativeLoopsAreCompared() throws {
    let kernels = [Self.none, Self.none, Self.none]
    let good = try native(
      Self.loop, kernels: kernels,
      loops: [{ r, _, _, first, last, step, end in Self.steps(r, Int(first)..<Int(last), Int(step)..<Int(end)) }])
    try expectSameBits(good, strict(Self.loop))
    let flawed = try native(
      Self.loop, kernels: kernels,
      loops: [
        { r, _, _, first, last, step, end in
          Self.steps(r, Int(first)..<Int(last), Int(step)..<Int(end))
          if last == 5000 { Self.floats(r, 4)?[4 * 5000 + 4321] = 1 }
        }
      ])
    expectViolation(.native, ["the native code of a loop", "position 24321 of r4"], flawed)
    let stray = try native(
      Self.loop, kernels: kernels,
      loops: [
        { r, _, _, first, last, step, end in
          Self.steps(r, Int(first)..<Int(last), Int(step)..<Int(end))
          if last == 5000 { Self.floats(r, 7)?[1] = 1 }
        }
      ])
    expectViolation(.native, ["memory that it does not write"], stray)
  }

  // MARK: Variables in place

  private func cell() throws -> VariableCell {
    try VariableCell(name: "v", type: ArrayType(.f32, [9000]), storage: storage((0..<9000).map { Float($0 % 10) }))
  }

  /// A run with a lease and a commit, as of any program.
  private func step(_ executable: Executable, _ v: VariableCell) throws -> Float {
    let frame = executable.makeFrame()
    defer { executable.recycle(frame) }
    let lease = try LeasePlan([v], isWritten: [true]).acquire(site: "step")
    frame.setArgument(0, try storage([Float](repeating: 2, count: executable.program.arguments[0].count)))
    lease.load(into: frame)
    try executable.run(frame)
    try lease.commit(from: frame)
    return frame.takeResult(0).values(Float.self)[0]
  }

  @Test func aVariableInPlaceBecomesWhatItShould() throws {
    let executable = try strict(Self.inPlace), v = try cell()
    #expect(executable.prepared.steps.map(\.kind) == [.launch, .claim, .launch])
    #expect(try step(executable, v) == 900 * 45)
    #expect(try step(executable, v) == 900 * 65)
    #expect(v.load().values(Float.self) == (0..<9000).map { Float($0 % 10 + 4) })
  }

  private func expectUnchanged(_ check: StrictCheck, _ words: [String], _ executable: Executable) throws {
    let v = try cell()
    HillockRuntimeTests.expectViolation(check, words) { _ = try step(executable, v) }
    #expect(v.load().values(Float.self) == (0..<9000).map { Float($0 % 10) }, "the Variable has changed")
    #expect(v.version == 0)
    #expect(throws: Never.self) { try v.update(v.load(), site: "after") }
  }

  /// The old value is gone when it is read.
  @Test func aReadOfWhatWasOverwrittenIsFound() throws {
    try expectUnchanged(
      .undefined, ["kernel 0 \"sum\" reads r1", "r2 lies there now"],
      try strict(Self.inPlace, [("launch 0\n", ""), ("launch 1\n", "launch 1\nlaunch 0\n")]))
  }

  @Test func aTileKernelThatStoresBeyondTheVariableIsStopped() throws {
    let executable = try strict(Self.inPlace)
    spoil(executable, kernel: 1)
    try expectUnchanged(.guarded, ["kernel 1 \"add\"", "of r2"], executable)
  }

  /// One element more than the Variable has.
  @Test func aStepThatStoresBeyondTheVariableIsFound() throws {
    try expectUnchanged(
      .guarded, ["concatenate stores beyond the ends of r2"],
      try strict(
        Self.inPlace,
        [
          ("argument 0 : f32[9000]", "argument 0 : f32[9001]"), ("r0 : f32[9000]", "r0 : f32[9001]"),
          ("launch 1\n", "r2 = concatenate r0 axis 0\n"),
        ]))
  }

  @Test func aVariableThatIsNotStoredIsFound() throws {
    try expectUnchanged(.undefined, ["the end of the run reads r2"], try strict(Self.inPlace, [("launch 1\n", "")]))
  }
}
