import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

/// The text form and the binary form of programs.
@Suite struct ProgramFormsTests {
  // MARK: Round trips

  @Test func theSampleIsItsOwnText() throws {
    let program = try Program(parsing: sampleProgram)
    #expect(try Program(parsing: program.text) == program)
    #expect(try Program(decoding: program.encoded()) == program)
    #expect(program.text.contains("\n  p5 = outeraccumulate p4, p0 : f32\n"))
    #expect(program.text.contains("\nr14 = update r11, r12 starts [0, 1] steps [1, 1]\n"))
  }

  @Test func everyLoweredGraphReadsBackTheSame() throws {
    for seed in 0..<200 as Range<UInt64> {
      guard try !readsBack(seed, 40) else { continue }
      let size = try (0...40).first { try !readsBack(seed, $0) } ?? 40
      Issue.record("seed \(seed), size \(size): does not read back:\n\(try lowered(seed, size).text)")
      return
    }
  }

  private func lowered(_ seed: UInt64, _ size: Int) throws -> Program { try Lowering.lower(randomGraph(seed: seed, size: size)) }

  private func readsBack(_ seed: UInt64, _ size: Int) throws -> Bool {
    let program = try lowered(seed, size)
    let bytes = program.encoded()
    return try Program(parsing: program.text) == program && Program(decoding: bytes) == program
  }

  /// Programs that do not verify have a text as well: it is how they are looked at.
  @Test(arguments: BrokenProgram.all) func brokenProgramsReadBackTheSame(_ broken: BrokenProgram) throws {
    var text = sampleProgram
    for change in broken.changes { text = text.replacing(change.from, with: change.to, maxReplacements: 1) }
    let program = try Program(parsing: text)
    #expect(try Program(parsing: program.text) == program)
    let bytes = program.encoded()
    #expect(try Program(decoding: bytes).encoded() == bytes)
  }

  /// What the binary form has no room for does not become something that verifies.
  @Test(arguments: [1 << 40, (1 << 40) - 1, -1]) func aRandomBlockThatDoesNotExistIsNotEncodedAsOneThatDoes(_ first: Int) throws {
    let text = """
      hillock program 2
      name bits
      argument 0 : u32[2]
      """
    var program = try Program(parsing: text)
    program.kernels = [
      Kernel(
        name: "k", shape: [3], tile: Kernel.line, operands: [], tiles: [.u32],
        code: [TileInstruction(.randomBits(first: first), .u32, destination: 0, a: 0)])
    ]
    guard case .randomBits(let read)? = try Program(decoding: program.encoded()).kernels.first?.code.first?.opcode else {
      Issue.record("it is no random instruction")
      return
    }
    #expect(!Operation.randomBlocks.contains(read))
  }

  // MARK: The encoding

  /// Worked out by hand from Spec/bytecode.md.
  @Test func theEncodingIsThis() throws {
    let program = try Program(
      parsing: "hillock program 2\nname ab\nargument 0 : i64[3]\nr5, r6 = concatenate r3, r4 axis 2\nreturn r7")
    let words: [UInt32] = [
      0x1A4B_4C48, 2,
      1, 3, 2, 0, 0x0000_6261,  // name: 2 bytes, "ab"
      2, 5, 1, 3, 1, 3, 0,  // arguments: 1, i64, rank 1, extent 3
      3, 1, 0, 4, 1, 0, 5, 1, 0, 6, 1, 0, 7, 1, 0,  // nothing of these
      8, 14, 2,  // code: 2 instructions
      1, 6, 2, 0, 2, 5, 6, 2, 3, 4,  // array op concatenate, axis 2, 2 results, 2 operands
      8, 1, 7,  // return, 1 result, r7
      9, 1, 0,  // functions: none
    ]
    #expect(program.encoded() == words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) })
  }

  @Test func anIndexThatDoesNotFitAWordNeverBecomesAnother() throws {
    var program = try Program(parsing: sampleProgram)
    program.code[program.code.count - 2] = .store(slot: 1 << 32, register: -1)
    #expect(try Program(decoding: program.encoded()).code.dropLast().last == .store(slot: 0xFFFF_FFFF, register: 0xFFFF_FFFF))
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Program(parsing: sampleProgram).encoded()
    for length in bytes.indices {
      #expect(throws: HillockError.self, "\(length) bytes") { try Program(decoding: Array(bytes[..<length])) }
    }
    #expect(throws: HillockError.self) { try Program(decoding: bytes + [0]) }
  }

  @Test func randomBytesAreRefused() {
    for seed in 0..<2000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let magic: [UInt8] = seed % 2 == 0 ? [] : [0x48, 0x4C, 0x4B, 0x1A, 1, 0, 0, 0, 1, 0, 0, 0]
      let bytes = magic + (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(throws: HillockError.self, "seed \(seed)") { try Program(decoding: bytes) }
    }
  }

  /// A changed encoding is refused, or is the encoding of what is read; and what then verifies keeps its promises.
  @Test func changedEncodingsNeverSlipThrough() throws {
    let programs = try [Program(parsing: sampleProgram)] + (0..<30).map { try lowered($0, 15) }
    var verified = 0
    for seed in 0..<20_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var bytes = programs[Int(seed % UInt64(programs.count))].encoded()
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<bytes.count / 4, using: &random) * 4
        let extremes: [UInt32] = [.max, 0x8000_0000, 0x7FFF_FFFF, 0xFFFF]
        let old = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt32.self) }
        let word: UInt32 =
          switch Int.random(in: 0..<5, using: &random) {
          case 0: old &+ 1
          case 1: old &- 1
          case 2: old ^ (1 << UInt32.random(in: 0..<32, using: &random))
          case 3: extremes.randomElement(using: &random) ?? 0
          default: UInt32.random(in: 0...8, using: &random)
          }
        withUnsafeBytes(of: word) { bytes.replaceSubrange(at..<at + 4, with: $0) }
      }
      guard let program = try? Program(decoding: bytes) else { continue }
      #expect(program.encoded() == bytes, "seed \(seed)")
      guard (try? VerifiedProgram(program)) != nil else { continue }
      verified += 1
      let complaint = ProgramOracle(program).complaint
      #expect(complaint == nil, "seed \(seed): \(program.text)")
    }
    #expect(verified > 100, "the test reaches programs that verify")
  }

  @Test func theOracleComplains() throws {
    let gone = BrokenProgram.flow.filter { $0.rule == "early-reuse" }[1]
    var text = sampleProgram
    for change in gone.changes { text = text.replacing(change.from, with: change.to, maxReplacements: 1) }
    #expect(ProgramOracle(try Program(parsing: text)).complaint == "r11 is gone from buffer 1")
    let outside = sampleProgram.replacing("strided 5 [-1]", with: "strided 4 [-1]")
    #expect(ProgramOracle(try Program(parsing: outside)).complaint == "element -1 of r1, which has 6")
  }

  // MARK: Malformed text

  @Test(arguments: [
    ("hillock graph 1", "line 1, column 9: expected `program`, found `graph`"),
    ("hillock program 9", "line 1, column 17: this build reads `hillock program 2`, not version 9"),
    ("hillock program 2\nr1 : f32[] = fresh", "line 2, column 1: expected the declaration of r0, found r1"),
    (
      "hillock program 2\nr0 : f32[] = stale",
      "line 2, column 14: expected `argument`, `variable`, `constant`, `buffer`, `fresh`, `row` or `over`"
    ),
    ("hillock program 2\nr0 = frob r1", "line 2, column 6: there is no instruction `frob`"),
    ("hillock program 2\nr0 = gather r1 axes 0", "line 2, column 16: expected the end of the line, found `axes`"),
    ("hillock program 2\nr0 = concatenate r1", "line 2, column 6: concatenate needs `axis`"),
    ("hillock program 2\nr0 = reduce r1 outer [] extent 2 inner []", "line 2, column 6: there is no instruction `reduce`"),
    ("hillock program 2\nr0 = reduce.mean r1", "line 2, column 6: there is no instruction `reduce.mean`"),
    ("hillock program 2\nstore 0 r1", "line 2, column 9: expected `,`, found `r1`"),
    (
      "hillock program 2\nkernel 0 k shape [1] tile 64\n  p0 = read r0 whole 0\nend",
      "line 3, column 23: expected a length, found the end of the line"
    ),
    ("hillock program 2\nkernel 0 k shape [1] tile 64\n  t0 = add p0 : f32\nend", "line 3, column 12: there is no operand p0"),
    (
      "hillock program 2\nkernel 0 k shape [1] tile 64\n  t0 : f32\n  t0 = frob t0 : f32\nend",
      "line 4, column 8: there is no tile instruction `frob`"
    ),
    (
      "hillock program 2\nkernel 0 k shape [1] tile 64\n  t70000 = load t0 : f32\nend",
      "line 3, column 3: there is no tile t70000"
    ),
    (
      "hillock program 2\nkernel 0 k shape [1] tile 64\n",
      "line 3, column 1: expected an operand (p0, p1, …), a tile (t0, t1, …) or `_`"
    ),
  ])
  func malformedTextIsLocated(_ text: String, _ message: String) {
    #expect(throws: HillockError(.format, message)) { try Program(parsing: text) }
  }

  @Test func changedTextNeverCrashes() throws {
    let pieces = [
      "", " ", "\n", ",", ":", "r", "r-1", "p0", "t9", "[", "]", "{", "}", "\"", "9223372036854775808", "end", "kernel",
    ]
    let text = Array(sampleProgram.unicodeScalars)
    for seed in 0..<3000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var changed = text
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let a = Int.random(in: 0...changed.count, using: &random)
        let b = min(changed.count, a + Int.random(in: 0...5, using: &random))
        changed.replaceSubrange(a..<b, with: (pieces.randomElement(using: &random) ?? "").unicodeScalars)
      }
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: changed)
      guard let program = try? Program(parsing: String(scalars)) else { continue }
      #expect(try Program(parsing: program.text) == program, "seed \(seed)")
      if (try? VerifiedProgram(program)) != nil {
        #expect(ProgramOracle(program).complaint == nil, "seed \(seed)")
      }
    }
  }

  /// Names of tile instructions and of elementwise ops share one space in the text.
  @Test func namesAreUnique() {
    let structural = [
      "load", "convert", "iota", "randombits", "rowdot", "dotaccumulate", "outeraccumulate", "read", "write", "argument",
      "variable", "constant", "broadcast", "reshape", "transpose", "slice", "dot",
    ]
    #expect(
      OpTable.rows.allSatisfy { !(structural + ArrayOp.allCases.map(\.row.name)).contains($0.name) && !$0.name.contains(".") })
  }
}
