import HillockBytecode
import HillockIR
import Testing

/// Which instructions are taken block of rows by block of rows, and which may not be.
@Suite struct RowGroupTests {
  func op(_ name: String) -> ElementwiseOp { ElementwiseOp.named(name)! }

  /// Lowers what `make` builds from one f32 argument.
  func lower(_ shape: [Int], _ make: (inout GraphBuilder, ValueID) throws -> [ValueID]) throws -> Program {
    var b = GraphBuilder(name: "rows")
    let x = b.argument(ArrayType(.f32, shape))
    for result in try make(&b, x) { b.result(result) }
    return try Lowering.lower(Passes.run(b.graph))
  }

  /// The value of each row, at every column.
  func spread(_ b: inout GraphBuilder, _ value: ValueID, _ shape: [Int]) throws -> ValueID {
    try b.broadcast(try b.reshape(value, to: [shape[0], 1]), to: shape)
  }

  func softmax(_ b: inout GraphBuilder, _ x: ValueID, _ shape: [Int]) throws -> ValueID {
    let top = try spread(&b, try b.reduce(.max, x, axes: [1]), shape)
    let weights = try b.elementwise(op("exp"), [try b.elementwise(op("sub"), [x, top])])
    return try b.elementwise(op("div"), [weights, try spread(&b, try b.reduce(.sum, weights, axes: [1]), shape)])
  }

  func groups(_ program: Program) -> [RowGroup] { RowGroupAnalysis(program).groups(in: program.code) }

  @Test func aSoftmaxIsOneGroup() throws {
    let program = try lower([128, 50]) { b, x in [try softmax(&b, x, [128, 50])] }
    let group = try #require(groups(program).first)
    #expect(group.rows == 128)
    #expect(group.range == 0..<4, "maxima, exponentials, sums, quotients")
    // x, weights and quotients have 50 elements a row, maxima and sums one.
    #expect(group.rowByteCount == 4 * (3 * 50 + 2))
    #expect(group.locals.map(\.rowByteCount).sorted() == [4, 4, 200], "the quotients are the result, the rest is in between")
  }

  @Test func aListingNamesInstructionsRowsAndLocals() throws {
    let program = try lower([128, 50]) { b, x in [try softmax(&b, x, [128, 50])] }
    let group = try #require(groups(program).first)
    let locals = group.locals.map { "r\($0.register)" }.joined(separator: ", ")
    #expect(
      RowGroupAnalysis(program).text
        == "instructions 0 to 3 are a row group: 128 rows, 608 bytes each: "
        + "\(program.code[..<4].map(\.text).joined(separator: "; ")); for a block of rows only: \(locals)\n")
    #expect(RowGroupAnalysis(try lower([128, 50]) { b, x in [try b.elementwise(op("exp"), [x])] }).text.isEmpty)
  }

  @Test func aListingSaysInWhichBlock() throws {
    let program = try lower([128, 50]) { b, x in [try softmax(&b, x, [128, 50])] }
    var looped = program
    looped.code = [.whileLoop(WhileLoop(carries: [], condition: [], test: 0, body: Array(program.code[..<4])))]
    #expect(RowGroupAnalysis(looped).text.hasPrefix("instructions 0 to 3 inside while r0 are a row group: 128 rows, "))
  }

  /// After an odd number of steps the carried r2 lies in buffer 3, where r5 does: the first block of rows would overwrite what the
  /// others read.
  @Test func noGroupWritesWhereACarriedValueMayLie() throws {
    let text = """
      hillock program 2
      name "swapped"
      argument 0 : f32[33]
      argument 1 : bool[]
      buffer 0 : 9240
      buffer 1 : 280
      buffer 2 : 8
      buffer 3 : 9240
      r0 : f32[33] = argument 0
      r1 : bool[] = argument 1
      r2 : f32[33] = buffer 1
      r3 : f32[70,33] = buffer 0
      r4 : f32[70] = fresh
      r5 : f32[70,33] = buffer 3
      r6 : f32[33] = buffer 3
      r7 : i64[] = buffer 2
      r8 : f32[] = fresh
      kernel 0 "step" shape [33] tile 64
        p0 = read r2 contiguous 0
        p1 = write r6 contiguous 0
        p1 = sqrt p0 : f32
      end
      kernel 1 "spread" shape [70,33] tile 64
        p0 = read r2 strided 0 [0,1]
        p1 = write r3 contiguous 0
        p1 = load p0 : f32
      end
      kernel 2 "shares" shape [70,33] tile 64
        p0 = read r3 contiguous 0
        p1 = read r4 strided 0 [1,0]
        p2 = write r5 contiguous 0
        t0 : f32
        t0 = load p1 : f32
        p2 = div p0, t0 : f32
      end
      loop r7 trips 5 {
        carry r0, r2, r6
        launch 0
      }
      launch 1
      r4 = reduce.sum r3 outer [70] extent 33 inner []
      launch 2
      r8 = reduce.max r5 outer [] extent 2310 inner []
      return r8, r4

      """
    let program = try Program(parsing: text)
    for group in groups(program) {
      let written = program.code[group.range].flatMap(program.writes), read = program.code[group.range].flatMap(program.reads)
      #expect(!(read.contains(2) && written.contains(5)), "\(group)")
    }
  }

  /// A run takes the memory of a Variable before its first instruction that writes there: no group begins before and ends after.
  @Test func aGroupEndsWhereAVariableIsTakenOver() throws {
    var program = try lower([128, 50]) { b, x in [try softmax(&b, x, [128, 50])] }
    guard case .return(let results) = program.code.last, let result = results.first else {
      throw HillockError(.argument, "no result")
    }
    program.variables = [VariableSlot(name: "v", type: ArrayType(.f32, [128, 50]))]
    program.registers.append(Register(type: ArrayType(.f32, [128, 50]), role: .variable(0)))
    program.registers[result].role = .over(program.registers.count - 1)
    #expect(groups(program).map(\.range) == [0..<3], "all but the quotients, which the Variable becomes")
  }

  @Test func whatOutlivesTheGroupIsNotLocal() throws {
    let program = try lower([128, 50]) { b, x in
      let sums = try b.reduce(.sum, x, axes: [1])
      let scaled = try b.elementwise(op("div"), [x, try spread(&b, sums, [128, 50])])
      return [sums, scaled]
    }
    let group = try #require(groups(program).first)
    #expect(group.range.count == 2)
    #expect(group.locals.isEmpty)
  }

  /// The matrix product needs all the rows of its second operand before its first.
  @Test func aGroupEndsWhereRowsMeet() throws {
    let program = try lower([64, 64]) { b, x in
      let weights = try softmax(&b, x, [64, 64])
      return [try b.dot(x, weights)]
    }
    let group = try #require(groups(program).first)
    #expect(group.range == 0..<4)
    #expect(program.code.count > 4)
  }

  /// Sums of rows spread over columns: position (i, j) reads the sum of row j.
  @Test func aTransposedReadIsNoGroup() throws {
    let program = try lower([80, 80]) { b, x in
      let sums = try b.reduce(.sum, x, axes: [1])
      return [try b.elementwise(op("sub"), [x, try b.broadcast(sums, to: [80, 80])])]
    }
    #expect(groups(program).isEmpty)
  }

  @Test func reversedRowsAreNoGroup() throws {
    let program = try lower([80, 8]) { b, x in
      let sums = try b.reduce(.sum, x, axes: [1])
      let reversed = try b.slice(sums, starts: [79], steps: [-1], sizes: [80])
      return [try b.elementwise(op("sub"), [x, try spread(&b, reversed, [80, 8])])]
    }
    #expect(groups(program).isEmpty)
  }

  @Test(arguments: [
    (shape: [RowGroup.minimumRows - 1, 50], why: "too few rows to share"),
    (shape: [100, 100_000], why: "rows too long for a cache"),
  ])
  func notWorthIt(_ example: (shape: [Int], why: String)) throws {
    let program = try lower(example.shape) { b, x in [try softmax(&b, x, example.shape)] }
    #expect(groups(program).isEmpty, "\(example.why)")
  }

  @Test func reductionsThatHandNothingOnAreNoGroup() throws {
    let program = try lower([128, 50]) { b, x in [try b.reduce(.sum, x, axes: [1]), try b.reduce(.max, x, axes: [1])] }
    #expect(groups(program).isEmpty)
  }

  /// The second launch is made to write into the buffer of an older value, which the planner would not do. A worker that is
  /// ahead by a block of rows overwrites what another has yet to read, unless that is the same row.
  @Test(arguments: [(transposes: false, groups: 1), (transposes: true, groups: 0)])
  func aResultInAnOlderValuesBuffer(_ example: (transposes: Bool, groups: Int)) throws {
    var program = try lower([80, 80]) { b, x in
      let older = try b.concatenate([try b.elementwise(op("add"), [x, x])], axis: 0)
      let factor = example.transposes ? try b.transpose(older, [1, 0]) : older
      let sums = try b.reduce(.sum, x, axes: [1])
      let scaled = try b.elementwise(op("mul"), [factor, try spread(&b, sums, [80, 80])])
      return [try b.concatenate([scaled], axis: 0)]
    }
    #expect(groups(program).count == 1)
    let copies = program.code.filter { if case .array(.concatenate, _, _, _) = $0 { true } else { false } }
    guard case .array(_, _, let older, _)? = copies.first, case .array(_, _, _, let scaled)? = copies.last else {
      throw HillockError(.argument, "two concatenations in \(program.code)")
    }
    program.registers[scaled[0]].role = program.registers[older[0]].role
    #expect(groups(program).count == example.groups)
  }
}
