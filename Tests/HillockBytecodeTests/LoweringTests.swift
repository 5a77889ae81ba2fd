import HillockBytecode
import HillockIR
import Testing

/// What lowering fuses, what it does not, and where values lie. Whether programs compute the right values is tested where
/// they can be run.
@Suite struct LoweringTests {
  func op(_ name: String) -> ElementwiseOp { ElementwiseOp.named(name)! }

  func scalar(_ builder: inout GraphBuilder, _ value: Float) throws -> ValueID {
    try builder.constant(
      ConstantData(type: ArrayType(.f32, []), bytes: withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)))
  }

  @Test func anElementwiseChainIsOneKernelThatReadsAndWritesOnce() throws {
    var b = GraphBuilder(name: "chain")
    let x = b.argument(ArrayType(.f32, [100_000]))
    let half = try scalar(&b, 0.5)
    let cube = try b.elementwise(op("mul"), [try b.elementwise(op("mul"), [x, x]), x])
    b.result(try b.elementwise(op("add"), [cube, try b.elementwise(op("mul"), [half, x])]))
    let program = try Lowering.lower(Passes.run(b.graph))
    #expect(program.code == [.launch(0), .return([program.kernels[0].operands.first(where: \.isWritten)!.register])])
    #expect(program.kernels[0].operands.filter { !$0.isWritten }.count == 2)
    #expect(program.kernels[0].operands.contains { $0.access == .scalar(offset: 0) })
    #expect(program.kernels[0].code.count == 4)
    #expect(program.buffers.isEmpty)
  }

  @Test func aLogisticStepReadsThePointsInOneKernel() throws {
    let n = 1000, d = 10
    var b = GraphBuilder(name: "logistic")
    let X = b.argument(ArrayType(.f32, [n, d]))
    let Y = b.argument(ArrayType(.f32, [n]))
    let (slot, w) = b.variable(name: "w", ArrayType(.f32, [d]))
    let one = try scalar(&b, 1)
    let z = try b.elementwise(op("mul"), [try b.elementwise(op("neg"), [Y]), try b.dot(X, w)])
    let p = try b.elementwise(op("div"), [one, try b.elementwise(op("add"), [one, z])])
    let s = try b.elementwise(op("mul"), [try b.elementwise(op("sub"), [p, one]), Y])
    try b.store(slot: slot, try b.elementwise(op("sub"), [w, try b.dot(s, X)]))
    let program = try Lowering.lower(Passes.run(b.graph))
    #expect(program.kernels.map(\.shape) == [[n], [d]])
    let opcodes = program.kernels[0].code.map(\.opcode)
    #expect(opcodes.first == .rowDot || opcodes.contains(.rowDot))
    #expect(opcodes.last == .outerAccumulate)
    #expect(program.code.last == .return([]))
    guard case .store(slot: 0, let register) = program.code[2] else {
      Issue.record("expected a store after the two launches, found \(program.code)")
      return
    }
    // The update reads w at its own positions, after the last other reader.
    #expect(program.variableUnder(register) == 0)
  }

  /// A kernel shares the chunks of the rows among the workers, the instruction the columns: whichever has more to share.
  @Test(arguments: [(200, 255, false), (200, 256, true), (8191, 256, true), (8192, 256, false), (40_000, 2304, true)])
  func aVectorTimesLongRowsIsAnInstruction(rows: Int, columns: Int, isInstruction: Bool) throws {
    var b = GraphBuilder(name: "weigh")
    let s = b.argument(ArrayType(.f32, [rows]))
    b.result(try b.dot(s, b.argument(ArrayType(.f32, [rows, columns]))))
    let program = try Lowering.lower(b.graph)
    if isInstruction {
      #expect(
        program.code.first
          == .array(.matmul, [[], [], [rows], [columns], [0], [0], [0], [0]], destinations: [2], sources: [0, 1]))
    } else {
      #expect(program.kernels.first?.code.map(\.opcode) == [.outerAccumulate])
    }
  }

  /// Factors that lie transposed, in more axes than two, or once for a whole batch are read where they lie: no kernel copies them.
  @Test func aProductReadsTransposedAndSharedFactorsInPlace() throws {
    var b = GraphBuilder(name: "backward")
    let x = b.argument(ArrayType(.f32, [4, 8, 16])), g = b.argument(ArrayType(.f32, [4, 8, 10]))
    let weights = b.argument(ArrayType(.f32, [16, 10]))
    b.result(try b.contract(g, weights, batch: [], contracted: [(2, 1)]))
    // [16, 10] for each of the batch · [4, 10, 8]
    b.result(try b.matmul(weights, try b.transpose(g, [0, 2, 1])))
    b.result(try b.contract(x, x, batch: [(0, 0)], contracted: [(1, 1)]))
    let program = try Lowering.lower(b.graph)
    #expect(program.kernels.isEmpty)
    #expect(
      program.code == [
        .array(.matmul, [[], [4, 8], [10], [16], [0], [1], [0], [0]], destinations: [3], sources: [1, 2]),
        .array(.matmul, [[4], [16], [10], [8], [0], [1], [1], [0]], destinations: [4], sources: [2, 1]),
        .array(.matmul, [[4], [16], [8], [16], [1], [0], [0], [0]], destinations: [5], sources: [0, 0]),
        .return([3, 4, 5]),
      ])
  }

  @Test func aConsumerOfAReductionIsAKernelOfItsOwn() throws {
    var b = GraphBuilder(name: "centre")
    let x = b.argument(ArrayType(.f32, [300]))
    let total = try b.reduce(.sum, x, axes: [0])
    b.result(try b.elementwise(op("sub"), [x, total]))
    let program = try Lowering.lower(b.graph)
    #expect(program.kernels.count == 2)
    #expect(program.kernels[0].code.map(\.opcode) == [.reduce(.sum)])
    #expect(program.kernels[1].operands.contains { $0.access == .scalar(offset: 0) })
  }

  @Test func severalReductionsOfOneIndexSpaceShareAPass() throws {
    var b = GraphBuilder(name: "moments")
    let x = b.argument(ArrayType(.f32, [300]))
    b.result(try b.reduce(.sum, x, axes: [0]))
    b.result(try b.reduce(.sum, try b.elementwise(op("mul"), [x, x]), axes: [0]))
    b.result(try b.reduce(.max, x, axes: [0]))
    #expect(try Lowering.lower(b.graph).kernels.count == 1)
  }

  /// a = f(x); r = sum(a); b = x - r; c = a * b may not join a's kernel, because b must wait for it.
  @Test func unitsNeverWaitForEachOther() throws {
    var b = GraphBuilder(name: "wait")
    let x = b.argument(ArrayType(.f32, [300]))
    let a = try b.elementwise(op("abs"), [x])
    let r = try b.reduce(.sum, a, axes: [0])
    let y = try b.elementwise(op("sub"), [x, r])
    b.result(try b.elementwise(op("mul"), [a, y]))
    let program = try Lowering.lower(b.graph)
    #expect(program.kernels.count == 2)
    #expect(program.kernels[0].operands.filter(\.isWritten).count == 2, "a and its sum are written")
  }

  @Test func viewsMoveNoElements() throws {
    var b = GraphBuilder(name: "views")
    let x = b.argument(ArrayType(.f32, [4, 6]))
    let t = try b.transpose(x, [1, 0])
    let s = try b.slice(t, starts: [5, 0], steps: [-1, 2], sizes: [6, 2])
    b.result(try b.elementwise(op("neg"), [s]))
    let program = try Lowering.lower(b.graph)
    #expect(program.kernels.count == 1)
    #expect(
      program.kernels[0].operands.contains { $0.access == .strided(offset: 5, strides: [-1, 12]) },
      "row i, column j of the slice is x[2j, 5 - i]")
  }

  @Test func aRootThatIsNoComputedValueIsCopied() throws {
    var b = GraphBuilder(name: "identity")
    let x = b.argument(ArrayType(.i64, [3]))
    b.result(x)
    b.result(x)
    let program = try Lowering.lower(b.graph)
    guard case .return(let results) = program.code.last else { return }
    #expect(Set(results).count == 2)
    #expect(results.allSatisfy { program.registers[$0].role == .fresh })
  }

  @Test func temporariesWithDisjointLifetimesShareABuffer() throws {
    var b = GraphBuilder(name: "chain of products")
    var x = b.argument(ArrayType(.f32, [8, 8]))
    let a = x
    for _ in 0..<6 { x = try b.dot(x, a) }
    b.result(x)
    let program = try Lowering.lower(b.graph)
    #expect(program.buffers == [256, 256])
  }

  @Test func anUpdateOfATemporaryThatDiesIsInPlace() throws {
    var b = GraphBuilder(name: "update")
    let x = b.argument(ArrayType(.f32, [8, 8]))
    let product = try b.dot(x, x)
    let updated = try b.updateSlice(product, try scalar(&b, 1), starts: [0, 0], steps: [1, 1], sizes: [2, 2])
    b.result(try b.elementwise(op("neg"), [updated]))
    let program = try Lowering.lower(b.graph)
    let roles = program.code.compactMap { instruction -> [Register.Role]? in
      guard case .array(.update, _, let destinations, let sources) = instruction else { return nil }
      return [program.registers[destinations[0]].role, program.registers[sources[0]].role]
    }
    #expect(roles.first?[0] == roles.first?[1])
  }

  @Test func reducedAxesThatLieApartAreMovedTogether() throws {
    var b = GraphBuilder(name: "outer axes")
    let x = b.argument(ArrayType(.f32, [3, 4, 5]))
    b.result(try b.reduce(.sum, x, axes: [0, 2]))
    let program = try Lowering.lower(b.graph)
    #expect(program.kernels.map(\.shape) == [[4, 3, 5]])
    #expect(
      program.code.contains { instruction in
        guard let reduction = instruction.reduction else { return false }
        return reduction.kind == .sum && reduction.outer == 4 && reduction.extent == 15 && reduction.inner == 1
      })
  }
}
