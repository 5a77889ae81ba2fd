import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

/// Which instructions share a pass over the rows of an array whose columns are reduced, and which may not.
@Suite(.columnGroupsOfAnySize) struct ColumnGroupTests {
  /// Lowers the lines of a graph whose %x is f32[100,50].
  private func lower(_ lines: String) throws -> Program {
    try Lowering.lower(Passes.run(try Graph(parsing: "hillock graph 1\n%x = argument 0 : f32[100,50]\n" + lines)))
  }

  private func groups(_ program: Program) -> [ColumnGroup] {
    let rows = RowGroupAnalysis(program)
    return ColumnGroupAnalysis(rows).groups(in: program.code, besides: rows.groups(in: program.code))
  }

  @Test func aProducerJoinsItsReduction() throws {
    let program = try lower("%y = mul %x, 2\n%s = reduce.sum %y axes [0]\nreturn %s\n")
    let group = try #require(groups(program).first)
    #expect(group.range == 0..<2)
    #expect([group.outer, group.extent, group.inner] == [1, 100, 50])
    #expect(group.locals.map(\.elementByteCount) == [4], "the products, for a block of rows only")
    #expect(group.positionByteCount == 8, "an element and its product")
  }

  @Test func aListingNamesIt() throws {
    let program = try lower("%y = mul %x, 2\n%s = reduce.sum %y axes [0]\nreturn %s\n")
    let group = try #require(groups(program).first)
    let members = program.code[..<2].map(\.text).joined(separator: "; ")
    #expect(
      RowGroupAnalysis(program).text
        == "instructions 0 to 1 are a column group: 100 rows of 50 columns, 8 bytes a position: \(members); "
        + "for a block of rows only: r\(group.locals[0].register)\n")
    #expect(program.stepText.isEmpty, "no part of it is a step of its own")
    let alone = try lower("%s = reduce.sum %x axes [0]\nreturn %s\n")
    #expect(groups(alone).isEmpty)
    #expect(alone.stepText.contains("is a step: axis-reduction"))
  }

  /// The quotients wait for the sums; the largest elements do not, and move up.
  @Test func reductionsOfTheSameRowsComeTogether() throws {
    let program = try lower(
      """
      %s = reduce.sum %x axes [0]
      %m = mul %s, 0.01
      %l = reduce.max %x axes [0]
      %q = mul %x, %x
      %t = reduce.sum %q axes [0]
      return %m, %l, %t

      """)
    let group = try #require(groups(program).first)
    #expect(group.range == 0..<4, "\(program.code)")
  }

  /// 16 MiB of products leave the caches before they are summed, less does not. Reductions alone share a pass over any array.
  @Test(arguments: [(4096, 1), (4095, 0)]) func kernelsOfLargeArraysAreMembers(_ rows: Int, _ count: Int) throws {
    func program(_ lines: String) throws -> Program {
      try Lowering.lower(Passes.run(try Graph(parsing: "hillock graph 1\n%x = argument 0 : f32[\(rows),1024]\n" + lines)))
    }
    let sums = try program("%y = mul %x, 2\n%s = reduce.sum %y axes [0]\nreturn %s\n")
    let extent = try program("%s = reduce.max %x axes [0]\n%t = reduce.min %x axes [0]\nreturn %s, %t\n")
    ColumnGroup.$leastComputedByteCount.withValue(1 << 24) {
      #expect(groups(sums).count == count)
      #expect(groups(extent).count == 1)
    }
  }

  /// The squares are no member, for they stay in a cache: what reduces x need not wait for them.
  @Test func reductionsOfOneArrayComeBeforeOthers() throws {
    try ColumnGroup.$leastComputedByteCount.withValue(1 << 24) {
      let program = try lower(
        """
        %s = reduce.sum %x axes [0]
        %q = mul %x, %x
        %t = reduce.sum %q axes [0]
        %l = reduce.max %x axes [0]
        return %s, %t, %l

        """)
      #expect(groups(program).map(\.range) == [0..<2], "\(program.code)")
      #expect(groups(program).first?.computes == false)
    }
  }

  /// What becomes a Variable's value may be written where the old one is, if nothing that may fail comes after it.
  @Test func aKernelWhoseArrayIsStoredIsNotMoved() throws {
    let program = try lower(
      """
      %s = reduce.sum %x axes [0]
      %m = mul %s, 0.01
      %q = mul %x, %x
      %t = reduce.sum %q axes [0]
      return %m, %q, %t

      """)
    #expect(groups(program).map(\.range) == [2..<4], "\(program.code)")
  }

  @Test func whatWaitsForTheSumsIsNotMoved() throws {
    let program = try lower(
      """
      %s = reduce.sum %x axes [0]
      %b = broadcast %s : f32[100,50]
      %d = sub %x, %b
      %t = reduce.sum %d axes [0]
      return %t

      """)
    #expect(groups(program).map(\.range) == [1..<3], "the sums have to be there before the differences are begun")
  }

  @Test(arguments: [
    (
      lines: "%y = transpose %x permutation [1, 0]\n%z = mul %y, 2\n%s = reduce.sum %z axes [0]\nreturn %s",
      why: "a panel of it would be read with jumps"
    ),
    (
      lines: "%a = slice %x starts [0, 0] steps [1, 1] sizes [20, 50]\n%y = mul %a, 2\n%s = reduce.sum %y axes [0]\nreturn %s",
      why: "so little that it stays in the nearest cache"
    ),
    (
      lines: "%y = mul %x, 2\n%r = reduce.sum %y\n%s = reduce.sum %y axes [0]\nreturn %r, %s",
      why: "the kernel has a reduction over all positions"
    ),
  ]) func notWorthIt(_ example: (lines: String, why: String)) throws {
    #expect(groups(try lower(example.lines + "\n")).isEmpty, "\(example.why)")
  }

  /// 4096 rows of 8 columns are one part: many workers share what a long kernel does, but not the group.
  @Test func aLongKernelOfFewColumnsIsSharedAlone() throws {
    func program(_ operations: Int) throws -> Program {
      var lines = "hillock graph 1\n%0 = argument 0 : f32[4096,8]\n"
      for value in 1...operations { lines += "%\(value) = tanh %\(value - 1)\n" }
      lines += "%\(operations + 1) = reduce.sum %\(operations) axes [0]\nreturn %\(operations + 1)\n"
      return try Lowering.lower(try Graph(parsing: lines))
    }
    #expect(groups(try program(10)).count == 1)
    #expect(groups(try program(100)).isEmpty)
  }

  /// Workers would overwrite the rows that others have yet to read.
  @Test func noGroupWritesWhereItReadsOtherRows() throws {
    var program = try lower(
      """
      %y = concatenate %x axis 0
      %r = slice %y starts [99, 0] steps [-1, 1] sizes [100, 50]
      %z = mul %r, 2
      %s = reduce.sum %z axes [0]
      %c = concatenate %z axis 0
      return %s, %c

      """)
    #expect(groups(program).count == 1)
    let operands = program.kernels[0].operands
    let reads = operands.filter { !$0.isWritten && program.registers[$0.register].type.count == 5000 }
    let writes = operands.filter { $0.isWritten }
    let read = try #require(reads.first), written = try #require(writes.first)
    program.registers[written.register].role = program.registers[read.register].role
    #expect(groups(program).isEmpty)
  }
}
