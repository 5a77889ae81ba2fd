import HillockBytecode
import HillockIR
import Testing

@testable import HillockRuntime

/// Which instructions the interpreter joins, and that joining them changes nothing.
@Suite struct KernelChainsTests {
  private func prepared(_ text: String, isStrict: Bool = false, chainsAlways: Bool = false) throws -> PreparedProgram {
    PreparedProgram(try Lowering.lower(try Graph(parsing: text)), isa: .current, isStrict: isStrict, chainsAlways: chainsAlways)
  }

  private func calls(_ program: PreparedProgram) -> [PreparedInstruction.Call] { code(program, \.call) }

  /// A field of all instructions. They lie in memory that the program owns.
  private func code<Field>(_ program: PreparedProgram, _ field: (PreparedInstruction) -> Field) -> [Field] {
    withExtendedLifetime(program) { program.kernels.flatMap { $0.code.map(field) } }
  }

  /// Before tanh five instructions, after it three, each the value of the one before: two chains.
  @Test func geluIsThreeCalls() throws {
    let gelu = """
      hillock graph 1
      %0 = argument 0 : f32[10000]
      %1 = argument 1 : f32[]
      %2 = broadcast %1 : f32[10000]
      %3 = square %0
      %4 = mul %3, %0
      %5 = mul %2, %4
      %6 = add %0, %5
      %7 = mul %6, %2
      %8 = tanh %7
      %9 = add %2, %8
      %10 = mul %9, %2
      %11 = mul %0, %10
      return %11

      """
    let program = try prepared(gelu)
    #expect(calls(program) == [.chain, .tile, .chain])
    // Nobody reads what lies between: a load, five ops and a store; a load, three ops and a store.
    #expect(code(program, \.x) == [7, 0, 5])
    // From memory x is prefetched where it is first read, and the result where it is written.
    #expect(code(try prepared(gelu.replacing("10000", with: "300000")), \.x) == [8, 0, 6])
    let separate = [PreparedInstruction.Call](repeating: .tile, count: 9)
    #expect(calls(try prepared(gelu, isStrict: true)) == separate)
    // Few positions are done sooner by an op at a time.
    let few = gelu.replacing("10000", with: "1000")
    #expect(calls(try prepared(few)) == separate)
    #expect(calls(try prepared(few, chainsAlways: true)) == [.chain, .tile, .chain])
  }

  @Test func otherDTypesAndOpsAreCallsOfTheirOwn() throws {
    let program = try prepared(
      """
      hillock graph 1
      %0 = argument 0 : i32[10000]
      %1 = add %0, %0
      %2 = mul %1, %0
      %3 = convert %2 : f32[10000]
      %4 = exp %3
      %5 = tanh %4
      return %5

      """)
    #expect(calls(program) == [.tile, .tile, .tile, .tile, .tile])
  }

  /// Values that are read again, that both operands are, that are results, and scalars on either side. Expected values are computed
  /// op by op in Swift.
  @Test(arguments: [1, 3, 17, 100, 1000, 5000, 300_001]) func whatIsReadAgainIsStored(n: Int) throws {
    let graph = try Graph(
      parsing: """
        hillock graph 1
        %0 = argument 0 : f32[\(n)]
        %1 = argument 1 : f32[\(n)]
        %2 = argument 2 : f32[]
        %3 = broadcast %2 : f32[\(n)]
        %4 = sub %3, %0
        %5 = div %1, %4
        %6 = add %5, %5
        %7 = mul %6, %4
        %8 = neg %7
        %9 = sub %5, %8
        %10 = div %9, %3
        %11 = div %3, %10
        return %11, %7

        """)
    #expect(calls(PreparedProgram(try Lowering.lower(graph), isa: .current, chainsAlways: true)) == [.chain])
    let first = (0..<n).map { Float($0 % 37) * 0.7 - 9 }, second = (0..<n).map { Float($0 % 53) * 1.3 + 0.1 }, scalar: Float = 3.3
    var options = ExecutionOptions(workers: 2)
    options.sharesAlways = true
    let executable = Executable(try VerifiedProgram(try Lowering.lower(graph)), options: options)
    let frame = executable.makeFrame()
    for (index, values) in [first, second, [scalar]].enumerated() {
      frame.setArgument(index, try values.withUnsafeBytes { try Storage.copy($0) })
    }
    try executable.run(frame)
    let results = (0..<2).map { result -> [Float] in
      let storage = frame.takeResult(result)
      return (0..<n).map { storage.base.load(fromByteOffset: 4 * $0, as: Float.self) }
    }
    let wrong = (0..<n).first { i in
      let four = scalar - first[i]
      let five = second[i] / four
      let seven = (five + five) * four
      let ten = (five - -seven) / scalar
      return results[0][i] != scalar / ten || results[1][i] != seven
    }
    #expect(wrong == nil, "an element that differs")
  }
}
